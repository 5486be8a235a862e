"""Everything that waits has its deadline, in the list and in the counts; what cannot be known is said."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from gateway.database.tables import entries, objections, pending, repairs
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.drafting.adoption import compile_law, compiled, shipped_law_directory
from gateway.feedback.intake import Intake
from gateway.feedback.records import CheckBatch, OutcomeBatch
from gateway.registry.deadlines import (
    Deadline,
    DeadlineCount,
    TermState,
    counts,
    days_left,
    deadlines,
    state_of,
)
from gateway.registry.lifecycle import revoke
from gateway.registry.periods import PeriodLaw
from gateway.registry.persons import RegistryKeys
from gateway.registry.publication_times import publication_times
from gateway.registry.time_limits import Ground, TimeLimit, reminders_of
from gateway.registry.waiting import APPLICANT, PUBLISHER, REVIEWER, Duty
from gateway.registry.working_days import Due
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway, company, entry_id
from tests.unit.gateway.feedback.test_intake import OUTBOX, check_record, outcome_record

PLATFORM = "电子招投标平台"
AUTHORITY = "虚构市财政局"
TODAY = date(2026, 5, 8)
SHIPPED = compiled(compile_law(shipped_law_directory())).data


def entry_of(number: int) -> str:
    return entry_id(company(number).key, LISTED)


@pytest.fixture
def held(registry: RealGateway) -> RealGateway:
    """The shipped law, ten published companies, nothing that waits."""
    registry.publisher.adopt_catalogue(SHIPPED, LI, WANG, NOW + timedelta(seconds=1))
    registry.list_companies(range(10))
    registry.client(PLATFORM)
    registry.publish(2)
    return registry


def due(
    real: RealGateway, today: date = TODAY, *, client: str | None = None, overdue: bool = False, limit: int = 100
) -> list[Deadline]:
    return list(both(real, today, client=client, overdue=overdue, limit=limit)[0])


def both(
    real: RealGateway, today: date = TODAY, *, client: str | None = None, overdue: bool = False, limit: int = 100
) -> tuple[tuple[Deadline, ...], dict[Duty, DeadlineCount]]:
    with reading(real.engine) as connection:
        law = PeriodLaw.load(connection, today, reminders_of(real.home.settings))
        found, counted = deadlines(connection, law, today, client=client, overdue_only=overdue, limit=limit)
        assert counts(connection, law, today, client=client) == counted
    return found, {each.duty: each for each in counted}


def draft(real: RealGateway, number: int, on: date, list_id: str = "administrative-penalty") -> None:
    """Turn an entry into a draft of a determination of that day."""
    with unit_of_work(real.engine, at=NOW) as work:
        work.connection.execute(
            update(entries)
            .where(entries.c.id == entry_of(number))
            .values(state="drafted", confirmed_by=None, confirmed_at=None, determined_on=on, list=list_id)
        )


def revoke_on(real: RealGateway, number: int, on: date, list_id: str) -> None:
    with unit_of_work(real.engine, at=datetime(on.year, on.month, on.day, 4, tzinfo=UTC)) as work:
        work.connection.execute(update(entries).where(entries.c.id == entry_of(number)).values(list=list_id))
        revoke(work, entry_of(number), by=LI, confirmed_by=WANG, reason="认定被撤销", document_no="虚撤2号")


def object_to(real: RealGateway, number: int, on: date, *, verification: str = "") -> None:
    with unit_of_work(real.engine, at=NOW) as work:
        work.connection.execute(
            insert(objections).values(
                id=f"objection-{number}",
                entry=entry_of(number),
                applicant="虚构公司",
                about="entry",
                grounds="已履行",
                filed_on=on,
                received_by=LI,
                received_at=NOW,
                state="filed",
                needs_verification=verification,
                reasons="",
                document_no="",
            )
        )


def apply_for_repair(real: RealGateway, number: int, on: date, state: str, accepted_on: date | None = None) -> None:
    with unit_of_work(real.engine, at=NOW) as work:
        work.connection.execute(
            insert(repairs).values(
                id=f"repair-{number}",
                entry=entry_of(number),
                applicant="虚构公司",
                regime="repair-measures-36",
                proof="缴款凭证",
                commitment="C1",
                applied_on=on,
                received_by=LI,
                received_at=NOW,
                state=state,
                accepted_by=LI if accepted_on else None,
                accepted_on=accepted_on,
                reasons="",
                document_no="",
            )
        )


def send(real: RealGateway, found: list[dict[str, object]], done: list[dict[str, object]]) -> None:
    intake = Intake(real.engine, RegistryKeys.load(real.home).key_of)
    with unit_of_work(real.engine, at=NOW) as work:
        if done:
            intake.outcomes(work, PLATFORM, OutcomeBatch.model_validate({"outbox": OUTBOX, "outcomes": done}))
        if found:
            intake.checks(work, PLATFORM, CheckBatch.model_validate({"outbox": OUTBOX, "records": found}))


def test_nothing_waits_where_nothing_waits(held: RealGateway) -> None:
    found, counted = both(held)
    assert found == ()
    assert set(counted) == set(Duty)
    assert all(each.open == 0 for each in counted.values())


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


def test_publications_after_their_term_are_counted(held: RealGateway) -> None:
    confirmed = {1: "2026-05-07T15:59:59Z", 2: "2026-05-07T16:00:00Z", 3: "2026-05-08T01:00:00Z"}
    with unit_of_work(held.engine, at=NOW) as work:
        for number, at in confirmed.items():
            # Seven working days after 2026-04-23 is 2026-05-07, which ends at 16:00 UTC.
            values = {"determined_on": date(2026, 4, 23), "confirmed_at": datetime.fromisoformat(at)}
            work.connection.execute(update(entries).where(entries.c.id == entry_of(number)).values(**values))
    with reading(held.engine) as connection:
        times = publication_times(connection, PeriodLaw.load(connection, TODAY), TODAY)
    assert (times.published, times.late, times.unknown) == (10, 2 + 7, 0)


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


@pytest.mark.parametrize(("today", "unknown"), [(date(2099, 12, 31), 1), (date(2006, 1, 1), 0)])
def test_a_day_far_from_every_known_calendar_is_judged_at_once(
    held: RealGateway, monkeypatch: pytest.MonkeyPatch, today: date, unknown: int
) -> None:
    asked = []

    def counted(limit: TimeLimit, since: date) -> Due | None:
        asked.append(since)
        return limit.due(since)

    with unit_of_work(held.engine, at=NOW) as work:
        confirmed_at = datetime(today.year, today.month, today.day, tzinfo=NOW.tzinfo)
        row = {"list": "administrative-penalty", "determined_on": today, "confirmed_at": confirmed_at}
        work.connection.execute(update(entries).where(entries.c.id == entry_of(1)).values(**row))
    with reading(held.engine) as connection:
        law = PeriodLaw.load(connection, TODAY)
        monkeypatch.setattr(law, "due", counted)
        times = publication_times(connection, law, today)
    assert (times.published, times.late, times.unknown) == (1, 0, unknown)
    assert len(asked) < 91 * 500
