"""Deadlines (办理时限): what is due when, by whom, and what is over.

A term is open, due soon, overdue, or not known: a last day that lies in a year without a published calendar is said to
be unknown and never guessed. What the law sets no limit for stays open without a last day.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection

from gateway.registry.periods import PeriodLaw
from gateway.registry.time_limits import LawAct, TimeLimit
from gateway.registry.waiting import Duty, Waiting, waiting
from gateway.registry.working_days import Due, working_days_after, working_days_between

SOON_WORKING_DAYS = 3


class TermState(StrEnum):
    """How a term stands on a day."""

    OPEN = "open"
    SOON = "soon"
    OVERDUE = "overdue"
    UNKNOWN = "unknown"
    UNLIMITED = "unlimited"


@dataclass(frozen=True, slots=True)
class Deadline:
    """One thing somebody must do in time (待办时限).

    Attributes:
        reference: Id of the entry, objection, repair or decision that waits.
        entry: Id of the entry it is about; of a decision that found several, the first.
        subject: Masked; empty where the registry does not hold the subject.
        who: Who must act.
        due_on: Last day; None where there is no limit or it is unknown.
        unknown_year: Year whose calendar would have to be known, else 0.
        working_days_left: Up to and with the last day; negative when it is over, None when nobody can say.
    """

    duty: Duty
    reference: str
    entry: str
    list: str
    subject: str
    matter: str
    case: str
    who: str
    since_on: date
    due_on: date | None
    unknown_year: int
    working_days_left: int | None
    state: TermState
    limit: TimeLimit


@dataclass(frozen=True, slots=True)
class DeadlineCount:
    """How many wait for one kind of act.

    Attributes:
        open: All of them; the others are parts of it.
        soon: Due within three working days.
        unknown: For want of a calendar nobody can say when it is due.
        unlimited: No time limit in force (未设法定期限).
    """

    duty: Duty
    open: int
    soon: int
    overdue: int
    unknown: int
    unlimited: int


class _Term(NamedTuple):
    group: Waiting
    limit: TimeLimit
    since_on: date
    due: Due | None
    state: TermState


def state_of(due: Due | None, today: date) -> TermState:
    """How a term stands today; ``due`` is None where there is no limit."""
    if due is None:
        return TermState.UNLIMITED
    is_overdue = due.is_overdue(today)
    if is_overdue is None:
        return TermState.UNKNOWN
    if is_overdue:
        return TermState.OVERDUE
    if due.on is None:
        # It ends in a year without a calendar; whether that is soon depends on the days this year still has.
        return TermState.UNKNOWN
    soon = working_days_after(today, SOON_WORKING_DAYS)
    # Where even the next days are beyond the calendar, a day that is within it is one of them.
    return TermState.SOON if soon.on is None or due.on <= soon.on else TermState.OPEN


def days_left(due: Due | None, today: date) -> int | None:
    """Working days left, negative when over; None where nobody can say or there is no limit."""
    if due is None or due.on is None:
        return None
    if due.on >= today:
        return working_days_between(today, due.on)
    over = working_days_between(due.on, today)
    return None if over is None else -over


def deadlines(
    connection: Connection,
    law: PeriodLaw,
    today: date,
    *,
    client: str | None = None,
    overdue_only: bool = False,
    limit: int = 100,
) -> tuple[tuple[Deadline, ...], tuple[DeadlineCount, ...]]:
    """What waits, soonest first, at most ``limit`` of it, and how much there is of each kind.

    What is overdue for certain stands first, what has no known last day last.

    Args:
        connection: Reads the registry.
        law: The periods of the law, with the reminders of this gateway.
        today: The day by which terms are judged.
        client: Only the feedback that this system owes.
        overdue_only: Leave out what is not overdue for certain.
        limit: How many at most; the counts are of all.
    """
    terms = _terms(connection, law, today, client)
    wanted = [each for each in terms if each.state is TermState.OVERDUE] if overdue_only else terms
    found: list[Deadline] = []
    for term in sorted(wanted, key=_soonest):
        if len(found) >= limit:
            break
        found.extend(_read(connection, term, today, limit - len(found)))
    return tuple(found), counted((each.group.duty, each.state, each.group.count) for each in terms)


def counts(
    connection: Connection, law: PeriodLaw, today: date, *, client: str | None = None
) -> tuple[DeadlineCount, ...]:
    """How much waits of each kind, and how it stands."""
    terms = _terms(connection, law, today, client)
    return counted((each.group.duty, each.state, each.group.count) for each in terms)


def counted(found: Iterable[tuple[Duty, TermState, int]]) -> tuple[DeadlineCount, ...]:
    """The counts of every kind, those of which nothing waits included."""
    totals: Counter[tuple[Duty, TermState]] = Counter()
    for duty, state, times in found:
        totals[duty, state] += times
    return tuple(
        DeadlineCount(
            duty,
            open=sum(totals[duty, state] for state in TermState),
            soon=totals[duty, TermState.SOON],
            overdue=totals[duty, TermState.OVERDUE],
            unknown=totals[duty, TermState.UNKNOWN],
            unlimited=totals[duty, TermState.UNLIMITED],
        )
        for duty in Duty
    )


def _terms(connection: Connection, law: PeriodLaw, today: date, client: str | None) -> list[_Term]:
    terms = []
    states: dict[Due | None, TermState] = {}
    for group in waiting(connection, law.sectors(LawAct.PUBLICITY), client=client):
        limit = law.limit(group.law_act, group.list, group.since_on, group.sector)
        since = group.began.get(limit.counts_from, group.since_on)
        due = law.due(limit, since)
        if due not in states:
            states[due] = state_of(due, today)
        terms.append(_Term(group, limit, since, due, states[due]))
    return terms


def _soonest(term: _Term) -> tuple[int, date, str, str]:
    if term.due is None:
        return 2, term.since_on, term.group.duty, term.group.list
    if term.due.on is None:
        return 1, term.since_on, term.group.duty, term.group.list
    return 0, term.due.on, term.group.duty, term.group.list


def _read(connection: Connection, term: _Term, today: date, limit: int) -> Iterator[Deadline]:
    left = days_left(term.due, today)
    for row in connection.execute(term.group.rows().limit(limit)):
        yield Deadline(
            duty=term.group.duty,
            reference=row.reference,
            entry=row.entry,
            list=row.list,
            subject=row.masked,
            matter=row.matter,
            case=row.case_ref,
            who=row.who,
            since_on=term.since_on,
            due_on=term.due.on if term.due else None,
            unknown_year=term.due.unknown_year if term.due else 0,
            working_days_left=left,
            state=term.state,
            limit=term.limit,
        )
