"""Where the rows of a file go (登记): onto a list as drafts of entries, or among the records of licences."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy import Connection, Dialect

from credit_sdk.model.subject import Subject
from gateway.database.bound import BoundInsert, BoundRow
from gateway.database.tables import entries, licences, responsible_persons, subjects
from gateway.intake.columns import Header
from gateway.intake.comparison import Compared, EntryComparison, Known, LicenceComparison
from gateway.intake.drafts import Reading
from gateway.intake.files import SheetRow
from gateway.intake.formats.format import Format, Takes
from gateway.intake.licences import LicenceReader
from gateway.intake.rows import RowReader
from gateway.intake.staging import StagedRow
from gateway.problems import IntakeError, InvalidActError
from gateway.registry.lifecycle import EntryState
from gateway.registry.lists import KnownList, KnownLists

_SUBJECT_COLUMNS = ("key", "scheme", "code", "masked", "name", "kind")
_ENTRY_COLUMNS = (
    *("severity", "authority", "authority_code", "document_no", "basis", "determined_on", "term_from", "term_until"),
    *("fact", "notice_given_on", "fields", "extra"),
)
_LICENCE_COLUMNS = (
    *("document_no", "title", "kind", "certificate", "certificate_no", "content", "authority", "authority_code"),
    *("decided_on", "valid_from", "valid_until", "status", "extra"),
)
# Added to what a row says: what is worked out of it, what only the transaction knows, what all rows have in common.
_WORKED_OUT = ("id", "subject_key", "content_sha256", "is_person")
_ADDED_TO_ENTRIES = (*_WORKED_OUT, "replaces", "drafted_at", "drafted_by", "batch", "list", "state")
_ADDED_TO_LICENCES = (*_WORKED_OUT, "replaces", "registered_at", "registered_by", "batch")
_ANSWERING_COLUMNS = (
    *("entry", "person_key", "code", "masked", "name", "kind", "role", "is_named", "source", "stated_by"),
    "withdrawn_why",
)
LICENCES = "licences"
"""What stands for a list with a batch of licences."""


class Reader(Protocol):
    """Reads the rows of one file."""

    def read(self, rows: Sequence[SheetRow]) -> Iterator[Reading]:
        """Understand rows that are not blank, in order."""


class Comparison(Protocol):
    """Compares rows with what is registered."""

    def load(self, subject_keys: Collection[bytes]) -> Known:
        """What is registered of these subjects."""

    def compared(self, known: Known, row: StagedRow) -> Compared:
        """How a row compares with what is known."""

    def missing(self) -> list[Mapping[str, str]]:
        """What is registered and no row was about."""

    def replace(self, ids: Collection[str], at: str) -> None:
        """Make room for what takes the place of these."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the rows of one file go.

    Attributes:
        list_id: Id of the list, or ``licences``.
        title: Official title.
        target: The list; None for licences.
        format: The adapter; None for our own columns.
    """

    list_id: str
    title: str
    target: KnownList | None
    format: Format | None

    @classmethod
    def of(cls, format: Format | None, list_id: str, lists: KnownLists) -> "Destination":
        """Where a file in this format goes, when the operator says ``list_id`` or nothing.

        Raises:
            IntakeError: The format's rows belong elsewhere than the operator says.
            InvalidActError: Nobody says which list.
            NotFoundError: The law knows no such list.
        """
        if format is not None and format.takes is Takes.LICENCES:
            if list_id not in ("", LICENCES):
                raise IntakeError(
                    f"该文件是{format.title}，许可不进入任何名单 / "
                    f"The file holds licences ({format.title}), which never stand on a list.",
                    hint="行政许可不是惩戒；请去掉 --list / Leave --list out.",
                )
            return cls(LICENCES, "行政许可", None, format)
        if (
            format is not None
            and format.list_id
            and list_id not in ("", format.list_id, lists.title_of(format.list_id))
        ):
            raise IntakeError(
                f"该文件是{format.title}，应进入{format.list_id}，不是{list_id} / "
                f"The file is a table of {format.title}, whose rows go to {format.list_id}, not to {list_id}.",
                hint="请去掉 --list，或用 --format plain 按本网关的列读 / Leave --list out, or say --format plain.",
            )
        wanted = list_id or (format.list_id if format else "")
        if not wanted:
            raise InvalidActError(
                "表头不属于已知格式，须指明名单 / "
                "The header is of none of the known formats, so the list must be named.",
                hint="请用 --list 指明名单 / Name it with --list.",
            )
        target = lists.require(wanted)
        return cls(target.id, target.title, target, format)

    def reader(self, header: Header, lists: KnownLists, today: date, authority: str) -> Reader:
        """What reads its rows."""
        if self.target is None:
            return LicenceReader(header, today, authority=authority)
        return RowReader(header, lists, self.target, today, authority=authority)

    def in_common(self, batch: str, by: str) -> BoundRow:
        """What all records of one import have in common, as it is added to each."""
        return (by, batch) if self.target is None else (by, batch, self.list_id, EntryState.DRAFTED.value)

    def comparison(self, connection: Connection, batch: str) -> Comparison:
        """What compares its rows with the registry."""
        if self.target is None:
            return LicenceComparison(connection, batch)
        return EntryComparison(connection, self.list_id, batch)


def subject_row(subject: Subject, key: bytes, name: str) -> BoundRow:
    """A subject, ready to be inserted."""
    code = None if subject.is_natural_person else subject.code
    return key, subject.scheme, code, code or subject.masked, name, subject.kind


@dataclass(frozen=True, slots=True)
class Inserts:
    """How records, their subjects and who answers for them are inserted."""

    subjects: BoundInsert
    records: BoundInsert
    answering: BoundInsert

    @classmethod
    def into(cls, dialect: Dialect, destination: Destination) -> "Inserts":
        """The inserts for one kind of database."""
        if destination.target is None:
            records = BoundInsert(dialect, licences, _LICENCE_COLUMNS, added=_ADDED_TO_LICENCES)
        else:
            records = BoundInsert(dialect, entries, _ENTRY_COLUMNS, added=_ADDED_TO_ENTRIES)
        return cls(
            BoundInsert(dialect, subjects, _SUBJECT_COLUMNS, unless_there=("key",)),
            records,
            BoundInsert(dialect, responsible_persons, _ANSWERING_COLUMNS, added=("stated_at",)),
        )
