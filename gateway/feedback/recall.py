"""Impact recall (影响追溯): an entry that proved wrong names every recorded decision that leaned on it.

国办发〔2020〕49号 asks for correction and for undoing the effects (纠错、消除影响).

1. Only what looks back is recalled: an entry *revoked* (撤销) was never right, one *corrected* (更正) was not right as
   it stood, and one found through a link of numbers that is *ended* (解除关联) is somebody else's. Removal and repair
   look forward; who still applies their measures is told by ``standing``.
2. A notice is not written when an entry is revoked; it *is* the fact that a decision leaned on an entry which is
   revoked or corrected now, or whose number is linked no longer to whom was asked about. So none can be lost between
   the act and the writing, none is there twice, and a record that an outbox delivers later has its notice as soon as it
   is in. What is stored is what the owner did about it.
3. A notice belongs to the system that made the decision. It is open until that system acknowledges it, once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    Select,
    exists,
    func,
    insert,
    select,
    text,
    tuple_,
    union,
)

from gateway.database.tables import (
    acknowledgements,
    acts,
    check_entries,
    checks,
    clients,
    entries,
    former_numbers,
    subjects,
)
from gateway.database.unit_of_work import UnitOfWork
from gateway.feedback.notice import ADVICE, Acknowledgement, Became, Change, Notice
from gateway.problems import ConflictError, NotFoundError
from gateway.registry.lifecycle import EntryAct, EntryState
from gateway.registry.wording import written

RECALLING = {EntryState.REVOKED.value: EntryAct.REVOKE, EntryState.CORRECTED.value: EntryAct.CORRECT}
"""States that say an entry was wrong, and the acts that lead there."""


_COMPARED = (
    *("severity", "authority", "authority_code", "document_no", "basis", "determined_on"),
    *("term_from", "term_until", "fact", "fields"),
)

# In words of the statement, not as parameters: only so does SQLite see that its partial index applies.
_RECALLED = text("entries.state IN ('revoked', 'corrected')")


def notices(
    connection: Connection, *, client: str | None = None, open_only: bool = False, after: int = 0, limit: int = 100
) -> tuple[Notice, ...]:
    """Notices by number, behind ``after``, at most ``limit``; of every system or of one."""
    conditions: list[ColumnElement[bool]] = [check_entries.c.id > after]
    if client is not None:
        conditions.append(check_entries.c.client == client)
    if open_only:
        conditions.append(~_is_acknowledged())
    page = connection.scalars(
        _recalled(check_entries.c.id).where(*conditions).order_by(check_entries.c.id).limit(limit)
    )
    return _read(connection, list(page))


def open_notices(connection: Connection, *, client: str | None = None) -> dict[str, int]:
    """How many notices each system has not acknowledged; systems without any are left out."""
    statement = _recalled(check_entries.c.client, func.count().label("times")).where(~_is_acknowledged())
    if client is not None:
        statement = statement.where(check_entries.c.client == client)
    return {row.client: row.times for row in connection.execute(statement.group_by(check_entries.c.client))}


def acknowledge(work: UnitOfWork, client: str, notice: int, *, by: str, done: str) -> Notice:
    """Note what the owner did about a notice; the same again changes nothing.

    Args:
        work: The transaction.
        client: The system that acknowledges; a notice of another is not there for it.
        notice: Number of the notice.
        by: The officer, as the system names them.
        done: What was done.

    Raises:
        NotFoundError: This system has no such notice.
        ConflictError: It was acknowledged already, otherwise.
    """
    by, done = written(by), written(done)
    # One of a client at a time, so that a repetition on its way at the same moment is seen as one.
    work.connection.execute(select(clients.c.name).where(clients.c.name == client).with_for_update())
    mine = _recalled(check_entries.c.id).where(check_entries.c.id == notice, check_entries.c.client == client)
    found = _read(work.connection, list(work.connection.scalars(mine)))
    if not found:
        raise NotFoundError(
            f"{client}没有通知{notice} / {client} has no notice {notice}.",
            hint="查看通知：GET /v1/notices / Read them by that route.",
        )
    held = found[0].acknowledgement
    if held is None:
        work.connection.execute(insert(acknowledgements).values(notice=notice, by=by, done=done, at=work.at))
        # What was done may name people; the ledger pins it without repeating it.
        work.ledger.append(
            "feedback:notice:acknowledge",
            client,
            {
                "notice": notice,
                "decision": found[0].decision_id,
                "entry": found[0].entry,
                "stated_sha256": sha256(f"{by}\n{done}".encode()).hexdigest(),
            },
        )
        return _read(work.connection, [notice])[0]
    if (held.by, held.done) != (by, done):
        raise ConflictError(
            f"通知{notice}已由{held.by}以不同内容回执 / "
            f"The notice {notice} was acknowledged by {held.by} already, with other words.",
            hint="回执不可更改 / An acknowledgement is not changed; what follows belongs in the case file.",
        )
    return found[0]


def _recalled(*columns: ColumnElement[Any]) -> Select[Any]:
    """Something of every check that found an entry which was revoked or corrected, or is another's."""
    leaned = check_entries.alias()
    wrong = select(leaned.c.id).where(leaned.c.entry.in_(select(entries.c.id).where(_RECALLED)))
    return select(*columns).where(check_entries.c.id.in_(union(wrong, _found_by_an_ended_link())))


