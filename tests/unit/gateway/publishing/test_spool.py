"""What waits in a spool comes out as it went in, from memory or from disk, and leaves nothing behind."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from credit_sdk.publication.tree import Change
from gateway.publishing import spool
from gateway.publishing.spool import Spools


@pytest.mark.parametrize("in_memory_bytes", [10, spool.IN_MEMORY_BYTES])
def test_comes_out_as_it_went_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory_bytes: int) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY_BYTES", in_memory_bytes)
    since = datetime(2026, 3, 2, 1, 0, 0, 123456, tzinfo=UTC)
    with Spools(tmp_path) as spools:
        changes = spools.new(list[Change])
        changes.add([(b"a", b"record"), (b"b", None)])
        changes.add([])
        changes.add([(b"c", b"\xff" * 300)])
        assert len(changes) == 3
        assert [len(portion) for portion in changes.portions()] == [2, 1]
        marks = spools.new(list[tuple[bytes, datetime]])
        marks.add([(b"k", since)])
        assert list(marks) == [(b"k", since)]
        assert list(changes) == list(changes) == [(b"a", b"record"), (b"b", None), (b"c", b"\xff" * 300)]


def test_several_may_read_while_it_grows(tmp_path: Path) -> None:
    with Spools(tmp_path) as spools:
        numbers = spools.new(list[int])
        numbers.add([1, 2])
        numbers.add([3])
        first, second = iter(numbers), iter(numbers)
        assert (next(first), next(second), next(first)) == (1, 1, 2)
        numbers.add([4])
        assert (list(first), list(second)) == ([3, 4], [2, 3, 4])


def test_leaves_no_file_and_ends_with_its_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY_BYTES", 10)
    with Spools(tmp_path) as spools:
        numbers = spools.new(list[int])
        numbers.add(list(range(1000)))
        assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="closed"):
        list(numbers)
