"""Whom the stories of checks are about, and a clock that is put forward."""

from datetime import datetime, timedelta

from credit_sdk import Subject
from credit_sdk.client.clock import now_utc
from credit_sdk.model.identifier import resident_check_character
from credit_sdk.testing import subject

LISTED, UNLISTED, HONOURED = subject(1), subject(2), subject(3)
PERSON = Subject.parse("63010219800101123" + (resident_check_character("63010219800101123") or ""))


class Clock:
    """A clock that runs, and can be put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return now_utc() + self.ahead
