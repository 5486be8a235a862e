"""Opening the database, and what the two dialects say differently."""

import sqlite3
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from gateway.problems import DatabaseError

BUSY_TIMEOUT_MS = 30_000
WRITING = {"credit_begin": "BEGIN IMMEDIATE"}
"""Execution options of a transaction that writes: SQLite takes the write lock at once instead of failing half-way."""
SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""Execution options of a transaction that reads one state of PostgreSQL; on SQLite every transaction does."""

_CHUNK_ROWS = 5_000
_CACHE_KIB = 65_536


def open_engine(url: str) -> Engine:
    """Open the registry's database; SQLite or PostgreSQL.

    Raises:
        DatabaseError: The URL names something else.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
        if parsed.get_backend_name() == "sqlite":
            engine = create_engine(parsed)
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
    except (ArgumentError, NoSuchModuleError):
        raise DatabaseError(
            "The database URL cannot be read.", hint="写成 postgresql://USER@HOST/NAME / Write it so."
        ) from None
    raise DatabaseError(
        f"The registry cannot live in {parsed.get_backend_name()}: only SQLite and PostgreSQL are supported.",
        hint="写成 postgresql://USER@HOST/NAME，或留空使用 SQLite / Write it so, or leave it out for SQLite.",
    )


def insert_missing(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, object]], *, key: Sequence[str]
) -> None:
    """Insert those rows whose key is not there yet."""
    for chunk in _chunks(rows):
        connection.execute(_insert(connection, table).on_conflict_do_nothing(index_elements=list(key)), chunk)


def insert_or_update(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, object]], *, key: Sequence[str]
) -> None:
    """Insert rows; where the key is there, the other columns are overwritten."""
    for chunk in _chunks(rows):
        statement = _insert(connection, table)
        overwritten = {name: statement.excluded[name] for name in chunk[0] if name not in key}
        connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=overwritten), chunk)


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def _chunks(rows: Sequence[Mapping[str, object]]) -> list[list[Mapping[str, object]]]:
    return [list(rows[start : start + _CHUNK_ROWS]) for start in range(0, len(rows), _CHUNK_ROWS)]


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    if not isinstance(connection, sqlite3.Connection):
        raise TypeError("SQLite is opened through the standard library")
    # The driver must not begin transactions by itself: _begin_sqlite does.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"cache_size = -{_CACHE_KIB}",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("credit_begin", "BEGIN"))
