"""A proof leads from the root to what is there, or to where nothing is, and to nothing else."""

import dataclasses
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_sdk.errors import IntegrityError
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.publication import merkle, records, tree
from credit_sdk.publication.merkle import EMPTY, Record
from credit_sdk.publication.proof import Neighbour, Proof, from_objects, prove
from credit_sdk.publication.shape import Shape, choose_shape

VALUE = records.encode(SubjectRecord())
few_bits = st.integers(0, 31).map(lambda number: (number << 251).to_bytes(32))
close = st.integers(0, 31).map(lambda number: number.to_bytes(32))
keys = st.one_of(st.binary(min_size=32, max_size=32), few_bits, close)
shapes = st.lists(st.integers(1, 4), max_size=3).map(tuple)


class Store:
    """Objects of a map that count how often they are read."""

    def __init__(self, held: list[Record], shape: Shape) -> None:
        built = tree.build(held, shape)
        self.root = built.root
        self._objects = built.objects
        self.reads = 0

    def read(self, name: str) -> bytes:
        self.reads += 1
        return self._objects[name]


def numbered(count: int) -> list[Record]:
    return sorted((sha256(b"%d" % number).digest(), VALUE) for number in range(count))


@given(st.sets(keys, max_size=40), st.sets(keys, max_size=10), shapes)
def test_every_key_is_proved_present_or_absent(present: set[bytes], others: set[bytes], shape: Shape) -> None:
    store = Store([(key, VALUE) for key in sorted(present)], shape)
    for key in present | others:
        proof = prove(key, store.root, from_objects(store))
        proof.require(store.root.name)
        assert proof.is_present == (key in present)
        assert proof.value == (VALUE if key in present else None)


@given(st.sets(keys, min_size=1, max_size=20), keys, shapes)
def test_the_proof_does_not_depend_on_how_the_map_is_cut(present: set[bytes], key: bytes, shape: Shape) -> None:
    held = [(each, VALUE) for each in sorted(present)]
    one, other = Store(held, ()), Store(held, shape)
    assert prove(key, one.root, from_objects(one)) == prove(key, other.root, from_objects(other))


@given(st.sets(keys, min_size=1, max_size=20), keys, st.data())
def test_a_proof_with_anything_changed_is_refused(present: set[bytes], key: bytes, data: st.DataObject) -> None:
    store = Store([(each, VALUE) for each in sorted(present)], (2,))
    proof = prove(key, store.root, from_objects(store))
    other = data.draw(keys.filter(lambda each: each != key))
    position = data.draw(st.integers(0, len(proof.siblings)))
    changes: list[Proof] = [
        dataclasses.replace(proof, value=None if proof.is_present else VALUE, neighbour=None),
        dataclasses.replace(proof, value=VALUE + b"\x00"),
        dataclasses.replace(proof, neighbour=Neighbour(other, bytes(32))),
        dataclasses.replace(proof, siblings=(*proof.siblings, EMPTY)),
        dataclasses.replace(proof, siblings=(*proof.siblings[:position], bytes([1] * 32), *proof.siblings[position:])),
        dataclasses.replace(proof, siblings=(*proof.siblings[:position], EMPTY, *proof.siblings[position + 1 :])),
    ]
    if proof.siblings:
        changes.append(dataclasses.replace(proof, siblings=proof.siblings[:-1]))
    for changed in changes:
        if changed != proof:
            with pytest.raises(IntegrityError):
                changed.require(store.root.name)


def test_a_listed_key_cannot_be_passed_off_as_absent_by_its_own_leaf() -> None:
    held = numbered(2)
    store = Store(held, ())
    key = held[0][0]
    proof = prove(key, store.root, from_objects(store))
    with pytest.raises(IntegrityError, match="not of the form"):
        Proof(key, proof.siblings, neighbour=Neighbour(key, sha256(VALUE).digest())).require(store.root.name)


def test_a_neighbour_from_another_place_proves_nothing() -> None:
    held = [(b"\x00" * 32, VALUE), (b"\x80" + b"\x00" * 31, VALUE)]
    store = Store(held, ())
    left = Proof(held[0][0], (merkle.leaf_hash(*held[1]),), value=VALUE)
    left.require(store.root.name)
    with pytest.raises(IntegrityError, match="not of the form"):
        Proof(
            b"\x01" + b"\x00" * 31,
            (merkle.leaf_hash(*held[0]),),
            neighbour=Neighbour(held[1][0], sha256(VALUE).digest()),
        ).root()


def test_an_empty_map_and_a_map_of_one_have_proofs_without_steps() -> None:
    nothing, one = Store([], ()), Store(numbered(1), ())
    absent = prove(bytes(32), nothing.root, from_objects(nothing))
    assert absent == Proof(bytes(32), ())
    absent.require(EMPTY.hex())
    assert prove(numbered(1)[0][0], one.root, from_objects(one)).siblings == ()
    assert prove(bytes(32), one.root, from_objects(one)).neighbour is not None


def test_a_proof_from_fifty_thousand_reads_one_leaf_object_and_the_tables_above() -> None:
    """Steps grow with the logarithm: fifty thousand need about 17, a million about 21."""
    held = numbered(50_000)
    shape = choose_shape(len(held))
    store = Store(held, shape)
    longest = 0
    for number in range(0, 100_000, 5_000):
        store.reads = 0
        proof = prove(sha256(b"%d" % number).digest(), store.root, from_objects(store))
        assert proof.is_present == (number < 50_000)
        assert store.reads <= len(shape) + 1
        longest = max(longest, len(proof.siblings))
    assert longest <= 26


def test_refuses_to_prove_from_a_store_that_is_not_the_map() -> None:
    held = numbered(50)
    store, other = Store(held, (3,)), Store(numbered(49), (3,))
    opened = from_objects(other)
    with pytest.raises(IntegrityError, match="not lead to the root"):
        prove(held[0][0], store.root, lambda node, place: opened(other.root if node == store.root else node, place))


def test_a_proof_that_goes_on_where_nothing_is_left_beside_is_none() -> None:
    with pytest.raises(IntegrityError, match="not of the form"):
        Proof(bytes(32), (EMPTY,), value=VALUE).root()


@pytest.mark.parametrize("cut", [31, 33])
def test_a_neighbour_cut_at_another_place_proves_nothing(cut: int) -> None:
    """Key and digest are hashed one after the other, so the record that is there would be proved absent."""
    key, value = bytes([0xC0] * 32), b"\x92\x90\x90"
    whole = key + sha256(value).digest()
    assert Proof(key, (), value=value).root() == merkle.leaf_hash(key, value)
    with pytest.raises(IntegrityError, match="not of the form"):
        Proof(key, (), neighbour=Neighbour(whole[:cut], whole[cut:])).root()
