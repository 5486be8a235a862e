"""One transaction per act: the state, its line in the ledger and the mark for the publisher commit together."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeVar

import psycopg
from sqlalchemy import Connection, Engine, Select, literal, select, true
from sqlalchemy.exc import OperationalError

from gateway.database.chain import LedgerWriter
from gateway.database.engine import SNAPSHOT, WRITING, insert_or_update, insert_or_update_from
from gateway.database.tables import pending
from gateway.problems import ConflictError

T = TypeVar("T")

ATTEMPTS = 5
_BROKEN_OFF = {"40001", "40P01"}
"""What PostgreSQL says where a transaction must begin anew: serialization failure, deadlock."""


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

    def mark_changed_among(self, subject_keys: Select[tuple[bytes]]) -> None:
        """The same of the subjects whose keys a question finds; a batch has too many to fetch and send back."""
        keys = subject_keys.distinct().subquery().c[0]
        found = select(keys, literal(self.at, pending.c.since.type)).where(true()).order_by(keys)
        insert_or_update_from(self.connection, pending, ("subject_key", "since"), found, key=("subject_key",))


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


def carried_out(
    engine: Engine, act: Callable[[UnitOfWork], T], *, at: datetime | None = None, attempts: int = ATTEMPTS
) -> T:
    """Carry out an act in a transaction of its own, again where the database broke it off for another's sake.

    Args:
        engine: The registry's database.
        act: What is done; nothing of it outside the unit of work.
        at: The instant of the act; now, unless given.
        attempts: How often at most.

    Raises:
        ConflictError: It was broken off each time (deadlock or serialization failure); nothing was done.
    """
    for attempt in range(1, attempts + 1):
        try:
            with unit_of_work(engine, at=at) as work:
                return act(work)
        except OperationalError as error:
            if not isinstance(error.orig, psycopg.Error) or error.orig.sqlstate not in _BROKEN_OFF:
                raise
            if attempt == attempts:
                break
    raise ConflictError(
        f"他人同时在更改同一内容，已重试{attempts}次，未作任何更改 / "
        f"Others changed the same at the same moment, {attempts} times over, so nothing was done.",
        hint="请稍后重试 / Try again shortly.",
    )


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
