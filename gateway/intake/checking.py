"""A file is read to its end and every row checked (校验) before anything of it is stored, and without any lock."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TypeAlias

from gateway.accounts import DESK
from gateway.database.bound import BoundRow
from gateway.intake import report
from gateway.intake.columns import Header
from gateway.intake.drafts import Draft, Reading
from gateway.intake.files import SheetRow, SourceFile
from gateway.intake.formats import known
from gateway.intake.formats.format import Format
from gateway.intake.registers import Destination, Inserts, Reader, subject_row
from gateway.intake.staging import StagedRow, Staging, packed
from gateway.problems import IntakeError, InvalidActError
from gateway.registry.lists import KnownLists
from gateway.registry.persons import RegistryKeys
from gateway.registry.stating import row_of

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_ID, _PREFIX = 16, 3
_ID_LETTERS = _LETTERS.encode() * 8
"""Letters and digits that cannot be mistaken for each other; each byte of chance gives five bits."""
_EMPTY = ".empty"
_ROWS_AT_A_TIME = 200
READING_SHARE = 0.7
"""How much of an import is reading, about."""

Progress: TypeAlias = Callable[[float], None]
"""Is told how much of the work is done, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Import:
    """What every row of one import has in common.

    Attributes:
        batch: Id of the batch.
        source: The file.
        lists: The lists the law knew when the file was read.
        destination: Where the rows go.
        by: Who imports.
        on: The civil day of the import.
        authority: Who determined, where the file has no such column.
        channel: The system it came through.
    """

    batch: str
    source: SourceFile
    lists: KnownLists
    destination: Destination
    by: str
    on: date
    authority: str = ""
    channel: str = DESK

    @classmethod
    def new(
        cls,
        source: SourceFile,
        lists: KnownLists,
        destination: Destination,
        by: str,
        on: date,
        *,
        authority: str = "",
        channel: str = DESK,
    ) -> "Import":
        """An import with a batch of its own."""
        return cls(f"{on:%Y%m%d}-{random_name(6)}", source, lists, destination, by, on, authority, channel)


