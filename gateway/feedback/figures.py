"""Figures of the loop (闭环指标): what was checked, what was found, what was done, and how fast repairs arrive.

A check is *triggered* (触发) when it found at least one entry. Of those, the feedback rate (反馈率) is the share
answered by any outcome, the execution rate (执行率) the share in which a measure was applied or an incentive granted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, cast, distinct, exists, func, select

from credit_sdk.model.outcome import OutcomeState
from gateway.database.tables import awaited_outcomes, check_entries, checks, outcomes
from gateway.feedback.repair_clock import RepairClock, RepairTimes, repair_clocks, repair_times

_DONE = (OutcomeState.APPLIED.value, OutcomeState.GRANTED.value, OutcomeState.LIFTED.value)
MAX_ROWS = 100


@dataclass
class ClientFigures:
    """One system's part in the loop."""

    client: str
    checks: int = 0
    triggered: int = 0
    answered: int = 0
    executed: int = 0
    by_verdict: dict[str, int] = field(default_factory=dict)
    by_outcome: dict[str, int] = field(default_factory=dict)

    @property
    def feedback_rate(self) -> float | None:
        """反馈率, None while nothing was triggered."""
        return self.answered / self.triggered if self.triggered else None

    @property
    def execution_rate(self) -> float | None:
        """执行率, None while nothing was triggered."""
        return self.executed / self.triggered if self.triggered else None


@dataclass(frozen=True, slots=True)
class NotApplied:
    """A reason for which a measure was not applied (未惩戒理由), and how often it was given."""

    reason: str
    times: int


@dataclass(frozen=True, slots=True)
class LoopFigures:
    """The loop as a whole, by system, with reasons and repairs."""

    total: ClientFigures
    clients: tuple[ClientFigures, ...]
    not_applied: tuple[NotApplied, ...]
    repairs: tuple[RepairClock, ...]
    repair_times: RepairTimes


def loop_figures(connection: Connection, *, client: str | None = None) -> LoopFigures:
    """The figures of every system, or of one."""
    by_client: dict[str, ClientFigures] = {}

    def of(name: str) -> ClientFigures:
        return by_client.setdefault(name, ClientFigures(name))

    mine = _of_client(checks.c.client, client)
    for row in connection.execute(
        select(checks.c.client, checks.c.verdict, cast(func.sum(checks.c.subjects), BigInteger).label("times"))
        .where(mine)
        .group_by(checks.c.client, checks.c.verdict)
    ):
        of(row.client).by_verdict[row.verdict] = row.times
        of(row.client).checks += row.times
    leaning = _of_client(check_entries.c.client, client)
    for row in connection.execute(_triggered(leaning)):
        of(row.client).triggered = of(row.client).answered = row.decisions
    # What has no outcome is kept in a table of its own; all else that was triggered was answered.
    for row in connection.execute(
        select(awaited_outcomes.c.client, func.count().label("decisions"))
        .where(_of_client(awaited_outcomes.c.client, client))
        .group_by(awaited_outcomes.c.client)
    ):
        of(row.client).answered -= row.decisions
    for row in connection.execute(_triggered(leaning, _is_executed())):
        of(row.client).executed = row.decisions
    for row in connection.execute(
        select(outcomes.c.client, outcomes.c.state, func.count().label("times"))
        .where(_of_client(outcomes.c.client, client))
        .group_by(outcomes.c.client, outcomes.c.state)
    ):
        of(row.client).by_outcome[row.state] = row.times
    figures = tuple(by_client[name] for name in sorted(by_client))
    clocks = repair_clocks(connection)
    return LoopFigures(_total(figures), figures, _not_applied(connection, client), clocks, repair_times(clocks))


def _of_client(column: ColumnElement[str], client: str | None) -> ColumnElement[bool]:
    return column == client if client is not None else column.is_not(None)


def _triggered(*conditions: ColumnElement[bool]) -> Select[tuple[str, int]]:
    # By decision: one that was made here, at the gateway, is in the records of the system too.
    return (
        select(check_entries.c.client, func.count(distinct(check_entries.c.decision_id)).label("decisions"))
        .where(*conditions)
        .group_by(check_entries.c.client)
    )


def _is_executed() -> ColumnElement[bool]:
    """Whether a measure was applied or an incentive granted in a decision, or a measure lifted."""
    return exists().where(
        outcomes.c.decision_id == check_entries.c.decision_id,
        outcomes.c.client == check_entries.c.client,
        outcomes.c.state.in_(_DONE),
    )


def _total(figures: Sequence[ClientFigures]) -> ClientFigures:
    total = ClientFigures("")
    for each in figures:
        total.checks += each.checks
        total.triggered += each.triggered
        total.answered += each.answered
        total.executed += each.executed
        for name, times in each.by_verdict.items():
            total.by_verdict[name] = total.by_verdict.get(name, 0) + times
        for name, times in each.by_outcome.items():
            total.by_outcome[name] = total.by_outcome.get(name, 0) + times
    return total


def _not_applied(connection: Connection, client: str | None) -> tuple[NotApplied, ...]:
    times = func.count().label("times")
    statement = (
        select(outcomes.c.reason, times)
        .where(outcomes.c.state == OutcomeState.NOT_APPLIED.value, _of_client(outcomes.c.client, client))
        .group_by(outcomes.c.reason)
        .order_by(times.desc(), outcomes.c.reason)
        .limit(MAX_ROWS)
    )
    return tuple(NotApplied(row.reason, row.times) for row in connection.execute(statement))
