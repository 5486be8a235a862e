"""Opening the database, and what the two dialects say differently."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Select,
    Table,
    any_,
    bindparam,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY
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
            "无法识别数据库地址 / The database URL cannot be read.",
            hint="写成 postgresql://USER@HOST/NAME / Write it so.",
        ) from None
    raise DatabaseError(
        f"登记库不能使用{parsed.get_backend_name()}，只支持SQLite和PostgreSQL / "
        f"The registry cannot live in {parsed.get_backend_name()}: only SQLite and PostgreSQL are supported.",
        hint="写成 postgresql://USER@HOST/NAME，或留空使用 SQLite / Write it so, or leave it out for SQLite.",
    )


def among(connection: Connection, column: Column[bytes], keys: Collection[bytes]) -> ColumnElement[bool]:
    """Whether a column holds one of many keys; to PostgreSQL they go as one value and not as thousands."""
    if connection.dialect.name == "postgresql":
        return column == any_(bindparam(None, list(keys), type_=ARRAY(column.type, dimensions=1)))
    return column.in_(keys)


def insert_missing(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, object]], *, key: Sequence[str]
) -> None:
    """Insert those rows whose key is not there yet."""
    for chunk in _chunks(rows):
        connection.execute(_insert(connection, table).on_conflict_do_nothing(index_elements=list(key)), chunk)


def insert_or_update(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, object]], *, key: Sequence[str]
) -> None:
    """Insert rows; where the key is there, the other columns are overwritten, by the last of rows with one key."""
    for chunk in _chunks(rows):
        columns = list(chunk[0])
        statement = _insert(connection, table)
        if connection.dialect.name == "postgresql":
            # One array for each column and one statement for all rows: told of each by itself, the server is busier
            # with that than with the inserting. It refuses to overwrite what the same statement has inserted.
            last = {tuple(row[name] for name in key): row for row in chunk}.values()
            arrays = [func.unnest(bindparam(name, type_=ARRAY(table.c[name].type, dimensions=1))) for name in columns]
            statement = statement.from_select(columns, select(*arrays))
            connection.execute(
                _overwriting(statement, columns, key), {name: [row[name] for row in last] for name in columns}
            )
        else:
            connection.execute(_overwriting(statement, columns, key), chunk)


def insert_or_update_from(
    connection: Connection, table: Table, columns: Sequence[str], found: Select[Any], *, key: Sequence[str]
) -> None:
    """Insert the rows a question finds, without their coming here; where the key is there, the rest is overwritten.

    Args:
        connection: In the transaction.
        table: Where they go.
        columns: Names of the columns, in the order of those of the question.
        found: The question; it has a condition, or SQLite takes ``ON CONFLICT`` for a part of it.
        key: Columns by which a row is the same.
    """
    statement = _insert(connection, table).from_select(columns, found)
    connection.execute(_overwriting(statement, columns, key))


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def _overwriting(
    statement: sqlite.Insert | postgresql.Insert, columns: Sequence[str], key: Sequence[str]
) -> sqlite.Insert | postgresql.Insert:
    overwritten = {name: statement.excluded[name] for name in columns if name not in key}
    return statement.on_conflict_do_update(index_elements=list(key), set_=overwritten)


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
