"""Rules of the law about time (期限规则): one period as it stood on a day, with what it rests on.

The first day does not count (民法典 Art. 201); a term in months or years ends on the day of that number, or on the last
day of the month (Art. 202).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from credit_sdk.model.citation import Confidence
from credit_sdk.model.matter import PeriodVersion
from credit_sdk.model.term import months_after
from gateway.registry.working_days import Due, working_days_after

CONFIDENCE_ZH = {
    Confidence.VERIFIED: "已核实",
    Confidence.HIGH: "把握较大",
    Confidence.MEDIUM: "把握中等，须以原文为准",
    Confidence.LOW: "未核实",
}
"""How sure the law file is of a period, as people are told."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One period of the law with what it rests on (期限及其依据).

    Attributes:
        id: The period.
        instrument: Id of the first instrument it rests on.
        basis: That instrument and article as printed.
        issued_by: Who issued the instrument.
        version: The period as it stood on the day asked about.
    """

    id: str
    instrument: str
    basis: str
    issued_by: str
    version: PeriodVersion

    @property
    def sector(self) -> str:
        """The sector (部门系统) of the ministry that issued it, as the official names of its authorities say it."""
        return self.issued_by.removeprefix("国家").removesuffix("总局").removesuffix("局").removesuffix("部")

    def binds(self, authority: str) -> bool:
        """Whether an authority belongs to the sector of whoever issued it, by its official name; nothing else tells."""
        return is_of(self.sector, authority)

    def minimum_after(self, start: date) -> Due | None:
        """The day on which the minimum is reached; None where the law states none."""
        return None if self.version.minimum is None else _after(start, self.version.minimum, self.version.unit)

    def maximum_after(self, start: date) -> Due | None:
        """The last day of the maximum; None where the law states none."""
        return None if self.version.maximum is None else _after(start, self.version.maximum, self.version.unit)


def is_of(sector: str, authority: str) -> bool:
    """Whether an authority belongs to a sector."""
    return bool(sector) and sector in authority


def _after(start: date, count: int, unit: str) -> Due:
    if unit == "working-days":
        return working_days_after(start, count)
    if unit == "days":
        return Due(start + timedelta(days=count))
    return Due(months_after(start, count * 12 if unit == "years" else count))
