"""Records reach the disk without the check waiting; what cannot be kept is said and counted, never lost silently."""

import json
import multiprocessing
import os
import time
from collections import deque
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.view import EmptyView
from credit_sdk.errors import OutboxError
from credit_sdk.model.decision import Decision
from credit_sdk.model.sheet import Sheet
from credit_sdk.model.subject import Subject
from credit_sdk.outbox.recorder import Recorder
from credit_sdk.outbox.store import Kind, Outbox
from credit_sdk.testing import subject
from tests.unit.catalogue.builders import BAR, COMPANY, HeldView, catalogue, company, entry, holding, record

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def decision(id: str) -> Decision:
    return evaluate(subject(1), "procurement.award", NOW.date(), EmptyView(), NOW, decision_id=id)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(tmp_path / "outbox.sqlite3", create=True) as opened:
        yield opened


def recorder(outbox: Outbox, *, queue_max: int = 1000) -> Recorder:
    return Recorder(outbox, lag_ms=200, queue_max=queue_max, clock=lambda: NOW)


def kept(outbox: Outbox) -> list[str]:
    return [str(json.loads(row)["id"]) for row in outbox.waiting(Kind.RECORDS, after=0, limit=10_000).values()]


def test_the_writer_writes_by_itself_and_in_order(outbox: Outbox) -> None:
    with recorder(outbox) as recording:
        assert recording.add(decision("a"))
        assert recording.add(decision("b"))
        deadline = time.monotonic() + 60
        while len(kept(outbox)) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert kept(outbox) == ["a", "b"]


def test_closing_writes_what_is_queued_and_takes_no_more(outbox: Outbox) -> None:
    recording = recorder(outbox)
    for number in range(1200):
        recording.add(decision(str(number)))
        if number % 500 == 0:
            recording.flush()
    recording.close()
    assert kept(outbox) == [str(number) for number in range(1200)]
    assert recording.add(decision("late")) is False
    assert recording.state.refused == 1


def test_a_full_queue_refuses_and_counts(outbox: Outbox) -> None:
    with recorder(outbox, queue_max=2) as recording, recording._writing:  # the writer stands still meanwhile
        assert [recording.add(decision(name)) for name in "abcd"] == [True, True, False, False]
        assert recording.state.refused == 2
    assert kept(outbox) == ["a", "b"]


def test_what_cannot_be_written_stays_queued_until_it_can(outbox: Outbox, tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    outbox.close()
    path.rename(tmp_path / "away")
    recording = recorder(outbox)
    recording.add(decision("a"))
    with pytest.raises(OutboxError, match="missing"):
        recording.flush()
    assert recording.add(decision("b")) is False
    assert (recording.state.waiting, recording.state.error_at) == (2, NOW)
    assert "missing" in (recording.state.error or "")
    (tmp_path / "away").rename(path)
    recording.flush()
    assert recording.add(decision("c")) is True
    assert recording.state.error is None
    recording.close()
    assert kept(outbox) == ["a", "b", "c"]


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_child_writes_its_own_records_and_not_its_parents(outbox: Outbox) -> None:
    recording = recorder(outbox)
    with recording._writing:  # the writer of the parent stands still, so that its queue is full at the fork
        recording.add(decision("parent"))
        child = os.fork()
        if child == 0:
            recording.add(decision("child"))
            recording.close()
            os._exit(0 if kept(outbox) == ["child"] else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    recording.close()
    assert kept(outbox) == ["child", "parent"]


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_worker_of_multiprocessing_leaves_nothing_behind(outbox: Outbox) -> None:
    recording = recorder(outbox)
    worker = multiprocessing.get_context("fork").Process(target=recording.add, args=(decision("worker"),))
    worker.start()
    worker.join()
    recording.close()
    assert kept(outbox) == ["worker"]


class Text(str):
    """Text as a template engine or a table of numbers hands it out."""

    __slots__ = ()


class Day(date):
    """A day of a host's own library."""


class Instant(datetime):
    """An instant of a host's own library."""


@pytest.mark.parametrize("view", [EmptyView(), HeldView(catalogue(BAR), holding((COMPANY, record(entry()))))])
@pytest.mark.parametrize("who", [COMPANY, company(2)])
def test_whatever_class_a_host_makes_its_text_and_days_of_the_record_is_kept(
    outbox: Outbox, view: HeldView | EmptyView, who: Subject
) -> None:
    now = Instant(NOW.year, NOW.month, NOW.day, 8, 0, 0, 7, tzinfo=UTC)
    made = evaluate(
        who, Text("procurement.award"), Day(2026, 3, 2), view, now, case=Text("青采2026-17"), decision_id="a"
    )
    plain = evaluate(
        who,
        "procurement.award",
        date(2026, 3, 2),
        view,
        NOW.replace(microsecond=7),
        case="青采2026-17",
        decision_id="a",
    )
    with recorder(outbox) as recording:
        recording.add(made)
        recording.add(Sheet(replace(made, _id="b"), (who,)))
    assert made.to_json() == plain.to_json()
    assert kept(outbox) == ["a", "b"]


def test_a_decision_that_no_record_can_hold_is_counted_and_keeps_no_other_from_the_disk(
    outbox: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    unspeakable = replace(decision("bad"), facts=(("x", object()),))
    with recorder(outbox) as recording:
        for made in (decision("a"), unspeakable, Sheet(unspeakable, (subject(1),)), decision("b")):
            recording.add(made)
        recording.flush()
        assert (recording.state.waiting, recording.state.refused) == (0, 2)
    assert kept(outbox) == ["a", "b"]
    assert "decision bad" in caplog.text


def test_a_flush_ends_though_a_host_goes_on_without_a_pause(outbox: Outbox) -> None:
    """Every record that is made ready brings another one, as with a host that is faster than the writer."""

    class Busy(deque[Decision | Sheet]):
        more = 5000

        def popleft(self) -> Decision | Sheet:
            if self.more:
                self.more -= 1
                self.append(decision(f"later-{self.more}"))
            return super().popleft()

    recording = recorder(outbox, queue_max=100_000)
    recording._queue = Busy([decision("a"), decision("b")])
    recording.flush()
    assert kept(outbox) == ["a", "b"]
    assert recording.state.waiting == 2
    recording._queue = deque()
    recording.close()


def test_a_record_let_in_while_the_recorder_closes_is_kept(outbox: Outbox) -> None:
    recording = recorder(outbox)

    class Closing(deque[Decision | Sheet]):
        def append(self, made: Decision | Sheet) -> None:
            recording.close()
            super().append(made)

    recording.add(decision("a"))
    recording._queue = Closing([decision("b")])
    assert recording.add(decision("late")) is True
    assert kept(outbox)[-1] == "late"
