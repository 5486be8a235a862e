"""``/healthz``, ``/readyz``, ``/metrics``, ``/openapi.json``: for whoever runs the gateway."""

from http import HTTPStatus

from flask import Response, current_app, json
from flask_openapi3 import APIBlueprint, OpenAPI, Tag
from prometheus_client import CONTENT_TYPE_LATEST

from gateway.api.context import gateway
from gateway.api.feedback import json_of
from gateway.api.models import Health, Readiness
from gateway.api.problem import refusal, responses
from gateway.database.unit_of_work import reading
from gateway.publishing.chain import heartbeat_of
from gateway.publishing.expiry import endings, expiries
from gateway.publishing.source import anything_changed

routes = APIBlueprint(
    "health", __name__, abp_tags=[Tag(name="health", description="运行状态")], abp_responses=responses()
)


@routes.get("/healthz", responses={HTTPStatus.OK: Health})
def healthz() -> Response:
    """Whether the process answers at all."""
    return json_of(Health())


@routes.get("/readyz", responses={HTTPStatus.OK: Readiness})
def readyz() -> Response:
    """Whether it is ready *and fresh*: something is published and its heartbeat is not older than fresh data may be."""
    here = gateway()
    now = here.now()
    heartbeat = heartbeat_of(here.folder)
    with here.views.open() as view:
        serial, published_at = view.state.serial, view.state.published_at
    with reading(here.engine) as connection:
        is_pending = anything_changed(connection)
    age_s = int((now - heartbeat.signed_at).total_seconds()) if heartbeat else None
    if serial == 0 or age_s is None:
        return _not_ready(
            "尚未发布 / Nothing has been published yet.", "credit-gateway law adopt, credit-gateway serve"
        )
    if age_s > here.home.settings.fresh_s:
        return _not_ready(
            f"最近一次心跳签署于{age_s}秒之前，副本已不再视数据为最新 / "
            f"The last heartbeat was signed {age_s} s ago; replicas already call their data old.",
            "请查看credit-gateway serve日志中的发布情况 / Look at the publisher in the log of credit-gateway serve.",
        )
    held = expiries(here.folder)
    found = endings(held, now)
    if any(ending.expires_at < now for ending in found):
        return _not_ready("副本拒绝所发布的内容 / Replicas refuse what is served.", found[0].line)
    return json_of(
        Readiness(
            status="ready",
            serial=serial,
            published_at=published_at,
            heartbeat_at=heartbeat.signed_at if heartbeat else None,
            heartbeat_age_s=age_s,
            pending=is_pending,
            expires=dict(held),
            warnings=tuple(ending.line for ending in found),
        )
    )


@routes.get("/metrics", doc_ui=False)
def metrics() -> Response:
    """Figures for Prometheus."""
    return Response(gateway().metrics.text(), content_type=CONTENT_TYPE_LATEST)


@routes.get("/openapi.json", doc_ui=False)
def openapi() -> Response:
    """This interface, described from its models."""
    described: OpenAPI = current_app.extensions["openapi"]
    return Response(json.dumps(described.api_doc), content_type="application/json")


def _not_ready(detail: str, hint: str) -> Response:
    return refusal(HTTPStatus.SERVICE_UNAVAILABLE, "not-ready", detail, hint=hint)
