"""Terms in working days: across holidays, make-up days, and into years nobody knows yet."""

from datetime import date

import pytest

from gateway.registry.working_days import Due, working_days_after, working_days_between


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-02-13", 3, "2026-02-25"),
        ("2026-02-13", 7, "2026-03-02"),
        ("2026-04-30", 3, "2026-05-08"),
        ("2026-09-18", 3, "2026-09-22"),
        ("2026-09-24", 7, "2026-10-12"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-09-30", 7, "2026-10-15"),
        ("2026-09-30", 10, "2026-10-20"),
        ("2026-11-26", 0, "2026-11-26"),
    ],
)
def test_holidays_and_make_up_days_are_those_of_the_notices(start: str, days: int, due: str) -> None:
    assert working_days_after(date.fromisoformat(start), days) == Due(date.fromisoformat(due))
    assert working_days_between(date.fromisoformat(start), date.fromisoformat(due)) == days


def test_a_term_into_a_year_without_a_calendar_has_no_known_end() -> None:
    due = working_days_after(date(2026, 12, 25), 7)
    assert due == Due(None, 2027)
    assert due.is_overdue(date(2026, 12, 31)) is False
    assert due.is_overdue(date(2027, 1, 20)) is None
    assert working_days_between(date(2026, 12, 25), date(2027, 1, 20)) is None


def test_the_last_day_still_keeps_the_term() -> None:
    due = working_days_after(date(2026, 11, 26), 1)
    assert due.is_overdue(date(2026, 11, 27)) is False
    assert due.is_overdue(date(2026, 11, 28)) is True


@pytest.mark.parametrize("days", [-1, 401])
def test_refuses_a_term_that_no_law_has(days: int) -> None:
    with pytest.raises(ValueError, match="working days"):
        working_days_after(date(2026, 1, 5), days)
