"""One row of a file becomes a draft of an entry (条目草稿), or is set aside with every reason at once.

Set aside (退回): what would make the entry wrong, unlawful or somebody else's. Doubted (疑问): what breaks a rule of
the standard the table follows; such a row is accepted and counted as not compliant. Warned about (提示): what is
unusual but lawful; such a row is accepted.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model.listing import FieldValue, ListClass, Severity
from credit_sdk.model.subject import Subject
from gateway.database.columns import Json
from gateway.intake import values
from gateway.intake.cells import CellReader, RowCells
from gateway.intake.columns import Header
from gateway.intake.drafts import Draft, Reading, Removal
from gateway.intake.fields import FieldReader
from gateway.intake.files import SheetRow
from gateway.intake.remarks import Remark
from gateway.registry.lists import KnownList, KnownLists

_MAX_CHARACTERS = {
    "subject_name": 200,
    "authority": 200,
    "document_no": 128,
    "basis": 2048,
    "fact": 5000,
    "removal_reason": 1000,
}
_DAYS = ("determined_on", "term_from", "term_until", "notice_given_on")
_MAX_REMEMBERED = 4_096
_Days: TypeAlias = tuple[date | None, date | None, date | None, date | None]
"""Of the determination, the first and the last of the term, and of the notice."""
_KnownDays: TypeAlias = dict[tuple[str | None, ...], tuple[_Days, list[Remark]]]
"""What rows say of these days, and what comes of it, with warnings; what sets a row aside is not among them."""


class RowReader:
    """Reads the rows of one file.

    Args:
        header: Its header.
        lists: The lists the law knows.
        target: The list the file is imported to.
        today: The civil day of the import.
        authority: Who determined, where the file has no such column.
    """

    def __init__(
        self, header: Header, lists: KnownLists, target: KnownList, today: date, *, authority: str = ""
    ) -> None:
        self._lists = lists
        self._target = target
        self._cells = CellReader(header, today, authority=authority)
        self._days: _KnownDays = {}

    def read(self, rows: Sequence[SheetRow]) -> Iterator[Reading]:
        """Understand rows that are not blank, in order."""
        for cells in self._cells.read(rows):
            yield _Row(cells, self._lists, self._target, self._days).reading()


class _Row:
    """One row while it is being read; collects every reason, so that a clerk mends a row once."""

    __slots__ = ("_cells", "_days", "_lists", "_said", "_target")

    def __init__(self, cells: RowCells, lists: KnownLists, target: KnownList, days: _KnownDays) -> None:
        self._cells = cells
        self._said = cells.said
        self._lists = lists
        self._target = target
        self._days = days

    def reading(self) -> Reading:
        cells, said = self._cells, self._said
        subject = self._subject()
        if "list" in said:
            self._check_list(said["list"])
        name = cells.text("subject_name", _MAX_CHARACTERS["subject_name"])
        if not name:
            cells.warn("name.missing", "未填写主体名称 / no name given")
        determined_on, term_from, term_until, notice_given_on = self._judged_days()
        authority = cells.required("authority", _MAX_CHARACTERS["authority"])
        extra = cells.extra()
        columns: dict[str, Json | date] = {
            "authority": authority,
            "authority_code": self._authority_code() if "authority_code" in said else "",
            "document_no": cells.document_no(_MAX_CHARACTERS["document_no"], determined_on),
            "basis": cells.text("basis", _MAX_CHARACTERS["basis"]),
            "fact": cells.text("fact", _MAX_CHARACTERS["fact"]),
            "severity": self._severity(),
            "determined_on": determined_on,
            "term_from": term_from,
            "term_until": term_until,
            "notice_given_on": notice_given_on,
            "fields": {},
            "extra": extra,
        }
        if cells.has_fields:
            columns["fields"] = self._fields(extra)
        removal = self._removal() if "removed_on" in said else None
        answering = cells.answering() if cells.names_answering else ()
        warnings, doubts = tuple(cells.warnings), tuple(cells.doubts)
        if cells.reasons or subject is None:
            return Reading(None, tuple(cells.reasons), warnings, doubts, authority, cells.masked())
        is_person = subject.is_natural_person
        draft = Draft(
            cells.number, subject, name, columns, removal, () if is_person else answering, cells.older_number()
        )
        return Reading(draft, (), warnings, doubts, authority, cells.masked(is_organisation=not is_person))

    def _subject(self) -> Subject | None:
        subject = self._cells.subject()
        if subject is None:
            return None
        if not self._target.persons and subject.is_natural_person:
            self._cells.refuse("subject.person", f"{self._target.title}不列自然人 / this list has no natural persons")
        elif not self._target.organisations and not subject.is_natural_person:
            self._cells.refuse(
                "subject.organisation", f"{self._target.title}只列自然人 / this list has natural persons only"
            )
        return subject

    def _check_list(self, text: str) -> None:
        found = self._lists.find(text)
        if found is None:
            self._cells.refuse("list.unknown", f"现行目录中没有名单“{text[:60]}” / the law in force knows no such list")
        elif found.id != self._target.id:
            self._cells.refuse(
                "list.other", f"该行属于{found.title}，不属于本次导入的名单 / the row is of another list"
            )

    def _judged_days(self) -> _Days:
        """The days of the row; what is right, or only warned about, is judged once for all rows that say the same."""
        cells = self._cells
        texts = tuple(map(self._said.get, _DAYS))
        judged = self._days.get(texts)
        if judged is not None:
            cells.warnings += judged[1]
            return judged[0]
        reasons, warnings = len(cells.reasons), len(cells.warnings)
        days = self._read_days()
        if len(cells.reasons) == reasons:
            if len(self._days) == _MAX_REMEMBERED:
                self._days.clear()
            self._days[texts] = days, cells.warnings[warnings:]
        return days

    def _read_days(self) -> _Days:
        cells, said = self._cells, self._said
        determined_on = cells.determined_on()
        term_from = cells.day("term_from") or determined_on
        term_until = cells.day("term_until")
        if term_from and term_until and term_until < term_from:
            cells.refuse(
                "term.reversed", f"截止日期{term_until}早于起始日期{term_from} / the term ends before it begins"
            )
        notice_given_on = cells.day("notice_given_on")
        if "notice_given_on" not in said and self._target.list_class is not ListClass.HONOUR:
            cells.warn("notice.missing", "未记载告知日期 / no day on which the subject was notified")
        if notice_given_on and determined_on and notice_given_on > determined_on:
            cells.warn("notice.late", "告知日期晚于认定日期 / notified after the determination")
        return determined_on, term_from, term_until, notice_given_on

    def _severity(self) -> Severity:
        text = self._said.get("severity", "")
        try:
            found = values.severity(text)
        except ValueError:
            if self._target.list_class is ListClass.BY_ENTRY and self._cells.has_words_of_its_own("severity"):
                # The class of an older table; the row is lawful, only what it says has no place in the law of today.
                self._cells.doubt(
                    "severity.outdated",
                    f"失信程度“{text[:20]}”不在现行三类之中，未定类 / not one of the classes in force",
                )
                return Severity.NONE
            self._cells.refuse("severity.unknown", f"严重程度“{text}”不是轻微、一般或严重 / unknown severity")
            return Severity.NONE
        if found is Severity.NONE and self._target.list_class is ListClass.BY_ENTRY:
            self._cells.warn(
                "severity.missing",
                "未记载严重程度，未定类：公示期按处罚种类看；种类不能确定的，按可能适用的最长一项公示，申请修复时须注明类别；"
                "请在“失信严重程度”一栏写明轻微、一般或者严重 / "
                "no class: its publicity goes by the kinds of penalty, else by the longest that may hold; state it",
            )
        return found

    def _authority_code(self) -> str:
        try:
            return Subject.parse(self._said["authority_code"]).uscc or ""
        except InvalidSubjectError:
            self._cells.warn(
                "authority_code.invalid", "认定部门代码不正确，未采用 / the authority's code is wrong; left out"
            )
            return ""

    def _fields(self, extra: dict[str, str]) -> Mapping[str, FieldValue]:
        reader = FieldReader(self._said)
        stated = reader.read()
        if exact := reader.exact_fine():
            extra["fine_yuan_exact"] = format(exact.normalize(), "f")
        self._cells.reasons += reader.reasons
        self._cells.warnings += reader.warnings
        return stated

    def _removal(self) -> Removal | None:
        on = self._cells.day("removed_on")
        if on is None:
            return None
        return Removal(
            on,
            self._cells.text("removal_reason", _MAX_CHARACTERS["removal_reason"]),
            self._cells.text("removal_authority", _MAX_CHARACTERS["authority"]),
        )
