"""Who answers for an entry comes with the table that gives his number; a name alone names nobody."""

from collections.abc import Mapping

import pytest
from sqlalchemy import Row, select

from credit_sdk.model import identifier
from credit_sdk.model.measure import Role
from credit_sdk.model.subject import Subject
from gateway.database.tables import entries, ledger, responsible_persons
from gateway.database.unit_of_work import reading
from gateway.intake.answering import answering_places
from gateway.registry.persons import RegistryKeys
from gateway.registry.responsible import ROLES
from tests.unit.gateway.intake.sheets import PENALTY, PERSON, PROCUREMENT
from tests.unit.gateway.intake.table_office import Office

REPRESENTED = {"CF_FRDB": "虚构人", "CF_FR_ZJLX": "身份证", "CF_FR_ZJHM": PERSON}
OTHER = f"63990019810523011{identifier.resident_check_character('63990019810523011')}"


def stated(office: Office) -> list[Row[tuple[object, ...]]]:
    with reading(office.registry.engine) as connection:
        return list(connection.execute(select(responsible_persons).order_by(responsible_persons.c.id)))


def key_of(office: Office, number: str) -> bytes:
    return RegistryKeys.load(office.registry.home).key_of(Subject.parse(number))


def test_a_representative_with_a_number_answers_for_the_draft_and_is_kept_by_key(office: Office) -> None:
    done = office.take([{**PENALTY, **REPRESENTED}])
    (person,) = stated(office)
    assert (person.person_key, person.role, person.name) == (key_of(office, PERSON), "legal-representative", "虚构人")
    assert (person.code, person.is_named, person.confirmed_by) == (None, False, None)
    assert PENALTY["CF_WSH"] in person.source
    assert PERSON not in repr(person)
    assert done.report["answering"] == 1
    with reading(office.registry.engine) as connection:
        entry = connection.execute(select(entries)).one()
        lines = connection.scalars(select(ledger.c.payload)).all()
    assert (person.entry, entry.extra["CF_FRDB"]) == (entry.id, "虚构人")
    assert entry.extra["CF_FR_ZJHM"].count("*") == 8
    assert any('"answering":1' in str(line).replace(" ", "") or "'answering': 1" in str(line) for line in lines)
    assert PERSON not in str(lines)


@pytest.mark.parametrize(
    ("changed", "warned"),
    [
        ({"CF_FR_ZJHM": ""}, False),
        ({"CF_FR_ZJLX": "护照号", "CF_FR_ZJHM": "E12345678"}, False),
        ({"CF_FR_ZJHM": PERSON[:-1] + "9"}, True),
        ({"CF_FR_ZJHM": "639900********0115"}, True),
        ({"CF_FR_ZJHM": PENALTY["CF_XDR_SHXYM"]}, True),
    ],
)
def test_whoever_is_known_by_no_right_number_answers_for_nothing(
    one_office: Office, changed: Mapping[str, str], warned: bool
) -> None:
    done = one_office.take([{**PENALTY, **REPRESENTED, **changed}])
    assert (done.accepted, stated(one_office), done.report["answering"]) == (1, [], 0)
    assert ("answering.number" in str(done.report["warnings"])) is warned
    assert PERSON not in str(done.report)


def test_our_own_columns_name_all_three_roles_and_a_company_only_as_controller(one_office: Office) -> None:
    row = {
        **PROCUREMENT,
        "法定代表人": "甲",
        "法定代表人证件号码": PERSON,
        "主要负责人证件号": OTHER,
        "实际控制人": "乙公司",
        "实际控制人证件号码": "11630000015000185Y",
    }
    one_office.take([row], "procurement-serious")
    found = {each.role: (each.name, each.person_key, each.code) for each in stated(one_office)}
    assert found == {
        "legal-representative": ("甲", key_of(one_office, PERSON), None),
        "responsible-person": ("", key_of(one_office, OTHER), None),
        "actual-controller": ("乙公司", Subject.parse("11630000015000185Y").key, "11630000015000185Y"),
    }
    with reading(one_office.registry.engine) as connection:
        extra = connection.scalars(select(entries.c.extra)).one()
    assert {PERSON, OTHER}.isdisjoint(extra.values())


def test_another_representative_is_a_correction_though_the_masked_numbers_are_alike(one_office: Office) -> None:
    born = (f"1980{month:02d}{day:02d}" for month in range(1, 13) for day in range(1, 29))
    alike = next(number for day in born if identifier.is_resident_number(number := f"{PERSON[:6]}{day}{PERSON[14:]}"))
    one_office.confirm(one_office.take([{**PENALTY, **REPRESENTED}]).batch)
    again = one_office.take([{**PENALTY, **REPRESENTED, "CF_GSJZQ": "2027-02-24 00:00:00"}])
    other = one_office.take([{**PENALTY, **REPRESENTED, "CF_FR_ZJHM": alike}])
    assert (again.report["unchanged"], again.report["answering"]) == (1, 0)
    assert (other.report["corrections"], other.report["answering"]) == (1, 1)
    assert [each.person_key for each in stated(one_office)] == [key_of(one_office, each) for each in (PERSON, alike)]


def test_a_header_without_such_columns_is_asked_for_nobody() -> None:
    assert answering_places({"CF_FRDB": 1}, {"法定代表人": 2, "法定代表人证件类型": 3}, None) == ()
    (one,) = answering_places({}, {"主要负责人 身份证号": 4, "主要负责人姓名": 5}, None)
    assert (one.role, one.number, one.kind, one.name) == (Role.RESPONSIBLE_PERSON, 4, None, 5)
    assert ROLES["主要负责人"] is one.role
