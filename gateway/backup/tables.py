"""Tables as lines (表的逐行导出): the same on SQLite and PostgreSQL, so that one can be restored into the other.

A line is the JSON array of a row's values in the order of the columns: texts, whole numbers, booleans and null as they
are, bytes in Base64. Instants, days and JSON are texts in the database already and stay as they are stored.
"""

import base64
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from psycopg import sql
from sqlalchemy import Column, Connection, LargeBinary, MetaData, Table, insert, select, text, type_coerce
from sqlalchemy.types import TypeDecorator, TypeEngine

from gateway.problems import BackupError

ROWS_AT_A_TIME = 5_000
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(list[str | int | bool | None])


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Every row of a table, in the order of its primary key."""
    columns = [type_coerce(column, _stored(column)).label(column.name) for column in table.columns]
    statement = select(*columns).order_by(*table.primary_key.columns).execution_options(yield_per=ROWS_AT_A_TIME)
    with connection.execute(statement) as rows:
        for row in rows:
            yield _encoder.encode(tuple(row))


def load(connection: Connection, name: str, columns: Sequence[str], data: Iterable[bytes]) -> int:
    """Put rows into an empty table of the same columns; how many.

    Raises:
        BackupError: There is no such table, or it has other columns.
    """
    table = Table(name, MetaData(), autoload_with=connection)
    if sorted(table.columns.keys()) != sorted(columns):
        raise BackupError(
            f"备份中数据表{name}的列与当时的程序版本不符 / "
            f"The table {name} of the backup has other columns than this version of the program made then.",
            hint="请用制作备份的程序版本恢复，再升级 / Restore it with the version that made it, then upgrade.",
        )
    rows = _rows([table.columns[each] for each in columns], data)
    if connection.dialect.name == "postgresql":
        return _copy(connection, table, columns, rows)
    return _insert(connection, table, columns, rows)


def _stored(column: "Column[Any]") -> TypeEngine[Any]:
    kind = column.type
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind


def _rows(columns: Sequence["Column[Any]"], data: Iterable[bytes]) -> Iterator[list[object]]:
    binary = [isinstance(column.type, LargeBinary) for column in columns]
    for line in data:
        try:
            values: list[object] = list(_decoder.decode(line))
            for place, is_binary in enumerate(binary):
                value = values[place]
                if is_binary and value is not None:
                    values[place] = base64.b64decode(str(value), validate=True)
        except (msgspec.DecodeError, ValueError, IndexError):
            values = []
        if len(values) != len(columns):
            raise BackupError(
                "备份中有一行不是其数据表的记录 / A line of the backup is no row of its table.",
                hint="请换一份备份 / Use another backup.",
            )
        yield values


def _insert(connection: Connection, table: Table, columns: Sequence[str], rows: Iterator[list[object]]) -> int:
    number, portion = 0, list[dict[str, object]]()
    for row in rows:
        portion.append(dict(zip(columns, row, strict=True)))
        if len(portion) == ROWS_AT_A_TIME:
            connection.execute(insert(table), portion)
            number, portion = number + len(portion), []
    if portion:
        connection.execute(insert(table), portion)
    return number + len(portion)


def _copy(connection: Connection, table: Table, columns: Sequence[str], rows: Iterator[list[object]]) -> int:
    """One statement for the whole table: its rows may refer to each other in any order."""
    cursor = connection.connection.cursor()
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    number = 0
    with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)) as copying:
        for row in rows:
            copying.write_row(row)
            number += 1
    cursor.close()
    for column in table.primary_key.columns:
        found = {"table": f'"{table.name}"', "column": column.name}
        sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), found)
        if sequence and number:
            highest = select(table.c[column.name]).order_by(table.c[column.name].desc()).limit(1)
            connection.execute(
                text("SELECT setval(CAST(:sequence AS regclass), :highest)"),
                {"sequence": sequence, "highest": connection.scalar(highest)},
            )
    return number
