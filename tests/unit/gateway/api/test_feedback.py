"""Feedback over HTTP: receipts, holes, contradictions, figures."""

from flask.testing import FlaskClient

from tests.real_gateway import RealGateway
from tests.unit.gateway.feedback.test_intake import OUTBOX, check_record, outcome_record


def test_the_same_batch_gets_the_same_answer(asked: FlaskClient) -> None:
    body = {"outbox": OUTBOX, "records": [check_record(1), check_record(3)]}
    first, again = (asked.post("/v1/checks", json=body) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.data == again.data
    assert [receipt["seq"] for receipt in first.get_json()["receipts"]] == [1, 3]
    assert (first.get_json()["next_seq"], first.get_json()["gaps"]) == (2, [[2, 2]])


def test_other_content_under_a_number_is_a_conflict(asked: FlaskClient) -> None:
    asked.post("/v1/checks", json={"outbox": OUTBOX, "records": [check_record(1)]})
    refused = asked.post("/v1/checks", json={"outbox": OUTBOX, "records": [check_record(1, verdict="CLEAR")]})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "conflict")


def test_a_batch_has_bounds(asked: FlaskClient) -> None:
    for records in ([], [check_record(seq) for seq in range(1, 1002)], [check_record(0)]):
        assert asked.post("/v1/checks", json={"outbox": OUTBOX, "records": records}).status_code == 400
    assert asked.post("/v1/checks", json={"outbox": "mine", "records": [check_record(1)]}).status_code == 400


def test_a_key_reports_only_about_its_matters(real: RealGateway, asked: FlaskClient) -> None:
    with real.asked(key=real.client("任职系统", ["company.officer"])) as narrow:
        body = {"outbox": OUTBOX, "records": [check_record(1)]}
        assert narrow.post("/v1/checks", json=body).status_code == 403
        assert narrow.post("/v1/outcomes", json={"outbox": OUTBOX, "outcomes": [outcome_record(1)]}).status_code == 403


def test_the_loop_is_seen_whole_by_a_key_for_every_matter_and_in_part_by_others(
    real: RealGateway, asked: FlaskClient
) -> None:
    asked.post("/v1/checks", json={"outbox": OUTBOX, "records": [check_record(1), check_record(2)]})
    asked.post("/v1/outcomes", json={"outbox": OUTBOX, "outcomes": [outcome_record(1)]})
    whole = asked.get("/v1/loop").get_json()
    assert (whole["total"]["checks"], whole["total"]["execution_rate"]) == (2, 0.5)
    with real.asked(key=real.client("任职系统", ["company.officer"])) as narrow:
        assert narrow.get("/v1/loop").get_json()["clients"] == []
