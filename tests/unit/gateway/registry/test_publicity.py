"""Publicity is counted from the document, by the law of that day; what no law limits is not cut, and it says so."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_sdk.model.listing import Severity
from gateway.registry.periods import PeriodLaw
from gateway.registry.publicity import Listed, Publicity, publicity_of
from gateway.registry.replies import publicity_json, publicity_text
from tests.unit.gateway.registry.statute import shipped, shipped_periods

LAW = shipped_periods()
PENALTY, MARKET = "administrative-penalty", "虚构市市场监督管理局"
TWINS = {"publicity-2023-shortest", "publicity-2023-five-fields"}


def publicity(
    list_id: str,
    determined_on: str,
    severity: str = "none",
    *,
    authority: str = "虚构市生态环境局",
    term: tuple[str, str] = ("", ""),
    fields: Mapping[str, object] | None = None,
    law: PeriodLaw = LAW,
) -> Publicity:
    on = date.fromisoformat(determined_on)
    first, last = (date.fromisoformat(day) if day else None for day in term)
    return publicity_of(Listed(list_id, Severity(severity), authority, on, first or on, last, fields or {}), law)


@pytest.mark.parametrize(
    ("found", "period", "repair_from", "last_day"),
    [
        (publicity(PENALTY, "2026-04-01", "minor"), "publicity-minor", None, "2026-07-01"),
        (publicity(PENALTY, "2026-04-01", "general"), "publicity-general", "2026-07-01", "2027-04-01"),
        (publicity(PENALTY, "2026-04-01", "serious"), "publicity-serious", "2027-04-01", "2029-04-01"),
        # A month without that day: the last one it has.
        (publicity(PENALTY, "2026-11-30", "general"), "publicity-general", "2027-02-28", "2027-11-30"),
        # The day before the rules of 2026 the rules of 2023 hold, whatever the severity; one for all fields and one for
        # five of them, so the first day of a repair depends on the field.
        (publicity(PENALTY, "2026-03-31", "general"), "publicity-2023-shortest", None, "2029-03-31"),
        (publicity(PENALTY, "2023-05-01"), "publicity-2023-shortest", None, "2026-05-01"),
        # And before those the notice of 2019.
        (publicity(PENALTY, "2023-04-30", "general"), "publicity-2019-general", "2023-07-30", "2024-04-30"),
        (publicity(PENALTY, "2023-04-30", "serious"), "publicity-2019-serious", "2023-10-30", "2026-04-30"),
        # The sector's own rule, known by whose authority decided.
        (publicity(PENALTY, "2026-03-31", authority=MARKET), "publicity-market-penalty", None, "2029-03-31"),
        (
            publicity(PENALTY, "2025-03-31", authority=MARKET, fields={"penalty_kinds": ["警告", "通报批评"]}),
            "publicity-market-penalty-light",
            None,
            "2025-06-30",
        ),
        # But a class of 2026 comes before it.
        (
            publicity(PENALTY, "2026-04-01", "general", authority=MARKET),
            "publicity-general",
            "2026-07-01",
            "2027-04-01",
        ),
        # A list with a period of its own, and a serious one without.
        (publicity("wage-arrears", "2026-05-06"), "publicity-wage-arrears", "2026-11-06", "2029-05-06"),
        (publicity("culture-tourism-serious", "2026-05-06"), "publicity-serious", "2027-05-06", "2029-05-06"),
    ],
)
def test_the_period_of_the_day_of_the_document_holds(
    found: Publicity, period: str, repair_from: str | None, last_day: str
) -> None:
    told = publicity_json(found)
    assert (told["period"], told["repair_from"], told["last_day"]) == (period, repair_from, last_day)
    assert str(told["basis"]).startswith("《")


@pytest.mark.parametrize(
    "found",
    [
        publicity("judgment-defaulter", "2026-05-06"),
        publicity("judgment-defaulter", "2015-07-15", "serious"),
        publicity("customs-serious", "2026-05-06", "serious"),
        publicity(PENALTY, "2018-01-01", "serious"),
        publicity("culture-tourism-serious", "2026-03-31"),
        publicity("abnormal-operation", "2026-05-06", "general"),
        publicity("consumption-restricted", "2026-05-06", "serious"),
        publicity("tax-a", "2026-05-06"),
        publicity("no-such-list", "2026-05-06", "serious"),
        publicity(PENALTY, "2026-05-06", "serious", law=PeriodLaw([], [], [])),
    ],
)
def test_what_no_law_limits_is_not_cut_and_says_so(found: Publicity) -> None:
    assert (found.maximum_on, found.ends_on, found.repair_from_on) == (None, None, None)
    assert "不作缩短" in publicity_text(found)


@pytest.mark.parametrize(
    ("found", "ends_on"),
    [
        (publicity(PENALTY, "2026-04-01", "general", term=("", "2026-12-31")), "2026-12-31"),
        (publicity(PENALTY, "2026-04-01", "general", term=("", "2099-12-31")), "2027-04-01"),
        (publicity("judgment-defaulter", "2026-04-01", term=("", "2028-04-01")), "2028-04-01"),
        # A ban of three years that began some days after the document runs as decided; one that is longer does not.
        (publicity("procurement-serious", "2026-04-01", term=("2026-04-08", "2029-04-07")), "2029-04-07"),
        (publicity("procurement-serious", "2026-04-01", term=("2026-04-08", "2030-04-07")), "2029-04-01"),
        (publicity(PENALTY, "2026-04-01", "serious", fields={"lifelong_ban": True}), None),
        (
            publicity(PENALTY, "2026-04-01", "general", term=("", "2028-03-31"), fields={"bidding_disqualified": True}),
            "2028-03-31",
        ),
        # Counted from publication where the rule says so, but never from before the document.
        (publicity("major-tax-violation", "2026-04-01", term=("2026-05-01", "")), "2029-05-01"),
        (publicity("major-tax-violation", "2026-04-01", term=("2026-03-01", "")), "2029-04-01"),
    ],
)
def test_publicity_ends_at_the_earlier_of_term_and_maximum(found: Publicity, ends_on: str | None) -> None:
    assert found.ends_on == (date.fromisoformat(ends_on) if ends_on else None)


def test_where_the_entry_leaves_the_period_open_the_others_are_named() -> None:
    found = publicity(PENALTY, "2025-06-01")
    assert [each.id for each in found.others] == ["publicity-2023-five-fields"]
    for said in ("食品", "2025年09月01日起可以申请修复", "2026年06月01日起可以申请修复", "申请修复时须注明"):
        assert said in found.remark.zh
    assert publicity_json(found)["minimum"] is None


def test_periods_with_one_minimum_leave_no_doubt_about_the_repair() -> None:
    twins = [each for each in shipped().document.periods if each.id in TWINS]
    alike = [each.versions[0].model_copy(update={"minimum": 3}) for each in twins]
    same = [each.model_copy(update={"versions": (version,)}) for each, version in zip(twins, alike, strict=True)]
    found = publicity(PENALTY, "2025-06-01", law=PeriodLaw(same, shipped().document.instruments, []))
    assert {each.id for each in (found.rule, *found.others) if each is not None} == TWINS
    assert (found.asks_for_period, found.repair_from_on) == (False, date(2025, 9, 1))
    assert "起可以申请修复" not in found.remark.zh


def test_the_last_day_still_counts() -> None:
    found = publicity(PENALTY, "2026-04-01", "general")
    assert (found.is_over(date(2027, 4, 1)), found.is_over(date(2027, 4, 2))) == (False, True)


@given(
    st.sampled_from(["administrative-penalty", "judgment-defaulter", "wage-arrears", "customs-serious", "tax-a"]),
    st.dates(date(2013, 1, 1), date(2030, 12, 31)),
    st.sampled_from(Severity),
    st.none() | st.integers(0, 9999),
    st.sampled_from([MARKET, "虚构市生态环境局"]),
)
def test_no_entry_is_shown_longer_than_it_was_determined_for(
    list_id: str, on: date, severity: Severity, days: int | None, authority: str
) -> None:
    until = None if days is None else date.fromordinal(on.toordinal() + days)
    found = publicity_of(Listed(list_id, severity, authority, on, on, until, {}), LAW)
    if until is not None:
        assert found.ends_on is not None
        assert found.ends_on <= until
    if found.ends_on is not None and found.repair_from_on is not None and until is None:
        assert found.repair_from_on <= found.ends_on
