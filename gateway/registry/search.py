"""Finding entries (条目查询) for the people who keep them; personal numbers are masked."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from gateway.database.columns import Json, instant_text
from gateway.database.tables import acts, entries, subjects
from gateway.problems import NotFoundError
from gateway.registry.lifecycle import EntryState
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
    if subject_keys is not None:
        statement = statement.where(entries.c.subject_key.in_(subject_keys))
    if batch:
        statement = statement.where(entries.c.batch == batch)
    statement = statement.order_by(entries.c.drafted_at.desc(), entries.c.id).limit(min(limit, MAX_ROWS))
    return [_summary(row) for row in connection.execute(statement)]


def show_entry(connection: Connection, entry: str) -> dict[str, Json]:
    """Everything the registry holds about one entry, with the acts on it.

    Raises:
        NotFoundError: No such entry.
    """
    row = connection.execute(
        select(entries, subjects.c.masked, subjects.c.name)
        .join(subjects, subjects.c.key == entries.c.subject_key)
        .where(entries.c.id == entry)
    ).first()
    if row is None:
        raise NotFoundError(
            f"There is no entry {entry}.",
            hint="查看条目：credit-gateway entries list HOME / Find it with that command.",
        )
    done = connection.execute(select(acts).where(acts.c.entry == entry).order_by(acts.c.id))
    return {
        **_summary(row),
        "authority_code": row.authority_code,
        "basis": row.basis,
        "fact": row.fact,
        "notice_given_on": _text(row.notice_given_on),
        "fields": row.fields,
        "extra": row.extra,
        "replaces": row.replaces or "",
        "drafted_by": row.drafted_by,
        "drafted_at": instant_text(row.drafted_at),
        "confirmed_by": row.confirmed_by or "",
        "confirmed_at": instant_text(row.confirmed_at) if row.confirmed_at else "",
        "objection_on": _text(row.objection_on),
        "responsible": stated_with(connection, entry),
        "acts": [_act(each) for each in done],
    }


def _summary(row: Row[Any]) -> dict[str, Json]:
    return {
        "id": row.id,
        "state": row.state,
        "list": row.list,
        "subject": row.masked,
        "name": row.name,
        "severity": row.severity,
        "authority": row.authority,
        "document_no": row.document_no,
        "determined_on": row.determined_on.isoformat(),
        "term_from": row.term_from.isoformat(),
        "term_until": _text(row.term_until),
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


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
