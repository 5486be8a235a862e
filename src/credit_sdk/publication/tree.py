"""The map as objects (对象树): build it, change it, and find what differs, touching nothing that stayed the same.

All three see objects through :class:`ObjectSource`, so the gateway reads its store and a replica the network with the
same rules. The result of changing is the result of building: what a replica reaches by changes and what it reaches from
nothing have the same root.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import NamedTuple, Protocol

from credit_sdk.publication import merkle, objects
from credit_sdk.publication.merkle import NOTHING, TOP, Extent, Node, Position, Record
from credit_sdk.publication.objects import Inner, Leaf
from credit_sdk.publication.shape import Shape


class ObjectSource(Protocol):
    """Where canonical object bytes come from."""

    def read(self, name: str) -> bytes:
        """The canonical (uncompressed) bytes of an object; what they claim is verified by the caller."""
        ...


class LocalMap(Protocol):
    """The map a replica holds, by place."""

    def node(self, position: Position) -> Node:
        """The subtree held at ``position``."""
        ...


class LeafDifference(NamedTuple):
    """From now on the records at ``position`` are these and no others.

    They are in order and belong there. That they are the subtree ``node`` is for whoever stores them to find out, by
    hashing what was stored: so a record is hashed once on its way in, and no later than anything is believed.
    """

    position: Position
    records: Sequence[Record]
    node: Node = NOTHING


class InnerDifference(NamedTuple):
    """From now on the subtrees below ``position`` are these; those that are not held follow."""

    position: Position
    children: Sequence[Node]


Difference = LeafDifference | InnerDifference

Change = tuple[bytes, bytes | None]
"""A key and the value it has from now on, None for a record that goes."""

Keep = Callable[[str, bytes], None]
"""Takes an object as it comes into being: its name and canonical bytes."""


@dataclass
class Changed:
    """The map after a change.

    Attributes:
        root: Its root; ``root.hash.hex()`` is the publication's ``map_root``.
        objects: Canonical bytes of the objects it has anew, by name; empty where they were handed on one by one.
        superseded: Names of objects that no longer belong to it.
        subjects_added: Records more than before; negative for fewer.
    """

    root: Node = NOTHING
    objects: dict[str, bytes] = field(default_factory=dict)
    superseded: set[str] = field(default_factory=set)
    subjects_added: int = 0


def root_node(map_root: bytes, subjects: int) -> Node:
    """The root as publications state it: a hash and the number of records below it."""
    return Node(Extent(min(subjects, 2)), map_root)


def build(records: Iterable[Record], shape: Shape, keep: Keep | None = None) -> Changed:
    """A map from nothing; with ``keep`` no more than one leaf object is held at a time, however large the map.

    Args:
        records: Sorted by key, each key once.
        shape: How to cut it.
        keep: Takes the objects; without it they are returned.
    """
    changed = Changed()
    builder = _Builder(shape, changed, keep)
    changed.root = builder.built(records, TOP, 0)
    changed.subjects_added = builder.records_cut
    return changed


def change(
    root: Node, shape: Shape, changes: Iterable[Change], source: ObjectSource, keep: Keep | None = None
) -> Changed:
    """The map after ``changes``; costs objects for what changed, whatever the map's size.

    Args:
        root: Of the map as it stands.
        shape: As it was built with. After another shape was chosen, :func:`build`.
        changes: Sorted by key, each key once; a key that is not there may be taken away.
        source: The objects of the map as it stands.
        keep: Takes the new objects; without it they are returned.

    Raises:
        IntegrityError: An object of the source is damaged.
    """
    changed = Changed(root=root)
    arriving = iter(changes)
    first = next(arriving, None)
    if first is not None:
        changer = _Changer(shape, changed, keep, source)
        changed.root = changer.changed_at(root, chain([first], arriving), TOP, 0)
        changed.superseded -= changer.names
    return changed


def differing(held: LocalMap, root: Node, source: ObjectSource) -> Iterator[Difference]:
    """What must be taken over so that the map held becomes ``root``; reads only objects that differ.

    Each difference may be applied to ``held`` before the next one is asked for.

    Raises:
        IntegrityError: An object of the source cannot be what its name says.
    """
    pending = [] if held.node(TOP) == root else [(TOP, root)]
    while pending:
        position, node = pending.pop()
        if node.extent is Extent.NONE:
            yield LeafDifference(position, ())
            continue
        found = objects.placed(source.read(node.name), node, position)
        if isinstance(found, Inner):
            # Compared before the new children are handed on: afterwards `held` may already name them.
            below = [(place, child) for place, child in _children(found, position) if held.node(place) != child]
            pending.extend(reversed(below))
        yield _as_difference(found, position, node)


def walk(root: Node, source: ObjectSource) -> Iterator[tuple[str, bytes]]:
    """Name and canonical bytes of every object of a map, parents first, in the order of keys: the order of a pack.

    Raises:
        IntegrityError: An object of the source is not what its name says.
    """
    pending = [(TOP, root)]
    while pending:
        position, node = pending.pop()
        if node.extent is Extent.NONE:
            continue
        data = source.read(node.name)
        yield node.name, data
        found = objects.verified(data, node, position)
        if isinstance(found, Inner):
            pending.extend(reversed(list(_children(found, position))))


def taken_in_order(root: Node, stream: Iterable[bytes]) -> Iterator[Difference]:
    """The whole map from its objects in the order of :func:`walk`.

    Raises:
        IntegrityError: An object is missing, surplus, out of order or not what it should be.
    """
    yield LeafDifference(TOP, ())
    arriving = iter(stream)
    pending = [(TOP, root)] if root.extent else []
    while pending:
        position, node = pending.pop()
        data = next(arriving, b"")
        found = objects.placed(data, node, position)
        yield _as_difference(found, position, node)
        if isinstance(found, Inner):
            pending.extend(reversed([child for child in _children(found, position) if child[1].extent]))


def _as_difference(found: Leaf | Inner, position: Position, node: Node) -> Difference:
    if isinstance(found, Leaf):
        return LeafDifference(position, found.records, node)
    return InnerDifference(position, found.children)


def _children(found: Inner, position: Position) -> Iterator[tuple[Position, Node]]:
    for index, node in enumerate(found.children):
        yield position.child(found.bits, index), node


class _Builder:
    """Cuts records into objects."""

    def __init__(self, shape: Shape, changed: Changed, keep: Keep | None) -> None:
        self.shape = shape
        self.result = changed
        self.names: set[str] = set()
        self.records_cut = 0
        self._keep = keep or changed.objects.__setitem__

    def built(self, records: Iterable[Record], position: Position, level: int) -> Node:
        """The subtree of ``records``, read as they come."""
        if level < len(self.shape):
            bits = self.shape[level]
            children = [NOTHING] * (1 << bits)
            for index, group in groupby(records, _index_at(position.depth, bits)):
                children[index] = self.built(group, position.child(bits, index), level + 1)
            return self.kept(children)
        held = list(records)
        node = merkle.subtree(held, position.depth)
        if held:
            self.records_cut += len(held)
            self._keep_object(node, objects.encode_leaf(held))
        return node

    def kept(self, children: Sequence[Node]) -> Node:
        """The subtree of ``children``, with an object of its own where it holds two records or more."""
        node = merkle.joined_all(children)
        if node.extent is Extent.MANY:
            self._keep_object(node, objects.encode_inner(children))
        return node

    def _keep_object(self, node: Node, data: bytes) -> None:
        self.names.add(node.name)
        self._keep(node.name, data)


class _Changer(_Builder):
    """Changes objects that are there."""

    def __init__(self, shape: Shape, changed: Changed, keep: Keep | None, source: ObjectSource) -> None:
        super().__init__(shape, changed, keep)
        self._source = source

    def changed_at(self, node: Node, changes: Iterable[Change], position: Position, level: int) -> Node:
        """The subtree ``node`` after ``changes``, of which there is at least one."""
        if node.extent is Extent.NONE:
            return self._rebuilt(node, (), changes, position, level)
        found = objects.verified(self._source.read(node.name), node, position)
        if isinstance(found, Leaf):
            return self._rebuilt(node, found.records, changes, position, level)
        if level == len(self.shape) or found.bits != self.shape[level]:
            names: set[str] = set()
            records = list(self._records_below(found, position, names))
            rebuilt = self._rebuilt(node, records, changes, position, level)
            if rebuilt != node:
                self.result.superseded |= names
            return rebuilt
        children = list(found.children)
        for index, group in groupby(changes, _index_at(position.depth, found.bits)):
            below = position.child(found.bits, index)
            children[index] = self.changed_at(children[index], group, below, level + 1)
        if children == list(found.children):
            return node
        self.result.superseded.add(node.name)
        return self.kept(children)

    def _rebuilt(
        self,
        node: Node,
        records: Sequence[Record],
        changes: Iterable[Change],
        position: Position,
        level: int,
    ) -> Node:
        held = dict(records)
        before = len(held)
        for key, value in changes:
            if value is None:
                held.pop(key, None)
            else:
                held[key] = value
        if held == dict(records):
            return node
        if node.extent:
            self.result.superseded.add(node.name)
        self.result.subjects_added += len(held) - before
        return self.built(sorted(held.items()), position, level)

    def _records_below(self, found: Inner, position: Position, names: set[str]) -> Iterator[Record]:
        """All records of a subtree that was cut by another shape; the names of its objects are added to ``names``."""
        for below, node in _children(found, position):
            if node.extent is Extent.NONE:
                continue
            names.add(node.name)
            lower = objects.verified(self._source.read(node.name), node, below)
            yield from lower.records if isinstance(lower, Leaf) else self._records_below(lower, below, names)


def _index_at(depth: int, bits: int) -> Callable[[tuple[bytes, object]], int]:
    """Which of the ``2^bits`` children at ``depth`` a key belongs to; objects end within the first 64 bits."""
    shift = objects.MAX_DEPTH - depth - bits
    mask = (1 << bits) - 1
    return lambda item: int.from_bytes(item[0][:8]) >> shift & mask
