"""The publisher at work publishes what changes and signs in time."""

import logging
import time
from datetime import datetime, timedelta

import pytest

from gateway.database.unit_of_work import unit_of_work
from gateway.ledger.note import opened
from gateway.problems import CheckpointError
from gateway.publishing.ceremony import change_trust
from gateway.publishing.chain import heartbeat_of, served_serial
from gateway.publishing.checkpoints import followed, signing_keys
from gateway.publishing.clockwork import Clockwork
from gateway.publishing.lock import PublisherBusyError, only_publisher
from gateway.publishing.planning import Wanted
from gateway.publishing.release import Publisher
from tests.ledger_intruder import tamper
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
    until = time.monotonic() + 60
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


def test_makes_a_checkpoint_of_the_ledger_every_ten_minutes(real: RealGateway) -> None:
    clock = Clock()
    work = clockwork(real, clock, [])
    sizes = []
    for minutes in (0, 1, 9, 10, 20):
        clock.at = NOW + timedelta(minutes=minutes)
        with unit_of_work(real.engine, at=clock.at) as unit:
            unit.ledger.append("test:line:add", "li", {})
        assert work.turn()
        sizes.append(int((real.folder.ledger / "checkpoint").read_text("utf-8").split("\n")[1]))
    assert sizes[0] == sizes[1] == sizes[2] < sizes[3] < sizes[4]


def test_signs_no_checkpoint_of_a_broken_ledger_and_publishes_all_the_same(
    real: RealGateway, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    work = clockwork(real, clock, [])
    work.turn()
    made = (real.folder.ledger / "checkpoint").read_bytes()
    with unit_of_work(real.engine, at=NOW) as unit:
        unit.ledger.append("test:line:add", "li", {})
    tamper(real, "UPDATE ledger SET actor = 'nobody' WHERE seq = (SELECT max(seq) FROM ledger)")
    real.list_companies([1])
    clock.at = NOW + timedelta(minutes=10)
    with caplog.at_level(logging.ERROR):
        assert work.turn()
    assert "no checkpoint of the ledger was made" in caplog.text
    assert served_serial(real.folder) == 2
    assert (real.folder.ledger / "checkpoint").read_bytes() == made


def test_a_replaced_key_signs_the_same_ledger_anew(real: RealGateway) -> None:
    first = real.publisher.checkpoints.make(NOW)
    assert real.publisher.checkpoints.make(NOW).note == first.note
    real.publish()
    change_trust(real.home, real.engine, Wanted(rotate=True), NOW, keys=sorted((real.home.keys / "root").glob("*.pem")))
    second = real.publisher.checkpoints.make(NOW)
    third = real.publisher.checkpoints.make(NOW + timedelta(hours=2))
    assert second.note != first.note
    assert third.note == second.note
    keys = signing_keys(followed(real.home.trust_root.read_bytes(), []))
    assert opened(second.note, keys).root == second.root
    with pytest.raises(CheckpointError):
        opened(first.note, keys)


def test_a_checkpoint_that_was_kept_but_not_served_is_served_by_the_next_turn(real: RealGateway) -> None:
    made = real.publisher.checkpoints.make(NOW)
    (real.folder.ledger / "checkpoint").unlink()
    assert real.publisher.checkpoints.is_due(NOW)
    assert clockwork(real, Clock(), []).turn()
    assert (real.folder.ledger / "checkpoint").exists()
    assert made.size > 0
