"""One process may open one replica as often as it likes: an app factory, a reloader, a test suite beside the app."""

import gc
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import lmdb
import pytest

from credit_sdk import CreditClient, Verdict
from credit_sdk.errors import ReplicaError
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.replica.election import SyncElection
from credit_sdk.replica.environment import Environment
from credit_sdk.replica.handles import opened
from credit_sdk.replica.store import Replica
from credit_sdk.testing import FakeGateway
from credit_sdk.testing.builders import subject
from credit_sdk.testing.publisher import Publisher
from tests.replica_host import LAW, Host, ago, listed, many, now
from tests.unit.replica.forking import in_child

CLEAN = "916301007105500078"
LONGEST_S = 60.0


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    host = Host.at(tmp_path, Publisher(LAW, many(300)))
    host.publisher.publish(ago(hours=1))
    host.serve()
    host.sync()
    yield host
    host.replica.close()


def publish_next(host: Host) -> None:
    host.publisher.records[subject(17)] = listed(17, entries=2)
    host.publisher.publish(now())
    host.serve()


def test_what_one_takes_over_the_other_sees(host: Host) -> None:
    with Replica.open(host.home) as second:
        publish_next(host)
        host.sync()
        with second.view() as view:
            assert (view.state.serial, view.record(subject(17))) == (2, listed(17, entries=2))


def test_closing_one_leaves_the_other_open(host: Host) -> None:
    second = Replica.open(host.home)
    with second.view() as view:
        host.replica.close()
        assert view.record(subject(17)) == listed(17)
        with pytest.raises(ReplicaError, match="was closed"):
            host.replica.view()
        host.replica.close()  # a second time changes nothing for anybody
    host.replica = second
    publish_next(host)
    assert host.sync().serial == 2


def test_closing_one_ends_its_own_views(host: Host) -> None:
    with Replica.open(host.home), host.replica.view() as view:
        host.replica.close()
        with pytest.raises(ReplicaError, match="was closed"):
            view.record(subject(17))


def test_the_last_one_lets_go_of_the_file(host: Host) -> None:
    second = Replica.open(host.home)
    host.replica.close()
    second.close()
    # LMDB itself would refuse a second environment of the same file.
    Environment(host.home / "replica").close()


def test_one_that_was_forgotten_is_let_go_of(host: Host) -> None:
    second = Replica.open(host.home)
    host.replica.close()
    del second
    gc.collect()
    Environment(host.home / "replica").close()


