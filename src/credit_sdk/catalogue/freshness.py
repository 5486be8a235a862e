"""Freshness (新鲜度): how old the last verified contact is, and what may still be said on it.

Age has a direction: old data may send to review, it may neither punish nor clear.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from credit_sdk.catalogue.view import View
from credit_sdk.model.evidence import Freshness

MAX_CLOCK_LAG_S = 300
"""By how much the clock of a host may run behind the publisher's before the age of its data is unknown."""


@dataclass(frozen=True, slots=True)
class Age:
    """Age of a view at one instant.

    Attributes:
        state: The age in words.
        age_s: Whole seconds since the last verified contact, never negative; None if there was none.
        is_clock_behind: Whether the clock reads a time well before the contact, so that the age is unknown.
    """

    state: Freshness
    age_s: int | None
    is_clock_behind: bool = False

    def is_within(self, limit_s: int) -> bool:
        """Whether the view is known to be at most ``limit_s`` seconds old and is not expired."""
        if self.age_s is None or self.is_clock_behind or self.state is Freshness.EXPIRED:
            return False
        return self.age_s <= limit_s


def age_of(view: View, now: datetime) -> Age:
    """The age of a view: unknown, hence ``STALE``, if the clock is behind or no contact was ever verified."""
    if view.catalogue is None or not view.serial:
        return Age(Freshness.EMPTY, None)
    if view.contact_at is None:
        return Age(Freshness.STALE, None)
    seconds = int((now - view.contact_at).total_seconds() // 1)
    age_s = max(seconds, 0)
    if view.expires_at is not None and now > view.expires_at:
        return Age(Freshness.EXPIRED, age_s)
    if seconds < -MAX_CLOCK_LAG_S:
        return Age(Freshness.STALE, age_s, is_clock_behind=True)
    if age_s <= view.pace.fresh_s:
        return Age(Freshness.FRESH, age_s)
    return Age(Freshness.AGING if age_s <= view.pace.aging_s else Freshness.STALE, age_s)


def steady_span(view: View, now: datetime) -> tuple[datetime, datetime]:
    """A span around ``now``, its end not in it, in which :func:`age_of` a view that is not empty says the same."""
    if view.contact_at is None:
        return datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    second = timedelta(seconds=1)
    from_at = view.contact_at + (now - view.contact_at) // second * second
    until_at = from_at + second
    if view.expires_at is None:
        return from_at, until_at
    if now > view.expires_at:
        return max(from_at, view.expires_at + datetime.resolution), until_at
    return from_at, min(until_at, view.expires_at)


def freshness(view: View, now: datetime) -> Freshness:
    """The freshness state of a view at ``now``."""
    return age_of(view, now).state
