"""A pack is taken over whole, in order, or not at all."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_sdk.errors import IntegrityError
from credit_sdk.publication import merkle, objects, pack, tree


class Store:
    def __init__(self, held: dict[str, bytes]) -> None:
        self.held = held

    def read(self, name: str) -> bytes:
        return self.held[name]


RECORDS = sorted((sha256(bytes([number])).digest(), bytes([number])) for number in range(60))
BUILT = tree.build(RECORDS, (2, 2))
PACK = b"".join(pack.write(BUILT.root, Store(BUILT.objects)))


def taken(data: bytes, size: int = 1000) -> list[tuple[bytes, bytes]]:
    chunks = [data[start : start + size] for start in range(0, len(data), size)]
    found: list[tuple[bytes, bytes]] = []
    for each in pack.read(chunks, BUILT.root):
        if isinstance(each, tree.LeafDifference):
            objects.require_node(merkle.subtree(each.records, each.position.depth), each.node)
            found.extend(each.records)
    return found


@pytest.mark.parametrize("size", [1, 7, 1000, 10**6])
def test_gives_the_map_whatever_the_pieces(size: int) -> None:
    assert taken(PACK, size) == RECORDS


@given(st.integers(0, len(PACK) - 1))
def test_refuses_a_pack_that_was_cut(length: int) -> None:
    with pytest.raises(IntegrityError):
        taken(PACK[:length])


@given(st.integers(0, len(PACK) - 1), st.integers(0, 7))
def test_refuses_a_pack_with_one_bit_flipped(at: int, bit: int) -> None:
    spoiled = bytearray(PACK)
    spoiled[at] ^= 1 << bit
    try:
        # A bit of the compressed form may not matter; what comes out must be the map even so.
        assert taken(bytes(spoiled)) == RECORDS
    except IntegrityError:
        return


def test_refuses_more_than_the_map() -> None:
    with pytest.raises(IntegrityError, match="holds more than the map"):
        taken(PACK + pack.framed(objects.compress(objects.encode_leaf([]))))
    with pytest.raises(IntegrityError, match="ends too early"):
        taken(PACK + b"\x00")


def test_refuses_objects_in_another_order() -> None:
    frames = list(pack.write(BUILT.root, Store(BUILT.objects)))
    frames[2], frames[3] = frames[3], frames[2]
    with pytest.raises(IntegrityError):
        taken(b"".join(frames))


def test_refuses_an_announcement_of_gigabytes_before_reading_them() -> None:
    with pytest.raises(IntegrityError, match="announces an object of 4294967295 bytes"):
        taken(pack.MAGIC + b"\xff\xff\xff\xff")
