"""A moment (时点): what one publication says in one matter within one second, whoever is asked about.

Checks differ in the subject and little else, and most subjects are not published at all. What they share - age,
coverage, evidence, and the answer for whom nothing is published - is worked out once a second and not once a check.
It is only ever kept for the very same state and second, so keeping it never changes an answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from msgspec import Struct

from credit_sdk.catalogue import reasons, ruling
from credit_sdk.catalogue.coverage import ConcernedList, CoverageFound, CoverageStatement
from credit_sdk.catalogue.freshness import age_of, steady_span
from credit_sdk.catalogue.view import View
from credit_sdk.model.citation import Bilingual
from credit_sdk.model.evidence import Evidence
from credit_sdk.model.finding import Finding
from credit_sdk.model.matter import MatterVersion
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
        evidence: On what the answer rests.
        is_aged: Whether the data is too old to punish.
        doubts: What makes silence of the lists prove nothing, the weightiest first.
        silence: The answer for a subject of whom nothing is published.
    """

    evidence: Evidence
    is_aged: bool
    doubts: tuple[Bilingual, ...]
    silence: Answer


_State = tuple[object, ...]


class Moments:
    """The moments of one matter; the last one is kept.

    Attributes:
        stated: What a publication covers of the lists that matter here.
    """

    def __init__(self, version: MatterVersion, lists: Sequence[ConcernedList]) -> None:
        self.stated: Final = CoverageStatement(lists)
        self._version = version
        self._last: tuple[_State, datetime, datetime, Moment] | None = None

    def at(self, view: View, digest: str, on: date, now: datetime) -> Moment:
        """What ``view`` says at ``now`` about subjects whose records it would hold.

        Args:
            view: The publication.
            digest: Digest of its law.
            on: The civil day asked about.
            now: The instant of the check, in UTC.
        """
        state = (
            on,
            view.serial,
            view.map_root,
            view.contact_at,
            view.expires_at,
            view.coverage,
            view.pace,
            view.origin,
            view.published_at,
        )
        if self._last is not None:
            known, from_at, until_at, moment = self._last
            if from_at <= now < until_at and known == state:
                return moment
        moment = self._worked_out(view, digest, on, now, self.stated.of(view.coverage))
        self._last = (state, *steady_span(view, now), moment)
        return moment

    def where_not_held(self, view: View, digest: str, on: date, now: datetime) -> Moment:
        """What ``view`` says about a natural person, where records of persons are not held: nothing is covered."""
        return self._worked_out(view, digest, on, now, CoverageFound(self.stated.none.lists, missing=()))

    def _worked_out(self, view: View, digest: str, on: date, now: datetime, covered: CoverageFound) -> Moment:
        age, version = age_of(view, now), self._version
        doubts = ruling.doubts_about_data(covered.missing, age, version.clear_max_age_s)
        verdict = ruling.verdict_of((), doubts)
        return Moment(
            evidence=Evidence(
                origin=view.origin,
                serial=view.serial,
                map_root=view.map_root,
                catalogue_digest=digest,
                published_at=view.published_at,
                contact_at=view.contact_at,
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
                why=reasons.why(verdict, on, version, (), doubts),
            ),
        )
