"""Waiting for the next publication (脉搏): a hint that saves replicas from asking every second; never trusted by them.

The publisher in the same process wakes the waiting at once. Publications of another process are noticed by looking
into the distribution, which one of the waiting does for all. Only so many may wait: who comes too late is answered at
once and told when to come again, so that checks always find a free thread.
"""

import time
from collections.abc import Callable
from threading import Condition

LOOK_EVERY_S = 0.25
MAX_WAIT_S = 25


class Pulse:
    """Lets requests wait for a serial.

    Args:
        serial: Reads the serial that replicas would see now.
        max_waiting: How many may wait at once.
    """

    def __init__(self, serial: Callable[[], int], *, max_waiting: int) -> None:
        self._read_serial = serial
        self._max_waiting = max_waiting
        self._changed = Condition()
        self._serial = 0
        self._waiting = 0
        self._looked_at = float("-inf")
        self._is_closed = False

    def published(self, serial: int) -> None:
        """Wake the waiting: there is a new publication."""
        with self._changed:
            self._serial = max(self._serial, serial)
            self._changed.notify_all()

    def close(self) -> None:
        """Let everybody go: the gateway stops."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def wait(self, after: int, wait_s: float) -> tuple[int, bool]:
        """The serial as soon as it is above ``after``, at the latest after ``wait_s``; False: no room to wait."""
        until = time.monotonic() + min(wait_s, MAX_WAIT_S)
        self._look()
        with self._changed:
            if self._serial > after or wait_s <= 0:
                return self._serial, True
            if self._waiting >= self._max_waiting:
                return self._serial, False
            self._waiting += 1
        try:
            return self._waited(after, until), True
        finally:
            with self._changed:
                self._waiting -= 1

    def _waited(self, after: int, until: float) -> int:
        while True:
            with self._changed:
                left_s = until - time.monotonic()
                if self._serial > after or left_s <= 0 or self._is_closed:
                    return self._serial
                self._changed.wait(min(left_s, LOOK_EVERY_S))
            self._look()

    def _look(self) -> None:
        """Read the serial, unless somebody else did a moment ago."""
        now = time.monotonic()
        with self._changed:
            if now - self._looked_at < LOOK_EVERY_S / 2:
                return
            self._looked_at = now
        serial = self._read_serial()
        with self._changed:
            if serial > self._serial:
                self._serial = serial
                self._changed.notify_all()
