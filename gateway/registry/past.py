"""What was published of a subject at an instant that has passed (历史公开状态), told from entries and the acts on them.

An entry is in publication from its confirmation until an act or a correction takes it out, and again after it was
shielded; a waiver from its confirmation until it was withdrawn; what stands under a former number, under the code from
when the two were linked until the link was ended. Objections leave no trace here that could be told from
today's; whoever relies on an answer made from this holds it against the answer of that time first.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from credit_sdk.model.listing import SubjectRecord
from gateway.database.tables import acts, entries, former_numbers, subjects
from gateway.registry.lifecycle import EntryAct, EntryState, after
from gateway.registry.periods import PeriodLaw
from gateway.registry.records import published_entry, record_of_one
from gateway.registry.same_subject import OneSubject
from gateway.registry.waiver_register import ever_in_force, was_in_force

_KEYS_AT_A_TIME = 500


class Past:
    """The entries of some subjects with their history; read once, asked for any instant.

    Args:
        connection: Reads the registry.
        subject_keys: Whose entries.
    """

    def __init__(self, connection: Connection, subject_keys: Collection[bytes]) -> None:
        self._entries: dict[bytes, list[Row[Any]]] = defaultdict(list)
        self._acts: dict[str, list[Row[Any]]] = defaultdict(list)
        self._corrected_at: dict[str, datetime] = {}
        self._waivers: dict[bytes, list[Row[Any]]] = defaultdict(list)
        # How long an entry is shown is told by the law of the day of its document, which later editions keep.
        self._law = PeriodLaw.load(connection)
        self._links: dict[bytes, list[Row[Any]]] = defaultdict(list)
        keys = sorted(self._with_linked(connection, subject_keys))
        for start in range(0, len(keys), _KEYS_AT_A_TIME):
            self._read(connection, keys[start : start + _KEYS_AT_A_TIME])

    def record(self, subject_key: bytes, at: datetime) -> SubjectRecord | None:
        """What was published of the subject at an instant; None: nothing was."""
        one = self._one(subject_key, at)
        keys = one.keys if one else (subject_key,)
        standing = {
            key: tuple(
                entry
                for row in self._entries.get(key, ())
                if self._is_published(row, at) and (entry := published_entry(row, self._law)) is not None
            )
            for key in keys
        }
        waived = {
            key: tuple(waiver for row in self._waivers.get(key, ()) if (waiver := was_in_force(row, at)) is not None)
            for key in keys
        }
        if one:
            record = record_of_one(subject_key, one, standing, waived)
        else:
            record = SubjectRecord(standing[subject_key], waived[subject_key])
        return record if record.entries else None

    def _one(self, subject_key: bytes, at: datetime) -> OneSubject | None:
        """The subject with the numbers that were linked at an instant."""
        code_key = next(
            (
                row.code_key
                for row in self._links.get(subject_key, ())
                if row.number_key == subject_key and _stood(row, at)
            ),
            subject_key,
        )
        rows = [row for row in self._links.get(code_key, ()) if row.code_key == code_key and _stood(row, at)]
        return OneSubject(rows[0].code, code_key, {row.number_key: row.number for row in rows}) if rows else None

    def _with_linked(self, connection: Connection, subject_keys: Collection[bytes]) -> set[bytes]:
        """The keys with those they were ever linked with, and with whatever those were."""
        known, new = set[bytes](), set(subject_keys)
        seen = set[int]()
        while new:
            known |= new
            rows = [row for row in _links_of(connection, sorted(new)) if row.id not in seen]
            for row in rows:
                seen.add(row.id)
                self._links[row.number_key].append(row)
                self._links[row.code_key].append(row)
            new = {key for row in rows for key in (row.number_key, row.code_key)} - known
        return known

    def _read(self, connection: Connection, keys: Collection[bytes]) -> None:
        rows = connection.execute(
            select(entries)
            .where(entries.c.subject_key.in_(keys), entries.c.confirmed_at.is_not(None))
            .order_by(entries.c.id)
        ).all()
        for row in rows:
            self._entries[row.subject_key].append(row)
            if row.replaces:
                self._corrected_at[row.replaces] = row.confirmed_at
        known = select(entries.c.id).where(entries.c.subject_key.in_(keys))
        for act in connection.execute(select(acts).where(acts.c.entry.in_(known)).order_by(acts.c.id)):
            self._acts[act.entry].append(act)
        for row in ever_in_force(connection, keys):
            self._waivers[row.subject_key].append(row)

    def _is_published(self, row: Row[Any], at: datetime) -> bool:
        if row.confirmed_at > at:
            return False
        state = EntryState.PUBLISHED
        for act in self._acts.get(row.id, ()):
            if act.at <= at:
                state = after(state, EntryAct(act.act))
        corrected_at = self._corrected_at.get(row.id)
        return state is EntryState.PUBLISHED and (corrected_at is None or corrected_at > at)


def _links_of(connection: Connection, keys: Sequence[bytes]) -> Iterator[Row[Any]]:
    for start in range(0, len(keys), _KEYS_AT_A_TIME):
        portion = keys[start : start + _KEYS_AT_A_TIME]
        linked = or_(former_numbers.c.number_key.in_(portion), former_numbers.c.code_key.in_(portion))
        yield from connection.execute(select(former_numbers).where(linked).order_by(former_numbers.c.id))


def _stood(row: Row[Any], at: datetime) -> bool:
    return row.at <= at and (row.ended_at is None or row.ended_at > at)


def codes_of(connection: Connection, subject_keys: Collection[bytes]) -> Mapping[bytes, str]:
    """The numbers of subjects, by key; a natural person has none here."""
    keys = sorted(subject_keys)
    found: dict[bytes, str] = {}
    for start in range(0, len(keys), _KEYS_AT_A_TIME):
        portion = keys[start : start + _KEYS_AT_A_TIME]
        for row in connection.execute(select(subjects.c.key, subjects.c.code).where(subjects.c.key.in_(portion))):
            found[row.key] = row.code or ""
    return found
