"""``POST /v1/entries`` and ``/v1/determinations``: what departments' systems hand in, and what became of it (认定登记).

Both go through the door that files go through, so that the same rules hold. Everything is a draft until a second person
confirms it at the gateway: one key cannot stand for two people.
"""

import csv
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path

from flask import Response
from flask_openapi3 import APIBlueprint, Tag

from credit_sdk.model.subject import Subject
from gateway.api.context import gateway
from gateway.api.determination_models import (
    DeterminationAnswer,
    DeterminationBody,
    DeterminationsPage,
    DeterminationsQuery,
    DraftRow,
    DraftsAnswer,
    DraftsBody,
)
from gateway.api.door import client
from gateway.api.feedback import json_of
from gateway.api.problem import KEYED, responses
from gateway.database.unit_of_work import reading
from gateway.intake.batches import ImportResult
from gateway.intake.imports import import_file
from gateway.problems import ConflictError
from gateway.registry.determination_search import (
    Determination,
    determinations_through,
    latest_determination,
)

routes = APIBlueprint(
    "determinations",
    __name__,
    abp_tags=[Tag(name="determinations", description="认定登记")],
    abp_security=[{"api_key": []}],
    abp_responses=responses(*KEYED),
    url_prefix="/v1",
)


@routes.post("/entries", responses={HTTPStatus.ACCEPTED: DraftsAnswer})
def draft(body: DraftsBody) -> Response:
    """Hand determinations in as drafts (认定登记); they take effect when a second person confirms the batch."""
    client().require_drafting()
    done = _handed_in(body.rows, body.list, body.by)
    answer = json_of(DraftsAnswer(batch=done.batch, accepted=done.accepted, rejected=done.rejected))
    answer.status_code = HTTPStatus.ACCEPTED
    return answer


@routes.post("/determinations", responses={HTTPStatus.ACCEPTED: DeterminationAnswer})
def determine(body: DeterminationBody) -> Response:
    """Hand one determination in as a draft (认定登记); what would be set aside of a file is refused, and said why."""
    client().require_drafting()
    row = DraftRow.model_validate(body.model_dump(exclude={"list", "by"}))
    done = _handed_in((row,), body.list, body.by, all_or_nothing=True)
    with reading(gateway().engine) as connection:
        key = gateway().keys.key_of(Subject.parse(row.subject_code))
        found = latest_determination(connection, body.list, key, row.document_no)
    if found is None:
        raise ConflictError(
            f"批次{done.batch}同时被放弃 / The batch {done.batch} was discarded at the same moment.",
            hint="请重新提交 / Send it again.",
        )
    answer = json_of(_answer(found))
    answer.status_code = HTTPStatus.ACCEPTED
    return answer


@routes.get("/determinations", responses={HTTPStatus.OK: DeterminationsPage})
def list_determinations(query: DeterminationsQuery) -> Response:
    """Determinations that came through the asking system, and where each stands, page by page (认定办理情况)."""
    client().require_drafting()
    with reading(gateway().engine) as connection:
        found = determinations_through(
            connection,
            client().name,
            batch=query.batch,
            state=query.state,
            document_no=query.document_no,
            after=query.after,
            limit=query.limit + 1,
        )
    page = found[: query.limit]
    following = page[-1].id if len(found) > query.limit else None
    return json_of(DeterminationsPage(determinations=tuple(map(_answer, page)), next=following))


def _handed_in(rows: Sequence[DraftRow], list_id: str, by: str, *, all_or_nothing: bool = False) -> ImportResult:
    """As a file would be: the same rows again are the same batch."""
    here, channel = gateway(), client().name
    cells = [
        {name: "" if value is None else str(value) for name, value in row.model_dump(mode="json").items()}
        for row in rows
    ]
    with tempfile.TemporaryDirectory(dir=here.home.spool) as folder:
        path = Path(folder) / f"{channel}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(cells[0]))
            writer.writeheader()
            writer.writerows(cells)
        return import_file(
            *(here.home, here.engine, path, list_id),
            by=by,
            channel=channel,
            all_or_nothing=all_or_nothing,
            at=here.now(),
        )


def _answer(found: Determination) -> DeterminationAnswer:
    told = asdict(found)
    return DeterminationAnswer(determination=told.pop("id"), **told)
