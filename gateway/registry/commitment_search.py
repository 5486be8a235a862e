"""Finding commitments (信用承诺查询) with what was found of their performance; persons are masked."""

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, and_, false, or_, select

from gateway.database.columns import Json, instant_text
from gateway.database.tables import commitments, entries, performances, subjects
from gateway.registry.commitment_law import TYPE_TITLES
from gateway.registry.commitments import CommitmentState, Publicity
from gateway.registry.lifecycle import EntryState
from gateway.registry.performance_finding import PerformanceStatus
from gateway.registry.periods import PeriodLaw
from gateway.registry.publicity import Listed, publicity_of

MAX_ROWS = 1_000


class Showing(StrEnum):
    """Who may see what an entry says: the public, those who keep it, or nobody any more."""

    PUBLIC = "public"
    INSIDE = "inside"
    NOBODY = "nobody"


def find_commitments(
    connection: Connection,
    *,
    subject_keys: Collection[bytes] | None = None,
    matter: str = "",
    state: CommitmentState | None = None,
    publicity: Collection[Publicity] = tuple(Publicity),
    as_published_on: date | None = None,
    inside: Collection[str] = (),
    after: str = "",
    limit: int = 100,
) -> list[dict[str, Json]]:
    """Commitments that match every condition given, by code behind ``after``, at most ``limit``.

    Of a finding whose entry was repaired nothing is shown to anybody (信用修复管理办法第三条).

    Args:
        connection: For reading.
        subject_keys: Of these subjects.
        matter: Made in this matter.
        state: In this state.
        publicity: To be shown to one of these.
        as_published_on: As the public may see them that day: public ones of organisations only, and a breach only
            while its entry is published and its publicity lasts.
        inside: Matters of which whoever asks may see more than the public, as far as ``publicity`` goes.
        after: The last code of the page before.
        limit: At most so many.
    """
    statement = (
        select(commitments, subjects.c.masked)
        .join(subjects, subjects.c.key == commitments.c.subject_key)
        .where(commitments.c.publicity.in_(list(publicity)), commitments.c.code > after)
        .order_by(commitments.c.code)
        .limit(min(limit, MAX_ROWS))
    )
    if subject_keys is not None:
        statement = statement.where(commitments.c.subject_key.in_(list(subject_keys)))
    if matter:
        statement = statement.where(commitments.c.matter == matter)
    if state is not None:
        statement = statement.where(commitments.c.state == state)
    if as_published_on is not None:
        is_public = and_(commitments.c.publicity == Publicity.PUBLIC, commitments.c.is_person == false())
        statement = statement.where(or_(is_public, commitments.c.matter.in_(list(inside))))
    found = connection.execute(statement).all()
    open_ones = {row.code for row in found if as_published_on is None or row.matter in inside}
    done = _performances(connection, [row.code for row in found], open_ones, as_published_on)
    return [_shown(row, done.get(row.code, [])) for row in found]


def _shown(row: Row[Any], done: list[Json]) -> dict[str, Json]:
    return {
        "code": row.code,
        "subject": row.masked,
        "committer": _name_of(row),
        "type": row.type,
        "type_title": TYPE_TITLES[row.type],
        "matter": row.matter,
        "cause": row.cause,
        "content": row.content,
        "liability": row.liability,
        "made_on": row.made_on.isoformat(),
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        "authority": row.authority,
        "authority_code": row.authority_code,
        "publicity": row.publicity,
        "remark": row.remark,
        "state": row.state,
        "registered_at": instant_text(row.registered_at),
        "performances": done,
    }


def _name_of(row: Row[Any]) -> str:
    """Of a natural person no more than the family name is shown."""
    name: str = row.committer
    return name[:1] + "*" * (len(name) - 1) if row.is_person else name


def _performances(
    connection: Connection, codes: Collection[str], open_ones: Collection[str], on: date | None
) -> Mapping[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    rows = connection.execute(
        select(performances)
        .where(performances.c.commitment.in_(list(codes)))
        .order_by(performances.c.at, performances.c.id)
    ).all()
    shown = _shown_entries(connection, [row.entry for row in rows if row.entry], on)
    for row in rows:
        is_adverse = row.is_false or row.status != PerformanceStatus.FULFILLED
        if row.entry and shown.get(row.entry, Showing.NOBODY) is Showing.NOBODY:
            continue
        if is_adverse and row.commitment not in open_ones and shown.get(row.entry) is not Showing.PUBLIC:
            continue
        found.setdefault(row.commitment, []).append(
            {
                "id": row.id,
                "status": row.status,
                "is_false": row.is_false,
                "state": row.state,
                "unperformed": row.unperformed,
                "liability_pursued": row.liability_pursued,
                "determined_on": row.determined_on.isoformat(),
                "authority": row.authority,
                "authority_code": row.authority_code,
                "document_no": row.document_no,
                "notice_given_on": row.notice_given_on.isoformat() if row.notice_given_on else None,
                "entry": row.entry or "",
                "reason": row.reason,
            }
        )
    return found


def _shown_entries(connection: Connection, ids: Collection[str], on: date | None) -> Mapping[str, Showing]:
    """To whom what these entries say may be shown."""
    rows = connection.execute(select(entries).where(entries.c.id.in_(list(ids)))).all() if ids else []
    law = PeriodLaw.load(connection, on) if rows and on is not None else None
    return {row.id: _showing(row, law, on) for row in rows}


def _showing(row: Row[Any], law: PeriodLaw | None, on: date | None) -> Showing:
    if row.state == EntryState.REPAIRED:
        return Showing.NOBODY
    is_over = law is not None and on is not None and publicity_of(Listed.row(row), law).is_over(on)
    return Showing.PUBLIC if row.state == EntryState.PUBLISHED and not is_over else Showing.INSIDE