def _found_by_an_ended_link() -> Select[tuple[int]]:
    """Checks of a code that found an entry of a number which is linked to it no longer."""
    leaned, listed, held = check_entries.alias(), entries.alias(), entries.alias()
    # From the few links that were ended to the entries of their numbers, and from those to the checks, by index.
    of_number = select(listed.c.id).where(listed.c.subject_key.in_(_ended_links(former_numbers.c.number_key)))
    is_of_code = exists().where(
        held.c.id == leaned.c.entry,
        tuple_(held.c.subject_key, leaned.c.subject_key).in_(
            _ended_links(former_numbers.c.number_key, former_numbers.c.code_key)
        ),
    )
    return select(leaned.c.id).where(leaned.c.entry.in_(of_number), is_of_code)


def _ended_links(*columns: ColumnElement[Any]) -> Select[Any]:
    """Links that were ended and not made again."""
    again = former_numbers.alias()
    stands = exists().where(
        again.c.number_key == former_numbers.c.number_key,
        again.c.code_key == former_numbers.c.code_key,
        again.c.ended_at.is_(None),
    )
    return select(*columns).where(former_numbers.c.ended_at.is_not(None), ~stands)


def _is_acknowledged() -> ColumnElement[bool]:
    return exists().where(acknowledgements.c.notice == check_entries.c.id)


def _read(connection: Connection, numbers: Sequence[int]) -> tuple[Notice, ...]:
    statement = (
        select(
            check_entries.c.id.label("number"),
            check_entries.c.client,
            check_entries.c.decision_id,
            checks.c.case_ref,
            checks.c.matter,
            checks.c.verdict,
            checks.c.decided_at,
            func.coalesce(subjects.c.masked, _code_asked_by(), "").label("masked"),
            check_entries.c.subject_key.label("asked_key"),
            entries,
            acknowledgements.c.by.label("handled_by"),
            acknowledgements.c.done,
            acknowledgements.c.at.label("handled_at"),
        )
        .select_from(check_entries)
        .join(
            checks,
            (checks.c.client == check_entries.c.client)
            & (checks.c.outbox == check_entries.c.outbox)
            & (checks.c.seq == check_entries.c.seq),
        )
        .join(entries, entries.c.id == check_entries.c.entry)
        .outerjoin(subjects, subjects.c.key == check_entries.c.subject_key)
        .outerjoin(acknowledgements, acknowledgements.c.notice == check_entries.c.id)
        .where(check_entries.c.id.in_(numbers))
        .order_by(check_entries.c.id)
    )
    rows = connection.execute(statement).all()
    wrong = {row.id for row in rows}
    done = _acts_on(connection, wrong)
    replacements = _replacements_of(connection, wrong)
    ended = _links_of(connection, {row.subject_key for row in rows if row.state not in RECALLING})
    return tuple(
        _through_a_link(row, ended[row.subject_key, row.asked_key])
        if row.state not in RECALLING
        else _of_entry(row, done.get(row.id), replacements.get(row.id))
        for row in rows
    )


