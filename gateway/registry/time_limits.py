"""Time limits (办理期限): how long the adopted law gives for an act on a list, by the rule of the day it began.

1. Only periods in force on the day the term began count; a draft never does.
2. A period that names the list goes before one that names none; of several, the shortest.
3. Where no period is in force, the gateway may remind by a setting of its own. That is called internal and never
   statutory; without a setting there is no time limit in force (未设法定期限), and none is made up.
4. The first day does not count (民法典 Art. 201); a term in months or years ends on the day of that number, or on the
   last day of the month (Art. 202).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Self

from sqlalchemy import Connection

from credit_sdk.model.citation import Citation, Instrument
from credit_sdk.model.matter import Period, PeriodVersion
from credit_sdk.model.term import months_after
from gateway.registry import editions
from gateway.registry.working_days import Due, working_days_after
from gateway.settings import GatewaySettings


class LawAct(StrEnum):
    """What the periods of the law are for, in their words."""

    PUBLICITY = "double-publicity"
    OBJECTION = "objection.decision"
    VERIFIED_OBJECTION = "objection.decision.verified"
    REPAIR_ACCEPTANCE = "repair.acceptance"
    REPAIR_DECISION = "repair.decision"
    WITHDRAWAL = "annulment.withdrawal"
    REMOVAL = "removal"
    FEEDBACK = "feedback"


class Ground(StrEnum):
    """What a time limit rests on."""

    STATUTORY = "statutory"
    INTERNAL = "internal"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """How long may be taken (办理期限).

    Attributes:
        ground: The law, a setting of this gateway, or nothing.
        length: In ``unit``; 0 where there is no limit.
        unit: Working days, calendar days, months or years.
        counts_from: What begins it, as the law says: document, publication, receipt, acceptance or event.
        period: Id of the period in the law; empty unless statutory.
        instrument: Id of the first instrument it rests on; empty unless statutory.
        basis: That instrument as people cite it (依据).
    """

    ground: Ground
    length: int = 0
    unit: str = "working-days"
    counts_from: str = ""
    period: str = ""
    instrument: str = ""
    basis: str = "未设法定期限"

    def due(self, since: date) -> Due | None:
        """The last day of the term that began on ``since``; None where there is no limit."""
        if self.ground is Ground.NONE:
            return None
        if self.unit == "working-days":
            return working_days_after(since, self.length)
        if self.unit == "days":
            return Due(since + timedelta(days=self.length))
        return Due(months_after(since, self.length * (12 if self.unit == "years" else 1)))


NO_LIMIT = TimeLimit(Ground.NONE)


class TimeLimits:
    """The handling periods of one edition of the law, and the reminders of this gateway.

    Args:
        periods: Every period of the law.
        instruments: Every instrument, for citing it.
        reminders: Working days by act, for acts without a period in force.
    """

    def __init__(
        self, periods: Iterable[Period], instruments: Iterable[Instrument], reminders: Mapping[LawAct, int]
    ) -> None:
        self._by_act: dict[str, list[tuple[str, PeriodVersion]]] = {}
        for period in periods:
            for version in period.versions:
                if version.purpose == "handling" and version.maximum is not None:
                    self._by_act.setdefault(version.act, []).append((period.id, version))
        self._instruments = {each.id: each for each in instruments}
        self._reminders = reminders
        self._dues: dict[tuple[bool, str, int, date], Due | None] = {}

    @classmethod
    def load(cls, connection: Connection, reminders: Mapping[LawAct, int], today: date) -> Self:
        """Read them from the law in effect today; before any is in effect there are none."""
        edition = editions.in_effect(connection, today)
        law = json.loads(editions.document_of(connection, edition.digest)) if edition else {}
        return cls(
            [Period.model_validate(each) for each in law.get("periods", ())],
            [Instrument.model_validate(each) for each in law.get("instruments", ())],
            reminders,
        )

    def find(self, act: LawAct | None, list_id: str, on: date) -> TimeLimit:
        """The limit for an act on a list whose term began ``on`` that day; for nobody's act there is none."""
        if act is None:
            return NO_LIMIT
        held = [each for each in self._by_act.get(act, ()) if each[1].covers(on)]
        found = [each for each in held if list_id in each[1].lists] or [each for each in held if not each[1].lists]
        if found:
            id, version = min(found, key=lambda each: (each[1].maximum or 0, each[0]))
            return self._statutory(id, version, on)
        if days := self._reminders.get(act):
            return TimeLimit(Ground.INTERNAL, days, basis="未设法定期限，按网关设置提醒")
        return NO_LIMIT

    def due(self, limit: TimeLimit, since: date) -> Due | None:
        """The last day of a term, as :meth:`TimeLimit.due`, worked out once for each day."""
        name = (limit.ground is Ground.NONE, limit.unit, limit.length, since)
        if name not in self._dues:
            self._dues[name] = limit.due(since)
        return self._dues[name]

    def spans(self, act: LawAct, list_id: str) -> list[tuple[date, date, TimeLimit]]:
        """First day, last day and limit of each span of days in which the rule for a list does not change."""
        starts = {date.min}
        for _, version in self._by_act.get(act, ()):
            starts.add(version.from_on)
            if version.until_on is not None:
                starts.add(version.until_on + timedelta(days=1))
        ordered = [*sorted(starts), None]
        return [
            (first, following - timedelta(days=1) if following else date.max, self.find(act, list_id, first))
            for first, following in pairwise(ordered)
            if first
        ]

    def lists_named(self, act: LawAct) -> list[str]:
        """Lists for which some period of the act is made; all others are under the same rule."""
        return sorted({list_id for _, version in self._by_act.get(act, ()) for list_id in version.lists})

    def _statutory(self, id: str, version: PeriodVersion, on: date) -> TimeLimit:
        citation = version.basis[0]
        return TimeLimit(
            Ground.STATUTORY,
            version.maximum or 0,
            version.unit,
            version.counts_from,
            id,
            citation.instrument,
            self._cited(citation, on),
        )

    def _cited(self, citation: Citation, on: date) -> str:
        instrument = self._instruments.get(citation.instrument)
        if instrument is None:
            return citation.instrument
        version = next((each for each in instrument.versions if each.covers(on)), instrument.versions[-1])
        number = f"（{version.number}）" if version.number else ""
        return f"《{version.title.strip('《》')}》{number}{citation.article}"


def reminders_of(settings: GatewaySettings) -> dict[LawAct, int]:
    """The internal reminders (内部提醒) of a gateway, in working days; 0 is none."""
    return {
        LawAct.OBJECTION: settings.objection_reminder_working_days,
        LawAct.VERIFIED_OBJECTION: settings.verified_objection_reminder_working_days,
        LawAct.FEEDBACK: settings.feedback_reminder_working_days,
    }
