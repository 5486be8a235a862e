"""What must hold between the cells of one row (跨字段规则): tests without I/O, put together in tables of rules.

A rule is a code, a weight, a test and the sentence that is said when the test fails. The tables stand beside the
columns they speak of; the sentences are Chinese first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model.subject import Subject
from gateway.intake import values


class Weight(StrEnum):
    """What a broken rule does."""

    REFUSE = "退回"
    """The row is set aside."""
    REMARK = "疑问"
    """The row is taken in, and counted as not compliant."""


class Test(Protocol):
    """What must hold of a row.

    Args of ``holds``: what each column says (absent where it is empty), and the day of the import.
    """

    def holds(self, says: Mapping[str, str], today: date) -> bool:
        """Whether it does."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        code: Stable, for counting.
        weight: What happens when it is broken.
        test: What must hold.
        sentence: What is said when it does not.
    """

    code: str
    weight: Weight
    test: Test
    sentence: str


@dataclass(frozen=True, slots=True)
class Filled:
    """Something stands in the column."""

    column: str

    def holds(self, says: Mapping[str, str], today: date) -> bool:
        """Whether it does."""
        return self.column in says


@dataclass(frozen=True, slots=True)
class AtMost:
    """The text is no longer than the standard allows."""

    column: str
    characters: int

    def holds(self, says: Mapping[str, str], today: date) -> bool:
        """Whether it does."""
        return len(says.get(self.column, "")) <= self.characters


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of the standard's words stands there, or nothing; words may have a code before and a note behind them."""

    column: str
    words: tuple[str, ...]

    def holds(self, says: Mapping[str, str], today: date) -> bool:
        """Whether it does."""
        said = says.get(self.column)
        return said is None or any(word in said for word in self.words)


@dataclass(frozen=True, slots=True)
class FilledWhere:
    """Where a column says one of some words, another column is filled."""

    column: str
    where: str
    says_one_of: tuple[str, ...]

    def holds(self, says: Mapping[str, str], today: date) -> bool:
        """Whether it does."""
        return not _mentions(says, self.where, self.says_one_of) or self.column in says


@dataclass(frozen=True, slots=True)
class NotSaying:
    """The column says none of these."""

    column: str
    words: tuple[str, ...]

    def holds(self, says: Mapping[str, str], today: date) -> bool:
        """Whether it does."""
        return says.get(self.column) not in self.words


@dataclass(frozen=True, slots=True)
class AmountWhere:
    """Where a column says one of some words, another holds an amount above zero."""

    column: str
    where: str
    says_one_of: tuple[str, ...]

    def holds(self, says: Mapping[str, str], today: date) -> bool:
        """Whether it does."""
        if not _mentions(says, self.where, self.says_one_of):
            return True
        try:
            return values.amount(says.get(self.column, "")) > 0
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class NoAmountUnless:
    """An amount above zero stands in a column only where another says one of some words."""

    column: str
    where: str
    says_one_of: tuple[str, ...]

    def holds(self, says: Mapping[str, str], today: date) -> bool:
        """Whether it does."""
        if self.where not in says or _mentions(says, self.where, self.says_one_of):
            return True
        try:
            return values.amount(says.get(self.column, "")) == Decimal(0)
        except ValueError:
            return True


@dataclass(frozen=True, slots=True)
class IsAmount:
    """An amount of money stands there, or nothing."""

    column: str

    def holds(self, says: Mapping[str, str], today: date) -> bool:
        """Whether it does."""
        try:
            values.amount(says.get(self.column, ""))
        except ValueError:
            return self.column not in says
        return True


@dataclass(frozen=True, slots=True)
class InOrder:
    """The days stand in this order; a day that is empty or none says nothing here."""

    columns: tuple[str, ...]

    def holds(self, says: Mapping[str, str], today: date) -> bool:
        """Whether it does."""
        days = [day for column in self.columns if (day := _day(says, column))]
        return days == sorted(days)


@dataclass(frozen=True, slots=True)
class NotInFuture:
    """The day is not after the day of the import."""

    column: str

    def holds(self, says: Mapping[str, str], today: date) -> bool:
        """Whether it does."""
        day = _day(says, self.column)
        return day is None or day <= today


@dataclass(frozen=True, slots=True)
class AgencyCode:
    """A right unified social credit code that begins with 11 (机关) or 12 (事业单位), or nothing."""

    column: str

    def holds(self, says: Mapping[str, str], today: date) -> bool:
        """Whether it does."""
        said = says.get(self.column)
        if said is None:
            return True
        try:
            code = Subject.parse(said).uscc
        except InvalidSubjectError:
            return False
        return code is not None and code.startswith(("11", "12"))


@dataclass(frozen=True, slots=True)
class IsDigits:
    """So many digits stand there, or nothing."""

    column: str
    digits: int

    def holds(self, says: Mapping[str, str], today: date) -> bool:
        """Whether it does."""
        said = says.get(self.column)
        return said is None or (said.isascii() and said.isdigit() and len(said) == self.digits)


def _mentions(says: Mapping[str, str], column: str, words: tuple[str, ...]) -> bool:
    said = says.get(column, "")
    return any(word in said for word in words)


def _day(says: Mapping[str, str], column: str) -> date | None:
    try:
        return values.day(says.get(column, ""))
    except ValueError:
        return None
