"""The one call: whether a subject may be dealt with in a matter today, answered here, without a network.

1. The clock is read once and passed down; a check looks at one view, the latest activated.
2. A check never waits: its record is queued and written by another thread. What cannot be kept is said in the decision
   (``recorded=False``) and counted in the status.
3. An outcome is on the disk before :meth:`CreditClient.report` returns, or it raises.
4. Natural persons are asked at the gateway, with a purpose and a legal basis; without an answer from there they are
   undetermined. Where the law of a matter allows it, the gateway is asked to confirm a bar that the data here is too
   old for, within a hard bound of seconds (:mod:`credit_sdk.client.live`). A check waits for nothing else.
5. Threads, forks and several processes on one directory need no configuration.
"""

import atexit
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Self
from weakref import WeakMethod

from credit_sdk.client import receipts
from credit_sdk.client.answering import Answering
from credit_sdk.client.clock import Clock, now_utc
from credit_sdk.client.installation import Installation
from credit_sdk.client.live import LiveDesk
from credit_sdk.client.online import OnlineDesk, Warrant
from credit_sdk.client.reporting import Reported, Reporting
from credit_sdk.client.screening import Facts, Screened
from credit_sdk.client.setup import set_up
from credit_sdk.client.status import Standing, Status, SyncReport
from credit_sdk.client.watching import Callback, Watch, Watcher
from credit_sdk.model.decision import Decision, GroupDecision
from credit_sdk.model.finding import Principal
from credit_sdk.model.outcome import Outcome
from credit_sdk.model.subject import Subject
from credit_sdk.outbox.records import ReportableDecision
from credit_sdk.settings import Settings
from credit_sdk.transport import Transport


