"""The waivers on file (豁免登记): how they come in, how they are found, which of them are published."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select

from credit_sdk.model.listing import Waiver
from gateway.database.engine import among
from gateway.database.tables import waivers
from gateway.database.unit_of_work import UnitOfWork
from gateway.problems import NotFoundError
from gateway.registry.same_person import plain_name

MAX_ROWS = 1_000

_ASKED: tuple[str, ...] = (
    "client",
    "outbox",
    "seq",
    "received_at",
    "subject_key",
    "matter",
    "measure",
    "list",
    "entry",
    "decision_id",
)
_ASKED += ("case_ref", "by", "reason", "document_no", "until_on")
_LAST_NUMBER = 2**53 - 1


class WaiverState(StrEnum):
    """Where a waiver stands."""

    PENDING = "pending"
    EFFECTIVE = "effective"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def take_in(work: UnitOfWork, client: str, asked: Sequence[Mapping[str, Any]]) -> None:
    """Take in what outcomes of a system ask for (豁免报送); each waits for somebody at the gateway.

    Args:
        work: The transaction that stores the outcomes.
        client: The system.
        asked: Rows of outcomes that are new, each of a waiver with its subject.
    """
    for row in asked:
        values = {name: row[name] for name in _ASKED} | {"by_plain": plain_name(str(row["by"]))}
        stored = work.connection.execute(insert(waivers).values(**values, **_UNDECIDED))
        payload = {
            "waiver": _number(stored.inserted_primary_key),
            "to": WaiverState.PENDING,
            "outbox": row["outbox"],
            "seq": row["seq"],
            "receipt": row["receipt"],
        }
        work.ledger.append("waiver:subject:report", client, payload)


def find(
    connection: Connection,
    *,
    state: WaiverState | None = None,
    client: str | None = None,
    behind: int = 0,
    limit: int = 100,
) -> tuple[Row[Any], ...]:
    """Those that match every condition given, by number, behind ``behind``."""
    statement = select(waivers).where(waivers.c.id > behind)
    if state is not None:
        statement = statement.where(waivers.c.state == state)
    if client is not None:
        statement = statement.where(waivers.c.client == client)
    return tuple(connection.execute(statement.order_by(waivers.c.id).limit(min(limit, MAX_ROWS + 1))))


def show(connection: Connection, waiver: int) -> Row[Any]:
    """The waiver of that number.

    Raises:
        NotFoundError: There is none.
    """
    known = 0 < waiver <= _LAST_NUMBER
    row = connection.execute(select(waivers).where(waivers.c.id == waiver)).first() if known else None
    if row is None:
        raise NotFoundError(
            f"没有豁免{waiver} / There is no waiver {waiver}.",
            hint="查看豁免：credit-gateway waivers list HOME / Find it with that command.",
        )
    return row


def in_force(connection: Connection, subject_keys: Collection[bytes]) -> Mapping[bytes, tuple[Waiver, ...]]:
    """The waivers of these subjects that are in force, as they are published; for as many as one statement takes."""
    found: dict[bytes, list[Waiver]] = defaultdict(list)
    for row in connection.execute(_of(connection, subject_keys).where(waivers.c.state == WaiverState.EFFECTIVE)):
        found[row.subject_key].append(_published(row))
    return {key: tuple(each) for key, each in found.items()}


def ever_in_force(connection: Connection, subject_keys: Collection[bytes]) -> tuple[Row[Any], ...]:
    """Rows of the waivers of these subjects that were ever in force; for as many as one statement takes."""
    return tuple(connection.execute(_of(connection, subject_keys).where(waivers.c.effective_until_on.is_not(None))))


def was_in_force(row: Row[Any], at: datetime) -> Waiver | None:
    """A waiver that was ever in force as it was published at an instant, None where it was not."""
    is_over = row.withdrawn_at is not None and row.withdrawn_at <= at
    return None if row.decided_at > at or is_over else _published(row)


def _of(connection: Connection, subject_keys: Collection[bytes]) -> Select[Any]:
    return select(waivers).where(among(connection, waivers.c.subject_key, subject_keys)).order_by(waivers.c.id)


def _published(row: Row[Any]) -> Waiver:
    # Whoever reads it in a decision sees who decided, why, and the document by which it was confirmed here.
    return Waiver(row.matter, row.measure, row.effective_until_on, row.by, row.reason, row.approval_no)


def _number(key: Row[Any] | None) -> int:
    if key is None:
        raise LookupError("the database gave the waiver no number")
    return int(key[0])


_UNDECIDED = {
    "state": WaiverState.PENDING,
    **dict.fromkeys(
        (
            "decision_reason",
            "approval_no",
            "limit_period",
            "limit_basis",
            "withdrawal_reason",
            "withdrawal_document_no",
        ),
        "",
    ),
}
