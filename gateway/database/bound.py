"""Inserts whose values are made ready before the transaction, so that it holds its lock for the inserting alone."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy import Boolean, Connection, Dialect, LargeBinary, Row, Table
from sqlalchemy.types import TypeEngine

from gateway.database.columns import Day, Json, JsonText, canonical_json

BoundValue: TypeAlias = str | bytes | int | bool | None
"""A value as the driver takes it."""

BoundRow: TypeAlias = tuple[BoundValue, ...]
Rows: TypeAlias = Sequence[Row[*tuple[Any, ...]]]


class BoundInsert:
    """An insert into some columns of a table.

    Args:
        dialect: Of the database.
        table: Where the rows go.
        columns: Names of the columns that are bound, in the order of the values.
        unless_there: The key of rows to leave as they are where they exist.
        added: Names of the columns whose values are added to the bound ones later, in that order.
    """

    def __init__(
        self,
        dialect: Dialect,
        table: Table,
        columns: Sequence[str],
        *,
        unless_there: Sequence[str] = (),
        added: Sequence[str] = (),
    ) -> None:
        quoted = dialect.identifier_preparer.quote
        place = "?" if dialect.paramstyle == "qmark" else "%s"
        named = (*columns, *added)
        parts = ["INSERT INTO", quoted(table.name), f"({', '.join(map(quoted, named))})"]
        parts += ["VALUES", f"({', '.join([place] * len(named))})"]
        if unless_there:
            parts += ["ON CONFLICT", f"({', '.join(map(quoted, unless_there))})", "DO NOTHING"]
        self._statement = " ".join(parts)
        self._values = itemgetter(*columns)
        converters = [(place, _converter(table.c[name].type, dialect)) for place, name in enumerate(columns)]
        self._converters = [(place, convert) for place, convert in converters if convert is not None]

    def bind(self, row: Mapping[str, object]) -> BoundRow:
        """The values of a row as the driver takes them, without those that are added later."""
        values: list[Any] = list(self._values(row))
        for place, convert in self._converters:
            values[place] = convert(values[place])
        return tuple(values)

    def execute(self, connection: Connection, rows: Sequence[BoundRow]) -> None:
        """Insert rows that :meth:`bind` made."""
        if rows:
            connection.exec_driver_sql(self._statement, list(rows))


class BoundSelect:
    """A question about many keys at a time, put to the driver as it is: asked for every thousand rows of a file.

    Args:
        dialect: Of the database.
        statement: Ends with the name of the column that holds the keys; its parameters are written ``?``.
    """

    def __init__(self, dialect: Dialect, statement: str) -> None:
        self._place = "?" if dialect.paramstyle == "qmark" else "%s"
        self._statement = statement.replace("?", self._place)

    def execute(self, connection: Connection, parameters: Sequence[BoundValue], keys: Collection[bytes]) -> Rows:
        """The rows about these keys."""
        if not keys:
            return []
        places = ", ".join([self._place] * len(keys))
        return connection.exec_driver_sql(f"{self._statement} IN ({places})", (*parameters, *keys)).all()


def _converter(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], BoundValue] | None:
    """How a value becomes one the driver takes; None where it is one."""
    if isinstance(kind, LargeBinary) or (isinstance(kind, Boolean) and dialect.supports_native_boolean):
        # Drivers take these as they are; what SQLAlchemy would wrap bytes in could not wait in a file.
        return None
    if isinstance(kind, Boolean):
        return int
    if isinstance(kind, Day):
        # The same texts as that type makes, from a memory of days: a file has few of them and many rows.
        return _day_text
    if isinstance(kind, JsonText):
        return _json_text
    return kind.dialect_impl(dialect).bind_processor(dialect)


@lru_cache(maxsize=16_384)
def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _json_text(value: Json) -> str | None:
    if value is None:
        return None
    return "{}" if value == {} else canonical_json(value)
