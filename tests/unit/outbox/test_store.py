"""The outbox keeps what it was given: in order, numbered without gaps, through damage, fork and several processes."""

import json
import multiprocessing
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from credit_sdk.errors import InvalidRequestError, OutboxError
from credit_sdk.outbox.records import CheckRecord, OutcomeRecord, ReportableDecision, ReportableFinding
from credit_sdk.outbox.store import Depth, Kind, Outbox

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


FOUND = ReportableDecision("d", "s", "procurement.award", None, (ReportableFinding("E1", "a1-06", "l", "s"),), ())


def record(id: str, reportable: ReportableDecision | None = None) -> CheckRecord:
    return CheckRecord(id, f'{{"id": "{id}"}}', reportable.to_json() if reportable else None)


def outcome(
    decision_id: str = "d-1", *, entry: str = "E1", state: str = "applied", document: str = ""
) -> OutcomeRecord:
    return OutcomeRecord(
        decision_id=decision_id,
        subject="91630100710550007X",
        matter="procurement.award",
        case=None,
        entry=entry,
        measure="a1-06",
        list="judgment-defaulter",
        state=state,
        document=document,
        reason="",
        by="",
        until_on=None,
        reported_at="2026-03-02T08:00:00.000Z",
        holder="91630100710550007X",
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.sqlite3"


@pytest.fixture
def outbox(path: Path) -> Iterator[Outbox]:
    with Outbox(path, create=True) as opened:
        yield opened


def seqs(outbox: Outbox, kind: Kind) -> list[int]:
    return list(outbox.waiting(kind, after=0, limit=10_000))


def test_records_and_outcomes_are_numbered_apart_from_one(outbox: Outbox) -> None:
    outbox.add_records([record("a"), record("b")])
    outbox.add_outcomes([outcome()])
    outbox.add_records([record("c")])
    assert seqs(outbox, Kind.RECORDS) == [1, 2, 3]
    assert seqs(outbox, Kind.OUTCOMES) == [1]


def test_what_is_given_again_takes_no_number(outbox: Outbox) -> None:
    outbox.add_records([record("a"), record("a"), record("b")])
    first = outbox.add_outcomes([outcome()])
    assert outbox.add_outcomes([outcome(), outcome(entry="E2")])[0] == first[0]
    assert seqs(outbox, Kind.RECORDS) == [1, 2]
    assert seqs(outbox, Kind.OUTCOMES) == [1, 2]


def test_one_that_is_kept_already_among_many_leaves_no_gap(outbox: Outbox) -> None:
    outbox.add_records([record("a", FOUND), record("250", FOUND)])
    outbox.add_records([record(str(number), FOUND if number % 2 else None) for number in range(500)])
    assert seqs(outbox, Kind.RECORDS) == list(range(1, 502))
    assert outbox.decision("499") == FOUND
    assert outbox.decision("498") is None


def test_the_same_report_later_is_the_same_report(outbox: Outbox) -> None:
    outbox.add_outcomes([outcome()])
    outbox.add_outcomes([replace(outcome(), reported_at="2026-03-03T08:00:00.000Z")])
    row = json.loads(outbox.waiting(Kind.OUTCOMES, after=0, limit=9)[1])
    assert (row["seq"], row["reported_at"]) == (1, "2026-03-02T08:00:00.000Z")


def test_refuses_to_overwrite_what_was_reported_and_keeps_none_of_that_call(outbox: Outbox) -> None:
    outbox.add_outcomes([outcome(document="青采罚1号")])
    with pytest.raises(InvalidRequestError, match="another document"):
        outbox.add_outcomes([outcome(entry="E2"), outcome(document="青采罚2号")])
    assert seqs(outbox, Kind.OUTCOMES) == [1]
    outbox.add_outcomes([outcome(entry="E3")])
    assert seqs(outbox, Kind.OUTCOMES) == [1, 2]


def test_the_outbox_keeps_its_name_and_its_numbers_when_opened_again(path: Path, outbox: Outbox) -> None:
    outbox.add_records([record("a")])
    outbox.close()
    with Outbox(path) as again:
        assert again.id == outbox.id
        again.add_records([record("b")])
        assert seqs(again, Kind.RECORDS) == [1, 2]


def test_creating_it_again_keeps_what_is_there(path: Path, outbox: Outbox) -> None:
    outbox.add_records([record("a")])
    with Outbox(path, create=True) as again:
        assert again.depth() == Depth(records=1, outcomes=0, faults=0)


def test_only_its_owner_reads_it(path: Path, outbox: Outbox) -> None:
    assert outbox.id
    assert path.stat().st_mode & 0o077 == 0


def test_a_missing_outbox_is_never_replaced(path: Path) -> None:
    with pytest.raises(OutboxError, match="is missing") as found:
        Outbox(path)
    assert found.value.hint
    assert not path.exists()


def test_an_outbox_removed_while_open_is_noticed(path: Path, outbox: Outbox) -> None:
    outbox.close()
    path.unlink()
    with pytest.raises(OutboxError, match="is missing"):
        outbox.add_records([record("a")])


@pytest.mark.parametrize("spoil", [b"not a database at all, and long enough to be looked at" * 40, b""])
def test_a_damaged_outbox_says_so_and_stays(path: Path, outbox: Outbox, spoil: bytes) -> None:
    outbox.close()
    path.write_bytes(spoil)
    with pytest.raises(OutboxError, match="is damaged") as found:
        Outbox(path, create=True)
    assert "Keep the file" in found.value.hint
    assert path.read_bytes() == spoil


def test_a_full_disk_is_said_in_one_sentence_and_loses_nothing(path: Path, outbox: Outbox) -> None:
    outbox.add_records([record("a")])
    with sqlite3.connect(path) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.close()
    limited = outbox._file._connection
    assert limited is not None
    limited.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(OutboxError) as found:
        outbox.add_outcomes([outcome(document="x" * 100_000)])
    assert "\n" not in found.value.line
    assert "Free space" in found.value.hint
    assert seqs(outbox, Kind.RECORDS) == [1]
    assert outbox.add_outcomes([outcome()])
    assert seqs(outbox, Kind.OUTCOMES) == [1]


def test_a_receipt_ends_the_waiting_and_a_gap_begins_it_again(outbox: Outbox) -> None:
    outbox.add_records([record(str(number)) for number in range(5)])
    outbox.acknowledge(Kind.RECORDS, [(seq, f"r{seq}") for seq in (1, 2, 3, 4)], at=NOW)
    assert seqs(outbox, Kind.RECORDS) == [5]
    assert outbox.send_again(Kind.RECORDS, [(2, 3), (5, 9)]) == 2
    assert seqs(outbox, Kind.RECORDS) == [2, 3, 5]


def test_a_row_at_fault_waits_no_more_but_is_counted(outbox: Outbox) -> None:
    outbox.add_records([record("a"), record("b")])
    outbox.mark_fault(Kind.RECORDS, 1, "other content")
    assert outbox.depth() == Depth(records=1, outcomes=0, faults=1)
    assert outbox.forget_delivered(before=NOW + timedelta(days=999)) == 0


def test_what_was_delivered_leaves_after_its_time(outbox: Outbox) -> None:
    outbox.add_records([record("a", FOUND), record("b")])
    outbox.acknowledge(Kind.RECORDS, [(1, "r1"), (2, "r2")], at=NOW)
    assert outbox.forget_delivered(before=NOW) == 0
    assert outbox.decision("a") == FOUND
    assert outbox.forget_delivered(before=NOW + timedelta(milliseconds=1)) == 2
    assert outbox.decision("a") is None
    outbox.add_records([record("c")])
    assert seqs(outbox, Kind.RECORDS) == [3]


def test_an_applied_measure_stays_with_its_decision_until_it_is_lifted(outbox: Outbox) -> None:
    outbox.add_records([record("d-1", FOUND)])
    outbox.add_outcomes([outcome()])
    for kind in Kind:
        outbox.acknowledge(kind, [(1, "r")], at=NOW)
    long_after = NOW + timedelta(days=4000)
    assert outbox.forget_delivered(before=long_after) == 0
    assert [measure.entry for measure in outbox.open_measures()] == ["E1"]

    outbox.add_outcomes([replace(outcome(state="lifted"), reason="已移出")])
    assert outbox.open_measures() == []
    outbox.acknowledge(Kind.OUTCOMES, [(2, "r")], at=NOW)
    assert outbox.forget_delivered(before=long_after) == 3


def _fill(path: Path, name: str) -> None:
    with Outbox(path) as outbox:
        for number in range(40):
            outbox.add_records([record(f"{name}-{number}-{part}") for part in range(3)])
            outbox.add_outcomes([outcome(f"{name}-{number}")])


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_several_processes_share_it_without_a_gap(path: Path, outbox: Outbox) -> None:
    spawn = multiprocessing.get_context("fork")
    workers = [spawn.Process(target=_fill, args=(path, name)) for name in ("one", "two")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    assert seqs(outbox, Kind.RECORDS) == list(range(1, 241))
    assert seqs(outbox, Kind.OUTCOMES) == list(range(1, 81))


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_child_writes_through_a_connection_of_its_own(outbox: Outbox) -> None:
    outbox.add_records([record("parent")])
    if (child := os.fork()) == 0:
        was_let_go = outbox._file._connection is None
        outbox.add_records([record("child")])
        os._exit(0 if was_let_go else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    outbox.add_records([record("parent again")])
    assert seqs(outbox, Kind.RECORDS) == [1, 2, 3]
