"""A department's system hands determinations in, and learns what became of each of them."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from gateway.accounts import AUTHORITY, DESK, DRAFTING, add_client
from gateway.database.tables import batches, ledger, rejected_rows, subjects
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import InvalidActError
from gateway.registry.determinations import BatchState, all_batches, confirm, discard
from gateway.registry.lifecycle import remove
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway, company

ROW: dict[str, object] = {
    "subject_code": company(700).code,
    "subject_name": "虚构建材有限公司",
    "authority": "虚构市财政局",
    "document_no": "虚财罚〔2026〕77号",
    "basis": "《中华人民共和国政府采购法》第七十七条",
    "determined_on": "2026-02-01",
    "term_from": "2026-02-01",
    "term_until": "2027-01-31",
    "severity": "严重",
    "fact": "提供虚假材料",
}
DRAFTS: dict[str, object] = {"list": LISTED, "by": LI, "rows": [ROW]}
ONE: dict[str, object] = {"list": LISTED, "by": LI, **ROW}


@pytest.fixture
def department(real: RealGateway) -> Iterator[FlaskClient]:
    with real.asked(key=real.client("财政部门", ["entries.draft"])) as client:
        yield client


def test_a_department_drafts_and_a_second_person_publishes(
    real: RealGateway, asked: FlaskClient, department: FlaskClient
) -> None:
    first, again = (department.post("/v1/entries", json=DRAFTS) for _ in range(2))
    assert first.status_code == 202, first.text
    assert first.get_json() == again.get_json()
    assert first.get_json()["accepted"] == 1
    real.publish(1)
    assert asked.get(f"/v1/subjects/{company(700).code}").get_json()["entries"] == []
    with unit_of_work(real.engine, at=NOW) as work:
        confirm(work, first.get_json()["batch"], by=WANG)
    real.publish(2)
    assert len(asked.get(f"/v1/subjects/{company(700).code}").get_json()["entries"]) == 1


def test_drafting_needs_an_operator_and_a_list(department: FlaskClient) -> None:
    assert department.post("/v1/entries", json={**DRAFTS, "by": "陌生人"}).status_code == 403
    assert department.post("/v1/entries", json={**DRAFTS, "list": "nothing"}).status_code == 404
    assert department.post("/v1/entries", json={**DRAFTS, "rows": []}).status_code == 400


def test_a_key_that_may_ask_about_everything_may_not_hand_determinations_in(asked: FlaskClient) -> None:
    refused = asked.post("/v1/entries", json=DRAFTS)
    assert refused.status_code == 403
    assert "--drafts" in refused.get_json()["hint"]


def drafted(department: FlaskClient, **changed: object) -> dict[str, object]:
    answer = department.post("/v1/determinations", json={**ONE, **changed})
    assert answer.status_code == 202, answer.text
    found: dict[str, object] = answer.get_json()
    return found


def stands(department: FlaskClient, **query: object) -> list[dict[str, object]]:
    found: list[dict[str, object]] = department.get("/v1/determinations", query_string=query).get_json()[
        "determinations"
    ]
    return found


def test_one_determination_is_a_draft_until_a_second_person_confirms_it(
    real: RealGateway, department: FlaskClient
) -> None:
    told = drafted(department)
    assert (told["state"], told["subject"], told["confirmed_by"]) == ("drafted", company(700).code, "")
    assert told["meaning"] == "草稿，尚未生效"
    assert drafted(department) == told
    with unit_of_work(real.engine, at=NOW) as work:
        confirm(work, str(told["batch"]), by=WANG)
    (one,) = stands(department)
    assert (one["determination"], one["state"], one["drafted_by"], one["confirmed_by"]) == (
        told["determination"],
        "published",
        LI,
        WANG,
    )
    assert one["confirmed_at"] is not None


def test_a_department_sees_when_its_determination_has_reached_the_systems(
    real: RealGateway, department: FlaskClient
) -> None:
    told = drafted(department)
    with unit_of_work(real.engine, at=NOW) as work:
        confirm(work, str(told["batch"]), by=WANG)
    (confirmed,) = stands(department)
    real.publish(1)
    (published,) = stands(department)
    with unit_of_work(real.engine, at=NOW) as work:
        remove(work, str(told["determination"]), by=LI, confirmed_by=WANG, reason="期满", document_no="虚财〔2026〕9号")
    (removed,) = stands(department)
    awaits = [each["awaits"] for each in (told, confirmed, published, removed)]
    assert awaits == [None, "publication", None, "withdrawal"]


def test_what_is_known_already_is_told_as_it_stands(real: RealGateway, department: FlaskClient) -> None:
    """Handed in among others first, and again by itself once it is in force: nothing new, and nobody is asked twice."""
    others = [ROW, {**ROW, "subject_code": company(701).code}]
    batch = department.post("/v1/entries", json={**DRAFTS, "rows": others}).get_json()["batch"]
    with unit_of_work(real.engine, at=NOW) as work:
        confirm(work, batch, by=WANG)
    told = drafted(department)
    assert (told["batch"], told["state"]) == (batch, "published")
    assert len(stands(department)) == 2


def test_a_second_draft_on_the_same_document_waits_for_the_first(department: FlaskClient) -> None:
    first = drafted(department)
    refused = department.post("/v1/determinations", json={**ONE, "fact": "另有事实"})
    assert refused.status_code == 422
    assert str(first["batch"]) in refused.get_json()["detail"]


def test_what_was_refused_is_judged_anew_once_nothing_stands_in_its_way(
    real: RealGateway, department: FlaskClient
) -> None:
    first = drafted(department)
    other = {**ONE, "fact": "另有事实"}
    assert department.post("/v1/determinations", json=other).status_code == 422
    with unit_of_work(real.engine, at=NOW) as work:
        discard(work, str(first["batch"]), by=LI, reason="录入有误")
    answer = department.post("/v1/determinations", json=other)
    assert (answer.status_code, answer.get_json().get("state")) == (202, "drafted"), answer.text


def test_a_determination_that_breaks_a_rule_is_refused_with_the_reason_and_again(department: FlaskClient) -> None:
    wrong = {**ONE, "subject_code": "916301007105500079", "term_until": "2025-01-01"}
    for _ in range(2):
        refused = department.post("/v1/determinations", json=wrong)
        assert refused.status_code == 422
        assert "校验" in refused.get_json()["detail"]
    assert stands(department) == []


def test_a_refused_determination_leaves_nothing(real: RealGateway, department: FlaskClient) -> None:
    drafted(department)

    def kept() -> tuple[list[object], list[str]]:
        with reading(real.engine) as connection:
            rows = [connection.execute(select(each)).all() for each in (batches, rejected_rows, ledger, subjects)]
        return [*rows], sorted(each.name for each in real.home.spool.iterdir())

    before = kept()
    for refused in ({"subject_code": "916301007105500079"}, {"fact": "另有事实"}, {"term_until": "2025-01-01"}):
        assert department.post("/v1/determinations", json={**ONE, **refused}).status_code == 422
    assert kept() == before


def test_rows_all_set_aside_are_a_batch_that_waits_for_nobody(real: RealGateway, department: FlaskClient) -> None:
    wrong = {**ROW, "subject_code": "916301007105500079"}
    sent = department.post("/v1/entries", json={**DRAFTS, "rows": [wrong, wrong]})
    assert (sent.status_code, sent.get_json()["accepted"], sent.get_json()["rejected"]) == (202, 0, 2)
    known = drafted(department)
    again = department.post("/v1/entries", json={**DRAFTS, "rows": [ROW, ROW]}).get_json()["batch"]
    with reading(real.engine) as connection:
        told = {each.id: (each.state, each.drafted) for each in all_batches(connection)}
    assert told == {
        sent.get_json()["batch"]: (BatchState.SET_ASIDE, 0),
        known["batch"]: (BatchState.DRAFTED, 1),
        again: (BatchState.WITHOUT_DRAFTS, 0),
    }


def test_a_draft_that_was_given_up_can_be_handed_in_anew(real: RealGateway, department: FlaskClient) -> None:
    first = drafted(department)
    with unit_of_work(real.engine, at=NOW) as work:
        discard(work, str(first["batch"]), by=LI, reason="录入有误")
    second = drafted(department)
    assert second["determination"] != first["determination"]
    assert {each["state"] for each in stands(department)} == {"discarded", "drafted"}
    assert [each["determination"] for each in stands(department, state="discarded")] == [first["determination"]]


def test_a_system_sees_what_came_through_it_and_nothing_else(real: RealGateway, department: FlaskClient) -> None:
    real.list_companies([1, 2])
    own = drafted(department)
    with real.asked(key=real.client("交通部门", [DRAFTING])) as other:
        assert stands(other) == []
    assert [each["determination"] for each in stands(department)] == [own["determination"]]


def test_pages_hold_every_determination_once(department: FlaskClient) -> None:
    rows = [{**ROW, "subject_code": company(700 + number).code} for number in range(5)]
    sent = department.post("/v1/entries", json={**DRAFTS, "rows": rows}).get_json()
    seen: list[object] = []
    after = ""
    while after is not None:
        page = department.get(
            "/v1/determinations", query_string={"batch": sent["batch"], "limit": 2, "after": after}
        ).get_json()
        seen += [each["subject"] for each in page["determinations"]]
        after = page["next"]
    assert sorted(map(str, seen)) == sorted(company(700 + number).code for number in range(5))


def test_a_person_in_an_answer_is_masked(department: FlaskClient) -> None:
    number = "11010519491231002X"
    answer = department.post("/v1/determinations", json={**ONE, "subject_code": number, "subject_name": "虚构甲"})
    assert number not in answer.text
    assert number not in department.get("/v1/determinations").text


def test_a_key_without_the_right_sees_no_determinations(asked: FlaskClient) -> None:
    assert asked.get("/v1/determinations").status_code == 403
    assert asked.post("/v1/determinations", json=ONE).status_code == 403


@pytest.mark.parametrize("name", [DESK, "Desk", AUTHORITY])
def test_no_system_bears_the_name_of_what_came_through_none(real: RealGateway, name: str) -> None:
    with unit_of_work(real.engine, at=NOW) as work, pytest.raises(InvalidActError, match="保留名称"):
        add_client(work, name, [DRAFTING], actor=LI)
