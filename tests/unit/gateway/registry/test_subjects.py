"""A number or the beginning of a name finds an organisation; a person is never found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import InvalidActError
from gateway.registry.subjects import Found, _following, find_subjects
from tests.real_gateway import LISTED, NOW, RealGateway, company

PERSON = "11010519491231002X"
NAMES = {
    1: "青海虚构建筑有限公司",
    2: "青海虚构建材有限公司",
    3: "青海%_\\公司",
    4: "Qinghai Fictional",
    5: "𠮷虚构",
    6: "甘肃虚构",
}


@pytest.fixture
def named(registry: RealGateway) -> RealGateway:
    registry.list_companies(list(NAMES))
    registry.list_person(PERSON)
    with unit_of_work(registry.engine, at=NOW) as work:
        for number, name in NAMES.items():
            work.connection.execute(
                text("UPDATE subjects SET name = :name WHERE code = :code"),
                {"name": name, "code": company(number).code},
            )
        work.connection.execute(text("UPDATE subjects SET name = '青海虚构之人' WHERE code IS NULL"))
    return registry


def found(gateway: RealGateway, wanted: str, *, only_published: bool = False, limit: int = 100) -> tuple[Found, ...]:
    with reading(gateway.engine) as connection:
        return find_subjects(connection, wanted, only_published=only_published, limit=limit)


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ("青海虚构建", [2, 1]),
        ("青海%", [3]),
        ("青海_", []),
        ("青海", [3, 2, 1]),
        ("Qinghai", [4]),
        ("qinghai", []),
        ("𠮷虚", [5]),
        ("虚构", []),
        (company(6).code, [6]),
        (f" {company(6).code.lower()} ", [6]),
    ],
)
def test_finds_by_number_or_by_how_the_name_begins(named: RealGateway, wanted: str, numbers: list[int]) -> None:
    assert {each.code for each in found(named, wanted)} == {company(number).code for number in numbers}


def test_names_come_in_one_order_on_both_databases(named: RealGateway) -> None:
    names = [each.name for each in found(named, "青海")]
    assert names == sorted(names)
    assert [each.name for each in found(named, "青海", limit=2)] == names[:2]


def test_a_natural_person_is_not_found(named: RealGateway) -> None:
    assert all("之人" not in each.name for each in found(named, "青海虚构"))
    with pytest.raises(InvalidActError, match="purpose and legal basis"):
        found(named, PERSON)
    with pytest.raises(InvalidActError, match="at least 2 characters"):
        found(named, "青")
    with pytest.raises(InvalidActError, match="at least 2 characters"):
        found(named, "青海\x00")


def test_one_whose_entries_have_ended_is_found_by_the_office_alone(named: RealGateway) -> None:
    named.remove([1, 2], LISTED)
    assert {each.code for each in found(named, "青海虚构建", only_published=True)} == set()
    assert [dict(each.entries) for each in found(named, company(1).code)] == [{"removed": 1}]


def test_of_what_was_repaired_not_even_the_number_is_told(named: RealGateway) -> None:
    named.repair(1)
    assert [dict(each.entries) for each in found(named, company(1).code)] == [{}]


@given(st.text(min_size=1, max_size=4), st.text(max_size=3))
def test_the_range_of_a_prefix_holds_all_that_begin_with_it(prefix: str, rest: str) -> None:
    after = _following(prefix)
    assert after is None or prefix <= prefix + rest < after
