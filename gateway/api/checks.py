"""``POST /v1/check`` and ``POST /v1/screen``: the library's answer, for hosts in other languages."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus

import msgspec
from flask import Response
from flask_openapi3 import APIBlueprint, Tag

from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.view import View
from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model.finding import Principal
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import civil_day
from gateway.api.context import gateway
from gateway.api.door import client
from gateway.api.identity import decision_id
from gateway.api.models import CheckBody, DecisionAnswer, RowProblem, ScreenAnswer, ScreenBody
from gateway.api.problem import KEYED, responses
from gateway.database.unit_of_work import unit_of_work
from gateway.feedback.online import PersonQuery, record_check
from gateway.intake.values import without_personal_numbers
from gateway.publishing.principals import PrincipalsView, with_named_persons
from gateway.publishing.view import GatewayView
from gateway.registry.person_queries import Warrant

routes = APIBlueprint(
    "checks",
    __name__,
    abp_tags=[Tag(name="check", description="核查")],
    abp_security=[{"api_key": []}],
    abp_responses=responses(*KEYED),
    url_prefix="/v1",
)


@routes.post("/check", responses={HTTPStatus.OK: DecisionAnswer})
def check(body: CheckBody) -> Response:
    """Check one subject in one matter (核查): the same decision, byte for byte, as from the library."""
    here = gateway()
    client().require(body.matter)
    subject = Subject.parse(body.subject)
    principals = tuple(Principal(Subject.parse(one.subject), one.role) for one in body.principals)
    about_persons = _about_persons(body, (subject, *(one.subject for one in principals)))
    now = here.now()
    on = body.on or civil_day(now)
    with here.views.open() as view:
        if isinstance(view, GatewayView):
            asked = with_named_persons(view, here.keys, principals, subject=subject, matter=body.matter, on=on)
        else:
            asked = PrincipalsView(view, {})
        decision = evaluate(
            subject,
            body.matter,
            on,
            asked,
            now,
            principals=principals,
            facts=body.facts,
            # The case is in the answer and in the record, and somebody's number may have got into it.
            case=None if body.case is None else without_personal_numbers(body.case),
            decision_id=decision_id(now),
        )
        decision = asked.told(decision)
    with unit_of_work(here.engine, at=now) as work:
        record_check(work, client().name, decision, here.keys, about_persons=about_persons)
    here.metrics.checked(decision.matter, decision.verdict.value)
    return Response(decision.to_json(), content_type="application/json")


@routes.post("/screen", responses={HTTPStatus.OK: ScreenAnswer})
def screen(body: ScreenBody) -> Response:
    """Screen many subjects in one matter (批量筛查), all on one publication; a bad row is a row of the answer."""
    here = gateway()
    client().require(body.matter)
    now = here.now()
    parsed = [_parsed(text) for text in body.subjects]
    with here.views.open() as view:
        if isinstance(view, GatewayView):
            view.fetch([each for each in parsed if isinstance(each, Subject)])
        rows = [_row(number, each, body, view, now) for number, each in enumerate(parsed, start=1)]
        head = msgspec.json.encode({"serial": view.state.serial, "map_root": view.state.map_root})
    with unit_of_work(here.engine, at=now) as work:
        work.ledger.append(
            "matter:subjects:screen",
            client().name,
            {"matter": body.matter, "rows": len(rows), "serial": view.state.serial},
        )
    return Response(head[:-1] + b',"rows":[' + b",".join(rows) + b"]}", content_type="application/json")


def _row(number: int, subject: Subject | RowProblem, body: ScreenBody, view: View, now: datetime) -> bytes:
    if isinstance(subject, RowProblem):
        return msgspec.json.encode({"row": number, "decision": None, "error": subject.model_dump()})
    on = body.on or civil_day(now)
    decision = evaluate(subject, body.matter, on, view, now, facts=body.facts, decision_id=decision_id(now))
    gateway().metrics.checked(decision.matter, decision.verdict.value)
    return b'{"row":%d,"decision":%b,"error":null}' % (number, decision.to_json())


def _parsed(text: str) -> Subject | RowProblem:
    try:
        subject = Subject.parse(text)
    except InvalidSubjectError as error:
        return RowProblem(code=error.code, detail=str(error), hint=error.hint)
    if subject.is_natural_person:
        return RowProblem(
            code="subject.person",
            detail="自然人不得批量核查，每次核查须各自写明目的和依据 / "
            "Natural persons are not screened in bulk: each check of one needs its own purpose and basis.",
            hint="请逐一核查 / Check them one by one with POST /v1/check.",
        )
    if subject.is_masked:
        return RowProblem(
            code="subject.masked",
            detail="号码有遮蔽，可能是多个主体 / Part of the number is hidden, so it could be several subjects.",
            hint="请提供完整号码 / Send the whole number.",
        )
    return subject


def _about_persons(body: CheckBody, asked: Sequence[Subject]) -> PersonQuery | None:
    """Why the natural persons among those asked about may be, None where there are none."""
    if not any(each.is_natural_person for each in asked):
        return None
    warrant = Warrant.stated(body.purpose, body.legal_basis, body.basis_document)
    return PersonQuery(warrant, gateway().home.settings.person_query_years)
