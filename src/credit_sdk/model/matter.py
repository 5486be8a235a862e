"""Matters (事项) that are checked, and the periods (期限) the law gives for publicity and handling."""

import operator
from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from pydantic import Field

from credit_sdk.model.citation import Bilingual, Citation, LawModel, Version
from credit_sdk.model.listing import Severity


class CommitmentType(StrEnum):
    """Types of credit commitment (信用承诺) a matter may accept; national codes 1 to 6."""

    REPLACES_APPROVAL = "1"
    ACCEPTANCE_WITH_OMISSIONS = "2"
    REPLACES_PROOF = "3"
    CREDIT_REPAIR = "4"
    INDUSTRY_SELF_DISCIPLINE = "5"
    VOLUNTARY = "6"


class Fact(LawModel):
    """A fact of the case (案件事实) that conditions may speak of, with the default this matter gives it."""

    default: bool | int | str
    title: Bilingual


class MatterVersion(Version):
    """A matter as the law had it during a span.

    Attributes:
        required_lists: Lists whose absence makes a clearance undetermined; never empty.
        facts: Facts of the case by name, each with its default.
        adverse_max_age_s: Seconds after which a view may no longer punish.
        clear_max_age_s: Seconds after which a view may no longer clear.
        live_confirmation: Whether a bar on older data may be confirmed at the gateway (实时核实), one case at a time.
            Not written where it is off, so that law adopted before there was such a thing keeps its digest.
        persons: Whether natural persons are the ones checked.
        commitments: Commitment types accepted.
        notices: Sentences handed to the desk with every decision in this matter.
    """

    title: str
    title_en: str
    basis: tuple[Citation, ...] = Field(min_length=1)
    required_lists: tuple[str, ...] = Field(min_length=1)
    facts: Mapping[str, Fact] = Field(default_factory=dict)
    adverse_max_age_s: int = Field(gt=0)
    clear_max_age_s: int = Field(gt=0)
    live_confirmation: bool = Field(default=False, exclude_if=operator.not_)
    persons: bool = False
    commitments: tuple[CommitmentType, ...] = ()
    notices: tuple[Bilingual, ...] = ()


class Matter(LawModel):
    """A matter, its id a slug that is never renamed."""

    id: str
    versions: tuple[MatterVersion, ...] = Field(min_length=1)


class PeriodVersion(Version):
    """A publicity or handling period as the law had it during a span.

    Attributes:
        purpose: ``publicity`` (公示期) or ``handling`` (办理期限).
        act: What the period is for, for example ``repair.acceptance``.
        unit: Working days, calendar days, months or years.
        minimum / maximum: In that unit; None where the law states none.
        counts_from: The event that starts it; per rule, not a constant.
        severity: Class of act it holds for, if it depends on one.
        lists: Lists it holds for; empty for all.
        matters: Matters it holds for, of the longest term of a waiver (豁免) alone; empty for all. Not written where
            it names none, so that law adopted before there was such a thing keeps its digest.
        alongside: Of a rule that excludes a repair (不得提前停止公示) alone: the period of publicity it belongs to.
            Written like ``matters``, as are the kinds.
        penalty_kinds: Kinds of penalty (行政处罚种类), of such a rule those that are shown to the end, of one that says
            the class of a penalty (定类) those of the class ``severity``.
    """

    title: str
    title_en: str
    purpose: Literal["publicity", "handling"]
    act: str
    unit: Literal["working-days", "days", "months", "years"]
    minimum: int | None = None
    maximum: int | None = None
    counts_from: Literal["document", "publication", "receipt", "acceptance", "event"]
    severity: Severity | None = None
    lists: tuple[str, ...] = ()
    matters: tuple[str, ...] = Field(default=(), exclude_if=operator.not_)
    alongside: str = Field(default="", exclude_if=operator.not_)
    penalty_kinds: tuple[str, ...] = Field(default=(), exclude_if=operator.not_)
    basis: tuple[Citation, ...] = Field(min_length=1)


class Period(LawModel):
    """A period of the law, its id a slug."""

    id: str
    versions: tuple[PeriodVersion, ...] = Field(min_length=1)
