"""Entries move only as the table says, only by two people, and only with a document."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from credit_sdk.model.subject import Subject
from gateway.database.tables import acts, entries, pending
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.ledger.verify import verify
from gateway.problems import ConflictError, FourEyesError, InvalidActError, NotFoundError
from gateway.publishing.source import clear
from gateway.registry import lifecycle
from gateway.registry.coverage import by_list
from gateway.registry.lifecycle import ENDED, MOVES, EntryAct, EntryState, after, grant_repair, move, remove, revoke
from gateway.registry.persons import RegistryKeys
from gateway.registry.records import records_of
from gateway.registry.search import find_entries, show_entry
from tests.real_gateway import LI, LISTED, NOW, TODAY, WANG, RealGateway, company, entry_id

ENTRY = entry_id(company(1).key, LISTED)
STATED = {"by": LI, "confirmed_by": WANG, "reason": "期满", "document_no": "虚财〔2026〕9号"}


@pytest.fixture
def listed(registry: RealGateway) -> RealGateway:
    registry.list_companies([1, 2])
    with unit_of_work(registry.engine, at=NOW) as work:
        clear(work.connection, [(company(each).key, NOW) for each in (1, 2)])
    return registry


def state_of(registry: RealGateway, entry: str = ENTRY) -> str:
    with reading(registry.engine) as connection:
        return str(connection.scalar(select(entries.c.state).where(entries.c.id == entry)))


@pytest.mark.parametrize(("act", "state"), [(remove, "removed"), (revoke, "revoked"), (grant_repair, "repaired")])
def test_an_act_ends_an_entry_and_says_so_everywhere(
    listed: RealGateway, act: Callable[..., EntryState], state: str
) -> None:
    with unit_of_work(listed.engine, at=NOW) as work:
        assert act(work, ENTRY, **STATED) == state
    with reading(listed.engine) as connection:
        assert connection.scalars(select(pending.c.subject_key)).all() == [company(1).key]
        assert records_of(connection, [company(1).key]) == {}
        assert records_of(connection, [company(2).key])
        assert {each.list: each.published for each in by_list(connection, TODAY) if each.published} == {LISTED: 1}
        (done,) = connection.execute(select(acts)).all()
        assert (done.by, done.confirmed_by, done.document_no, done.reason, done.at) == (
            LI,
            WANG,
            "虚财〔2026〕9号",
            "期满",
            NOW,
        )
        verify(connection)
        (told,) = (each["acts"] for each in [show_entry(connection, ENTRY)])
        assert isinstance(told, list)
        assert told[0]["by"] == LI
        assert [each["id"] for each in find_entries(connection, state=EntryState(state))] == [ENTRY]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"confirmed_by": LI}, FourEyesError),
        ({"by": WANG}, FourEyesError),
        ({"by": WANG, "confirmed_by": LI}, FourEyesError),
        ({"confirmed_by": "nobody"}, FourEyesError),
        ({"reason": " "}, InvalidActError),
        ({"document_no": ""}, InvalidActError),
    ],
)
def test_refuses_an_act_of_one_person_or_without_document(
    listed: RealGateway, changed: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error), unit_of_work(listed.engine, at=NOW) as work:
        remove(work, ENTRY, **{**STATED, **changed})
    assert state_of(listed) == "published"


def test_refuses_to_end_an_entry_twice(listed: RealGateway) -> None:
    with unit_of_work(listed.engine, at=NOW) as work:
        remove(work, ENTRY, **STATED)
    with pytest.raises(ConflictError, match="removed"), unit_of_work(listed.engine, at=NOW) as work:
        remove(work, ENTRY, **STATED)
    with pytest.raises(ConflictError), unit_of_work(listed.engine, at=NOW) as work:
        grant_repair(work, ENTRY, **STATED)


def test_what_was_removed_may_still_be_found_wrong(listed: RealGateway) -> None:
    with unit_of_work(listed.engine, at=NOW) as work:
        remove(work, ENTRY, **STATED)
        revoke(work, ENTRY, **STATED)
    assert state_of(listed) == "revoked"


def test_a_shielded_entry_is_not_published_and_may_come_back(listed: RealGateway) -> None:
    with unit_of_work(listed.engine, at=NOW) as work:
        move(work, ENTRY, EntryAct.SHIELD, **STATED)
        assert records_of(work.connection, [company(1).key]) == {}
        move(work, ENTRY, EntryAct.UNSHIELD, **STATED)
        assert records_of(work.connection, [company(1).key])


def test_refuses_an_entry_that_is_not_there(listed: RealGateway) -> None:
    with pytest.raises(NotFoundError), unit_of_work(listed.engine, at=NOW) as work:
        remove(work, "nothing", **STATED)
    with pytest.raises(NotFoundError), reading(listed.engine) as connection:
        show_entry(connection, "nothing")


def test_an_act_on_a_person_is_not_for_the_publisher(listed: RealGateway) -> None:
    listed.list_person("639900199003070115")
    key = RegistryKeys.load(listed.home).key_of(Subject.parse("639900199003070115"))
    entry = entry_id(key, LISTED)
    with unit_of_work(listed.engine, at=NOW) as work:
        assert records_of(work.connection, [key]) == {}
        remove(work, entry, **STATED)
    with reading(listed.engine) as connection:
        assert connection.execute(select(pending)).all() == []


@given(st.sampled_from(EntryState), st.lists(st.sampled_from(EntryAct), max_size=6))
def test_nothing_leads_back_from_an_end(state: EntryState, done: list[EntryAct]) -> None:
    # A removed, revoked or repaired subject is never listed again by the same entry, whatever is done; only a repair
    # that rested on falsehood is voided.
    ends = {EntryState.REMOVED, EntryState.REVOKED, EntryState.REPAIRED, EntryState.CORRECTED, EntryState.DISCARDED}
    ended = False
    for act in done:
        ended = (ended or state in ends) and not (state is EntryState.REPAIRED and act is EntryAct.VOID)
        try:
            state = after(state, act)
        except ConflictError:
            continue
        assert not (ended and state is EntryState.PUBLISHED)


def test_the_table_in_the_text_is_the_table() -> None:
    text = Path(lifecycle.__file__).read_text(encoding="utf-8").split('"""')[1]
    written = re.findall(r"^(\w+) {2,}(\w+) {2,}(\w+)(?: |$)", text, re.MULTILINE)
    assert {(a, b, c) for a, b, c in written if a != "from"} == {
        (a.value, b.value, c.value) for (a, b), c in MOVES.items()
    }
    assert EntryState.PUBLISHED not in ENDED
