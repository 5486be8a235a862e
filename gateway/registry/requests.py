"""Requests of the listed (异议、信用修复申请) as they are kept: found, shown, and moved by one at a time."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, Table, select, update

from gateway.database.unit_of_work import UnitOfWork
from gateway.problems import ConflictError, NotFoundError

MAX_ROWS = 1_000


class Requests:
    """The requests of one kind.

    Args:
        table: Where they are kept; with ``id``, ``entry``, ``state`` and ``channel``.
        title: What one is called in a message, Chinese.
        name: The same, English.
        hint: Where they are listed, for whoever names one that is not there.
    """

    def __init__(self, table: Table, title: str, name: str, hint: str) -> None:
        self._table = table
        self._title = title
        self._name = name
        self._hint = hint

    def find(
        self,
        connection: Connection,
        *,
        state: str | None = None,
        entry: str = "",
        channel: str | None = None,
        behind: str = "",
        limit: int = 100,
    ) -> tuple[Row[Any], ...]:
        """Those that match every condition given, by number, behind ``behind``."""
        columns = self._table.c
        statement = select(self._table).where(columns.id > behind)
        if state is not None:
            statement = statement.where(columns.state == state)
        if entry:
            statement = statement.where(columns.entry == entry)
        if channel is not None:
            statement = statement.where(columns.channel == channel)
        return tuple(connection.execute(statement.order_by(columns.id).limit(min(limit, MAX_ROWS))))

    def show(self, connection: Connection, number: str) -> Row[Any]:
        """The one of that number.

        Raises:
            NotFoundError: There is none.
        """
        row = connection.execute(select(self._table).where(self._table.c.id == number)).first()
        if row is None:
            raise NotFoundError(f"没有{self._title}{number} / There is no {self._name} {number}.", hint=self._hint)
        return row

    def claim(self, work: UnitOfWork, row: Row[Any], values: Mapping[str, object]) -> None:
        """Write to one, unless somebody else has changed its state meanwhile.

        Raises:
            ConflictError: Somebody has.
        """
        columns = self._table.c
        claimed = work.connection.execute(
            update(self._table).where(columns.id == row.id, columns.state == row.state).values(**values)
        )
        if claimed.rowcount != 1:
            raise ConflictError(
                f"{self._title}{row.id}同时被他人办理 / "
                f"The {self._name} {row.id} was changed by somebody else at the same moment.",
                hint="请查看后重试 / Look at it and try again.",
            )
