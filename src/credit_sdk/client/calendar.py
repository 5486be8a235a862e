"""The civil day of an instant (民用日), worked out once a day and not once a check."""

from datetime import UTC, date, datetime, time, timedelta

from credit_sdk.model.term import SHANGHAI, civil_day


class CivilCalendar:
    """Tells civil days; the last one is kept, with the instants between which it lasts."""

    def __init__(self) -> None:
        never = datetime.max.replace(tzinfo=UTC)
        self._last = (never, never, date.max)

    def day_of(self, now: datetime) -> date:
        """The civil day in China of an aware instant."""
        from_at, until_at, day = self._last
        if from_at <= now < until_at:
            return day
        day = civil_day(now)
        # In UTC, as instants come: comparing across zones takes four times as long.
        from_at = datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
        self._last = (from_at, from_at + timedelta(days=1), day)
        return day
