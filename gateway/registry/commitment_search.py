"""Finding commitments (信用承诺查询) with what was found of their performance; persons are masked."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Row, false, or_, select, true

from gateway.database.columns import Json, instant_text
from gateway.database.tables import commitments, entries, performances, subjects
from gateway.registry.commitment_law import TYPE_TITLES
from gateway.registry.commitments import CommitmentState, Publicity
from gateway.registry.lifecycle import EntryState
from gateway.registry.performance_finding import PerformanceStatus

MAX_ROWS = 1_000


def find_commitments(
    connection: Connection,
    *,
    subject_keys: Collection[bytes] | None = None,
    matter: str = "",
    state: CommitmentState | None = None,
    publicity: Collection[Publicity] = tuple(Publicity),
    as_published: bool = False,
    after: str = "",
    limit: int = 100,
) -> list[dict[str, Json]]:
    """Commitments that match every condition given, by code behind ``after``, at most ``limit``.

    Args:
        connection: For reading.
        subject_keys: Of these subjects.
        matter: Made in this matter.
        state: In this state.
        publicity: To be shown to one of these.
        as_published: As the public may see them: organisations only, and a breach only while its entry is published.
            What is proposed, rejected, repaired or revoked is not shown then.
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
    if as_published:
        statement = statement.where(commitments.c.is_person == false())
    found = connection.execute(statement).all()
    done = _performances(connection, [row.code for row in found], as_published=as_published)
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


def _performances(connection: Connection, codes: Collection[str], *, as_published: bool) -> Mapping[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    statement = select(performances).where(performances.c.commitment.in_(list(codes)))
    if as_published:
        published = select(entries.c.id).where(entries.c.state == EntryState.PUBLISHED)
        is_adverse = or_(performances.c.is_false == true(), performances.c.status != PerformanceStatus.FULFILLED)
        statement = statement.where(or_(~is_adverse, performances.c.entry.in_(published)))
    for row in connection.execute(statement.order_by(performances.c.at, performances.c.id)):
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
