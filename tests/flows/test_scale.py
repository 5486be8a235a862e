"""The cost of one change follows the change: counted in objects, bytes and hashes, from the registry to a replica."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from credit_sdk.publication import merkle, pack, tree
from credit_sdk.publication.merkle import Node
from credit_sdk.replica import sync
from credit_sdk.replica.store import Replica
from credit_sdk.transport.folder import FolderTransport
from gateway.publishing.report import PublishReport
from tests.benchmarks import province
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway, company

ENTRIES = 30_000
LARGEST_OBJECT_RECORDS = 384
"""Leaf objects hold at most 256 records on average; chance makes one of a hundred that much fuller."""


@pytest.fixture
def real(tmp_path: Path) -> Iterator[RealGateway]:
    made = RealGateway.make(tmp_path)
    province.fill(made.engine, range(ENTRIES), at=NOW, by=LI, confirmed_by=WANG)
    yield made
    made.close()


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Records hashed, call by call."""
    counted: list[int] = []
    fold = merkle.fold

    def counting(leaves: Sequence[tuple[bytes, bytes]], depth: int) -> Node:
        counted.append(len(leaves))
        return fold(leaves, depth)

    monkeypatch.setattr(merkle, "fold", counting)
    return counted


def synced(real: RealGateway, replica: Replica, after_s: float) -> sync.SyncReport:
    transport = FolderTransport(real.home.distribution)
    at = NOW + timedelta(seconds=after_s)
    with time_machine.travel(at, tick=False):
        trust = sync.trusted_refresh(replica.directory, transport, real.home.trust_root.read_bytes())
        return sync.refresh(replica, trust, transport, at)


def listed_one_more(real: RealGateway, after_s: float) -> PublishReport:
    province.fill(real.engine, range(ENTRIES, ENTRIES + 1), at=NOW + timedelta(seconds=1), by=LI, confirmed_by=WANG)
    return real.publish(after_s)


def test_one_change_of_many_is_a_handful_of_objects_and_little_work(
    real: RealGateway, tmp_path: Path, hashed: list[int]
) -> None:
    held = {path.name for path in real.home.path.iterdir()}
    first = real.publish()
    assert {path.name for path in real.home.path.iterdir()} - held - {"publisher.lock", "accounted"} == {"pack.json"}
    subjects = first.changed_subjects
    assert subjects == ENTRIES * 9 // 10 + 1
    # Once when they are built, and once more when they are read back for the pack.
    assert sum(hashed) == 2 * subjects
    before = real.served()

    replica = Replica.create(tmp_path / "replica")
    hashed.clear()
    assert synced(real, replica, 1).used_pack
    assert sum(hashed) == subjects, "each record once, as it is stored"

    hashed.clear()
    change = listed_one_more(real, 2)
    assert (change.changed_subjects, change.is_whole) == (1, False)
    assert change.objects_written <= 3
    assert change.bytes_written <= 64 * 1024
    assert sum(hashed) <= 2 * LARGEST_OBJECT_RECORDS, "the object as it was, and as it is"
    assert real.served().pack == before.pack

    hashed.clear()
    report = synced(real, replica, 3)
    assert (report.serial, report.records_changed, report.used_pack) == (2, 1, False)
    assert report.objects_fetched <= 3
    assert report.bytes_fetched <= 64 * 1024
    assert sum(hashed) <= LARGEST_OBJECT_RECORDS
    assert replica.verify().subjects == subjects + 1
    replica.close()

    hashed.clear()
    with Replica.open(tmp_path / "replica") as opened:
        assert opened.publication == real.served()
    assert hashed == [], "a cold open hashes no record"


def test_a_map_in_many_portions_is_the_same_on_postgresql(tmp_path: Path, postgresql_url: str) -> None:
    """Rows arrive through cursors of the server there, several of them open at once."""
    real = RealGateway.make(tmp_path, database=postgresql_url)
    real.list_companies(range(1_300))
    assert real.publish().changed_subjects == 1_301
    real.list_companies(range(1_300, 2_600))
    assert real.publish(1).changed_subjects == 1_300
    real.remove(range(500))
    report = real.publish(2, allow_shrink=[LISTED])
    assert report.changed_subjects == 500
    publication = real.served()
    assert publication.pack
    held: dict[bytes, bytes] = {}
    data = real.folder.pack_path(publication.pack.map_root).read_bytes()
    for difference in pack.read([data], publication.root):
        if isinstance(difference, tree.LeafDifference):
            held.update(difference.records)
    assert len(held) == publication.subjects == 2_101
    assert company(499).key not in held
    assert company(500).key in held
    assert merkle.subtree(sorted(held.items()), 0) == publication.root
    assert not real.publisher.wants_publishing(NOW)
    real.close()
