"""The publisher at work (发布线程): publishes what changed at once, and signs the heartbeat in time.

What goes wrong is said and tried again. The last publication is served meanwhile, but "nothing changed" is not signed
while something changed that could not be published: replicas see their data age, and stop punishing and clearing by it.

While the ledger (台账) grows, a checkpoint of it is made every ten minutes. A ledger that does not verify gets none,
which the log says; lists and law are published all the same, because people depend on them.

Roles that only people can renew are looked at every hour, and spoken of in the log once a day from two months before
they end (:mod:`gateway.publishing.expiry`).

Behind what is published comes the calendar: entries whose publicity has ended are noted
(:mod:`gateway.registry.lapses`), only after a turn in which everything that had changed was published.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread

from sqlalchemy.exc import DBAPIError

from credit_sdk.errors import CreditError
from gateway.problems import LedgerBrokenError
from gateway.publishing.chain import heartbeat_of
from gateway.publishing.expiry import endings, expiries
from gateway.publishing.files import Folder
from gateway.publishing.release import Publisher

LOOK_EVERY_S = 0.2
PAUSE_AFTER_FAILURE_S = 5.0
LOOK_FOR_ENDINGS_EVERY = timedelta(hours=1)
LOOK_AT_LEDGER_EVERY = timedelta(minutes=1)
SAY_AGAIN_AFTER = timedelta(days=1)

_log = logging.getLogger("gateway.publishing")


class Clockwork:
    """Runs a publisher in a thread of its own.

    Args:
        publisher: What publishes.
        folder: Where the heartbeat is read from.
        heartbeat_s: How often "nothing changed" is signed.
        now: The clock.
        published: Called with each new serial.
        calendar: Notes what the calendar has ended, a portion with each turn; how much it was.
    """

    def __init__(
        self,
        publisher: Publisher,
        folder: Folder,
        *,
        heartbeat_s: int,
        now: Callable[[], datetime],
        published: Callable[[int], None],
        calendar: Callable[[datetime], int] | None = None,
    ) -> None:
        self._publisher = publisher
        self._folder = folder
        self._heartbeat = timedelta(seconds=heartbeat_s)
        self._now = now
        self._published = published
        self._calendar = calendar
        self._stopping = Event()
        self._looked_at: datetime | None = None
        self._looked_at_ledger: datetime | None = None
        self._said_at: dict[str, datetime] = {}
        # At the start and after a failure: something may have been committed that is not served yet.
        self._must_settle = True
        # A stop in the middle of a publication does no harm, so the process need not wait for this thread for ever.
        self._thread = Thread(target=self._run, name="publisher", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, wait_s: float = 10.0) -> None:
        """End after the publication under way."""
        self._stopping.set()
        self._thread.join(wait_s)

    def turn(self) -> bool:
        """Look once: publish if something changed, sign if it is time; whether all went well."""
        try:
            if self._must_settle:
                self._publisher.heartbeat(self._now())
                self._must_settle = False
            if self._publisher.wants_publishing(self._now()):
                report = self._publisher.publish(self._now())
                if report.is_new:
                    _log.info(
                        "published serial %d: %d subjects changed, %d objects, %.3f s",
                        report.serial,
                        report.changed_subjects,
                        report.objects_written,
                        report.seconds,
                    )
                self._published(report.serial)
            beat = heartbeat_of(self._folder)
            if beat is not None and self._now() - beat.signed_at >= self._heartbeat:
                self._publisher.heartbeat(self._now())
            self._say_what_ends()
            self._note_what_ended()
            self._make_checkpoint()
        except CreditError as error:
            _log.error("nothing was published: %s", error.line)
        except (DBAPIError, OSError) as error:
            _log.error("nothing was published, the last publication stays: %s", error)
        else:
            return True
        self._must_settle = True
        return False

    def _make_checkpoint(self) -> None:
        now = self._now()
        if self._looked_at_ledger is not None and now - self._looked_at_ledger < LOOK_AT_LEDGER_EVERY:
            return
        self._looked_at_ledger = now
        try:
            if self._publisher.checkpoints.is_due(now):
                self._publisher.checkpoints.make(now)
        except LedgerBrokenError as error:
            _log.error("no checkpoint of the ledger was made: %s", error.line)

    def _say_what_ends(self) -> None:
        now = self._now()
        if self._looked_at is not None and now - self._looked_at < LOOK_FOR_ENDINGS_EVERY:
            return
        self._looked_at = now
        found = endings(expiries(self._folder), now)
        self._said_at = {each.role: at for each in found if (at := self._said_at.get(each.role)) is not None}
        for ending in found:
            if ending.role not in self._said_at or now - self._said_at[ending.role] >= SAY_AGAIN_AFTER:
                self._said_at[ending.role] = now
                (_log.error if ending.expires_at < now else _log.warning)("%s", ending.line)

    def _note_what_ended(self) -> None:
        ended = self._calendar(self._now()) if self._calendar is not None else 0
        if ended:
            _log.info("the publicity of %d entries has ended by the calendar", ended)

    def _run(self) -> None:
        while not self._stopping.is_set():
            went_well = self.turn()
            self._stopping.wait(LOOK_EVERY_S if went_well else PAUSE_AFTER_FAILURE_S)
