"""One publisher at a time (发布互斥): a file lock on the host, an advisory lock where hosts share PostgreSQL."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from credit_sdk.errors import CreditError

_ADVISORY_KEY = 0x63726564_6974
"""Any number will do, so long as every gateway on one database takes the same."""
_LOOK_AGAIN_S = 0.05


class PublisherBusyError(CreditError):
    """Another process is publishing and did not finish in time."""

    code = "publication.busy"


@contextmanager
def only_publisher(home: Path, engine: Engine, *, wait_s: float = 30.0) -> Iterator[None]:
    """Hold the right to publish for the length of a block.

    Raises:
        PublisherBusyError: Another held it for longer than ``wait_s``.
    """
    until = time.monotonic() + wait_s
    with (home / "publisher.lock").open("ab") as file:
        while not _locked(file.fileno()):
            _sleep_or_refuse(until)
        if engine.dialect.name != "postgresql":
            yield
            return
        # Of its own connection, so that the lock outlives the transactions below and dies with the process.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _ADVISORY_KEY}):
                _sleep_or_refuse(until)
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ADVISORY_KEY})


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sleep_or_refuse(until: float) -> None:
    if time.monotonic() >= until:
        raise PublisherBusyError(
            "另一进程正在发布，尚未结束，本次未发布 / "
            "another process is publishing and has not finished, so nothing was published.",
            hint="请稍后重试 / Try again shortly.",
        )
    time.sleep(_LOOK_AGAIN_S)
