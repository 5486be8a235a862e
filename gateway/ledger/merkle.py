"""The Merkle tree over the ledger (台账), as RFC 6962 section 2.1 has it: hashes, roots and proofs, and no I/O.

A leaf is ``SHA-256(0x00 ‖ line)``, a node ``SHA-256(0x01 ‖ left ‖ right)``. A tree of n leaves has on its left the
largest power of two below n. What is kept while leaves arrive is its *frontier*: one hash for each one-bit of n, so
that a million lines need twenty hashes.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256().digest()

HashOf = Callable[[int, int], bytes]
"""Hash of the subtree over the leaves from the first to before the second, counted from 0."""


def leaf_hash(line: bytes) -> bytes:
    """The hash of one line."""
    return sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that grows to the right (树的前沿).

    Args:
        size: Leaves it has.
        hashes: Of its complete subtrees, the largest first.
    """

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self._hashes = list(hashes)
        if len(self._hashes) != size.bit_count() or any(len(each) != HASH_BYTES for each in self._hashes):
            raise ValueError(f"these are not the hashes of a tree of {size} leaves")

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """Of its complete subtrees, the largest first."""
        return tuple(self._hashes)

    def add(self, leaf: bytes) -> None:
        """Take one more leaf, by its hash."""
        merging = self.size
        while merging & 1:
            leaf = node_hash(self._hashes.pop(), leaf)
            merging >>= 1
        self._hashes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The hash over everything."""
        if not self._hashes:
            return EMPTY_ROOT
        *left, root = self._hashes
        for each in reversed(left):
            root = node_hash(each, root)
        return root


def inclusion_path(index: int, size: int, hash_of: HashOf) -> list[bytes]:
    """The hashes that lead from a leaf to the root (包含证明), RFC 6962 section 2.1.1.

    Args:
        index: Of the leaf, from 0.
        size: Of the tree.
        hash_of: Computes subtrees.
    """
    return [hash_of(*each) for each in _inclusion(index, 0, size)]


def consistency_path(before: int, size: int, hash_of: HashOf) -> list[bytes]:
    """The hashes that show a tree to begin with an earlier one (一致性证明), RFC 6962 section 2.1.2."""
    return [hash_of(*each) for each in _consistency(before, 0, size, is_known=True)] if 0 < before < size else []


def root_of_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a path leads to (RFC 9162 section 2.1.3.2); None where it cannot be a path of this tree."""
    if not 0 <= index < size:
        return None
    node, last, root = index, size - 1, leaf
    for each in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            root = node_hash(each, root)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            root = node_hash(root, each)
        node, last = node >> 1, last >> 1
    return root if last == 0 else None


def is_consistent(before: int, before_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether a tree begins with the earlier one (RFC 9162 section 2.1.4.2)."""
    if before == size:
        return before_root == root and not path
    if not 0 < before < size or not path:
        return False
    hashes = [before_root, *path] if before.bit_count() == 1 else list(path)
    node, last = before - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    early = late = hashes[0]
    for each in hashes[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            early, late = node_hash(each, early), node_hash(each, late)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            late = node_hash(late, each)
        node, last = node >> 1, last >> 1
    return last == 0 and early == before_root and late == root


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def _inclusion(index: int, start: int, end: int) -> list[tuple[int, int]]:
    if end - start <= 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_inclusion(index, start, middle), (middle, end)]
    return [*_inclusion(index, middle, end), (start, middle)]


def _consistency(before: int, start: int, end: int, *, is_known: bool) -> list[tuple[int, int]]:
    if before == end:
        return [] if is_known else [(start, end)]
    middle = start + _split(end - start)
    if before <= middle:
        return [*_consistency(before, start, middle, is_known=is_known), (middle, end)]
    return [*_consistency(before, middle, end, is_known=False), (start, middle)]
