"""Waivers over HTTP: asked for with an outcome, seen by the system that asked, confirmed by nobody here."""

import pytest
from flask.testing import FlaskClient

from tests.real_gateway import NOW, RealGateway, company
from tests.waiver_case import OUTBOX, SIGNED, confirm, held, refuse, waived

CHECK = {"subject": company(1).code, "matter": "procurement.award"}


def post(asked: FlaskClient, *records: dict[str, object]) -> None:
    answer = asked.post("/v1/outcomes", json={"outbox": OUTBOX, "outcomes": list(records)})
    assert answer.status_code == 200
    assert len(answer.get_json()["receipts"]) == len(records)


def test_a_waiver_softens_the_next_answer_only_when_somebody_else_has_confirmed_it(
    real: RealGateway, asked: FlaskClient
) -> None:
    assert asked.post("/v1/check", json=CHECK).get_json()["verdict"] == "DENY"
    post(asked, waived())
    real.publish(2)
    assert asked.post("/v1/check", json=CHECK).get_json()["verdict"] == "DENY"
    assert asked.get(f"/v1/subjects/{company(1).code}").get_json()["waivers"] == []
    confirm(real, held(real)[0].id)
    real.publish(3)
    decision = asked.post("/v1/check", json=CHECK).get_json()
    assert decision["verdict"] == "REVIEW"
    assert decision["findings"][0]["waiver"]["document_no"] == SIGNED["document_no"]
    granted = asked.get(f"/v1/subjects/{company(1).code}").get_json()["waivers"]
    assert [(each["by"], each["until_on"]) for each in granted] == [("张处长", "2026-03-31")]


def test_a_system_learns_what_became_of_its_own_and_of_no_other(real: RealGateway, asked: FlaskClient) -> None:
    post(asked, waived(1), waived(2, number=2))
    first, second = held(real)
    confirm(real, first.id)
    refuse(real, second.id)
    page = asked.get("/v1/waivers").get_json()
    assert [(each["waiver"], each["state"], each["until_on"]) for each in page["waivers"]] == [
        (first.id, "effective", "2026-03-31"),
        (second.id, "refused", None),
    ]
    told = page["waivers"][0]
    assert (told["decision_id"], told["case"], told["approval_no"]) == (
        "decision-1",
        "青采2026-17",
        SIGNED["document_no"],
    )
    assert told["limit"] == {"statutory": False, "last_on": None, "period": "", "basis": "未设法定最长期限"}
    assert page["next"] is None
    with real.asked(key=real.client("行政审批系统")) as other:
        assert other.get("/v1/waivers").get_json()["waivers"] == []


def test_waivers_are_read_by_state_and_page_by_page(asked: FlaskClient) -> None:
    post(asked, *(waived(seq) for seq in (1, 2, 3)))
    first = asked.get("/v1/waivers?state=pending&limit=2").get_json()
    rest = asked.get(f"/v1/waivers?state=pending&limit=2&after={first['next']}").get_json()
    assert [len(first["waivers"]), len(rest["waivers"]), rest["next"]] == [2, 1, None]
    assert asked.get("/v1/waivers?state=effective").get_json()["waivers"] == []
    assert {"待复核，尚未生效，各系统照常适用该措施" in each["reply"] for each in rest["waivers"]} == {True}


@pytest.mark.parametrize("query", ["state=granted", "after=-1", "limit=0", "limit=501", "client=x"])
def test_a_question_that_is_none_is_refused(asked: FlaskClient, query: str) -> None:
    assert asked.get(f"/v1/waivers?{query}").status_code == 400


def test_nothing_over_http_confirms(real: RealGateway, asked: FlaskClient) -> None:
    post(asked, waived())
    (row,) = held(real)
    for path in ("/v1/waivers", f"/v1/waivers/{row.id}", f"/v1/waivers/{row.id}/confirmation"):
        for send in (asked.post, asked.put, asked.patch, asked.delete):
            assert send(path, json={"state": "effective"}).status_code in {404, 405}
    assert held(real)[0].state == "pending"


def test_what_waits_is_counted_and_not_told_to_other_systems(real: RealGateway, asked: FlaskClient) -> None:
    post(asked, waived())
    with real.asked(key=real.client("监督系统")) as whole:
        (count,) = [each for each in whole.get("/v1/loop").get_json()["deadlines"] if each["act"] == "waiver"]
        (one,) = [each for each in whole.get("/v1/deadlines").get_json()["deadlines"] if each["act"] == "waiver"]
    assert (count["open"], count["unlimited"]) == (1, 1)
    assert (one["subject"], one["ground"], one["basis"]) == ("", "none", "未设法定期限")
    assert one["since_on"] == NOW.date().isoformat()
