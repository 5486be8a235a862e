"""Impact recall (影响追溯): an entry that proved wrong names every recorded decision that leaned on it.

国办发〔2020〕49号 asks for correction and for undoing the effects (纠错、消除影响).

1. Only what looks back is recalled: an entry *revoked* (撤销) was never right, one *corrected* (更正) was not right as
   it stood. Removal and repair look forward; who still applies their measures is told by ``standing``.
2. A notice is not written when an entry is revoked; it *is* the fact that a decision leaned on an entry which is
   revoked or corrected now. So none can be lost between the act and the writing, none is there twice, and a record
   that an outbox delivers later has its notice as soon as it is in. What is stored is what the owner did about it.
3. A notice belongs to the system that made the decision. It is open until that system acknowledges it, once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, func, insert, select, text

from gateway.database.tables import acknowledgements, acts, check_entries, checks, clients, entries, subjects
from gateway.database.unit_of_work import UnitOfWork
from gateway.problems import ConflictError, NotFoundError
from gateway.registry.lifecycle import EntryAct, EntryState
from gateway.registry.wording import written

RECALLING = {EntryState.REVOKED.value: EntryAct.REVOKE, EntryState.CORRECTED.value: EntryAct.CORRECT}
"""States that say an entry was wrong, and the acts that lead there."""

_ADVICE = {
    EntryState.REVOKED: (
        "该条目已撤销，视为自始未列入。请复查本案：依据该条目作出的处理应予纠正，告知当事人并消除影响，"
        "已执行的措施报送解除。 / The entry was revoked, as if it had never been. Look at this case again: undo what"
        " rested on the entry, tell the party, and report measures that were applied as lifted."
    ),
    EntryState.CORRECTED: (
        "该条目已更正，作出决定时的内容有误。请按更正后的内容复查本案；结论改变的，应予纠正并告知当事人。"
        " / The entry was corrected: what it said when the decision was made was wrong. Look at this case again by what"
        " it says now; if the result changes, put it right and tell the party."
    ),
}
_COMPARED = (
    *("severity", "authority", "authority_code", "document_no", "basis", "determined_on"),
    *("term_from", "term_until", "fact", "fields"),
)

# In words of the statement, not as parameters: only so does SQLite see that its partial index applies.
_RECALLED = text("entries.state IN ('revoked', 'corrected')")


@dataclass(frozen=True, slots=True)
class Change:
    """One particular that a correction changed; both texts are empty for natural persons."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What the owner did about a notice (处理回执)."""

    by: str
    done: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """That one recorded decision leaned on an entry that was wrong (追溯通知).

    Attributes:
        id: Number of the notice; later ones may belong to earlier acts, so open notices are read from the beginning.
        subject: Masked; empty where the registry does not hold the subject.
        verdict: As it was given then.
        became: ``revoked`` or ``corrected``.
        since_at: When the entry was revoked or corrected.
        document_no / reason: Of that act; a correction gives those of the entry that took its place.
        replaced_by: The entry that took its place, ``replacement_state`` how that one stands now.
        advice: What the owner should do, Chinese first.
    """

    id: int
    client: str
    decision_id: str
    case: str
    matter: str
    subject: str
    verdict: str
    decided_at: datetime
    entry: str
    list: str
    became: EntryState
    since_at: datetime
    document_no: str
    reason: str
    replaced_by: str
    replacement_state: str
    changed: tuple[Change, ...]
    advice: str
    acknowledgement: Acknowledgement | None


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
    """Something of every check that found an entry which was revoked or corrected."""
    wrong = select(entries.c.id).where(_RECALLED)
    return select(*columns).where(check_entries.c.entry.in_(wrong))


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
            func.coalesce(subjects.c.masked, "").label("masked"),
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
    return tuple(_notice(row, done.get(row.id), replacements.get(row.id)) for row in rows)


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


def _notice(row: Row[Any], done: Row[Any] | None, replacement: Row[Any] | None) -> Notice:
    became = EntryState(row.state)
    stated = replacement if became is EntryState.CORRECTED else None
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
        since_at=done.at if done else stated.confirmed_at if stated else row.confirmed_at,
        document_no=done.document_no if done else stated.document_no if stated else "",
        reason=done.reason if done else "",
        replaced_by=stated.id if stated else "",
        replacement_state=stated.state if stated else "",
        changed=_changes(row, stated) if stated else (),
        advice=_ADVICE[became],
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
