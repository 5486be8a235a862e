"""One transaction per act: the state, its line in the ledger and the mark for the publisher commit together."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine

from gateway.database.chain import LedgerWriter
from gateway.database.engine import SNAPSHOT, WRITING, insert_or_update
from gateway.database.tables import pending


class UnitOfWork:
    """What an act works with.

    Attributes:
        connection: In the transaction.
        ledger: Takes the act's line.
        at: The one instant at which everything in this transaction happened.
    """

    def __init__(self, connection: Connection, at: datetime) -> None:
        self.connection = connection
        self.at = at
        self.ledger = LedgerWriter(at)

    def mark_changed(self, subject_keys: Collection[bytes]) -> None:
        """Say that the published records of these subjects are to be made anew."""
        insert_or_update(
            self.connection,
            pending,
            # In one order, so that two acts on the same subjects wait for each other instead of both for ever.
            [{"subject_key": key, "since": self.at} for key in sorted(subject_keys)],
            key=("subject_key",),
        )


@contextmanager
def unit_of_work(engine: Engine, *, at: datetime | None = None) -> Iterator[UnitOfWork]:
    """A transaction for writing; committed when the block ends, rolled back when it raises.

    Args:
        engine: The registry's database.
        at: The instant of the act; now, unless given.
    """
    with engine.execution_options(**WRITING).begin() as connection:
        work = UnitOfWork(connection, at or datetime.now(UTC))
        yield work
        work.ledger.flush(connection)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for reading: on SQLite it sees one state of the database until the block ends."""
    with engine.connect() as connection:
        yield connection


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one state of the database until the block ends, on either database; for reading only."""
    options = SNAPSHOT if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**options) as connection:
        yield connection
