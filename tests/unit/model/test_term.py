"""Civil days: the first and the last one both count."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_sdk.model.term import LONG_TERM_ON, Term, civil_day, months_after

days = st.dates(date(1990, 1, 1), date(2100, 12, 31))


def test_the_day_begins_in_china_eight_hours_before_utc() -> None:
    assert civil_day(datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert civil_day(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)) == date(2026, 11, 23)


def test_a_naive_instant_has_no_civil_day() -> None:
    with pytest.raises(ValueError, match="aware"):
        civil_day(datetime.fromisoformat("2026-11-23T10:00"))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_months_end_on_the_same_date_or_the_last_of_the_month(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


@given(days, st.integers(0, 240), st.integers(0, 240))
def test_more_months_never_end_earlier(day: date, fewer: int, more: int) -> None:
    fewer, more = sorted((fewer, more))
    assert months_after(day, fewer) <= months_after(day, more)


@given(days, st.integers(0, 5000))
def test_both_ends_of_a_term_count(from_on: date, length_days: int) -> None:
    term = Term(from_on, from_on + timedelta(days=length_days))
    assert term.until_on is not None
    assert term.covers(term.from_on)
    assert term.covers(term.until_on)
    assert not term.covers(term.from_on - timedelta(days=1))
    assert not term.covers(term.until_on + timedelta(days=1))


def test_a_term_without_end_lasts_until_removed() -> None:
    assert Term(date(2026, 1, 1)).covers(LONG_TERM_ON)


def test_a_term_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="cannot end"):
        Term(date(2026, 1, 2), date(2026, 1, 1))
