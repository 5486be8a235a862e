"""A file is read to its end and every row checked (校验) before anything of it is stored, and without any lock."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Dialect

from gateway.database.bound import BoundInsert
from gateway.database.columns import Json
from gateway.database.tables import entries, subjects
from gateway.intake import report, values
from gateway.intake.columns import Header
from gateway.intake.files import SheetRow, SourceFile
from gateway.intake.rows import Draft, RowReader
from gateway.intake.staging import StagedRow, Staging
from gateway.problems import IntakeError
from gateway.registry.lifecycle import EntryState
from gateway.registry.lists import KnownList, KnownLists
from gateway.registry.persons import RegistryKeys

_ROWS_AT_A_TIME = 1_000
_ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_SUBJECT_COLUMNS = ("key", "scheme", "code", "masked", "name", "kind")
_ENTRY_COLUMNS = (
    *("id", "subject_key", "list", "severity", "authority", "authority_code", "document_no", "basis"),
    *("determined_on", "term_from", "term_until", "fact", "notice_given_on", "fields", "extra", "content_sha256"),
    *("state", "batch", "drafted_by", "is_person"),
    # Only the transaction knows these two; they are added to the values of a staged row.
    *("replaces", "drafted_at"),
)


@dataclass(frozen=True, slots=True)
class Inserts:
    """How drafts and their subjects are inserted."""

    subjects: BoundInsert
    entries: BoundInsert

    @classmethod
    def into(cls, dialect: Dialect) -> "Inserts":
        """The inserts for one kind of database."""
        return cls(
            BoundInsert(dialect, subjects, _SUBJECT_COLUMNS, unless_there=("key",)),
            BoundInsert(dialect, entries, _ENTRY_COLUMNS),
        )


@dataclass(frozen=True, slots=True)
class Import:
    """What every row of one import has in common.

    Attributes:
        batch: Id of the batch.
        source: The file.
        lists: The lists the law knew when the file was read.
        target: The list the rows belong to.
        by: Who imports.
        on: The civil day of the import.
    """

    batch: str
    source: SourceFile
    lists: KnownLists
    target: KnownList
    by: str
    on: date

    @classmethod
    def new(cls, source: SourceFile, lists: KnownLists, target: KnownList, by: str, on: date) -> "Import":
        """An import with a batch of its own."""
        return cls(f"{on:%Y%m%d}-{random_name(6)}", source, lists, target, by, on)


class CheckedFile:
    """A file whose rows are all read.

    Attributes:
        header: Its header.
        counts: ``rows`` and ``blank`` ones.
        reasons: Why rows were set aside.
        warnings: What is unusual.
    """

    def __init__(self, about: Import, inserts: Inserts, keys: RegistryKeys, staging: Staging) -> None:
        self._about = about
        self._inserts = inserts
        self._keys = keys
        self._staging = staging
        self.counts = {"rows": 0, "blank": 0}
        self.reasons, self.warnings = report.Tally(), report.Tally()
        rows = about.source.rows()
        self.header = _header(about.source.path, rows)
        reader = RowReader(self.header, about.lists, about.target, about.on)
        for chunk in self._chunks(rows):
            staging.add([self._staged(row, reader) for row in chunk])

    def chunks(self) -> Iterator[list[StagedRow]]:
        """The rows, in their order."""
        return self._staging.chunks()

    def raw(self, row: StagedRow) -> Mapping[str, str]:
        """What a row says, by title."""
        titles = [title or f"#{place}" for place, title in enumerate(self.header.titles, start=1)]
        titles += [f"#{place}" for place in range(len(titles) + 1, len(row.cells) + 1)]
        return {title: cell for title, cell in zip(titles, row.cells, strict=False) if cell}

    def _chunks(self, rows: Iterator[SheetRow]) -> Iterator[list[SheetRow]]:
        chunk: list[SheetRow] = []
        blank = 0
        for row in rows:
            if row.is_blank:
                blank += 1
                continue
            # Blank rows behind the last one are how spreadsheets end, not rows of the file.
            self.counts["blank"] += blank
            blank = 0
            self.counts["rows"] += 1
            chunk.append(row)
            if len(chunk) == _ROWS_AT_A_TIME:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def _staged(self, row: SheetRow, reader: RowReader) -> StagedRow:
        reading = reader.read(row)
        self.warnings.add(row.number, reading.warnings)
        cells = tuple([values.without_personal_numbers(cell) for cell in row.cells])
        if reading.draft is None:
            self.reasons.add(row.number, reading.reasons)
            return StagedRow(row.number, cells, tuple((reason.code, reason.text) for reason in reading.reasons))
        draft = reading.draft
        key = self._keys.key_of(draft.subject)
        entry_id = random_name(16)
        return StagedRow(
            row.number,
            cells,
            (),
            draft.document_no,
            draft.content_sha256,
            key,
            entry_id,
            self._inserts.subjects.bind(_subject(draft, key)),
            self._inserts.entries.bind(self._entry(draft, key, entry_id)),
        )

    def _entry(self, draft: Draft, key: bytes, entry_id: str) -> dict[str, Json | date | bytes]:
        return {
            **draft.columns,
            "id": entry_id,
            "subject_key": key,
            "list": self._about.target.id,
            "content_sha256": draft.content_sha256,
            "state": EntryState.DRAFTED,
            "batch": self._about.batch,
            "drafted_by": self._about.by,
            "is_person": draft.subject.is_natural_person,
        }


def random_name(characters: int) -> str:
    """Letters and digits that cannot be mistaken for each other, 5 random bits each."""
    return "".join([_ID_ALPHABET[byte & 31] for byte in secrets.token_bytes(characters)])


def _header(path: Path, rows: Iterator[SheetRow]) -> Header:
    for row in rows:
        if not row.is_blank:
            return Header.read(row)
    raise IntakeError(f"{path.name} has no rows at all.", hint="请检查文件内容 / Check what is in the file.")


def _subject(draft: Draft, key: bytes) -> dict[str, str | bytes | None]:
    return {
        "key": key,
        "scheme": draft.subject.scheme,
        "code": None if draft.subject.is_natural_person else draft.subject.code,
        "masked": draft.subject.masked,
        "name": draft.name,
        "kind": draft.subject.kind,
    }
