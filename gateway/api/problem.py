"""Problems (RFC 9457): every refusal of the API, also of routes and methods that are not there, in one shape.

Never HTML, never a traceback, and never the value that was refused: it may be a personal number.
"""

import json
import logging
import re
import traceback
from http import HTTPStatus
from uuid import uuid4

from flask import Flask, Response, g
from flask_openapi3.types import ResponseDict
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from credit_sdk.errors import CallerError, CreditError, InvalidSubjectError
from gateway.intake.values import without_personal_numbers
from gateway.problems import (
    AccessRefusedError,
    ConflictError,
    DatabaseError,
    FourEyesError,
    IntakeError,
    InvalidActError,
    NotFoundError,
    PublishingError,
)

MEDIA_TYPE = "application/problem+json"
_MAX_NAME_CHARACTERS = 64
_MAX_FIELDS = 20
_TUPLE = re.compile(r"\b[Tt]uple\b")
_HTTP_HINTS = {
    HTTPStatus.NOT_FOUND: "没有这个地址，可用的见/openapi.json / See /openapi.json for what there is.",
    HTTPStatus.METHOD_NOT_ALLOWED: "该地址不接受此方法，可用的见Allow / The header Allow says which methods it takes.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "请求过大，请分批发送 / Send it in several requests.",
}
_HTTP_DETAILS = {
    HTTPStatus.NOT_FOUND: "没有这个地址",
    HTTPStatus.METHOD_NOT_ALLOWED: "该地址不接受此方法",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "请求过大",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "请求正文的类型不对",
}
_log = logging.getLogger("gateway.api")

_STATUS: tuple[tuple[type[CreditError], HTTPStatus], ...] = (
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (FourEyesError, HTTPStatus.FORBIDDEN),
    (InvalidActError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (IntakeError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ConflictError, HTTPStatus.CONFLICT),
    (CallerError, HTTPStatus.BAD_REQUEST),
    (PublishingError, HTTPStatus.SERVICE_UNAVAILABLE),
    (DatabaseError, HTTPStatus.SERVICE_UNAVAILABLE),
)


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    model_config = ConfigDict(frozen=True)

    field: str
    message: str


class Problem(BaseModel):
    """A refusal, as RFC 9457 writes it."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(description="A URN made of `code`.")
    title: str
    status: int
    detail: str
    hint: str = ""
    code: str = Field(description="Stable, for programs.")
    request_id: str = Field(description="Stands in the gateway's log beside what happened.")
    errors: tuple[FieldProblem, ...] = ()
    suggestion: str = Field(default="", description="A likely correction of a mistyped number; never applied.")


def _described(status: HTTPStatus) -> dict[str, object]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": status.phrase, "content": {MEDIA_TYPE: {"schema": schema}}}


def responses(*statuses: HTTPStatus) -> ResponseDict:
    """The refusals a group of routes may give, for the description of the interface; 400 and 500 always among them."""
    given = {HTTPStatus.BAD_REQUEST, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE, *statuses}
    return {str(status.value): _described(status) for status in sorted(given)}


KEYED = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
"""What a route that asks for a key may answer beside."""


def request_id() -> str:
    """The id of the request under way, made when first asked for."""
    if "request_id" not in g:
        g.request_id = uuid4().hex
    found: str = g.request_id
    return found


def refusal(
    status: HTTPStatus,
    code: str,
    detail: str,
    *,
    hint: str = "",
    errors: tuple[FieldProblem, ...] = (),
    suggestion: str = "",
) -> Response:
    """A problem as a response."""
    problem = Problem(
        type=f"urn:credit-sdk:problem:{code}",
        title=status.phrase,
        status=status.value,
        detail=without_personal_numbers(detail),
        hint=without_personal_numbers(hint),
        code=code,
        request_id=request_id(),
        # The name of an unknown field or parameter is repeated, and somebody's number may stand in its place.
        errors=tuple(
            FieldProblem(
                field=without_personal_numbers(each.field)[:_MAX_NAME_CHARACTERS],
                message=without_personal_numbers(each.message),
            )
            for each in errors
        ),
        suggestion=suggestion,
    )
    body = json.dumps(problem.model_dump(), ensure_ascii=False).encode()
    response = Response(body, status.value, content_type=MEDIA_TYPE)
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="credit-gateway"'
    return response


def of_validation(error: ValidationError) -> Response:
    """A request that does not have the shape its route asks for."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    places = {each["loc"] for each in found}
    errors = tuple(
        # JSON has arrays, not tuples.
        FieldProblem(field=".".join(map(str, each["loc"])) or "body", message=_TUPLE.sub("array", each["msg"]))
        for each in found
        # A part that is wrong is not also missing from the whole.
        if each["type"] != "too_short" or not any(place[: len(each["loc"])] == each["loc"] != place for place in places)
    )[:_MAX_FIELDS]
    return refusal(
        HTTPStatus.BAD_REQUEST,
        "request.invalid",
        "请求的内容不合本接口的格式 / The request does not have the shape this route asks for.",
        hint="各栏见errors，格式见/openapi.json；未知的栏目和参数一律拒绝 / "
        "See errors and /openapi.json; unknown fields and parameters are refused.",
        errors=errors,
    )


def of_error(error: CreditError) -> Response:
    """An error of the project."""
    if isinstance(error, AccessRefusedError):
        status = HTTPStatus.FORBIDDEN if error.is_known else HTTPStatus.UNAUTHORIZED
        return refusal(status, error.code, str(error), hint=error.hint)
    for kind, status in _STATUS:
        if isinstance(error, kind):
            suggestion = error.suggestion if isinstance(error, InvalidSubjectError) else ""
            return refusal(status, error.code, str(error), hint=error.hint, suggestion=suggestion)
    _log.error("request %s failed: %s", request_id(), error.line)
    return _unexpected()


def install(app: Flask) -> None:
    """Answer every error of this app with a problem."""
    app.register_error_handler(CreditError, of_error)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(DBAPIError, _of_database)
    app.register_error_handler(Exception, _of_unexpected)


def _of_http(error: HTTPException) -> Response:
    if error.response is not None and isinstance(error.response, Response):
        return error.response
    status = HTTPStatus(error.code or 500)
    detail = f"{_HTTP_DETAILS.get(status, '请求未能执行')} / {error.description or status.phrase}"
    response = refusal(status, f"http.{status.value}", detail, hint=_HTTP_HINTS.get(status, ""))
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after", "content-range", "location"}:
            response.headers[name] = value
    return response


def _of_database(error: DBAPIError) -> Response:
    # Without its parameters, which may name a person.
    _log.error("request %s failed in the database: %s", request_id(), type(error.orig).__name__)
    return refusal(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "database",
        "数据库暂时不可用，请求未执行 / The database could not be used, so the request was not carried out.",
        hint="请稍后重试 / Try again shortly.",
    )


def _of_unexpected(error: Exception) -> Response:
    # The traceback without the message, which may repeat what was sent.
    places = "".join(traceback.format_tb(error.__traceback__))
    _log.error("request %s failed unexpectedly: %s\n%s", request_id(), type(error).__name__, places)
    return _unexpected()


def _unexpected() -> Response:
    return refusal(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal",
        "网关自身出错，未作任何更改 / The gateway failed, and this is its fault; nothing was changed.",
        hint="请将request_id告知网关管理员 / Tell the operator the request id.",
    )
