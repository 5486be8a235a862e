"""What an adapter says (适配): the columns of a table as its standard or publisher names them, and what they fill."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from credit_sdk.model.measure import Role
from gateway.intake.formats.rules import AtMost, Filled, OneOf, Rule, Weight


class Need(StrEnum):
    """What happens when a column is empty."""

    REQUIRED = "必填"
    """The row is set aside."""
    MANDATORY = "应填"
    """The standard demands it: the row is taken in and counted as not compliant."""
    OPTIONAL = "选填"


class Holds(StrEnum):
    """What a column holds, for templates and for spelling what is kept as ``extra`` in one way."""

    TEXT = "文字"
    NUMBER = "号码"
    DAY = "日期"
    WAN_YUAN = "金额（万元）"
    WORD = "代码或用语"
    PERSONAL = "证件号码"
    """A number of a person: kept masked only, whatever kind of number it is."""


class Takes(StrEnum):
    """What a row becomes."""

    ENTRIES = "entries"
    """A draft of an entry on a list (名单条目)."""
    LICENCES = "licences"
    """A record of a licence (行政许可), which is no sanction and never stands on a list."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        code: As the standard writes it; for a feed without codes, the title most publishers use.
        title: Chinese title.
        fills: The column of ours it fills; empty where it is kept as ``extra``. Where several columns fill the same
            one, the first that is not empty counts.
        need: What happens when it is empty.
        holds: What it holds.
        max_characters: By the standard; 0 where none is known.
        words: The only words it may hold, if they are closed.
        reads: How its words are read as ours.
        only_where: A column and a word: it fills ours only in rows where that column says the word.
        also: Other headers under which it is sent.
        remark: What somebody who fills it in must know.
    """

    code: str
    title: str
    fills: str = ""
    need: Need = Need.OPTIONAL
    holds: Holds = Holds.TEXT
    max_characters: int = 0
    words: tuple[str, ...] = ()
    reads: Mapping[str, str] = field(default_factory=dict)
    only_where: tuple[str, str] | None = None
    also: tuple[str, ...] = ()
    remark: str = ""

    @property
    def headers(self) -> tuple[str, ...]:
        """Everything that may stand above it."""
        return (self.code, self.title, *self.also)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """What the standard asks of the column by itself."""
        found = []
        if self.need is Need.MANDATORY:
            found.append(
                Rule(f"{self.code}.empty", Weight.REMARK, Filled(self.code), f"{self.title}应填而未填 / empty")
            )
        if self.max_characters:
            sentence = f"{self.title}超过标准的{self.max_characters}字 / longer than the standard allows"
            found.append(Rule(f"{self.code}.long", Weight.REMARK, AtMost(self.code, self.max_characters), sentence))
        if self.words:
            sentence = f"{self.title}不是标准用语（{'、'.join(self.words)}） / not a word of the standard"
            found.append(Rule(f"{self.code}.word", Weight.REMARK, OneOf(self.code, self.words), sentence))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Answering:
    """Columns that give one who answers for what the row is about (责任人), by their codes.

    Attributes:
        role: As what.
        number: His number.
        kind: Of which document.
        name: His name.
    """

    role: Role
    number: str
    kind: str
    name: str


@dataclass(frozen=True)
class Format:
    """One adapter (适配器).

    Attributes:
        id: Name on the command line.
        title: What it is, Chinese.
        source: The standard, or where its columns were seen.
        takes: What its rows become.
        list_id: The list its rows belong to; empty where ``--list`` says.
        columns: In the order of its template.
        marks: Codes of columns that together tell it from every other table.
        across: Rules between columns.
        answering: Columns that give those who answer.
        is_unnumbered: The source states no document numbers; entries are then told apart by their day.
    """

    id: str
    title: str
    source: str
    takes: Takes
    list_id: str
    columns: tuple[Column, ...]
    marks: tuple[str, ...] = ()
    across: tuple[Rule, ...] = ()
    answering: tuple[Answering, ...] = ()
    is_unnumbered: bool = False

    @cached_property
    def by_header(self) -> Mapping[str, Column]:
        """Every header that is understood, spelt plainly."""
        return {plain_title(header): column for column in self.columns for header in column.headers}

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Everything the standard asks of a row."""
        return (*(rule for column in self.columns for rule in column.rules), *self.across)

    def is_headed(self, titles: Sequence[str]) -> bool:
        """Whether a header row is one of this table."""
        return bool(self.marks) and self.columns_of(titles).issuperset(self.marks)

    def columns_of(self, titles: Sequence[str]) -> frozenset[str]:
        """Codes of the columns that stand in a header row."""
        return frozenset(column.code for title in titles if (column := self.by_header.get(plain_title(title))))


def plain_title(title: str) -> str:
    """A title without what templates put around it: spaces, asterisks, full-width brackets, 必填."""
    text = unicodedata.normalize("NFKC", title).strip().lower()
    for noise in ("*", " ", "\n", "(必填)", "(应填)", "(选填)", "\ufeff"):
        text = text.replace(noise, "")
    return text
