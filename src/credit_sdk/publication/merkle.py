"""The Merkle map (默克尔映射): one hash that says everything about a sorted map, without input or output.

A binary trie over the 256 bits of the keys, most significant bit first:

* ``leaf = H(0x00 ‖ key ‖ H(value))``, ``node = H(0x01 ‖ left ‖ right)``, H being SHA-256.
* A subtree without records is ``EMPTY``; a subtree with one record is that record's leaf, at whatever depth;
  any other is ``node(left, right)``, of which one side may be ``EMPTY``.

A leaf contains its whole key and the two kinds of hash begin differently (RFC 6962, 2.1), so a hash stands for one set
of records at one place and for nothing else.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

KEY_BYTES = 32
KEY_BITS = 256
EMPTY = bytes(32)

Record = tuple[bytes, bytes]
"""Key and value as they stand in the map."""


class Extent(IntEnum):
    """How many records a subtree holds, as far as its hash depends on it."""

    NONE = 0
    ONE = 1
    MANY = 2


class Node(NamedTuple):
    """A subtree by its hash; equal nodes hold equal records."""

    extent: Extent
    hash: bytes

    @property
    def name(self) -> str:
        """Under which the subtree's object is published."""
        return self.hash.hex()


NOTHING = Node(Extent.NONE, EMPTY)


class Position(NamedTuple):
    """A place in the trie: the first ``depth`` bits of its keys, as the number ``prefix``."""

    depth: int
    prefix: int

    @property
    def first_key(self) -> bytes:
        """The lowest key there."""
        return (self.prefix << (KEY_BITS - self.depth)).to_bytes(KEY_BYTES)

    @property
    def last_key(self) -> bytes:
        """The highest key there."""
        return (((self.prefix + 1) << (KEY_BITS - self.depth)) - 1).to_bytes(KEY_BYTES)

    def child(self, bits: int, index: int) -> "Position":
        """The place ``bits`` further down with the number ``index`` among its siblings."""
        return Position(self.depth + bits, self.prefix << bits | index)

    def holds(self, key: bytes) -> bool:
        """Whether ``key`` belongs there."""
        return int.from_bytes(key) >> (KEY_BITS - self.depth) == self.prefix


TOP = Position(0, 0)


def leaf_hash(key: bytes, value: bytes) -> bytes:
    """The hash of one record."""
    return sha256(b"\x00" + key + sha256(value).digest()).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


def joined(left: Node, right: Node) -> Node:
    """The subtree made of two halves."""
    if left.extent + right.extent <= Extent.ONE:
        return left if left.extent else right
    return Node(Extent.MANY, sha256(b"\x01" + left.hash + right.hash).digest())


def joined_all(nodes: Sequence[Node]) -> Node:
    """The subtree made of ``2^n`` neighbours."""
    level = list(nodes)
    while len(level) > 1:
        level = [joined(level[index], level[index + 1]) for index in range(0, len(level), 2)]
    return level[0]


def subtree(records: Iterable[Record], depth: int) -> Node:
    """The subtree at ``depth`` over records sorted by key that share their first ``depth`` bits."""
    digest = sha256
    leaves = [(key, digest(b"\x00" + key + digest(value).digest()).digest()) for key, value in records]
    return fold(leaves, depth)


def fold(leaves: Sequence[tuple[bytes, bytes]], depth: int) -> Node:
    """The subtree at ``depth`` over (key, leaf hash) sorted by key, sharing their first ``depth`` bits.

    One pass: a subtree waits on the stack, with the depth of the node it is the left half of, until its right half is
    known. Where neighbours share more bits than the node above them, the halves between are empty.
    """
    if not leaves:
        return NOTHING
    if len(leaves) == 1:
        return Node(Extent.ONE, leaves[0][1])
    digest = sha256
    numbers = [int.from_bytes(key) for key, _ in leaves]
    splits = [KEY_BITS - (number ^ following).bit_length() for number, following in pairwise(numbers)]
    splits.append(depth - 1)
    waiting: list[bytes] = []
    depths = [-2]  # of those waiting, above a floor that nothing lies below
    for number, (_, current), split in zip(numbers, leaves, splits, strict=True):
        at = depths[-1]
        if at > split:
            # The single record first: its hash does not depend on the depth, so there is nothing to raise.
            current = digest(b"\x01" + waiting.pop() + current).digest()  # noqa: PLW2901 - the subtree grows
            top = depths.pop()
            at = depths[-1]
            while at > split:
                if top - at > 1:
                    current = _raised(current, number, top, at + 1)  # noqa: PLW2901 - likewise
                current = digest(b"\x01" + waiting.pop() + current).digest()  # noqa: PLW2901 - likewise
                top = depths.pop()
                at = depths[-1]
            if top - split > 1:
                current = _raised(current, number, top, split + 1)  # noqa: PLW2901 - likewise
        waiting.append(current)
        depths.append(split)
    return Node(Extent.MANY, waiting[-1])


def _raised(subtree_hash: bytes, number: int, depth: int, to_depth: int) -> bytes:
    """The hash of a subtree of two or more records seen from higher up, where it has empty neighbours."""
    for bit in range(KEY_BITS - depth, KEY_BITS - to_depth):
        sides = EMPTY + subtree_hash if number >> bit & 1 else subtree_hash + EMPTY
        subtree_hash = sha256(b"\x01" + sides).digest()
    return subtree_hash
