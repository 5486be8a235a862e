"""The replica: one consistent state for every reader, one complete takeover or none, and no answer from damage."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from credit_sdk.catalogue.view import View
from credit_sdk.errors import GatewayUnreachableError, IntegrityError, ReplicaError, ReplicaMissingError
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.subject import Subject
from credit_sdk.publication import merkle, records, tree
from credit_sdk.publication.merkle import TOP, Node, Position
from credit_sdk.replica.rules import Contact
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


def contact() -> Contact:
    return Contact(ago(minutes=1), {"timestamp": now() + timedelta(days=1)})


def publish_next(host: Host) -> None:
    host.publisher.records[subject(17)] = listed(17, entries=2)
    host.publisher.publish(now())
    host.serve()


def test_an_empty_replica_answers_nothing(tmp_path: Path) -> None:
    with Replica.create(tmp_path) as replica, replica.view() as view:
        held: View = view
        assert (held.state.origin, held.state.serial, held.state.map_root, held.state.catalogue) == ("", 0, "", None)
        assert (held.state.published_at, held.state.contact_at, held.state.expires_at) == (None, None, None)
        assert (dict(held.state.coverage), held.state.holds_persons) == ({}, False)
        assert held.record(subject(1)) is None
        assert replica.verify().canary_found is False


def test_creating_again_keeps_what_is_held(host: Host) -> None:
    host.replica.close()
    host.replica = Replica.create(host.home)
    assert host.serial() == 1


def test_nothing_is_opened_where_nothing_was_set_up(tmp_path: Path) -> None:
    with pytest.raises(ReplicaMissingError, match="There is no replica"):
        Replica.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_refuses_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReplicaError, match="cannot be made"):
        Replica.create(tmp_path / "file")


def test_a_view_stays_at_its_serial(host: Host) -> None:
    with host.replica.view() as before:
        publish_next(host)
        host.sync()
        assert (before.state.serial, before.record(subject(17))) == (1, listed(17))
        assert (host.serial(), host.record(subject(17))) == (2, listed(17, entries=2))


def look(replica: Replica) -> tuple[int, datetime | None, SubjectRecord | None]:
    """What a check sees: serial, contact, one record."""
    view = replica.borrow()
    try:
        return view.state.serial, view.state.contact_at, view.record(subject(17))
    finally:
        replica.give_back(view)


def test_every_look_sees_what_another_opener_wrote_just_before(host: Host) -> None:
    with Replica.open(host.home) as reader:
        before = look(reader)
        assert before[::2] == (1, listed(17))
        later = replace(contact(), contact_at=ago(seconds=1))
        host.replica.note_contact(later)
        assert look(reader) == (1, later.contact_at, listed(17))
        publish_next(host)
        host.sync()
        assert look(reader)[::2] == (2, listed(17, entries=2))


def test_an_old_view_that_is_still_open_changes_nothing_for_the_next_look(host: Host) -> None:
    with Replica.open(host.home) as reader, reader.view():
        look(reader)
        publish_next(host)
        host.sync()
        assert look(reader)[0] == 2
        with reader.view() as latest:
            assert latest.state.serial == 2
        assert look(reader)[0] == 2


def test_the_law_is_compiled_once_for_all_views(host: Host) -> None:
    with host.replica.view() as first, host.replica.view() as second:
        assert first.state.catalogue is second.state.catalogue
        publish_next(host)
        host.sync()
        with host.replica.view() as later:
            assert later.state.catalogue is first.state.catalogue
            assert later.state.coverage is not first.state.coverage


def test_a_masked_number_is_nobody(host: Host) -> None:
    assert host.record(Subject.parse("9163************X1")) is None


def test_a_closed_view_says_so(host: Host) -> None:
    view = host.replica.view()
    view.close()
    view.close()
    with pytest.raises(ReplicaError, match="was closed"):
        view.record(subject(17))


def test_closing_ends_only_this_process(host: Host) -> None:
    view = host.replica.view()
    host.replica.close()
    with pytest.raises(ReplicaError, match="closed"):
        view.record(subject(17))
    with pytest.raises(ReplicaError, match="closed"):
        host.replica.view()
    host.replica = Replica.open(host.home)
    assert host.serial() == 1


def test_a_takeover_that_breaks_off_leaves_nothing(host: Host) -> None:
    offered = host.publisher.publish(now())

    def breaks_off(held: tree.LocalMap) -> Iterator[tree.Difference]:
        yield tree.LeafDifference(TOP, ())
        raise GatewayUnreachableError("the line broke")

    with pytest.raises(GatewayUnreachableError):
        host.replica.apply(offered, LAW, contact(), breaks_off)
    assert host.replica.verify().subjects == 301


def test_what_is_stored_must_give_the_signed_root(host: Host) -> None:
    host.publisher.records[subject(17)] = listed(17, entries=2)
    offered = host.publisher.publish(now())
    with pytest.raises(IntegrityError, match="does not give its signed root"):
        host.replica.apply(offered, LAW, contact(), lambda _: ())
    with pytest.raises(IntegrityError, match="is not the one"):
        host.replica.apply(offered, OTHER_LAW, contact(), lambda _: ())


@pytest.mark.parametrize("depth", [0, 3])
def test_records_are_hashed_as_stored_and_not_believed_as_they_come(host: Host, depth: int) -> None:
    """Whoever changes an object on the way, wherever it lies, cannot have it hashed as anything but what it is."""
    offered = host.publisher.publish(now(), held_shape=(3,))
    before = host.record(subject(17))
    place = Position(depth, int.from_bytes(subject(17).key) >> (256 - depth))
    kept = sorted(
        (who.key, records.encode(record)) for who, record in host.publisher.records.items() if place.holds(who.key)
    )
    node = merkle.subtree(kept, depth)
    without = [record for record in kept if record[0] != subject(17).key]

    with pytest.raises(IntegrityError, match="does not match the hash"):
        host.replica.apply(offered, LAW, contact(), lambda _: [tree.LeafDifference(place, without, node)])
    assert host.record(subject(17)) == before
    assert host.replica.verify().subjects == 301


def test_a_first_sync_hashes_every_record_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host = Host.at(tmp_path, Publisher(LAW, many(3000)))
    host.publisher.publish(now())
    host.serve()
    hashed = []

    def counting(leaves: Sequence[tuple[bytes, bytes]], depth: int) -> Node:
        hashed.append(len(leaves))
        return fold(leaves, depth)

    fold = merkle.fold
    monkeypatch.setattr(merkle, "fold", counting)
    host.sync()
    assert sum(hashed) == 3001
    hashed.clear()
    host.publisher.records[subject(17)] = listed(17, entries=2)
    host.publisher.publish(now())
    host.serve()
    hashed.clear()
    assert host.sync().records_changed == 1
    assert 0 < sum(hashed) <= 384, "the one leaf object that changed, and no other"
    host.replica.close()


def test_the_file_grows_with_what_comes(tmp_path: Path) -> None:
    host = Host.at(tmp_path, Publisher(LAW, many(2000)))
    host.replica.close()
    host.replica = Replica.open(host.home, map_bytes=256 * 1024)
    host.publisher.publish(now())
    host.serve()
    before = host.replica.view()
    threading.Timer(0.05, before.close).start()  # growth waits for views of this process
    assert host.sync().records_changed == 2001
    assert host.replica.verify().subjects == 2001
    host.replica.close()


def test_contact_is_noted_once(host: Host) -> None:
    noted = contact()
    host.replica.note_contact(noted)
    host.replica.note_contact(noted)
    assert host.replica.contact == noted


def test_many_threads_read_while_publications_come(host: Host) -> None:
    stop = threading.Event()
    seen: set[tuple[int, int]] = set()
    failures: list[BaseException] = []

    def read() -> None:
        try:
            while not stop.is_set():
                with host.replica.view() as view:
                    found = view.record(subject(17))
                    seen.add((view.state.serial, len(found.entries) if found else 0))
        except BaseException as error:  # noqa: BLE001 - handed to the test
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for serial in range(2, 6):
        host.publisher.records[subject(17)] = listed(17, entries=serial)
        host.publisher.publish(now(), with_pack=False)
        host.serve()
        host.sync()
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (5, 5) in seen | {(host.serial(), 5)}
    assert all(serial == entries for serial, entries in seen)