def test_another_way_to_the_same_directory_is_the_same_replica(host: Host, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(host.home)
    with Replica.open(tmp_path / "link") as second:
        assert second.publication == host.replica.publication


def test_a_directory_that_was_moved_is_found_again_where_it_was_opened_last(host: Host, tmp_path: Path) -> None:
    host.home.rename(tmp_path / "moved")
    with Replica.open(tmp_path / "moved"):
        assert in_child(lambda: host.serial() == 1)


def test_a_directory_made_anew_is_another_replica(host: Host) -> None:
    shutil.rmtree(host.home)
    with Replica.create(host.home) as second:
        assert second.publication is None
        assert host.serial() == 1  # the files are gone, what is open stays readable


def test_a_file_that_was_replaced_is_not_taken_for_the_one_that_was_open(host: Host) -> None:
    def child() -> bool:
        shutil.rmtree(host.home)
        Replica.create(host.home).close()
        try:
            host.serial()
        except ReplicaError as error:
            return "was replaced" in str(error)
        return False

    assert in_child(child)


def test_children_open_and_close_on_their_own(host: Host) -> None:
    second = Replica.open(host.home)

    def child() -> bool:
        host.replica.close()
        with Replica.open(host.home) as third, third.view() as view:
            mine = view.record(subject(17)) == listed(17)
        second.close()
        with Replica.open(host.home) as fourth:
            return mine and fourth.publication is not None

    assert in_child(child)
    second.close()
    assert host.record(subject(17)) == listed(17)


def test_many_threads_open_and_close_at_once(host: Host) -> None:
    failures: list[BaseException] = []

    def open_and_close() -> None:
        try:
            for _ in range(20):
                with Replica.open(host.home) as replica, replica.view() as view:
                    assert view.record(subject(17)) == listed(17)
        except BaseException as error:
            failures.append(error)
            raise

    host.replica.close()
    threads = [threading.Thread(target=open_and_close) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    host.replica = Replica.open(host.home)


def test_closing_waits_for_a_look_of_another_thread(host: Host) -> None:
    looks, told = threading.Event(), list[SubjectRecord | None]()
    environment = host.replica._handle._environment
    assert environment is not None

    def look() -> None:
        view = host.replica.borrow()
        try:
            looks.set()
            ends = time.monotonic() + LONGEST_S
            while not environment.is_awaited and time.monotonic() < ends:
                assert view.record(subject(17)) == listed(17)
            if environment.is_awaited:
                told.extend(view.record(subject(17)) for _ in range(100))
        finally:
            host.replica.give_back(view)

    looking = threading.Thread(target=look)
    looking.start()
    assert looks.wait(60)
    host.replica.close()
    looking.join()
    assert told == [listed(17)] * 100
    with pytest.raises(ReplicaError, match="was closed"):
        host.replica.borrow()
    host.replica = Replica.open(host.home)
    assert host.serial() == 1


def test_closing_leaves_a_takeover_of_another_thread_to_its_end(tmp_path: Path) -> None:
    handle = opened(tmp_path, create=True)
    inside, go_on = threading.Event(), threading.Event()
    told: list[ReplicaError | None] = []

    def take_over(transaction: "lmdb.Transaction[bytes]") -> None:
        inside.set()
        assert go_on.wait(60)
        transaction.put(b"key", b"value")

    def write() -> None:
        try:
            handle.write(take_over)
            told.append(None)
        except ReplicaError as error:
            told.append(error)

    writing = threading.Thread(target=write)
    writing.start()
    assert inside.wait(60)
    handle.close()
    go_on.set()
    writing.join()
    assert told == [None]
    with pytest.raises(ReplicaError, match="was closed"):
        handle.write(take_over)
    again = opened(tmp_path)
    snapshot = again.snapshot()
    again.begin(snapshot)
    assert snapshot.record(b"key") == b"value"
    again.close()


def test_within_a_process_too_only_one_may_sync(tmp_path: Path) -> None:
    first, second = SyncElection(tmp_path), SyncElection(tmp_path)
    assert first.stand()
    assert not second.stand()
    second.withdraw()
    assert not in_child(lambda: SyncElection(tmp_path).stand())  # the second did not let go of what the first holds
    first.withdraw()
    assert second.stand()
    second.withdraw()


def test_the_right_of_an_election_that_was_forgotten_passes_on_within_its_process(tmp_path: Path) -> None:
    assert SyncElection(tmp_path).stand()
    gc.collect()
    heir = SyncElection(tmp_path)
    assert heir.stand()
    assert not in_child(lambda: SyncElection(tmp_path).stand())
    heir.withdraw()
    assert in_child(lambda: SyncElection(tmp_path).stand())


def test_two_clients_of_one_process_check_and_close_apart(tmp_path: Path) -> None:
    with FakeGateway() as gateway:
        gateway.publish()
        first = gateway.open_client(tmp_path)
        second = CreditClient.open(tmp_path, transport=gateway.transport)  # follows by itself
        assert second.check(CLEAN, "procurement.award").verdict is Verdict.CLEAR
        gateway.list(CLEAN, "judgment-defaulter")
        gateway.publish()
        assert second.check(CLEAN, "procurement.award").verdict is Verdict.DENY
        second.close()
        assert first.check(CLEAN, "procurement.award").verdict is Verdict.DENY
        with CreditClient.open(tmp_path, background=False) as third:
            assert third.check(CLEAN, "procurement.award").evidence.serial == first.status().serial
