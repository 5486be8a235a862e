"""What every request passes (门禁): its shape, its size and its key, before any route sees it.

1. A body is JSON, declared as such, of at most 1 MiB, without a key given twice, without characters no database keeps.
2. A parameter the route does not name is refused, and so is one that is given twice.
3. ``/v1`` asks for ``Authorization: Bearer <api key>`` except where a route is open to all.
"""

import inspect
import json
import logging
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

import structlog
from flask import Flask, Response, current_app, g, request
from flask.json.provider import DefaultJSONProvider
from pydantic import BaseModel

from gateway.accounts import Client, authenticate
from gateway.api.context import gateway
from gateway.api.problem import FieldProblem, refusal, request_id
from gateway.database.unit_of_work import reading
from gateway.problems import AccessRefusedError

MAX_BODY_BYTES = 1024 * 1024
_GUARDED = ("/v1/", "/ofrep/", "/distribution/", "/healthz", "/readyz", "/metrics", "/openapi.json")
_OPEN = "_open_to_all"
_NO_IDENTIFIER = "含有标识中不会出现的字符 / holds a character that is in no identifier"

Route = TypeVar("Route", bound=Callable[..., Response])


def open_to_all(route: Route) -> Route:
    """Mark a route that needs no key: what it answers is public anyhow."""
    setattr(route, _OPEN, True)
    return route


def client() -> Client:
    """The client whose key this request carries."""
    found: Client = g.client
    return found


class StrictJson(DefaultJSONProvider):
    """JSON as two readers would read it alike."""

    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: object) -> object:
        """Read JSON.

        Raises:
            ValueError: A key stands twice, a number is none, or a text holds what cannot be stored.
        """
        try:
            value: object = json.loads(s, object_pairs_hook=_each_key_once, parse_constant=_no_number)
            _require_storable(value)
        except RecursionError:
            raise ValueError("嵌套过深 / nested too deeply") from None
        return value


def install(app: Flask) -> None:
    """Put the door in front of the app's routes."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.json = StrictJson(app)
    app.before_request(_enter)
    app.after_request(_leave)


def _enter() -> Response | None:
    g.began = time.perf_counter()
    if not request.path.startswith(_GUARDED) or request.url_rule is None:
        return None
    view = inspect.unwrap(current_app.view_functions[request.endpoint or ""])
    if request.method == "OPTIONS":
        return None
    if request.path.startswith(("/v1/", "/ofrep/")) and not getattr(view, _OPEN, False):
        g.client = _authenticated()
    if (refused := _about_parameters(view)) is not None:
        return refused
    if request.method == "POST":
        return _about_body()
    return None


def _authenticated() -> Client:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise AccessRefusedError(
            "本接口须凭密钥访问 / This route needs an API key.",
            hint="请求头：Authorization: Bearer <密钥> / Send the key in that header.",
        )
    with reading(gateway().engine) as connection:
        return authenticate(connection, key.strip())


def _about_parameters(view: Callable[..., object]) -> Response | None:
    asked = inspect.signature(view).parameters.get("query")
    model = asked.annotation if asked else None
    known = set(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else set()
    problems = [
        FieldProblem(field=name, message=message)
        for name, values in request.args.lists()
        for message in _about_parameter(name, values, known)
    ]
    if not _is_storable(request.path):
        problems.append(FieldProblem(field="path", message=_NO_IDENTIFIER))
    if not problems:
        return None
    return refusal(
        HTTPStatus.BAD_REQUEST,
        "request.invalid",
        "请求带有本接口不能使用的参数 / The request carries parameters this route cannot use.",
        hint=f"可用参数 / It takes: {', '.join(sorted(known)) or '无 none'}.",
        errors=tuple(problems[:20]),
    )


def _about_parameter(name: str, values: list[str], known: set[str]) -> list[str]:
    if name not in known:
        return ["未知参数 / unknown parameter"]
    if len(values) > 1:
        return ["重复给出 / given more than once"]
    return [] if _is_storable(values[0]) else [_NO_IDENTIFIER]


def _about_body() -> Response | None:
    if request.mimetype != "application/json":
        return refusal(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "http.415",
            "请求正文须为JSON / The body must be JSON.",
            hint="请求头须写明 / Send Content-Type: application/json.",
        )
    # Too large is said by the reader itself; what cannot be read is said here, once for all routes.
    data = request.get_data(cache=True)
    try:
        message = "" if isinstance(current_app.json.loads(data), dict) else "不是对象 / not an object"
    except ValueError as error:
        # Up to the colon: what follows may repeat what was sent.
        message = str(error).partition(":")[0][:120]
    if not message:
        return None
    return refusal(
        HTTPStatus.BAD_REQUEST,
        "request.invalid",
        "请求正文不是可用的JSON / The body is not JSON that can be used.",
        errors=(FieldProblem(field="body", message=message),),
    )


def _leave(response: Response) -> Response:
    response.headers.setdefault("X-Request-Id", request_id())
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    # A file that is not there may be published again; a cache between must not remember that it was missing.
    is_refused = response.status_code >= HTTPStatus.BAD_REQUEST
    if request.path.startswith(("/v1/", "/ofrep/")) or is_refused:
        response.headers.setdefault("Cache-Control", "no-store")
    rule = request.url_rule.rule if request.url_rule else "none"
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    gateway().metrics.answered(request.method, rule, response.status_code, seconds)
    caller: Client | None = g.get("client")
    # The route, not the path: a number may stand in the path.
    _log().info(
        "request",
        method=request.method,
        route=rule,
        status=response.status_code,
        milliseconds=round(seconds * 1000, 1),
        client=caller.name if caller else "",
        request_id=request_id(),
    )
    return response


def _log() -> structlog.stdlib.BoundLogger:
    found: structlog.stdlib.BoundLogger = structlog.wrap_logger(
        logging.getLogger("gateway.api"),
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return found


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("同一对象中键重复 / a key stands twice in one object")
    return found


def _no_number(_: str) -> object:
    raise ValueError("NaN和Infinity不是JSON / NaN and Infinity are no JSON")


def _require_storable(value: object) -> None:
    if isinstance(value, str) and not _is_storable(value):
        raise ValueError("文字含有空字符或半个字符 / a text holds NUL or half a character")
    if isinstance(value, dict):
        for key, member in value.items():
            _require_storable(key)
            _require_storable(member)
    elif isinstance(value, list):
        for member in value:
            _require_storable(member)


def _is_storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
