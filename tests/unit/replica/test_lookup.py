"""A lookup of many finds what a look at each by itself finds, however much of the map it has read by then."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from credit_sdk.errors import ReplicaDamagedError, ReplicaError
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.subject import Subject
from credit_sdk.publication import records
from credit_sdk.replica.handles import opened
from credit_sdk.replica.layout import RECORD, STATE
from credit_sdk.replica.lookup import Lookup
from credit_sdk.replica.store import REPLICA_FOLDER, Replica
from credit_sdk.replica.view import ReplicaView
from credit_sdk.testing.builders import subject
from tests.replica_host import listed

HELD = 40_000
"""So many that their keys are read in two parts."""
BLOCK = 1000
VALUE = records.encode(listed(1))


def stored(home: Path, keys: list[bytes], value: bytes = VALUE) -> Replica:
    """A replica with a record at each of these keys of the file."""
    replica = Replica.create(home)
    handle = opened(home / REPLICA_FOLDER)
    handle.write(lambda transaction: [transaction.put(key, value) for key in keys])
    handle.close()
    return replica


@pytest.fixture(scope="module")
def replica(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    with stored(tmp_path_factory.mktemp("held"), [RECORD + subject(number).key for number in range(HELD)]) as made:
        yield made


@pytest.fixture
def view(replica: Replica) -> Iterator[ReplicaView]:
    with replica.view() as begun:
        yield begun


def one_by_one(view: ReplicaView, asked: list[Subject]) -> dict[int, SubjectRecord]:
    return {place: found for place, one in enumerate(asked) if (found := view.record(one)) is not None}


def block(number: int, held: int = 100) -> list[Subject]:
    """A block of subjects of whom so many are held."""
    first = number * held
    absent = [subject(HELD + number * BLOCK + place) for place in range(BLOCK - held)]
    return [*absent[::2], *(subject((first + place) % HELD) for place in range(held)), *absent[1::2]]


def keys(asked: list[Subject]) -> list[bytes]:
    return [one.key for one in asked]


def has_read(lookup: Lookup) -> int:
    """Parts of the map it has read."""
    return lookup._parts_read


@pytest.mark.parametrize("rows", [0, HELD])
def test_every_block_finds_what_each_look_finds(view: ReplicaView, rows: int) -> None:
    lookup, read = Lookup(view, rows), []
    for number in range(14):
        asked = block(number)
        assert lookup.records(keys(asked)) == one_by_one(view, asked)
        read.append(has_read(lookup))
    assert sorted(set(read)) == [0, 1, 2]


def test_the_keys_are_read_only_where_many_are_asked_about_or_announced(view: ReplicaView) -> None:
    few, announced, streaming = Lookup(view, 5000), Lookup(view, HELD // 2 + 1), Lookup(view, 0)
    for number in range(HELD // 4 // BLOCK):
        for lookup in (few, announced, streaming):
            lookup.records(keys(block(number)))
        assert has_read(announced) == min(number, 1) + (number > 1)
    assert has_read(few) == has_read(streaming) == 0
    for _ in range(3):
        streaming.records(keys(block(0)))
    assert has_read(streaming) == 2


def test_they_are_not_read_where_most_are_found(view: ReplicaView) -> None:
    lookup = Lookup(view, HELD)
    for number in range(3):
        assert len(lookup.records(keys(block(number, held=600)))) == 600
    assert has_read(lookup) == 0


def test_what_stands_beside_the_records_is_no_record(tmp_path: Path) -> None:
    """The notes come before, and whatever may come after is none either."""
    with (
        stored(tmp_path, [RECORD + bytes(32), RECORD + b"\xff" * 32, b"s", STATE + b"x"]) as replica,
        replica.view() as view,
    ):
        lookup = Lookup(view, 100)
        for _ in range(2):
            assert set(lookup.records([b"\xff" * 32, b"\xfe" * 32, bytes(32), b"\x01" * 32, b"s" * 32])) == {0, 2}
        assert has_read(lookup) == 1


def test_a_view_that_was_closed_says_so_and_not_that_nobody_is_listed(replica: Replica) -> None:
    with replica.view() as view:
        lookup, nobody = Lookup(view, HELD), keys(block(0, held=0))
        for _ in range(3):
            assert lookup.records(nobody) == {}
    assert has_read(lookup) == 2
    with pytest.raises(ReplicaError, match="was closed"):
        lookup.records(nobody)


def test_a_record_that_cannot_be_read_is_damage_and_not_absence(tmp_path: Path) -> None:
    with stored(tmp_path, [RECORD + subject(1).key], b"\xc1") as replica, replica.view() as view:
        with pytest.raises(ReplicaDamagedError, match="a record cannot be read"):
            Lookup(view, 0).records(keys([subject(0), subject(1)]))
        lookup = Lookup(view, 100)
        assert lookup.records(keys([subject(2), subject(3)])) == {}
        with pytest.raises(ReplicaDamagedError, match="a record cannot be read"):
            lookup.records(keys([subject(0), subject(1)]))


@pytest.mark.parametrize("key", [bytes(31), bytes(33)])
def test_what_stands_at_no_key_is_damage(tmp_path: Path, key: bytes) -> None:
    """Taken for one, it would put every key after it out of its place."""
    with stored(tmp_path, [RECORD + key, RECORD + subject(1).key]) as replica, replica.view() as view:
        lookup = Lookup(view, 100)
        assert set(lookup.records(keys([subject(1), subject(2), subject(3)]))) == {0}
        with pytest.raises(ReplicaDamagedError, match="cannot be read"):
            lookup.records(keys([subject(1), subject(2), subject(3)]))
