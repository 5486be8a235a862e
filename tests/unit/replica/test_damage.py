"""A replica that is damaged says so; it never answers as if nobody were listed."""

from collections.abc import Iterator
from pathlib import Path

import lmdb
import pytest

from credit_sdk.errors import ReplicaDamagedError, ReplicaError
from credit_sdk.publication.merkle import TOP
from credit_sdk.replica import layout
from credit_sdk.replica.store import Replica
from credit_sdk.testing.builders import subject
from credit_sdk.testing.publisher import Publisher
from tests.replica_host import LAW, OTHER_LAW, Host, ago, listed, many, now


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    host = Host.at(tmp_path, Publisher(LAW, many(300)))
    host.publisher.publish(ago(hours=1), held_shape=(3,))
    host.serve()
    host.sync()
    yield host
    host.replica.close()


def publish_next(host: Host) -> None:
    host.publisher.records[subject(17)] = listed(17, entries=2)
    host.publisher.publish(now())
    host.serve()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (layout.PUBLICATION, b"{}"),
        (layout.CATALOGUE, OTHER_LAW),
        (layout.CATALOGUE, None),
        (layout.COUNTS, b"\xff"),
        (layout.COUNTS, b"\x92\x01\x81\xa1\x80\x01"),
        (layout.COUNTS, None),
        (layout.FORMAT, b"credit-replica/9"),
        (layout.FORMAT, None),
        (layout.table(TOP), b"CI1\n\x92\xc0\xc0"),
        (layout.table(TOP), b"nonsense"),
    ],
)
def test_parts_that_do_not_belong_together_are_not_opened(host: Host, key: bytes, value: bytes | None) -> None:
    tamper(host, key, value)
    with pytest.raises(ReplicaError):
        Replica.open(host.home)


def test_verification_reads_everything(host: Host) -> None:
    publish_next(host)
    tamper(host, layout.RECORD + subject(44).key, b"\x92\x90\x90")
    host.replica = Replica.open(host.home)  # quick checks cannot see it
    with pytest.raises(ReplicaDamagedError, match="does not give"):
        host.replica.verify()


def test_a_record_that_cannot_be_read_is_damage_and_not_absence(host: Host) -> None:
    tamper(host, layout.RECORD + subject(44).key, b"nonsense")
    host.replica = Replica.open(host.home)
    with pytest.raises(ReplicaDamagedError):
        host.record(subject(44))


def test_a_file_that_is_no_replica_is_damage(tmp_path: Path) -> None:
    Replica.create(tmp_path).close()
    (tmp_path / "replica/data.mdb").write_bytes(b"not a database" * 1000)
    with pytest.raises(ReplicaDamagedError, match="is damaged"):
        Replica.open(tmp_path)


def tamper(host: Host, key: bytes, value: bytes | None) -> None:
    """Change the file behind the replica's back."""
    host.replica.close()
    with (
        lmdb.open(str(host.home / "replica"), map_size=2**30) as environment,
        environment.begin(write=True) as transaction,
    ):
        if value is None:
            transaction.delete(key)
        else:
            transaction.put(key, value)
