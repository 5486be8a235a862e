"""One row of a file becomes a draft of an entry (条目草稿), or is set aside with every reason at once.

Set aside (退回): what would make the entry wrong, unlawful or somebody else's. Warned about (提示): what is unusual but
lawful; such a row is accepted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model.listing import FieldValue, ListClass, Severity
from credit_sdk.model.subject import Subject, SubjectWarning
from gateway.database.columns import Json, canonical_json
from gateway.intake import values
from gateway.intake.columns import TITLES, Header
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
}
_SUBJECT_WARNINGS = {
    SubjectWarning.REGION_UNKNOWN: "行政区划不在代码表中 / region not in the table",
    SubjectWarning.CATEGORY_UNKNOWN: "登记机关或机构类别不在国标表中 / category not in the table of GB 32100",
    SubjectWarning.ORGANISATION_DIGIT: "主体标识码校验位不符 / organisation digit differs from GB 11714",
    SubjectWarning.CHECK_Y_FOR_1: "校验位印作 Y，国标为 1 / printed with Y where the standard gives 1",
    SubjectWarning.NOT_USCC: "不是统一社会信用代码，请补充 / not a unified social credit code; ask for it",
}


class Draft:
    """An entry as one row of a file has it.

    Attributes:
        row_no: Row in the file.
        subject: Whom it is about.
        columns: The columns of the entries table that the row decides.
    """

    def __init__(self, row_no: int, subject: Subject, name: str, columns: Mapping[str, Json | date]) -> None:
        self.row_no = row_no
        self.subject = subject
        self.name = name
        self.columns = columns

    @property
    def document_no(self) -> str:
        """Number of the decision document, which with list and subject tells one entry from another."""
        return str(self.columns["document_no"])

    @cached_property
    def content_sha256(self) -> str:
        """Digest of everything the row says of the entry: equal digests, nothing to correct."""
        content: dict[str, Json] = {
            name: value.isoformat() if isinstance(value, date) else value for name, value in self.columns.items()
        }
        return sha256(canonical_json(content).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of one row: a draft, or reasons; and warnings beside either."""

    draft: Draft | None
    reasons: tuple[Remark, ...]
    warnings: tuple[Remark, ...]


class RowReader:
    """Reads the rows of one file.

    Args:
        header: Its header.
        lists: The lists the law knows.
        target: The list the file is imported to.
        today: The civil day of the import.
    """

    def __init__(self, header: Header, lists: KnownLists, target: KnownList, today: date) -> None:
        self._header = header
        self._lists = lists
        self._target = target
        self._today = today

    def read(self, row: SheetRow) -> Reading:
        """Understand one row that is not blank."""
        return _Row(self._header, self._lists, self._target, self._today, row).reading()


