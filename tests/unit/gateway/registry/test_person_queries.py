"""Every query about a natural person says why, is kept for its time, and is shown to the person."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.subject import Subject
from gateway.database.tables import ledger, person_queries
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import FourEyesError
from gateway.registry.person_queries import (
    Asking,
    Warrant,
    expire,
    queries_about,
    record_queries,
    show_to_the_person,
)
from gateway.registry.persons import RegistryKeys
from tests.real_gateway import LI, NOW, WANG, RealGateway, company

PERSON, OTHER = Subject.parse("639900199003070115"), Subject.parse("11010519491231002X")
WARRANT = Warrant.stated("任职核查", "STATUTORY_DUTY", "公司法第一百七十八条")
BY_CHECK = Asking("任职系统", "check", "company.officer", "decision-1", "0" * 64)


def ask(registry: RealGateway, *persons: Subject, years: int = 10) -> None:
    with unit_of_work(registry.engine, at=NOW) as work:
        asked = [(person, "") for person in persons]
        record_queries(work, RegistryKeys.load(registry.home), asked, BY_CHECK, WARRANT, keep_years=years)


@pytest.mark.parametrize(
    "stated",
    [
        ("", "CONSENT", "授权书1号"),
        (" ", "CONSENT", "授权书1号"),
        ("任职核查", "CONSENT", ""),
        ("任职核查", "", "授权书1号"),
        ("任职核查", "公司法第一百七十八条", "授权书1号"),
        ("任职核查", "consent", "授权书1号"),
        ("任" * 501, "CONSENT", "授权书1号"),
        ("任职核查", "CONSENT", "授" * 501),
    ],
)
def test_a_warrant_states_purpose_basis_and_document(stated: tuple[str, str, str]) -> None:
    with pytest.raises(InvalidRequestError):
        Warrant.stated(*stated)


def test_a_number_in_what_is_stated_is_masked() -> None:
    warrant = Warrant.stated(f"核查{OTHER.code}", "CONSENT", f"授权书（{OTHER.code.lower()}）")
    assert OTHER.code[:-1] not in repr(warrant)
    assert OTHER.masked in warrant.purpose
    assert OTHER.masked in warrant.document_no


def test_each_person_of_a_check_has_a_record_of_his_own_and_the_ledger_one_line(registry: RealGateway) -> None:
    ask(registry, PERSON, OTHER)
    with reading(registry.engine) as connection:
        rows = connection.execute(select(person_queries).order_by(person_queries.c.id)).all()
        lines = connection.scalars(select(ledger.c.payload).where(ledger.c.act == "person:check:query")).all()
    assert [row.masked for row in rows] == [PERSON.masked, OTHER.masked]
    assert {row.keep_until_on for row in rows} == {date(2036, 3, 2)}
    (line,) = lines
    assert [each["subject"] for each in line["persons"]] == [PERSON.masked, OTHER.masked]
    assert (line["legal_basis"], line["document"]) == ("STATUTORY_DUTY", "公司法第一百七十八条")


def test_a_person_sees_who_asked_about_him_and_nobody_else(registry: RealGateway) -> None:
    ask(registry, PERSON)
    ask(registry, OTHER)
    keys = RegistryKeys.load(registry.home)
    with unit_of_work(registry.engine, at=NOW) as work:
        (seen,) = show_to_the_person(work, keys, PERSON, by=LI, proof="居民身份证，当面核对", keep_years=10)
    assert (seen["asked_by"], seen["matter"], seen["purpose"]) == ("任职系统", "company.officer", "任职核查")
    with reading(registry.engine) as connection:
        mine, others = (queries_about(connection, keys, each) for each in (PERSON, OTHER))
    assert [(each["door"], each["asked_by"]) for each in mine] == [("rights", LI), ("check", "任职系统")]
    assert [each["door"] for each in others] == ["check"]


@pytest.mark.parametrize(("by", "proof"), [("nobody", "居民身份证"), (LI, " ")])
def test_nothing_is_shown_without_an_operator_and_a_proof(registry: RealGateway, by: str, proof: str) -> None:
    ask(registry, PERSON)
    keys = RegistryKeys.load(registry.home)
    with (
        pytest.raises((FourEyesError, InvalidRequestError)),
        unit_of_work(registry.engine, at=NOW) as work,
    ):
        show_to_the_person(work, keys, PERSON, by=by, proof=proof, keep_years=10)


@pytest.mark.parametrize("subject", [company(1), Subject.parse("639900********0115")])
def test_only_a_person_by_his_whole_number_is_shown_anything(registry: RealGateway, subject: Subject) -> None:
    keys = RegistryKeys.load(registry.home)
    with unit_of_work(registry.engine, at=NOW) as work, pytest.raises(InvalidRequestError):
        show_to_the_person(work, keys, subject, by=LI, proof="居民身份证", keep_years=10)


def test_a_record_is_deleted_on_the_day_after_its_time_and_not_before(registry: RealGateway) -> None:
    ask(registry, PERSON, years=1)
    ask(registry, OTHER, years=2)
    for on, left in ((date(2027, 3, 2), 2), (date(2027, 3, 3), 1)):
        with unit_of_work(registry.engine, at=NOW) as work:
            expire(work, on, by=LI, confirmed_by=WANG)
        with reading(registry.engine) as connection:
            assert len(connection.execute(select(person_queries)).all()) == left
    with reading(registry.engine) as connection:
        (line,) = connection.scalars(select(ledger.c.payload).where(ledger.c.act == "person:queries:expire"))
    assert (line["records"], line["confirmed_by"]) == (1, WANG)


def test_one_person_alone_deletes_nothing(registry: RealGateway) -> None:
    ask(registry, PERSON, years=1)
    with pytest.raises(FourEyesError), unit_of_work(registry.engine, at=NOW) as work:
        expire(work, date(2050, 1, 1), by=WANG, confirmed_by=WANG)


@pytest.mark.parametrize("wrong", [{"legal_basis": "x"}, {"purpose": ""}, {"document_no": ""}, {"decision_id": ""}])
def test_the_database_itself_refuses_a_query_without_its_reason(registry: RealGateway, wrong: dict[str, str]) -> None:
    ask(registry, PERSON)
    with reading(registry.engine) as connection:
        row = dict(connection.execute(select(person_queries)).mappings().one())
    del row["id"]
    with pytest.raises(IntegrityError), unit_of_work(registry.engine, at=NOW) as work:
        work.connection.execute(insert(person_queries).values({**row, **wrong}))


def test_how_long_a_query_is_kept_is_a_setting(sqlite_registry: RealGateway) -> None:
    home = replace(
        sqlite_registry.home, settings=sqlite_registry.home.settings.model_copy(update={"person_query_years": 3})
    )
    (home.path / "gateway.toml").write_text(home.settings.to_toml(), encoding="utf-8")
    sqlite_registry.home = type(home).open(home.path)
    sqlite_registry.publish()
    with sqlite_registry.asked() as asked:
        body = {"subject": PERSON.code, "matter": "company.officer", "purpose": "任职核查"}
        stated = {"legal_basis": "CONSENT", "basis_document": "授权书1号"}
        assert asked.post("/v1/check", json={**body, **stated}).status_code == 200
    with reading(sqlite_registry.engine) as connection:
        assert connection.scalar(text("SELECT keep_until_on FROM person_queries")) == "2029-03-02"
