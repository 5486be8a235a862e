"""Waivers (豁免): a system's officer asks that a measure be not applied to a subject, and somebody else confirms it.

=========  ========  =========  ====================================================================
from       act       to         what it means
=========  ========  =========  ====================================================================
—          report    pending    待复核: an outcome of a system asks for it; nothing changes anywhere
pending    confirm   effective  生效: published with the subject's record, in every system, until its
                                last day
pending    refuse    refused    不予同意: it never took effect
pending    expire    expired    失效: its last day passed and nobody had decided
effective  withdraw  withdrawn  撤销: two people ended it before its last day
effective  expire    expired    期满: its last day is over
=========  ========  =========  ====================================================================

1. Only ``effective`` waivers are published, and the law's measure stands again behind the last day whether or not the
   calendar has noted it.
2. Whoever confirms or refuses holds the role of a reviewer and is not the officer who asked. An officer is a name that
   a system typed under its key: with the key alone nothing is lifted.
3. A withdrawal takes from a subject what it was granted, so two people decide it. It looks forward.
4. How long a waiver may last is data of the law (:mod:`gateway.registry.waiver_terms`).
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Engine, Row, exists, false, func, select, update

from credit_sdk.model.term import civil_day
from gateway.accounts import OperatorRole, require_operator, require_two
from gateway.database.tables import entries, waivers
from gateway.database.unit_of_work import UnitOfWork, reading, unit_of_work
from gateway.ledger.contents import waiver_sha256
from gateway.problems import ConflictError, FourEyesError
from gateway.registry.lifecycle import require_stated
from gateway.registry.periods import PeriodLaw
from gateway.registry.same_person import is_named, plain_name
from gateway.registry.same_subject import all_keys
from gateway.registry.titles import WAIVER_ACTS, WAIVER_STATES, act_title, possible_acts, state_title
from gateway.registry.waiver_register import WaiverState, show
from gateway.registry.waiver_terms import LongestTerm
from gateway.registry.wording import written

CALENDAR = "publisher"
"""Who notes in the ledger what the calendar ends: a program, no operator."""

PORTION = 500
"""Waivers that one transaction notes as over."""


class WaiverAct(StrEnum):
    """What moves a waiver."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


MOVES: Mapping[tuple[WaiverState, WaiverAct], WaiverState] = {
    (WaiverState.PENDING, WaiverAct.CONFIRM): WaiverState.EFFECTIVE,
    (WaiverState.PENDING, WaiverAct.REFUSE): WaiverState.REFUSED,
    (WaiverState.PENDING, WaiverAct.EXPIRE): WaiverState.EXPIRED,
    (WaiverState.EFFECTIVE, WaiverAct.WITHDRAW): WaiverState.WITHDRAWN,
    (WaiverState.EFFECTIVE, WaiverAct.EXPIRE): WaiverState.EXPIRED,
}


class Expired(NamedTuple):
    """What one portion of the calendar's pass ended.

    Attributes:
        number: Waivers that are noted as over now.
        is_more: Whether others wait to be noted.
    """

    number: int
    is_more: bool


_OPEN = tuple(state for state, act in MOVES if act is WaiverAct.EXPIRE)


def confirm(
    work: UnitOfWork, waiver: int, *, by: str, reason: str, document_no: str, until_on: date | None = None
) -> WaiverState:
    """Put a waiver into force (复核生效), by another person than the officer who asked for it.

    Args:
        work: The transaction.
        waiver: Its number.
        by: The operator who confirms it.
        reason: Why.
        document_no: Of the approval (批准文号).
        until_on: Last day; may be left out where a law in force limits the term.

    Raises:
        FourEyesError: Not a reviewer, or the officer who asked.
        InvalidActError: Reason, document or last day is missing, or the last day is beyond what was asked or allowed.
        NotFoundError: No such waiver.
        ConflictError: It is decided already.
    """
    stated = {"by": by, "reason": reason, "document_no": document_no}
    row, today = _decidable(work, waiver, WaiverAct.CONFIRM, **stated), civil_day(work.at)
    term = longest_term(row, PeriodLaw.load(work.connection, today), today)
    last_on = term.last_day(until_on, asked=row.until_on, today=today)
    values = {"effective_until_on": last_on, "limit_period": term.limit.period, "limit_basis": term.basis}
    said = {"until_on": last_on.isoformat(), "period": term.limit.period, "basis": term.basis}
    return _decide(work, row, WaiverAct.CONFIRM, values, said, **stated)


def refuse(work: UnitOfWork, waiver: int, *, by: str, reason: str, document_no: str) -> WaiverState:
    """Refuse a waiver (不予同意), by another person than the officer who asked for it.

    Raises:
        FourEyesError: Not a reviewer, or the officer who asked.
        InvalidActError: Reason or document is missing.
        NotFoundError: No such waiver.
        ConflictError: It is decided already.
    """
    stated = {"by": by, "reason": reason, "document_no": document_no}
    row = _decidable(work, waiver, WaiverAct.REFUSE, **stated)
    return _decide(work, row, WaiverAct.REFUSE, {}, {}, **stated)


def withdraw(
    work: UnitOfWork, waiver: int, *, by: str, confirmed_by: str, reason: str, document_no: str
) -> WaiverState:
    """End a waiver before its last day (撤销), by two people; with the next publication the measure stands again.

    Raises:
        FourEyesError: Not two people with the right roles.
        InvalidActError: Reason or document is missing.
        NotFoundError: No such waiver.
        ConflictError: It is not in force.
    """
    require_two(work.connection, by, confirmed_by)
    require_stated(WaiverAct.WITHDRAW, reason, document_no)
    row = show(work.connection, waiver)
    values = {
        "withdrawn_by": by,
        "withdrawal_confirmed_by": confirmed_by,
        "withdrawn_at": work.at,
        "withdrawal_reason": written(reason),
        "withdrawal_document_no": written(document_no),
    }
    said = {"confirmed_by": confirmed_by, "reason": written(reason), "document": written(document_no)}
    return _move(work, row, WaiverAct.WITHDRAW, values, said, by=by)


