"""Departments' systems register commitments and hand findings in; the public sees what may be public."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.database.unit_of_work import unit_of_work
from gateway.registry.performance import confirm
from tests.commitment_case import AUTHORITY, AUTHORITY_CODE, GREEN_CHANNEL, with_commitments
from tests.real_gateway import LI, NOW, WANG, RealGateway, company

BODY = {
    "subject": company(1).code,
    "committer": "虚构公司1",
    "type": "1",
    "matter": GREEN_CHANNEL,
    "cause": "申请虚构许可",
    "content": "三十日内达到许可条件",
    "liability": "撤销许可",
    "made_on": "2026-02-03",
    "authority": AUTHORITY,
    "authority_code": AUTHORITY_CODE,
    "publicity": "public",
    "by": LI,
}
BREACH = {
    "status": "partly",
    "determined_on": "2026-03-01",
    "authority": AUTHORITY,
    "document_no": "虚审认〔2026〕1号",
    "unperformed": "一项条件未达到",
    "liability_pursued": "责令限期改正",
    "notice_given_on": "2026-02-20",
    "by": LI,
}
CODE = "63000020260203000001"


@pytest.fixture
def department(real: RealGateway) -> Iterator[FlaskClient]:
    with_commitments(real)
    with real.asked(key=real.client("审批系统", ["entries.draft", GREEN_CHANNEL])) as client:
        yield client


@pytest.fixture
def anybody(real: RealGateway) -> Iterator[FlaskClient]:
    with real.asked() as client:
        yield client


def test_a_commitment_is_registered_once_and_shown(department: FlaskClient, anybody: FlaskClient) -> None:
    first, again = (department.post("/v1/commitments", json=BODY) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert first.get_json() == {"commitment": CODE, "repeated": False}
    page = anybody.get("/v1/commitments", query_string={"subject": company(1).code}).get_json()
    assert [(each["code"], each["type_title"], each["state"]) for each in page["commitments"]] == [
        (CODE, "审批替代型", "supervised")
    ]
    assert page["next"] is None


def test_a_breach_that_was_handed_in_is_seen_when_a_second_person_confirmed_it(
    real: RealGateway, department: FlaskClient, anybody: FlaskClient
) -> None:
    def seen(client: FlaskClient) -> list[str]:
        (one,) = client.get("/v1/commitments").get_json()["commitments"]
        return [each["state"] for each in one["performances"]]

    department.post("/v1/commitments", json=BODY)
    answer = department.post(f"/v1/commitments/{CODE}/performance", json=BREACH)
    assert (answer.status_code, answer.get_json()["state"]) == (202, "proposed"), answer.text
    assert (seen(department), seen(anybody)) == (["proposed"], [])
    with unit_of_work(real.engine, at=NOW) as work:
        confirm(work, CODE, by=WANG)
    assert seen(anybody) == ["determined"]


def test_performance_in_full_takes_effect_at_once(department: FlaskClient) -> None:
    department.post("/v1/commitments", json=BODY)
    done = {"status": "fulfilled", "determined_on": "2026-03-01", "authority": AUTHORITY, "by": LI}
    answer = department.post(f"/v1/commitments/{CODE}/performance", json=done)
    assert (answer.status_code, answer.get_json()["state"]) == (201, "determined")
    assert department.get("/v1/commitments").get_json()["commitments"][0]["state"] == "completed"


@pytest.mark.parametrize(("publicity", "inside", "outside"), [("public", 1, 1), ("restricted", 1, 0), ("none", 0, 0)])
def test_who_sees_a_commitment_is_for_the_committer_to_say(
    department: FlaskClient, anybody: FlaskClient, publicity: str, inside: int, outside: int
) -> None:
    department.post("/v1/commitments", json={**BODY, "publicity": publicity})
    seen = [len(client.get("/v1/commitments").get_json()["commitments"]) for client in (department, anybody)]
    assert seen == [inside, outside]


def test_another_department_sees_no_more_than_anybody(department: FlaskClient, real: RealGateway) -> None:
    department.post("/v1/commitments", json=BODY)
    department.post("/v1/commitments", json={**BODY, "cause": "另一许可", "publicity": "restricted"})
    department.post(f"/v1/commitments/{CODE}/performance", json=BREACH)
    assert [len(each["performances"]) for each in shown_to(department)] == [1, 0]
    with real.asked(key=real.client("财政系统", ["entries.draft", "procurement.award"])) as other:
        assert [(each["code"], each["performances"]) for each in shown_to(other)] == [(CODE, [])]


def shown_to(client: FlaskClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/v1/commitments").get_json()["commitments"]
    return found


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"type": "9"}, 400),
        ({"subject": "916300007105500079"}, 400),
        ({"matter": "procurement.award"}, 403),
        ({"type": "4"}, 422),
        ({"by": "陌生人"}, 403),
        ({"score": 100}, 400),
        ({"made_on": "2026-03-09"}, 422),
    ],
)
def test_refuses_what_is_no_whole_commitment(department: FlaskClient, changes: dict[str, str], status: int) -> None:
    assert department.post("/v1/commitments", json={**BODY, **changes}).status_code == status


def test_only_a_key_for_drafting_may_write_and_only_in_its_matters(
    real: RealGateway, department: FlaskClient, anybody: FlaskClient
) -> None:
    department.post("/v1/commitments", json=BODY)
    assert anybody.post("/v1/commitments", json=BODY).status_code == 403
    assert anybody.post(f"/v1/commitments/{CODE}/performance", json=BREACH).status_code == 403
    with real.asked(key=real.client("采购系统", ["entries.draft", "procurement.award"])) as other:
        assert other.post("/v1/commitments", json=BODY).status_code == 403
        assert other.post(f"/v1/commitments/{CODE}/performance", json=BREACH).status_code == 403


def test_there_are_no_pages_of_persons_and_no_findings_on_nothing(department: FlaskClient) -> None:
    asked = {"subject": "639900199003070115"}
    assert department.get("/v1/commitments", query_string=asked).status_code == 400
    assert department.post("/v1/commitments/63000020260203000009/performance", json=BREACH).status_code == 404
    assert department.post("/v1/commitments/unheard/performance", json=BREACH).status_code == 400
