"""Keeping a host current (后台同步): one process follows the publications and delivers; any other can take over.

Two threads: one waits for news and takes them over; the other delivers, so that an outcome does not wait for a pulse to
end. Failures never stop answers; they are kept for `status` until a success follows, and tried again, each time later.
"""

import logging
import os
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from weakref import ref

from credit_sdk.client.clock import Clock
from credit_sdk.errors import CreditError

LOOK_FOR_LEADER_S = 2.0
"""How often a process that does not lead tries to."""

DELIVER_EVERY_S = 1.0
"""How often the outbox is looked into for what other processes of the host put there."""

_logger = logging.getLogger("credit_sdk")


class Election(Protocol):
    """One process of a host leads (选主), for as long as it lives."""

    def acquire(self) -> bool:
        """Whether this process leads, now or already."""
        ...

    def release(self) -> None:
        """Let another process lead."""
        ...


@dataclass(frozen=True, slots=True)
class Failure:
    """What last went wrong, and since when it has."""

    line: str
    at: datetime


class Failures:
    """The last failure that no success has followed (未恢复的故障); logged when it begins and when it ends.

    Args:
        what: What fails, for the log.
        clock: Tells since when.
    """

    def __init__(self, what: str, clock: Clock) -> None:
        self._what = what
        self._clock = clock
        self.last: Failure | None = None

    def note(self, error: CreditError) -> None:
        """It failed."""
        if self.last is None or self.last.line != error.line:
            _logger.warning("%s failed: %s", self._what, error.line)
        self.last = Failure(error.line, self.last.at if self.last else self._clock())

    def forget_before(self, instant: datetime) -> None:
        """Let go of a failure older than what shows that it is over."""
        if self.last is not None and self.last.at < instant:
            self.last = None

    def clear(self) -> None:
        """It succeeded."""
        if self.last is not None:
            _logger.info("%s succeeded again", self._what)
        self.last = None


class Follower:
    """The two threads of one process; in a forked child they begin again at the first call of :meth:`start`.

    Attributes:
        is_started: Whether the threads of this process were started.
        refreshing / delivering: Held while something is; of one process, one thread at a time may.

    Args:
        election: Who leads on this host.
        refresh: Takes over what is published now; returns how many seconds until the next look at the latest.
        wait_for_news: Returns True when there may be news or the seconds given are over, False where nobody tells.
        deliver: Delivers the outbox.
        backoff_first_s / backoff_max_s: Pauses after failures.
        clock: Tells since when something fails.
    """

    def __init__(
        self,
        election: Election,
        refresh: Callable[[], float],
        wait_for_news: Callable[[float], bool],
        deliver: Callable[[], object],
        *,
        backoff_first_s: float,
        backoff_max_s: float,
        clock: Clock,
    ) -> None:
        self._election = election
        self._refresh = refresh
        self._wait_for_news = wait_for_news
        self._deliver = deliver
        self._backoff_first_s = backoff_first_s
        self._backoff_max_s = backoff_max_s
        self.sync_failures = Failures("sync", clock)
        self.delivery_failures = Failures("delivery", clock)
        self.online_failures = Failures("asking about a natural person", clock)
        self.confirmation_failures = Failures("confirming at the gateway", clock)
        self.is_started = False
        self._begin()
        _begin_anew_after_fork(self)

    @property
    def is_leader(self) -> bool:
        """Whether this process keeps the host current."""
        return self._leads.is_set()

    @property
    def failure(self) -> Failure | None:
        """What has been failing for longest, None when nothing is."""
        every = (self.sync_failures, self.delivery_failures, self.online_failures, self.confirmation_failures)
        return min((each.last for each in every if each.last), key=lambda each: each.at, default=None)

    def stand(self) -> bool:
        """Lead, if nobody does; what only a leader needs is loaded by the thread that asks."""
        if not self._leads.is_set():
            try:
                if self._election.acquire():
                    self._leads.set()
                else:
                    self.sync_failures.clear()  # whoever leads has failures of its own
            except CreditError as error:
                self.sync_failures.note(error)
        return self._leads.is_set()

    def start(self) -> None:
        """Start both threads; a second call does nothing."""
        with self._starting:
            if not self.is_started and not self._stop.is_set():
                for name, target in (("credit-follower", self._follow), ("credit-courier", self._carry)):
                    threading.Thread(target=target, name=name, daemon=True).start()
                self.is_started = True

    def wake(self) -> None:
        """Something waits in the outbox."""
        self._parcel.set()

    def close(self) -> None:
        """Stop; returns when nothing of this process is being taken over or delivered any more."""
        self._stop.set()
        self._parcel.set()
        with self.refreshing, self.delivering:
            if self._leads.is_set():
                self._leads.clear()
                self._election.release()

    def _begin(self) -> None:
        self.is_started = False
        self._starting: threading.Lock = threading.Lock()
        self._stop: threading.Event = threading.Event()
        self._parcel = threading.Event()
        self._leads = threading.Event()
        self.refreshing = threading.Lock()
        self.delivering = threading.Lock()

    def _forgive(self) -> None:
        for failures in (self.sync_failures, self.delivery_failures, self.online_failures):
            failures.last = None  # the parent's; nothing here would ever succeed and clear it

    def _follow(self) -> None:
        pause_s = 0.0
        while not self._stop.wait(pause_s):
            with self.refreshing:
                if self._stop.is_set():
                    return
                if not self.stand():
                    pause_s = LOOK_FOR_LEADER_S
                    continue
                try:
                    wait_s = self._refresh()
                except CreditError as error:
                    self.sync_failures.note(error)
                    pause_s = self._later(pause_s)
                    continue
                self.sync_failures.clear()
            pause_s = self._await(wait_s, pause_s)

    def _await(self, wait_s: float, pause_s: float) -> float:
        """Wait for news; the pause to make all the same."""
        try:
            if not self._wait_for_news(wait_s):
                return wait_s
        except CreditError as error:
            self.sync_failures.note(error)
            return self._later(pause_s)
        return 0.0

    def _carry(self) -> None:
        pause_s = 0.0
        while not self._stop.is_set():
            self._parcel.wait(DELIVER_EVERY_S)
            self._parcel.clear()
            with self.delivering:
                if self._stop.is_set():
                    return
                if not self._leads.is_set():
                    continue
                try:
                    self._deliver()
                except CreditError as error:
                    self.delivery_failures.note(error)
                    pause_s = self._later(pause_s)
                else:
                    self.delivery_failures.clear()
                    pause_s = 0.0
            self._stop.wait(pause_s)

    def _later(self, pause_s: float) -> float:
        """The next pause: twice the last, with jitter so that the hosts of a province do not return all at once."""
        longest = min(max(2 * pause_s, self._backoff_first_s), self._backoff_max_s)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 — spreading load, not hiding anything


def _begin_anew_after_fork(follower: Follower) -> None:
    weak = ref(follower)

    def begin() -> None:
        if (alive := weak()) is not None:
            alive._begin()
            alive._forgive()

    os.register_at_fork(after_in_child=begin)
