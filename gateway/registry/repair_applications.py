"""Applications for repair (信用修复申请) up to the decision: taken in, completed, accepted, declined or withdrawn."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, insert
from sqlalchemy.exc import IntegrityError

from credit_sdk.model.term import civil_day
from gateway.accounts import DESK, require_operator
from gateway.database.tables import repairs
from gateway.database.unit_of_work import UnitOfWork
from gateway.problems import ConflictError, InvalidActError
from gateway.registry.conditions import instrument_of, require_repairable, require_untrustworthy
from gateway.registry.lifecycle import EntryState, require_entry
from gateway.registry.periods import PeriodLaw
from gateway.registry.publicity import Listed, publicity_of
from gateway.registry.repairs import RepairAct, RepairState, after, blank, claim, require_papers, show
from gateway.registry.titles import state_title
from gateway.registry.wording import MAX_NAME_CHARACTERS, MAX_TEXT_CHARACTERS, bounded

_REPAIRABLE = (EntryState.PUBLISHED, EntryState.SHIELDED)


class Papers(NamedTuple):
    """What an applicant hands in (申请材料), and no more is asked for.

    Attributes:
        proof: What shows that the conduct is corrected and the obligations are fulfilled.
        commitment: Number of the public commitment (信用承诺书).
    """

    proof: str = ""
    commitment: str = ""


def apply(
    work: UnitOfWork,
    entry: str,
    papers: Papers,
    *,
    applicant: str,
    by: str,
    applied_on: date | None = None,
    period: str = "",
    channel: str = DESK,
) -> str:
    """Take in an application for repair (信用修复申请); its number.

    Args:
        work: The transaction.
        entry: The entry.
        papers: What was handed in; what is missing is asked for before acceptance.
        applicant: Who applies; personal numbers are masked.
        by: The operator who takes it in.
        applied_on: The day it was handed in; today unless given.
        period: Which publicity period holds, where the entry leaves it open.
        channel: The system it came through.

    Raises:
        FourEyesError: Not an operator.
        InvalidActError: The minimum publicity is not reached, or a particular is missing.
        NotFoundError: No such entry.
        ConflictError: It is not published, or an application is open.
    """
    require_operator(work.connection, by)
    today = civil_day(work.at)
    applied_on = applied_on or today
    if applied_on > today:
        raise InvalidActError(
            f"申请日期{applied_on}晚于今天 / Nobody can have applied on {applied_on}, which is in the future.",
            hint="请填写今天或更早的日期 / Give today or an earlier day.",
        )
    who = bounded("applicant", applicant, MAX_NAME_CHARACTERS)
    listed = require_entry(work.connection, entry)
    if applied_on < listed.determined_on:
        raise InvalidActError(
            f"申请日期{applied_on}早于认定日期{listed.determined_on} / "
            f"Nobody can have applied on {applied_on} for the repair of a determination of {listed.determined_on}.",
            hint="请核对申请日期 / Check the day it was handed in.",
        )
    law = PeriodLaw.load(work.connection, today)
    require_untrustworthy(listed, law)
    if EntryState(listed.state) not in _REPAIRABLE:
        raise ConflictError(
            f"条目{entry}的状态为“{state_title(listed.state)}”，不能申请修复 / "
            f"The entry {entry} is {listed.state}, so there is nothing to repair.",
            hint="只有公示中或屏蔽中的条目可以申请修复 / Only a published or shielded entry can be repaired.",
        )
    rule = require_repairable(work.connection, listed, law, applied_on, period)
    # Where the entry leaves it open and nobody had to say, none is written down as if it were known.
    is_open = not period and publicity_of(Listed.row(listed), law).others
    number = secrets.token_hex(8)
    row = {
        **blank(),
        "id": number,
        "entry": entry,
        "applicant": who,
        "regime": instrument_of(rule, law, listed.list, applied_on),
        "proof": bounded("proof", papers.proof, MAX_TEXT_CHARACTERS, required=False),
        "commitment": bounded("commitment", papers.commitment, MAX_NAME_CHARACTERS, required=False),
        "applied_on": applied_on,
        "received_by": by,
        "received_at": work.at,
        "state": RepairState.APPLIED,
        "channel": channel,
        "period": rule.id if rule and not is_open else "",
    }
    try:
        work.connection.execute(insert(repairs).values(**row))
    except IntegrityError as error:
        # The unique index, not a look before: two desks may take the same application in at once.
        raise ConflictError(
            f"该条目已有办理中的修复申请 / An application for the repair of the entry {entry} is open already.",
            hint="请在该申请中补充材料 / Add to that one; list it with credit-gateway repairs list HOME.",
        ) from error
    told = {"repair": number, "entry": entry, "applied_on": applied_on.isoformat(), "channel": channel}
    work.ledger.append("repair:entry:apply", by, told)
    return number


def accept(work: UnitOfWork, repair: str, *, by: str) -> RepairState:
    """Accept an application (受理): its papers are complete.

    Raises:
        FourEyesError: Not an operator.
        InvalidActError: Proof or commitment is missing; ask for a supplement.
        NotFoundError: No such application.
        ConflictError: Its state does not allow it.
    """
    require_operator(work.connection, by)
    row = show(work.connection, repair)
    reached = after(RepairState(row.state), RepairAct.ACCEPT)
    require_papers(row)
    values = {"state": reached, "accepted_by": by, "accepted_on": civil_day(work.at)}
    return _moved(work, row, RepairAct.ACCEPT, by, values)


def supplement(work: UnitOfWork, repair: str, *, by: str, missing: str) -> RepairState:
    """Say what is missing (一次性告知补正).

    Raises:
        FourEyesError / InvalidActError / NotFoundError / ConflictError: As for :func:`accept`.
    """
    require_operator(work.connection, by)
    row = show(work.connection, repair)
    reached = after(RepairState(row.state), RepairAct.SUPPLEMENT)
    text = bounded("text of what is missing", missing, MAX_TEXT_CHARACTERS)
    return _moved(work, row, RepairAct.SUPPLEMENT, by, {"state": reached, "missing": text})


def supply(work: UnitOfWork, repair: str, papers: Papers, *, by: str) -> RepairState:
    """Take in what was missing (补正材料); the time for acceptance begins anew with it.

    Raises:
        FourEyesError / InvalidActError / NotFoundError / ConflictError: As for :func:`accept`.
    """
    require_operator(work.connection, by)
    row = show(work.connection, repair)
    reached = after(RepairState(row.state), RepairAct.SUPPLY)
    proof = bounded("proof", papers.proof, MAX_TEXT_CHARACTERS, required=False)
    commitment = bounded("commitment", papers.commitment, MAX_NAME_CHARACTERS, required=False)
    if not proof and not commitment:
        raise InvalidActError(
            "没有提交任何材料 / Nothing was handed in.",
            hint="请填写证明材料或信用承诺书编号 / Give the proof or the commitment.",
        )
    values = {
        "state": reached,
        "missing": "",
        "proof": proof or row.proof,
        "commitment": commitment or row.commitment,
        "applied_on": civil_day(work.at),
    }
    return _moved(work, row, RepairAct.SUPPLY, by, values)


def decline(work: UnitOfWork, repair: str, *, by: str, reason: str) -> RepairState:
    """Decline an application before it is looked into (不予受理), with reasons.

    Raises:
        FourEyesError / InvalidActError / NotFoundError / ConflictError: As for :func:`accept`.
    """
    return _closed(work, repair, RepairAct.DECLINE, by, reason)


def withdraw(work: UnitOfWork, repair: str, *, by: str, reason: str) -> RepairState:
    """Note that the subject no longer asks (撤回申请).

    Raises:
        FourEyesError / InvalidActError / NotFoundError / ConflictError: As for :func:`accept`.
    """
    return _closed(work, repair, RepairAct.WITHDRAW, by, reason)


def _closed(work: UnitOfWork, repair: str, act: RepairAct, by: str, reason: str) -> RepairState:
    require_operator(work.connection, by)
    row = show(work.connection, repair)
    reached = after(RepairState(row.state), act)
    reasons = bounded("reason", reason, MAX_TEXT_CHARACTERS)
    values = {"state": reached, "reasons": reasons, "closed_by": by, "closed_at": work.at}
    return _moved(work, row, act, by, values)


def _moved(work: UnitOfWork, row: Row[Any], act: RepairAct, by: str, values: Mapping[str, object]) -> RepairState:
    claim(work, row, values)
    work.ledger.append(f"repair:entry:{act}", by, {"repair": row.id, "entry": row.entry, "from": row.state})
    return RepairState(str(values["state"]))
