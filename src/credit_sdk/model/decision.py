"""What a check answers (核查结论): verdict, findings, incentives, evidence."""

from datetime import date, datetime
from typing import Literal, NoReturn

from msgspec import Struct
from msgspec.structs import astuple, force_setattr

from credit_sdk.model import decision_json, explanation
from credit_sdk.model.citation import Bilingual
from credit_sdk.model.decision_id import decision_id
from credit_sdk.model.evidence import CoverageState, Evidence, Freshness, ListCoverage
from credit_sdk.model.finding import Finding, ListReference, MeasureReference, Principal, Softening, SofteningReason
from credit_sdk.model.reason import Reason
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


class Decision(Struct, frozen=True, eq=False):
    """The answer to one check (核查结论). It has no truth value; compare :attr:`verdict`.

    To change a part use ``msgspec.structs.replace``. Id and reason are put into words when they are first read: they
    follow from the rest, and a host that looks at the verdict need not wait for them.

    Attributes:
        on: The civil day asked about.
        findings: Strongest first, then by entry and measure id; never ``favour``.
        incentives: Findings of strength ``favour`` that may be granted.
        withheld: Incentives the law names but which fall away while a serious entry is in force.
        notices: Sentences for the desk.
        case: The host's case number, or None.
        facts: Facts of the case that were in effect, defaults included.
        recorded: Whether the record of this check was kept (凡办必查); None for a pure evaluation.
    """

    _id: str | int
    verdict: Verdict
    subject: Subject
    matter: str
    matter_title: str
    on: date
    findings: tuple[Finding, ...]
    incentives: tuple[Finding, ...]
    withheld: tuple[Finding, ...]
    notices: tuple[Bilingual, ...]
    _why: Bilingual | Reason
    evidence: Evidence
    decided_at: datetime
    case: str | None = None
    facts: tuple[tuple[str, bool | int | str], ...] = ()
    principals: tuple[Principal, ...] = ()
    recorded: bool | None = None

    @property
    def id(self) -> str:
        """UUIDv7 text: the instant of the decision, and what was drawn for it."""
        known = self._id
        if isinstance(known, int):
            known = decision_id(self.decided_at, known)
            force_setattr(self, "_id", known)
        return known

    @property
    def why(self) -> Bilingual:
        """The reason in one sentence, Chinese first."""
        known = self._why
        if isinstance(known, Reason):
            known = known.text
            force_setattr(self, "_why", known)
        return known

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Decision):
            return NotImplemented
        # Read, both stand in the fields as text.
        return self.id == other.id and self.why == other.why and astuple(self) == astuple(other)

    # A struct without equality of its own answers `!=` by identity unless told otherwise.
    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        told = {"id": self.id, "why": self.why}
        told |= {name: getattr(self, name) for name in self.__struct_fields__ if not name.startswith("_")}
        return f"Decision({', '.join(f'{name}={value!r}' for name, value in told.items())})"

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
