"""The library refuses what it must, and the last good publication stays in use."""

import shutil
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from credit_sdk.errors import (
    CreditError,
    GatewayRefusedError,
    IntegrityError,
    LawError,
    RollbackError,
    ShrunkenError,
    TrustError,
)
from credit_sdk.publication import objects, tree
from credit_sdk.replica.store import Replica
from credit_sdk.testing.builders import subject
from credit_sdk.testing.publisher import VALIDITY, Publisher
from tests.replica_host import LAW, LIST, OTHER_LAW, Host, ago, listed, many, now


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """A replica that holds publication 1, and a publisher ready for the second."""
    host = Host.at(tmp_path, Publisher(LAW, many(300)))
    host.publisher.publish(ago(hours=1))
    host.serve()
    host.sync()
    host.publisher.records[subject(17)] = listed(17, entries=2)
    yield host
    assert_last_good_stays(host)
    host.replica.close()


def assert_last_good_stays(host: Host) -> None:
    """Also after a restart."""
    host.replica.close()
    host.replica = Replica.open(host.home)
    assert host.serial() == 1
    assert host.record(subject(17)) == listed(17)
    assert host.replica.verify().subjects == 301


def test_refuses_a_publication_older_than_the_one_held(host: Host) -> None:
    host.publisher.publication = None
    held = host.replica.publication
    assert held is not None
    host.publisher.publish(now(), serial=1)  # the same serial, other content
    host.serve()
    with pytest.raises(IntegrityError, match="was published twice with different content"):
        host.sync()


def test_refuses_a_lower_serial_under_newer_signatures(tmp_path: Path) -> None:
    host = Host.at(tmp_path, Publisher(LAW, many(30)))
    host.publisher.publish(ago(hours=1), serial=7)
    host.serve()
    host.sync()
    host.publisher.publish(now(), serial=6)
    host.serve()
    with pytest.raises(RollbackError, match="offers publication 6, older than 7"):
        host.sync()
    assert host.serial() == 7
    host.replica.close()


def test_refuses_metadata_older_than_was_seen_before(host: Host, tmp_path: Path) -> None:
    shutil.copytree(host.distribution, tmp_path / "earlier")
    host.publisher.heartbeat(ago(minutes=30))
    host.serve()
    host.sync()
    shutil.copytree(tmp_path / "earlier", host.distribution, dirs_exist_ok=True)
    with pytest.raises(TrustError, match="older than what was seen before"):
        host.sync()


def test_a_frozen_timestamp_expires_the_replica_and_deletes_nothing(host: Host) -> None:
    # The gateway stopped long ago; somebody keeps serving what it signed last.
    host.publisher.heartbeat(now() - VALIDITY["timestamp"] - timedelta(minutes=1))
    host.serve()
    with pytest.raises(TrustError, match=r"have ended \(timestamp\.json is expired\)"):
        host.sync()
    with host.replica.view() as view:
        assert view.state.expires_at is not None
        assert view.state.expires_at <= ago(hours=1) + VALIDITY["timestamp"]


def test_refuses_signatures_by_keys_the_root_does_not_name(host: Host) -> None:
    stranger = Publisher(LAW, host.publisher.records)
    for serial in (1, 2):
        stranger.publish(now(), serial=serial)
    host.publisher.files = {path: data for path, data in stranger.files.items() if "root" not in path}
    host.serve()
    with pytest.raises(TrustError, match="not signed by the keys this replica trusts"):
        host.sync()


def test_refuses_a_new_root_the_old_one_did_not_sign(host: Host) -> None:
    stranger = Publisher(LAW, host.publisher.records)
    stranger.publish(now())
    stranger.rotate_root(now())
    host.publisher.files = stranger.files
    host.serve()
    with pytest.raises(TrustError, match="not signed by the keys"):
        host.sync()


def test_refuses_a_root_signed_by_fewer_than_its_threshold(tmp_path: Path) -> None:
    publisher = Publisher(LAW, many(3), root_threshold=2)
    publisher.publish(ago(hours=1))
    host = Host.at(tmp_path, publisher)
    host.serve()
    host.sync()
    publisher.signers["root"] = publisher.signers["root"][:1]
    publisher.rotate_root(now())
    host.serve()
    with pytest.raises(TrustError):
        host.sync()
    host.replica.close()


def test_refuses_law_signed_by_the_servers_own_keys(host: Host) -> None:
    host.publisher.catalogue = OTHER_LAW
    host.publisher.signers["catalogue"], law_keys = (
        host.publisher.signers["targets"],
        host.publisher.signers["catalogue"],
    )
    host.publisher.publish(now())
    host.publisher.signers["catalogue"] = law_keys
    host.publisher.sign(_statement(host), now())
    host.serve()
    with pytest.raises(TrustError, match="not signed by the keys"):
        host.sync()


def test_refuses_a_law_the_publication_does_not_name(host: Host) -> None:
    host.publisher.publish(now())
    host.publisher.catalogue = OTHER_LAW
    host.publisher.sign(_statement(host), now())
    host.serve()
    with pytest.raises(IntegrityError, match="the law that came with it do not belong together"):
        host.sync()


