"""A registry on each of the two databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real_gateway import RealGateway


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database; the empty URL is the gateway's own SQLite file."""
    if request.param == "sqlite":
        return ""
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture
def registry(tmp_path: Path, database_url: str) -> Iterator[RealGateway]:
    """A gateway with two operators and a law, on SQLite and on PostgreSQL."""
    made = RealGateway.make(tmp_path, database=database_url)
    yield made
    made.close()


@pytest.fixture
def sqlite_registry(tmp_path: Path) -> Iterator[RealGateway]:
    """A gateway on SQLite, for rules that no database has a part in."""
    made = RealGateway.make(tmp_path)
    yield made
    made.close()
