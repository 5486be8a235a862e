"""Measures (惩戒措施) and incentives (激励措施): to whom, in which matter, how strongly, on what basis."""

import operator
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from credit_sdk.model.citation import Bilingual, Citation, LawModel, Version
from credit_sdk.model.scheme import SubjectKind


class MeasureClass(StrEnum):
    """Class in the national list of measures; ``INCENTIVE`` for 激励措施."""

    A = "A"
    B = "B"
    C = "C"
    INCENTIVE = "incentive"


class Strength(StrEnum):
    """How strongly a finding binds the officer; see :attr:`rank` for the order."""

    BAR = "bar"
    LIMIT = "limit"
    SCRUTINISE = "scrutinise"
    ADVISE = "advise"
    FAVOUR = "favour"

    @property
    def rank(self) -> int:
        """4 for ``bar`` down to 0 for ``favour``."""
        return _RANKS[self]


_RANKS = {Strength.BAR: 4, Strength.LIMIT: 3, Strength.SCRUTINISE: 2, Strength.ADVISE: 1, Strength.FAVOUR: 0}


class Role(StrEnum):
    """In what capacity somebody stands beside the subject checked (principals, 相关责任人)."""

    LEGAL_REPRESENTATIVE = "legal-representative"
    ACTUAL_CONTROLLER = "actual-controller"
    RESPONSIBLE_PERSON = "responsible-person"
    CANDIDATE = "candidate"


ConditionValue = str | int | bool


class EntryCondition(LawModel):
    """A condition on a published field of the entry: exactly one of the three tests.

    An entry without the field fails ``equals`` and ``one_of`` and ``at_least``: silence never hardens.
    ``field`` is ``severity`` or a key of ``Entry.fields``; a tuple field satisfies a test when one member does.
    """

    kind: Literal["entry"] = "entry"
    field: str
    equals: ConditionValue | None = None
    at_least: int | None = None
    one_of: tuple[ConditionValue, ...] = ()

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        _require_one_test(self.equals, self.at_least, self.one_of)
        return self


class FactCondition(LawModel):
    """A condition on a fact of the case, which the matter gives a default and the caller may state."""

    kind: Literal["fact"] = "fact"
    fact: str
    equals: ConditionValue | None = None
    at_least: int | None = None
    one_of: tuple[ConditionValue, ...] = ()

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        _require_one_test(self.equals, self.at_least, self.one_of)
        return self


def _require_one_test(equals: ConditionValue | None, at_least: int | None, one_of: tuple[ConditionValue, ...]) -> None:
    if (equals is not None) + (at_least is not None) + bool(one_of) != 1:
        raise ValueError("a condition states exactly one of equals, at_least, one_of")


Condition = Annotated[EntryCondition | FactCondition, Field(discriminator="kind")]


class Lasting(LawModel):
    """How long a measure reaches back when it is shorter than the entry: years counted from a day of the entry."""

    years: int = Field(ge=1, le=20)
    counts_from: Literal["determined_on", "from_on"] = "determined_on"


class Application(LawModel):
    """One cell or row of the matrix: these lists, in these matters, with this strength.

    Attributes:
        kinds: Kinds of subject it reaches; empty for every kind.
        through: Roles of principals it extends to besides the subject itself; the finding says through whom.
        conditions: All must hold.
        lasting: Shorter reach than the entry's own term, if any.
        remark: What the officer must add, for example 按招标文件载明的处理方式.
        basis: Of the version's citations those it rests on (依据), where that is not all of them. It applies as long as
            one of these is in force, and a finding cites no other.
    """

    lists: tuple[str, ...] = Field(min_length=1)
    matters: tuple[str, ...] = Field(min_length=1)
    strength: Strength
    kinds: tuple[SubjectKind, ...] = ()
    through: tuple[Role, ...] = ()
    conditions: tuple[Condition, ...] = ()
    lasting: Lasting | None = None
    remark: Bilingual | None = None
    basis: tuple[Citation, ...] = Field(default=(), exclude_if=operator.not_)


class MeasureVersion(Version):
    """A measure as the law had it during a span.

    Attributes:
        measure_class: A, B, C or incentive.
        heading: The heading of the national list it stands under (措施).
        title / content: What is done (惩戒内容), short and in full.
        basis: Citations (依据); class A needs an article of law.
        implementing_body: Who applies it (实施主体).
        way_out: How it ends for the subject, when the list's own removal says too little.
    """

    measure_class: MeasureClass
    heading: str
    title: str
    title_en: str
    content: Bilingual
    basis: tuple[Citation, ...] = Field(min_length=1)
    implementing_body: str
    applies: tuple[Application, ...] = ()
    way_out: Bilingual | None = None


class Measure(LawModel):
    """A measure or incentive, its id a slug that is never renamed."""

    id: str
    versions: tuple[MeasureVersion, ...] = Field(min_length=1)
