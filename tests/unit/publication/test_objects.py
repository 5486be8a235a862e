"""An object is believed as what its name says, in one spelling, within bounds."""

import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_sdk.errors import IntegrityError
from credit_sdk.publication import merkle, objects
from credit_sdk.publication.merkle import NOTHING, TOP, Extent, Node, Position

ONE = Node(Extent.ONE, b"\x01" * 32)
MANY = Node(Extent.MANY, b"\x02" * 32)
RECORDS = [(bytes(32), b"a"), (b"\x01" + bytes(31), b"b"), (b"\xff" * 32, b"c")]


def inner(items: object) -> bytes:
    return objects.INNER_MAGIC + msgspec.msgpack.encode(items)


def leaf(items: object) -> bytes:
    return objects.LEAF_MAGIC + msgspec.msgpack.encode(items)


def test_the_bytes_are_the_documented_ones() -> None:
    assert objects.encode_leaf(RECORDS[:1]) == b"CL1\n\x91\x92\xc4\x20" + bytes(32) + b"\xc4\x01a"
    assert objects.encode_inner([NOTHING, MANY]) == b"CI1\n\x92\xc0\x92\x02\xc4\x20" + b"\x02" * 32
    assert objects.path_of("abcd") == "objects/ab/abcd"


@given(st.lists(st.sampled_from([NOTHING, ONE, MANY]), min_size=8, max_size=8))
def test_inner_objects_survive_the_journey(children: list[Node]) -> None:
    data = objects.encode_inner(children)
    assert objects.decode(objects.decompress(objects.compress(data))) == objects.Inner(children)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"CI1\n",
        b"<!doctype html>",
        leaf([["short", b""]]),
        leaf([[b"short", b""]]),
        leaf([RECORDS[1], RECORDS[0]]),
        leaf([RECORDS[0], RECORDS[0]]),
        leaf([RECORDS[0]]) + b"\x00",
        b"CL1\n\xdc\x00\x00",
        inner([]),
        inner([[2, MANY.hash]]),
        inner([None, None, None]),
        inner([None] * 512),
        inner([None, [0, MANY.hash]]),
        inner([None, [3, MANY.hash]]),
        inner([None, [1, b"short"]]),
        inner([None, [1]]),
        inner([None, [True, MANY.hash]]),
    ],
)
def test_refuses_what_is_no_object(data: bytes) -> None:
    with pytest.raises(IntegrityError):
        objects.decode(data)


def test_believes_only_the_subtree_asked_for() -> None:
    data = objects.encode_leaf(RECORDS)
    node = merkle.subtree(RECORDS, 0)
    assert objects.verified(data, node, TOP) == objects.Leaf(RECORDS)
    with pytest.raises(IntegrityError, match="does not match the hash"):
        objects.verified(objects.encode_leaf(RECORDS[:2]), node, TOP)
    with pytest.raises(IntegrityError, match="does not match the hash"):
        objects.verified(data, Node(Extent.ONE, node.hash), TOP)
    with pytest.raises(IntegrityError, match="another place"):
        objects.verified(data, node, Position(1, 0))


def test_a_single_record_is_never_behind_an_inner_object() -> None:
    data = objects.encode_inner([ONE, NOTHING])
    with pytest.raises(IntegrityError, match="around a single record"):
        objects.verified(data, ONE, TOP)


def test_refuses_objects_without_end() -> None:
    children = [MANY, MANY]
    with pytest.raises(IntegrityError, match="deeper"):
        objects.verified(objects.encode_inner(children), merkle.joined_all(children), Position(64, 0))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"plain",
        objects.compress(b"x")[:-1],
        objects.compress(b"x") + b"x",
        zlib.compress(bytes(objects.MAX_OBJECT_BYTES + 1), 9),
    ],
)
def test_refuses_what_does_not_unpack(data: bytes) -> None:
    with pytest.raises(IntegrityError):
        objects.decompress(data)


def test_refuses_to_write_what_nobody_would_read() -> None:
    with pytest.raises(IntegrityError, match="no reader takes"):
        objects.encode_leaf([(bytes(32), bytes(objects.MAX_VALUE_BYTES + 1))])
    large = [(bytes([0, index]) + bytes(30), bytes(objects.MAX_VALUE_BYTES)) for index in range(129)]
    with pytest.raises(IntegrityError, match="no reader takes"):
        objects.encode_leaf(large)
