"""What was determined has to be published in time, by the rule of whoever determined it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from gateway.database.tables import entries
from gateway.database.unit_of_work import unit_of_work
from gateway.registry.deadlines import DeadlineCount, TermState
from gateway.registry.time_limits import Ground
from gateway.registry.waiting import PUBLISHER, REVIEWER, Duty
from tests.real_gateway import NOW, RealGateway, company
from tests.unit.gateway.registry.duties import both, draft, due, entry_of, revoke_on, under_the_shipped_law

MARKET = "虚构市市场监督管理局"
ARTICLE_9 = "《市场监督管理行政处罚信息公示规定》（国家市场监督管理总局令第45号）第九条"


@pytest.fixture
def held(registry: RealGateway) -> RealGateway:
    return under_the_shipped_law(registry)


def test_a_draft_waits_for_its_second_person_within_seven_working_days_of_the_document(held: RealGateway) -> None:
    draft(held, 1, date(2026, 4, 23))
    draft(held, 2, date(2026, 5, 7))
    draft(held, 3, date(2026, 4, 24))
    found, counted = both(held)
    assert [(each.entry, each.due_on, each.working_days_left, each.state) for each in found] == [
        (entry_of(1), date(2026, 5, 7), -1, TermState.OVERDUE),
        (entry_of(3), date(2026, 5, 8), 0, TermState.SOON),
        (entry_of(2), date(2026, 5, 15), 6, TermState.OPEN),
    ]
    assert {each.who for each in found} == {REVIEWER}
    assert found[0].subject == company(1).masked
    assert (found[0].limit.ground, found[0].limit.period) == (Ground.STATUTORY, "penalty-publication")
    assert counted[Duty.PUBLICITY] == DeadlineCount(Duty.PUBLICITY, open=3, soon=1, overdue=1, unknown=0, unlimited=0)
    assert [each.entry for each in due(held, overdue=True)] == [entry_of(1)]
    assert [each.entry for each in due(held, limit=2)] == [entry_of(1), entry_of(3)]


def test_what_nobody_can_know_is_unknown_in_the_list_and_in_the_counts(held: RealGateway) -> None:
    draft(held, 1, date(2026, 12, 25))
    for today in (date(2026, 12, 31), date(2027, 1, 20)):
        (found,), counted = both(held, today)
        assert (found.due_on, found.unknown_year, found.state) == (None, 2027, TermState.UNKNOWN)
        assert found.working_days_left is None
        assert (counted[Duty.PUBLICITY].unknown, counted[Duty.PUBLICITY].overdue) == (1, 0)


@pytest.mark.parametrize("list_id", ["tax-a", "judgment-defaulter", "procurement-serious"])
def test_the_days_for_penalties_bind_penalties_alone(held: RealGateway, list_id: str) -> None:
    draft(held, 1, date(2026, 11, 26), list_id)
    draft(held, 2, date(2026, 11, 26))
    revoke_on(held, 3, date(2026, 11, 26), list_id)
    revoke_on(held, 4, date(2026, 11, 26), "administrative-penalty")
    found = {each.entry: each for each in due(held, date(2026, 11, 27))}
    assert [found[entry_of(each)].limit.ground for each in (1, 3)] == [Ground.NONE, Ground.NONE]
    assert {found[entry_of(each)].state for each in (1, 3)} == {TermState.UNLIMITED}
    assert found[entry_of(2)].due_on == date(2026, 12, 7)
    assert found[entry_of(4)].due_on == date(2026, 12, 1)


def test_before_there_was_a_rule_there_is_no_limit(held: RealGateway) -> None:
    draft(held, 1, date(2018, 4, 1))
    (found,), counted = both(held)
    assert (found.state, found.limit.ground, found.due_on) == (TermState.UNLIMITED, Ground.NONE, None)
    assert counted[Duty.PUBLICITY].unlimited == 1


def test_a_person_is_not_published_so_nothing_about_it_is_due(held: RealGateway) -> None:
    held.list_person("639900199003070115")
    with unit_of_work(held.engine, at=NOW) as work:
        work.connection.execute(
            update(entries).where(entries.c.is_person).values(state="drafted", confirmed_by=None, confirmed_at=None)
        )
    assert due(held) == []


def test_what_was_confirmed_waits_until_it_is_published(held: RealGateway) -> None:
    with unit_of_work(held.engine, at=NOW) as work:
        at = NOW + timedelta(seconds=60)
        work.connection.execute(
            update(entries).where(entries.c.id == entry_of(1)).values(confirmed_at=at, determined_on=date(2026, 5, 6))
        )
        work.mark_changed([company(1).key])
    (found,) = due(held)
    assert (found.duty, found.who, found.since_on) == (Duty.PUBLICITY, PUBLISHER, date(2026, 5, 6))
    held.publish(120)
    assert due(held) == []


def test_market_supervisors_have_the_twenty_working_days_of_their_own_rule(held: RealGateway) -> None:
    draft(held, 1, date(2026, 4, 23), authority=MARKET)
    draft(held, 2, date(2026, 4, 23))
    found, counted = both(held)
    told = [(each.entry, each.due_on, each.state, each.limit.period, each.limit.basis) for each in found]
    assert told[0][:4] == (entry_of(2), date(2026, 5, 7), TermState.OVERDUE, "penalty-publication")
    assert told[1:] == [
        (entry_of(1), date(2026, 5, 25), TermState.OPEN, "penalty-publication-market", ARTICLE_9),
    ]
    assert counted[Duty.PUBLICITY] == DeadlineCount(Duty.PUBLICITY, open=2, soon=0, overdue=1, unknown=0, unlimited=0)


@pytest.mark.parametrize("list_id", ["market-supervision-serious", "abnormal-operation", "tax-a"])
@pytest.mark.parametrize("on", [date(2026, 4, 23), date(2026, 11, 26)])
def test_their_rule_is_for_penalties_alone(held: RealGateway, list_id: str, on: date) -> None:
    draft(held, 1, on, list_id, authority=MARKET)
    draft(held, 2, on, list_id)
    one, other = due(held, date(2026, 11, 27))
    assert (one.limit, one.due_on) == (other.limit, other.due_on)
    assert one.limit.period != "penalty-publication-market"


def test_before_their_rule_they_had_the_days_of_everybody(held: RealGateway) -> None:
    draft(held, 1, date(2021, 8, 31), authority=MARKET)
    draft(held, 2, date(2021, 9, 1), authority=MARKET)
    periods = {each.entry: (each.limit.period, each.due_on) for each in due(held)}
    assert periods == {
        entry_of(1): ("penalty-publication", date(2021, 9, 9)),
        entry_of(2): ("penalty-publication-market", date(2021, 9, 29)),
    }


def test_what_they_determined_and_nobody_published_yet_has_their_days_too(held: RealGateway) -> None:
    with unit_of_work(held.engine, at=NOW) as work:
        values = {"confirmed_at": NOW + timedelta(seconds=60), "determined_on": date(2026, 4, 23)}
        whose = {"list": "administrative-penalty", "authority": MARKET}
        work.connection.execute(update(entries).where(entries.c.id == entry_of(1)).values(**values, **whose))
        work.mark_changed([company(1).key])
    (found,) = due(held)
    assert (found.who, found.due_on, found.limit.basis) == (PUBLISHER, date(2026, 5, 25), ARTICLE_9)
