"""From the answer to the disk: check records wait in memory for a moment and a thread of their own writes them.

The host's thread only appends to a queue. A record that the outbox cannot take now waits and is tried again; when the
queue is full the record is refused, counted, and the decision says ``recorded=False``. Nothing here blocks a check.

One interpreter lock serves host and writer, so the writer works in slices and steps back after each: a check that comes
in between waits for a slice at most, not for a batch.
"""

import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from weakref import WeakMethod, ref

from credit_sdk.errors import OutboxError
from credit_sdk.model.decision import Decision
from credit_sdk.model.sheet import Sheet
from credit_sdk.outbox.records import CheckRecord
from credit_sdk.outbox.store import Outbox

_BATCH = 2000
_SLICE = 8
"""Records put into words before the writer steps back: a tenth of a millisecond."""
_SLICES = 16
"""At most so many to a backlog: the longer it is, the longer the slices, or a host that asks without a pause would
never be caught up with."""
_STEP_BACK_S = 0.002
"""Long beside a check: of a hundred that follow one another at once, fewer than one is to meet the writer."""
_RETRY_S = 1.0
_FLUSH_PATIENCE_S = 30.0

_logger = logging.getLogger("credit_sdk")


@dataclass(frozen=True, slots=True)
class RecorderState:
    """How recording stands (记录状态).

    Attributes:
        waiting: Records in memory, not yet on the disk.
        refused: Records refused since the start of this process because the queue was full, or could not be written.
        error: Why the last write failed, or None when it succeeded.
        error_at: Since when.
    """

    waiting: int
    refused: int
    error: str | None
    error_at: datetime | None


