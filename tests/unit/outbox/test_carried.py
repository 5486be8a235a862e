"""An outbox file holds what waits, in order, within bounds, and takes nothing out of the outbox."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from credit_sdk.errors import GatewayUnreachableError
from credit_sdk.outbox import carried
from credit_sdk.outbox.carried import CarriedOutbox
from credit_sdk.outbox.records import CheckRecord
from credit_sdk.outbox.store import Kind, Outbox
from credit_sdk.transport.postbox import Answers, Noted, Postbox

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(tmp_path / "outbox.sqlite3", create=True) as made:
        made.add_records([CheckRecord(f"d-{n}", json.dumps({"id": f"d-{n}", "case": "青采"}), None) for n in range(5)])
        yield made


def read(path: Path) -> CarriedOutbox:
    return CarriedOutbox.read(path, Postbox)


def test_is_read_back_as_it_waited(tmp_path: Path, outbox: Outbox) -> None:
    written = carried.write(outbox, tmp_path / "file", courier="", at=AT)
    assert (written.records, written.outcomes) == (5, 0)
    assert written.size_bytes == (tmp_path / "file").stat().st_size
    parcel = read(tmp_path / "file")
    assert (parcel.id, parcel.courier, parcel.made_at) == (outbox.id, "", AT)
    for after, limit in ((0, 9), (2, 2), (5, 9)):
        assert parcel.waiting(Kind.RECORDS, after=after, limit=limit) == outbox.waiting(
            Kind.RECORDS, after=after, limit=limit
        )
    assert parcel.waiting(Kind.OUTCOMES, after=0, limit=9) == {}
    assert outbox.depth().records == 5


def test_what_finds_no_room_waits_for_the_next_file(
    tmp_path: Path, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carried, "MAX_ROWS", 3)
    assert carried.write(outbox, tmp_path / "a", courier="", at=AT).records == 3
    assert list(read(tmp_path / "a").waiting(Kind.RECORDS, after=0, limit=9)) == [1, 2, 3]
    outbox.acknowledge(Kind.RECORDS, [(seq, "r") for seq in (1, 2, 3)], at=AT)
    assert carried.write(outbox, tmp_path / "b", courier="", at=AT).records == 2
    assert list(read(tmp_path / "b").waiting(Kind.RECORDS, after=0, limit=9)) == [4, 5]


def test_no_file_grows_past_what_is_read(tmp_path: Path, outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carried, "MAX_FILE_BYTES", carried.MAX_LINE_BYTES + 330)
    written = carried.write(outbox, tmp_path / "file", courier="", at=AT)
    assert 0 < written.records < 5
    assert list(read(tmp_path / "file").waiting(Kind.RECORDS, after=0, limit=9)) == list(range(1, written.records + 1))


def test_keeps_what_the_gateway_says_and_forgets_what_is_known(tmp_path: Path, outbox: Outbox) -> None:
    outbox.acknowledge(Kind.RECORDS, [(1, "r1")], at=AT)
    carried.write(outbox, tmp_path / "file", courier="", at=AT)
    old = Noted("row", "old")
    known = Postbox(outbox.id, records=Answers(receipts={1: old, 2: old, 9: old}, gaps=[(1, 1)]))
    parcel = CarriedOutbox.read(tmp_path / "file", lambda _: known)
    assert set(parcel.said.records.receipts) == {2, 9}
    assert parcel.said.records.gaps == []
    parcel.mark_fault(Kind.RECORDS, 3, "out of scope")
    parcel.acknowledge(Kind.RECORDS, [(3, "r3"), (4, "r4")], at=AT)
    assert parcel.send_again(Kind.RECORDS, [(1, 1)]) == 0
    assert {seq: said.answer for seq, said in parcel.said.records.receipts.items()} == {
        2: "old",
        3: "r3",
        4: "r4",
        9: "old",
    }
    assert (parcel.said.records.refused, parcel.said.records.gaps) == ({}, [(1, 1)])


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(GatewayUnreachableError, match="nothing was delivered"):
        read(tmp_path / "file")
