"""Names of subjects (名称) as documents state them: the newest one is shown, earlier ones are kept (曾用名).

1. The name is that of the newest document, by the day of the determination or decision. A document that is imported
   later and is older renames nobody.
2. What a draft calls a subject counts once a second person has confirmed the draft.
3. Width, case, spaces and punctuation make no other name; the spelling that came first stays.
4. Nobody is ever matched by a name, former or not.
5. The document is told while its entry is published, or if it is a licence: of what was repaired, removed or revoked
   not even the number is (信用修复管理办法第三条).

While all documents say the same, nothing is kept but the name. From the first other one on, each document's name is
kept beside its entry or licence, and ``subjects.named_on`` is the day of the newest.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Table, exists, insert, select, update

from gateway.database.tables import entries, licences, subject_names, subjects
from gateway.database.unit_of_work import UnitOfWork
from gateway.problems import ConflictError
from gateway.registry.lifecycle import EntryState
from gateway.registry.same_person import plain_name

_UNKNOWN = "unknown"
"""Stands for the entry or licence of a name that no document is known for."""
_n = subject_names.c


@dataclass(frozen=True, slots=True)
class FormerName:
    """An earlier name (曾用名) with the newest document that stated it.

    Attributes:
        stated_on: Day of that document; None where none is known.
        document_no: Its number; empty where it is not told.
    """

    name: str
    stated_on: date | None
    document_no: str


@dataclass(frozen=True, slots=True)
class Names:
    """What a subject is and was called; ``name`` is empty where the registry knows none."""

    name: str
    former: tuple[FormerName, ...]


class _Stated(NamedTuple):
    """A name with the newest record that states it; sorts by day."""

    on: date
    record: str
    document_no: str
    name: str


def names_of(connection: Connection, subject_keys: Collection[bytes]) -> Names:
    """The names of one subject, known by any of its keys; former ones by the newest document first."""
    rows = connection.execute(select(subjects).where(subjects.c.key.in_(subject_keys)).order_by(subjects.c.key)).all()
    stated = [_stated_now(connection, row) for row in rows if row.name]
    if not stated:
        return Names("", ())
    now = max(stated)
    kept = connection.execute(select(subject_names).where(_n.subject_key.in_(subject_keys), _n.taken_at.is_not(None)))
    newest: dict[str, _Stated] = {}
    for each in sorted([*stated, *map(_kept, kept)]):
        newest[plain_name(each.name)] = each
    newest.pop(plain_name(now.name), None)
    former = sorted(newest.values(), reverse=True)
    told = _told(connection, [each.record for each in former])
    return Names(
        now.name,
        tuple(
            FormerName(
                each.name,
                None if each.on == date.min else each.on,
                each.document_no if each.record in told else "",
            )
            for each in former
        ),
    )


def take_names(work: UnitOfWork, batch: str) -> int:
    """Let the names count that the confirmed documents of a batch state; how many subjects are called otherwise now.

    Called by the confirmation, within its transaction.

    Raises:
        ConflictError: Somebody else named one of the subjects at the same moment.
    """
    waiting = work.connection.execute(
        select(subject_names)
        .where(_n.batch == batch, _n.taken_at.is_(None))
        .order_by(_n.subject_key, _n.stated_on, _n.record)
    ).all()
    by_subject: dict[bytes, list[_Stated]] = {}
    for row in waiting:
        by_subject.setdefault(row.subject_key, []).append(_kept(row))
    renamed = sum(_take(work, key, stated) for key, stated in by_subject.items())
    if waiting:
        work.connection.execute(
            update(subject_names).where(_n.batch == batch, _n.taken_at.is_(None)).values(taken_at=work.at)
        )
    return renamed


def _take(work: UnitOfWork, key: bytes, stated: Sequence[_Stated]) -> bool:
    held = work.connection.execute(select(subjects).where(subjects.c.key == key)).one()
    before = _stated_now(work.connection, held)
    name, on = before.name, before.on
    for each in stated:
        if each.on > on or not name:
            name = name if plain_name(each.name) == plain_name(name) else each.name
            on = each.on
    moved = work.connection.execute(
        update(subjects)
        .where(
            subjects.c.key == key,
            subjects.c.name == held.name,
            subjects.c.named_on == held.named_on if held.named_on else subjects.c.named_on.is_(None),
        )
        .values(name=name, named_on=on)
    )
    if moved.rowcount != 1:
        raise ConflictError(
            f"{held.masked}的名称同时被他人更新 / {held.masked} was given a name by somebody else at the same moment.",
            hint="请重试 / Try again.",
        )
    if held.named_on is None and held.name:
        work.connection.execute(
            insert(subject_names).values(
                subject_key=key,
                record=before.record,
                name=before.name,
                stated_on=None if before.on == date.min else before.on,
                document_no=before.document_no,
                batch="",
                taken_at=work.at,
            )
        )
    return bool(name != held.name)


def _kept(row: Row[Any]) -> _Stated:
    return _Stated(row.stated_on or date.min, row.record, row.document_no, row.name)


def _stated_now(connection: Connection, subject: Row[Any]) -> _Stated:
    """The name a subject has with the newest record that states it."""
    if subject.named_on is not None:
        kept = connection.execute(
            select(subject_names)
            .where(
                _n.subject_key == subject.key,
                _n.stated_on == subject.named_on,
                _n.name == subject.name,
                _n.taken_at.is_not(None),
            )
            .order_by(_n.record)
            .limit(1)
        ).first()
        return _kept(kept) if kept else _Stated(subject.named_on, _UNKNOWN, "", subject.name)
    found = [each for table in (entries, licences) if (each := _last_of(connection, table, subject)) is not None]
    return max(found, default=_Stated(date.min, _UNKNOWN, "", subject.name))


def _last_of(connection: Connection, table: Table, subject: Row[Any]) -> _Stated | None:
    """The newest record of a subject that states no name of its own, and hence the one it was registered with."""
    is_entry = table is entries
    day = table.c.determined_on if is_entry else table.c.decided_on
    stated = exists().where(_n.subject_key == subject.key, _n.record == table.c.id)
    asked = select(day, table.c.id, table.c.document_no).where(table.c.subject_key == subject.key, ~stated)
    if is_entry:
        asked = asked.where(table.c.confirmed_at.is_not(None))
    row = connection.execute(asked.order_by(day.desc(), table.c.id).limit(1)).first()
    return _Stated(row[0], row[1], row[2], subject.name) if row else None


def _told(connection: Connection, records: Collection[str]) -> set[str]:
    """Those of these records whose document may be told."""
    published = select(entries.c.id).where(entries.c.id.in_(records), entries.c.state == EntryState.PUBLISHED)
    return {
        *connection.scalars(published),
        *connection.scalars(select(licences.c.id).where(licences.c.id.in_(records))),
    }
