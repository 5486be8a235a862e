"""Civil days and the spans between them (期限); all days are Asia/Shanghai civil days."""

import calendar
from datetime import date, datetime, timedelta, timezone

from msgspec import Struct

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has kept one offset without daylight saving since 1992; a fixed offset needs no time zone database."""

LONG_TERM_ON = date(2099, 12, 31)
"""How feeds write 长期; kept as data, it simply never arrives."""


def civil_day(instant: datetime) -> date:
    """The civil day in China of an aware instant."""
    if instant.tzinfo is None:
        raise ValueError("an instant must be aware (UTC); a naive one has no civil day")
    return instant.astimezone(SHANGHAI).date()


def months_after(day: date, months: int) -> date:
    """The day ``months`` calendar months later, clipped to the end of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class Term(Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """A span of civil days; the first and the last day both count.

    Attributes:
        from_on: First day.
        until_on: Last day, or None: until removed (直至移出).
    """

    from_on: date
    until_on: date | None = None

    def __post_init__(self) -> None:
        if self.until_on is not None and self.until_on < self.from_on:
            raise ValueError(f"a term cannot end ({self.until_on}) before it begins ({self.from_on})")

    def covers(self, on: date) -> bool:
        """Whether ``on`` lies in the span."""
        return self.from_on <= on and (self.until_on is None or on <= self.until_on)
