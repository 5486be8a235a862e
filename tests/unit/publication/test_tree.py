"""Changing a map is building it: the same root and the same objects, whatever the way there."""

from collections.abc import Iterator, Mapping
from hashlib import sha256

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from credit_sdk.errors import IntegrityError
from credit_sdk.publication import merkle, objects, tree
from credit_sdk.publication.merkle import NOTHING, TOP, Extent, Node, Position, Record
from credit_sdk.publication.shape import Shape

Map = dict[bytes, bytes]


class Store:
    """Objects in memory, counting what was read."""

    def __init__(self, held: Mapping[str, bytes]) -> None:
        self.objects = dict(held)
        self.read_names: list[str] = []

    def read(self, name: str) -> bytes:
        self.read_names.append(name)
        return self.objects[name]


class Held:
    """A replica in memory: records alone, hashes computed when asked."""

    def __init__(self, records: Map) -> None:
        self.records = dict(records)

    def node(self, position: Position) -> Node:
        return merkle.subtree(sorted((k, v) for k, v in self.records.items() if position.holds(k)), position.depth)

    def take(self, difference: tree.Difference) -> None:
        if isinstance(difference, tree.LeafDifference):
            assert merkle.subtree(difference.records, difference.position.depth) == difference.node
            self.records = {k: v for k, v in self.records.items() if not difference.position.holds(k)}
            self.records.update(difference.records)


def keyed(number: int) -> bytes:
    return sha256(number.to_bytes(8)).digest()


# Keys that agree in many leading bits: what makes empty neighbours and collapsing happen at all.
near_keys = st.builds(
    lambda head, tail: bytes([head]) + bytes(30) + bytes([tail]), st.sampled_from([0, 1, 128]), st.integers(0, 3)
)
far_keys = st.integers(0, 40).map(keyed)
keys = st.one_of(near_keys, far_keys)
values = st.binary(max_size=3)
maps = st.dictionaries(keys, values, max_size=24)
shapes = st.sampled_from([(), (1,), (2, 1), (3, 3), (6, 6)])


