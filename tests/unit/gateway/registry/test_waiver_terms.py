"""How long a waiver may last is data of the law; where the law is silent, that is said and somebody names the day."""

from datetime import date, timedelta

import pytest

from gateway.database.unit_of_work import reading
from gateway.problems import InvalidActError
from gateway.registry.deadlines import deadlines
from gateway.registry.periods import PeriodLaw
from gateway.registry.time_limits import Ground
from gateway.registry.waiting import REVIEWER, Duty
from gateway.registry.waiver_register import show
from gateway.registry.waiver_replies import waiver_json
from tests.real_gateway import LISTED, NOW, TODAY, RealGateway, company
from tests.waiver_case import AWARD, PLATFORM, adopt_with, asked, confirm, held, period

LONG = "2099-12-31"


@pytest.fixture
def bench(sqlite_registry: RealGateway) -> RealGateway:
    """A listed company and a system that reports."""
    sqlite_registry.list_companies([1])
    sqlite_registry.client(PLATFORM)
    return sqlite_registry


def longest(real: RealGateway, waiver: int, on: date = TODAY) -> tuple[object, object]:
    """The last day a confirmation may give, as a desk is told, and what it rests on."""
    with reading(real.engine) as connection:
        limit = waiver_json(connection, show(connection, waiver), PeriodLaw.load(connection, on), on)["limit"]
    assert isinstance(limit, dict)
    return limit["last_on"], limit["period"] or limit["basis"]


def test_without_a_law_the_confirming_person_names_the_last_day_and_no_limit_is_claimed(bench: RealGateway) -> None:
    waiver = asked(bench, until_on=LONG)
    assert longest(bench, waiver) == (None, "未设法定最长期限")
    with pytest.raises(InvalidActError, match="须由复核人写明最后一日"):
        confirm(bench, waiver, until_on=None)
    confirm(bench, waiver, until_on=date(2026, 4, 1))
    (row,) = held(bench)
    assert (row.effective_until_on, row.limit_period, row.limit_basis) == (date(2026, 4, 1), "", "未设法定最长期限")


def test_the_longest_term_of_the_law_binds_and_is_kept_with_what_it_rests_on(bench: RealGateway) -> None:
    adopt_with(bench, period())
    waiver = asked(bench, until_on=LONG)
    assert longest(bench, waiver) == ("2026-05-31", "waiver-term")
    # Ninety days behind the day of the confirmation, which does not count.
    for beyond in (None, date(2026, 6, 1)):
        with pytest.raises(InvalidActError, match=r"超过法定最长期限.*政府采购法》第七十七条"):
            confirm(bench, waiver, until_on=beyond)
    confirm(bench, waiver, until_on=date(2026, 5, 31))
    (row,) = held(bench)
    assert (row.limit_period, row.limit_basis) == ("waiver-term", "《中华人民共和国政府采购法》第七十七条")


def test_within_the_law_what_the_officer_asked_for_needs_no_day_of_its_own(bench: RealGateway) -> None:
    adopt_with(bench, period())
    confirm(bench, asked(bench, until_on="2026-05-31"), until_on=None)
    assert held(bench)[0].effective_until_on == date(2026, 5, 31)


@pytest.mark.parametrize(
    ("until_on", "said"), [(date(2026, 4, 1), "晚于经办人所请的2026-03-31"), (date(2026, 3, 1), "已过")]
)
def test_nothing_longer_than_asked_and_nothing_that_is_over_is_confirmed(
    bench: RealGateway, until_on: date, said: str
) -> None:
    waiver = asked(bench)
    with pytest.raises(InvalidActError, match=said):
        confirm(bench, waiver, until_on=until_on)
    confirm(bench, waiver, until_on=TODAY)