class CheckedFile:
    """A file whose rows are all read.

    Attributes:
        header: Its header.
        inserts: How what it says is inserted.
        counts: ``rows`` and ``blank`` ones.
        reasons: Why rows were set aside.
        doubts: Which rules of the standard are broken.
        warnings: What is unusual.
    """

    def __init__(
        self,
        about: Import,
        inserts: Inserts,
        keys: RegistryKeys,
        staging: Staging,
        *,
        progress: Progress = lambda done: None,
    ) -> None:
        self._about = about
        self.inserts = inserts
        self._keys = keys
        self._staging = staging
        self.counts = {"rows": 0, "blank": 0}
        self.reasons, self.doubts, self.warnings = report.Tally(), report.Tally(), report.Tally()
        rows = about.source.rows(lambda done: progress(done * READING_SHARE))
        given = ("authority",) if about.authority else ()
        self.header = Header.read(_first(about.source, rows), about.destination.format, given=given)
        reader = about.destination.reader(self.header, about.lists, about.on, about.authority)
        self._prefix = random_name(_PREFIX)
        for portion in self._counted(rows):
            self._stage(portion, reader)

    def chunks(self) -> Iterator[list[StagedRow]]:
        """The rows, as :class:`Staging` gives them back."""
        return self._staging.chunks()

    def raw(self, row: StagedRow) -> Mapping[str, str]:
        """What a row says, by title."""
        titles = [title or f"#{place}" for place, title in enumerate(self.header.titles, start=1)]
        cells = row.written
        titles += [f"#{place}" for place in range(len(titles) + 1, len(cells) + 1)]
        return {title: cell for title, cell in zip(titles, cells, strict=False) if cell}

    def refusal(self) -> InvalidActError:
        """The refusal of the whole for what rows were set aside for."""
        return InvalidActError(
            f"未予登记：{'；'.join(self.reasons.examples())} / Set aside for that, so nothing was taken in.",
            hint="请更正后重新提交 / Correct it and send it again.",
        )

    def _counted(self, rows: Iterator[SheetRow]) -> Iterator[list[SheetRow]]:
        blank = 0
        portion: list[SheetRow] = []
        for row in rows:
            if row.is_blank:
                blank += 1
                continue
            if blank:
                # Blank rows behind the last one are how spreadsheets end, not rows of the file.
                self.counts["blank"] += blank
                blank = 0
            portion.append(row)
            if len(portion) == _ROWS_AT_A_TIME:
                self.counts["rows"] += len(portion)
                yield portion
                portion = []
        self.counts["rows"] += len(portion)
        yield portion

    def _stage(self, rows: Sequence[SheetRow], reader: Reader) -> None:
        for row, reading, name in zip(rows, reader.read(rows), _names(len(rows)), strict=True):
            if reading.warnings:
                self.warnings.add(row.number, reading.warnings)
            if reading.doubts:
                self.doubts.add(row.number, reading.doubts)
            if reading.draft is None:
                self.reasons.add(row.number, reading.reasons)
                self._staging.add(_set_aside(row.number, reading))
            else:
                self._staging.add(self._drafted(reading, reading.draft, name))

    def _drafted(self, reading: Reading, draft: Draft, name: str) -> StagedRow:
        key = self._keys.key_of(draft.subject)
        # Near those of the rows that are inserted together with this one, so that the index of their ids is too.
        record_id = f"{self._prefix}{_LETTERS[key[0] >> 3]}{name}"
        said = draft.content_sha256
        answering: tuple[BoundRow, ...] = ()
        if draft.answering:
            rows = [row_of(self._keys, record_id, each, by=self._about.by) for each in draft.answering]
            answering = tuple(self.inserts.answering.bind(row) for row in rows)
            # Another person in the same office is another content, though masked numbers may look alike.
            keys = sorted(self._keys.key_of(each.subject) for each in draft.answering)
            said = sha256(b"".join((said.encode(), *keys))).hexdigest()
        removal = draft.removal
        return StagedRow(
            draft.row_no,
            packed(reading.cells),
            (),
            draft.identity,
            said,
            key,
            record_id,
            reading.authority,
            str(draft.decided_on),
            len(reading.doubts),
            _empty(reading),
            (removal.on.isoformat(), removal.reason, removal.authority) if removal else None,
            subject_row(draft.subject, key, draft.name),
            (*self.inserts.records.bind(draft.columns), record_id, key, said, draft.subject.is_natural_person),
            answering,
            draft.older_number.key if draft.older_number else b"",
        )


def format_of(source: SourceFile, name: str) -> Format | None:
    """The format a file is in: the one that is named, or else what its header says; None for our own columns.

    Raises:
        IntakeError: The file has no rows, or its header fits several.
        NotFoundError: No format has that name.
    """
    if name:
        return known.named(name)
    rows = source.rows()
    try:
        return known.recognised(_first(source, rows).cells)
    finally:
        rows.close()


def random_name(characters: int) -> str:
    """Letters and digits that cannot be mistaken for each other, 5 random bits each."""
    return secrets.token_bytes(characters).translate(_ID_LETTERS).decode()


def _first(source: SourceFile, rows: Iterator[SheetRow]) -> SheetRow:
    for row in rows:
        if not row.is_blank:
            return row
    raise IntakeError(
        f"{source.path.name}没有任何行 / {source.path.name} has no rows at all.",
        hint="请检查文件内容 / Check what is in the file.",
    )


def _names(count: int) -> Iterator[str]:
    """The parts of ids that chance decides."""
    characters = _ID - _PREFIX - 1
    drawn = random_name(count * characters)
    return (drawn[start : start + characters] for start in range(0, len(drawn), characters))


def _set_aside(row_no: int, reading: Reading) -> StagedRow:
    return StagedRow(
        row_no,
        packed(reading.cells),
        tuple((reason.code, reason.text) for reason in reading.reasons),
        authority=reading.authority,
        doubts=len(reading.doubts),
        empty=_empty(reading),
    )


def _empty(reading: Reading) -> int:
    return sum(each.code.endswith(_EMPTY) for each in reading.doubts) if reading.doubts else 0
