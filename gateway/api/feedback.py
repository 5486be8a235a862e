"""``POST /v1/checks`` and ``POST /v1/outcomes`` (反馈): intake with receipts. What came of it: ``loop``."""

from http import HTTPStatus

from flask import Response
from flask_openapi3 import APIBlueprint, Tag

from gateway.api.context import gateway
from gateway.api.door import client
from gateway.api.models import Answer
from gateway.api.problem import KEYED, responses
from gateway.database.tables import checks, outcomes
from gateway.database.unit_of_work import unit_of_work
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
    """Take in outcomes (执行反馈); a waiver among them lifts nothing until another person has confirmed it here."""
    here, sender = gateway(), client()
    for matter in {outcome.matter for outcome in body.outcomes}:
        sender.require(matter)
    with unit_of_work(here.engine, at=here.now()) as work:
        receipts = here.intake.outcomes(work, sender.name, body)
    return json_of(here.intake.answer(sender.name, str(body.outbox), outcomes, receipts))


def json_of(answer: Answer | Receipts) -> Response:
    """A model as a response."""
    return Response(answer.model_dump_json(), content_type="application/json")
