"""Decisions on repairs (信用修复决定): granted, refused, voided where one rested on falsehood; always by two people.

What the determining authority granted by itself is taken over, since it alone decides (谁认定、谁修复). Where a
condition that this registry can see was not met then, the ledger says which, so that no grant passes it by unseen.
"""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from credit_sdk.model.term import civil_day
from gateway.accounts import AUTHORITY, require_two
from gateway.database.tables import repairs
from gateway.database.unit_of_work import UnitOfWork
from gateway.problems import InvalidActError
from gateway.registry import lifecycle
from gateway.registry.conditions import instrument_of, require_repairable, require_untrustworthy
from gateway.registry.lifecycle import EntryAct, EntryState, require_entry, require_stated
from gateway.registry.periods import PeriodLaw
from gateway.registry.repairs import (
    OPEN,
    RepairAct,
    RepairState,
    after,
    blank,
    claim,
    require_papers,
    show,
)
from gateway.registry.wording import written

_TWO = ("decided_by", "confirmed_by")


def grant(work: UnitOfWork, entry: str, *, by: str, confirmed_by: str, reason: str, document_no: str) -> EntryState:
    """Grant the repair of an entry (准予信用修复): its open application, else what the determining authority granted.

    Raises:
        FourEyesError: Not two people with the right roles.
        InvalidActError: Reason, document, proof or commitment is missing, or the minimum is not reached.
        NotFoundError: No such entry.
        ConflictError: The state of the entry or of its application does not allow it.
    """
    require_two(work.connection, by, confirmed_by)
    require_stated("grant", reason, document_no)
    listed = require_entry(work.connection, entry)
    today = civil_day(work.at)
    law = PeriodLaw.load(work.connection, today)
    asked = _asked(work.connection, entry)
    unmet = ""
    decided = _decided(work, by, confirmed_by, reason, document_no)
    if asked is not None:
        after(RepairState(asked.state), RepairAct.GRANT)
        require_papers(asked)
        require_repairable(work.connection, listed, law, today, asked.period)
        accepted = {"accepted_by": asked.accepted_by or by, "accepted_on": asked.accepted_on or today}
        claim(work, asked, {**decided, **accepted, "state": RepairState.GRANTED})
        number = asked.id
    else:
        require_untrustworthy(listed, law)
        unmet = _unmet(work.connection, listed, law, today)
        number = secrets.token_hex(8)
        taken_over = {
            **blank(),
            **decided,
            "id": number,
            "entry": entry,
            "applicant": "",
            "regime": instrument_of(None, law, listed.list, today),
            "applied_on": today,
            "received_by": by,
            "received_at": work.at,
            "state": RepairState.GRANTED,
            "channel": AUTHORITY,
        }
        work.connection.execute(insert(repairs).values(**taken_over))
    reached = lifecycle.grant_repair(
        work, entry, by=by, confirmed_by=confirmed_by, reason=reason, document_no=document_no
    )
    _told(work, RepairAct.GRANT, number, decided, unmet)
    return reached


def unmet_by_the_authority(connection: Connection, entry: str, on: date) -> str:
    """What of the conditions is not met, where a grant would take over what the determining authority granted.

    Empty where an application is open, whose conditions :func:`grant` demands, and where all are met as far as this
    registry can see: whether obligations are fulfilled and a commitment was given only the authority knows then.

    Raises:
        NotFoundError: No such entry.
    """
    listed = require_entry(connection, entry)
    if _asked(connection, entry) is not None:
        return ""
    return _unmet(connection, listed, PeriodLaw.load(connection, on), on)


def deny(work: UnitOfWork, repair: str, *, by: str, confirmed_by: str, reason: str, document_no: str) -> RepairState:
    """Refuse an accepted application (不予修复), with reasons and by two people.

    Raises:
        FourEyesError: Not two people with the right roles.
        InvalidActError: Reason or document is missing.
        NotFoundError: No such application.
        ConflictError: Its state does not allow it.
    """
    require_two(work.connection, by, confirmed_by)
    require_stated("deny", reason, document_no)
    row = show(work.connection, repair)
    reached = after(RepairState(row.state), RepairAct.DENY)
    decided = _decided(work, by, confirmed_by, reason, document_no)
    claim(work, row, {**decided, "state": reached})
    _told(work, RepairAct.DENY, repair, decided)
    return reached


def void(work: UnitOfWork, repair: str, *, by: str, confirmed_by: str, reason: str, document_no: str) -> RepairState:
    """Void a repair that rests on a false commitment or false material (撤销修复): the entry is published again.

    Raises:
        FourEyesError: Not two people with the right roles.
        InvalidActError: Reason or document is missing.
        NotFoundError: No such application.
        ConflictError: It was not granted, or the entry has been revoked since.
    """
    require_two(work.connection, by, confirmed_by)
    require_stated("void", reason, document_no)
    row = show(work.connection, repair)
    reached = after(RepairState(row.state), RepairAct.VOID)
    values = {
        "state": reached,
        "voided_by": by,
        "void_confirmed_by": confirmed_by,
        "voided_at": work.at,
        "void_reasons": written(reason),
        "void_document_no": written(document_no),
    }
    claim(work, row, values)
    lifecycle.move(
        work, row.entry, EntryAct.VOID, by=by, confirmed_by=confirmed_by, reason=reason, document_no=document_no
    )
    _told(work, RepairAct.VOID, repair, values)
    return reached


def _decided(work: UnitOfWork, by: str, confirmed_by: str, reason: str, document_no: str) -> dict[str, object]:
    return {
        "decided_by": by,
        "confirmed_by": confirmed_by,
        "decided_at": work.at,
        "reasons": written(reason),
        "document_no": written(document_no),
    }


def _asked(connection: Connection, entry: str) -> Row[Any] | None:
    """The open application for the repair of an entry, if there is one."""
    return connection.execute(
        select(repairs).where(repairs.c.entry == entry, repairs.c.state.in_([str(each) for each in OPEN]))
    ).first()


def _unmet(connection: Connection, listed: Row[Any], law: PeriodLaw, on: date) -> str:
    """The condition of the law that is not met on a day, as far as this registry can see; empty where all are."""
    try:
        require_repairable(connection, listed, law, on)
    except InvalidActError as error:
        return str(error)
    return ""


def _told(work: UnitOfWork, act: RepairAct, repair: str, values: Mapping[str, object], unmet: str = "") -> None:
    """The line of an act of two people in the ledger."""
    row = show(work.connection, repair)
    people = [str(values[name]) for name in (("voided_by", "void_confirmed_by") if act is RepairAct.VOID else _TWO)]
    document = row.void_document_no if act is RepairAct.VOID else row.document_no
    told = {"repair": repair, "entry": row.entry, "confirmed_by": people[1], "document": document}
    if act is RepairAct.GRANT:
        told |= {"channel": row.channel, "unmet": unmet}
    work.ledger.append(f"repair:entry:{act}", people[0], told)
