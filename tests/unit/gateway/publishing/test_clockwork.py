"""The publisher at work publishes what changes and signs in time."""

import logging
import time
from datetime import datetime, timedelta

import pytest

from gateway.publishing.chain import heartbeat_of, served_serial
from gateway.publishing.clockwork import Clockwork
from gateway.publishing.lock import PublisherBusyError, only_publisher
from gateway.publishing.release import Publisher
from tests.real_gateway import NOW, RealGateway


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


def clockwork(real: RealGateway, clock: Clock, serials: list[int]) -> Clockwork:
    return Clockwork(real.publisher, real.folder, heartbeat_s=30, now=clock.now, published=serials.append)


def test_publishes_what_changed_and_says_so(real: RealGateway) -> None:
    serials: list[int] = []
    work = clockwork(real, Clock(), serials)
    assert work.turn()
    assert work.turn()
    real.list_companies([1])
    assert work.turn()
    assert serials == [1, 2]


def test_signs_the_heartbeat_when_it_is_time(real: RealGateway) -> None:
    clock = Clock()
    work = clockwork(real, clock, [])
    work.turn()
    for seconds, signed in ((29, 0), (30, 30), (45, 30), (61, 61)):
        clock.at = NOW + timedelta(seconds=seconds)
        work.turn()
        beat = heartbeat_of(real.folder)
        assert beat
        assert beat.signed_at == NOW + timedelta(seconds=signed)


def test_does_not_sign_that_nothing_changed_while_a_change_is_refused(
    real: RealGateway, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    work = clockwork(real, clock, [])
    real.list_companies(range(40))
    work.turn()
    real.remove(range(30))
    clock.at = NOW + timedelta(seconds=60)
    with caplog.at_level(logging.ERROR):
        assert not work.turn()
    assert "loses over 20 % of" in caplog.text
    beat = heartbeat_of(real.folder)
    assert beat
    assert beat.signed_at == NOW


def test_serves_at_once_what_was_committed_before_a_stop(real: RealGateway) -> None:
    class Stopped(BaseException):
        pass

    def stop(step: str) -> None:
        if step == "activate":
            raise Stopped

    real.publish()
    real.list_companies([1])
    with pytest.raises(Stopped):
        Publisher(real.home, real.engine, watch=stop).publish(NOW)
    assert served_serial(real.folder) == 1
    assert clockwork(real, Clock(), []).turn()
    assert served_serial(real.folder) == 2


def test_runs_in_a_thread_until_it_is_stopped(real: RealGateway) -> None:
    serials: list[int] = []
    work = clockwork(real, Clock(), serials)
    work.start()
    until = time.monotonic() + 10
    while not serials and time.monotonic() < until:
        time.sleep(0.01)
    work.stop()
    assert serials == [1]


def test_who_waits_too_long_for_another_publisher_is_told(real: RealGateway) -> None:
    with (
        only_publisher(real.home.path, real.engine),
        pytest.raises(PublisherBusyError, match="another process is publishing"),
        only_publisher(real.home.path, real.engine, wait_s=0.1),
    ):
        pass
