"""What was half published, half transferred or spoiled on the disk is mended by the next sync and pinned by nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path

import lmdb
import pytest

from credit_sdk.errors import CreditError, IntegrityError, ReplicaDamagedError
from credit_sdk.replica import layout
from credit_sdk.replica.store import REPLICA_FOLDER, Replica
from credit_sdk.testing.builders import subject
from credit_sdk.testing.publisher import Publisher
from tests.attacks import line
from tests.attacks.stage import SERIAL, Stage
from tests.attacks.without_keys import PARTS
from tests.replica_host import LAW, Host, ago, listed, many, now

DAMAGED = subject(17)
Damage = Callable[["lmdb.Transaction[bytes]"], object]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.close()


@pytest.mark.parametrize("part", [part for part in PARTS if part != "root"])
def test_a_truncated_publish_is_taken_over_as_soon_as_it_is_whole(stage: Stage, part: str) -> None:
    """By the process that met it and by one that was started since; the metadata do not change in between."""
    stage.publish()
    before = stage.answers()
    stage.line.tricks.append((PARTS[part], line.instead(lambda data: data[: len(data) // 2], ETag='"truncated"')))
    for _ in range(2):
        with pytest.raises(CreditError):
            stage.client.sync()
    stage.restart()
    with pytest.raises(CreditError):
        stage.client.sync()
    assert stage.answers() == before
    stage.line.tricks.clear()
    stage.restart()
    assert stage.client.sync().serial == SERIAL + 1
    assert stage.answers().newly_listed == "DENY"


def test_a_power_cut_between_signatures_and_activation_loses_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The metadata of the next publication are stored already; what is held is still the last one, whole."""

    def power_cut(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    stage.publish()
    before = stage.answers()
    with monkeypatch.context() as cut:
        cut.setattr(Replica, "apply", power_cut)
        with pytest.raises(KeyboardInterrupt):
            stage.client.sync()
    stage.restart()
    assert stage.answers() == before
    assert stage.client.status().serial == SERIAL
    assert stage.client.sync().changed
    assert stage.answers().newly_listed == "DENY"


def _flip(key: bytes) -> Damage:
    def damage(transaction: "lmdb.Transaction[bytes]") -> None:
        value = bytearray(transaction.get(key) or b"")
        value[-2] ^= 1
        transaction.put(key, bytes(value))

    return damage


def _add(transaction: "lmdb.Transaction[bytes]") -> None:
    key = bytearray(layout.RECORD + DAMAGED.key)
    key[-1] ^= 1
    transaction.put(bytes(key), transaction.get(layout.RECORD + DAMAGED.key) or b"")


@pytest.mark.parametrize(
    "damage",
    [_flip(layout.RECORD + DAMAGED.key), lambda transaction: transaction.delete(layout.RECORD + DAMAGED.key), _add],
    ids=["changed", "gone", "added"],
)
def test_a_record_spoiled_on_the_disk_is_fetched_anew(tmp_path: Path, damage: Damage) -> None:
    host = Host.at(tmp_path, Publisher(LAW, many(600)))
    host.publisher.publish(ago(minutes=10))
    host.serve()
    host.sync()
    _spoil(host, damage)
    with pytest.raises(ReplicaDamagedError):
        host.replica.verify()
    host.publisher.records[DAMAGED] = listed(17, entries=2)
    host.publisher.publish(now())
    host.serve()
    assert host.sync().changed
    assert host.replica.verify().subjects == 601
    assert host.record(DAMAGED) == listed(17, entries=2)
    host.replica.close()


def test_a_sound_replica_is_not_fetched_anew_because_upstream_is_spoiled(tmp_path: Path) -> None:
    host = Host.at(tmp_path, Publisher(LAW, many(600)))
    host.publisher.publish(ago(minutes=10))
    host.serve()
    host.sync()
    before = set(host.publisher.files)
    host.publisher.records[DAMAGED] = listed(17, entries=2)
    host.publisher.publish(now())
    host.serve()
    for path in set(host.publisher.files) - before:
        if path.startswith("objects/"):
            (host.distribution / path).write_bytes(b"spoiled")
    with pytest.raises(IntegrityError, match="cannot be decompressed"):
        host.sync()
    assert host.record(DAMAGED) == listed(17)
    assert host.replica.verify().subjects == 601
    host.replica.close()


def test_a_replica_that_cannot_be_opened_is_fetched_anew_as_its_error_says(stage: Stage) -> None:
    before = stage.answers()
    stage.client.close()
    environment = lmdb.open(str(stage.home / REPLICA_FOLDER), map_size=1 << 30)
    with environment.begin(write=True) as transaction:
        _flip(layout.CATALOGUE)(transaction)
    environment.close()
    with pytest.raises(ReplicaDamagedError) as damaged:
        stage.opened().status()
    assert "Move the folder `replica` aside and run `credit sync`" in damaged.value.hint
    (stage.home / REPLICA_FOLDER).rename(stage.home / "aside")
    stage.client = stage.opened()
    assert stage.answers().listed == "UNDETERMINED"
    stage.client.sync()
    assert stage.answers() == before


def _spoil(host: Host, damage: Damage) -> None:
    host.replica.close()
    environment = lmdb.open(str(host.home / REPLICA_FOLDER), map_size=1 << 30)
    with environment.begin(write=True) as transaction:
        damage(transaction)
    environment.close()
    host.replica = Replica.open(host.home)
