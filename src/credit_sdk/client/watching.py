"""Watching (关注): being told when the answer about a subject changes, for example between bid opening and award."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from credit_sdk.model.decision import Decision
from credit_sdk.model.subject import Subject

Callback = Callable[[Decision], None]

_LOOK_S = 0.5


@dataclass
class Watch:
    """One subject in one matter under watch; :meth:`end` ends it."""

    subject: Subject
    matter: str
    callback: Callback
    seen: tuple[object, ...] = ()
    is_over: bool = field(default=False, init=False)

    def end(self) -> None:
        """Do not call any more."""
        self.is_over = True

    def tell(self, decision: Decision) -> None:
        """Call back if the answer is another than before."""
        now = _essence(decision)
        if now != self.seen and not self.is_over:
            self.seen = now
            self.callback(decision)


class Watcher:
    """Looks again at what is watched whenever another serial is in use.

    A callback that raises ends the watching, loudly.

    Args:
        serial: Tells the serial in use.
        look: Answers a watched subject without leaving a record: nobody decides anything by it.
    """

    def __init__(self, serial: Callable[[], int], look: Callable[[Subject, str], Decision]) -> None:
        self._serial = serial
        self._look = look
        self._watches: list[Watch] = []
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def watch(self, subject: Subject, matter: str, callback: Callback) -> Watch:
        """Watch from now on; the first call comes with the first change."""
        started = Watch(subject, matter, callback, _essence(self._look(subject, matter)))
        with self._lock:
            self._watches = [each for each in self._watches if not each.is_over] + [started]
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._run, args=(self._serial(),), name="credit-watcher", daemon=True
                )
                self._thread.start()
        return started

    def close(self) -> None:
        """End all watching."""
        self._stop.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self, serial: int) -> None:
        while not self._stop.wait(_LOOK_S):
            now = self._serial()
            if now != serial:
                serial = now
                for watch in self._watches:
                    if not watch.is_over and not self._stop.is_set():
                        watch.tell(self._look(watch.subject, watch.matter))


def _essence(decision: Decision) -> tuple[object, ...]:
    found = decision.findings + decision.incentives
    return decision.verdict, tuple((each.entry.id, each.measure.id, each.strength) for each in found)
