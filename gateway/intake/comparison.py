"""Comparing the rows of a file with what the registry has (比对): by list, subject and document number.

A number is the same however its brackets, digits and spaces are written, and an entry is still known by the number it
had before a correction: otherwise what was repaired would come back under another spelling. A subject is the same by
its code and by the former numbers linked to it: otherwise one determination would stand there twice.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from msgspec import Struct
from sqlalchemy import Connection, Row, select, update

from gateway.database.bound import BoundSelect
from gateway.database.tables import entries, licences, subjects
from gateway.intake.remarks import Remark
from gateway.intake.staging import StagedRow
from gateway.intake.values import document_identity
from gateway.registry.lifecycle import ENDED, EntryState
from gateway.registry.same_subject import any_links, with_former_numbers

BETWEEN = "\x1f"
"""Between the two numbers that together tell one licence from another."""


class _Held(Struct, frozen=True, gc=False):
    """An entry the registry or an earlier row of the file has."""

    id: str
    state: EntryState
    content_sha256: str
    batch: str


_Identity: TypeAlias = tuple[bytes, str]
"""A subject's key, and what tells its records apart."""
Known: TypeAlias = dict[_Identity, dict[EntryState, _Held]]
"""What is registered of some subjects; what an import adds is added here as well."""


class Compared(Struct, frozen=True, gc=False):
    """How a row compares with what is known.

    Attributes:
        reason: Why it cannot be taken in, or None.
        is_known: Whether the registry says the same already.
        replaces: The published entry it would take the place of, or None.
        ends: The published entry whose removal the source states, or None.
    """

    reason: Remark | None = None
    is_known: bool = False
    replaces: str | None = None
    ends: str | None = None


_NEW, _KNOWN = Compared(), Compared(is_known=True)
_CONTRADICTORY = Compared(Remark("entry.contradictory", "与本文件前面同一文书号的行矛盾 / contradicts an earlier row"))


class EntryComparison:
    """Compares one import with one list.

    Args:
        connection: In the transaction of the import.
        list_id: The list.
        batch: The import itself: its own earlier rows count as known.
    """

    def __init__(self, connection: Connection, list_id: str, batch: str) -> None:
        self._connection = connection
        self._list = list_id
        self._batch = batch
        self._asked = BoundSelect(
            connection.dialect,
            "SELECT id, subject_key, document_no, state, content_sha256, batch, replaces FROM entries"
            " WHERE list = ? AND state <> ? AND subject_key",
        )
        self._linked = any_links(connection)
        self._others: dict[bytes, tuple[bytes, ...]] = {}
        self._seen: set[str] = set()
        self._corrected: set[tuple[str, str]] = set()

    def load(self, subject_keys: Collection[bytes]) -> Known:
        """What the registry has of these subjects on the list."""
        known: Known = {}
        asked = set(subject_keys)
        if self._linked:
            linked = with_former_numbers(self._connection, asked)
            self._others = {key: one.keys for key, one in linked.items()}
            asked.update(key for one in linked.values() for key in one.keys)
        rows = self._asked.execute(self._connection, [self._list, EntryState.DISCARDED.value], asked)
        for row in rows:
            state = EntryState(row.state)
            if state is not EntryState.CORRECTED:
                identity = (row.subject_key, document_identity(row.document_no))
                known.setdefault(identity, {})[state] = _held(row)
        self._follow_corrections(known, rows)
        return known

    def _follow_corrections(self, known: Known, rows: Sequence[Row[*tuple[Any, ...]]]) -> None:
        """Know an entry by its earlier numbers too, and what was corrected at the desk by what it said wrongly."""
        following = {row.replaces: row for row in rows if row.replaces and row.state != EntryState.DRAFTED}
        for row in rows:
            if row.state != EntryState.CORRECTED or row.id not in following:
                continue
            now = following[row.id]
            wrong = "" if now.batch else row.content_sha256
            while now.state == EntryState.CORRECTED and now.id in following:
                now = following[now.id]
            states = known.setdefault((row.subject_key, document_identity(row.document_no)), {})
            states.setdefault(EntryState(now.state), _held(now))
            if wrong:
                self._corrected.add((now.id, wrong))

    def compared(self, known: Known, row: StagedRow) -> Compared:
        """How a row stands to what is known; a row that will be drafted is known, by its new id, from then on."""
        content = row.content_sha256
        identity = (row.subject_key, document_identity(row.identity))
        held = known.get(identity) or self._under_others(known, *identity)
        if held is None:
            if row.removal is not None:
                return _KNOWN
            known[identity] = {EntryState.DRAFTED: _Held(row.record_id, EntryState.DRAFTED, content, self._batch)}
            return _NEW
        if row.removal is None:
            return self._beside(held, row)
        published = held.get(EntryState.PUBLISHED)
        if published is not None:
            self._seen.add(published.id)
        return _removed_elsewhere(published, held.get(EntryState.DRAFTED))

    def _under_others(self, known: Known, key: bytes, document: str) -> dict[EntryState, _Held] | None:
        """What is held of a determination under another number of the same subject."""
        return next((held for each in self._others.get(key, ()) if (held := known.get((each, document)))), None)

    def _beside(self, held: dict[EntryState, _Held], row: StagedRow) -> Compared:
        """How a row stands to what is held of the same determination."""
        content = row.content_sha256
        waiting, published = held.get(EntryState.DRAFTED), held.get(EntryState.PUBLISHED)
        if published is not None:
            self._seen.add(published.id)
        if waiting is not None:
            if waiting.content_sha256 == content:
                return _KNOWN
            if waiting.batch == self._batch:
                return _CONTRADICTORY
            return Compared(
                Remark("entry.waiting", f"批次{waiting.batch}中的草稿尚未复核 / a draft in that batch still waits")
            )
        if published is not None and published.content_sha256 == content:
            return _KNOWN
        ended = next((each for state, each in held.items() if state in ENDED), None)
        if published is None and ended is not None:
            return Compared(
                Remark(
                    "entry.ended", f"条目{ended.id}已终止，导入不能恢复 / the entry has ended and no import revives it"
                )
            )
        if published is not None and (published.id, content) in self._corrected:
            return Compared(
                Remark(
                    "entry.corrected",
                    f"该内容已更正，由条目{published.id}代替 / it says again what was corrected by a document",
                )
            )
        held[EntryState.DRAFTED] = _Held(row.record_id, EntryState.DRAFTED, content, self._batch)
        return Compared(replaces=published.id) if published else _NEW

    def replace(self, ids: Collection[str], at: str) -> None:
        """Nothing: an entry that is corrected ends when the correction is confirmed."""

    def missing(self) -> list[Mapping[str, str]]:
        """Published entries of the list that no row of the file was about."""
        statement = (
            select(entries.c.id, entries.c.document_no, entries.c.authority, subjects.c.masked, subjects.c.name)
            .join(subjects, subjects.c.key == entries.c.subject_key)
            .where(entries.c.list == self._list, entries.c.state == EntryState.PUBLISHED)
            .order_by(entries.c.id)
        )
        return [
            {
                "entry": row.id,
                "subject": row.masked,
                "name": row.name,
                "document_no": row.document_no,
                "authority": row.authority,
            }
            for row in self._connection.execute(statement)
            if row.id not in self._seen
        ]


