"""What a desk and the system that asked are told of a waiver (豁免答复), Chinese first.

No longest term is called statutory unless a law in force states it.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from credit_sdk.model.decision import Verdict
from credit_sdk.model.term import civil_day
from gateway.database.columns import Json, instant_text
from gateway.database.tables import checks, clients, entries, publications, subjects, waivers
from gateway.registry.lifecycle import EntryState
from gateway.registry.periods import PeriodLaw
from gateway.registry.waiver_register import WaiverState
from gateway.registry.waivers import longest_term

MAX_SHOWN = 100
"""Decisions, entries and other waivers that are shown with one; decisions beyond it are counted."""

_CLOCKS_APART = timedelta(minutes=1)
"""How far the clocks of those who decide, publish and take in may be apart: they may work on several machines."""

_SOFTENED = (Verdict.REVIEW.value, Verdict.DENY.value)

_LISTED = ("state", "list", "authority", "document_no", "basis", "determined_on", "fact")


def waiver_json(connection: Connection, row: Row[Any], law: PeriodLaw, today: date) -> dict[str, Json]:
    """A waiver as it is answered: what was asked, by whom, and what became of it.

    Args:
        connection: Reads the subject.
        row: A row of the waivers table.
        law: The periods of the edition in effect today.
        today: The day by which one that waits is judged.
    """
    masked = connection.scalar(select(subjects.c.masked).where(subjects.c.key == row.subject_key))
    return {
        "waiver": row.id,
        "state": row.state,
        "client": row.client,
        "subject": masked or "",
        "matter": row.matter,
        "measure": row.measure,
        "list": row.list,
        "entry": row.entry,
        "decision_id": row.decision_id,
        "case": row.case_ref,
        "by": row.by,
        "reason": row.reason,
        "document": row.document_no,
        "asked_until_on": row.until_on.isoformat(),
        "received_at": instant_text(row.received_at),
        "until_on": row.effective_until_on.isoformat() if row.effective_until_on else None,
        "decided_by": row.decided_by or "",
        "decided_at": instant_text(row.decided_at) if row.decided_at else None,
        "decision_reason": row.decision_reason,
        "approval_no": row.approval_no,
        "limit": _limit(row, law, today),
        "withdrawn_by": row.withdrawn_by or "",
        "withdrawal_confirmed_by": row.withdrawal_confirmed_by or "",
        "withdrawn_at": instant_text(row.withdrawn_at) if row.withdrawn_at else None,
        "withdrawal_reason": row.withdrawal_reason,
        "withdrawal_document": row.withdrawal_document_no,
        "expired_at": instant_text(row.expired_at) if row.expired_at else None,
        "reply": waiver_reply(row),
    }


def waiver_reply(row: Row[Any]) -> str:
    """What the system that asked is told, one sentence."""
    asked = f"豁免{row.id}：{row.by}报送，{row.matter}事项中不适用{row.measure}，请求至{row.until_on}（含）"
    said = ""
    match WaiverState(row.state):
        case WaiverState.PENDING:
            said = "待复核，尚未生效，各系统照常适用该措施"
        case WaiverState.EFFECTIVE:
            said = f"已生效（{row.approval_no}），至{row.effective_until_on}（含）；{row.limit_basis}"
        case WaiverState.REFUSED:
            said = f"不予同意（{row.approval_no}），从未生效。理由：{row.decision_reason}"
        case WaiverState.WITHDRAWN:
            day = civil_day(row.withdrawn_at)
            said = f"已于{day}撤销（{row.withdrawal_document_no}），恢复适用该措施。理由：{row.withdrawal_reason}"
        case WaiverState.EXPIRED if row.effective_until_on:
            said = f"已于{row.effective_until_on}期满（{row.approval_no}），恢复适用该措施"
        case WaiverState.EXPIRED:
            said = "逾期未经复核，从未生效"
    return f"{asked}，{said}。"


def waiver_file(connection: Connection, row: Row[Any], law: PeriodLaw, today: date) -> dict[str, Json]:
    """A waiver with what whoever decides it has to look at.

    That is the entry it was asked for and every other one in force, for the measure is lifted whichever it rests on;
    whether the key that asked still holds; what else was asked for the subject in the matter; and the decisions that
    may have leaned on it.
    """
    found = waiver_json(connection, row, law, today)
    listed = connection.execute(
        select(entries).where(entries.c.id == row.entry, entries.c.subject_key == row.subject_key)
    ).first()
    published = (
        select(entries.c.id, entries.c.list)
        .where(entries.c.subject_key == row.subject_key, entries.c.state == EntryState.PUBLISHED)
        .order_by(entries.c.list, entries.c.id)
        .limit(MAX_SHOWN)
    )
    revoked_at = connection.scalar(select(clients.c.revoked_at).where(clients.c.name == row.client))
    same = (waivers.c.subject_key == row.subject_key, waivers.c.matter == row.matter, waivers.c.id != row.id)
    others = connection.execute(select(waivers).where(*same).order_by(waivers.c.id.desc()).limit(MAX_SHOWN))
    shown = ("state", "measure", "approval_no")
    return {
        **found,
        "client_revoked_at": instant_text(revoked_at) if revoked_at else None,
        "listed": _listed(listed),
        "entries": [{"entry": each.id, "list": each.list} for each in connection.execute(published)],
        "others": [{"waiver": each.id, **{name: getattr(each, name) for name in shown}} for each in others],
        **_meanwhile(connection, row),
    }


def _limit(row: Row[Any], law: PeriodLaw, today: date) -> Mapping[str, Json]:
    if row.state != WaiverState.PENDING:
        # What the law said on the day of the decision; a later edition does not change it.
        return {
            "statutory": bool(row.limit_period),
            "last_on": None,
            "period": row.limit_period,
            "basis": row.limit_basis,
        }
    term = longest_term(row, law, today)
    last_on = term.due.on.isoformat() if term.due is not None and term.due.on is not None else None
    return {"statutory": term.due is not None, "last_on": last_on, "period": term.limit.period, "basis": term.basis}


def _listed(row: Row[Any] | None) -> Mapping[str, Json]:
    """The entry as it stands; empty where the registry holds no such entry of this subject."""
    if row is None:
        return {}
    # Of a natural person what the entry says is told for a stated purpose only (registry.person_queries).
    names = _LISTED[:2] if row.is_person else _LISTED
    return {name: str(getattr(row, name)) for name in names}


def _meanwhile(connection: Connection, row: Row[Any]) -> Mapping[str, Json]:
    """Recorded decisions about the subject in the matter on a publication that may have carried the waiver.

    By serials and by when a record came in, not by the clocks of hosts: one that was offline leaned on it longer. From
    the publication before the act to the one behind it, for nobody can say which of them was under way meanwhile. What
    a waiver softens is scrutinised still, so no other verdict leaned on one; more a record does not say.
    """
    if row.effective_until_on is None:
        return {"decisions": [], "decisions_total": 0}
    serial, published_at = publications.c.serial, publications.c.published_at
    first = connection.scalar(select(func.max(serial)).where(published_at < row.decided_at - _CLOCKS_APART))
    ended_at = row.withdrawn_at or row.expired_at
    last = (
        connection.scalar(select(func.min(serial)).where(published_at > ended_at + _CLOCKS_APART)) if ended_at else None
    )
    made = select(checks).where(
        checks.c.verdict.in_(_SOFTENED),
        checks.c.subject_key == row.subject_key,
        checks.c.matter == row.matter,
        checks.c.on_day <= row.effective_until_on,
        checks.c.received_at >= row.decided_at - _CLOCKS_APART,
        checks.c.serial >= (first or 0),
    )
    if last is not None:
        made = made.where(checks.c.serial <= last)
    first_of_them = made.order_by(checks.c.decided_at, checks.c.decision_id).limit(MAX_SHOWN)
    shown: list[Json] = [
        {
            "client": each.client,
            "decision_id": each.decision_id,
            "case": each.case_ref,
            "verdict": each.verdict,
            "decided_at": instant_text(each.decided_at),
        }
        for each in connection.execute(first_of_them)
    ]
    total = connection.scalar(select(func.count()).select_from(made.subquery()))
    return {"decisions": shown, "decisions_total": total}
