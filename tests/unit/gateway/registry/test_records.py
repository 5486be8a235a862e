"""What is published of a subject: published entries, waivers, the short fact; nothing of a person."""

from datetime import date
from hashlib import sha256

from sqlalchemy import update

from credit_sdk.model.listing import Waiver
from credit_sdk.model.subject import Subject
from gateway.database.tables import entries
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.registry.persons import RegistryKeys
from gateway.registry.records import records_of
from tests.real_gateway import HONOUR, LISTED, NOW, RealGateway, company, entry_id
from tests.waiver_case import ASKED, OFFICER, PLATFORM, SIGNED, asked, confirm


def test_a_subject_without_entries_has_no_record(registry: RealGateway) -> None:
    with reading(registry.engine) as connection:
        assert records_of(connection, [company(1).key]) == {}


def test_every_list_of_a_subject_is_in_one_record(registry: RealGateway) -> None:
    registry.list_companies([1])
    registry.list_companies([1], HONOUR)
    with reading(registry.engine) as connection:
        record = records_of(connection, [company(1).key])[company(1).key]
    assert [each.id for each in record.entries] == sorted(
        [entry_id(company(1).key, LISTED), entry_id(company(1).key, HONOUR)]
    )
    entry = next(each for each in record.entries if each.list == LISTED)
    assert entry.determined_on == date(2026, 1, 5)
    assert entry.term.until_on == date(2028, 1, 4)


def test_a_long_fact_is_shortened_and_its_digest_is_of_the_whole(registry: RealGateway) -> None:
    registry.list_companies([1])
    fact = "虚" * 500
    with unit_of_work(registry.engine, at=NOW) as work:
        work.connection.execute(
            update(entries).values(fact=fact, fields={"penalty_kinds": ["罚款", "警告"], "fine_yuan": 5})
        )
    with reading(registry.engine) as connection:
        record = records_of(connection, [company(1).key])[company(1).key]
    (entry,) = record.entries
    assert len(entry.fact) == 120
    assert entry.fact_digest == sha256(fact.encode()).digest()
    assert entry.fields == {"fine_yuan": 5, "penalty_kinds": ("罚款", "警告")}


def test_waivers_that_were_confirmed_travel_with_the_entries_they_soften(registry: RealGateway) -> None:
    registry.list_companies([1])
    registry.client(PLATFORM)
    confirmed, elsewhere, _ = (asked(registry, seq=seq, number=number) for seq, number in ((1, 1), (2, 2), (3, 1)))
    for waiver in (confirmed, elsewhere):
        confirm(registry, waiver)
    with reading(registry.engine) as connection:
        found = records_of(connection, [company(1).key, company(2).key])
    assert found.keys() == {company(1).key}
    assert found[company(1).key].waivers == (
        Waiver("procurement.award", "a1-05", ASKED, OFFICER, "抢险救灾采购", SIGNED["document_no"]),
    )


def test_nothing_of_a_person_is_published(registry: RealGateway) -> None:
    registry.list_person("639900199003070115")
    key = RegistryKeys.load(registry.home).key_of(Subject.parse("639900199003070115"))
    with reading(registry.engine) as connection:
        assert records_of(connection, [key]) == {}


def test_reads_more_subjects_than_one_statement_takes(registry: RealGateway) -> None:
    registry.list_companies(range(1200))
    with reading(registry.engine) as connection:
        assert len(records_of(connection, [company(each).key for each in range(1200)])) == 1200
