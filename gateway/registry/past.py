"""What was published of a subject at an instant that has passed (历史公开状态), told from entries and the acts on them.

An entry is in publication from its confirmation until an act or a correction takes it out, and again after it was
shielded; a waiver from its confirmation until it was withdrawn. Objections leave no trace here that could be told from
today's; whoever relies on an answer made from this holds it against the answer of that time first.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from credit_sdk.model.listing import SubjectRecord
from gateway.database.tables import acts, entries, subjects
from gateway.registry.lifecycle import EntryAct, EntryState, after
from gateway.registry.periods import PeriodLaw
from gateway.registry.records import published_entry
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
        keys = sorted(subject_keys)
        for start in range(0, len(keys), _KEYS_AT_A_TIME):
            self._read(connection, keys[start : start + _KEYS_AT_A_TIME])

    def record(self, subject_key: bytes, at: datetime) -> SubjectRecord | None:
        """What was published of the subject at an instant; None: nothing was."""
        standing = tuple(
            entry
            for row in self._entries.get(subject_key, ())
            if self._is_published(row, at) and (entry := published_entry(row, self._law)) is not None
        )
        rows = self._waivers.get(subject_key, ())
        waived = tuple(waiver for row in rows if (waiver := was_in_force(row, at)) is not None)
        return SubjectRecord(standing, waived) if standing else None

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


def codes_of(connection: Connection, subject_keys: Collection[bytes]) -> Mapping[bytes, str]:
    """The numbers of subjects, by key; a natural person has none here."""
    keys = sorted(subject_keys)
    found: dict[bytes, str] = {}
    for start in range(0, len(keys), _KEYS_AT_A_TIME):
        portion = keys[start : start + _KEYS_AT_A_TIME]
        for row in connection.execute(select(subjects.c.key, subjects.c.code).where(subjects.c.key.in_(portion))):
            found[row.key] = row.code or ""
    return found
