"""What keeps one installation current (更新): take over what is published, deliver what waits, agree on who does."""

import time
from importlib import import_module

from credit_sdk.client.clock import Clock
from credit_sdk.client.line import Line
from credit_sdk.client.loading import loading
from credit_sdk.client.status import SyncReport
from credit_sdk.errors import OutboxError, ReplicaError, TransportError
from credit_sdk.outbox.delivery import Courier, Delivery
from credit_sdk.replica.election import SyncElection
from credit_sdk.replica.store import Replica
from credit_sdk.settings import Settings
from credit_sdk.transport.protocol import MAX_WAIT_S

_PATIENCE_S = 30.0
_LOOK_S = 0.05


class Updates:
    """Refreshing and delivering for one installation.

    Args:
        settings: The installation.
        replica: What is kept current.
        courier: Delivers its outbox.
        line: The way to the gateway.
        clock: Tells how old what is held is.
    """

    def __init__(self, settings: Settings, replica: Replica, courier: Courier, line: Line, clock: Clock) -> None:
        self._settings = settings
        self._replica = replica
        self._courier = courier
        self._line = line
        self._clock = clock
        self._hinted = 0
        self.election = SyncElection(settings.home)

    def acquire(self) -> bool:
        """Whether this process leads on this host, now or already."""
        return self.election.stand()

    def prepare(self) -> None:
        """Load what syncing takes (:mod:`credit_sdk.client.loading`)."""
        with loading():
            import_module("credit_sdk.client.takeover")
        self._line.prepare()

    def release(self) -> None:
        """Let another process lead."""
        self.election.withdraw()

    def refresh(self) -> float:
        """Take over what is published now; the seconds until the next look at the latest."""
        self._refreshed()
        publication = self._replica.publication
        return float(publication.pace.poll_s) if publication else self._settings.backoff_first_s

    def wait_for_news(self, longest_s: float) -> bool:
        """Ask the gateway to say when there is something newer; False where nothing can be waited for."""
        publication = self._replica.publication
        serial = publication.serial if publication else 0
        if self._hinted > serial:
            # It was announced but not to be had: a mirror on the way lags. Asking at once again would not help.
            self._hinted = 0
            return False
        hint = self._line.transport.pulse(serial, min(int(longest_s) or 1, MAX_WAIT_S))
        self._hinted = hint or 0
        return hint is not None

    def deliver(self, *, faults_again: bool = False) -> Delivery:
        """Deliver the outbox."""
        return self._courier.deliver(self._line.transport, faults_again=faults_again)

    def sync(self, *, is_leader: bool) -> SyncReport:
        """Take over at once, asked for by somebody; where another process leads, wait until it has done it."""
        if is_leader:
            return self._refreshed()
        if not self.acquire():
            return self._followed()
        try:
            return self._refreshed()
        finally:
            self.release()

    def delivered(self, report: SyncReport) -> SyncReport:
        """Deliver at once too, and say so in the report."""
        try:
            done = self.deliver(faults_again=True)
        except (TransportError, OutboxError) as error:
            return report.model_copy(update={"delivery_error": error.line})
        return report.model_copy(
            update={"delivered_records": done.records, "delivered_outcomes": done.outcomes, "faults": done.faults}
        )

    def _refreshed(self) -> SyncReport:
        with loading():
            from credit_sdk.client.takeover import taken_over, trust_root
        root = trust_root(self._settings.trust)
        return taken_over(self._settings.home, self._replica, root, self._line.transport, self._clock())

    def _followed(self) -> SyncReport:
        wanted = self._line.transport.pulse(0, 0) or 0
        ends = time.monotonic() + _PATIENCE_S
        with self._replica.view() as view:
            before = view.state.serial
        while True:
            with self._replica.view() as view:
                if view.state.serial >= wanted:
                    return SyncReport(
                        serial=view.state.serial,
                        map_root=view.state.map_root,
                        changed=view.state.serial != before,
                        contact_at=view.state.contact_at,
                    )
            if time.monotonic() > ends:
                raise ReplicaError(
                    f"another process keeps this replica current, but has not taken over serial {wanted}.",
                    hint="Look at the log of the process that leads; `credit status` names it.",
                )
            time.sleep(_LOOK_S)
