"""Coverage is declared by two people for a list the law knows and a day that has come; nothing else makes it."""

from datetime import date, timedelta

import pytest

from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import FourEyesError, InvalidActError, NotFoundError
from gateway.registry.coverage import by_list, declare, declared
from tests.real_gateway import LI, LISTED, NOW, TODAY, UNDECLARED, WANG, RealGateway


def say(registry: RealGateway, list_id: str = LISTED, on: date = TODAY, by: str = LI, confirmed_by: str = WANG) -> None:
    with unit_of_work(registry.engine, at=NOW) as work:
        declare(work, list_id, on, by=by, confirmed_by=confirmed_by)


def test_a_new_gateway_covers_nothing(registry: RealGateway) -> None:
    registry.list_companies([1])
    with reading(registry.engine) as connection:
        assert declared(connection) == {}
        assert all(each.complete_as_of is None for each in by_list(connection, TODAY))


def test_two_people_declare_and_declare_again(registry: RealGateway) -> None:
    say(registry, on=TODAY - timedelta(days=7))
    say(registry)
    with reading(registry.engine) as connection:
        assert declared(connection) == {LISTED: TODAY}
        told = {each.list: each for each in by_list(connection, TODAY)}
    assert told[LISTED].complete_as_of == TODAY
    assert (told[LISTED].declared_by, told[LISTED].confirmed_by) == (LI, WANG)
    assert told[UNDECLARED].complete_as_of is None


def test_a_list_may_be_named_by_its_title(registry: RealGateway) -> None:
    say(registry, "失信被执行人")
    with reading(registry.engine) as connection:
        assert declared(connection) == {UNDECLARED: TODAY}


def test_a_list_counts_what_is_published(registry: RealGateway) -> None:
    registry.list_companies([1, 2, 3])
    with reading(registry.engine) as connection:
        assert {each.list: each.published for each in by_list(connection, TODAY)}[LISTED] == 3


def test_refuses_one_person(registry: RealGateway) -> None:
    with pytest.raises(FourEyesError):
        say(registry, confirmed_by=LI)


def test_refuses_tomorrow(registry: RealGateway) -> None:
    with pytest.raises(InvalidActError, match="future"):
        say(registry, on=TODAY + timedelta(days=1))


def test_refuses_a_list_the_law_does_not_know(registry: RealGateway) -> None:
    with pytest.raises(NotFoundError, match="no-such-list"):
        say(registry, "no-such-list")
