"""Inserts whose values are made ready before the transaction, so that it holds its lock for the inserting alone."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, Dialect, LargeBinary, Table

BoundValue: TypeAlias = str | bytes | int | bool | None
"""A value as the driver takes it."""

BoundRow: TypeAlias = tuple[BoundValue, ...]


class BoundInsert:
    """An insert into some columns of a table.

    Args:
        dialect: Of the database.
        table: Where the rows go.
        columns: Names of the columns, in the order of the values.
        unless_there: The key of rows to leave as they are where they exist.
    """

    def __init__(
        self, dialect: Dialect, table: Table, columns: Sequence[str], *, unless_there: Sequence[str] = ()
    ) -> None:
        quoted = dialect.identifier_preparer.quote
        place = "?" if dialect.paramstyle == "qmark" else "%s"
        parts = ["INSERT INTO", quoted(table.name), f"({', '.join(map(quoted, columns))})"]
        parts += ["VALUES", f"({', '.join([place] * len(columns))})"]
        if unless_there:
            parts += ["ON CONFLICT", f"({', '.join(map(quoted, unless_there))})", "DO NOTHING"]
        self._statement = " ".join(parts)
        self._converters: dict[str, Callable[[Any], BoundValue]] = {}
        for name in columns:
            kind = table.c[name].type
            # Drivers take bytes as they are; what SQLAlchemy would wrap them in could not wait in a file.
            converter = None if isinstance(kind, LargeBinary) else kind.dialect_impl(dialect).bind_processor(dialect)
            self._converters[name] = converter or _as_it_is

    def bind(self, row: Mapping[str, object]) -> BoundRow:
        """The values of a row as the driver takes them; columns that ``row`` lacks must come last and be added."""
        return tuple([convert(row[name]) for name, convert in self._converters.items() if name in row])

    def execute(self, connection: Connection, rows: Sequence[BoundRow]) -> None:
        """Insert rows that :meth:`bind` made."""
        if rows:
            connection.exec_driver_sql(self._statement, list(rows))


def _as_it_is(value: BoundValue) -> BoundValue:
    return value
