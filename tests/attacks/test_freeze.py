"""Withholding what is new, and turning the clock: neither can be refused, both are said and neither clears anybody."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from credit_sdk.errors import TrustError
from credit_sdk.model.evidence import Freshness
from tests.attacks.stage import SERIAL, Stage
from tests.replica_host import now

FRESH = timedelta(minutes=1)
AGING = timedelta(minutes=30)
STALE = timedelta(hours=2)
EXPIRED = timedelta(hours=25)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    stage.publisher.heartbeat(now())
    stage.client.sync()
    yield stage
    stage.close()


def turned(stage: Stage, by: timedelta) -> datetime:
    """A process whose clock is wrong by so much, or whose data are older by so much."""
    at = now() + by
    stage.restart(clock=lambda: at)
    return at


def test_what_is_withheld_shows_in_the_age_and_nothing_is_cleared_on_it(stage: Stage) -> None:
    """Somebody goes on serving what was signed last; nothing in it is wrong, so nothing can be refused."""
    frozen = dict(stage.publisher.files)
    stage.publish()
    stage.publisher.files.clear()
    stage.publisher.files.update(frozen)
    contact = stage.client.status().contact_at
    seen = {}
    for name, age in (("fresh", FRESH), ("aging", AGING), ("stale", STALE), ("expired", EXPIRED)):
        turned(stage, age)
        assert not stage.client.sync().changed
        status = stage.client.status()
        answers = stage.answers()
        seen[name] = (status.freshness, answers.listed, answers.unlisted)
        assert (status.serial, status.contact_at, answers.serial) == (SERIAL, contact, SERIAL)
    assert seen == {
        "fresh": (Freshness.FRESH, "DENY", "CLEAR"),
        "aging": (Freshness.AGING, "DENY", "CLEAR"),
        "stale": (Freshness.STALE, "DENY", "CLEAR"),
        "expired": (Freshness.EXPIRED, "REVIEW", "UNDETERMINED"),
    }


def test_a_clock_that_jumps_ahead_expires_what_is_held_and_deletes_nothing(stage: Stage) -> None:
    with time_machine.travel(now() + timedelta(days=3650), tick=True):
        stage.restart()
        with pytest.raises(TrustError, match="have ended") as refused:
            stage.client.sync()
        assert "clock" in refused.value.hint
        status = stage.client.status()
        assert (status.freshness, status.serial, status.sync.error) == (Freshness.EXPIRED, SERIAL, refused.value.line)
        answers = stage.answers()
        assert (answers.listed, answers.unlisted) == ("REVIEW", "UNDETERMINED")
    stage.restart()
    stage.client.sync()
    assert stage.client.status().freshness is Freshness.FRESH
    assert (stage.answers().listed, stage.answers().unlisted) == ("DENY", "CLEAR")


def test_a_clock_that_is_turned_back_makes_nothing_fresh(stage: Stage) -> None:
    with time_machine.travel(now() - timedelta(hours=3), tick=True):
        stage.restart()
        stage.client.sync()
        assert stage.client.status().freshness is Freshness.STALE
        answers = stage.answers()
        assert (answers.listed, answers.unlisted) == ("REVIEW", "UNDETERMINED")
    stage.restart()
    assert (stage.answers().listed, stage.answers().unlisted) == ("DENY", "CLEAR")


def test_a_clock_that_is_turned_back_does_not_revive_earlier_signatures(stage: Stage) -> None:
    """Whoever turns clocks and serves files could else clear everybody who was listed since."""
    earlier = dict(stage.publisher.files)
    stage.publish()
    stage.client.sync()
    stage.publisher.files.update(earlier)
    before = stage.answers()
    with time_machine.travel(now() - timedelta(minutes=4), tick=True):
        stage.restart()
        with pytest.raises(TrustError, match="older than what was seen before"):
            stage.client.sync()
        assert stage.answers() == before
        assert stage.client.status().sync.error
