"""What a check answers (核查结论): verdict, findings, incentives, evidence."""

from datetime import date, datetime
from typing import Literal, NoReturn

from msgspec import Struct

from credit_sdk.model import decision_json, explanation
from credit_sdk.model.citation import Bilingual
from credit_sdk.model.evidence import CoverageState, Evidence, Freshness, ListCoverage
from credit_sdk.model.finding import Finding, ListReference, MeasureReference, Principal, Softening, SofteningReason
from credit_sdk.model.subject import Subject
from credit_sdk.model.verdict import Verdict

__all__ = [
    "CoverageState",
    "Decision",
    "Evidence",
    "Finding",
    "Freshness",
    "GroupDecision",
    "ListCoverage",
    "ListReference",
    "MeasureReference",
    "Principal",
    "Softening",
    "SofteningReason",
    "Verdict",
]


class Decision(Struct, frozen=True):
    """The answer to one check (核查结论). It has no truth value; compare :attr:`verdict`.

    To change a part use ``msgspec.structs.replace``.

    Attributes:
        id: UUIDv7 text.
        on: The civil day asked about.
        findings: Strongest first, then by entry and measure id; never ``favour``.
        incentives: Findings of strength ``favour`` that may be granted.
        withheld: Incentives the law names but which fall away while a serious entry is in force.
        notices: Sentences for the desk.
        why: One sentence, Chinese first.
        case: The host's case number, or None.
        facts: Facts of the case that were in effect, defaults included.
        recorded: Whether the record of this check was kept (凡办必查); None for a pure evaluation.
    """

    id: str
    verdict: Verdict
    subject: Subject
    matter: str
    matter_title: str
    on: date
    findings: tuple[Finding, ...]
    incentives: tuple[Finding, ...]
    withheld: tuple[Finding, ...]
    notices: tuple[Bilingual, ...]
    why: Bilingual
    evidence: Evidence
    decided_at: datetime
    case: str | None = None
    facts: tuple[tuple[str, bool | int | str], ...] = ()
    principals: tuple[Principal, ...] = ()
    recorded: bool | None = None

    def __bool__(self) -> NoReturn:
        raise TypeError("a decision is not a boolean; compare decision.verdict with a Verdict")

    def to_json(self) -> bytes:
        """The decision as canonical JSON, the same bytes from the library, the command line and the gateway.

        Personal numbers are masked in it; ``recorded`` is not in it.
        """
        return decision_json.of_decision(self)

    def explain(self, lang: Literal["zh", "en"] = "zh") -> str:
        """The sentences an officer reads, one a line."""
        return explanation.of_decision(self, lang)


class GroupDecision(Struct, frozen=True):
    """The answer for a consortium (联合体): the strongest member verdict, every member's decision beside it."""

    id: str
    verdict: Verdict
    matter: str
    on: date
    members: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    why: Bilingual
    evidence: Evidence
    decided_at: datetime
    case: str | None = None
    recorded: bool | None = None

    def __bool__(self) -> NoReturn:
        raise TypeError("a decision is not a boolean; compare decision.verdict with a Verdict")

    def to_json(self) -> bytes:
        """The answer for the group as canonical JSON, the same bytes from library, command line and gateway.

        Personal numbers are masked in it; ``recorded`` is not in it.
        """
        return decision_json.of_group(self)

    def explain(self, lang: Literal["zh", "en"] = "zh") -> str:
        """The sentences an officer reads, one a line."""
        return explanation.of_group(self, lang)