def _code_asked_by() -> ScalarSelect[str]:
    """The code that was asked about, where the registry knows its subject by a former number alone."""
    linked = former_numbers.c
    return select(linked.code).where(linked.code_key == check_entries.c.subject_key).limit(1).scalar_subquery()


def _links_of(connection: Connection, number_keys: set[bytes]) -> dict[tuple[bytes, bytes], Row[Any]]:
    """The links of these numbers that were ended, the last of each pair."""
    statement = (
        select(former_numbers)
        .where(former_numbers.c.number_key.in_(number_keys), former_numbers.c.ended_at.is_not(None))
        .order_by(former_numbers.c.id)
    )
    return {(row.number_key, row.code_key): row for row in connection.execute(statement)}


def _acts_on(connection: Connection, wrong: set[str]) -> dict[str, Row[Any]]:
    statement = (
        select(acts)
        .where(acts.c.entry.in_(wrong), acts.c.act.in_([each.value for each in RECALLING.values()]))
        .order_by(acts.c.id)
    )
    return {row.entry: row for row in connection.execute(statement)}


def _replacements_of(connection: Connection, wrong: set[str]) -> dict[str, Row[Any]]:
    statement = (
        select(entries)
        .where(entries.c.replaces.in_(wrong), entries.c.confirmed_at.is_not(None))
        .order_by(entries.c.confirmed_at.desc(), entries.c.id)
    )
    return {row.replaces: row for row in connection.execute(statement)}


def _of_entry(row: Row[Any], done: Row[Any] | None, replacement: Row[Any] | None) -> Notice:
    became = Became(row.state)
    stated = replacement if became is Became.CORRECTED else None
    return _notice(
        row,
        became,
        since_at=done.at if done else stated.confirmed_at if stated else row.confirmed_at,
        document_no=done.document_no if done else stated.document_no if stated else "",
        reason=done.reason if done else "",
        replacement=stated,
    )


def _through_a_link(row: Row[Any], ended: Row[Any]) -> Notice:
    return _notice(
        row,
        Became.UNLINKED,
        since_at=ended.ended_at,
        document_no=ended.end_document_no,
        reason=ended.end_reason,
        replacement=None,
    )


def _notice(
    row: Row[Any], became: Became, *, since_at: datetime, document_no: str, reason: str, replacement: Row[Any] | None
) -> Notice:
    return Notice(
        id=row.number,
        client=row.client,
        decision_id=row.decision_id,
        case=row.case_ref,
        matter=row.matter,
        subject=row.masked,
        verdict=row.verdict,
        decided_at=row.decided_at,
        entry=row.id,
        list=row.list,
        became=became,
        since_at=since_at,
        document_no=document_no,
        reason=reason,
        replaced_by=replacement.id if replacement else "",
        replacement_state=replacement.state if replacement else "",
        changed=_changes(row, replacement) if replacement else (),
        advice=ADVICE[became],
        acknowledgement=Acknowledgement(row.handled_by, row.done, row.handled_at) if row.handled_at else None,
    )


def _changes(before: Row[Any], after: Row[Any]) -> tuple[Change, ...]:
    return tuple(
        Change(name, "" if before.is_person else _shown(old), "" if before.is_person else _shown(new))
        for name in _COMPARED
        if (old := getattr(before, name)) != (new := getattr(after, name))
    )


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "；".join(f"{name}={each}" for name, each in sorted(value.items()))
    return "" if value is None else str(value)
