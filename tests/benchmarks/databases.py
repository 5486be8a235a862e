"""The two databases a gateway can have, one after the other."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from tests import postgresql


def databases() -> Iterator[tuple[str, AbstractContextManager[str]]]:
    """Name and what opens an empty one: its URL, or nothing for SQLite inside the gateway's folder."""
    yield "SQLite", nullcontext("")
    yield "PostgreSQL", _postgresql()


@contextmanager
def _postgresql() -> Iterator[str]:
    with postgresql.running() as server, server.database() as url:
        yield url
