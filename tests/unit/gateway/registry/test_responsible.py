"""Who answers for an entry is stated by two people or with the entry, shown masked, and never guessed."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from credit_sdk.model.measure import Role
from credit_sdk.model.subject import Subject
from gateway.database.tables import entries, responsible_persons
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import ConflictError, FourEyesError, InvalidActError, NotFoundError
from gateway.registry.persons import RegistryKeys
from gateway.registry.responsible import Reach, Span, entries_naming
from gateway.registry.search import show_entry
from gateway.registry.stating import StatedPerson, state, withdraw
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway, company, entry_id

PERSON = Subject.parse("639900199003070115")
ENTRY = entry_id(company(1).key, LISTED)
NAMED = StatedPerson(PERSON, Role.LEGAL_REPRESENTATIVE, is_named=True, source="虚财罚〔2026〕1号", name="虚构人")
TWO = {"by": LI, "confirmed_by": WANG}
DAYS = st.none() | st.dates(date(2020, 1, 1), date(2020, 1, 9))


@pytest.fixture(autouse=True)
def listed(request: pytest.FixtureRequest) -> None:
    if "registry" in request.fixturenames:
        request.getfixturevalue("registry").list_companies([1])


def name(registry: RealGateway, *persons: StatedPerson, entry: str = ENTRY, confirmed_by: str | None = WANG) -> int:
    with unit_of_work(registry.engine, at=NOW) as work:
        return state(work, RegistryKeys.load(registry.home), entry, persons, by=LI, confirmed_by=confirmed_by)


def named(registry: RealGateway) -> list[tuple[str, Reach]]:
    with reading(registry.engine) as connection:
        keys = RegistryKeys.load(registry.home)
        return [(each.row.id, each.reach) for each in entries_naming(connection, keys, PERSON)]


def test_a_person_is_shown_masked_and_an_organisation_by_its_code(registry: RealGateway) -> None:
    controller = StatedPerson(company(7), Role.ACTUAL_CONTROLLER, is_named=False, source="登记机关")
    assert name(registry, NAMED, controller) == 2
    with reading(registry.engine) as connection:
        shown = show_entry(connection, ENTRY)["responsible"]
        stored = repr(connection.execute(select(responsible_persons)).all())
    assert isinstance(shown, list)
    assert [(each["subject"], each["reach"]) for each in shown] == [
        (PERSON.masked, "named"),
        (company(7).code, "not-named"),
    ]
    assert "行为发生日" in shown[0]["unknown"][0]
    assert PERSON.code not in stored + repr(shown)
    assert repr(PERSON.key) not in stored


def test_a_number_in_name_or_source_is_masked(registry: RealGateway) -> None:
    name(registry, replace(NAMED, name=f"虚构人{PERSON.code}", source=f"决定书（{PERSON.code}）"))
    with reading(registry.engine) as connection:
        assert PERSON.code not in repr(connection.execute(select(responsible_persons)).all())


@pytest.mark.parametrize(
    ("person", "confirmed_by", "refused"),
    [
        (NAMED, LI, FourEyesError),
        (NAMED, None, ConflictError),
        (replace(NAMED, role=Role.CANDIDATE), WANG, InvalidActError),
        (replace(NAMED, subject=Subject.parse("639900********0115")), WANG, InvalidActError),
        (replace(NAMED, source=" "), WANG, InvalidActError),
        (replace(NAMED, office=Span(date(2026, 1, 2), date(2026, 1, 1))), WANG, InvalidActError),
        (replace(NAMED, conduct=Span(date(2026, 1, 2), date(2026, 1, 1))), WANG, InvalidActError),
    ],
)
def test_what_nobody_may_state_is_refused(
    registry: RealGateway, person: StatedPerson, confirmed_by: str | None, refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        name(registry, person, confirmed_by=confirmed_by)
    assert named(registry) == []


def test_the_same_person_is_stated_once_in_a_role_and_again_after_being_taken_back(registry: RealGateway) -> None:
    name(registry, NAMED)
    with pytest.raises(ConflictError):
        name(registry, NAMED)
    name(registry, replace(NAMED, role=Role.ACTUAL_CONTROLLER))
    with unit_of_work(registry.engine, at=NOW) as work:
        id = work.connection.scalars(select(responsible_persons.c.id)).first()
        assert id is not None
        withdraw(work, id, **TWO, reason="误登")
    with pytest.raises(NotFoundError), unit_of_work(registry.engine, at=NOW) as work:
        withdraw(work, id, **TWO, reason="误登")
    name(registry, NAMED)
    assert len(named(registry)) == 2


def test_nobody_answers_for_an_entry_that_is_not_there(registry: RealGateway) -> None:
    with pytest.raises(NotFoundError):
        name(registry, NAMED, entry="nothing")


def test_who_came_with_a_draft_is_confirmed_with_it(registry: RealGateway) -> None:
    with unit_of_work(registry.engine, at=NOW) as work:
        work.connection.execute(update(entries).values(state="drafted", confirmed_by=None, confirmed_at=None))
    assert name(registry, NAMED, confirmed_by=None) == 1
    assert named(registry) == []  # a draft reaches nobody
    with unit_of_work(registry.engine, at=NOW) as work:
        work.connection.execute(update(entries).values(state="published", confirmed_by=WANG, confirmed_at=NOW))
    assert named(registry) == [(ENTRY, Reach.NAMED)]


def correct(registry: RealGateway, id: str) -> None:
    with unit_of_work(registry.engine, at=NOW) as work:
        (held,) = work.connection.execute(select(entries).where(entries.c.state == "published")).mappings()
        work.connection.execute(update(entries).where(entries.c.id == held["id"]).values(state="corrected"))
        work.connection.execute(insert(entries).values({**held, "id": id, "replaces": held["id"]}))


def test_a_correction_keeps_those_stated_before_unless_it_states_its_own(registry: RealGateway) -> None:
    name(registry, NAMED)
    correct(registry, "second")
    correct(registry, "third")
    assert named(registry) == [("third", Reach.NAMED)]
    other = StatedPerson(company(7), Role.ACTUAL_CONTROLLER, is_named=True, source="虚财罚〔2026〕2号")
    name(registry, other, entry="third")
    assert named(registry) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"confirmed_by": LI},
        {"code": PERSON.code},
        {"role": "candidate"},
        {"withdrawn_at": NOW},
        {"withdrawn_at": NOW, "withdrawn_by": LI, "withdrawal_confirmed_by": LI, "withdrawn_why": "误登"},
        {"office_from_on": date(2026, 1, 2), "office_until_on": date(2026, 1, 1)},
    ],
)
def test_the_database_itself_refuses_it(registry: RealGateway, wrong: dict[str, object]) -> None:
    name(registry, NAMED)
    with pytest.raises(IntegrityError), unit_of_work(registry.engine, at=NOW) as work:
        work.connection.execute(update(responsible_persons).values(wrong))


@given(one=st.tuples(DAYS, DAYS), other=st.tuples(DAYS, DAYS))
def test_two_spans_miss_each_other_only_when_no_day_could_be_in_both(
    one: tuple[date | None, date | None], other: tuple[date | None, date | None]
) -> None:
    first, last = date(2019, 12, 1), date(2020, 2, 1)

    def days(span: tuple[date | None, date | None]) -> set[int]:
        return set(range((span[0] or first).toordinal(), (span[1] or last).toordinal() + 1))

    if days(one) and days(other):
        assert Span(*one).certainly_misses(Span(*other)) == days(one).isdisjoint(days(other))
