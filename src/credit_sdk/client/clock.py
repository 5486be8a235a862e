"""The clock (时钟): whatever tells the instant; given as an argument, so that tests and replays have their own."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

Clock = Callable[[], datetime]

now_utc: Clock = partial(datetime.now, UTC)
"""The instant now."""
