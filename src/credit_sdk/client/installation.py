"""One installation, open in this process (运行中的安装): its files, its line, and the threads that keep it current."""

import sys

from credit_sdk.client.clock import Clock
from credit_sdk.client.follower import Follower
from credit_sdk.client.hosting import UWSGI, before_worker_ends, require_fit
from credit_sdk.client.line import Line
from credit_sdk.client.state import status_of
from credit_sdk.client.status import Status, SyncReport
from credit_sdk.client.updates import Updates
from credit_sdk.errors import CreditError, OutboxError
from credit_sdk.model.subject import Subject
from credit_sdk.outbox.delivery import Courier
from credit_sdk.outbox.recorder import Recorder
from credit_sdk.outbox.store import OUTBOX_FILE, Outbox
from credit_sdk.replica.store import Replica
from credit_sdk.settings import Settings
from credit_sdk.transport import Transport


class Installation:
    """What a client is open on; closed, it leaves the files to other processes.

    Args:
        settings: Where it lies.
        background: Whether this process may keep the replica current and deliver the outbox by itself.
        clock: Tells the instant of whatever is done.
        transport: Another way to the gateway than the settings give.
    """

    def __init__(self, settings: Settings, *, background: bool, clock: Clock, transport: Transport | None) -> None:
        require_fit(sys.modules.get(UWSGI))
        self._settings = settings
        self._clock = clock
        # Behind an air gap there is nobody to follow and nobody to deliver to.
        self._background = background and not settings.is_isolated
        self._is_closed = False
        # Empty where somebody moved a damaged one aside: the next sync fetches everything anew.
        self.replica = Replica.create(settings.home)
        try:
            self.outbox = Outbox(settings.home / OUTBOX_FILE)
        except OutboxError:
            self.replica.close()
            raise
        self.recorder = Recorder(
            self.outbox, lag_ms=settings.record_lag_ms, queue_max=settings.record_queue_max, clock=clock
        )
        self.line = Line(settings, transport)
        courier = Courier(
            self.outbox, batch_max=settings.delivery_batch_max, keep_days=settings.delivered_keep_days, clock=clock
        )
        self.updates = Updates(settings, self.replica, courier, self.line, clock)
        self.follower = Follower(
            self.updates,
            self.updates.refresh,
            self.updates.wait_for_news,
            self.updates.deliver,
            backoff_first_s=settings.backoff_first_s,
            backoff_max_s=settings.backoff_max_s,
            clock=clock,
        )
        before_worker_ends(self._write_down)
        if self._background:
            # Here, and not in the background: importing beside a host that imports is asking for trouble.
            if self.follower.stand():
                self.updates.prepare()
            self.follower.start()

    def keep_current(self) -> None:
        """Go on following, where this process may: in a forked child nothing runs before the first call."""
        if self._background and not self.follower.is_started:
            before_worker_ends(self._write_down)  # of a host that was loaded after the client was opened
            self.follower.start()

    def sync(self) -> SyncReport:
        """One round at once; see :meth:`CreditClient.sync`."""
        try:
            self.recorder.flush()
        except OutboxError as error:
            self.follower.delivery_failures.note(error)
        with self.follower.refreshing:
            try:
                report = self.updates.sync(is_leader=self.follower.is_leader)
            except CreditError as error:
                # Behind an air gap there is no line that could be mended.
                if not self._settings.is_isolated:
                    self.follower.sync_failures.note(error)
                raise
        self.follower.sync_failures.clear()
        with self.follower.delivering:
            return self.updates.delivered(report)

    def status(self) -> Status:
        """How it stands; see :meth:`CreditClient.status`."""
        with self.replica.view() as view:
            return status_of(
                self._settings,
                view,
                self.outbox,
                self.recorder.state,
                self.follower,
                contact=self.replica.contact,
                now=self._clock(),
            )

    def canary_found(self) -> bool:
        """Whether the subject that is in every publication is found here."""
        with self.replica.view() as view:
            return view.publication is not None and view.record(Subject.parse(view.publication.canary)) is not None

    def _write_down(self, **_: object) -> None:
        self.recorder.flush()

    def close(self) -> None:
        """Write what is queued and let go of this process's handles; may be repeated.

        Raises:
            OutboxError: Not every record could be written.
        """
        if self._is_closed:
            return
        self._is_closed = True
        self.follower.close()
        try:
            self.recorder.close()
        finally:
            self.outbox.close()
            self.replica.close()
            self.line.close()
