"""Objections (异议): the listed say that an entry, its period or the result of a repair is wrong.

From the filing to the decision the entry is marked in every publication (异议标注), and decisions that lean on it
soften; what repeats a rejected one need not mark again (:mod:`gateway.registry.repeated_objections`).

=========  =========  =========  ==================================================================
from       act        to         what it means
=========  =========  =========  ==================================================================
filed      uphold     upheld     right: the entry is revoked, removed or corrected in the same act,
                                 or it is said what else is to be done
filed      reject     rejected   wrong: the reasons are given
filed      withdraw   withdrawn  the subject no longer asks
=========  =========  =========  ==================================================================

Two people decide, on a document and with reasons. How long that may take is data of the law; where no law in force
says it, the answer says that there is no statutory limit (未设法定期限).
"""

import secrets
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert
from sqlalchemy.exc import IntegrityError

from credit_sdk.model.term import civil_day
from gateway.accounts import DESK, require_operator
from gateway.database.tables import objections
from gateway.database.unit_of_work import UnitOfWork
from gateway.problems import ConflictError, InvalidActError
from gateway.registry.corrections import mark
from gateway.registry.lifecycle import EntryState, require_entry
from gateway.registry.requests import Requests
from gateway.registry.titles import state_title
from gateway.registry.wording import MAX_NAME_CHARACTERS, MAX_TEXT_CHARACTERS, bounded, written

_CONTESTABLE = frozenset(EntryState) - {EntryState.DRAFTED, EntryState.DISCARDED, EntryState.CORRECTED}


class ObjectionAbout(StrEnum):
    """What is contested: the content (内容), the period (期限) or the result of a repair (修复结果)."""

    CONTENT = "content"
    PERIOD = "period"
    REPAIR = "repair"


class ObjectionState(StrEnum):
    """Where an objection stands."""

    FILED = "filed"
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ObjectionAct(StrEnum):
    """What moves an objection."""

    UPHOLD = "uphold"
    REJECT = "reject"
    WITHDRAW = "withdraw"


class Remedy(StrEnum):
    """What an upheld objection leads to: 撤销, 移出, 更正 in the same act; or something that is named."""

    REVOKE = "revoke"
    REMOVE = "remove"
    CORRECT = "correct"
    OTHER = "other"


MOVES: Mapping[tuple[ObjectionState, ObjectionAct], ObjectionState] = {
    (ObjectionState.FILED, ObjectionAct.UPHOLD): ObjectionState.UPHELD,
    (ObjectionState.FILED, ObjectionAct.REJECT): ObjectionState.REJECTED,
    (ObjectionState.FILED, ObjectionAct.WITHDRAW): ObjectionState.WITHDRAWN,
}


_HELD = Requests(
    objections, "异议", "objection", "查看异议：credit-gateway objections list HOME / Find it with that command."
)
find, show, claim = _HELD.find, _HELD.show, _HELD.claim


def file(
    work: UnitOfWork,
    entry: str,
    *,
    about: ObjectionAbout,
    applicant: str,
    grounds: str,
    by: str,
    filed_on: date | None = None,
    needs_verification: str = "",
    channel: str = DESK,
) -> str:
    """Take in an objection (受理异议); its number. The entry is marked with the next publication.

    Args:
        work: The transaction.
        entry: The entry.
        about: What is contested.
        applicant: Who objects, as they call themselves; personal numbers are masked.
        grounds: Why.
        by: The operator who takes it in.
        filed_on: The day it was handed in; today unless given.
        needs_verification: Why it takes a verification, where it does.
        channel: The system it came through.

    Raises:
        FourEyesError: Not an operator.
        InvalidActError: A particular is missing.
        NotFoundError: No such entry.
        ConflictError: It never took effect, or the same objection is open.
    """
    require_operator(work.connection, by)
    today = civil_day(work.at)
    filed_on = filed_on or today
    if filed_on > today:
        raise InvalidActError(
            f"提出日期{filed_on}晚于今天 / An objection cannot be filed on {filed_on}, which is in the future.",
            hint="请填写今天或更早的日期 / Give today or an earlier day.",
        )
    stated = {
        "applicant": bounded("applicant", applicant, MAX_NAME_CHARACTERS),
        "grounds": bounded("grounds", grounds, MAX_TEXT_CHARACTERS),
    }
    listed = require_entry(work.connection, entry)
    if filed_on < listed.determined_on:
        raise InvalidActError(
            f"提出日期{filed_on}早于认定日期 / "
            f"Nobody can have objected on {filed_on} to a determination of {listed.determined_on}.",
            hint="请核对提出异议的日期 / Check the day it was handed in.",
        )
    if EntryState(listed.state) not in _CONTESTABLE:
        raise ConflictError(
            f"条目{entry}的状态为“{state_title(listed.state)}”，不能提出异议 / "
            f"The entry {entry} is {listed.state}, so there is nothing to object to.",
            hint="已更正的，请对代替它的条目提出 / Object to an entry that took effect, or to its replacement.",
        )
    number = secrets.token_hex(8)
    try:
        work.connection.execute(
            insert(objections).values(
                **stated,
                id=number,
                entry=entry,
                about=about,
                filed_on=filed_on,
                received_by=by,
                received_at=work.at,
                state=ObjectionState.FILED,
                needs_verification=written(needs_verification)[:MAX_TEXT_CHARACTERS],
                reasons="",
                document_no="",
                channel=channel,
                to_do="",
            )
        )
    except IntegrityError as error:
        # The unique index, not a look before: two desks may take the same objection in at once.
        raise ConflictError(
            f"该条目已有办理中的同类异议 / An objection to the {about} of the entry {entry} is under way already.",
            hint="请在该异议中补充 / Add to that one; list it with credit-gateway objections list HOME.",
        ) from error
    mark_entry(work, listed)
    work.ledger.append(
        "objection:entry:file",
        by,
        {"objection": number, "entry": entry, "about": about, "filed_on": filed_on.isoformat(), "channel": channel},
    )
    return number


def withdraw(work: UnitOfWork, objection: str, *, by: str, reason: str) -> ObjectionState:
    """Note that the subject no longer asks (撤回异议); the mark goes with the next publication.

    Raises:
        FourEyesError: Not an operator.
        InvalidActError: No reason.
        NotFoundError: No such objection.
        ConflictError: It is decided already.
    """
    require_operator(work.connection, by)
    row = show(work.connection, objection)
    reached = after(ObjectionState(row.state), ObjectionAct.WITHDRAW)
    reasons = bounded("reason", reason, MAX_TEXT_CHARACTERS)
    claim(work, row, {"state": reached, "reasons": reasons, "withdrawn_by": by, "withdrawn_at": work.at})
    mark_entry(work, require_entry(work.connection, row.entry))
    work.ledger.append("objection:entry:withdraw", by, {"objection": objection, "entry": row.entry})
    return reached


def after(state: ObjectionState, act: ObjectionAct) -> ObjectionState:
    """The state an act leads to.

    Raises:
        ConflictError: The table has no such move.
    """
    reached = MOVES.get((state, act))
    if reached is None:
        raise ConflictError(
            f"该异议已办结（{state}） / The objection is {state} already, and what is decided stays decided.",
            hint="不服处理结果的，请告知复议、诉讼途径 / Tell the subject of review and litigation instead.",
        )
    return reached


def mark_entry(work: UnitOfWork, listed: Row[Any]) -> None:
    """Mark an entry by its open objections, and have it published so."""
    mark(work.connection, listed.id)
    if listed.state == EntryState.PUBLISHED and not listed.is_person:
        work.mark_changed([listed.subject_key])
