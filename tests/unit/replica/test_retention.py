"""The signed files of the last contacts are kept, whole, and no longer than needed."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from credit_sdk.errors import ReplicaError
from credit_sdk.replica import retention
from credit_sdk.replica.retention import of_contact, retain
from credit_sdk.testing.publisher import Publisher
from tests.replica_host import LAW, Host, ago, many, now


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    host = Host.at(tmp_path, Publisher(LAW, many(3)))
    host.publisher.publish(ago(hours=1))
    host.serve()
    host.sync()
    yield host
    host.replica.close()


def beaten(host: Host, minutes: float) -> None:
    host.publisher.heartbeat(ago(minutes=minutes))
    host.serve()
    host.sync()
    retain(host.home)


def block(host: Host) -> None:
    """Put a file where the folder belongs."""
    folder = host.home / "trust" / "retained"
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("in the way")


def kept(host: Host) -> list[str]:
    return [path.name for path in (host.home / "trust" / "retained").glob("*/*.*.json")]


def test_the_newest_contact_needs_no_retaining(host: Host) -> None:
    contact = host.replica.contact
    assert contact
    found = of_contact(host.home, contact.contact_at)
    assert found
    assert found.timestamp == host.publisher.files["metadata/timestamp.json"]
    assert of_contact(host.home, now()) is None


def test_an_earlier_contact_is_found_with_the_files_of_its_time(host: Host) -> None:
    retain(host.home)
    contact = host.replica.contact
    assert contact
    before = of_contact(host.home, contact.contact_at)
    host.publisher.rotate_root(ago(minutes=50))
    host.publisher.publish(ago(minutes=40))
    beaten(host, 30)
    after = of_contact(host.home, contact.contact_at)
    assert after == before
    assert after
    assert (len(after.roots), after.snapshot) == (1, host.publisher.files["metadata/1.snapshot.json"])
    newest = host.replica.contact
    assert newest
    latest = of_contact(host.home, newest.contact_at)
    assert latest
    assert (len(latest.roots), latest.snapshot) == (2, host.publisher.files["metadata/2.snapshot.json"])


def test_retaining_twice_changes_nothing(host: Host) -> None:
    retain(host.home)
    names = kept(host)
    retain(host.home)
    assert kept(host) == names
    assert len(names) == 1


def test_only_so_many_contacts_are_kept(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "CONTACTS_MAX", 3)
    for minutes in range(50, 40, -1):
        beaten(host, minutes)
    assert len(kept(host)) == 3
    contact = host.replica.contact
    assert contact
    assert of_contact(host.home, contact.contact_at)


def test_only_so_many_publications_are_kept(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "SNAPSHOTS_MAX", 2)
    for minutes in range(50, 45, -1):
        host.publisher.publish(ago(minutes=minutes))
        beaten(host, minutes - 0.5)
    assert len(list((host.home / "trust" / "retained").iterdir())) == 2


def test_says_that_it_cannot_be_written(host: Host) -> None:
    block(host)
    with pytest.raises(ReplicaError, match="cannot be written"):
        retain(host.home)


def test_without_the_roots_of_its_time_a_contact_is_not_kept(host: Host) -> None:
    retain(host.home)
    contact = host.replica.contact
    assert contact
    shutil.rmtree(host.home / "trust" / "metadata" / "root_history")
    assert of_contact(host.home, contact.contact_at) is None


def test_says_that_it_cannot_be_read(host: Host) -> None:
    block(host)
    with pytest.raises(ReplicaError, match="cannot be read"):
        of_contact(host.home, now())
