"""Systems of departments take in what the listed ask for, and see what came through them."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from gateway.database.tables import objections
from gateway.database.unit_of_work import reading
from tests.real_gateway import LI, LISTED, RealGateway, company, entry_id

ENTRY = entry_id(company(3).key, LISTED)
OBJECTION = {"entry": ENTRY, "about": "content", "applicant": "虚构公司", "grounds": "并非本公司", "by": LI}


@pytest.fixture
def department(real: RealGateway, asked: FlaskClient) -> Iterator[FlaskClient]:
    """The system of a department, which may hand determinations in."""
    with real.asked(key=real.client("财政部门", ["entries.draft"])) as client:
        yield client


def test_an_objection_through_a_system_marks_the_entry_and_is_answered_with_days(
    real: RealGateway, department: FlaskClient
) -> None:
    taken = department.post("/v1/objections", json=OBJECTION)
    assert taken.status_code == 201
    told = taken.get_json()
    assert (told["state"], told["channel"], told["filed_on"]) == ("filed", "财政部门", "2026-03-02")
    assert told["limit"]["statutory"] is False
    assert "未设法定期限" in told["reply"]
    assert told["publicity"]["last_day"] == "2028-01-04"
    real.publish(10)
    (entry,) = department.get("/v1/entries", query_string={"subject": company(3).code}).get_json()["entries"]
    assert entry["objection_on"] == "2026-03-02"


def test_a_system_sees_only_what_came_through_it_page_by_page(real: RealGateway, department: FlaskClient) -> None:
    numbers = {
        department.post("/v1/objections", json={**OBJECTION, "about": about}).get_json()["objection"]
        for about in ("content", "period", "repair")
    }
    first = department.get("/v1/objections", query_string={"limit": 2}).get_json()
    second = department.get("/v1/objections", query_string={"after": first["next"]}).get_json()
    seen = [each["objection"] for page in (first, second) for each in page["objections"]]
    assert (len(seen), set(seen), second["next"]) == (3, numbers, None)
    with real.asked(key=real.client("住建部门", ["entries.draft"])) as other:
        assert other.get("/v1/objections").get_json()["objections"] == []


@pytest.mark.parametrize("path", ["/v1/objections", "/v1/repairs"])
def test_a_key_that_may_only_ask_is_refused(asked: FlaskClient, path: str) -> None:
    assert asked.get(path).status_code == 403


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"entry": "nothing"}, 404),
        ({"by": "nobody"}, 403),
        ({"about": "price"}, 400),
        ({"grounds": ""}, 400),
        ({"grounds": " "}, 422),
        ({"filed_on": "2027-01-01"}, 422),
        ({"decided_by": LI}, 400),
    ],
)
def test_refuses_an_objection_that_cannot_be_taken_in(
    real: RealGateway, department: FlaskClient, changed: dict[str, str], status: int
) -> None:
    assert department.post("/v1/objections", json={**OBJECTION, **changed}).status_code == status
    with reading(real.engine) as connection:
        assert connection.execute(select(objections)).all() == []


def test_the_same_objection_twice_is_a_conflict(department: FlaskClient) -> None:
    assert department.post("/v1/objections", json=OBJECTION).status_code == 201
    assert department.post("/v1/objections", json=OBJECTION).status_code == 409
