"""A moment (时点): what one state says in one matter within one second, whoever is asked about.

Checks differ in the subject and little else, and most subjects are not published at all. What they share - law, age,
coverage, evidence, and the answer for whom nothing is published - is worked out once a second and not once a check.
It is only ever kept for the very same state, day and second, so keeping it never changes an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from msgspec import Struct

from credit_sdk.catalogue.law import MatterLaw
from credit_sdk.model.citation import Bilingual
from credit_sdk.model.evidence import Evidence
from credit_sdk.model.finding import Finding
from credit_sdk.model.reason import Reason
from credit_sdk.model.verdict import Verdict


class Answer(Struct, frozen=True):
    """What is answered about a subject (答复): the part of a decision that follows from lists and law alone."""

    verdict: Verdict
    notices: tuple[Bilingual, ...]
    why: Bilingual | Reason
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
