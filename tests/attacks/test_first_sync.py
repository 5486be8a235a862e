"""The pack of a first sync, spoiled or withheld: it is given up, and everything comes as verified objects instead."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from credit_sdk.errors import GatewayUnreachableError, IntegrityError, TransportError
from credit_sdk.publication import objects, pack
from credit_sdk.publication.objects import Leaf
from credit_sdk.testing.builders import subject
from credit_sdk.testing.publisher import Publisher
from credit_sdk.transport.http import HttpTransport
from tests.attacks import line
from tests.attacks.line import Line, Trick
from tests.replica_host import LAW, Host, listed, many, now

PACK = "objects/packs/*"


def _framed(data: bytes) -> list[bytes]:
    frames, rest = [], data[len(pack.MAGIC) :]
    while rest:
        length = int.from_bytes(rest[:4]) + 4
        frames.append(rest[:length])
        rest = rest[length:]
    return frames


def _reordered(data: bytes) -> bytes:
    return pack.MAGIC + b"".join(reversed(_framed(data)))


def _withholding(compressed: bytes) -> bytes:
    """The object without what it says about the seventeenth company."""
    found = objects.decode(objects.decompress(compressed))
    if not isinstance(found, Leaf):
        return compressed
    kept = [record for record in found.records if record[0] != subject(17).key]
    return compressed if len(kept) == len(found.records) else objects.compress(objects.encode_leaf(kept))


def _bomb(_: bytes) -> bytes:
    return pack.MAGIC + pack.framed(objects.compress(bytes(line.BOMB_BYTES)))


SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "truncated": lambda data: data[:-30],
    "with a flipped bit": line.flipped,
    "with something behind it": lambda data: data + b"\x00\x00\x00\x01x",
    "with a giant announced in it": lambda _: pack.MAGIC + b"\xff\xff\xff\xff" + bytes(1000),
    "with a bomb in it": _bomb,
    "out of order": _reordered,
    "that is a page": lambda _: line.PAGE,
}

TRICKS: dict[str, Trick] = {
    **{name: line.instead(change) for name, change in SPOILED.items()},
    "without end": line.endless,
    "that is not there": line.status(404),
    "that is elsewhere": line.status(302, Location="http://127.0.0.1:9/"),
}


@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS.keys())
def test_a_pack_is_given_up_and_objects_are_fetched(tmp_path: Path, trick: Trick) -> None:
    host, served = _host(tmp_path, trick)
    with HttpTransport(served.url) as host.transport:
        report = host.sync()
    assert not report.used_pack
    assert report.pack_refused
    assert host.replica.verify().subjects == 601
    host.replica.close()
    served.close()


@pytest.mark.parametrize("trick", [line.dripping, line.cut, line.status(503)], ids=["drips", "is cut", "is refused"])
def test_a_line_that_fails_leaves_the_replica_empty_and_the_next_sync_whole(tmp_path: Path, trick: Trick) -> None:
    host, served = _host(tmp_path, trick)
    with HttpTransport(served.url, timeout_s=0.5) as host.transport, pytest.raises(TransportError) as failed:
        host.sync()
    assert type(failed.value) is GatewayUnreachableError
    assert host.serial() == 0
    served.tricks.clear()
    with HttpTransport(served.url) as host.transport:
        assert host.sync().used_pack
    assert host.replica.verify().subjects == 601
    host.replica.close()
    served.close()


def test_a_pack_signed_by_the_publisher_itself_is_not_believed_against_the_root(tmp_path: Path) -> None:
    """A signed digest says who made the pack. Whether it is the map that decisions name, only the records say."""
    host = _served_with_a_false_pack(tmp_path)
    report = host.sync()
    assert not report.used_pack
    assert "does not match the hash that names it" in report.pack_refused
    assert host.record(subject(17)) == listed(17)
    assert host.replica.verify().subjects == 601
    host.replica.close()


def test_where_objects_are_false_too_nothing_becomes_effective(tmp_path: Path) -> None:
    host = _served_with_a_false_pack(tmp_path)
    for path in host.distribution.glob("objects/??/*"):
        path.write_bytes(_withholding(path.read_bytes()))
    with pytest.raises(IntegrityError, match="does not match the hash that names it"):
        host.sync()
    assert (host.serial(), host.record(subject(1))) == (0, None)
    host.serve()
    assert host.sync().changed
    assert host.record(subject(17)) == listed(17)
    host.replica.close()


def _served_with_a_false_pack(folder: Path) -> Host:
    """A publication whose statement gives length and digest of a pack that withholds a record of the map."""
    host = Host.at(folder, Publisher(LAW, many(600)))
    publication = host.publisher.publish(now(), held_shape=(3,))
    assert publication.pack is not None
    path = pack.path_of(publication.map_root)
    whole = host.publisher.files[path]
    false = pack.MAGIC + b"".join(pack.framed(_withholding(frame[4:])) for frame in _framed(whole))
    assert false != whole
    host.publisher.files[path] = false
    stated = publication.pack.model_copy(update={"length": len(false), "sha256": sha256(false).hexdigest()})
    host.publisher.sign(publication.model_copy(update={"pack": stated}).to_bytes(), now())
    host.serve()
    return host


def _host(folder: Path, trick: Trick) -> tuple[Host, Line]:
    host = Host.at(folder, Publisher(LAW, many(600)))
    host.publisher.publish(now())
    served = Line(host.publisher.files)
    served.tricks.append((PACK, trick))
    return host, served
