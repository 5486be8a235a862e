"""``POST /v1/checks`` and ``POST /v1/outcomes`` (反馈): intake with receipts; ``GET /v1/loop``: what came of it."""

from dataclasses import asdict
from http import HTTPStatus

from flask import Response
from flask_openapi3 import APIBlueprint, Tag

from gateway.accounts import EVERY_MATTER
from gateway.api.context import gateway
from gateway.api.door import client
from gateway.api.models import (
    Answer,
    FiguresAnswer,
    LoopAnswer,
    NotAppliedAnswer,
    RepairAnswer,
)
from gateway.api.problem import KEYED, responses
from gateway.database.tables import checks, outcomes
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.feedback.figures import ClientFigures, loop_figures
from gateway.feedback.records import CheckBatch, OutcomeBatch, Receipts

routes = APIBlueprint(
    "feedback",
    __name__,
    abp_tags=[Tag(name="feedback", description="反馈")],
    abp_security=[{"api_key": []}],
    abp_responses=responses(*KEYED),
    url_prefix="/v1",
)


@routes.post("/checks", responses={HTTPStatus.OK: Receipts})
def take_checks(body: CheckBatch) -> Response:
    """Take in records of checks (核查记录): at least once in, counted once; the same record, the same receipt."""
    here, sender = gateway(), client()
    for matter in {record.matter for record in body.records}:
        sender.require(matter)
    with unit_of_work(here.engine, at=here.now()) as work:
        receipts = here.intake.checks(work, sender.name, body)
    return json_of(here.intake.answer(sender.name, str(body.outbox), checks, receipts))


@routes.post("/outcomes", responses={HTTPStatus.OK: Receipts})
def take_outcomes(body: OutcomeBatch) -> Response:
    """Take in outcomes (执行反馈); a waiver among them is in the next publication."""
    here, sender = gateway(), client()
    for matter in {outcome.matter for outcome in body.outcomes}:
        sender.require(matter)
    with unit_of_work(here.engine, at=here.now()) as work:
        receipts = here.intake.outcomes(work, sender.name, body)
    return json_of(here.intake.answer(sender.name, str(body.outbox), outcomes, receipts))


@routes.get("/loop", responses={HTTPStatus.OK: LoopAnswer})
def loop() -> Response:
    """The loop in figures (闭环指标): of every system for a key that reaches every matter, else of the asking one."""
    asking = client()
    mine = None if EVERY_MATTER in asking.matters else asking.name
    with reading(gateway().engine) as connection:
        figures = loop_figures(connection, client=mine)
    return json_of(
        LoopAnswer(
            total=_figures(figures.total),
            clients=tuple(_figures(each) for each in figures.clients),
            not_applied=tuple(NotAppliedAnswer(reason=each.reason, times=each.times) for each in figures.not_applied),
            repairs=tuple(
                RepairAnswer(
                    entry=each.entry,
                    granted_at=each.granted_at,
                    published_at=each.published_at,
                    serial=each.serial,
                    seconds=each.seconds,
                    still_applied_by=each.still_applied_by,
                )
                for each in figures.repairs
            ),
        )
    )


def json_of(answer: Answer | Receipts) -> Response:
    """A model as a response."""
    return Response(answer.model_dump_json(), content_type="application/json")


def _figures(figures: ClientFigures) -> FiguresAnswer:
    return FiguresAnswer(**asdict(figures), feedback_rate=figures.feedback_rate, execution_rate=figures.execution_rate)
