"""Finding entries (条目查询) for the people who keep them; personal numbers are masked."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from gateway.database.columns import Json, day_text, instant_text
from gateway.database.tables import acts, entries, lapses, subjects
from gateway.registry.awaited import Awaited, awaited
from gateway.registry.lifecycle import EFFECTS, EntryState, no_entry
from gateway.registry.periods import PeriodLaw
from gateway.registry.publicity import Listed, publicity_of
from gateway.registry.replies import publicity_json
from gateway.registry.responsible import stated_with

MAX_ROWS = 1_000


def find_entries(
    connection: Connection,
    *,
    list_id: str = "",
    state: EntryState | None = None,
    subject_keys: Collection[bytes] | None = None,
    batch: str = "",
    limit: int = 100,
) -> list[dict[str, Json]]:
    """Entries that match every condition given, newest first, at most ``limit``."""
    statement = select(entries, subjects.c.masked, subjects.c.name).join(
        subjects, subjects.c.key == entries.c.subject_key
    )
    if list_id:
        statement = statement.where(entries.c.list == list_id)
    if state is not None:
        statement = statement.where(entries.c.state == state)
    else:
        # What was repaired is in no ordinary answer; who voids or audits it asks for the state.
        statement = statement.where(entries.c.state != EntryState.REPAIRED)
    if subject_keys is not None:
        statement = statement.where(entries.c.subject_key.in_(subject_keys))
    if batch:
        statement = statement.where(entries.c.batch == batch)
    statement = statement.order_by(entries.c.drafted_at.desc(), entries.c.id).limit(min(limit, MAX_ROWS))
    rows = connection.execute(statement).all()
    awaiting = awaited(connection, rows)
    return [_summary(row, awaiting.get(row.id)) for row in rows]


def show_entry(connection: Connection, entry: str, on: date | None = None) -> dict[str, Json]:
    """Everything the registry holds about one entry, with the acts on it, its publicity and what its state means.

    Of a repaired entry only that it was, and by whom: what it said is no longer used (信用修复管理办法第三条).

    Args:
        connection: Reads the registry.
        entry: Its id.
        on: The day whose edition of the law says how long it is shown; without it the edition adopted last.

    Raises:
        NotFoundError: No such entry.
    """
    row = connection.execute(
        select(entries, subjects.c.masked, subjects.c.name)
        .join(subjects, subjects.c.key == entries.c.subject_key)
        .where(entries.c.id == entry)
    ).first()
    if row is None:
        raise no_entry(entry)
    done = connection.execute(select(acts).where(acts.c.entry == entry).order_by(acts.c.id))
    lapse = connection.execute(select(lapses).where(lapses.c.entry == entry)).first()
    effect = EFFECTS[EntryState(row.state)]
    publicity = publicity_of(Listed.row(row), PeriodLaw.load(connection, on))
    summary = _summary(row, awaited(connection, [row]).get(entry))
    if row.state == EntryState.REPAIRED:
        return {**summary, "effect": effect.zh, "effect_en": effect.en, "acts": [_act(each) for each in done]}
    return {
        **summary,
        "effect": effect.zh,
        "effect_en": effect.en,
        "publicity": publicity_json(publicity),
        "lapse": {"last_day": lapse.last_on.isoformat(), "period": lapse.period, "at": instant_text(lapse.at)}
        if lapse
        else None,
        "authority_code": row.authority_code,
        "basis": row.basis,
        "fact": row.fact,
        "notice_given_on": day_text(row.notice_given_on),
        "fields": row.fields,
        "extra": row.extra,
        "replaces": row.replaces or "",
        "replaced_by": connection.scalar(select(entries.c.id).where(entries.c.replaces == entry)) or "",
        "drafted_by": row.drafted_by,
        "drafted_at": instant_text(row.drafted_at),
        "confirmed_by": row.confirmed_by or "",
        "confirmed_at": instant_text(row.confirmed_at) if row.confirmed_at else "",
        "objection_on": day_text(row.objection_on),
        "responsible": stated_with(connection, entry),
        "acts": [_act(each) for each in done],
    }


def _summary(row: Row[Any], awaits: Awaited | None) -> dict[str, Json]:
    is_used = row.state != EntryState.REPAIRED
    return {
        "id": row.id,
        "state": row.state,
        "awaits": awaits or "",
        "list": row.list,
        "subject": row.masked,
        "name": row.name,
        "severity": row.severity if is_used else "",
        "authority": row.authority if is_used else "",
        "document_no": row.document_no,
        "determined_on": day_text(row.determined_on if is_used else None),
        "term_from": day_text(row.term_from if is_used else None),
        "term_until": day_text(row.term_until if is_used else None),
        "batch": row.batch or "",
        "is_person": row.is_person,
    }


def _act(row: Row[Any]) -> Mapping[str, Json]:
    return {
        "act": row.act,
        "by": row.by,
        "confirmed_by": row.confirmed_by,
        "at": instant_text(row.at),
        "document": row.document_no,
        "reason": row.reason,
    }
