"""Repair (信用修复): who has corrected the conduct and fulfilled the obligations is freed of the entry.

===========  ===========  ===========  ==================================================================
from         act          to           what it means
===========  ===========  ===========  ==================================================================
applied      supplement   supplement   something is missing; it is said what (补正)
supplement   supply       applied      it was handed in; the time for acceptance begins anew
applied      accept       accepted     complete and in time (受理)
applied      decline      declined     not to be taken up, with reasons (不予受理)
supplement   decline      declined
applied      grant        granted      accepted and decided in one
accepted     grant        granted      publicity ends, sharing and use cease, measures are lifted
accepted     deny         denied       the conditions are not met, with reasons
applied      withdraw     withdrawn    the subject no longer asks
supplement   withdraw     withdrawn
accepted     withdraw     withdrawn
granted      void         voided       a false commitment or false material: the entry is published again
===========  ===========  ===========  ==================================================================

The conditions (信用修复管理办法，第36号令): the minimum publicity is reached, by the law in force on the day of the
document; the conduct is corrected and the obligations are fulfilled, with proof; a public commitment (信用承诺) is
given; others that a law states. Nothing else is asked for: it is free of charge, and there is no field for a training,
a report or a donation. Granting, refusing and voiding take two people and a document.

Who determined an entry repairs it (谁认定、谁修复): a repair that the determining authority granted by itself is taken
over without an application; its conditions are that authority's to judge.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select, update

from gateway.database.tables import entries, repairs
from gateway.database.unit_of_work import UnitOfWork
from gateway.problems import ConflictError, InvalidActError, NotFoundError
from gateway.registry.objections import MAX_ROWS

AUTHORITY = "authority"
"""The channel of a repair that the determining authority granted by itself."""


class RepairState(StrEnum):
    """Where an application stands."""

    APPLIED = "applied"
    SUPPLEMENT = "supplement"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    GRANTED = "granted"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"


class RepairAct(StrEnum):
    """What moves an application."""

    SUPPLEMENT = "supplement"
    SUPPLY = "supply"
    ACCEPT = "accept"
    DECLINE = "decline"
    GRANT = "grant"
    DENY = "deny"
    WITHDRAW = "withdraw"
    VOID = "void"


OPEN = frozenset({RepairState.APPLIED, RepairState.SUPPLEMENT, RepairState.ACCEPTED})

MOVES: Mapping[tuple[RepairState, RepairAct], RepairState] = {
    (RepairState.APPLIED, RepairAct.SUPPLEMENT): RepairState.SUPPLEMENT,
    (RepairState.SUPPLEMENT, RepairAct.SUPPLY): RepairState.APPLIED,
    (RepairState.APPLIED, RepairAct.ACCEPT): RepairState.ACCEPTED,
    (RepairState.APPLIED, RepairAct.DECLINE): RepairState.DECLINED,
    (RepairState.SUPPLEMENT, RepairAct.DECLINE): RepairState.DECLINED,
    (RepairState.APPLIED, RepairAct.GRANT): RepairState.GRANTED,
    (RepairState.ACCEPTED, RepairAct.GRANT): RepairState.GRANTED,
    (RepairState.ACCEPTED, RepairAct.DENY): RepairState.DENIED,
    (RepairState.APPLIED, RepairAct.WITHDRAW): RepairState.WITHDRAWN,
    (RepairState.SUPPLEMENT, RepairAct.WITHDRAW): RepairState.WITHDRAWN,
    (RepairState.ACCEPTED, RepairAct.WITHDRAW): RepairState.WITHDRAWN,
    (RepairState.GRANTED, RepairAct.VOID): RepairState.VOIDED,
}


def after(state: RepairState, act: RepairAct) -> RepairState:
    """The state an act leads to.

    Raises:
        ConflictError: The table has no such move.
    """
    reached = MOVES.get((state, act))
    if reached is None:
        possible = ", ".join(each for each in RepairAct if (state, each) in MOVES) or "none"
        raise ConflictError(
            f"An application that is {state} cannot be changed by the act {act}.",
            hint=f"此状态下可办理 / Possible in this state: {possible}.",
        )
    return reached


def show(connection: Connection, repair: str) -> Row[Any]:
    """The application of that number.

    Raises:
        NotFoundError: There is none.
    """
    row = connection.execute(select(repairs).where(repairs.c.id == repair)).first()
    if row is None:
        raise NotFoundError(
            f"There is no application for repair {repair}.",
            hint="查看修复申请：credit-gateway repairs list HOME / Find it with that command.",
        )
    return row


def find(
    connection: Connection,
    *,
    state: RepairState | None = None,
    entry: str = "",
    channel: str | None = None,
    behind: str = "",
    limit: int = 100,
) -> tuple[Row[Any], ...]:
    """Applications that match every condition given, by number, behind ``behind``."""
    statement = select(repairs).where(repairs.c.id > behind)
    if state is not None:
        statement = statement.where(repairs.c.state == state)
    if entry:
        statement = statement.where(repairs.c.entry == entry)
    if channel is not None:
        statement = statement.where(repairs.c.channel == channel)
    return tuple(connection.execute(statement.order_by(repairs.c.id).limit(min(limit, MAX_ROWS))))


def claim(work: UnitOfWork, row: Row[Any], values: Mapping[str, object]) -> None:
    """Write to an application, unless somebody else has changed its state meanwhile.

    Raises:
        ConflictError: Somebody has.
    """
    claimed = work.connection.execute(
        update(repairs).where(repairs.c.id == row.id, repairs.c.state == row.state).values(**values)
    )
    if claimed.rowcount != 1:
        raise ConflictError(
            f"The application {row.id} was changed by somebody else at the same moment.",
            hint="请查看后重试 / Look at it and try again.",
        )


def require_papers(row: Row[Any]) -> None:
    """Refuse an application without proof or commitment.

    Raises:
        InvalidActError: One is missing.
    """
    missing = [
        name
        for name, text in (("履行证明材料 proof", row.proof), ("信用承诺书 commitment", row.commitment))
        if not text
    ]
    if missing:
        raise InvalidActError(
            f"The application {row.id} lacks what the rules ask for: {', '.join(missing)}.",
            hint="请申请人补正：credit-gateway repairs supplement / Ask for it with that command.",
        )


def entry_of(connection: Connection, entry: str) -> Row[Any]:
    """The entry a repair is about.

    Raises:
        NotFoundError: There is none.
    """
    row = connection.execute(select(entries).where(entries.c.id == entry)).first()
    if row is None:
        raise NotFoundError(
            f"There is no entry {entry}.",
            hint="查看条目：credit-gateway entries list HOME / Find it with that command.",
        )
    return row


def blank() -> dict[str, object]:
    """The texts of an application that nobody has written yet."""
    texts = ("proof", "commitment", "reasons", "document_no", "period", "missing", "void_reasons", "void_document_no")
    return dict.fromkeys(texts, "")
