"""``GET /v1/batches/{batch}/report``: the quality report of an import, for the systems that hand determinations in."""

from http import HTTPStatus

from flask import Response, request
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from gateway.api.context import gateway
from gateway.api.door import client
from gateway.api.models import Answer, Request
from gateway.api.problem import KEYED, refusal, responses
from gateway.database.columns import canonical_json
from gateway.database.unit_of_work import reading
from gateway.intake.batches import report_of
from gateway.intake.printing import page, workbook

routes = APIBlueprint(
    "batches",
    __name__,
    abp_tags=[Tag(name="batches", description="归集质量")],
    abp_security=[{"api_key": []}],
    abp_responses=responses(*KEYED),
    url_prefix="/v1",
)
JSON, HTML = "application/json", "text/html"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NO_SCRIPTS = "default-src 'none'; style-src 'unsafe-inline'"


class BatchPath(Request):
    """Which batch."""

    batch: str = Field(min_length=1, max_length=64)


class BatchReport(Answer):
    """The quality report of one import (数据质量报告); the main keys are named."""

    batch: str
    list: str
    rows: int
    accepted: int
    rejected: int


@routes.get("/batches/<batch>/report", responses={HTTPStatus.OK: BatchReport})
def batch_report(path: BatchPath) -> Response:
    """The quality report of a batch (数据质量报告), as JSON, as a page to print or as a workbook, by ``Accept``.

    It repeats what was wrong in the rows, so it is for the system they came from and no other.
    """
    client().require_drafting()
    here = gateway()
    wanted = request.accept_mimetypes.best_match([JSON, HTML, XLSX]) if request.accept_mimetypes else JSON
    if wanted is None:
        return refusal(
            HTTPStatus.NOT_ACCEPTABLE,
            "http.406",
            "本报告只有JSON、网页和工作簿三种形式 / The report is there as JSON, as a page and as a workbook only.",
            hint=f"请求头可写 / Accept: {JSON}, {HTML}, {XLSX}.",
        )
    with reading(here.engine) as connection:
        report = report_of(connection, path.batch, channel=client().name)
    as_of = here.now()
    if wanted == HTML:
        response = Response(page(report, as_of=as_of), content_type=f"{HTML}; charset=utf-8")
        response.headers["Content-Security-Policy"] = _NO_SCRIPTS
    elif wanted == XLSX:
        response = Response(workbook(report, as_of=as_of), content_type=XLSX)
        response.headers["Content-Disposition"] = f'attachment; filename="batch-{report["batch"]}.xlsx"'
    else:
        response = Response(canonical_json(report), content_type=JSON)
    response.headers["Vary"] = "Accept"
    return response
