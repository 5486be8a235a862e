"""The memory-mapped file: whoever grows or closes it waits for those who look, and tells those who wait."""

import threading
import time
from pathlib import Path

import pytest

from credit_sdk.errors import ReplicaError
from credit_sdk.replica import environment as environment_module
from credit_sdk.replica.environment import Environment
from credit_sdk.replica.snapshot import Snapshot

LONGEST_S = 60.0


def test_who_writes_beside_growth_waits_for_it(tmp_path: Path) -> None:
    environment = Environment(tmp_path, map_bytes=1 << 20, create=True)
    snapshot = environment.snapshot(None)
    told: list[ReplicaError | bool] = []
    environment.begin(snapshot)

    def write() -> None:
        try:
            with environment.writing() as transaction:
                told.append(transaction.put(b"key", b"value"))
        except ReplicaError as error:
            told.append(error)

    growing, writing = threading.Thread(target=environment.grow), threading.Thread(target=write)
    growing.start()
    while not environment.is_awaited:
        time.sleep(0.001)
    writing.start()
    time.sleep(0.05)  # for it to come as far as it gets
    snapshot.close()
    growing.join()
    writing.join()
    assert told == [True]
    assert environment.close()


def test_two_who_wait_for_looks_to_end_are_both_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment_module, "_CLOSE_WAIT_S", 10 * LONGEST_S)  # who is not told looks again only then
    environment = Environment(tmp_path, create=True)
    one, other = environment.snapshot("one"), environment.snapshot("other")
    begun, end_one, end_other = threading.Barrier(3), threading.Event(), threading.Event()

    def look(snapshot: Snapshot, end: threading.Event) -> None:
        environment.begin(snapshot)
        begun.wait(60)
        assert end.wait(60)
        snapshot.close()

    looking = [threading.Thread(target=look, args=each) for each in ((one, end_one), (other, end_other))]
    for thread in looking:
        thread.start()
    begun.wait(60)
    waiting = {
        owner: threading.Thread(target=environment.end_snapshots, args=(owner,), daemon=True)
        for owner in ("one", "other")
    }
    for thread in waiting.values():
        thread.start()
    while environment._awaiting < len(waiting):
        time.sleep(0.001)
    end_one.set()
    waiting["one"].join(LONGEST_S)
    assert not waiting["one"].is_alive()
    assert environment.is_awaited
    end_other.set()
    waiting["other"].join(LONGEST_S)
    assert not waiting["other"].is_alive()
    assert not environment.is_awaited
    for thread in looking:
        thread.join()
    assert environment.close()