def expire(engine: Engine, now: datetime) -> Expired:
    """Note what the calendar has ended (期满), a portion of it."""
    over = func.coalesce(waivers.c.effective_until_on, waivers.c.until_on) < civil_day(now)
    with reading(engine) as connection:
        rows = connection.execute(
            select(waivers).where(waivers.c.state.in_(_OPEN), over).order_by(waivers.c.id).limit(PORTION + 1)
        ).all()
    if not rows:
        return Expired(0, is_more=False)
    with unit_of_work(engine, at=now) as work:
        ended = sum(_expired(work, row) for row in rows[:PORTION])
    return Expired(ended, is_more=len(rows) > PORTION)


def longest_term(row: Row[Any], law: PeriodLaw, today: date) -> LongestTerm:
    """What a confirmation on a day would be bound to, by the edition of the law in effect on it."""
    received_on = civil_day(row.received_at)
    return LongestTerm.of(law, matter=row.matter, list_id=row.list, received_on=received_on, today=today)


def after(state: WaiverState, act: WaiverAct) -> WaiverState:
    """The state an act leads to.

    Raises:
        ConflictError: The table has no such move.
    """
    reached = MOVES.get((state, act))
    if reached is None:
        possible = possible_acts((each for each in WaiverAct if (state, each) in MOVES), WAIVER_ACTS)
        raise ConflictError(
            f"状态为“{state_title(state, WAIVER_STATES)}”的豁免不能办理“{act_title(act, WAIVER_ACTS)}” / "
            f"A waiver that is {state} cannot be changed by {act}.",
            hint=f"此状态下可办理 / Possible in this state: {possible}.",
        )
    return reached


def _decidable(work: UnitOfWork, waiver: int, act: WaiverAct, *, by: str, reason: str, document_no: str) -> Row[Any]:
    operator = require_operator(work.connection, by, OperatorRole.REVIEWER)
    require_stated(act, reason, document_no)
    row = show(work.connection, waiver)
    after(WaiverState(row.state), act)
    if is_named(operator, row.by):
        raise FourEyesError(
            f"{by}不能复核自己经办的豁免（经办人：{row.by}） / "
            f"{by} cannot decide a waiver that the officer {row.by} asked for: this needs a second person.",
            hint="请由另一人复核 / Let another person decide it.",
        )
    return row


def _decide(
    work: UnitOfWork,
    row: Row[Any],
    act: WaiverAct,
    values: Mapping[str, object],
    said: Mapping[str, str],
    *,
    by: str,
    reason: str,
    document_no: str,
) -> WaiverState:
    decided = {
        "decided_by": by,
        "decided_by_plain": plain_name(by),
        "decided_at": work.at,
        "decision_reason": written(reason),
        "approval_no": written(document_no),
    }
    payload = {"officer": row.by, **said, "reason": written(reason), "document": written(document_no)}
    if act is WaiverAct.CONFIRM:
        payload["content_sha256"] = waiver_sha256({**row._mapping, **decided, **values})
    return _move(work, row, act, {**decided, **values}, payload, by=by)


def _move(
    work: UnitOfWork,
    row: Row[Any],
    act: WaiverAct,
    values: Mapping[str, object],
    said: Mapping[str, str],
    *,
    by: str,
) -> WaiverState:
    reached = after(WaiverState(row.state), act)
    if not _claimed(work, row, reached, values):
        raise ConflictError(
            f"豁免{row.id}同时被他人办理 / The waiver {row.id} was changed by somebody else at the same moment.",
            hint="请查看后重试 / Look at it and try again.",
        )
    if WaiverState.EFFECTIVE in {reached, WaiverState(row.state)}:
        _mark(work, row.subject_key)
    payload = {"waiver": row.id, "from": row.state, "to": reached, **said}
    work.ledger.append(f"waiver:subject:{act}", by, payload)
    return reached


def _expired(work: UnitOfWork, row: Row[Any]) -> bool:
    reached = after(WaiverState(row.state), WaiverAct.EXPIRE)
    if not _claimed(work, row, reached, {"expired_at": work.at}):
        return False  # An act came first.
    if row.state == WaiverState.EFFECTIVE:
        _mark(work, row.subject_key)
    last_on = row.effective_until_on or row.until_on
    payload = {"waiver": row.id, "from": row.state, "to": reached, "last_day": last_on.isoformat()}
    work.ledger.append(f"waiver:subject:{WaiverAct.EXPIRE}", CALENDAR, payload)
    return True


def _claimed(work: UnitOfWork, row: Row[Any], reached: WaiverState, values: Mapping[str, object]) -> bool:
    # Compared once more while writing: another process may have moved it meanwhile.
    moved = work.connection.execute(
        update(waivers).where(waivers.c.id == row.id, waivers.c.state == row.state).values(state=reached, **values)
    )
    return moved.rowcount == 1


def _mark(work: UnitOfWork, subject_key: bytes) -> None:
    # Nothing of a natural person is published, and a waiver without an entry has nothing to soften.
    keys = all_keys(work.connection, subject_key)
    listed = exists().where(entries.c.subject_key.in_(keys), entries.c.is_person == false())
    if work.connection.scalar(select(listed)):
        work.mark_changed([subject_key])
