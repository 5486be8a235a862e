"""A sieve may let pass who has no record; whoever has one passes, whatever of the map was read."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_sdk.replica.sieve import Sieve

PARTED = 33_000
"""Records of a map whose sieve has two parts."""


def keys(count: int, of: str = "held") -> list[bytes]:
    return [sha256(f"{of} {number}".encode()).digest() for number in range(count)]


def part_of(sieve: Sieve, key: bytes) -> int:
    """The part whose bounds a key lies within."""
    (part,) = [
        part
        for part in range(sieve.parts)
        for first, following in [sieve.bounds(part)]
        if first <= key and (following is None or key < following)
    ]
    return part


def filled(records: int, held: list[bytes], parts: set[int] | None = None) -> Sieve:
    """A sieve that has read some parts of a map, all unless told."""
    sieve = Sieve(records)
    for part in range(sieve.parts) if parts is None else parts:
        sieve.take(part, b"".join(sorted(key for key in held if part_of(sieve, key) == part)))
    return sieve


def passed(sieve: Sieve, asked: list[bytes]) -> set[bytes]:
    return {asked[place] for place in sieve.passed(asked)}


some_keys = st.lists(st.binary(min_size=32, max_size=32), max_size=60)


@given(some_keys, some_keys, st.sampled_from([1, PARTED, 1_000_000]), st.data())
def test_whoever_has_a_record_passes_whatever_was_read(
    held: list[bytes], others: list[bytes], records: int, data: st.DataObject
) -> None:
    all_parts = Sieve(records).parts
    sieve = filled(records, held, data.draw(st.sets(st.integers(0, all_parts - 1), max_size=40)))
    asked = data.draw(st.permutations([*held, *others]))
    places = sieve.passed(asked)
    assert places == sorted(set(places))
    assert {asked[place] for place in places} >= set(held)


def test_before_anything_was_read_anybody_may_be_there() -> None:
    sieve = Sieve(1_000_000)
    assert sieve.passed(keys(500)) == list(range(500))
    sieve.take(0, b"")
    assert passed(sieve, keys(500)) == {key for key in keys(500) if part_of(sieve, key) != 0}


@pytest.mark.parametrize("records", [3000, PARTED, 60_000])
def test_of_those_who_have_none_few_pass(records: int) -> None:
    sieve = filled(records, keys(records))
    assert sieve.passed(keys(records)) == list(range(records))
    assert len(sieve.passed(keys(20_000, "absent"))) < 20_000 / 14


def test_a_part_stands_for_what_was_read_last_and_spares_its_neighbours() -> None:
    sieve = filled(PARTED, keys(2000))
    sieve.take(0, b"")
    assert passed(sieve, keys(2000)) == {key for key in keys(2000) if part_of(sieve, key) == 1}


@pytest.mark.parametrize(("records", "parts"), [(0, 1), (32_767, 1), (32_768, 2), (1_000_000, 32), (10**9, 256)])
def test_every_key_lies_in_one_part_however_many_there_are(records: int, parts: int) -> None:
    sieve = Sieve(records)
    assert sieve.parts == parts
    found = [part_of(sieve, bytes([first]) + bytes(31)) for first in range(256)]
    assert found == sorted(found)
    assert set(found) == set(range(parts))


def test_one_key_or_none_is_no_block() -> None:
    sieve = filled(1, keys(1))
    assert (sieve.passed([]), sieve.passed(keys(1))) == ([], [0])
