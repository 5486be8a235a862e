"""Graded supervision (分级分类监管): grades of the comprehensive evaluation, and how many of each are inspected."""

from enum import StrEnum

from pydantic import Field

from credit_sdk.model.citation import Citation, LawModel, Version


class Grade(StrEnum):
    """Grade of the comprehensive public credit evaluation (公共信用综合评价等级), GB/T 45255-2025: A best, D worst.

    It is taken in as it was delivered and sets how often somebody is inspected; no measure rests on it.
    """

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class InspectionShareVersion(Version):
    """What part of the subjects of each grade is drawn for inspection (抽查比例), as the law had it during a span.

    Shares are per mille, 0 to 1,000. A draft may leave them open; what is in force states all five.

    Attributes:
        matter: The matter the inspections belong to.
        grade_a_per_mille / grade_b_per_mille / grade_c_per_mille / grade_d_per_mille: Of each grade.
        ungraded_per_mille: Of those without a grade: being unknown is neither good nor bad.
    """

    title: str
    title_en: str
    matter: str
    grade_a_per_mille: int | None = Field(default=None, ge=0, le=1000)
    grade_b_per_mille: int | None = Field(default=None, ge=0, le=1000)
    grade_c_per_mille: int | None = Field(default=None, ge=0, le=1000)
    grade_d_per_mille: int | None = Field(default=None, ge=0, le=1000)
    ungraded_per_mille: int | None = Field(default=None, ge=0, le=1000)
    basis: tuple[Citation, ...] = Field(min_length=1)

    @property
    def per_mille(self) -> dict[str, int | None]:
        """The share by grade; the empty text stands for those without one."""
        stated = [self.grade_a_per_mille, self.grade_b_per_mille, self.grade_c_per_mille, self.grade_d_per_mille]
        return {**dict(zip([*Grade], stated, strict=True)), "": self.ungraded_per_mille}


class InspectionShares(LawModel):
    """Inspection shares of one matter, its id a slug."""

    id: str
    versions: tuple[InspectionShareVersion, ...] = Field(min_length=1)
