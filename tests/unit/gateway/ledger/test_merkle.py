"""The tree is that of RFC 6962: known roots, and every proof of every small tree."""

from hashlib import sha256

import pytest

from gateway.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_path,
    inclusion_path,
    is_consistent,
    leaf_hash,
    node_hash,
    root_of_inclusion,
)

# The leaves and roots by which implementations of Certificate Transparency compare themselves.
LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
MOST = 20
HASHES = [leaf_hash(str(number).encode()) for number in range(MOST)]


def straight(start: int, end: int) -> bytes:
    """The definition of RFC 6962, word for word."""
    if start == end:
        return sha256().digest()
    if end - start == 1:
        return HASHES[start]
    split = 1
    while split * 2 < end - start:
        split *= 2
    return node_hash(straight(start, start + split), straight(start + split, end))


def grown(size: int) -> Frontier:
    frontier = Frontier()
    for each in HASHES[:size]:
        frontier.add(each)
    return frontier


@pytest.mark.parametrize(("size", "root"), ROOTS.items())
def test_known_roots(size: int, root: str) -> None:
    frontier = Frontier()
    for each in LEAVES[:size]:
        frontier.add(leaf_hash(each))
    assert frontier.root().hex() == root
    assert EMPTY_ROOT.hex() == ROOTS[0]


def test_a_frontier_is_the_definition_and_goes_on_where_it_was_kept() -> None:
    for size in range(MOST):
        frontier = grown(size)
        assert frontier.root() == straight(0, size)
        again = Frontier(size, frontier.hashes)
        again.add(HASHES[size])
        assert again.root() == straight(0, size + 1)


@pytest.mark.parametrize(("size", "hashes"), [(3, [b"x" * 32]), (1, [b"short"]), (0, [b"x" * 32])])
def test_refuses_hashes_of_another_size(size: int, hashes: list[bytes]) -> None:
    with pytest.raises(ValueError, match="not the hashes"):
        Frontier(size, hashes)


def test_every_leaf_is_proved_and_no_other() -> None:
    for size in range(1, MOST):
        root = straight(0, size)
        for index in range(size):
            path = inclusion_path(index, size, straight)
            assert root_of_inclusion(HASHES[index], index, size, path) == root
            assert root_of_inclusion(HASHES[index], index, size, [*path, root]) != root
            assert path == [] or root_of_inclusion(HASHES[index], index, size, path[:-1]) != root
            for other in range(size):
                assert other == index or root_of_inclusion(HASHES[other], index, size, path) != root
                assert other == index or root_of_inclusion(HASHES[index], other, size, path) != root
        assert root_of_inclusion(HASHES[0], size, size, []) is None


def test_every_growth_is_proved_and_no_other() -> None:
    for size in range(1, MOST):
        root = straight(0, size)
        for before in range(1, size + 1):
            path = consistency_path(before, size, straight)
            assert is_consistent(before, straight(0, before), size, root, path)
            assert not is_consistent(before, bytes(32), size, root, path)
            assert not is_consistent(before, straight(0, before), size, bytes(32), path)
            assert not is_consistent(before, straight(0, before), size, root, [*path, root])
            for dropped in range(len(path)):
                spoiled = [*path[:dropped], bytes(32), *path[dropped + 1 :]]
                assert not is_consistent(before, straight(0, before), size, root, spoiled)
    assert not is_consistent(0, EMPTY_ROOT, 1, HASHES[0], [])
