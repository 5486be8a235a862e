"""What the host did about a finding (反馈): the fourth step of the loop."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.decision import Finding


class OutcomeState(StrEnum):
    """``SUGGESTED → APPLIED | NOT_APPLIED | WAIVED | GRANTED``, later ``LIFTED``."""

    SUGGESTED = "suggested"
    APPLIED = "applied"
    NOT_APPLIED = "not-applied"
    WAIVED = "waived"
    GRANTED = "granted"
    LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome of one finding; build it with the methods named after the states.

    Attributes:
        entry: Id of the entry; ``measure`` the measure's id. Together they name the finding.
        document: Number of the host's own document, may be empty.
        reason: Required for not applied, waived and lifted.
        by: The officer who decided, as the host names them.
        until_on: Last day of a waiver, as the officer asks for it.
    """

    state: OutcomeState
    entry: str
    measure: str
    list: str
    document: str = ""
    reason: str = ""
    by: str = ""
    until_on: date | None = None

    @classmethod
    def applied(cls, finding: Finding, *, document: str, by: str = "") -> Self:
        """The measure was applied (已惩戒) by the host's ``document``."""
        return cls._of(OutcomeState.APPLIED, finding, document=document, by=by)

    @classmethod
    def not_applied(cls, finding: Finding, *, reason: str, by: str = "") -> Self:
        """The measure was not applied (未惩戒), and why."""
        return cls._of(OutcomeState.NOT_APPLIED, finding, reason=_stated(reason, "reason"), by=by)

    @classmethod
    def waived(cls, finding: Finding, *, reason: str, by: str, until: date, document: str = "") -> Self:
        """The measure is waived (豁免) for this subject and matter until a day, by a named officer.

        In the host's own case that is all. Other systems follow when another person at the gateway has confirmed it.
        """
        return cls._of(
            OutcomeState.WAIVED,
            finding,
            reason=_stated(reason, "reason"),
            by=_stated(by, "by"),
            until_on=until,
            document=document,
        )

    @classmethod
    def granted(cls, finding: Finding, *, document: str = "", by: str = "") -> Self:
        """The incentive was granted (已激励)."""
        return cls._of(OutcomeState.GRANTED, finding, document=document, by=by)

    @classmethod
    def lifted(cls, finding: Finding, *, reason: str, document: str = "", by: str = "") -> Self:
        """A measure applied earlier no longer is (解除)."""
        return cls._of(OutcomeState.LIFTED, finding, reason=_stated(reason, "reason"), document=document, by=by)

    @classmethod
    def _of(
        cls,
        state: OutcomeState,
        finding: Finding,
        *,
        document: str = "",
        reason: str = "",
        by: str = "",
        until_on: date | None = None,
    ) -> Self:
        return cls(
            state=state,
            entry=finding.entry.id,
            measure=finding.measure.id,
            list=finding.list.id,
            document=document,
            reason=reason,
            by=by,
            until_on=until_on,
        )


def _stated(text: str, name: str) -> str:
    if not text.strip():
        raise InvalidRequestError(
            f"an outcome of this kind needs a {name}, or nobody can tell later why it was right.",
            hint=f"Pass {name}= with a sentence or number that stands in your file.",
        )
    return text