class Recorder:
    """The queue and the writer of one process; a forked child starts with an empty queue and a writer of its own.

    Args:
        outbox: Where the records go.
        lag_ms: A record is on the disk at most this much after :meth:`add`.
        queue_max: Records that may wait in memory.
        clock: Tells the instant a failure began.
    """

    def __init__(self, outbox: Outbox, *, lag_ms: int, queue_max: int, clock: Callable[[], datetime]) -> None:
        self._outbox = outbox
        # A third of the promise is spent gathering a batch; the rest is for writing it.
        self._gather_s = lag_ms / 3000
        self._queue_max = queue_max
        self._clock = clock
        self._begin()
        _begin_anew_after_fork(self)

    def add(self, decision: Decision | Sheet) -> bool:
        """Queue the record of a decision, or of a sheet of them; whether it can be relied on to be kept."""
        queue = self._queue
        if len(queue) >= self._queue_max or self._is_closed:
            self._refused += 1
            return False
        queue.append(decision)
        if not self._is_woken:
            self._wake_writer()
        return self._error is None

    def flush(self) -> None:
        """Return when everything queued so far is on the disk.

        Raises:
            OutboxError: It cannot be written; it stays queued.
        """
        self._is_awaited = True
        try:
            with self._writing:
                self._write()
        finally:
            self._is_awaited = False
            self._flushed_at_s = time.monotonic()

    def close(self) -> None:
        """Write what is queued and stop the writer.

        Raises:
            OutboxError: Not everything could be written.
        """
        self._is_closed = True
        # Whoever was let in just before finds nobody awake, and sees to his record himself.
        self._is_woken = False
        self._stop.set()
        self._wake.set()
        self.flush()
        if self._thread is not None:
            self._thread.join(_FLUSH_PATIENCE_S)

    def keep_up(self) -> None:
        """Write what has been gathering long enough; for a caller who may wait for the disk, and calls this often.

        While he does, the writer's thread stays out of his way.

        Raises:
            OutboxError: It cannot be written; it stays queued.
        """
        if self._queue and time.monotonic() - self._flushed_at_s > self._gather_s / 2:
            self.flush()
        else:
            self.make_room()

    def make_room(self) -> None:
        """Write where half the queue is taken; for the same caller, before each record that he adds.

        Raises:
            OutboxError: It cannot be written; it stays queued.
        """
        if 2 * len(self._queue) >= self._queue_max:
            self.flush()

    @property
    def state(self) -> RecorderState:
        """How recording stands now."""
        return RecorderState(len(self._queue) + len(self._batch), self._refused, self._error, self._error_at)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self) -> None:
        self._queue: deque[Decision | Sheet] = deque()
        self._batch: list[CheckRecord] = []
        self._refused = 0
        self._is_closed = False
        # What `_wake` says, to be asked without a call: a check asks it every time.
        self._is_woken = False
        self._is_awaited = False
        self._flushed_at_s = 0.0
        self._error: str | None = None
        self._error_at: datetime | None = None
        self._starting = threading.Lock()
        self._writing: threading.Lock = threading.Lock()
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def _wake_writer(self) -> None:
        self._is_woken = True
        self._wake.set()
        if self._is_closed:
            self._is_woken = False
            # What cannot be written is said in `state`, and by `add`.
            with suppress(OutboxError):
                self.flush()
        elif self._thread is None or not self._thread.is_alive():
            self._start_writer()

    def _start_writer(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="credit-recorder", daemon=True)
                self._thread.start()
                _flush_when_a_worker_ends(self)

    def _run(self) -> None:
        is_behind = False
        while not self._stop.is_set():
            self._wake.wait()
            self._stop.wait(_STEP_BACK_S if is_behind else self._gather_s)
            is_behind = False
            if time.monotonic() - self._flushed_at_s < self._gather_s:
                continue
            self._wake.clear()
            # After this and before the queue is looked at: who adds meanwhile is either seen or wakes again.
            self._is_woken = False
            try:
                with self._writing:
                    self._write()
                is_behind = len(self._queue) >= _BATCH
            except OutboxError:
                # Not lost: it is kept in `state`, and every later check says so.
                self._stop.wait(_RETRY_S)
                self._wake_writer()

    def _write(self) -> None:
        """Write what waits now.

        What is added meanwhile is left for the next time, or a host that asks without a pause would hold up for ever
        whoever waits for this.
        """
        queue, batch = self._queue, self._batch
        left, stepped_back_at = len(queue), 0
        while left or batch:
            while left and len(batch) < _BATCH:
                # First read, then removed: who is stopped in between has lost nothing.
                record = self._record_of(queue[0])
                if record is not None:
                    batch.append(record)
                queue.popleft()
                left -= 1
                if len(batch) - stepped_back_at >= max(_SLICE, len(queue) // _SLICES) and not self._is_awaited:
                    stepped_back_at = len(batch)
                    time.sleep(_STEP_BACK_S)
            try:
                self._outbox.add_records(batch)
            except OutboxError as found:
                self._error = found.line
                self._error_at = self._error_at or self._clock()
                raise
            batch.clear()
            stepped_back_at = 0
            self._error = self._error_at = None

    def _record_of(self, made: Decision | Sheet) -> CheckRecord | None:
        """The record; None where there can be none, which is logged and counted and keeps no other from the disk."""
        try:
            return CheckRecord.of_sheet(made) if isinstance(made, Sheet) else CheckRecord.of(made)
        except (TypeError, ValueError, OverflowError):
            self._refused += 1
            id = made.first.id if isinstance(made, Sheet) else made.id
            _logger.exception("No record can be kept of decision %s: it holds what cannot be written.", id)
            return None


def _begin_anew_after_fork(recorder: Recorder) -> None:
    weak = ref(recorder)

    def begin() -> None:
        if (alive := weak()) is not None:
            alive._begin()

    os.register_at_fork(after_in_child=begin)


def _flush_when_a_worker_ends(recorder: Recorder) -> None:
    # A worker of multiprocessing leaves by os._exit, past atexit; its own list of finalizers is what it does run.
    if "multiprocessing.util" in sys.modules:
        from multiprocessing.util import Finalize

        flush = WeakMethod(recorder.flush)

        def last() -> None:
            if (alive := flush()) is not None:
                alive()

        Finalize(None, last, exitpriority=10)
