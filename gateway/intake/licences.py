"""One row of a table of licences (行政许可) becomes a record, or is set aside with every reason at once."""

from collections.abc import Iterator, Sequence
from datetime import date

from gateway.database.columns import Json
from gateway.intake.cells import CellReader, RowCells
from gateway.intake.columns import Header
from gateway.intake.comparison import BETWEEN
from gateway.intake.drafts import Draft, Reading
from gateway.intake.files import SheetRow

_MAX_CHARACTERS = {
    "subject_name": 256,
    "document_no": 128,
    "title": 256,
    "kind": 64,
    "certificate": 256,
    "certificate_no": 128,
    "content": 4000,
    "authority": 200,
    "authority_code": 64,
    "state": 32,
}


class LicenceDraft(Draft, frozen=True):
    """A licence as one row of a file has it."""

    @property
    def identity(self) -> str:
        """One decision may grant several certificates."""
        return f"{self.columns['document_no']}{BETWEEN}{self.columns['certificate_no']}"

    @property
    def decided_on(self) -> Json | date:
        """The day of the decision, from which the time to publish counts."""
        return self.columns["decided_on"]


class LicenceReader:
    """Reads the rows of one table of licences.

    Args:
        header: Its header.
        today: The civil day of the import.
        authority: Who decided, where the file has no such column.
    """

    def __init__(self, header: Header, today: date, *, authority: str = "") -> None:
        self._cells = CellReader(header, today, authority=authority)

    def read(self, rows: Sequence[SheetRow]) -> Iterator[Reading]:
        """Understand rows that are not blank, in order."""
        return map(self._reading, self._cells.read(rows))

    @staticmethod
    def _reading(cells: RowCells) -> Reading:
        subject = cells.subject()
        said = {name: cells.text(name, most) for name, most in _MAX_CHARACTERS.items() if name != "document_no"}
        if not said["subject_name"]:
            cells.warn("name.missing", "未填写主体名称 / no name given")
        if not said["authority"]:
            cells.refuse("authority.missing", "缺少许可机关 / no authority")
        decided_on = cells.determined_on()
        valid_from, valid_until = cells.day("term_from") or decided_on, cells.day("term_until")
        columns: dict[str, Json | date] = {
            "document_no": cells.document_no(_MAX_CHARACTERS["document_no"], decided_on, said["title"]),
            **{name: said[name] for name in ("title", "kind", "certificate", "certificate_no", "content")},
            "authority": said["authority"],
            "authority_code": said["authority_code"],
            "decided_on": decided_on,
            "valid_from": valid_from,
            "valid_until": valid_until,
            "status": said["state"],
            "extra": cells.extra(),
        }
        warnings, doubts = tuple(cells.warnings), tuple(cells.doubts)
        if cells.reasons or subject is None:
            return Reading(None, tuple(cells.reasons), warnings, doubts, said["authority"], cells.masked())
        masked = cells.masked(is_organisation=not subject.is_natural_person)
        older_number = cells.older_number()
        draft = LicenceDraft(cells.number, subject, said["subject_name"], columns, older_number=older_number)
        return Reading(draft, (), warnings, doubts, said["authority"], masked)
