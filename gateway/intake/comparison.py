"""Comparing the rows of a file with what the registry has (比对): by list, subject and document number."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from sqlalchemy import Connection, select

from gateway.database.tables import entries, subjects
from gateway.intake.remarks import Remark
from gateway.intake.staging import StagedRow
from gateway.registry.lifecycle import ENDED, EntryState


class _Identity(NamedTuple):
    subject_key: bytes
    document_no: str


@dataclass(frozen=True, slots=True)
class _Held:
    """An entry the registry or an earlier row of the file has."""

    id: str
    state: EntryState
    content_sha256: str
    batch: str


_Known: TypeAlias = "dict[_Identity, dict[EntryState, _Held]]"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a row stands to what is known.

    Attributes:
        reason: Why it cannot be taken in, or None.
        is_known: Whether the registry says the same already.
        replaces: The published entry it would take the place of, or None.
    """

    reason: Remark | None = None
    is_known: bool = False
    replaces: str | None = None


class Comparison:
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
        self._seen: set[str] = set()

    def load(self, subject_keys: Collection[bytes]) -> _Known:
        """What the registry has of these subjects on the list."""
        known: _Known = {}
        statement = select(
            entries.c.id,
            entries.c.subject_key,
            entries.c.document_no,
            entries.c.state,
            entries.c.content_sha256,
            entries.c.batch,
        ).where(
            entries.c.list == self._list,
            entries.c.subject_key.in_(set(subject_keys)),
            entries.c.state.not_in([EntryState.DISCARDED, EntryState.CORRECTED]),
        )
        for row in self._connection.execute(statement):
            state = EntryState(row.state)
            held = _Held(row.id, state, row.content_sha256, row.batch or "")
            known.setdefault(_Identity(row.subject_key, row.document_no), {})[state] = held
        return known

    def standing(self, known: _Known, row: StagedRow) -> Standing:
        """How a row stands to what is known; a row that will be drafted is known, by its new id, from then on."""
        content = row.content_sha256
        held = known.setdefault(_Identity(row.subject_key, row.document_no), {})
        waiting, published = held.get(EntryState.DRAFTED), held.get(EntryState.PUBLISHED)
        if published is not None:
            self._seen.add(published.id)
        if waiting is not None:
            if waiting.content_sha256 == content:
                return Standing(is_known=True)
            if waiting.batch == self._batch:
                return Standing(
                    Remark("entry.contradictory", "与本文件前面同一文书号的行矛盾 / contradicts an earlier row")
                )
            return Standing(
                Remark("entry.waiting", f"批次{waiting.batch}中的草稿尚未复核 / a draft in that batch still waits")
            )
        if published is not None and published.content_sha256 == content:
            return Standing(is_known=True)
        ended = next((each for state, each in held.items() if state in ENDED), None)
        if published is None and ended is not None:
            return Standing(
                Remark(
                    "entry.ended", f"条目{ended.id}已终止，导入不能恢复 / the entry has ended and no import revives it"
                )
            )
        held[EntryState.DRAFTED] = _Held(row.entry_id, EntryState.DRAFTED, content, self._batch)
        return Standing(replaces=published.id if published else None)

    def missing(self) -> list[dict[str, str]]:
        """Published entries of the list that no row of the file was about."""
        statement = (
            select(entries.c.id, entries.c.document_no, subjects.c.masked, subjects.c.name)
            .join(subjects, subjects.c.key == entries.c.subject_key)
            .where(entries.c.list == self._list, entries.c.state == EntryState.PUBLISHED)
            .order_by(entries.c.id)
        )
        return [
            {"entry": row.id, "subject": row.masked, "name": row.name, "document_no": row.document_no}
            for row in self._connection.execute(statement)
            if row.id not in self._seen
        ]
