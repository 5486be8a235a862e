"""The catalogue document (法律目录文本): the law as it is published, and what it must satisfy to be compiled.

1. Ids are unique and sorted; versions of one thing are sorted by their first day and, where in force, do not overlap:
   on every day each thing has one state.
2. Every reference (instrument, list, matter, fact) leads to something in the document.
3. Class C measures are voluntary and only advise; only incentives favour (国办发〔2020〕49号).
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from credit_sdk.model import canonical
from credit_sdk.model.citation import Citation, Instrument, LawModel, Status, Version
from credit_sdk.model.listing import CreditList
from credit_sdk.model.matter import Matter, Period
from credit_sdk.model.measure import Application, FactCondition, Measure, MeasureClass, MeasureVersion, Strength
from credit_sdk.model.supervision import InspectionShares

_MAX_COMPLAINTS = 10

_STRENGTHS = {
    MeasureClass.A: frozenset(Strength) - {Strength.FAVOUR},
    MeasureClass.B: frozenset(Strength) - {Strength.FAVOUR},
    MeasureClass.C: frozenset({Strength.ADVISE}),
    MeasureClass.INCENTIVE: frozenset({Strength.FAVOUR, Strength.ADVISE}),
}


class CatalogueDocument(LawModel):
    """The law as it is published: every tuple sorted by id, every thing with its dated versions."""

    format: Literal["credit-catalogue/1"] = "credit-catalogue/1"
    edition: str
    instruments: tuple[Instrument, ...] = ()
    lists: tuple[CreditList, ...] = ()
    measures: tuple[Measure, ...] = ()
    matters: tuple[Matter, ...] = ()
    periods: tuple[Period, ...] = ()
    # Not written where there are none, so that law adopted before there was such a thing keeps its digest.
    shares: tuple[InspectionShares, ...] = Field(default=(), exclude_if=operator.not_)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        complaints = list(_complaints(self))
        if complaints:
            more = len(complaints) - _MAX_COMPLAINTS
            raise ValueError("; ".join(complaints[:_MAX_COMPLAINTS]) + (f"; and {more} more" if more > 0 else ""))
        return self

    def to_bytes(self) -> bytes:
        """The canonical bytes, whose SHA-256 names this state of the law."""
        return canonical.dumps(self.model_dump(mode="json"))


def versioned(document: CatalogueDocument) -> Iterator[tuple[str, str, Sequence[Version]]]:
    """Everything in a document that is dated: what it is, its id, its versions."""
    for room, things in (
        ("instrument", document.instruments),
        ("list", document.lists),
        ("measure", document.measures),
        ("matter", document.matters),
        ("period", document.periods),
        ("share", document.shares),
    ):
        for thing in things:
            yield room, thing.id, thing.versions


def _complaints(document: CatalogueDocument) -> Iterator[str]:
    for name in ("instruments", "lists", "measures", "matters", "periods", "shares"):
        ids = [thing.id for thing in getattr(document, name)]
        if any(one >= other for one, other in pairwise(ids)):
            yield f"{name} are not sorted by id, or an id stands twice"
    for room, id, versions in versioned(document):
        yield from (f"{room} {id}: {complaint}" for complaint in _about_versions(versions))
    yield from _dangling(document)


def _about_versions(versions: Sequence[Version]) -> Iterator[str]:
    if not versions:
        yield "has no version"
    for version in versions:
        if version.until_on is not None and version.until_on < version.from_on:
            yield f"a version ends ({version.until_on}) before it begins ({version.from_on})"
    if any(one.from_on > other.from_on for one, other in pairwise(versions)):
        yield "versions are not sorted by from_on"
    in_force = [version for version in versions if version.status is Status.IN_FORCE]
    for one, other in pairwise(in_force):
        if one.until_on is None or one.until_on >= other.from_on:
            yield f"two versions are in force on {other.from_on}"


def _dangling(document: CatalogueDocument) -> Iterator[str]:
    instruments = {thing.id for thing in document.instruments}
    lists = {thing.id for thing in document.lists}
    facts = {matter.id: {name for version in matter.versions for name in version.facts} for matter in document.matters}

    def uncited(owner: str, citations: Iterable[Citation]) -> Iterator[str]:
        for citation in citations:
            if citation.instrument not in instruments:
                yield f"{owner}: cites the unknown instrument {citation.instrument}"

    for listed in document.lists:
        for listed_version in listed.versions:
            yield from uncited(f"list {listed.id}", listed_version.basis)
    for matter in document.matters:
        for matter_version in matter.versions:
            yield from uncited(f"matter {matter.id}", matter_version.basis)
            for missing in sorted(set(matter_version.required_lists) - lists):
                yield f"matter {matter.id}: requires the unknown list {missing}"
    yield from _about_periods(document, uncited)
    yield from _about_shares(document, uncited)
    for measure in document.measures:
        for version in measure.versions:
            yield from uncited(f"measure {measure.id}", version.basis)
            yield from (f"measure {measure.id}: {said}" for said in _about_measure(version, lists, facts))


def _about_measure(version: MeasureVersion, lists: set[str], facts: dict[str, set[str]]) -> Iterator[str]:
    for application in version.applies:
        yield from _about_application(application, lists, facts)
        for citation in application.basis:
            if citation not in version.basis:
                yield f"rests on {citation.instrument} {citation.article}, which is not in its basis"
        if application.strength not in _STRENGTHS[version.measure_class]:
            yield f"class {version.measure_class} may not be {application.strength}"


def _about_periods(
    document: CatalogueDocument, uncited: Callable[[str, Iterable[Citation]], Iterator[str]]
) -> Iterator[str]:
    lists, matters = {thing.id for thing in document.lists}, {thing.id for thing in document.matters}
    for period in document.periods:
        owner = f"period {period.id}"
        for version in period.versions:
            yield from uncited(owner, version.basis)
            yield from (f"{owner}: names the unknown list {missing}" for missing in sorted({*version.lists} - lists))
            for missing in sorted({*version.matters} - matters):
                yield f"{owner}: names the unknown matter {missing}"


def _about_shares(
    document: CatalogueDocument, uncited: Callable[[str, Iterable[Citation]], Iterator[str]]
) -> Iterator[str]:
    matters = {matter.id for matter in document.matters}
    for share in document.shares:
        owner = f"share {share.id}"
        for version in share.versions:
            yield from uncited(owner, version.basis)
            if version.matter not in matters:
                yield f"{owner}: names the unknown matter {version.matter}"
            if version.status is Status.IN_FORCE and None in version.per_mille.values():
                yield f"{owner}: is in force without a share for every grade and for those without one"


def _about_application(application: Application, lists: set[str], facts: dict[str, set[str]]) -> Iterator[str]:
    for missing in sorted(set(application.lists) - lists):
        yield f"names the unknown list {missing}"
    for missing in sorted(set(application.matters) - facts.keys()):
        yield f"names the unknown matter {missing}"
    for condition in application.conditions:
        if isinstance(condition, FactCondition):
            for matter in application.matters:
                if condition.fact not in facts.get(matter, {condition.fact}):
                    yield f"speaks of the fact {condition.fact}, which matter {matter} does not have"
