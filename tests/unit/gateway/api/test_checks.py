"""A check over HTTP is the library's check."""

from datetime import timedelta
from hashlib import sha256

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.wire import from_json
from gateway.database.tables import checks, ledger
from gateway.database.unit_of_work import reading
from gateway.publishing.view import Views
from gateway.registry.persons import RegistryKeys
from tests.real_gateway import NOW, TODAY, RealGateway, company

AWARD = "procurement.award"
PERSON = "11010519491231002X"
LAWFUL = {"purpose": "董监高任职核查", "legal_basis": "STATUTORY_DUTY", "basis_document": "公司法第一百七十八条"}


def test_answers_the_bytes_the_library_answers(real: RealGateway, asked: FlaskClient) -> None:
    response = asked.post("/v1/check", json={"subject": company(3).code, "matter": AWARD, "case": "青采2026-17"})
    assert response.status_code == 200
    views = Views(real.engine, real.folder, RegistryKeys.load(real.home))
    with views.open() as view:
        own = evaluate(
            company(3),
            AWARD,
            TODAY,
            view,
            NOW + timedelta(seconds=5),
            case="青采2026-17",
            decision_id=response.get_json()["id"],
        )
    assert response.data == own.to_json()
    assert from_json(response.data).verdict == "DENY"


@pytest.mark.parametrize(("number", "verdict"), [(3, "DENY"), (99, "CLEAR"), (20, "CLEAR")])
def test_says_what_is_published(asked: FlaskClient, number: int, verdict: str) -> None:
    answer = asked.post("/v1/check", json={"subject": company(number).code, "matter": AWARD}).get_json()
    assert answer["verdict"] == verdict
    assert bool(answer["incentives"]) == (number == 20)


def test_the_canary_stands_on_no_list_that_any_law_names(real: RealGateway, asked: FlaskClient) -> None:
    answer = asked.post("/v1/check", json={"subject": real.home.settings.canary, "matter": AWARD}).get_json()
    assert (answer["verdict"], answer["findings"]) == ("CLEAR", [])


def test_every_check_leaves_its_record_before_the_answer(real: RealGateway, asked: FlaskClient) -> None:
    answers = [asked.post("/v1/check", json={"subject": company(each).code, "matter": AWARD}) for each in (3, 99)]
    with reading(real.engine) as connection:
        rows = connection.execute(select(checks).order_by(checks.c.seq)).all()
    assert [(row.seq, row.decision_id, row.digest) for row in rows] == [
        (seq, answer.get_json()["id"], sha256(answer.data).hexdigest()) for seq, answer in enumerate(answers, start=1)
    ]
    assert [bool(row.entries) for row in rows] == [True, False]


def test_a_person_is_checked_only_for_a_purpose_on_a_basis(real: RealGateway, asked: FlaskClient) -> None:
    real.list_person(PERSON)
    body = {"subject": PERSON, "matter": "company.officer"}
    for incomplete in (
        body,
        {**body, "purpose": "x"},
        {**body, **LAWFUL, "purpose": " "},
        {**body, **LAWFUL, "legal_basis": "公司法"},
        {**body, **LAWFUL, "basis_document": ""},
    ):
        refused = asked.post("/v1/check", json=incomplete)
        assert (refused.status_code, refused.get_json()["code"]) == (400, "request.invalid")
    answered = asked.post("/v1/check", json={**body, **LAWFUL})
    assert answered.get_json()["verdict"] == "REVIEW"
    assert PERSON not in answered.text
    with reading(real.engine) as connection:
        (line,) = connection.execute(select(ledger).where(ledger.c.act == "person:check:query")).all()
        assert line.payload["purpose"] == LAWFUL["purpose"]
        assert PERSON not in repr(connection.execute(select(ledger)).all())


def test_a_person_beside_the_subject_also_needs_a_basis(asked: FlaskClient) -> None:
    principals = [{"subject": PERSON, "role": "legal-representative"}]
    body = {"subject": company(99).code, "matter": AWARD, "principals": principals}
    assert asked.post("/v1/check", json=body).status_code == 400
    assert asked.post("/v1/check", json={**body, **LAWFUL}).status_code == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"subject": "91630000F000000343", "matter": AWARD}, "subject.invalid"),
        ({"subject": "1", "matter": AWARD}, "subject.invalid"),
        ({"subject": "91630000F000000342", "matter": "no.such"}, "matter.unknown"),
        ({"subject": "91630000F000000342", "matter": AWARD, "facts": {"nothing": True}}, "request.invalid"),
        ({"subject": "91630000F000000342", "matter": AWARD, "on": "1949-10-01"}, "request.invalid"),
    ],
)
def test_a_callers_mistake_is_said_and_never_answered(asked: FlaskClient, body: dict[str, object], code: str) -> None:
    refused = asked.post("/v1/check", json=body)
    assert (refused.status_code, refused.get_json()["code"]) == (400, code)


def test_a_mistyped_number_comes_back_with_a_suggestion(asked: FlaskClient) -> None:
    right = company(3).code
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    assert asked.post("/v1/check", json={"subject": wrong, "matter": AWARD}).get_json()["suggestion"] == right


def test_a_key_reaches_only_its_matters(real: RealGateway, asked: FlaskClient) -> None:
    with real.asked(key=real.client("任职系统", ["company.officer"])) as narrow:
        refused = narrow.post("/v1/check", json={"subject": company(3).code, "matter": AWARD})
        assert (refused.status_code, refused.get_json()["code"]) == (403, "access.refused")
        assert narrow.post("/v1/screen", json={"subjects": ["x"], "matter": AWARD}).status_code == 403


def test_screens_in_order_on_one_publication_and_a_bad_row_is_a_row(asked: FlaskClient) -> None:
    subjects = [company(3).code, "nonsense", company(99).code, PERSON, "9163000********042X"]
    answer = asked.post("/v1/screen", json={"subjects": subjects, "matter": AWARD}).get_json()
    assert [row["row"] for row in answer["rows"]] == [1, 2, 3, 4, 5]
    assert [row["decision"] and row["decision"]["verdict"] for row in answer["rows"]] == [
        "DENY",
        None,
        "CLEAR",
        None,
        None,
    ]
    assert [row["error"] and row["error"]["code"] for row in answer["rows"]][1::2] == [
        "subject.invalid",
        "subject.person",
    ]
    assert PERSON not in str(answer)
    assert answer["serial"] == 1


def test_before_anything_is_published_nothing_is_known(real: RealGateway) -> None:
    with real.asked() as client:
        answer = client.post("/v1/check", json={"subject": company(3).code, "matter": AWARD}).get_json()
        assert answer["verdict"] == "UNDETERMINED"
        rows = client.post("/v1/screen", json={"subjects": [company(3).code], "matter": AWARD}).get_json()["rows"]
        assert rows[0]["decision"]["verdict"] == "UNDETERMINED"


def test_old_data_neither_punishes_nor_clears(real: RealGateway, asked: FlaskClient) -> None:
    with real.asked(3 * 86400, key=real.client("稍后")) as later:
        verdicts = [
            later.post("/v1/check", json={"subject": company(each).code, "matter": AWARD}).get_json()["verdict"]
            for each in (3, 99)
        ]
    assert verdicts == ["REVIEW", "UNDETERMINED"]
