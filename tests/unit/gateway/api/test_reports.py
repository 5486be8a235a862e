"""A report is handed over as JSON, page or PDF; whoever holds one may ask whether it is genuine, without a key."""

import pytest
from flask.testing import FlaskClient

from gateway.reporting.report_file import verify_file
from tests.real_gateway import RealGateway, company

REPORT = f"/v1/subjects/{company(3).code}/report"


@pytest.mark.parametrize(
    ("accept", "kind", "begins"),
    [
        ("", "application/json", b"{"),
        ("*/*", "application/json", b"{"),
        ("application/json", "application/json", b"{"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8", b"<!doctype html>"),
        ("application/pdf", "application/pdf", b"%PDF-"),
    ],
)
def test_the_kind_is_the_one_that_was_asked_for(asked: FlaskClient, accept: str, kind: str, begins: bytes) -> None:
    answer = asked.get(REPORT, headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.content_type) == (200, kind)
    assert answer.data.lstrip().startswith(begins)
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_handed_over_holds_for_the_trust_root(real: RealGateway, asked: FlaskClient) -> None:
    root = real.home.trust_root.read_bytes()
    found = [
        verify_file(asked.get(REPORT, headers={"Accept": each}).data, root)
        for each in ("application/json", "application/pdf")
    ]
    assert {each.number for each in found} == {found[0].number}
    assert [each.kind for each in found] == ["json", "pdf"]


def test_a_page_may_do_nothing_but_show_itself(asked: FlaskClient) -> None:
    policy = asked.get(REPORT, headers={"Accept": "text/html"}).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_another_kind_is_not_to_be_had(asked: FlaskClient) -> None:
    refused = asked.get(REPORT, headers={"Accept": "image/png"})
    assert (refused.status_code, refused.get_json()["code"]) == (406, "http.406")


def test_whoever_holds_a_report_may_ask_about_it_without_a_key(real: RealGateway, asked: FlaskClient) -> None:
    made = asked.get(REPORT).get_json()
    number, code = made["report"]["number"], made["code"]
    with real.asked(key="none") as anybody:
        anybody.environ_base.pop("HTTP_AUTHORIZATION")
        answer = anybody.get(f"/v1/reports/{number}", query_string={"code": code.lower()})
        found = answer.get_json()
        assert (answer.status_code, found["genuine"], found["superseded"]) == (200, True, False)
        assert (found["digest"], found["subject"]) == (made["seal"]["statement"]["digest"], company(3).code)
        assert anybody.get(f"/v1/reports/{number}").status_code == 400
        assert anybody.get(f"/v1/reports/{number}", query_string={"code": "AAAAA"}).status_code == 404
        assert anybody.get(f"/v1/reports/{number[::-1]}", query_string={"code": code}).status_code == 404
        assert anybody.get("/v1/reports/1", query_string={"code": code}).status_code == 400


@pytest.mark.parametrize("number", ["639900199003070115", "91630000********42"])
def test_there_is_no_report_of_a_person(asked: FlaskClient, number: str) -> None:
    refused = asked.get(f"/v1/subjects/{number}/report")
    assert (refused.status_code, "POST /v1/check" in refused.get_json()["hint"]) == (400, True)
    assert number not in refused.text


def test_before_anything_is_published_there_is_no_report(real: RealGateway) -> None:
    with real.asked() as client:
        assert client.get(REPORT).status_code == 409
