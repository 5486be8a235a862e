"""The pack of a first sync, spoiled or withheld: it is given up, and everything comes as verified objects instead."""

from collections.abc import Callable
from pathlib import Path

import pytest

from credit_sdk.errors import GatewayUnreachableError, TransportError
from credit_sdk.publication import objects, pack
from credit_sdk.testing.publisher import Publisher
from credit_sdk.transport.http import HttpTransport
from tests.attacks import line
from tests.attacks.line import Line, Trick
from tests.replica_host import LAW, Host, many, now

PACK = "objects/packs/*"


def _reordered(data: bytes) -> bytes:
    frames, rest = [], data[len(pack.MAGIC) :]
    while rest:
        length = int.from_bytes(rest[:4]) + 4
        frames.append(rest[:length])
        rest = rest[length:]
    return pack.MAGIC + b"".join(reversed(frames))


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


def _host(folder: Path, trick: Trick) -> tuple[Host, Line]:
    host = Host.at(folder, Publisher(LAW, many(600)))
    host.publisher.publish(now())
    served = Line(host.publisher.files)
    served.tricks.append((PACK, trick))
    return host, served
