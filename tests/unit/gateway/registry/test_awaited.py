"""Who looks at an entry sees whether the publication has caught up with it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from gateway.database.unit_of_work import reading, unit_of_work
from gateway.registry.lifecycle import EntryState, grant_repair, remove, shield, unshield
from gateway.registry.search import find_entries, show_entry
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway, company, entry_id

ENTRY = entry_id(company(1).key, LISTED)
STATED = {"by": LI, "confirmed_by": WANG, "reason": "期满", "document_no": "虚财〔2026〕9号"}


def awaits(registry: RealGateway, entry: str = ENTRY) -> object:
    with reading(registry.engine) as connection:
        found = {str(each["id"]): each["awaits"] for each in find_entries(connection)}
        shown = show_entry(connection, entry)["awaits"]
    assert found.get(entry, shown) == shown
    return shown


def test_a_determined_entry_awaits_the_next_publication(registry: RealGateway) -> None:
    registry.list_companies([1])
    assert awaits(registry) == "publication"
    registry.publish()
    assert awaits(registry) == ""


@pytest.mark.parametrize("ending", [remove, grant_repair, shield])
def test_an_ended_entry_awaits_its_withdrawal(registry: RealGateway, ending: Callable[..., EntryState]) -> None:
    registry.list_companies([1, 2])
    registry.publish()
    with unit_of_work(registry.engine, at=NOW + timedelta(seconds=1)) as work:
        ending(work, ENTRY, **STATED)
    assert awaits(registry) == "withdrawal"
    assert awaits(registry, entry_id(company(2).key, LISTED)) == ""
    registry.publish(5)
    assert awaits(registry) == ""


def test_an_entry_that_was_put_back_before_anybody_published_awaits_nothing(registry: RealGateway) -> None:
    registry.list_companies([1])
    registry.publish()
    for act in (shield, unshield):
        with unit_of_work(registry.engine, at=NOW + timedelta(seconds=1)) as work:
            act(work, ENTRY, **STATED)
    assert awaits(registry) == ""


def test_a_person_is_never_published_and_so_awaits_nothing(registry: RealGateway) -> None:
    registry.list_person("11010519491231002X")
    with reading(registry.engine) as connection:
        assert [each["awaits"] for each in find_entries(connection)] == [""]
