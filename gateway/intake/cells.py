"""The cells of one row (单元格): cleaned once, read by name, judged by the rules of their table.

A personal number is masked in every cell, because a shifted row puts one anywhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model.recognition import Recognised, recognised
from credit_sdk.model.subject import Subject
from gateway.drafting.vocabulary import ENTRY_FIELDS
from gateway.intake import values
from gateway.intake.answering import answering
from gateway.intake.columns import FINE_IN_WAN_YUAN, TITLES, Header
from gateway.intake.files import SheetRow
from gateway.intake.formats.rules import Weight
from gateway.intake.masking import SHORTEST_MASKED, Present, hidden
from gateway.intake.numbers import UNUSUAL, not_recognised, older_number
from gateway.intake.remarks import Remark
from gateway.registry.stating import StatedPerson

NO_NUMBER = "无文书号"
_OF_FIELDS = frozenset({*ENTRY_FIELDS, FINE_IN_WAN_YUAN} - {"severity"})
_JOINED = "penalty_kinds"
"""The one column of ours that several of a table fill together."""


class CellReader:
    """Reads the cells of the rows of one file.

    Args:
        header: Its header.
        today: The civil day of the import.
        authority: Who determined, where the file has no such column.
    """

    def __init__(self, header: Header, today: date, *, authority: str = "") -> None:
        self.header = header
        self.today = today
        self.authority = authority
        self.has_fields = not _OF_FIELDS.isdisjoint(header.known)
        self.reads = {
            column.fills: column.reads for column in (header.format.columns if header.format else ()) if column.reads
        }
        self.rules = header.format.rules if header.format else ()
        self.subject_places = frozenset(header.known.get("subject_code", ()))
        # Where an older number of an organisation may stand beside its code.
        self.number_places = tuple(
            place
            for place in header.known.get("subject_code", ())
            if place not in header.personal and place not in header.only_where
        )
        self.single = tuple(
            (name, places[0])
            for name, places in header.known.items()
            if name != "subject_code" and len(places) == 1 and places[0] not in header.only_where
        )
        of_one = {name for name, _ in self.single}
        self.several = tuple(name for name in header.known if name not in of_one and name != "subject_code")
        # Masked in ways of their own, see RowCells.masked; none that another column of ours is read from.
        self.apart = self.subject_places | header.personal
        self.unread = self.apart - {place for _, place in self.single}
        self.present = Present()

    def read(self, rows: Sequence[SheetRow]) -> Iterator["RowCells"]:
        """The cells of rows, in order; whom they are about is recognised of all at once."""
        subjects = recognised([self._number(row.cells) for row in rows]).who
        for row, subject in zip(rows, subjects, strict=True):
            yield RowCells(self, row, subject)

    def _number(self, cells: Sequence[str]) -> str:
        for cell in self.header.filling("subject_code", cells):
            if values.present(cell):
                return cell
        return ""


class RowCells:
    """One row: what it says by our names, and what has been remarked on it.

    Attributes:
        number: Row in the file.
        said: What stands in our columns; nothing stands under a name that the row leaves empty.
        reasons / doubts / warnings: Remarks so far.
    """

    __slots__ = ("_reader", "_row", "_shown", "_subject", "doubts", "number", "reasons", "said", "warnings")

    def __init__(self, reader: CellReader, row: SheetRow, subject: Recognised) -> None:
        self._reader = reader
        self._row = row
        self._subject = subject
        self.number = row.number
        self.reasons: list[Remark] = []
        self.doubts: list[Remark] = []
        self.warnings: list[Remark] = []
        cells, width = row.cells, len(row.cells)
        unread, long_run = reader.unread, values.LONG_RUN.search
        self._shown = shown = [
            cell
            if len(cell) < SHORTEST_MASKED or place in unread or long_run(cell) is None
            else values.without_personal_numbers(cell)
            for place, cell in enumerate(cells)
        ]
        said: dict[str, str] = {}
        present = reader.present
        for name, place in reader.single:
            if place < width and (cell := shown[place]):
                if len(cell) > values.LONGEST_PLACEHOLDER and cell[0] not in values.MARKED:
                    said[name] = cell
                elif text := present[cell]:
                    said[name] = text
        for name in reader.several:
            if text := self._of_several(name):
                said[name] = values.without_personal_numbers(text)
        for name, reads in reader.reads.items():
            if name in said:
                said[name] = reads.get(said[name], said[name])
        if reader.authority and "authority" not in said:
            said["authority"] = reader.authority
        self.said = said
        if width > len(reader.header.titles) and any(cells[len(reader.header.titles) :]):
            self.refuse("columns", "单元格多于表头 / more cells than the header has")
        if reader.rules:
            self._judge()

    @property
    def has_fields(self) -> bool:
        """Whether the file has columns for conditions of the law."""
        return self._reader.has_fields

    def has_words_of_its_own(self, column: str) -> bool:
        """Whether the standard of the table states a column in other words than ours."""
        return column in self._reader.reads

    def refuse(self, code: str, text: str) -> None:
        """Note a reason to set the row aside."""
        self.reasons.append(Remark(code, text))

    def doubt(self, code: str, text: str) -> None:
        """Note that a rule of the standard is broken."""
        self.doubts.append(Remark(code, text))

    def warn(self, code: str, text: str) -> None:
        """Note something unusual."""
        self.warnings.append(Remark(code, text))

    def subject(self) -> Subject | None:
        """Whom the row is about, or None with the reason noted."""
        subject = self._subject
        if isinstance(subject, InvalidSubjectError):
            self.refuse("subject.invalid", not_recognised(subject))
            return None
        if subject.is_masked:
            self.refuse("subject.masked", "号码已遮蔽，只可能匹配，不能认定 / a masked number is a possible match only")
            return None
        for warning in subject.warnings:
            self.warn(f"subject.{warning}", UNUSUAL[warning])
        return subject

    def older_number(self) -> Subject | None:
        """An older number (原注册号) that the row states beside the code of its subject; None where there is none."""
        places, code = self._reader.number_places, self._subject
        if len(places) < 2 or not isinstance(code, Subject) or code.uscc is None:
            return None
        return older_number(self._row.cells[place] for place in places if place < len(self._row.cells))

    def text(self, column: str, max_characters: int) -> str:
        """What stands in a column."""
        text = self.said.get(column, "")
        if len(text) > max_characters:
            self.refuse(f"{column}.long", f"{_title(column)}超过{max_characters}字 / longer than allowed")
        elif "*" in text and text != values.present(self._value(column)):
            self.warn(
                f"{column}.personal", f"{_title(column)}中有公民身份号码，已遮蔽 / a resident number in it was masked"
            )
        return text

    def required(self, column: str, max_characters: int) -> str:
        """What stands in a column that must not be empty."""
        text = self.text(column, max_characters)
        if not text:
            self.refuse(f"{column}.missing", f"缺少{_title(column)} / no {column}")
        return text

    def document_no(self, max_characters: int, on: date | None, besides: str = "") -> str:
        """Number of the document; where the source has none, the day stands in for it and is said to."""
        format = self._reader.header.format
        if "document_no" in self.said or format is None or not format.is_unnumbered:
            return self.required("document_no", max_characters)
        self.warn("document_no.none", "来源没有文书号，以日期区分 / the source states no number; told apart by its day")
        return f"{NO_NUMBER}（{'，'.join(filter(None, (str(on), besides[:60])))}）"

    def determined_on(self) -> date | None:
        """The day of the determination or decision."""
        found = self.day("determined_on")
        if found is None and "determined_on" not in self.said:
            self.refuse("determined_on.missing", "缺少认定日期 / no day of determination")
        if found and found > self._reader.today:
            self.refuse("determined_on.future", f"认定日期{found}晚于今天 / determined in the future")
        return found

    def day(self, column: str) -> date | None:
        """The day in a column."""
        text = self.said.get(column)
        if text is None:
            return None
        try:
            return values.day(text)
        except ValueError:
            self.refuse(f"{column}.unreadable", f"{_title(column)}“{text[:30]}”不是日期 / no day of the calendar")
            return None

    @property
    def names_answering(self) -> bool:
        """Whether the file has columns for numbers of those who answer for what a row is about."""
        return bool(self._reader.header.answering)

    def answering(self) -> tuple[StatedPerson, ...]:
        """Who answers for what the row is about (责任人), by number."""
        header = self._reader.header
        table = header.format.title if header.format else "报送表"
        source = f"{table}，{self.said.get('document_no', NO_NUMBER)}"
        found: list[StatedPerson] = []
        for each in answering(header.answering, tuple(map(values.present, self._row.cells)), source):
            if isinstance(each, StatedPerson):
                found.append(each)
            else:
                title = header.titles[each.number]
                self.warn("answering.number", f"{title}不是完整正确的号码，未登记为责任人 / no right number, so nobody")
        return tuple(found)

    def extra(self) -> dict[str, str]:
        """What stands in every other column."""
        cells, header = self._shown, self._reader.header
        found: dict[str, str] = {}
        for place, title in header.extra:
            if place >= len(cells) or not (text := cells[place]):
                continue
            if header.format is not None and not (text := values.present(text)):
                continue
            if place in header.extra_days:
                text = _day_or_as_it_is(text)
            found[title] = hidden(text) if place in header.personal else text
        return found

    def masked(self, *, is_organisation: bool = False) -> tuple[str, ...]:
        """The row as written, personal numbers masked, for whoever corrects it.

        Args:
            is_organisation: Whether the subject's number is one of an organisation, which is no secret.
        """
        reader, shown = self._reader, [*self._shown]
        for place in reader.apart:
            if place < len(shown) and not (is_organisation and place in reader.subject_places):
                cell = self._row.cells[place]
                shown[place] = (
                    hidden(cell) if place in reader.header.personal else values.without_personal_numbers(cell)
                )
        return tuple(shown)

    def _value(self, column: str) -> str:
        return self._reader.header.value(self._row.cells, column)

    def _of_several(self, name: str) -> str:
        filling = self._reader.header.filling(name, self._row.cells)
        found = [text for cell in filling if (text := values.present(cell))]
        return ";".join(found) if name == _JOINED else "".join(found[:1])

    def _judge(self) -> None:
        cells, width = self._row.cells, len(self._row.cells)
        says: Mapping[str, str] = {
            code: text
            for code, place in self._reader.header.codes.items()
            if place < width and (text := values.present(cells[place]))
        }
        for rule in self._reader.rules:
            if not rule.test.holds(says, self._reader.today):
                among = self.reasons if rule.weight is Weight.REFUSE else self.doubts
                among.append(Remark(rule.code, rule.sentence))


def _title(column: str) -> str:
    return TITLES.get(column, column)


def _day_or_as_it_is(text: str) -> str:
    try:
        found = values.day(text)
    except ValueError:
        return text
    return found.isoformat() if found else text
