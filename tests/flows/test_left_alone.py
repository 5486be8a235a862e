"""A gateway that is left alone signs in time what it can sign, and says in time what only people can renew."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from credit_sdk.catalogue.freshness import age_of
from credit_sdk.model.evidence import Freshness
from credit_sdk.replica.rules import Contact
from credit_sdk.replica.store import Replica
from credit_sdk.replica.sync import refresh, trusted_refresh
from credit_sdk.transport.folder import FolderTransport
from gateway.publishing import roles
from gateway.publishing.clockwork import Clockwork
from gateway.publishing.expiry import endings, expiries
from gateway.publishing.keyring import Keyring
from tests.real_gateway import LI, NOW, WANG, RealGateway, law

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ONLINE, OF_PEOPLE = {"timestamp", "snapshot", "targets"}, {"root", "catalogue"}


class Days:
    """A gateway with its publisher at work, and a replica that follows it, on a calendar that is turned by hand."""

    def __init__(self, real: RealGateway, home: Path) -> None:
        self.real = real
        self.at = NOW
        self._home = home
        self._root = real.home.trust_root.read_bytes()
        self._line = FolderTransport(real.home.distribution)
        self.replica = Replica.create(home)
        self.clockwork = Clockwork(
            real.publisher, real.folder, heartbeat_s=60, now=lambda: self.at, published=lambda serial: None
        )

    def to(self, at: datetime) -> None:
        """Turn the calendar; the publisher takes a turn, as it does five times a second."""
        self.at = at
        assert self.clockwork.turn()

    def followed(self) -> Contact:
        """What the replica knows after it followed."""
        with time_machine.travel(self.at, tick=False):
            refresh(self.replica, trusted_refresh(self._home, self._line, self._root), self._line, self.at)
        contact = self.replica.contact
        assert contact
        return contact

    def renew_root(self, at: datetime) -> None:
        """What the people with the root keys do."""
        root = roles.newest_root(self.real.folder)
        root.version, root.expires = root.version + 1, at + roles.ROOT_LASTS
        signers = Keyring(self.real.home.keys).root()
        self.real.folder.write_metadata(f"{root.version}.root.json", roles.signed(root, signers))

    def freshness(self, at: datetime) -> Freshness:
        """What the replica says of its age."""
        with self.replica.view() as view:
            return age_of(view.state, at).state


@pytest.fixture
def days(tmp_path: Path) -> Iterator[Days]:
    real = RealGateway.make(tmp_path)
    made = Days(real, tmp_path / "replica")
    yield made
    made.replica.close()
    real.close()


def test_for_a_hundred_days_nothing_expires_at_a_replica_that_looks_now_and_then(
    days: Days, caplog: pytest.LogCaptureFixture
) -> None:
    signed: dict[str, set[datetime]] = {role: set() for role in ONLINE}
    with caplog.at_level(logging.WARNING, "gateway.publishing"):
        for look in range(121):
            days.to(NOW + look * 20 * HOUR)
            contact = days.followed()
            for role in ONLINE:
                signed[role].add(contact.expires[role])
            assert contact.contact_at == days.at
            assert contact.expires_at - days.at >= DAY - timedelta(seconds=1)
            assert contact.expires["snapshot"] - days.at > 3 * DAY
            assert contact.expires["targets"] - days.at > 44 * DAY
            assert days.freshness(days.at + 20 * HOUR) is not Freshness.EXPIRED
    assert caplog.text == ""
    assert {role: len(ends) for role, ends in signed.items()} == {"timestamp": 121, "snapshot": 25, "targets": 25}


def test_people_are_told_two_months_before_and_once_a_day_until_they_renew(
    days: Days, caplog: pytest.LogCaptureFixture
) -> None:
    days.to(NOW)
    ends_at = NOW + 365 * DAY
    with caplog.at_level(logging.WARNING, "gateway.publishing"):
        days.to(ends_at - 60 * DAY - HOUR)
        assert caplog.text == ""
        days.to(ends_at - 60 * DAY)
        assert "root" in caplog.text
        assert "法律目录的签名还有60天到期" in caplog.text
        assert "credit-gateway law adopt" in caplog.text
        caplog.clear()
        for hour in (1, 2, 23):
            days.to(ends_at - 60 * DAY + hour * HOUR)
        assert caplog.text == ""
        days.to(ends_at - 59 * DAY)
        assert len(caplog.records) == 2
        assert {record.levelno for record in caplog.records} == {logging.WARNING}

        renewed_at = ends_at - 50 * DAY
        days.real.publisher.adopt_catalogue(law(), LI, WANG, renewed_at)
        days.renew_root(renewed_at)
        caplog.clear()
        days.to(renewed_at)
        assert caplog.text == ""
    contact = days.followed()
    assert {role: contact.expires[role] for role in OF_PEOPLE} == dict.fromkeys(OF_PEOPLE, renewed_at + 365 * DAY)


def test_a_law_that_people_signed_anew_is_served_with_the_next_heartbeat(days: Days) -> None:
    days.to(NOW)
    before = days.followed()
    days.real.publisher.adopt_catalogue(law(), LI, WANG, NOW + HOUR)
    days.to(NOW + HOUR)
    after = days.followed()
    assert after.expires["catalogue"] == before.expires["catalogue"] + HOUR
    snapshots = len(list(days.real.folder.metadata.glob("*.snapshot.json")))
    days.to(NOW + 2 * HOUR)
    assert len(list(days.real.folder.metadata.glob("*.snapshot.json"))) == snapshots


def test_a_role_that_ended_is_an_error_in_the_log(days: Days, caplog: pytest.LogCaptureFixture) -> None:
    days.to(NOW)
    with caplog.at_level(logging.WARNING, "gateway.publishing"):
        days.to(NOW + 366 * DAY)
    assert {record.levelno for record in caplog.records} == {logging.ERROR}
    assert "所有副本均已失效" in caplog.text


def test_a_publisher_that_stands_still_is_seen_in_its_roles(days: Days) -> None:
    days.to(NOW)
    held = expiries(days.real.folder)
    assert held.keys() == ONLINE | OF_PEOPLE
    spoken_of = {
        after: [each.role for each in endings(held, NOW + after)]
        for after in (17 * HOUR, 18 * HOUR, 6 * DAY, 70 * DAY, 310 * DAY)
    }
    assert spoken_of == {
        17 * HOUR: [],
        18 * HOUR: ["timestamp"],
        6 * DAY: ["timestamp", "snapshot"],
        70 * DAY: ["timestamp", "snapshot", "targets"],
        310 * DAY: ["timestamp", "snapshot", "targets", "catalogue", "root"],
    }


@pytest.mark.parametrize("after", [timedelta(seconds=30), 18 * HOUR + HOUR, 310 * DAY])
def test_ready_says_what_ends_and_metrics_count_it(days: Days, after: timedelta) -> None:
    days.to(NOW)
    if after > DAY:
        days.to(NOW + after)
    with days.real.asked((after + timedelta(seconds=5)).total_seconds()) as application:
        ready, figures = application.get("/readyz"), application.get("/metrics").text
    found = ready.get_json()
    if after < HOUR:
        assert (ready.status_code, found["warnings"]) == (200, [])
        assert found["expires"].keys() == ONLINE | OF_PEOPLE
        assert 'credit_gateway_role_warning{role="root"} 0.0' in figures
    elif after < DAY:
        assert ready.status_code == 503
        assert 'credit_gateway_role_warning{role="timestamp"} 1.0' in figures
    else:
        assert ready.status_code == 200
        assert [line.partition("还有")[0] for line in found["warnings"]] == ["法律目录的签名", "信任根"]
        assert 'credit_gateway_role_warning{role="catalogue"} 1.0' in figures
        assert 'credit_gateway_role_expires_in_seconds{role="root"} 4.75' in figures


def test_not_ready_once_a_role_has_ended(days: Days) -> None:
    days.to(NOW)
    days.to(NOW + 366 * DAY)
    with days.real.asked((366 * DAY).total_seconds() + 5) as application:
        ready = application.get("/readyz")
    assert ready.status_code == 503
    assert "law adopt" in ready.get_json()["hint"]
