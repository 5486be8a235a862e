"""Everything that waits has its deadline, in the list and in the counts; what cannot be known is said."""

from datetime import date, datetime

import pytest
from sqlalchemy import update

from gateway.database.tables import entries, pending
from gateway.database.unit_of_work import unit_of_work
from gateway.registry.deadlines import TermState, days_left, state_of
from gateway.registry.lifecycle import revoke
from gateway.registry.time_limits import Ground
from gateway.registry.waiting import APPLICANT, Duty
from gateway.registry.working_days import Due
from tests.real_gateway import LI, NOW, WANG, RealGateway, company
from tests.unit.gateway.feedback.test_intake import check_record, outcome_record
from tests.unit.gateway.registry.duties import (
    AUTHORITY,
    PLATFORM,
    apply_for_repair,
    both,
    draft,
    due,
    entry_of,
    object_to,
    send,
    under_the_shipped_law,
)


@pytest.fixture
def held(registry: RealGateway) -> RealGateway:
    return under_the_shipped_law(registry)


def test_nothing_waits_where_nothing_waits(held: RealGateway) -> None:
    found, counted = both(held)
    assert found == ()
    assert set(counted) == set(Duty)
    assert all(each.open == 0 for each in counted.values())


def test_an_objection_without_a_time_limit_in_force_is_an_internal_reminder(held: RealGateway) -> None:
    object_to(held, 1, date(2026, 4, 24))
    object_to(held, 2, date(2026, 4, 24), verification="须向认定机关核实")
    found, counted = both(held)
    assert [(each.reference, each.due_on, each.limit.ground, each.who) for each in found] == [
        ("objection-1", date(2026, 5, 6), Ground.INTERNAL, AUTHORITY),
        ("objection-2", date(2026, 5, 26), Ground.INTERNAL, AUTHORITY),
    ]
    assert (counted[Duty.OBJECTION].open, counted[Duty.OBJECTION].overdue) == (2, 1)


def test_a_repair_is_accepted_in_three_and_decided_in_ten_working_days(held: RealGateway) -> None:
    apply_for_repair(held, 1, date(2026, 4, 30), "applied")
    apply_for_repair(held, 2, date(2026, 4, 30), "accepted", date(2026, 5, 6))
    apply_for_repair(held, 3, date(2026, 4, 30), "supplement")
    apply_for_repair(held, 4, date(2026, 3, 31), "applied")
    found = {each.reference: each for each in due(held)}
    assert (found["repair-1"].due_on, found["repair-1"].limit.period) == (date(2026, 5, 8), "repair-acceptance")
    assert (found["repair-2"].due_on, found["repair-2"].limit.period) == (date(2026, 5, 18), "repair-decision")
    assert (found["repair-3"].who, found["repair-3"].limit.ground) == (APPLICANT, Ground.NONE)
    assert found["repair-4"].limit.ground is Ground.NONE
    assert {each.who for each in found.values()} == {AUTHORITY, APPLICANT}


def test_a_sector_rule_counts_from_acceptance(held: RealGateway) -> None:
    apply_for_repair(held, 1, date(2026, 4, 30), "accepted", date(2026, 5, 8))
    with unit_of_work(held.engine, at=NOW) as work:
        work.connection.execute(
            update(entries).where(entries.c.id == entry_of(1)).values(list="market-supervision-serious")
        )
    (found,) = due(held)
    assert (found.since_on, found.limit.period) == (date(2026, 5, 8), "repair-market-decision")


def test_what_was_revoked_is_to_be_withdrawn_until_it_is_published(held: RealGateway) -> None:
    with unit_of_work(held.engine, at=datetime.fromisoformat("2026-05-06T17:00:00Z")) as work:
        revoke(work, entry_of(1), by=LI, confirmed_by=WANG, reason="认定被撤销", document_no="虚撤1号")
    (found,) = due(held)
    # 17:00 UTC is the next day in China.
    assert (found.duty, found.since_on, found.due_on) == (Duty.WITHDRAWAL, date(2026, 5, 7), date(2026, 5, 11))
    assert (found.entry, found.limit.period) == (entry_of(1), "annulment-withdrawal")
    with unit_of_work(held.engine, at=NOW) as work:
        work.connection.execute(pending.delete())
    assert due(held) == []


def test_a_check_that_found_something_waits_for_feedback(held: RealGateway) -> None:
    send(held, [check_record(1, entries=(entry_of(1), entry_of(2))), check_record(2, entries=())], [])
    send(held, [check_record(3)], [outcome_record(3, "not-applied", reason="非依法必须招标项目")])
    found, counted = both(held, date(2026, 3, 10))
    (one,) = found
    assert (one.reference, one.who, one.matter, one.case) == (
        "decision-1",
        PLATFORM,
        "procurement.award",
        "青采2026-17",
    )
    assert one.entry == min(entry_of(1), entry_of(2))
    assert (one.subject, one.due_on, one.state) == (company(1).masked, date(2026, 3, 9), TermState.OVERDUE)
    assert (one.limit.ground, counted[Duty.FEEDBACK].overdue) == (Ground.INTERNAL, 1)
    assert due(held, client="行政审批系统") == []
    assert [each.reference for each in due(held, date(2026, 3, 10), client=PLATFORM)] == ["decision-1"]
    send(held, [], [outcome_record(1)])
    assert due(held) == []


def test_a_system_sees_nothing_but_the_feedback_it_owes(held: RealGateway) -> None:
    draft(held, 1, date(2026, 4, 24))
    object_to(held, 2, date(2026, 4, 24))
    found, counted = both(held, client=PLATFORM)
    assert found == ()
    assert all(each.open == 0 for each in counted.values())


@pytest.mark.parametrize(
    ("today", "due_on", "state", "left"),
    [
        (date(2026, 9, 30), date(2026, 10, 10), TermState.SOON, 3),
        (date(2026, 9, 29), date(2026, 10, 10), TermState.OPEN, 4),
        (date(2026, 10, 10), date(2026, 10, 10), TermState.SOON, 0),
        (date(2026, 10, 12), date(2026, 10, 10), TermState.OVERDUE, -1),
        (date(2026, 12, 30), date(2026, 12, 31), TermState.SOON, 1),
        (date(2027, 1, 4), date(2026, 12, 31), TermState.OVERDUE, None),
    ],
)
def test_soon_and_over_are_said_in_working_days(today: date, due_on: date, state: TermState, left: int | None) -> None:
    assert (state_of(Due(due_on), today), days_left(Due(due_on), today)) == (state, left)
