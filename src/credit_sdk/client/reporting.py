"""From what a host did to what the outbox keeps (反馈登记): every outcome is of something its decision found."""

from collections.abc import Iterable
from datetime import datetime

from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.decision import Decision, GroupDecision
from credit_sdk.model.outcome import Outcome
from credit_sdk.outbox.records import OutcomeRecord, ReportableDecision, ReportableFinding


def outcome_records(
    decision: Decision | GroupDecision | ReportableDecision,
    outcomes: Outcome | Iterable[Outcome],
    *,
    reported_at: datetime,
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


def _reportable(decision: Decision | GroupDecision | ReportableDecision) -> tuple[ReportableDecision, ...]:
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
