"""``GET /v1/waivers``: what became of the waivers (豁免) that a system's officers asked for.

A system asks with its outcomes. Confirming stays at the gateway: one key cannot stand for two people.
"""

from http import HTTPStatus

from flask import Response
from flask_openapi3 import APIBlueprint, Tag

from credit_sdk.model.term import civil_day
from gateway.api.context import gateway
from gateway.api.door import client
from gateway.api.feedback import json_of
from gateway.api.problem import KEYED, responses
from gateway.api.waiver_models import AskedWaiverAnswer, WaiversPage, WaiversQuery
from gateway.database.unit_of_work import reading
from gateway.registry.periods import PeriodLaw
from gateway.registry.waiver_register import find
from gateway.registry.waiver_replies import waiver_json

routes = APIBlueprint(
    "waivers",
    __name__,
    abp_tags=[Tag(name="waivers", description="豁免")],
    abp_security=[{"api_key": []}],
    abp_responses=responses(*KEYED),
    url_prefix="/v1",
)


@routes.get("/waivers", responses={HTTPStatus.OK: WaiversPage})
def list_waivers(query: WaiversQuery) -> Response:
    """Waivers that the asking system's outcomes asked for, page by page (豁免查询); of no other system."""
    here = gateway()
    today = civil_day(here.now())
    with reading(here.engine) as connection:
        law = PeriodLaw.load(connection, today)
        found = find(connection, state=query.state, client=client().name, behind=query.after, limit=query.limit + 1)
        page = tuple(
            AskedWaiverAnswer.model_validate(waiver_json(connection, row, law, today)) for row in found[: query.limit]
        )
    return json_of(WaiversPage(waivers=page, next=page[-1].waiver if len(found) > query.limit else None))
