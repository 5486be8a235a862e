"""Working days (工作日) by the holiday notices of the State Council; a year without one is said to be unknown.

The first day does not count (民法典 Art. 201). Make-up working days at weekends count. The notice of a
year comes out late in the year before, so a term across the New Year may have no known end yet: that is an answer of
its own and never a guess.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

MAX_DAYS = 400
"""No period of the law counts more working days than this."""
_MAX_REMEMBERED = 4_096
"""Days; the library looks each up in half a dozen ways, and the same ones are asked for term after term."""


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a term (期限届满日), or the year whose calendar would have to be known.

    Attributes:
        on: Last day on which the term is kept; None while it cannot be known.
        unknown_year: The first year without a published calendar, 0 where the day is known.
    """

    on: date | None
    unknown_year: int = 0

    def is_overdue(self, today: date) -> bool | None:
        """Whether the term has passed; None where nobody can say."""
        if self.on is not None:
            return today > self.on
        # The term ends in a year without a calendar: before that year begins it cannot have ended.
        return None if today.year >= self.unknown_year else False


@lru_cache(maxsize=_MAX_REMEMBERED)
def is_working_day(day: date) -> bool | None:
    """Whether ``day`` is a working day; None where the calendar of its year is not known."""
    try:
        works: bool = chinese_calendar.is_workday(day)
    except NotImplementedError:
        return None
    return works


def working_days_after(start: date, days: int) -> Due:
    """The day on which ``days`` working days have passed since ``start``, which itself does not count.

    Raises:
        ValueError: ``days`` is negative or beyond any term.
    """
    if not 0 <= days <= MAX_DAYS:
        raise ValueError(f"a term of {days} working days is none")
    day, left = start, days
    while left:
        day += timedelta(days=1)
        works = is_working_day(day)
        if works is None:
            return Due(None, day.year)
        left -= works
    return Due(day)


def working_days_between(start: date, end: date) -> int | None:
    """How many working days lie after ``start`` up to and with ``end``; None where a calendar is missing."""
    found = 0
    day = start
    while day < end:
        day += timedelta(days=1)
        works = is_working_day(day)
        if works is None:
            return None
        found += works
    return found
