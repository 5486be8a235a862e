"""The law on a given day (某日有效的法律): what applies, compiled once so that a check only looks things up.

1. Of every legal thing only the version in force on that day is here; drafts never are.
2. A citation is resolved to the instrument as it stood that day. A measure none of whose citations stands in force has
   lost its basis and is not applied; :attr:`Law.unfounded` names it for the clerk. An application that rests on some of
   them only is told with those, and not applied once none of them stands.
3. A list that is not in force that day carries no measure, whatever entries are still published.
4. ``kinds`` of an application speak of the subject itself. An unknown kind counts as an organisation, so that an
   unusual number is no way round a measure; only what is for natural persons alone passes it by.
5. For a principal (相关责任人) an application counts if his role is in its ``through``, whatever ``kinds`` says.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import TypeVar

from credit_sdk.catalogue.coverage import ConcernedList, CoverageStatement
from credit_sdk.catalogue.document import CatalogueDocument
from credit_sdk.errors import UnknownMatterError
from credit_sdk.model.citation import Basis, Bilingual, Citation, InstrumentVersion, Version
from credit_sdk.model.finding import ListReference, MeasureReference
from credit_sdk.model.listing import CreditListVersion, Entry, ListClass, Severity
from credit_sdk.model.matter import MatterVersion, PeriodVersion
from credit_sdk.model.measure import Application, Condition, Lasting, MeasureVersion, Role, Strength
from credit_sdk.model.reason import Sentence
from credit_sdk.model.scheme import SubjectKind

V = TypeVar("V", bound=Version)

_SERIOUS_SEVERITIES = {ListClass.SERIOUS: frozenset(Severity), ListClass.BY_ENTRY: frozenset({Severity.SERIOUS})}
_ORGANISATIONS = frozenset(SubjectKind) - {SubjectKind.NATURAL_PERSON}


@dataclass(frozen=True, slots=True)
class Rule:
    """One application of one measure to one list in one matter, with everything a finding shows already resolved.

    Attributes:
        kinds: Kinds of subject it reaches directly, the unknown kind counted as an organisation.
        through: Roles of the principals it reaches.
    """

    measure: MeasureReference
    list: ListReference
    list_version: CreditListVersion
    strength: Strength
    kinds: frozenset[SubjectKind]
    through: frozenset[Role]
    conditions: tuple[Condition, ...]
    lasting: Lasting | None
    remark: Bilingual | None
    basis: tuple[Basis, ...]
    way_out: Bilingual


@dataclass(frozen=True, slots=True)
class MatterLaw:
    """All that the law says in one matter (事项) on that day.

    Attributes:
        rules: By list id; of one measure the weightiest first.
        roles: Roles of principals through whom anything bites in this matter.
        serious: Severities of an entry that make incentives fall away, by list id, of every list in force.
        list_notices: What the desk is told when an entry of a list is found, by list id.
        defaults: Facts of the case and the default this matter gives them, by name.
        stated: What a publication covers of the lists that matter here.
        sentences: By list and measure, what the reason given for one of its findings always says; filled as it is asked
            for by :mod:`credit_sdk.catalogue.reasons`.
    """

    id: str
    version: MatterVersion
    rules: Mapping[str, tuple[Rule, ...]]
    roles: frozenset[Role]
    serious: Mapping[str, frozenset[Severity]]
    list_notices: Mapping[str, tuple[Bilingual, ...]]
    defaults: tuple[tuple[str, bool | int | str], ...]
    stated: CoverageStatement = field(compare=False)
    sentences: dict[tuple[str, str], Sentence] = field(default_factory=dict, compare=False, repr=False)

    def is_serious(self, entry: Entry) -> bool:
        """Whether an entry is one for which incentives fall away (严重失信)."""
        return entry.severity in self.serious.get(entry.list, ())


class Law:
    """The law in force on one day, or on any day of a span in which it does not change.

    Attributes:
        edition: Edition of the catalogue.
        instruments / lists / measures / matters / periods: The versions in force, by id.
        unfounded: Ids of measures in force that none of their citations supports on that day: not applied.
    """

    def __init__(self, document: CatalogueDocument, on: date) -> None:
        self.edition = document.edition
        self.instruments: Mapping[str, InstrumentVersion] = _in_force(
            ((thing.id, thing.versions) for thing in document.instruments), on
        )
        self.lists: Mapping[str, CreditListVersion] = _in_force(
            ((thing.id, thing.versions) for thing in document.lists), on
        )
        self.measures: Mapping[str, MeasureVersion] = _in_force(
            ((thing.id, thing.versions) for thing in document.measures), on
        )
        self.matters: Mapping[str, MatterVersion] = _in_force(
            ((thing.id, thing.versions) for thing in document.matters), on
        )
        self.periods: Mapping[str, PeriodVersion] = _in_force(
            ((thing.id, thing.versions) for thing in document.periods), on
        )
        self._titles = {thing.id: thing.versions[-1].title for thing in document.lists}
        self._serious = {
            id: _SERIOUS_SEVERITIES[version.list_class]
            for id, version in self.lists.items()
            if version.list_class in _SERIOUS_SEVERITIES
        }
        self.unfounded = tuple(sorted(id for id, version in self.measures.items() if not self.basis(version.basis)))
        rules: dict[str, dict[str, list[Rule]]] = {id: {} for id in self.matters}
        for id, version in self.measures.items():
            self._compile(id, version, rules)
        self._matters = {id: self._matter_law(id, version, rules[id]) for id, version in self.matters.items()}

    def matter(self, id: str) -> MatterLaw:
        """What the law says in the matter ``id``.

        Raises:
            UnknownMatterError: No such matter is in force; the hint names those that come closest.
        """
        found = self._matters.get(id)
        if found is None:
            raise UnknownMatterError(
                f"the law in force that day knows no matter {id[:80]!r}, so nothing can be said about it.",
                hint=self._nearest(id),
            )
        return found

    def basis(self, citations: Iterable[Citation]) -> tuple[Basis, ...]:
        """The citations as they can be shown (依据), without those whose instrument is not in force."""
        return tuple(
            Basis(
                instrument=citation.instrument,
                title=instrument.title,
                title_en=instrument.title_en,
                number=instrument.number,
                level=instrument.level,
                article=citation.article,
                quote=citation.quote,
            )
            for citation in citations
            if (instrument := self.instruments.get(citation.instrument))
        )

    def founded(self, version: MeasureVersion) -> Iterator[tuple[Application, tuple[Basis, ...]]]:
        """The applications of a measure that a citation in force supports, each with those that do (依据)."""
        shared = self.basis(version.basis)
        for application in version.applies:
            basis = self.basis(application.basis) if application.basis else shared
            if basis:
                yield application, basis

    def _compile(self, id: str, version: MeasureVersion, rules: dict[str, dict[str, list[Rule]]]) -> None:
        reference = MeasureReference(
            id=id,
            title=version.title,
            title_en=version.title_en,
            heading=version.heading,
            measure_class=version.measure_class,
            content=version.content,
            implementing_body=version.implementing_body,
        )
        for application, basis in self.founded(version):
            for list_id in application.lists:
                listed = self.lists.get(list_id)
                if listed is None:
                    continue
                on_list = ListReference(list_id, listed.title, listed.title_en)
                rule = self._rule(reference, version, basis, application, on_list)
                for matter in application.matters:
                    if matter in rules:
                        rules[matter].setdefault(list_id, []).append(rule)

    def _rule(
        self,
        measure: MeasureReference,
        version: MeasureVersion,
        basis: tuple[Basis, ...],
        application: Application,
        listed: ListReference,
    ) -> Rule:
        return Rule(
            measure=measure,
            list=listed,
            list_version=self.lists[listed.id],
            strength=application.strength,
            kinds=_reached(application.kinds),
            through=frozenset(application.through),
            conditions=application.conditions,
            lasting=application.lasting,
            remark=application.remark,
            basis=basis,
            way_out=version.way_out or self.lists[listed.id].removal,
        )

    def _matter_law(self, id: str, version: MatterVersion, rules: Mapping[str, Sequence[Rule]]) -> MatterLaw:
        required = sorted(set(version.required_lists))
        others = sorted(rules.keys() - set(required))
        return MatterLaw(
            id=id,
            version=version,
            rules={list_id: tuple(sorted(found, key=_weight, reverse=True)) for list_id, found in rules.items()},
            roles=frozenset(role for found in rules.values() for rule in found for role in rule.through),
            serious=self._serious,
            list_notices={list_id: self.lists[list_id].notices for list_id in rules},
            defaults=tuple((name, version.facts[name].default) for name in sorted(version.facts)),
            stated=CoverageStatement(
                [ConcernedList(list_id, self._title(list_id), required=True) for list_id in required]
                + [ConcernedList(list_id, self._title(list_id), required=False) for list_id in others],
            ),
        )

    def _title(self, list_id: str) -> str:
        in_force = self.lists.get(list_id)
        return in_force.title if in_force else self._titles[list_id]

    def _nearest(self, id: str) -> str:
        near = get_close_matches(id[:80], self._matters, n=3, cutoff=0.5)
        if near:
            return f"Did you mean {' or '.join(near)}?"
        return f"Use one of: {', '.join(sorted(self._matters)) or 'none is in force that day'}."


def _weight(rule: Rule) -> tuple[int, str, str]:
    return rule.strength.rank, rule.remark.zh if rule.remark else "", rule.remark.en if rule.remark else ""


def _reached(kinds: Sequence[SubjectKind]) -> frozenset[SubjectKind]:
    if not kinds:
        return frozenset(SubjectKind)
    if SubjectKind.UNKNOWN in kinds:
        return frozenset(kinds) | _ORGANISATIONS
    if _ORGANISATIONS.intersection(kinds):
        return frozenset(kinds) | {SubjectKind.UNKNOWN}
    return frozenset(kinds)


def _in_force(things: Iterable[tuple[str, Sequence[V]]], on: date) -> dict[str, V]:
    return {id: version for id, versions in things for version in versions if version.covers(on)}