def defined_root(records: list[Record], depth: int = 0) -> bytes:
    """The definition, word for word."""
    if not records:
        return merkle.EMPTY
    if len(records) == 1:
        key, value = records[0]
        return sha256(b"\x00" + key + sha256(value).digest()).digest()
    sides: tuple[list[Record], list[Record]] = ([], [])
    for key, value in records:
        sides[key[depth // 8] >> (7 - depth % 8) & 1].append((key, value))
    return sha256(b"\x01" + defined_root(sides[0], depth + 1) + defined_root(sides[1], depth + 1)).digest()


@given(maps)
def test_the_root_is_the_one_defined(records: Map) -> None:
    ordered = sorted(records.items())
    assert merkle.subtree(ordered, 0) == Node(Extent(min(len(ordered), 2)), defined_root(ordered))


@given(maps, shapes)
def test_the_root_does_not_depend_on_the_shape(records: Map, shape: Shape) -> None:
    ordered = sorted(records.items())
    assert tree.build(ordered, shape).root == merkle.subtree(ordered, 0)


@given(maps, maps, shapes)
@example({keyed(1): b"a", keyed(2): b"b"}, {keyed(1): b"a"}, (6, 6))
@example({keyed(1): b"a"}, {keyed(1): b"a", keyed(2): b"b"}, (6, 6))
@example({keyed(1): b"a"}, {}, ())
def test_changing_is_building(before: Map, after: Map, shape: Shape) -> None:
    old = tree.build(sorted(before.items()), shape)
    new = tree.build(sorted(after.items()), shape)
    changes = [(key, after.get(key)) for key in sorted(before.keys() | after.keys())]
    changed = tree.change(old.root, shape, changes, Store(old.objects))
    assert changed.root == new.root
    assert changed.subjects_added == len(after) - len(before)
    assert {**old.objects, **changed.objects}.items() >= new.objects.items()
    assert changed.superseded == old.objects.keys() - new.objects.keys()


@given(maps, maps, shapes, shapes)
def test_a_map_cut_by_another_shape_can_still_be_changed(before: Map, after: Map, held: Shape, chosen: Shape) -> None:
    old = tree.build(sorted(before.items()), held)
    changes = [(key, after.get(key)) for key in sorted(before.keys() | after.keys())]
    changed = tree.change(old.root, chosen, changes, Store(old.objects))
    assert changed.root == merkle.subtree(sorted(after.items()), 0)
    reached = dict(tree.walk(changed.root, Store({**old.objects, **changed.objects})))
    assert not changed.superseded & reached.keys()


@given(maps, maps, shapes)
def test_what_differs_leads_to_the_new_map(before: Map, after: Map, shape: Shape) -> None:
    new = tree.build(sorted(after.items()), shape)
    held = Held(before)
    source = Store(new.objects)
    for difference in tree.differing(held, new.root, source):
        held.take(difference)
    assert held.records == after
    if before == after:
        assert source.read_names == []


@given(maps, shapes)
def test_a_whole_map_arrives_in_order(records: Map, shape: Shape) -> None:
    built = tree.build(sorted(records.items()), shape)
    held = Held({keyed(99): b"left over"})
    stream = [data for _, data in tree.walk(built.root, Store(built.objects))]
    for difference in tree.taken_in_order(built.root, stream):
        held.take(difference)
    assert held.records == records


def test_one_change_in_many_touches_one_path() -> None:
    records = sorted((keyed(number), b"v") for number in range(5000))
    old = tree.build(records, (3, 3))
    source = Store(old.objects)
    changed = tree.change(old.root, (3, 3), [(keyed(17), b"w")], source)
    assert len(source.read_names) == len(changed.objects) == len(changed.superseded) == 3


def test_a_large_map_is_built_holding_one_leaf_object_at_a_time() -> None:
    records = sorted((keyed(number), b"v") for number in range(5000))
    read = 0
    ahead: list[int] = []
    kept: dict[str, bytes] = {}

    def arriving() -> Iterator[Record]:
        nonlocal read
        for record in records:
            read += 1
            yield record

    def keep(name: str, data: bytes) -> None:
        found = objects.decode(data)
        kept[name] = data
        if isinstance(found, objects.Leaf):
            ahead.append(read - records.index(found.records[-1]) - 1)

    built = tree.build(arriving(), (3, 3), keep)
    assert max(ahead) <= 1, "the one record by which the end of an object is known"
    assert built == tree.Changed(root=tree.build(records, (3, 3)).root, subjects_added=5000)
    assert kept == tree.build(records, (3, 3)).objects


@given(maps, maps, shapes)
def test_what_is_handed_on_is_what_is_returned(before: Map, after: Map, shape: Shape) -> None:
    old = tree.build(sorted(before.items()), shape)
    changes = [(key, after.get(key)) for key in sorted(before.keys() | after.keys())]
    kept: dict[str, bytes] = {}
    handed = tree.change(old.root, shape, iter(changes), Store(old.objects), kept.__setitem__)
    returned = tree.change(old.root, shape, changes, Store(old.objects))
    assert (handed.root, kept, handed.superseded) == (returned.root, returned.objects, returned.superseded)
    assert handed.objects == {}


def test_a_change_that_changes_nothing_writes_nothing() -> None:
    records = sorted((keyed(number), b"v") for number in range(50))
    old = tree.build(records, (3,))
    changed = tree.change(old.root, (3,), sorted({keyed(17): b"v", keyed(999): None}.items()), Store(old.objects))
    assert changed == tree.Changed(root=old.root)


def test_refuses_to_build_on_a_damaged_object() -> None:
    old = tree.build(sorted((keyed(number), b"v") for number in range(50)), (3,))
    store = Store({name: data.replace(b"v", b"w") for name, data in old.objects.items()})
    with pytest.raises(IntegrityError, match="does not match the hash"):
        tree.change(old.root, (3,), [(keyed(17), b"x")], store)


def test_an_empty_map_needs_no_object() -> None:
    assert tree.build([], (6, 6)) == tree.Changed(root=NOTHING)
    assert objects.decode(objects.encode_leaf([])) == objects.Leaf([])
    assert merkle.joined_all([NOTHING] * 8) == NOTHING
    assert TOP.holds(b"\xff" * 32)
