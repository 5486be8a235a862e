"""``GET /v1/loop``, ``/v1/deadlines``, ``/v1/standing``: what came of the feedback, and what is left to do."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from http import HTTPStatus

from flask import Response
from flask_openapi3 import APIBlueprint, Tag

from credit_sdk.model.identifier import MASK
from credit_sdk.model.term import civil_day
from gateway.accounts import EVERY_MATTER
from gateway.api.context import gateway
from gateway.api.door import client
from gateway.api.feedback import json_of
from gateway.api.loop_models import (
    DeadlineAnswer,
    DeadlineCountAnswer,
    DeadlinesAnswer,
    DeadlinesQuery,
    FiguresAnswer,
    LoopAnswer,
    NotAppliedAnswer,
    PublicationTimesAnswer,
    RepairAnswer,
    RepairTimesAnswer,
    StandingAnswer,
    StandingMeasure,
    StandingQuery,
)
from gateway.api.problem import KEYED, responses
from gateway.database.unit_of_work import reading
from gateway.feedback.figures import ClientFigures, loop_figures
from gateway.feedback.recall import open_notices
from gateway.feedback.repair_clock import RepairClock
from gateway.feedback.standing import law_today, standing, standing_counts
from gateway.registry.deadlines import Deadline, DeadlineCount, counts, deadlines
from gateway.registry.periods import PeriodLaw
from gateway.registry.publication_times import publication_times
from gateway.registry.time_limits import reminders_of
from gateway.registry.waiting import Duty

routes = APIBlueprint(
    "loop",
    __name__,
    abp_tags=[Tag(name="loop", description="闭环")],
    abp_security=[{"api_key": []}],
    abp_responses=responses(*KEYED),
    url_prefix="/v1",
)


@routes.get("/loop", responses={HTTPStatus.OK: LoopAnswer})
def loop() -> Response:
    """The loop in figures (闭环指标): of every system for a key that reaches every matter, else of the asking one."""
    here, mine = gateway(), _part()
    today = civil_day(here.now())
    with reading(here.engine) as connection:
        figures = loop_figures(connection, client=mine)
        periods = PeriodLaw.load(connection, today, reminders_of(here.home.settings))
        waiting = counts(connection, periods, today, client=mine)
        unread = open_notices(connection, client=mine)
        standing_by = standing_counts(connection, law_today(connection, today), today, client=mine)
    return json_of(
        LoopAnswer(
            total=_figures(figures.total),
            clients=tuple(_figures(each) for each in figures.clients),
            not_applied=tuple(NotAppliedAnswer(reason=each.reason, times=each.times) for each in figures.not_applied),
            repairs=tuple(_repair(each) for each in _of(figures.repairs, mine)),
            repair_times=RepairTimesAnswer(**asdict(figures.repair_times)),
            deadlines=tuple(_count(each) for each in waiting),
            open_notices=unread,
            standing=standing_by,
        )
    )


@routes.get("/deadlines", responses={HTTPStatus.OK: DeadlinesAnswer})
def due(query: DeadlinesQuery) -> Response:
    """What is due and overdue (办理时限), soonest first; a key of some matters sees the feedback its system owes."""
    here, mine = gateway(), _part()
    today = query.on or civil_day(here.now())
    with reading(here.engine) as connection:
        periods = PeriodLaw.load(connection, today, reminders_of(here.home.settings))
        found, by_act = deadlines(
            connection, periods, today, client=mine, overdue_only=query.overdue, limit=query.limit
        )
        times = publication_times(connection, periods, today) if mine is None else None
    return json_of(
        DeadlinesAnswer(
            on=today,
            counts=tuple(_count(each) for each in by_act),
            publication=PublicationTimesAnswer(**asdict(times)) if times else None,
            deadlines=tuple(_deadline(each) for each in found),
        )
    )


@routes.get("/standing", responses={HTTPStatus.OK: StandingAnswer})
def standing_measures(query: StandingQuery) -> Response:
    """Measures the asking system applies though their basis is gone (应解除未解除); of no other system."""
    here, asking = gateway(), client()
    today = civil_day(here.now())
    with reading(here.engine) as connection:
        law = law_today(connection, today)
        found = standing(connection, law, today, client=asking.name, limit=query.limit)
        total = standing_counts(connection, law, today, client=asking.name).get(asking.name, 0)
    return json_of(
        StandingAnswer(
            total=total,
            standing=tuple(
                StandingMeasure(**{name: value for name, value in asdict(each).items() if name != "client"})
                for each in found
            ),
        )
    )


def _part() -> str | None:
    """Whose figures the asking key sees; None for everybody's."""
    asking = client()
    return None if EVERY_MATTER in asking.matters else asking.name


def _of(clocks: Sequence[RepairClock], mine: str | None) -> list[RepairClock]:
    """Repairs as far as they are the asking system's: those it still applies a measure for, and no other system."""
    if mine is None:
        return list(clocks)
    return [replace(each, still_applied_by=(mine,)) for each in clocks if mine in each.still_applied_by]


def _figures(figures: ClientFigures) -> FiguresAnswer:
    return FiguresAnswer(**asdict(figures), feedback_rate=figures.feedback_rate, execution_rate=figures.execution_rate)


def _repair(clock: RepairClock) -> RepairAnswer:
    return RepairAnswer(**asdict(clock), seconds=clock.seconds, clear_seconds=clock.clear_seconds)


def _count(count: DeadlineCount) -> DeadlineCountAnswer:
    numbers = {name: number for name, number in asdict(count).items() if name != "duty"}
    return DeadlineCountAnswer(act=count.duty, **numbers)


def _deadline(each: Deadline) -> DeadlineAnswer:
    return DeadlineAnswer(
        act=each.duty,
        reference=each.reference,
        entry=each.entry,
        list=each.list,
        # Who is in a draft has not been listed, and a waiver is not granted yet: that is told to the people who decide
        # it, not to every system.
        # Nor is it told which natural person waits for something: asking about one takes purpose and legal basis.
        subject="" if each.duty in {Duty.PUBLICITY, Duty.WAIVER} or MASK in each.subject else each.subject,
        matter=each.matter,
        case=each.case,
        who=each.who,
        since_on=each.since_on,
        due_on=each.due_on,
        unknown_year=each.unknown_year,
        working_days_left=each.working_days_left,
        state=each.state,
        ground=each.limit.ground,
        period=each.limit.period,
        instrument=each.limit.instrument,
        basis=each.limit.basis,
    )
