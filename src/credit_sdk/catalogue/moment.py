"""A moment (时点): what one state says in one matter within one second, whoever is asked about.

Checks differ in the subject and little else, and most subjects are not published at all. What they share - law, age,
coverage, evidence, and the answer for whom nothing is published - is worked out once a second and not once a check.
It is only ever kept for the very same state, day and second, so keeping it never changes an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from msgspec import Struct

from credit_sdk.catalogue import reasons, request, ruling
from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.coverage import CoverageFound
from credit_sdk.catalogue.freshness import age_of, steady_span
from credit_sdk.catalogue.law import MatterLaw
from credit_sdk.catalogue.view import State
from credit_sdk.model.citation import Bilingual
from credit_sdk.model.evidence import Evidence
from credit_sdk.model.finding import Finding
from credit_sdk.model.release import LIBRARY_VERSION
from credit_sdk.model.verdict import Verdict


class Answer(Struct, frozen=True):
    """What is answered about a subject (答复): the part of a decision that follows from lists and law alone."""

    verdict: Verdict
    notices: tuple[Bilingual, ...]
    why: Bilingual
    findings: tuple[Finding, ...] = ()
    incentives: tuple[Finding, ...] = ()
    withheld: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """What all checks of one matter share.

    Attributes:
        law: What the law says in the matter on the day asked about.
        on: That day.
        from_at: First instant it holds for.
        until_at: First instant it no longer holds for.
        evidence: On what the answer rests.
        is_aged: Whether the data is too old to punish.
        doubts: What makes silence of the lists prove nothing, the weightiest first.
        silence: The answer for a subject of whom nothing is published.
        facts: Facts of the case by default.
        notices: What the desk is told where nothing is in doubt, by the lists found; filled as it is asked for.
    """

    law: MatterLaw
    on: date
    from_at: datetime
    until_at: datetime
    evidence: Evidence
    is_aged: bool
    doubts: tuple[Bilingual, ...]
    silence: Answer
    facts: Mapping[str, bool | int | str]
    notices: dict[tuple[str, ...], tuple[Bilingual, ...]] = field(default_factory=dict)

    def holds(self, on: date, now: datetime) -> bool:
        """Whether it is the moment of ``now`` for the day ``on``."""
        return self.on == on and self.from_at <= now < self.until_at


def worked_out(state: State, catalogue: Catalogue, matter: str, on: date, now: datetime) -> Moment:
    """The moment of a state at ``now`` about subjects whose records it would hold; kept with the state.

    Args:
        state: Lists and law, not empty.
        catalogue: Its law.
        matter: Id of the matter.
        on: The civil day asked about.
        now: The instant of the check, in UTC.

    Raises:
        UnknownMatterError: The law in force on ``on`` knows no such matter.
        InvalidRequestError: The day is out of reach.
    """
    on = request.day_within_reach(on)
    law = catalogue.on(on).matter(matter)
    moment = _moment(state, law, on, now, law.stated.of(state.coverage))
    state.moments[law.id] = moment
    return moment


def where_not_held(state: State, catalogue: Catalogue, matter: str, on: date, now: datetime) -> Moment:
    """The same about a natural person, where records of persons are not held: nothing is covered. Not kept."""
    on = request.day_within_reach(on)
    law = catalogue.on(on).matter(matter)
    return _moment(state, law, on, now, CoverageFound(law.stated.none.lists, missing=()))


def _moment(state: State, law: MatterLaw, on: date, now: datetime, covered: CoverageFound) -> Moment:
    age, version = age_of(state, now), law.version
    doubts = ruling.doubts_about_data(covered.missing, age, version.clear_max_age_s)
    verdict = ruling.verdict_of((), doubts)
    from_at, until_at = steady_span(state, now)
    return Moment(
        law=law,
        on=on,
        from_at=from_at,
        until_at=until_at,
        evidence=Evidence(
            origin=state.origin,
            serial=state.serial,
            map_root=state.map_root,
            catalogue_digest=state.catalogue.digest if state.catalogue else "",
            published_at=state.published_at,
            contact_at=state.contact_at,
            age_s=age.age_s,
            freshness=age.state,
            coverage=covered.lists,
            library_version=LIBRARY_VERSION,
        ),
        is_aged=not age.is_within(version.adverse_max_age_s),
        doubts=doubts,
        silence=Answer(
            verdict=verdict,
            notices=tuple(dict.fromkeys((*doubts, *version.notices))),
            why=reasons.why(verdict, on, law, (), doubts),
        ),
        facts=dict(law.defaults),
    )
