"""``/v1/objections`` and ``/v1/repairs``: what the listed ask for, through the systems of departments (异议、信用修复).

A system takes requests in and sees those that came through it. Deciding takes two people and stays at the gateway: one
key cannot stand for both.
"""

from datetime import datetime
from http import HTTPStatus

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from sqlalchemy import Connection

from credit_sdk.model.term import civil_day
from gateway.api.context import gateway
from gateway.api.door import client
from gateway.api.feedback import json_of
from gateway.api.problem import KEYED, responses
from gateway.api.request_models import (
    ObjectionAnswer,
    ObjectionBody,
    ObjectionsPage,
    ObjectionsQuery,
    RepairApplicationAnswer,
    RepairBody,
    RepairsPage,
    RepairsQuery,
)
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.registry import objections, repair_applications, repairs
from gateway.registry.periods import PeriodLaw
from gateway.registry.repair_applications import Papers
from gateway.registry.replies import objection_json, repair_json
from gateway.registry.time_limits import reminders_of

routes = APIBlueprint(
    "requests",
    __name__,
    abp_tags=[Tag(name="requests", description="异议、信用修复")],
    abp_security=[{"api_key": []}],
    abp_responses=responses(*KEYED),
    url_prefix="/v1",
)


@routes.post("/objections", responses={HTTPStatus.CREATED: ObjectionAnswer})
def file_objection(body: ObjectionBody) -> Response:
    """Take in an objection (异议); the entry is marked with the next publication."""
    here = gateway()
    client().require_drafting()
    with unit_of_work(here.engine, at=here.now()) as work:
        number = objections.file(
            work,
            body.entry,
            about=body.about,
            applicant=body.applicant,
            grounds=body.grounds,
            by=body.by,
            filed_on=body.filed_on,
            needs_verification=body.needs_verification,
            channel=client().name,
        )
        told = _objection(work.connection, number, _law(work.connection, work.at))
    answer = json_of(told)
    answer.status_code = HTTPStatus.CREATED
    return answer


@routes.get("/objections", responses={HTTPStatus.OK: ObjectionsPage})
def list_objections(query: ObjectionsQuery) -> Response:
    """Objections that came through the asking system, page by page (异议查询)."""
    client().require_drafting()
    with reading(gateway().engine) as connection:
        law = _law(connection, gateway().now())
        found = objections.find(
            connection,
            state=query.state,
            entry=query.entry,
            channel=client().name,
            behind=query.after,
            limit=query.limit + 1,
        )
        page = [_objection(connection, row.id, law) for row in found[: query.limit]]
    following = page[-1].objection if len(found) > query.limit else None
    return json_of(ObjectionsPage(objections=tuple(page), next=following))


@routes.post("/repairs", responses={HTTPStatus.CREATED: RepairApplicationAnswer})
def apply_for_repair(body: RepairBody) -> Response:
    """Take in an application for repair (信用修复申请): free, with proof and commitment and nothing else."""
    here = gateway()
    client().require_drafting()
    with unit_of_work(here.engine, at=here.now()) as work:
        number = repair_applications.apply(
            work,
            body.entry,
            Papers(body.proof, body.commitment),
            applicant=body.applicant,
            by=body.by,
            applied_on=body.applied_on,
            period=body.period,
            channel=client().name,
        )
        told = _repair(work.connection, number, _law(work.connection, work.at))
    answer = json_of(told)
    answer.status_code = HTTPStatus.CREATED
    return answer


@routes.get("/repairs", responses={HTTPStatus.OK: RepairsPage})
def list_repairs(query: RepairsQuery) -> Response:
    """Applications that came through the asking system, page by page (信用修复申请查询)."""
    client().require_drafting()
    with reading(gateway().engine) as connection:
        law = _law(connection, gateway().now())
        found = repairs.find(
            connection,
            state=query.state,
            entry=query.entry,
            channel=client().name,
            behind=query.after,
            limit=query.limit + 1,
        )
        page = [_repair(connection, row.id, law) for row in found[: query.limit]]
    following = page[-1].repair if len(found) > query.limit else None
    return json_of(RepairsPage(repairs=tuple(page), next=following))


def _repair(connection: Connection, number: str, law: PeriodLaw) -> RepairApplicationAnswer:
    return RepairApplicationAnswer.model_validate(repair_json(connection, repairs.show(connection, number), law))


def _objection(connection: Connection, number: str, law: PeriodLaw) -> ObjectionAnswer:
    return ObjectionAnswer.model_validate(objection_json(connection, objections.show(connection, number), law))


def _law(connection: Connection, at: datetime) -> PeriodLaw:
    return PeriodLaw.load(connection, civil_day(at), reminders_of(gateway().home.settings))