class _Row:
    """One row while it is being read; collects every reason, so that a clerk mends a row once."""

    def __init__(self, header: Header, lists: KnownLists, target: KnownList, today: date, row: SheetRow) -> None:
        self._header = header
        self._lists = lists
        self._target = target
        self._today = today
        self._row = row
        self._reasons: list[Remark] = []
        self._warnings: list[Remark] = []

    def reading(self) -> Reading:
        if any(self._row.cells[len(self._header.titles) :]):
            self._refuse("columns", "单元格多于表头 / more cells than the header has")
        subject = self._subject()
        self._check_list()
        name = self._text("subject_name")
        if not name:
            self._warn("name.missing", "未填写主体名称 / no name given")
        columns: dict[str, Json | date] = {
            "authority": self._required("authority"),
            "authority_code": self._authority_code(),
            "document_no": self._required("document_no"),
            "basis": self._text("basis"),
            "fact": self._text("fact"),
            "severity": self._severity(),
            **self._days(),
            "fields": self._fields(),
            "extra": self._extra(),
        }
        if self._reasons or subject is None:
            return Reading(None, tuple(self._reasons), tuple(self._warnings))
        return Reading(Draft(self._row.number, subject, name, columns), (), tuple(self._warnings))

    def _subject(self) -> Subject | None:
        try:
            subject = Subject.parse(self._header.value(self._row, "subject_code"))
        except InvalidSubjectError as error:
            self._refuse("subject.invalid", _in_both_tongues(error))
            return None
        if subject.is_masked:
            self._refuse(
                "subject.masked", "号码已遮蔽，只可能匹配，不能认定 / a masked number is a possible match only"
            )
            return None
        if subject.is_natural_person and not self._target.persons:
            self._refuse("subject.person", f"{self._target.title}不列自然人 / this list has no natural persons")
        if not subject.is_natural_person and not self._target.organisations:
            self._refuse("subject.organisation", f"{self._target.title}只列自然人 / this list has natural persons only")
        for warning in subject.warnings:
            self._warn(f"subject.{warning}", _SUBJECT_WARNINGS[warning])
        return subject

    def _check_list(self) -> None:
        text = self._cell("list")
        if not text:
            return
        found = self._lists.find(text)
        if found is None:
            self._refuse("list.unknown", f"现行目录中没有名单“{text[:60]}” / the law in force knows no such list")
        elif found.id != self._target.id:
            self._refuse("list.other", f"该行属于{found.title}，不属于本次导入的名单 / the row is of another list")

    def _days(self) -> dict[str, date | None]:
        determined_on = self._day("determined_on")
        if determined_on is None and not self._cell("determined_on"):
            self._refuse("determined_on.missing", "缺少认定日期 / no day of determination")
        if determined_on and determined_on > self._today:
            self._refuse("determined_on.future", f"认定日期{determined_on}晚于今天 / determined in the future")
        term_from = self._day("term_from") or determined_on
        term_until = self._day("term_until")
        if term_from and term_until and term_until < term_from:
            self._refuse(
                "term.reversed", f"截止日期{term_until}早于起始日期{term_from} / the term ends before it begins"
            )
        notice_given_on = self._day("notice_given_on")
        if self._target.list_class is not ListClass.HONOUR and not self._cell("notice_given_on"):
            self._warn("notice.missing", "未记载告知日期 / no day on which the subject was notified")
        if notice_given_on and determined_on and notice_given_on > determined_on:
            self._warn("notice.late", "告知日期晚于认定日期 / notified after the determination")
        return {
            "determined_on": determined_on,
            "term_from": term_from,
            "term_until": term_until,
            "notice_given_on": notice_given_on,
        }

    def _severity(self) -> Severity:
        try:
            found = values.severity(self._cell("severity"))
        except ValueError as error:
            self._refuse("severity.unknown", f"严重程度“{error}”不是轻微、一般或严重 / unknown severity")
            return Severity.NONE
        if found is Severity.NONE and self._target.list_class is ListClass.BY_ENTRY:
            self._warn("severity.missing", "未记载严重程度 / no severity given")
        return found

    def _authority_code(self) -> str:
        text = values.present(self._header.value(self._row, "authority_code"))
        if not text:
            return ""
        try:
            return Subject.parse(text).uscc or ""
        except InvalidSubjectError:
            self._warn("authority_code.invalid", "认定部门代码不正确，未采用 / the authority's code is wrong; left out")
            return ""

    def _fields(self) -> Mapping[str, FieldValue]:
        reader = FieldReader(self._cell)
        stated = reader.read()
        self._reasons += reader.reasons
        self._warnings += reader.warnings
        return stated

    def _extra(self) -> dict[str, str]:
        cells = self._row.cells
        return {
            title: values.without_personal_numbers(cells[place])
            for place, title in self._header.extra
            if place < len(cells) and cells[place]
        }

    def _day(self, column: str) -> date | None:
        text = self._cell(column)
        try:
            return values.day(text)
        except ValueError:
            self._refuse(f"{column}.unreadable", f"{TITLES[column]}“{text[:30]}”不是日期 / no day of the calendar")
            return None

    def _required(self, column: str) -> str:
        text = self._text(column)
        if not text:
            self._refuse(f"{column}.missing", f"缺少{TITLES[column]} / no {column}")
        return text

    def _text(self, column: str) -> str:
        text = self._cell(column)
        if len(text) > _MAX_CHARACTERS[column]:
            self._refuse(f"{column}.long", f"{TITLES[column]}超过{_MAX_CHARACTERS[column]}字 / longer than allowed")
        elif text != values.present(self._header.value(self._row, column)):
            self._warn(
                f"{column}.personal", f"{TITLES[column]}中有公民身份号码，已遮蔽 / a resident number in it was masked"
            )
        return text

    def _cell(self, column: str) -> str:
        """What the row says in a column; masked in every one of them, because a shifted row puts a number anywhere."""
        text = self._header.value(self._row, column)
        return values.without_personal_numbers(values.present(text)) if text else ""

    def _refuse(self, code: str, text: str) -> None:
        self._reasons.append(Remark(code, text))

    def _warn(self, code: str, text: str) -> None:
        self._warnings.append(Remark(code, text))


def _in_both_tongues(error: InvalidSubjectError) -> str:
    """Chinese first: the hints of the library already are."""
    expected = f"，校验位应为 {error.expected}" if error.expected else ""
    return f"主体代码不正确{expected}：{error.hint} {error}"
