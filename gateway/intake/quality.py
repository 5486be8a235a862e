"""Quality of what departments send (数据质量): compliance, timeliness and omissions, by department and list.

How it is counted:

* **compliance** (合规率): of all rows, those that can be taken in and break no rule of their table. A row set aside
  only because of what the registry holds (it waits, contradicts or has ended) counts as compliant.
* **timeliness** (及时率): of the rows that state a document the registry did not have, those imported within the
  working days the law gives (from the document, whose day does not count): those of the sector's own rule where it has
  one for penalties and the authority that determined is of that sector, else the general ones. Rows that were known
  already, corrections and removals are not counted again. Where no limit is in force or a calendar is unknown, nothing
  is guessed.
* **omissions** (瞒报、漏报): entries in force that a file which claims to be whole no longer has, and cells that the
  standard demands and that are empty. Gaps between document numbers prove nothing and are not counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache

from gateway.database.columns import Json
from gateway.intake.registers import LICENCES
from gateway.intake.staging import StagedRow
from gateway.registry.periods import PeriodLaw
from gateway.registry.rules import Rule
from gateway.registry.sectors import Sectors
from gateway.registry.time_limits import LawAct

_PENALTIES = "administrative-penalty"
_UNDER_IT = frozenset({_PENALTIES, LICENCES})
_MAX_DEPARTMENTS = 1_000
_OTHERS = "（其他部门合计）"
_UNNAMED = "（未填写部门）"


@dataclass(slots=True)
class Figures:
    """What was counted of one department on one list.

    Attributes:
        rows: Rows that are not blank.
        refused: Set aside for what they say.
        doubted: Taken in though they break a rule.
        empty: Cells empty that the standard demands.
        missing: Entries in force that a whole file no longer has.
        timely / late: New documents sent within the limit, or after it.
        unlimited: New documents for which no limit was in force.
        unknown: New documents whose last day nobody can know yet.
    """

    rows: int = 0
    refused: int = 0
    doubted: int = 0
    empty: int = 0
    missing: int = 0
    timely: int = 0
    late: int = 0
    unlimited: int = 0
    unknown: int = 0

    def add(self, counted: Mapping[str, Json]) -> None:
        """Add what was counted elsewhere."""
        for name in COUNTED:
            value = counted.get(name, 0)
            setattr(self, name, getattr(self, name) + (value if isinstance(value, int) else 0))

    def as_json(self) -> dict[str, Json]:
        """The counts, and the two rates in percent; None where there is nothing to divide by."""
        counts: dict[str, Json] = {name: getattr(self, name) for name in COUNTED}
        return {
            **counts,
            "compliance_percent": _percent(self.rows - self.refused - self.doubted, self.rows),
            "timeliness_percent": _percent(self.timely, self.timely + self.late),
        }


COUNTED = tuple(each.name for each in fields(Figures))


class QualityCount:
    """Counts the rows of one import.

    Args:
        law: The periods of the law.
        list_id: The list, or what else the rows are for.
        on: The civil day of the import.
    """

    def __init__(self, law: PeriodLaw, list_id: str, on: date) -> None:
        self._law = law
        self._list = list_id
        self._act = LawAct.PUBLICITY if list_id in _UNDER_IT else None
        # The general rule is made for both, and can name only what is a list; a sector's is for penalties alone.
        self._named = _PENALTIES if list_id == LICENCES else list_id
        self._sectors = law.sectors(LawAct.PUBLICITY) if list_id == _PENALTIES else Sectors()
        self._on = on
        self._judged: dict[tuple[str, int, str], _Judged] = {}
        self._departments: dict[str, Figures] = {}
        self._unknown_years: set[int] = set()
        self._when = lru_cache(maxsize=4_096)(self._timeliness)

    def add(self, row: StagedRow, *, is_new: bool) -> None:
        """Count a row; ``is_new`` where it states a document the registry did not have."""
        figures = self._departments.get(row.authority) or self._of(row.authority)
        figures.rows += 1
        if row.reasons:
            figures.refused += 1
        elif row.doubts:
            figures.doubted += 1
        figures.empty += row.empty
        if is_new:
            sector = self._sectors.of(self._list, row.authority)
            when, judged = self._when(row.determined_on, sector)
            if judged is not None:
                judged.documents += 1
            match when:
                case "unlimited":
                    figures.unlimited += 1
                case "timely":
                    figures.timely += 1
                case "late":
                    figures.late += 1
                case _:
                    figures.unknown += 1

    def as_json(self, *, missing: Sequence[Mapping[str, str]] = ()) -> dict[str, Json]:
        """Everything counted; ``missing`` are the entries a whole file no longer has."""
        for each in missing:
            self._of(each["authority"]).missing += 1
        total = Figures()
        for figures in self._departments.values():
            total.add(figures.as_json())
        return {
            "limit": self._limit_json(),
            "limits": [
                {**_rule_json(each.rule), "documents": each.documents}
                for _, each in sorted(self._judged.items())
                if each.documents
            ],
            "unknown_years": sorted(self._unknown_years),
            "total": total.as_json(),
            "departments": [
                {"authority": authority, **figures.as_json()}
                for authority, figures in sorted(self._departments.items())
            ],
        }

    def _of(self, authority: str) -> Figures:
        found = self._departments.get(authority or _UNNAMED)
        if found is None:
            name = authority or _UNNAMED
            if len(self._departments) >= _MAX_DEPARTMENTS:
                name = _OTHERS
            found = self._departments.setdefault(name, Figures())
        return found

    def _limit_json(self) -> dict[str, Json] | None:
        rule = self._law.limit(self._act, self._named, self._on).rule
        return None if rule is None else _rule_json(rule)

    def _timeliness(self, document_on: str, sector: str) -> tuple[str, "_Judged | None"]:
        since = date.fromisoformat(document_on)
        limit = self._law.limit(self._act, self._named, since, sector)
        due, rule = limit.due(since), limit.rule
        if due is None or rule is None:
            return "unlimited", None
        judged = self._judged.setdefault((rule.id, rule.version.maximum or 0, rule.basis), _Judged(rule))
        match due.is_overdue(self._on):
            case None:
                self._unknown_years.add(due.unknown_year)
                return "unknown", judged
            case True:
                return "late", judged
            case False:
                return "timely", judged


@dataclass(slots=True)
class _Judged:
    """How many new documents were judged by a rule."""

    rule: Rule
    documents: int = 0


def _rule_json(rule: Rule) -> dict[str, Json]:
    days = rule.version.maximum if rule.version.unit == "working-days" else None
    return {
        "working_days": days,
        "title": rule.version.title,
        "period": rule.id,
        "instrument": rule.instrument,
        "basis": rule.basis,
    }


def over(reports: Iterable[Mapping[str, Json]]) -> dict[str, Json]:
    """The quality of several batches together, by department and list.

    Args:
        reports: The reports of the batches.
    """
    summed: dict[tuple[str, str], Figures] = defaultdict(Figures)
    titles: dict[str, str] = {}
    unknown_years: set[int] = set()
    limits: dict[str, tuple[Mapping[str, Json], int]] = {}
    total, batches = Figures(), 0
    for report in reports:
        quality = report.get("quality")
        if not isinstance(quality, Mapping):
            continue
        batches += 1
        list_id = str(report["list"])
        titles[list_id] = str(report["list_title"])
        departments, years = quality["departments"], quality["unknown_years"]
        if isinstance(years, Sequence):
            unknown_years.update(year for year in years if isinstance(year, int))
        _add_limits(limits, quality.get("limits"))
        for each in departments if isinstance(departments, Sequence) else ():
            if isinstance(each, Mapping):
                summed[str(each["authority"]), list_id].add(each)
                total.add(each)
    return {
        "batches": batches,
        "limits": [{**each, "documents": documents} for _, (each, documents) in sorted(limits.items())],
        "unknown_years": sorted(unknown_years),
        "total": total.as_json(),
        "departments": [
            {"authority": authority, "list": list_id, "list_title": titles[list_id], **figures.as_json()}
            for (authority, list_id), figures in sorted(summed.items())
        ],
    }


def _add_limits(summed: dict[str, tuple[Mapping[str, Json], int]], counted: Json) -> None:
    """Add how many documents each rule was applied to; reports from before that was counted say nothing of it."""
    for each in counted if isinstance(counted, Sequence) else ():
        if isinstance(each, Mapping) and isinstance(documents := each["documents"], int):
            rule = f"{each['period']} {each['working_days']} {each['basis']}"
            summed[rule] = each, documents + summed.get(rule, (each, 0))[1]


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 2) if whole else None
