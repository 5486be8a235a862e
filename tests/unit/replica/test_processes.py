"""Several processes, one replica: forks, growth elsewhere, full disks, sudden ends."""

import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.errors import IntegrityError, ReplicaError
from credit_sdk.publication import tree
from credit_sdk.publication.merkle import TOP
from credit_sdk.replica.rules import Contact
from credit_sdk.replica.store import Replica
from credit_sdk.testing.builders import subject
from credit_sdk.testing.publisher import Publisher
from credit_sdk.transport.folder import FolderTransport
from tests.replica_host import LAW, OTHER_LAW, Host, ago, listed, many, now
from tests.unit.replica.forking import in_child


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


def test_a_child_reads_and_follows(host: Host) -> None:
    assert host.serial() == 1

    def child() -> bool:
        before = host.serial() == 1 and host.record(subject(17)) == listed(17)
        publish_next(host)
        return before and host.sync().serial == 2 and host.record(subject(17)) == listed(17, entries=2)

    assert in_child(child)
    assert host.serial() == 2
    assert host.record(subject(17)) == listed(17, entries=2)


def test_a_view_opened_before_a_fork_is_the_parents(host: Host) -> None:
    with host.replica.view() as view:

        def child() -> bool:
            try:
                view.record(subject(17))
            except ReplicaError as error:
                return "before a fork" in str(error) and host.serial() == 1
            return False

        assert in_child(child)
        assert view.record(subject(17)) == listed(17)


def test_a_childs_end_does_not_end_the_parents_view(host: Host) -> None:
    """LMDB would reuse pages that nobody is known to read; many takeovers make it try."""
    with host.replica.view() as view:

        def child() -> bool:
            host.replica.view().close()
            host.replica.close()
            return True

        assert in_child(child)
        for step in range(12):
            host.publisher.records.update(many(40, first=1000 + 40 * step))
            host.publisher.publish(now(), with_pack=False)
            host.serve()
            host.sync()
        assert view.state.serial == 1
        assert [view.record(subject(number)) for number in range(300)] == [listed(number) for number in range(300)]


class Held(FolderTransport):
    """A folder that stops in the middle of a takeover."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.reached, self.go_on = threading.Event(), threading.Event()

    def fetch(self, path: str, *, max_bytes: int, timeout_s: float | None = None) -> bytes:
        self.reached.set()
        assert self.go_on.wait(60)
        return super().fetch(path, max_bytes=max_bytes, timeout_s=timeout_s)


def test_a_fork_while_another_thread_takes_over(host: Host) -> None:
    publish_next(host)
    host.transport = held = Held(host.distribution)
    syncer = threading.Thread(target=host.sync)
    syncer.start()
    assert held.reached.wait(60)
    assert in_child(lambda: host.serial() == 1 and host.record(subject(17)) == listed(17))
    held.go_on.set()
    syncer.join()
    assert host.serial() == 2
    assert host.replica.verify().entries == 302


def test_a_fork_while_another_thread_reads_a_new_law(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.publisher.catalogue = OTHER_LAW
    publish_next(host)
    host.sync()
    reads, go_on = threading.Event(), threading.Event()

    def slowly(data: bytes) -> Catalogue:
        reads.set()
        assert go_on.wait(60)
        return Catalogue(Catalogue.from_bytes(data).document)

    with monkeypatch.context() as patched:
        patched.setattr(Catalogue, "from_stored", slowly)
        reader = threading.Thread(target=host.serial)
        reader.start()
        assert reads.wait(60)

    def child() -> bool:
        signal.alarm(120)  # it would wait for a thread that only the parent has
        return host.serial() == 2

    assert in_child(child)
    go_on.set()
    reader.join()
    assert host.serial() == 2


def test_opening_does_not_wait_for_a_takeover(host: Host) -> None:
    def differences(_: tree.LocalMap) -> Iterator[tree.Difference]:
        script = (
            "import sys; from credit_sdk.replica.store import Replica; Replica.open(sys.argv[1]).publication.serial"
        )
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        subprocess.run([sys.executable, "-c", script, str(host.home)], env=environment, check=True, timeout=120)
        yield tree.LeafDifference(TOP, ())

    offered = host.publisher.publish(now())
    noted = host.replica.contact
    assert noted is not None
    with pytest.raises(IntegrityError):
        host.replica.apply(offered, LAW, noted, differences)


def test_a_child_born_inside_a_takeover_reads_and_leaves_writing_to_others(host: Host) -> None:
    def child() -> bool:
        try:
            host.replica.note_contact(Contact(now(), {}))
        except ReplicaError as error:
            return "another must sync" in str(error) and host.record(subject(17)) == listed(17)
        return False

    def differences(_: tree.LocalMap) -> Iterator[tree.Difference]:
        assert in_child(child)
        yield tree.LeafDifference(TOP, ())

    offered = host.publisher.publish(now())
    noted = host.replica.contact
    assert noted is not None
    with pytest.raises(IntegrityError):
        host.replica.apply(offered, LAW, noted, differences)
    assert host.replica.verify().subjects == 301


def test_a_file_that_grew_elsewhere_is_followed(tmp_path: Path) -> None:
    host = Host.at(tmp_path, Publisher(LAW, many(3)))
    host.replica.close()
    host.replica = Replica.open(host.home, map_bytes=256 * 1024)
    host.publisher.publish(ago(minutes=1))
    host.serve()
    host.sync()

    def child() -> bool:
        host.publisher.records.update(many(2000))
        host.publisher.publish(now())
        host.serve()
        return host.sync().serial == 2

    assert in_child(child)
    assert host.serial() == 2
    assert host.record(subject(1999)) == listed(1999)
    assert host.replica.verify().subjects == 2001
    host.replica.close()


def test_a_full_disk_leaves_the_last_good_publication(host: Host) -> None:
    host.publisher.records.update(many(4000))
    host.publisher.publish(now())
    host.serve()

    def child() -> bool:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        trust = host.sync  # everything but the replica's file is small
        size = (host.home / "replica/data.mdb").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        try:
            trust()
        except ReplicaError as error:
            return "Make room on the disk" in error.hint and host.serial() == 1
        return False

    assert in_child(child)
    assert host.replica.verify().subjects == 301
    assert host.sync().serial == 2


_KILLED = """
import os, signal, sys
from pathlib import Path
from credit_sdk.publication import tree
from credit_sdk.replica.rules import Contact
from credit_sdk.replica.rules import Contact
from credit_sdk.replica.store import Replica
from credit_sdk.publication.statement import Publication
from datetime import UTC, datetime
replica = Replica.open(sys.argv[1])
held = replica.publication
offered = held.model_copy(update={"serial": 2})
def differences(_):
    yield tree.LeafDifference(tree.TOP, ())
    os.kill(os.getpid(), signal.SIGKILL)
law = Path(sys.argv[2]).read_bytes()
replica.apply(offered, law, Contact(datetime.now(UTC), {"timestamp": datetime.now(UTC)}), differences)
"""


def test_a_process_killed_in_a_takeover_leaves_the_last_good_publication(host: Host, tmp_path: Path) -> None:
    (tmp_path / "law").write_bytes(LAW)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    arguments = [sys.executable, "-c", _KILLED, str(host.home), str(tmp_path / "law")]
    done = subprocess.run(arguments, env=environment, check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert host.replica.verify().subjects == 301
    publish_next(host)
    assert host.sync().serial == 2
