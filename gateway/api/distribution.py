"""``/distribution/…``: the signed publication as static files (发布文件); any web server may serve the folder instead.

What is named by hash, version or size never changes and may be kept for ever; ``timestamp.json`` and the newest
checkpoint of the ledger are asked for anew each time.
"""

from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from flask import Response, abort, request, send_file
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from gateway.api.context import gateway
from gateway.api.feedback import json_of
from gateway.api.models import PulseAnswer, PulseQuery, Request
from gateway.api.problem import responses
from gateway.publishing.chain import TIMESTAMP

routes = APIBlueprint(
    "distribution",
    __name__,
    abp_tags=[Tag(name="distribution", description="发布文件")],
    abp_responses=responses(HTTPStatus.NOT_FOUND),
    url_prefix="/distribution",
)

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
_HEX = r"^[0-9a-f]{64}$"


class MetadataPath(Request):
    """A file of signed metadata."""

    name: Annotated[str, Field(pattern=r"^([1-9][0-9]{0,18}\.(root|snapshot|targets|catalogue)|timestamp)\.json$")]


class TargetPath(Request):
    """A target by hash and name."""

    name: Annotated[str, Field(pattern=r"^[0-9a-f]{64}\.(publication|catalogue)\.json$")]


class ObjectPath(Request):
    """An object by the hash of its subtree."""

    start: Annotated[str, Field(pattern=r"^[0-9a-f]{2}$")]
    name: Annotated[str, Field(pattern=_HEX)]


class PackPath(Request):
    """A pack by the root of its map."""

    name: Annotated[str, Field(pattern=_HEX)]


class CheckpointPath(Request):
    """The newest checkpoint of the ledger, or the one at a size."""

    name: Annotated[str, Field(pattern=r"^([1-9][0-9]{0,18}\.)?checkpoint$")]


@routes.get("/metadata/<name>")
def metadata(path: MetadataPath) -> Response:
    """Signed metadata (TUF)."""
    keep = ASK_AGAIN if path.name == TIMESTAMP else FOR_EVER
    return _file(gateway().folder.metadata / path.name, keep, "application/json")


@routes.get("/targets/<name>")
def target(path: TargetPath) -> Response:
    """The publication statement or the law."""
    return _file(gateway().folder.targets / path.name, FOR_EVER, "application/json")


@routes.get("/objects/<start>/<name>")
def stored_object(path: ObjectPath) -> Response:
    """One object of the Merkle map, compressed."""
    if not path.name.startswith(path.start):
        abort(HTTPStatus.NOT_FOUND)
    return _file(gateway().folder.object_path(path.name), FOR_EVER, "application/octet-stream")


@routes.get("/objects/packs/<name>")
def stored_pack(path: PackPath) -> Response:
    """A whole map in one file."""
    try:
        response = send_file(gateway().folder.pack_path(path.name).absolute(), mimetype="application/octet-stream")
    except FileNotFoundError:
        abort(HTTPStatus.NOT_FOUND)
    response.headers["Cache-Control"] = FOR_EVER
    return response


@routes.get("/ledger/<name>")
def checkpoint(path: CheckpointPath) -> Response:
    """A signed checkpoint of the ledger (C2SP tlog-checkpoint)."""
    keep = ASK_AGAIN if path.name == "checkpoint" else FOR_EVER
    return _file(gateway().folder.ledger / path.name, keep, "text/plain; charset=utf-8")


@routes.get("/pulse", responses={HTTPStatus.OK: PulseAnswer})
def pulse(query: PulseQuery) -> Response:
    """The serial, as soon as it is above ``after``; a hint that saves asking every second."""
    serial, had_room = gateway().pulse.wait(query.after, query.wait_s)
    response = json_of(PulseAnswer(serial=serial))
    response.headers["Cache-Control"] = "no-store"
    if not had_room:
        response.headers["Retry-After"] = "1"
    return response


def _file(path: Path, keep: str, content_type: str) -> Response:
    try:
        response = Response(path.read_bytes(), content_type=content_type)
    except FileNotFoundError:
        abort(HTTPStatus.NOT_FOUND)
    response.headers["Cache-Control"] = keep
    response.add_etag()
    response.make_conditional(request)
    return response
