"""The periods of the adopted law (期限), ready to be asked: how long something is shown, and by when it is decided.

1. Only versions in force on the day asked about count; for a handling that is the day its term began. A draft never
   fills a gap.
2. A period that names the list goes before one that names none; of several for a handling, the shortest.
3. A sector's own rule for a handling (``<act>.<sector>``, 部门规定) goes before the general one where its authorities
   determined: for the lists it names, else for those the general rule names.
4. Where nothing is in force there is no limit, and that is the answer (未设法定期限).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import Self, final

from sqlalchemy import Connection

from credit_sdk.catalogue.catalogue import CatalogueDocument
from credit_sdk.model.citation import Instrument
from credit_sdk.model.listing import CreditList, ListClass
from credit_sdk.model.matter import Period, PeriodVersion
from gateway.registry.editions import document_of, in_effect, last_edition
from gateway.registry.rules import Rule
from gateway.registry.sectors import Sectors
from gateway.registry.time_limits import NO_LIMIT, LawAct, TimeLimit
from gateway.registry.working_days import Due

_MAX_REMEMBERED = 16_384
_ACTS = frozenset(LawAct)


@final
class PeriodLaw:
    """The periods of one catalogue.

    Args:
        periods / instruments / lists: As the catalogue has them.
        reminders: Working days by act, for acts without a period in force.

    Attributes:
        acts: The acts there is any version of.
        of_act: Every rule for an act (期限的行为) that was in force on a day: ``of_act(act, on)``.
        class_of: What kind of list it was on a day, the present kind where the law knew it later only, None for a list
            it does not know: ``class_of(list_id, on)``.
        limit: How long may be taken for an act about a list whose term began on a day; for nobody's act (None) there
            is no limit: ``limit(act, list_id, on)``, for authorities of a sector ``limit(act, list_id, on, sector)``.
        due: The last day of a term that began on a day, None where there is no limit: ``due(limit, since)``.
    """

    def __init__(
        self,
        periods: Iterable[Period],
        instruments: Iterable[Instrument],
        lists: Iterable[CreditList],
        reminders: Mapping[LawAct, int] = MappingProxyType({}),
    ) -> None:
        self._by_act: Mapping[str, list[tuple[str, PeriodVersion]]] = defaultdict(list)
        for period in periods:
            for version in period.versions:
                self._by_act[version.act].append((period.id, version))
        self._instruments = {each.id: each.versions for each in instruments}
        self._lists = {each.id: each.versions for each in lists}
        self._reminders = reminders
        self.acts = tuple(sorted(self._by_act))
        # A publication asks the same of every entry of a day; what it is told depends on nothing else.
        self.of_act = lru_cache(maxsize=_MAX_REMEMBERED)(self._of_act)
        self.class_of = lru_cache(maxsize=_MAX_REMEMBERED)(self._class_of)
        self.limit = lru_cache(maxsize=_MAX_REMEMBERED)(self._limit)
        self.due = lru_cache(maxsize=_MAX_REMEMBERED)(_due)

    @classmethod
    def of(cls, document: CatalogueDocument) -> Self:
        """The periods of a catalogue."""
        return cls(document.periods, document.instruments, document.lists)

    @classmethod
    def load(
        cls, connection: Connection, on: date | None = None, reminders: Mapping[LawAct, int] = MappingProxyType({})
    ) -> Self:
        """The periods of the edition in effect on a day; of none before the first adoption.

        Args:
            connection: Reads the editions.
            on: The day; without it the edition adopted last, whether or not its day has come.
            reminders: Working days by act, for acts without a period in force.
        """
        edition = last_edition(connection) if on is None else in_effect(connection, on)
        found = json.loads(document_of(connection, edition.digest)) if edition else {}
        return cls(
            [Period.model_validate(each) for each in found.get("periods", ())],
            [Instrument.model_validate(each) for each in found.get("instruments", ())],
            [CreditList.model_validate(each) for each in found.get("lists", ())],
            reminders,
        )

    def _of_act(self, act: str, on: date) -> tuple[Rule, ...]:
        return tuple(self._rule(id, version, on) for id, version in self._by_act.get(act, ()) if version.covers(on))

    def handling(self, act: LawAct, list_id: str, on: date) -> Rule | None:
        """The rule for handling an act about an entry of a list, as in force on a day; None where there is none."""
        return _nearest(self._handlings(act, on), list_id)

    def _handlings(self, act: str, on: date) -> list[Rule]:
        return [each for each in self.of_act(act, on) if each.version.purpose == "handling"]

    def _limit(self, act: LawAct | None, list_id: str, on: date, sector: str = "") -> TimeLimit:
        if act is None:
            return NO_LIMIT
        rule = self._of_sector(act, list_id, on, sector) if sector else None
        rule = rule or _nearest([each for each in self._handlings(act, on) if _is_limited(each)], list_id)
        return TimeLimit(rule) if rule is not None else TimeLimit(None, self._reminders.get(act, 0))

    def _of_sector(self, act: LawAct, list_id: str, on: date, sector: str) -> Rule | None:
        found = [each for name in self._sector_acts(act) for each in self._handlings(name, on)]
        made = [each for each in found if each.sector == sector and list_id in self._lists_of(act, each.version)]
        return min(filter(_is_limited, made), key=_shortest, default=None)

    def _lists_of(self, act: LawAct, own: PeriodVersion) -> Sequence[str]:
        """For which lists a sector's own rule is made: where it says nothing, for those the general one names."""
        return own.lists or self.lists_named(act)

    def sectors(self, act: LawAct) -> Sectors:
        """The sectors with a rule of their own for an act, and the lists it is made for."""
        found = [
            (self._rule(id, version, version.from_on).sector, self._lists_of(act, version))
            for name in self._sector_acts(act)
            for id, version in self._by_act[name]
        ]
        lists = {each for sector, named in found if sector for each in named}
        return Sectors(tuple(sorted({sector for sector, _ in found if sector})), tuple(sorted(lists)))

    def _sector_acts(self, act: LawAct) -> list[str]:
        return [each for each in self.acts if each.startswith(f"{act}.") and each not in _ACTS]

    def spans(self, act: LawAct, list_id: str, sector: str = "") -> list[tuple[date, date, TimeLimit]]:
        """First day, last day and limit of each span of days in which the rule for a list does not change."""
        starts = {date.min}
        for name in (act, *(self._sector_acts(act) if sector else ())):
            for _, version in self._by_act.get(name, ()):
                starts.add(version.from_on)
                if version.until_on is not None:
                    starts.add(version.until_on + timedelta(days=1))
        ordered = [*sorted(starts), None]
        return [
            (first, following - timedelta(days=1) if following else date.max, self.limit(act, list_id, first, sector))
            for first, following in pairwise(ordered)
            if first
        ]

    def lists_named(self, act: LawAct) -> list[str]:
        """Lists for which some period of the act is made; all others are under the same rule."""
        return sorted({list_id for _, version in self._by_act.get(act, ()) for list_id in version.lists})

    def _class_of(self, list_id: str, on: date) -> ListClass | None:
        versions = self._lists.get(list_id, ())
        found = next((each for each in versions if each.covers(on)), versions[-1] if versions else None)
        return found.list_class if found else None

    def _rule(self, id: str, version: PeriodVersion, on: date) -> Rule:
        citation = version.basis[0]
        stood = self._instruments.get(citation.instrument, ())
        instrument = next((each for each in stood if each.covers(on)), stood[-1] if stood else None)
        if instrument is None:
            return Rule(id, citation.instrument, citation.instrument + citation.article, "", version)
        number = f"（{instrument.number}）" if instrument.number else ""
        basis = f"《{instrument.title.strip('《》')}》{number}{citation.article}"
        return Rule(id, citation.instrument, basis, instrument.issued_by, version)


def _nearest(rules: Sequence[Rule], list_id: str) -> Rule | None:
    named = [each for each in rules if list_id in each.version.lists]
    found = named or [each for each in rules if not each.version.lists]
    return min(found, key=_shortest, default=None)


def _is_limited(rule: Rule) -> bool:
    return rule.version.maximum is not None


def _shortest(rule: Rule) -> tuple[int, str]:
    return rule.version.maximum or 0, rule.id


def _due(limit: TimeLimit, since: date) -> Due | None:
    return limit.due(since)
