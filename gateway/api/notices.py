"""``GET /v1/notices`` and their acknowledgement: decisions that leaned on an entry which was wrong (影响追溯)."""

from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from gateway.api.context import gateway
from gateway.api.door import client
from gateway.api.feedback import json_of
from gateway.api.models import MAX_PAGE, Answer, Request
from gateway.api.problem import KEYED, responses
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.feedback.notice import Notice
from gateway.feedback.recall import acknowledge, notices, open_notices

routes = APIBlueprint(
    "notices",
    __name__,
    abp_tags=[Tag(name="notices", description="追溯通知")],
    abp_security=[{"api_key": []}],
    abp_responses=responses(*KEYED),
    url_prefix="/v1",
)

_NUMBER = 2**53 - 1
Stated = Annotated[str, Field(min_length=1, pattern=r"\S")]


class NoticesQuery(Request):
    """Which notices, page by page; open ones are read from the beginning."""

    open: bool = False
    after: int = Field(default=0, ge=0, le=_NUMBER, description="`next` of the page before.")
    limit: int = Field(default=100, ge=1, le=MAX_PAGE)


class NoticePath(Request):
    """Which notice."""

    id: int = Field(ge=1, le=_NUMBER)


class AcknowledgementBody(Request):
    """What was done about a notice, and by whom; the same again changes nothing."""

    by: Stated = Field(max_length=200)
    done: Stated = Field(max_length=2000)


class ChangeAnswer(Answer):
    """One particular that a correction changed."""

    name: str
    before: str
    after: str


class AcknowledgementAnswer(Answer):
    """What the system did about it (处理回执)."""

    by: str
    done: str
    at: datetime


class NoticeAnswer(Answer):
    """One decision that leaned on an entry which was revoked or corrected (追溯通知)."""

    id: int
    decision_id: str
    case: str
    matter: str
    subject: str
    verdict: str
    decided_at: datetime
    entry: str
    list: str
    became: str
    since_at: datetime
    document_no: str
    reason: str
    replaced_by: str
    replacement_state: str
    changed: tuple[ChangeAnswer, ...]
    advice: str
    acknowledgement: AcknowledgementAnswer | None


class NoticesPage(Answer):
    """One page of notices; ``next`` is None on the last, ``open`` counts what waits to be acknowledged."""

    notices: tuple[NoticeAnswer, ...]
    next: int | None
    open: int


@routes.get("/notices", responses={HTTPStatus.OK: NoticesPage})
def mine(query: NoticesQuery) -> Response:
    """Decisions of the asking system that leaned on an entry which was revoked or corrected; of no other system."""
    asking = client()
    with reading(gateway().engine) as connection:
        found = notices(connection, client=asking.name, open_only=query.open, after=query.after, limit=query.limit + 1)
        waiting = open_notices(connection, client=asking.name).get(asking.name, 0)
    page = found[: query.limit]
    return json_of(
        NoticesPage(
            notices=tuple(_notice(each) for each in page),
            next=page[-1].id if len(found) > query.limit else None,
            open=waiting,
        )
    )


@routes.post("/notices/<id>/acknowledgement", responses={HTTPStatus.OK: NoticeAnswer})
def take_acknowledgement(path: NoticePath, body: AcknowledgementBody) -> Response:
    """Acknowledge a notice: who looked at the case again, and what was done."""
    here = gateway()
    with unit_of_work(here.engine, at=here.now()) as work:
        noted = acknowledge(work, client().name, path.id, by=body.by, done=body.done)
    return json_of(_notice(noted))


def _notice(notice: Notice) -> NoticeAnswer:
    return NoticeAnswer(**{name: value for name, value in asdict(notice).items() if name != "client"})
