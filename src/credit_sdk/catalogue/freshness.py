"""Freshness (新鲜度): how old the last verified contact is, and what may still be said on it.

Age has a direction: old data may send to review, it may neither punish nor clear.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from credit_sdk.catalogue.view import State
from credit_sdk.model.evidence import Freshness

MAX_CLOCK_LAG_S = 300
"""By how much the clock of a host may run behind the publisher's before the age of its data is unknown."""


@dataclass(frozen=True, slots=True)
class Age:
    """Age of a state at one instant.

    Attributes:
        state: The age in words.
        age_s: Whole seconds since the last verified contact, never negative; None if there was none.
        is_clock_behind: Whether the clock reads a time well before the contact, so that the age is unknown.
    """

    state: Freshness
    age_s: int | None
    is_clock_behind: bool = False

    def is_within(self, limit_s: int) -> bool:
        """Whether it is known to be at most ``limit_s`` seconds old and is not expired."""
        if self.age_s is None or self.is_clock_behind or self.state is Freshness.EXPIRED:
            return False
        return self.age_s <= limit_s


def age_of(state: State, now: datetime) -> Age:
    """The age of a state: unknown, hence ``STALE``, if the clock is behind or no contact was ever verified."""
    if state.catalogue is None or not state.serial:
        return Age(Freshness.EMPTY, None)
    if state.contact_at is None:
        return Age(Freshness.STALE, None)
    seconds = int((now - state.contact_at).total_seconds() // 1)
    age_s = max(seconds, 0)
    if state.expires_at is not None and now > state.expires_at:
        return Age(Freshness.EXPIRED, age_s)
    if seconds < -MAX_CLOCK_LAG_S:
        return Age(Freshness.STALE, age_s, is_clock_behind=True)
    if age_s <= state.pace.fresh_s:
        return Age(Freshness.FRESH, age_s)
    return Age(Freshness.AGING if age_s <= state.pace.aging_s else Freshness.STALE, age_s)


def steady_span(state: State, now: datetime) -> tuple[datetime, datetime]:
    """A span around ``now``, its end not in it, in which `age_of` a state that is not empty says the same."""
    if state.contact_at is None:
        return datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    second = timedelta(seconds=1)
    from_at = state.contact_at + (now - state.contact_at) // second * second
    until_at = from_at + second
    if state.expires_at is None:
        return from_at, until_at
    if now > state.expires_at:
        return max(from_at, state.expires_at + datetime.resolution), until_at
    return from_at, min(until_at, state.expires_at)
