"""A measure finds a company through whom it bites, and only where the law of the measure extends to that role."""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from credit_sdk.catalogue.catalogue import CatalogueDocument
from credit_sdk.model.measure import Role
from credit_sdk.model.subject import Subject
from gateway.database.tables import ledger, person_queries, responsible_persons
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.registry.lifecycle import remove
from gateway.registry.persons import RegistryKeys
from gateway.registry.responsible import Span
from gateway.registry.stating import StatedPerson, state, withdraw
from tests.real_gateway import LI, LISTED, NOW, UNDECLARED, WANG, RealGateway, company, entry_id, law

AWARD = "procurement.award"
PERSON, OTHER = Subject.parse("639900199003070115"), Subject.parse("11010519491231002X")
WARRANT = {"purpose": "投标资格核查", "legal_basis": "STATUTORY_DUTY", "basis_document": "政府采购法第二十二条"}
LISTED_ENTRY = entry_id(company(1).key, LISTED)
NAMED = StatedPerson(PERSON, Role.LEGAL_REPRESENTATIVE, is_named=True, source="虚财罚〔2026〕1号")


def extending_law(*further: dict[str, object]) -> bytes:
    """The law of the tests, in which a ban reaches companies through two roles."""
    document = json.loads(law("2026-04"))
    ban = document["measures"][0]
    version = ban["versions"][0]
    through = ["legal-representative", "responsible-person"]
    cell: dict[str, object] = {"lists": [LISTED], "matters": [AWARD], "strength": "bar", "through": through}
    first: dict[str, object] = version["applies"][0]
    version["applies"] = [{**first, **cell, **each} for each in ({}, *further)]
    return json.dumps(document, ensure_ascii=False).encode()


def adopt(real: RealGateway, *further: dict[str, object]) -> None:
    document = CatalogueDocument.model_validate_json(extending_law(*further))
    real.publisher.adopt_catalogue(document.to_bytes(), LI, WANG, NOW)


@pytest.fixture
def office(real: RealGateway) -> RealGateway:
    """Company 1 is listed; the law extends the ban to two roles."""
    adopt(real)
    real.list_companies([1])
    real.declare()
    real.publish()
    return real


def name(real: RealGateway, person: StatedPerson = NAMED, entry: str = LISTED_ENTRY) -> None:
    with unit_of_work(real.engine, at=NOW) as work:
        state(work, RegistryKeys.load(real.home), entry, [person], by=LI, confirmed_by=WANG)


def check(real: RealGateway, role: str = "legal-representative", person: Subject = PERSON) -> dict[str, Any]:
    """The answer about company 9, beside which somebody stands."""
    body: dict[str, object] = {"subject": company(9).code, "matter": AWARD, **WARRANT}
    body["principals"] = [{"subject": person.code, "role": role}]
    with real.asked(key=real.client(f"平台{len(real.engine.dialect.name)}{id(body)}")) as asked:
        answered = asked.post("/v1/check", json=body)
    assert answered.status_code == 200, answered.text
    assert PERSON.code not in answered.text
    found: dict[str, Any] = answered.get_json()
    return found


def test_a_company_is_reached_through_whom_the_decision_about_another_names(office: RealGateway) -> None:
    assert check(office)["verdict"] == "CLEAR"
    name(office)
    answer = check(office)
    (finding,) = answer["findings"]
    assert answer["verdict"] == "REVIEW"
    assert (finding["through"]["role"], finding["statutory_strength"]) == ("legal-representative", "bar")
    assert finding["confirmation_by_person"]
    assert LISTED_ENTRY in json.dumps(finding["entry"])
    assert company(1).code in answer["notices"][0]["zh"]
    assert "未载明行为发生日" in answer["notices"][0]["zh"]


@pytest.mark.parametrize(
    ("role", "verdict"),
    [("legal-representative", "REVIEW"), ("responsible-person", "REVIEW"), ("actual-controller", "CLEAR")],
)
def test_only_the_roles_of_the_measures_law_are_reached(office: RealGateway, role: str, verdict: str) -> None:
    name(office)
    assert check(office, role)["verdict"] == verdict


def test_who_answers_in_a_role_the_law_does_not_name_is_not_reached(office: RealGateway) -> None:
    name(office, StatedPerson(PERSON, Role.ACTUAL_CONTROLLER, is_named=True, source="虚财罚〔2026〕1号"))
    assert check(office)["verdict"] == "CLEAR"


