"""``/v1/commitments`` (信用承诺): registering them, showing them, and what was found of their performance."""

from http import HTTPStatus

from flask import Response
from flask_openapi3 import APIBlueprint, Tag

from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import civil_day
from gateway.accounts import DRAFTING, EVERY_MATTER
from gateway.api.commitment_models import (
    CommitmentAnswer,
    CommitmentBody,
    CommitmentPath,
    CommitmentsPage,
    CommitmentsQuery,
    FoundAnswer,
    PerformanceBody,
    RegisteredAnswer,
)
from gateway.api.context import gateway
from gateway.api.door import client
from gateway.api.feedback import json_of
from gateway.api.problem import KEYED, responses
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.registry.commitment_search import find_commitments
from gateway.registry.commitments import NewCommitment, Publicity, register, require_commitment
from gateway.registry.performance import perform
from gateway.registry.performance_finding import PerformanceFinding

routes = APIBlueprint(
    "commitments",
    __name__,
    abp_tags=[Tag(name="commitments", description="信用承诺")],
    abp_security=[{"api_key": []}],
    abp_responses=responses(*KEYED),
    url_prefix="/v1",
)


@routes.post("/commitments", responses={HTTPStatus.CREATED: RegisteredAnswer, HTTPStatus.OK: RegisteredAnswer})
def register_commitment(body: CommitmentBody) -> Response:
    """Register a commitment (信用承诺登记); the same one again is the same one."""
    here = gateway()
    client().require_drafting()
    if body.matter:
        client().require(body.matter)
    new = NewCommitment(
        subject=Subject.parse(body.subject),
        **{
            name: getattr(body, name)
            for name in ("committer", "type", "matter", "cause", "content", "liability", "authority", "authority_code")
        },
        made_on=body.made_on,
        valid_until=body.valid_until,
        publicity=body.publicity,
        remark=body.remark,
    )
    with unit_of_work(here.engine, at=here.now()) as work:
        done = register(work, here.keys, new, by=body.by)
    answer = json_of(RegisteredAnswer(commitment=done.code, repeated=done.is_repeated))
    answer.status_code = HTTPStatus.OK if done.is_repeated else HTTPStatus.CREATED
    return answer


@routes.get("/commitments", responses={HTTPStatus.OK: CommitmentsPage})
def commitments(query: CommitmentsQuery) -> Response:
    """Commitments, page by page: the public ones, and more of its own matters for a key that may hand in."""
    here, asking = gateway(), client()
    subject = Subject.parse(query.subject) if query.subject else None
    if subject is not None and (subject.is_natural_person or subject.is_masked):
        raise InvalidRequestError(
            "只能查询机构，并须写明完整代码 / Only organisations can be asked for, by their whole number."
        )
    is_insider = DRAFTING in asking.matters
    sees_all = is_insider and EVERY_MATTER in asking.matters
    with reading(here.engine) as connection:
        found = find_commitments(
            connection,
            subject_keys=subject.lookup_keys if subject else None,
            matter=query.matter,
            state=query.state,
            publicity=(Publicity.PUBLIC, Publicity.RESTRICTED) if is_insider else (Publicity.PUBLIC,),
            as_published_on=None if sees_all else civil_day(here.now()),
            inside=asking.matters - {DRAFTING} if is_insider else (),
            after=query.after,
            limit=query.limit + 1,
        )
    page = tuple(CommitmentAnswer.model_validate(each) for each in found[: query.limit])
    return json_of(CommitmentsPage(commitments=page, next=page[-1].code if len(found) > query.limit else None))


@routes.post(
    "/commitments/<code>/performance",
    responses={HTTPStatus.ACCEPTED: FoundAnswer, HTTPStatus.CREATED: FoundAnswer},
)
def perform_commitment(path: CommitmentPath, body: PerformanceBody) -> Response:
    """Hand in what was found (践诺认定); against the committer it takes effect when a second person confirms it."""
    here = gateway()
    client().require_drafting()
    finding = PerformanceFinding(**{name: getattr(body, name) for name in PerformanceBody.model_fields if name != "by"})
    with unit_of_work(here.engine, at=here.now()) as work:
        matter = require_commitment(work.connection, path.code).matter
        if matter:
            client().require(matter)
        found = perform(work, path.code, finding, by=body.by)
    answer = json_of(FoundAnswer(commitment=found.commitment, finding=found.id, state=found.state, entry=found.entry))
    answer.status_code = HTTPStatus.ACCEPTED if finding.is_adverse else HTTPStatus.CREATED
    return answer
