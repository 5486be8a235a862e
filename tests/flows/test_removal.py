"""Removal beside sync: a replica that is behind, slow or in the middle never fares worse than by syncing again."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from credit_sdk.errors import GatewayRefusedError
from credit_sdk.publication import records
from credit_sdk.replica import sync
from credit_sdk.replica.store import Replica
from credit_sdk.transport.folder import FolderTransport
from gateway.database.tables import published_records
from gateway.database.unit_of_work import reading
from gateway.publishing.removal import prune
from tests.real_gateway import NOW, RealGateway, company


class Watched(FolderTransport):
    """The distribution folder; ``before`` is told each path before it is fetched."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.before: Callable[[str], None] = lambda path: None

    def fetch_stream(self, path: str, *, max_bytes: int, timeout_s: float | None = None) -> Iterator[bytes]:
        """A file in pieces."""
        self.before(path)
        yield from super().fetch_stream(path, max_bytes=max_bytes, timeout_s=timeout_s)


@dataclasses.dataclass
class Story:
    """A gateway, a host that follows it, and the day it is."""

    real: RealGateway
    home: Path
    replica: Replica
    transport: Watched
    at: datetime = NOW
    listed: int = 0
    removed: int = 0

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.at += timedelta(**span)

    def publish(self, companies: int = 3) -> None:
        """List further companies and publish them."""
        self.real.list_companies(range(self.listed, self.listed + companies))
        self.listed += companies
        self.removed += self.real.publisher.publish(self.at).removed.files

    def sync(self, at: datetime | None = None) -> sync.SyncReport:
        """One sync of the host, by a clock of its own if one is given."""
        with time_machine.travel(at or self.at, tick=False):
            trust = sync.trusted_refresh(self.home, self.transport, self.real.home.trust_root.read_bytes())
            return sync.refresh(self.replica, trust, self.transport, at or self.at)

    def require_same(self) -> None:
        """The host holds what the gateway published last, record by record."""
        with reading(self.real.engine) as connection:
            rows = {row.key: row.record for row in connection.execute(published_records.select())}
        assert self.replica.verify().subjects == len(rows)
        with self.replica.view() as view:
            for number in range(0, self.listed, 7):
                subject = company(number)
                assert view.record(subject) == records.decode(rows[subject.key])


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    real = RealGateway.make(tmp_path)
    made = Story(real, tmp_path / "host", Replica.create(tmp_path / "host"), Watched(real.home.distribution))
    made.publish(600)
    yield made
    made.replica.close()
    real.close()


def test_a_replica_that_missed_more_than_is_kept_syncs_as_any_other(story: Story) -> None:
    story.sync()
    for _ in range(8):
        story.later(days=3)
        story.publish()
    assert story.removed > 20
    report = story.sync()
    assert (report.previous_serial, report.serial, report.used_pack) == (1, 9, False)
    story.require_same()


def test_a_sync_that_takes_hours_meets_every_file_of_the_publication_it_began_with(story: Story) -> None:
    story.sync()
    story.later(days=20)
    story.publish(60)
    began, slow = story.at, []

    def slowly(path: str) -> None:
        if path.startswith("objects/"):
            slow.append(path)
            story.later(hours=6)
            story.publish(20)
            prune(story.real.home, story.real.engine, story.at)

    story.transport.before = slowly
    report = story.sync(began)
    assert len(slow) > 3
    assert (report.serial, report.changed) == (2, True)
    story.transport.before = lambda path: None
    assert story.sync().serial == 2 + len(slow)
    story.require_same()


def test_a_sync_that_outlasts_what_is_kept_fails_once_and_the_next_one_succeeds(story: Story) -> None:
    story.sync()
    story.later(days=1)
    story.publish(60)
    began = story.at

    def much_too_slowly(path: str) -> None:
        if path.startswith("objects/") and story.at == began:
            story.later(days=1)
            story.publish(200)
            story.later(days=8)
            prune(story.real.home, story.real.engine, story.at)

    story.transport.before = much_too_slowly
    with pytest.raises(GatewayRefusedError, match="There is no objects/"):
        story.sync(began)
    with story.replica.view() as view:
        assert view.state.serial == 1
    story.real.publisher.heartbeat(story.at)
    assert story.sync().serial == 3
    story.require_same()


def test_a_first_sync_takes_the_pack_although_the_publications_after_it_are_gone(story: Story) -> None:
    for _ in range(5):
        story.later(days=4)
        story.publish()
    assert story.removed > 5
    report = story.sync()
    assert (report.used_pack, report.pack_refused, report.serial) == (True, "", 6)
    story.require_same()


def test_a_copy_without_file_times_is_followed_and_goes_on(story: Story) -> None:
    """What an administrator copies without times, or restores, has the ages that the registry says."""
    story.sync()
    for _ in range(3):
        story.later(days=3)
        story.publish()
    for path in story.real.home.distribution.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            path.unlink()
            path.write_bytes(data)
    story.later(days=3)
    before = prune(story.real.home, story.real.engine, story.at, is_trial=True)
    assert before.removed.files
    assert before.waiting
    done = prune(story.real.home, story.real.engine, story.at)
    assert (done.removed.files, done.waiting) == (before.removed.files, before.waiting)
    story.real.publisher.heartbeat(story.at)
    assert story.sync().serial == 4
    story.require_same()