class LicenceComparison:
    """Compares one import with the records of licences; they are in force as soon as they are registered.

    Args:
        connection: In the transaction of the import.
        batch: The import itself: its own earlier rows count as known.
    """

    def __init__(self, connection: Connection, batch: str) -> None:
        self._connection = connection
        self._batch = batch

    def load(self, subject_keys: Collection[bytes]) -> Known:
        """The current records of these subjects."""
        known: Known = {}
        c = licences.c
        statement = select(c.id, c.subject_key, c.document_no, c.certificate_no, c.content_sha256, c.batch).where(
            c.subject_key.in_(set(subject_keys)), c.replaced_at.is_(None)
        )
        for row in self._connection.execute(statement):
            within = f"{row.document_no}{BETWEEN}{row.certificate_no}"
            held = _Held(row.id, EntryState.PUBLISHED, row.content_sha256, row.batch)
            known[(row.subject_key, within)] = {EntryState.PUBLISHED: held}
        return known

    def compared(self, known: Known, row: StagedRow) -> Compared:
        """How a row compares with what is known."""
        held = known.setdefault((row.subject_key, row.identity), {})
        current = held.get(EntryState.PUBLISHED)
        if current is not None and current.content_sha256 == row.content_sha256:
            return _KNOWN
        if current is not None and current.batch == self._batch:
            return _CONTRADICTORY
        held[EntryState.PUBLISHED] = _Held(row.record_id, EntryState.PUBLISHED, row.content_sha256, self._batch)
        return Compared(replaces=current.id) if current else _NEW

    def replace(self, ids: Collection[str], at: str) -> None:
        """End the records that corrected ones take the place of; they are kept."""
        if ids:
            self._connection.execute(
                update(licences).where(licences.c.id.in_(ids)).values(replaced_at=datetime.fromisoformat(at))
            )

    def missing(self) -> list[Mapping[str, str]]:
        """Nothing: no file is the whole of all licences."""
        return []


def _held(row: Row[*tuple[Any, ...]]) -> _Held:
    return _Held(row.id, EntryState(row.state), row.content_sha256, row.batch or "")


def _removed_elsewhere(published: _Held | None, waiting: _Held | None) -> Compared:
    """A row whose source has removed the entry lists nobody; a published entry of it is proposed for removal."""
    if published is not None:
        return Compared(ends=published.id)
    if waiting is not None:
        return Compared(
            Remark(
                "removal.waiting",
                f"来源已移出，批次{waiting.batch}中的草稿不应复核 / removed by its source while a draft waits",
            )
        )
    return _KNOWN
