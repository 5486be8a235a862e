"""A system fetches and acknowledges its own notices over HTTP, and sees what it owes; never what is another's."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from credit_sdk.model.subject import Subject
from gateway.database.tables import entries
from gateway.database.unit_of_work import unit_of_work
from gateway.registry.lifecycle import revoke
from gateway.registry.objections import ObjectionAbout, file
from gateway.registry.persons import RegistryKeys
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway, company, entry_id
from tests.unit.gateway.feedback.test_intake import OUTBOX, check_record, outcome_record

ENTRY = entry_id(company(1).key, LISTED)
PERSON = "639900199003070115"
SAID = {"by": "张审核", "done": "已复查，撤销原决定"}


@pytest.fixture
def recalled(real: RealGateway, asked: FlaskClient) -> FlaskClient:
    """Two checks and a measure leaned on an entry that was revoked since."""
    checks = [check_record(seq, entries=(ENTRY,)) for seq in (1, 2, 3)]
    asked.post("/v1/checks", json={"outbox": OUTBOX, "records": checks})
    asked.post("/v1/outcomes", json={"outbox": OUTBOX, "outcomes": [outcome_record(1, entry=ENTRY)]})
    with unit_of_work(real.engine, at=NOW + timedelta(seconds=3)) as work:
        revoke(work, ENTRY, by=LI, confirmed_by=WANG, reason="认定被撤销", document_no="虚撤1号")
    return asked


@pytest.fixture
def other(real: RealGateway, recalled: FlaskClient) -> Iterator[FlaskClient]:
    with real.asked(key=real.client("任职系统", ["company.officer"])) as client:
        yield client


def test_notices_come_in_pages_and_wait_until_acknowledged(recalled: FlaskClient) -> None:
    first = recalled.get("/v1/notices?limit=2").get_json()
    second = recalled.get(f"/v1/notices?limit=2&after={first['next']}").get_json()
    found = [*first["notices"], *second["notices"]]
    assert [each["decision_id"] for each in found] == ["decision-1", "decision-2", "decision-3"]
    assert (first["open"], second["next"]) == (3, None)
    assert (found[0]["became"], found[0]["verdict"], found[0]["case"]) == ("revoked", "DENY", "青采2026-17")
    path = f"/v1/notices/{found[0]['id']}/acknowledgement"
    answer, again = (recalled.post(path, json=SAID) for _ in range(2))
    assert (answer.status_code, answer.get_json()["acknowledgement"]["by"]) == (200, "张审核")
    assert again.data == answer.data
    assert recalled.post(path, json={**SAID, "done": "另有说法"}).status_code == 409
    left = recalled.get("/v1/notices?open=true").get_json()
    assert ([each["decision_id"] for each in left["notices"]], left["open"]) == (["decision-2", "decision-3"], 2)


def test_another_system_sees_and_acknowledges_none_of_it(recalled: FlaskClient, other: FlaskClient) -> None:
    assert other.get("/v1/notices").get_json() == {"notices": [], "next": None, "open": 0}
    assert other.get("/v1/standing").get_json() == {"total": 0, "standing": []}
    assert other.get("/v1/deadlines").get_json()["deadlines"] == []
    number = recalled.get("/v1/notices").get_json()["notices"][0]["id"]
    assert other.post(f"/v1/notices/{number}/acknowledgement", json=SAID).status_code == 404
    part = other.get("/v1/loop").get_json()
    assert (part["open_notices"], part["standing"]) == ({}, {})
    assert all(each["open"] == 0 for each in part["deadlines"])


@pytest.mark.parametrize("wrong", [{}, {"by": " "}, {"done": ""}, {"done": "长" * 2001}, {"more": 1}])
def test_refuses_an_acknowledgement_that_says_nothing(recalled: FlaskClient, wrong: dict[str, object]) -> None:
    number = recalled.get("/v1/notices").get_json()["notices"][0]["id"]
    body = {**SAID, **wrong} if wrong else {}
    assert recalled.post(f"/v1/notices/{number}/acknowledgement", json=body).status_code == 400
    assert recalled.get("/v1/notices").get_json()["open"] == 3


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", str(2**53), "9" * 40])
def test_refuses_a_number_that_is_none(recalled: FlaskClient, number: str) -> None:
    assert recalled.post(f"/v1/notices/{number}/acknowledgement", json=SAID).status_code in {400, 404}


def test_a_repair_is_told_to_who_still_applies_the_measure_and_to_no_other(
    real: RealGateway, asked: FlaskClient
) -> None:
    applied = entry_id(company(3).key, LISTED)
    key = real.client("采购系统", ["procurement.award"])
    with real.asked(key=key) as mine, real.asked(key=real.client("任职系统", ["company.officer"])) as another:
        for system in (asked, mine):
            system.post("/v1/checks", json={"outbox": OUTBOX, "records": [check_record(1, entries=(applied,))]})
            system.post("/v1/outcomes", json={"outbox": OUTBOX, "outcomes": [outcome_record(1, entry=applied)]})
        real.repair(3)
        told = [system.get("/v1/loop").get_json()["repairs"] for system in (asked, mine, another)]
    assert [[each["still_applied_by"] for each in repairs] for repairs in told] == [
        [["电子招投标平台", "采购系统"]],
        [["采购系统"]],
        [],
    ]


def test_the_loop_and_the_monitoring_say_what_is_left_to_do(recalled: FlaskClient) -> None:
    loop = recalled.get("/v1/loop").get_json()
    assert (loop["open_notices"], loop["standing"]) == ({"电子招投标平台": 3}, {"电子招投标平台": 1})
    counts = {each["act"]: each["open"] for each in loop["deadlines"]}
    assert (counts["feedback"], counts["withdrawal"]) == (2, 1)
    standing = recalled.get("/v1/standing").get_json()
    assert (standing["total"], standing["standing"][0]["reason"]) == (1, "gone")
    text = recalled.get("/metrics").get_data(as_text=True)
    for line in (
        'credit_gateway_deadlines{act="feedback",state="open"} 2.0',
        "credit_gateway_open_notices 3.0",
        "credit_gateway_standing_measures 1.0",
    ):
        assert line in text


def test_deadlines_hide_who_is_in_a_draft(real: RealGateway, recalled: FlaskClient) -> None:
    draft = entry_id(company(2).key, LISTED)
    with unit_of_work(real.engine, at=NOW) as work:
        values = {"state": "drafted", "confirmed_by": None, "confirmed_at": None}
        work.connection.execute(update(entries).where(entries.c.id == draft).values(**values))
    real.list_person(PERSON)
    key = RegistryKeys.load(real.home).key_of(Subject.parse(PERSON))
    with unit_of_work(real.engine, at=NOW) as work:
        about = ObjectionAbout.CONTENT
        file(work, entry_id(key, LISTED), about=about, applicant="本人", grounds="已履行", by=LI)
    answer = recalled.get("/v1/deadlines").get_json()
    by_act = {each["act"]: each for each in answer["deadlines"]}
    assert (by_act["publicity"]["entry"], by_act["publicity"]["subject"]) == (draft, "")
    assert company(2).code not in str(answer)
    assert "639900********0115" not in str(answer)
    assert by_act["objection"]["subject"] == ""
    assert by_act["feedback"]["subject"] == company(1).code
    assert answer["publication"]["published"] == 10
    late = recalled.get("/v1/deadlines?overdue=true&on=2026-06-01&limit=1").get_json()
    assert [each["state"] for each in late["deadlines"]] == ["overdue"]
    assert recalled.get("/v1/deadlines?limit=0").status_code == 400
    for day in ("yesterday", "0001-01-01", "9999-12-31"):
        assert recalled.get(f"/v1/deadlines?on={day}").status_code == 400
