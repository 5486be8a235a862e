"""From what a host did to what the outbox keeps (反馈登记): every outcome is of something its decision found."""

from collections.abc import Iterable
from datetime import datetime

from credit_sdk.client.clock import Clock
from credit_sdk.client.standing import standing
from credit_sdk.client.status import Standing
from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.decision import Decision, GroupDecision
from credit_sdk.model.outcome import Outcome
from credit_sdk.model.term import civil_day
from credit_sdk.outbox.records import OutcomeRecord, ReportableDecision, ReportableFinding
from credit_sdk.outbox.store import Outbox
from credit_sdk.replica.store import Replica

Reported = Decision | GroupDecision | ReportableDecision


class Reporting:
    """What was done here about findings.

    Args:
        outbox: Where it is kept.
        replica: What is published, by which a measure may have lost its basis.
        clock: Tells the instant of a report.
    """

    def __init__(self, outbox: Outbox, replica: Replica, clock: Clock) -> None:
        self._outbox = outbox
        self._replica = replica
        self._clock = clock

    def report(self, decision: Reported, outcomes: Outcome | Iterable[Outcome]) -> tuple[str, ...]:
        """Keep outcomes; see :meth:`CreditClient.report`."""
        return self._outbox.add_outcomes(outcome_records(decision, outcomes, reported_at=self._clock()))

    def kept(self, decision_id: str) -> ReportableDecision:
        """A decision whose record is on the disk; see :meth:`CreditClient.kept_decision`."""
        kept = self._outbox.decision(decision_id)
        if kept is None:
            raise InvalidRequestError(
                f"no decision {decision_id[:64]!r} with findings is kept here, so nothing can be reported on it.",
                hint="Take the id from the decision itself, and report where it was made.",
            )
        return kept

    def standing(self) -> tuple[Standing, ...]:
        """Measures applied without a basis; see :meth:`CreditClient.standing`."""
        with self._replica.view() as view:
            return tuple(standing(self._outbox.open_measures(), view, civil_day(self._clock())))


def outcome_records(
    decision: Reported, outcomes: Outcome | Iterable[Outcome], *, reported_at: datetime
) -> list[OutcomeRecord]:
    """The records of outcomes, in order.

    Raises:
        InvalidRequestError: An outcome speaks of something not found there.
    """
    candidates = _reportable(decision)
    return [
        OutcomeRecord.of(*_found(candidates, outcome), outcome, reported_at=reported_at)
        for outcome in ([outcomes] if isinstance(outcomes, Outcome) else outcomes)
    ]


def _reportable(decision: Reported) -> tuple[ReportableDecision, ...]:
    if isinstance(decision, ReportableDecision):
        return (decision,)
    members = decision.members if isinstance(decision, GroupDecision) else (decision,)
    return tuple(ReportableDecision.of(member) for member in members)


def _found(
    candidates: tuple[ReportableDecision, ...], outcome: Outcome
) -> tuple[ReportableDecision, ReportableFinding]:
    for candidate in candidates:
        if (found := candidate.finding_of(outcome)) is not None:
            return candidate, found
    raise InvalidRequestError(
        f"the decision found nothing for entry {outcome.entry} and measure {outcome.measure} "
        f"of which one could report {outcome.state.value}.",
        hint="Build the outcome from a finding (or, for granted, an incentive) of the same decision.",
    )
