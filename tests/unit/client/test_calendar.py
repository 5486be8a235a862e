"""A day kept is the day worked out: midnight in Shanghai is its end, wherever the clock's zone."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_sdk.client.calendar import CivilCalendar
from credit_sdk.model.term import civil_day

ZONES = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-5, minutes=-30))])
INSTANTS = st.datetimes(datetime(1990, 1, 2), datetime(1990, 1, 6), timezones=ZONES)  # noqa: DTZ001 — given a zone


@given(st.lists(INSTANTS, max_size=20))
def test_every_instant_has_its_own_day(instants: list[datetime]) -> None:
    calendar = CivilCalendar()
    assert [calendar.day_of(each) for each in instants] == [civil_day(each) for each in instants]


@pytest.mark.parametrize(("second", "day"), [(-1, date(2026, 3, 2)), (0, date(2026, 3, 3))])
def test_the_day_changes_at_midnight_in_china(second: int, day: date) -> None:
    calendar = CivilCalendar()
    midnight = datetime(2026, 3, 2, 16, tzinfo=UTC)
    calendar.day_of(midnight - timedelta(hours=1))
    assert calendar.day_of(midnight + timedelta(seconds=second)) == day