def test_who_is_only_registered_in_a_role_is_not_reached(office: RealGateway) -> None:
    name(office, StatedPerson(PERSON, Role.LEGAL_REPRESENTATIVE, is_named=False, source="登记机关"))
    assert check(office)["verdict"] == "CLEAR"


@pytest.mark.parametrize(
    ("office_span", "conduct", "verdict"),
    [
        (Span(date(2019, 1, 1), date(2021, 6, 30)), Span(date(2021, 7, 1)), "CLEAR"),  # only before
        (Span(date(2019, 1, 1), date(2021, 7, 1)), Span(date(2021, 7, 1)), "REVIEW"),  # his last day
        (Span(date(2024, 1, 1)), Span(date(2021, 7, 1), date(2023, 12, 31)), "CLEAR"),  # only after
        (Span(date(2023, 12, 31)), Span(date(2021, 7, 1), date(2023, 12, 31)), "REVIEW"),  # its last day
        (Span(), Span(date(2021, 7, 1)), "REVIEW"),  # since when is not known: the decision's word stands
        (Span(date(2024, 1, 1)), Span(), "REVIEW"),
        (Span(None, date(2020, 1, 1)), Span(date(2021, 7, 1)), "CLEAR"),
    ],
)
def test_who_was_it_only_before_the_conduct_or_after_is_not_reached(
    office: RealGateway, office_span: Span, conduct: Span, verdict: str
) -> None:
    name(office, StatedPerson(PERSON, Role.LEGAL_REPRESENTATIVE, True, "虚财罚〔2026〕1号", "", office_span, conduct))
    assert check(office)["verdict"] == verdict


def test_a_measure_of_the_same_list_that_does_not_reach_the_listed_company_is_not_borrowed(
    real: RealGateway,
) -> None:
    adopt(real, {"kinds": ["natural-person"], "through": ["legal-representative"]})
    real.list_companies([1])
    real.declare()
    real.publish()
    name(real)
    assert check(real)["verdict"] == "CLEAR"
    assert check(real, "responsible-person")["verdict"] == "REVIEW"


def test_a_person_asked_about_for_himself_is_not_listed_by_being_named(office: RealGateway) -> None:
    name(office)
    principals = [{"subject": PERSON.code, "role": "legal-representative"}]
    body = {"subject": PERSON.code, "matter": AWARD, "principals": principals, **WARRANT}
    with office.asked() as asked:
        assert asked.post("/v1/check", json=body).get_json()["findings"] == []


def test_it_ends_with_the_entry_and_with_being_taken_back(office: RealGateway) -> None:
    name(office)
    name(office, StatedPerson(OTHER, Role.LEGAL_REPRESENTATIVE, is_named=True, source="虚财罚〔2026〕1号"))
    with reading(office.engine) as connection:
        first = connection.scalar(select(responsible_persons.c.id).order_by(responsible_persons.c.id))
    assert first is not None
    with unit_of_work(office.engine, at=NOW) as work:
        withdraw(work, first, by=LI, confirmed_by=WANG, reason="同名误登")
    assert (check(office)["verdict"], check(office, person=OTHER)["verdict"]) == ("CLEAR", "REVIEW")
    with unit_of_work(office.engine, at=NOW) as work:
        remove(work, LISTED_ENTRY, by=LI, confirmed_by=WANG, reason="期满", document_no="虚财〔2026〕9号")
    assert check(office, person=OTHER)["verdict"] == "CLEAR"


def test_a_listed_person_reaches_a_company_in_the_roles_of_the_law_alone(office: RealGateway) -> None:
    office.list_person(PERSON.code)
    assert check(office)["verdict"] == "REVIEW"
    assert check(office, "candidate")["verdict"] == "CLEAR"


def test_a_list_without_such_a_measure_reaches_nobody(office: RealGateway) -> None:
    office.list_companies([2], UNDECLARED)
    office.publish(10)
    name(office, entry=entry_id(company(2).key, UNDECLARED))
    assert check(office)["verdict"] == "CLEAR"


def test_each_person_beside_the_subject_is_a_query_of_his_own(office: RealGateway) -> None:
    check(office)
    with reading(office.engine) as connection:
        (row,) = connection.execute(select(person_queries)).all()
        acts = connection.scalars(select(ledger.c.act)).all()
    assert (row.role, row.masked, row.matter) == ("legal-representative", PERSON.masked, AWARD)
    assert "person:check:query" in acts
