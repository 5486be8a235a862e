"""Whoever is listed may object: the entry is marked, two people decide, and who is right is free in the same act."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from gateway.database.tables import entries, objections, pending
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.ledger.verify import verify
from gateway.problems import ConflictError, FourEyesError, InvalidActError, NotFoundError
from gateway.publishing.source import clear
from gateway.registry import objections as registry
from gateway.registry.lifecycle import grant_repair
from gateway.registry.objections import ObjectionAbout, ObjectionState
from gateway.registry.records import records_of
from tests.real_gateway import LI, LISTED, NOW, TODAY, WANG, RealGateway, company, entry_id
from tests.unit.gateway.registry.objecting import (
    CONTENT,
    ENTRY,
    PERIOD,
    REJECTED,
    REVOKED,
    answer,
    decide,
    file,
    marked_since,
    with_two_listed,
)


@pytest.fixture
def listed(registry: RealGateway) -> RealGateway:
    return with_two_listed(registry)


def test_a_company_objects_is_marked_and_wins(listed: RealGateway) -> None:
    number = file(listed, filed_on=TODAY - timedelta(days=1))
    assert marked_since(listed) == TODAY - timedelta(days=1)
    with reading(listed.engine) as connection:
        assert connection.scalars(select(pending.c.subject_key)).all() == [company(1).key]
    assert decide(listed, number, REVOKED) == "upheld"
    with reading(listed.engine) as connection:
        assert records_of(connection, [company(1).key]) == {}
        assert connection.scalar(select(entries.c.state).where(entries.c.id == ENTRY)) == "revoked"
        verify(connection)
    told = answer(listed, number)
    assert (told["decided_by"], told["confirmed_by"], told["document"]) == (LI, WANG, "虚财异〔2026〕3号")
    assert "异议成立" in str(told["reply"])
    assert "撤销该条目" in str(told["reply"])


@pytest.mark.parametrize("ends", ["reject", "withdraw"])
def test_an_objection_that_ends_without_success_takes_its_mark_with_it(listed: RealGateway, ends: str) -> None:
    number = file(listed)
    with unit_of_work(listed.engine, at=NOW) as work:
        clear(work.connection, [(company(1).key, NOW)])
    if ends == "reject":
        assert decide(listed, number, REJECTED) == "rejected"
    else:
        with unit_of_work(listed.engine, at=NOW) as work:
            assert registry.withdraw(work, number, by=LI, reason="已核对无误") == "withdrawn"
    assert marked_since(listed) is None
    with reading(listed.engine) as connection:
        assert connection.scalars(select(pending.c.subject_key)).all() == [company(1).key]


def test_nobody_objects_before_there_is_a_determination(listed: RealGateway) -> None:
    with pytest.raises(InvalidActError, match="2026-01-05"):
        file(listed, filed_on=date(2026, 1, 4))
    assert file(listed, filed_on=date(2026, 1, 5))


def test_two_objections_mark_from_the_earlier_one_until_the_last_is_decided(listed: RealGateway) -> None:
    first = file(listed, CONTENT, filed_on=TODAY - timedelta(days=3))
    second = file(listed, PERIOD)
    assert marked_since(listed) == TODAY - timedelta(days=3)
    decide(listed, first, REJECTED)
    assert marked_since(listed) == TODAY
    decide(listed, second, REJECTED)
    assert marked_since(listed) is None


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"by": "nobody"}, FourEyesError),
        ({"grounds": " "}, InvalidActError),
        ({"applicant": ""}, InvalidActError),
        ({"grounds": "长" * 5001}, InvalidActError),
        ({"filed_on": TODAY + timedelta(days=1)}, InvalidActError),
        ({"entry": "nothing"}, NotFoundError),
    ],
)
def test_refuses_an_objection_that_says_too_little(
    listed: RealGateway, given: dict[str, str | date], error: type[Exception]
) -> None:
    with pytest.raises(error):
        file(listed, **given)  # type: ignore[arg-type]  # what is wrong is the point
    assert marked_since(listed) is None


def test_the_same_objection_is_open_once(listed: RealGateway) -> None:
    number = file(listed)
    with pytest.raises(ConflictError, match="under way"):
        file(listed)
    decide(listed, number, REJECTED)
    assert file(listed) != number


def test_the_result_of_a_repair_may_be_contested(listed: RealGateway) -> None:
    with unit_of_work(listed.engine, at=NOW) as work:
        grant_repair(work, ENTRY, by=LI, confirmed_by=WANG, reason="已履行", document_no="虚修1号")
    assert file(listed, ObjectionAbout.REPAIR)


def test_a_personal_number_in_what_is_handed_in_is_masked(listed: RealGateway) -> None:
    number = file(listed, grounds="我是639900199003070115本人")
    assert "639900199003070115" not in str(answer(listed, number))


def test_where_no_law_states_a_limit_the_reply_says_so_and_a_reminder_is_not_called_one(listed: RealGateway) -> None:
    number = file(listed)
    plain, reminded = answer(listed, number), answer(listed, number, reminder=5)
    assert "未设法定期限" in str(plain["reply"])
    assert plain["limit"] == {
        "statutory": False,
        "text": "现行规定未设法定期限",
        "due_on": None,
        "unknown_year": None,
        "basis": "",
        "confidence": "",
        "reminder_on": None,
    }
    assert "内部提醒日2026年03月09日，不是法定期限" in str(reminded["reply"])


def test_one_that_needs_a_verification_is_reminded_of_as_late_as_in_the_list_of_deadlines(listed: RealGateway) -> None:
    number = file(listed, needs_verification="须向认定机关核实")
    assert "内部提醒日2026年03月30日，不是法定期限" in str(answer(listed, number, reminder=5)["reply"])


def test_two_desks_take_the_same_objection_in_at_once(listed: RealGateway) -> None:
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def desk() -> None:
        start.wait()
        try:
            outcomes.append(file(listed))
        except ConflictError:
            outcomes.append("refused")

    both = [threading.Thread(target=desk) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(map(len, outcomes)) == sorted([len("refused"), 16])


def test_objections_are_found_by_state_and_entry_in_pages(listed: RealGateway) -> None:
    other = entry_id(company(2).key, LISTED)
    mine, period, theirs = file(listed), file(listed, PERIOD), file(listed, entry=other)
    decide(listed, mine, REJECTED)
    with reading(listed.engine) as connection:

        def found(**query: object) -> set[str]:
            return {row.id for row in registry.find(connection, **query)}  # type: ignore[arg-type]  # by name

        assert found(state=ObjectionState.FILED) == {period, theirs}
        assert found(entry=ENTRY) == {mine, period}
        first = registry.find(connection, limit=2)
        assert {row.id for row in first} | found(behind=first[-1].id) == {mine, period, theirs}
        assert connection.scalar(select(objections.c.channel).where(objections.c.id == mine)) == "desk"