def test_refuses_a_law_that_cannot_be_used(host: Host) -> None:
    host.publisher.catalogue = b'{"format":"credit-catalogue/1"}'
    host.publisher.publish(now())
    host.serve()
    with pytest.raises(LawError):
        host.sync()


def test_refuses_an_object_with_one_bit_flipped(host: Host) -> None:
    before = set(host.publisher.files)
    host.publisher.publish(now())
    host.serve()
    changed = [path for path in host.publisher.files if path.startswith("objects/") and path not in before]
    leaf = next(path for path in changed if objects.decompress(host.publisher.files[path]).startswith(b"CL1\n"))
    plain = bytearray(objects.decompress(host.publisher.files[leaf]))
    plain[-20] ^= 1
    (host.distribution / leaf).write_bytes(objects.compress(bytes(plain)))
    with pytest.raises(IntegrityError, match="does not match the hash that names it"):
        host.sync()


def test_refuses_a_bomb_without_unpacking_it(host: Host) -> None:
    host.publisher.publish(now())
    host.serve()
    host.spoil("objects/??/*", zlib.compress(bytes(512 * 1024 * 1024 // 8), 9))
    with pytest.raises(IntegrityError, match="unpacks to more than"):
        host.sync()


def test_refuses_an_object_longer_than_any_can_be(host: Host) -> None:
    host.publisher.publish(now())
    host.serve()
    host.spoil("objects/??/*", bytes(objects.MAX_COMPRESSED_BYTES + 1))
    with pytest.raises(IntegrityError, match="more than the"):
        host.sync()


def test_refuses_a_list_that_shrank_without_an_override(host: Host) -> None:
    for number in range(61):
        del host.publisher.records[subject(number)]
    host.publisher.publish(now())
    host.serve()
    with pytest.raises(ShrunkenError, match=f"loses over 20 % of {LIST}"):
        host.sync()


def test_a_new_bound_does_not_excuse_the_loss_it_comes_with(host: Host) -> None:
    host.publisher.records.clear()
    host.publisher.max_loss_percent = 100
    host.publisher.publish(now())
    host.serve()
    with pytest.raises(ShrunkenError):
        host.sync()


def test_refuses_web_pages_in_place_of_files(host: Host) -> None:
    page = b"<!doctype html><title>Sign in to the network</title>"
    host.publisher.publish(now())
    for pattern in ("metadata/*.json", "targets/*.publication.json", "objects/??/*"):
        host.serve()
        host.spoil(pattern, page)
        with pytest.raises(CreditError):
            host.sync()


def test_refuses_counts_that_are_not_those_stored(host: Host) -> None:
    publication = host.publisher.publish(now())
    stated = dict(publication.lists)
    stated[LIST] = stated[LIST].model_copy(update={"entries": stated[LIST].entries + 1})
    forged = publication.model_copy(update={"lists": stated, "entries": publication.entries + 1})
    host.publisher.sign(forged.to_bytes(), now())
    host.serve()
    with pytest.raises(IntegrityError, match=f"states 302 entries of {LIST} but holds 301"):
        host.sync()


def test_refuses_records_that_are_none(host: Host) -> None:
    """Even when they are signed: a map whose records cannot be read would answer nothing."""
    publication = host.publisher.publish(now())
    built = tree.build([(subject(1).key, b"\x92\x90"), (subject(2).key, b"no record")], ())
    host.publisher.files.update((objects.path_of(name), objects.compress(data)) for name, data in built.objects.items())
    forged = publication.model_copy(
        update={"map_root": built.root.name, "subjects": 2, "pack": None, "shape": (), "shrink_override": (LIST,)}
    )
    host.publisher.sign(forged.to_bytes(), now())
    host.serve()
    with pytest.raises(IntegrityError, match="A record cannot be read"):
        host.sync()


def test_refuses_another_origin(host: Host) -> None:
    host.publisher.origin = "credit.example/other"
    host.publisher.publish(now())
    host.serve()
    with pytest.raises(IntegrityError, match="lists are not mixed"):
        host.sync()


def test_an_object_that_is_withheld_changes_nothing(host: Host) -> None:
    host.publisher.publish(now())
    host.serve()
    shutil.rmtree(host.distribution / "objects")
    with pytest.raises(GatewayRefusedError, match="There is no objects/"):
        host.sync()


@pytest.mark.parametrize("damage", ["cut", "flipped", "longer", "page"])
def test_a_damaged_pack_is_given_up_and_objects_are_fetched(tmp_path: Path, damage: str) -> None:
    host = Host.at(tmp_path, Publisher(LAW, many(300)))
    host.publisher.publish(ago(hours=1))
    host.serve()
    [path] = (host.distribution / "objects/packs").iterdir()
    data = bytearray(path.read_bytes())
    match damage:
        case "cut":
            del data[-30:]
        case "flipped":
            data[len(data) // 2] ^= 1
        case "longer":
            data += b"\x00\x00\x00\x01x"
        case "page":
            data = bytearray(b"<!doctype html>")
    path.write_bytes(data)
    report = host.sync()
    assert not report.used_pack
    assert report.pack_refused
    assert host.replica.verify().subjects == 301
    host.replica.close()


def _statement(host: Host) -> bytes:
    assert host.publisher.publication is not None
    return host.publisher.publication.to_bytes()