def test_a_term_that_names_the_matter_or_the_list_goes_first_and_of_several_the_one_that_ends_first(
    bench: RealGateway,
) -> None:
    waiver = asked(bench, until_on=LONG)
    general, shorter = period("a-general"), period("b-shorter", maximum=30)
    of_matter = period("c-matter", matters=[AWARD], maximum=200)
    of_both = period("d-both", matters=[AWARD], lists=[LISTED], maximum=12, unit="months")
    elsewhere = period("e-elsewhere", matters=["company.officer"], lists=["tax-a"], maximum=1)
    for adopted, expected in (
        ((general, shorter, elsewhere), ("2026-04-01", "b-shorter")),
        ((general, shorter, of_matter), ("2026-09-18", "c-matter")),
        ((general, of_matter, of_both), ("2027-03-02", "d-both")),
    ):
        adopt_with(bench, *adopted)
        assert longest(bench, waiver) == expected


def test_a_draft_limits_nothing_and_neither_does_a_term_of_another_day(bench: RealGateway) -> None:
    waiver = asked(bench, until_on=LONG)
    for silent in (period(status="draft"), period(from_on="2026-03-03"), period(until_on="2026-03-01")):
        adopt_with(bench, silent)
        assert longest(bench, waiver) == (None, "未设法定最长期限")


def test_the_edition_in_effect_on_the_day_of_the_confirmation_counts(bench: RealGateway) -> None:
    waiver = asked(bench, until_on=LONG)
    adopt_with(bench, period(), from_on=date(2026, 3, 10))
    assert longest(bench, waiver) == (None, "未设法定最长期限")
    assert longest(bench, waiver, date(2026, 3, 10)) == ("2026-06-08", "waiver-term")
    confirm(bench, waiver, until_on=date(2098, 1, 1))


def test_a_term_may_count_from_the_receipt(bench: RealGateway) -> None:
    adopt_with(bench, period(counts_from="receipt"))
    waiver = asked(bench, until_on=LONG)
    assert longest(bench, waiver, TODAY + timedelta(days=20)) == ("2026-05-31", "waiver-term")


def test_working_days_of_a_year_without_a_calendar_are_not_guessed(bench: RealGateway) -> None:
    adopt_with(bench, period(unit="working-days", maximum=300))
    waiver = asked(bench, until_on=LONG)
    with pytest.raises(InvalidActError, match="2027年，该年节假日安排尚未公布"):
        confirm(bench, waiver, until_on=date(2027, 1, 1))
    confirm(bench, waiver, until_on=date(2026, 12, 31))


@pytest.mark.parametrize("limited", [False, True])
def test_what_waits_to_be_confirmed_is_due_as_the_law_says_or_without_a_limit(
    bench: RealGateway, limited: bool
) -> None:
    bench.publish()
    waiver = asked(bench)
    if limited:
        adopt_with(bench, period(act="waiver.confirmation", unit="working-days", maximum=3, counts_from="receipt"))
    with reading(bench.engine) as connection:
        (one,), counted = deadlines(connection, PeriodLaw.load(connection, TODAY), date(2026, 3, 4))
        assert deadlines(connection, PeriodLaw.load(connection, TODAY), TODAY, client=PLATFORM)[0] == ()
    assert (one.duty, one.reference, one.who, one.matter) == (Duty.WAIVER, str(waiver), REVIEWER, AWARD)
    assert (one.subject, one.since_on) == (company(1).masked, TODAY)
    assert one.limit.ground is (Ground.STATUTORY if limited else Ground.NONE)
    assert (one.due_on, one.limit.basis) == (
        (date(2026, 3, 5), "《中华人民共和国政府采购法》第七十七条") if limited else (None, "未设法定期限")
    )
    (count,) = [each for each in counted if each.duty is Duty.WAIVER]
    assert (count.open, count.soon, count.unlimited) == (1, int(limited), int(not limited))
    confirm(bench, waiver, at=NOW + timedelta(minutes=1))
    with reading(bench.engine) as connection:
        assert deadlines(connection, PeriodLaw.load(connection, TODAY), TODAY)[0] == ()
