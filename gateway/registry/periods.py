"""The periods of the adopted law (期限), ready to be asked: how long something is shown, and by when it is decided.

Only versions in force count. Of a period for some lists and one for all, the one that names the list comes first. Where
nothing is in force there is no limit, and that is the answer (未设法定期限); a draft never fills the gap.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Self, final

from sqlalchemy import Connection

from credit_sdk.catalogue.catalogue import CatalogueDocument
from credit_sdk.model.citation import Confidence, Instrument
from credit_sdk.model.listing import CreditList, ListClass
from credit_sdk.model.matter import Period, PeriodVersion
from credit_sdk.model.term import months_after
from gateway.registry.editions import document_of, in_effect, last_edition
from gateway.registry.working_days import Due, working_days_after

_MAX_REMEMBERED = 16_384


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

    def minimum_after(self, start: date) -> Due | None:
        """The day on which the minimum is reached; None where the law states none."""
        return None if self.version.minimum is None else _after(start, self.version.minimum, self.version.unit)

    def maximum_after(self, start: date) -> Due | None:
        """The last day of the maximum; None where the law states none."""
        return None if self.version.maximum is None else _after(start, self.version.maximum, self.version.unit)


@final
class PeriodLaw:
    """The periods of one catalogue.

    Args:
        periods / instruments / lists: As the catalogue has them.

    Attributes:
        acts: The acts there is any version of.
        of_act: Every rule for an act (期限的行为) that was in force on a day: ``of_act(act, on)``.
        class_of: What kind of list it was on a day, the present kind where the law knew it later only, None for a list
            it does not know: ``class_of(list_id, on)``.
    """

    def __init__(
        self, periods: Iterable[Period], instruments: Iterable[Instrument], lists: Iterable[CreditList]
    ) -> None:
        self._by_act: Mapping[str, list[tuple[str, PeriodVersion]]] = defaultdict(list)
        for period in periods:
            for version in period.versions:
                self._by_act[version.act].append((period.id, version))
        self._instruments = {each.id: each.versions for each in instruments}
        self._lists = {each.id: each.versions for each in lists}
        self.acts = tuple(sorted(self._by_act))
        # A publication asks the same of every entry of a day; what it is told depends on nothing else.
        self.of_act = lru_cache(maxsize=_MAX_REMEMBERED)(self._of_act)
        self.class_of = lru_cache(maxsize=_MAX_REMEMBERED)(self._class_of)

    @classmethod
    def of(cls, document: CatalogueDocument) -> Self:
        """The periods of a catalogue."""
        return cls(document.periods, document.instruments, document.lists)

    @classmethod
    def load(cls, connection: Connection, on: date | None = None) -> Self:
        """The periods of the edition in effect on a day; of none before the first adoption.

        Args:
            connection: Reads the editions.
            on: The day; without it the edition adopted last, whether or not its day has come.
        """
        edition = last_edition(connection) if on is None else in_effect(connection, on)
        found = json.loads(document_of(connection, edition.digest)) if edition else {}
        return cls(
            [Period.model_validate(each) for each in found.get("periods", ())],
            [Instrument.model_validate(each) for each in found.get("instruments", ())],
            [CreditList.model_validate(each) for each in found.get("lists", ())],
        )

    def _of_act(self, act: str, on: date) -> tuple[Rule, ...]:
        return tuple(self._rule(id, version, on) for id, version in self._by_act.get(act, ()) if version.covers(on))

    def handling(self, act: str, list_id: str, on: date) -> Rule | None:
        """The time limit of an act about an entry of a list, as in force on a day; None is no statutory limit."""
        return _nearest(self.of_act(act, on), list_id)

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
        basis = f"《{instrument.title}》{number}{citation.article}"
        return Rule(id, citation.instrument, basis, instrument.issued_by, version)


def _nearest(rules: Sequence[Rule], list_id: str) -> Rule | None:
    named = [each for each in rules if list_id in each.version.lists]
    return next(iter(named or [each for each in rules if not each.version.lists]), None)


def _after(start: date, count: int, unit: str) -> Due:
    """The last day of a term that began with an event on ``start``, which does not count (民法典 Art. 201, 202)."""
    if unit == "working-days":
        return working_days_after(start, count)
    if unit == "days":
        return Due(start + timedelta(days=count))
    return Due(months_after(start, count * 12 if unit == "years" else count))


CONFIDENCE_ZH = {
    Confidence.VERIFIED: "已核实",
    Confidence.HIGH: "把握较大",
    Confidence.MEDIUM: "把握中等，须以原文为准",
    Confidence.LOW: "未核实",
}
"""How sure the law file is of a period, as people are told."""
