"""``GET /v1/subjects/{uscc}/report`` and ``/v1/reports/{number}`` (信用报告): handing over and checking."""

from http import HTTPStatus

from flask import Response, request
from flask_openapi3 import APIBlueprint, Tag

from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.subject import Subject
from gateway.api.context import gateway
from gateway.api.door import client, open_to_all
from gateway.api.feedback import json_of
from gateway.api.models import SubjectPath
from gateway.api.problem import KEYED, refusal, responses
from gateway.api.report_models import GenuineAnswer, ReportAnswer, ReportPath, ReportQuery
from gateway.publishing.keyring import Keyring
from gateway.reporting.issue import ReportDesk
from gateway.reporting.pages import CONTENT_SECURITY_POLICY, page
from gateway.reporting.pdf import pdf
from gateway.reporting.report_file import SignedReport, sealed_pages

_JSON, _HTML, _PDF = "application/json", "text/html", "application/pdf"

routes = APIBlueprint(
    "reports",
    __name__,
    abp_tags=[Tag(name="reports", description="信用报告")],
    abp_security=[{"api_key": []}],
    abp_responses=responses(*KEYED, HTTPStatus.NOT_ACCEPTABLE),
    url_prefix="/v1",
)


@routes.get("/subjects/<uscc>/report", responses={HTTPStatus.OK: ReportAnswer})
def report(path: SubjectPath) -> Response:
    """The credit report of an organisation, signed and numbered; JSON, HTML or PDF by ``Accept``."""
    here = gateway()
    wanted = request.accept_mimetypes
    kind = wanted.best_match((_JSON, _HTML, _PDF)) if wanted.provided else _JSON
    if kind is None:
        return refusal(
            HTTPStatus.NOT_ACCEPTABLE,
            "http.406",
            "信用报告只有JSON、HTML和PDF三种形式 / A report is JSON, HTML or PDF.",
            hint=f"请求头可写 / Accept: {_JSON}, {_HTML} or {_PDF}.",
        )
    subject = Subject.parse(path.uscc)
    if subject.is_natural_person or subject.is_masked:
        raise InvalidRequestError(
            "只出具机构的信用报告，并须写明完整代码 / There are reports of organisations only, by their whole number.",
            hint="自然人须写明目的和依据，请用 POST /v1/check / Ask about a person so, with purpose and basis.",
        )
    made = _desk().issue(subject, by=client().name, now=here.now())
    if kind == _JSON:
        return Response(made.to_bytes(), content_type=_JSON)
    if kind == _PDF:
        return _pdf(made)
    response = Response(page(made), content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response


@routes.get("/reports/<number>", responses={HTTPStatus.OK: GenuineAnswer})
@open_to_all
def genuine(path: ReportPath, query: ReportQuery) -> Response:
    """Whether a report is genuine (查验), by its number and verification code together."""
    here = gateway()
    found = _desk().check(path.number, query.code, now=here.now())
    return json_of(
        GenuineAnswer(
            number=found.number,
            digest=found.digest,
            subject=found.subject,
            name=found.name,
            issuer=here.home.settings.origin,
            issued_at=found.issued_at,
            serial=found.serial,
            superseded=found.is_superseded,
            counts=dict(found.counts),
        )
    )


def _pdf(made: SignedReport) -> Response:
    here = gateway()
    data = sealed_pages(here.folder, Keyring(here.home.keys), made, pdf(made), here.now())
    response = Response(data, content_type=_PDF)
    response.headers["Content-Disposition"] = f'attachment; filename="credit-report-{made.number}.pdf"'
    return response


def _desk() -> ReportDesk:
    here = gateway()
    return ReportDesk(here.engine, here.views, here.folder, Keyring(here.home.keys), here.home.settings.origin)