class CreditClient:
    """One installation of the library, open in this process; made for threads and for forks.

    Args:
        settings: The installation, made by ``credit init``.
        background: Whether this process may keep the replica current and deliver the outbox by itself.
        clock: Tells the instant of a check.
        transport: Another way to the gateway than the settings give.
    """

    def __init__(
        self, settings: Settings, *, background: bool = True, clock: Clock = now_utc, transport: Transport | None = None
    ) -> None:
        self._installation = Installation(settings, background=background, clock=clock, transport=transport)
        held = self._installation
        online = OnlineDesk(held.line, held.follower.online_failures)
        live = LiveDesk(held.line, held.follower.confirmation_failures, timeout_s=settings.confirmation_timeout_s)
        self._answering = Answering(held.replica, held.recorder, online, live, clock)
        self._reporting = Reporting(held.outbox, held.replica, clock)
        self._watcher = Watcher(self._answering.serial, self._answering.unrecorded)
        _close_at_exit(self)

    @classmethod
    def open(
        cls,
        directory: Path | str,
        *,
        background: bool = True,
        clock: Clock = now_utc,
        transport: Transport | None = None,
    ) -> Self:
        """Open a directory made by ``credit init``.

        Args:
            directory: The directory.
            background: False for a process that ends soon, or where another one keeps the replica current.
            clock: Tells the instant of a check; a test may stand still.
            transport: Another way to the gateway, for tests.

        Raises:
            ReplicaError: Nothing was set up there, or it is damaged.
            SettingsError: Its settings cannot be used.
            OutboxError: Its outbox is missing or damaged.
        """
        return cls(Settings.from_directory(directory), background=background, clock=clock, transport=transport)

    @classmethod
    def from_env(cls, *, background: bool = True, clock: Clock = now_utc, transport: Transport | None = None) -> Self:
        """Open what ``CREDIT_HOME`` names; set it up first where nothing is there yet (:mod:`credit_sdk.settings`).

        Raises:
            CreditError: As for :meth:`open` and ``credit init``.
        """
        settings = Settings.from_env()
        if not settings.is_set_up:
            set_up(settings, clock=clock, transport=transport)
        return cls(settings, background=background, clock=clock, transport=transport)

    def check(
        self,
        subject: Subject | str,
        matter: str,
        *,
        on: date | None = None,
        principals: Sequence[Principal] = (),
        facts: Facts | None = None,
        case: str | None = None,
        purpose: str | None = None,
        legal_basis: str | None = None,
        basis_document: str | None = None,
    ) -> Decision:
        """Check one subject in one matter (核查), and leave a record of it.

        Args:
            subject: Its number, however it was typed, or a parsed subject.
            matter: Id of the matter.
            on: The civil day asked about, today unless given.
            principals: Those beside the subject; only measures whose law extends to their role bite.
            facts: Facts of the case that differ from the matter's defaults.
            case: The host's case number, kept with the record.
            purpose: For what a natural person is asked about.
            legal_basis: ``CONSENT`` or ``STATUTORY_DUTY``.
            basis_document: The authorisation, or the article that sets the duty. With all three, natural persons are
                asked at the gateway.

        Raises:
            CallerError: The number, matter, day, fact or principal cannot be used.
            ReplicaError: The replica is damaged.
        """
        self._installation.keep_current()
        if purpose is None and legal_basis is None and basis_document is None:
            return self._answering.one(subject, matter, on, principals=principals, facts=facts, case=case)
        warrant = Warrant.stated(purpose, legal_basis, basis_document)
        return self._answering.warranted(subject, matter, on, warrant, principals=principals, facts=facts, case=case)

    def check_group(
        self,
        members: Iterable[Subject | str],
        matter: str,
        *,
        on: date | None = None,
        facts: Facts | None = None,
        case: str | None = None,
    ) -> GroupDecision:
        """Check a consortium (联合体): every member on one serial, the strongest answer for all; each leaves a record.

        Raises:
            CallerError: As for :meth:`check`; also no member, one given twice, or more than 256.
        """
        self._installation.keep_current()
        return self._answering.group(members, matter, on, facts, case)

    def screen(
        self,
        subjects: Iterable[Subject | str],
        matter: str,
        *,
        on: date | None = None,
        facts: Facts | None = None,
        case: str | None = None,
    ) -> Iterator[Screened]:
        """Screen many subjects (批量筛查) on one serial and for one day, streaming and in order; each leaves a record.

        A row that cannot be checked yields why. The serial is held until the iterator is exhausted or closed.

        Raises:
            UnknownMatterError: The law in force knows no such matter.
            OutboxError: The records cannot be written; a screening may wait for the disk, a check may not.
        """
        self._installation.keep_current()
        return self._answering.rows(subjects, matter, on, facts, case)

    def report(self, decision: Reported, outcomes: Outcome | Iterable[Outcome]) -> tuple[str, ...]:
        """Report what was done about findings (反馈); on the disk when this returns, delivered until acknowledged.

        The same outcome again changes nothing and gives the same key.

        Args:
            decision: The decision that found them, or what :meth:`kept_decision` gives for its id.
            outcomes: One outcome or several; all are kept or none.

        Returns:
            A key for each outcome, in order.

        Raises:
            InvalidRequestError: An outcome speaks of something not found here, or contradicts an earlier one.
            OutboxError: It could not be kept; do not go on as if it had been.
        """
        keys = self._reporting.report(decision, outcomes)
        self._installation.follower.wake()
        return keys

    def kept_decision(self, decision_id: str) -> ReportableDecision:
        """A decision made here earlier, by any process, as far as a report needs it.

        Raises:
            InvalidRequestError: No such decision is kept, or it found nothing.
            OutboxError: The outbox cannot be read.
        """
        self.flush()
        return self._reporting.kept(decision_id)

    def receipt(self, decision: Decision) -> bytes:
        """A receipt (回执) of a decision made here: verified offline, years later, with the trust root alone.

        Take it at the time of the check. Of a consortium every member's decision has its own.

        Raises:
            ReceiptUnavailableError: Another publication was taken over since, or the gateway confirmed it and keeps
                the evidence.
            InvalidRequestError: It is about a natural person, or about a group.
            ReplicaError: The replica is damaged.
        """
        return receipts.issued(self._installation.replica, decision)

    def standing(self) -> tuple[Standing, ...]:
        """Measures reported as applied here whose basis is gone: to be lifted (应予解除)."""
        return self._reporting.standing()

    def watch(self, subject: Subject | str, matter: str, callback: Callback) -> Watch:
        """Be told when the answer about a subject changes with a publication, in a thread of the library.

        Args:
            subject: Whom to watch.
            matter: In which matter.
            callback: Called with the new decision, which leaves no record; it must not raise.
        """
        who = subject if isinstance(subject, Subject) else Subject.parse(subject)
        return self._watcher.watch(who, matter, callback)

    def sync(self) -> SyncReport:
        """Take over what is published now and deliver what waits, at once.

        Raises:
            TransportError: The gateway cannot be reached or refuses.
            PublicationRefusedError: What it offers must not be believed; the last good publication stays.
            ReplicaError: It cannot be stored.
        """
        return self._installation.sync()

    def flush(self) -> None:
        """Return when the records of all checks so far are on the disk.

        Raises:
            OutboxError: They cannot be written; they stay queued.
        """
        self._installation.recorder.flush()

    def status(self) -> Status:
        """How this installation stands.

        Raises:
            ReplicaError: The replica is damaged.
            OutboxError: The outbox cannot be read.
        """
        return self._installation.status()

    def canary_found(self) -> bool:
        """Whether the subject that is in every publication is found here: that finding works at all."""
        return self._installation.canary_found()

    def close(self) -> None:
        """Write what is queued and let go of this process's handles; other processes are not concerned.

        Raises:
            OutboxError: Not every record could be written.
        """
        self._watcher.close()
        self._installation.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _close_at_exit(client: CreditClient) -> None:
    close = WeakMethod(client.close)

    def last() -> None:
        if (alive := close()) is not None:
            alive()

    atexit.register(last)
