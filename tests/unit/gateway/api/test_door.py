"""Nothing gets through the door that is not what a route asks for, and every refusal is a problem."""

import json
import logging

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.api.door import MAX_BODY_BYTES
from tests.real_gateway import RealGateway, company

CHECK = {"subject": company(3).code, "matter": "procurement.award"}


def is_problem(response: TestResponse, status: int) -> dict[str, object]:
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    body: dict[str, object] = response.get_json()
    assert body["status"] == status
    assert body["request_id"] == response.headers["X-Request-Id"]
    assert {"type", "title", "detail", "hint", "code"} <= body.keys()
    assert "Traceback" not in response.text
    assert "<html" not in response.text.lower()
    return body


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer credit_0_0", "Bearer ü"])
def test_without_a_good_key_there_is_no_answer(asked: FlaskClient, authorization: str) -> None:
    del asked.environ_base["HTTP_AUTHORIZATION"]
    headers = {"Authorization": authorization.encode().decode("latin-1")}
    response = asked.post("/v1/check", json=CHECK, headers=headers)
    is_problem(response, 401)
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_what_is_public_needs_no_key(asked: FlaskClient) -> None:
    del asked.environ_base["HTTP_AUTHORIZATION"]
    for path in ("/healthz", "/readyz", "/v1/catalogue", "/distribution/metadata/timestamp.json", "/openapi.json"):
        assert asked.get(path).status_code == 200, path
    is_problem(asked.get("/v1/entries"), 401)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/check", 405),
        ("PUT", "/v1/check", 405),
        ("GET", "/distribution/metadata/99.root.json", 404),
        ("GET", "/distribution/metadata/..%2f..%2fkeys", 404),
        ("GET", "/distribution/metadata/people.json", 400),
        ("GET", "/distribution/objects/00/" + "0" * 64, 404),
        ("GET", "/distribution/objects/ff/" + "0" * 64, 404),
    ],
)
def test_what_is_not_there_is_a_problem_too(asked: FlaskClient, method: str, path: str, status: int) -> None:
    is_problem(asked.open(path, method=method), status)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"subject": NaN}',
        b'{"subject": "1", "subject": "2", "matter": "procurement.award"}',
        b'{"subject": "\\u0000", "matter": "procurement.award"}',
        b'{"subject": "\\ud800", "matter": "procurement.award"}',
        b"[" * 100_000,
    ],
)
def test_a_body_that_two_readers_could_read_differently_is_refused(asked: FlaskClient, data: bytes) -> None:
    is_problem(asked.post("/v1/check", data=data, content_type="application/json"), 400)


def test_a_body_that_is_not_declared_as_json_is_refused(asked: FlaskClient) -> None:
    is_problem(asked.post("/v1/check", data=json.dumps(CHECK), content_type="text/plain"), 415)


def test_a_body_that_is_too_large_is_refused(asked: FlaskClient) -> None:
    data = b'{"subject": "' + b"9" * MAX_BODY_BYTES + b'"}'
    body = is_problem(asked.post("/v1/check", data=data, content_type="application/json"), 413)
    assert "分批" in str(body["hint"])


@pytest.mark.parametrize(("subjects", "field"), [([5], "subjects.0"), ("x", "subjects")])
def test_what_is_wrong_is_named_once_and_in_the_words_of_json(asked: FlaskClient, subjects: object, field: str) -> None:
    body = is_problem(asked.post("/v1/screen", json={"matter": CHECK["matter"], "subjects": subjects}), 400)
    errors = body["errors"]
    assert isinstance(errors, list)
    (error,) = errors
    assert error["field"] == field
    assert "uple" not in error["message"]
    assert str(body["detail"]).startswith("请求")


@pytest.mark.parametrize(
    "more",
    [{"extra": 1}, {"subject": None}, {"on": "soon"}, {"facts": {"x": 1.5}}, {"matter": "Über"}, {"case": "x" * 201}],
)
def test_an_unknown_or_misshapen_field_is_refused_by_name(asked: FlaskClient, more: dict[str, object]) -> None:
    body = is_problem(asked.post("/v1/check", json={**CHECK, **more}), 400)
    errors = body["errors"]
    assert isinstance(errors, list)
    assert errors[0]["field"].startswith(next(iter(more)))


@pytest.mark.parametrize(
    "path", ["/v1/entries?limt=1", "/v1/entries?limit=1&limit=2", "/v1/loop?x=", "/v1/entries?list=%00"]
)
def test_an_unknown_or_doubled_parameter_is_refused(asked: FlaskClient, path: str) -> None:
    is_problem(asked.get(path), 400)


def test_a_parameter_on_a_post_is_refused(asked: FlaskClient) -> None:
    is_problem(asked.post("/v1/check?subject=1", json=CHECK), 400)


def test_a_refusal_never_repeats_what_was_sent(asked: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    number = "110105194912310021"
    with caplog.at_level(logging.DEBUG):
        for response in (
            asked.post("/v1/check", json={"subject": number, "matter": "procurement.award"}),
            asked.post("/v1/check", json={"subject": {"n": number}, "matter": "procurement.award"}),
            asked.get(f"/v1/subjects/{number}"),
            asked.get(f"/v1/entries?subject={number}"),
        ):
            is_problem(response, 400)
            assert number not in response.text
    assert number not in caplog.text


def test_logs_name_the_client_and_the_route_and_never_the_key(
    real: RealGateway, asked: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    key = asked.environ_base["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    with caplog.at_level(logging.INFO):
        asked.get(f"/v1/subjects/{company(3).code}")
    line = json.loads(next(record.message for record in caplog.records if record.name == "gateway.api"))
    assert line["route"] == "/v1/subjects/<uscc>"
    assert line["client"] == "电子招投标平台"
    assert key not in caplog.text
    assert company(3).code not in caplog.text


def test_a_fault_of_the_gateway_is_a_problem_without_a_traceback(
    real: RealGateway, asked: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    (real.folder.metadata / "timestamp.json").write_bytes(b"damaged")
    with caplog.at_level(logging.ERROR):
        body = is_problem(asked.post("/v1/check", json=CHECK), 500)
    assert str(body["request_id"]) in caplog.text


def test_a_revoked_key_opens_nothing(real: RealGateway, asked: FlaskClient) -> None:
    from gateway.accounts import revoke_client
    from gateway.database.unit_of_work import unit_of_work

    assert asked.post("/v1/check", json=CHECK).status_code == 200
    with unit_of_work(real.engine) as work:
        revoke_client(work, "电子招投标平台", actor="test")
    is_problem(asked.post("/v1/check", json=CHECK), 401)
