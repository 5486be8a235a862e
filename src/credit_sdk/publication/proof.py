"""Proofs (证明): that the map holds a record at a key, or that it holds none, from the root alone.

A proof is the way from the root down to where the key would stand, as the hash of the other half at every step. It ends
where fewer than two records are left, in one of three ways:

1. *present*: the key's own record;
2. *absent, nothing there*: no record begins with these bits of the key;
3. *absent, another there*: the only record that begins with them has another key.

A leaf's hash contains its whole key and begins differently from a node's (:mod:`credit_sdk.publication.merkle`), so a
root has one proof for a key and no second one, and absence is proved as firmly as presence. In a map of ``n`` records a
proof has about ``log2 n`` steps, however far below its leaf object the key lies.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from credit_sdk.errors import IntegrityError
from credit_sdk.publication import merkle, objects, records
from credit_sdk.publication.merkle import EMPTY, KEY_BITS, KEY_BYTES, TOP, Extent, Node, Position, Record
from credit_sdk.publication.objects import Inner, Leaf
from credit_sdk.publication.tree import ObjectSource

Opened = Callable[[Node, Position], Leaf | Inner]
"""What lies below a subtree: its records, or the subtrees further down."""

_HINT = "Take the receipt again from where it was issued, byte for byte."


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The one record that stands where the key would (邻近记录), by key and digest; what it says stays unsaid."""

    key: bytes
    value_digest: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """What the map holds at a key (成员与非成员证明).

    Attributes:
        key: The key asked about, 32 bytes.
        siblings: Hash of the other half at each step, from the root downwards.
        value: The record there, None if there is none.
        neighbour: Of an absent key: the record in its place, if there is one.
    """

    key: bytes
    siblings: tuple[bytes, ...]
    value: bytes | None = None
    neighbour: Neighbour | None = None

    @property
    def is_present(self) -> bool:
        """Whether something is published at the key."""
        return self.value is not None

    def root(self) -> bytes:
        """The root of the map that this is a proof for.

        Raises:
            IntegrityError: It is a proof for no map.
        """
        self._require_sound()
        found = self._end()
        number = int.from_bytes(self.key)
        for depth in range(len(self.siblings) - 1, -1, -1):
            other = self.siblings[depth]
            is_right = number >> (KEY_BITS - 1 - depth) & 1
            found = merkle.node_hash(other, found) if is_right else merkle.node_hash(found, other)
        return found

    def require(self, map_root: str) -> None:
        """Refuse the proof unless it belongs to the map with this root, hex.

        Raises:
            IntegrityError: It is a proof for another map, or for none, or its record cannot be read.
        """
        if self.root().hex() != map_root:
            raise IntegrityError(
                "A proof does not lead to the root that was signed, so it says nothing about the lists.", hint=_HINT
            )
        if self.value is not None:
            records.require_canonical(self.value)

    def _end(self) -> bytes:
        if self.value is not None:
            return merkle.leaf_hash(self.key, self.value)
        if self.neighbour is not None:
            return _leaf_hash_of(self.neighbour)
        return EMPTY

    def _require_sound(self) -> None:
        steps, neighbour = len(self.siblings), self.neighbour
        fits = (
            len(self.key) == KEY_BYTES and steps <= KEY_BITS and all(len(each) == KEY_BYTES for each in self.siblings)
        )
        # With nothing beside it, what stands at the end would have been found one step earlier.
        fits = fits and (not self.siblings or self.siblings[-1] != EMPTY)
        if neighbour is not None:
            fits = (
                fits
                and self.value is None
                and (len(neighbour.key), len(neighbour.value_digest)) == (KEY_BYTES, KEY_BYTES)
                and neighbour.key != self.key
                and _place(self.key, steps).holds(neighbour.key)
            )
        if not fits:
            raise IntegrityError("A proof is not of the form that proofs have, so it proves nothing.", hint=_HINT)


def prove(key: bytes, root: Node, opened: Opened) -> Proof:
    """What the map with this root holds at ``key``; reads one object of each level on the way down.

    Args:
        key: Of a subject, 32 bytes.
        root: Of the map.
        opened: Tells what lies below a subtree; what it says is believed only if the proof comes out at ``root``.

    Raises:
        IntegrityError: What lies below is not the map with this root.
    """
    proof = _walked(key, root, opened)
    if proof.root() != root.hash:
        raise IntegrityError(
            "What is stored does not lead to the root it was published under, so nothing can be proved from it.",
            hint="Run `credit doctor`; if the replica is damaged, move its folder aside and run `credit sync`.",
        )
    return proof


def from_objects(source: ObjectSource) -> Opened:
    """The map as its published objects have it."""
    return lambda node, position: objects.verified(source.read(node.name), node, position)


def _walked(key: bytes, root: Node, opened: Opened) -> Proof:
    siblings: list[bytes] = []
    node, position = root, TOP
    while node.extent is Extent.MANY:
        found = opened(node, position)
        if isinstance(found, Leaf):
            return _among(key, found.records, position.depth, siblings)
        node, position = _through(key, found, position, siblings)
    if node.extent is Extent.NONE:
        return Proof(key, tuple(siblings))
    found = opened(node, position)
    if isinstance(found, Inner):
        raise IntegrityError("A single record is stored as a table, so nothing can be proved from it.")
    return _among(key, found.records, len(siblings), siblings)


def _through(key: bytes, table: Inner, position: Position, siblings: list[bytes]) -> tuple[Node, Position]:
    """The child towards ``key``, or the one record of a half that has no second."""
    low, high = 0, len(table.children)
    depth = position.depth
    while high - low > 1:
        half = merkle.joined_all(table.children[low:high])
        if half.extent is not Extent.MANY:
            break
        middle = (low + high) // 2
        is_right = _bit(key, depth)
        other = table.children[low:middle] if is_right else table.children[middle:high]
        siblings.append(merkle.joined_all(other).hash)
        low, high = (middle, high) if is_right else (low, middle)
        depth += 1
    held = [index for index in range(low, high) if table.children[index].extent is not Extent.NONE]
    index = held[0] if held else low
    return table.children[index], position.child(table.bits, index)


def _among(key: bytes, held: Sequence[Record], depth: int, siblings: list[bytes]) -> Proof:
    """The rest of the way, through the records of a leaf object."""
    while len(held) > 1:
        is_right = _bit(key, depth)
        first_right = next((index for index, record in enumerate(held) if _bit(record[0], depth)), len(held))
        left, right = held[:first_right], held[first_right:]
        siblings.append(merkle.subtree(left if is_right else right, depth + 1).hash)
        held = right if is_right else left
        depth += 1
    if not held:
        return Proof(key, tuple(siblings))
    there, value = held[0]
    if there == key:
        return Proof(key, tuple(siblings), value=value)
    return Proof(key, tuple(siblings), neighbour=Neighbour(there, sha256(value).digest()))


def _leaf_hash_of(neighbour: Neighbour) -> bytes:
    return sha256(b"\x00" + neighbour.key + neighbour.value_digest).digest()


def _bit(key: bytes, depth: int) -> int:
    return key[depth >> 3] >> (7 - (depth & 7)) & 1


def _place(key: bytes, depth: int) -> Position:
    return Position(depth, int.from_bytes(key) >> (KEY_BITS - depth))
