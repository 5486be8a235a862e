"""How long may be taken is what the adopted law says on the day the term began, and nothing else."""

from datetime import date

import pytest

from credit_sdk.catalogue.catalogue import CatalogueDocument
from credit_sdk.model.matter import Period
from gateway.drafting.adoption import compile_law, shipped_law_directory
from gateway.registry.periods import PeriodLaw
from gateway.registry.time_limits import Ground, LawAct, reminders_of
from gateway.settings import GatewaySettings

REMINDERS = reminders_of(GatewaySettings())


@pytest.fixture(scope="module")
def law() -> CatalogueDocument:
    return compile_law(shipped_law_directory())


@pytest.fixture(scope="module")
def periods(law: CatalogueDocument) -> PeriodLaw:
    return PeriodLaw(law.periods, law.instruments, law.lists, REMINDERS)


def test_the_law_names_period_and_instrument(periods: PeriodLaw) -> None:
    found = periods.limit(LawAct.REPAIR_ACCEPTANCE, "wage-arrears", date(2026, 9, 30))
    assert found.rule
    assert (found.ground, found.rule.version.maximum, found.rule.version.unit, found.period) == (
        Ground.STATUTORY,
        3,
        "working-days",
        "repair-acceptance",
    )
    assert found.instrument == "repair-measures-36"
    assert "第36号" in found.basis


def test_a_period_that_names_the_list_goes_before_one_that_names_none(periods: PeriodLaw) -> None:
    special = periods.limit(LawAct.REPAIR_DECISION, "market-supervision-serious", date(2026, 9, 30))
    assert (special.period, special.counts_from) == ("repair-market-decision", "acceptance")
    assert periods.limit(LawAct.REPAIR_DECISION, "wage-arrears", date(2026, 9, 30)).period == "repair-decision"


def test_the_rule_is_that_of_the_day_the_term_began(periods: PeriodLaw) -> None:
    # 36号令 is in force since 2026-04-01; the case before is the day before.
    assert periods.limit(LawAct.REPAIR_ACCEPTANCE, "wage-arrears", date(2026, 4, 1)).ground is Ground.STATUTORY
    assert periods.limit(LawAct.REPAIR_ACCEPTANCE, "wage-arrears", date(2026, 3, 31)).ground is Ground.NONE


@pytest.mark.parametrize(
    ("act", "days"), [(LawAct.OBJECTION, 5), (LawAct.VERIFIED_OBJECTION, 20), (LawAct.FEEDBACK, 5)]
)
def test_what_the_law_only_drafts_is_an_internal_reminder(
    law: CatalogueDocument, periods: PeriodLaw, act: LawAct, days: int
) -> None:
    found = periods.limit(act, "wage-arrears", date(2026, 5, 6))
    assert (found.ground, found.reminder_working_days, found.period, found.instrument) == (
        Ground.INTERNAL,
        days,
        "",
        "",
    )
    assert "未设法定期限" in found.basis
    without = PeriodLaw(law.periods, law.instruments, law.lists, {act: 0}).limit(act, "wage-arrears", date(2026, 5, 6))
    assert (without.ground, without.due(date(2026, 5, 6))) == (Ground.NONE, None)


@pytest.mark.parametrize(
    ("start", "act", "due", "unknown_year"),
    [
        # domain.md §3.6
        (date(2026, 9, 30), LawAct.REPAIR_ACCEPTANCE, date(2026, 10, 10), 0),
        (date(2026, 9, 30), LawAct.PUBLICITY, date(2026, 10, 15), 0),
        (date(2026, 9, 30), LawAct.REPAIR_DECISION, date(2026, 10, 20), 0),
        (date(2026, 2, 13), LawAct.PUBLICITY, date(2026, 3, 2), 0),
        (date(2026, 12, 25), LawAct.PUBLICITY, None, 2027),
    ],
)
def test_the_last_day_follows_the_calendar_or_is_said_to_be_unknown(
    periods: PeriodLaw, start: date, act: LawAct, due: date | None, unknown_year: int
) -> None:
    found = periods.limit(act, "administrative-penalty", start).due(start)
    assert found
    assert (found.on, found.unknown_year) == (due, unknown_year)


@pytest.mark.parametrize(
    ("unit", "length", "due"),
    [("days", 20, date(2026, 2, 20)), ("months", 1, date(2026, 2, 28)), ("years", 1, date(2027, 1, 31))],
)
def test_other_units_follow_the_calendar_of_everybody(
    law: CatalogueDocument, unit: str, length: int, due: date
) -> None:
    (period,) = [each for each in law.periods if each.id == "penalty-publication"]
    version = period.versions[0].model_copy(update={"unit": unit, "maximum": length})
    periods = PeriodLaw([period.model_copy(update={"versions": (version,)})], law.instruments, law.lists)
    found = periods.limit(LawAct.PUBLICITY, "tax-a", date(2026, 1, 31)).due(date(2026, 1, 31))
    assert found
    assert found.on == due


def test_of_several_periods_that_are_as_near_the_shortest_holds(law: CatalogueDocument) -> None:
    (period,) = [each for each in law.periods if each.id == "penalty-publication"]

    def of(id: str, **changed: object) -> Period:
        return period.model_copy(update={"id": id, "versions": (period.versions[0].model_copy(update=changed),)})

    periods = PeriodLaw(
        [
            of("longer", maximum=9),
            of("shorter", maximum=4),
            of("only-a-minimum", maximum=None, minimum=1),
            of("shown-for-a-day", maximum=1, purpose="publicity"),
        ],
        law.instruments,
        law.lists,
    )
    assert periods.limit(LawAct.PUBLICITY, "tax-a", date(2026, 5, 6)).period == "shorter"
