"""The one call: whether a subject may be dealt with in a matter today, answered here, without a network.

1. The clock is read once and passed down; a check looks at one view, the latest activated.
2. A check never waits: its record is queued and written by another thread. What cannot be kept is said in the decision
   (``recorded=False``) and counted in the status.
3. An outcome is on the disk before :meth:`CreditClient.report` returns, or it raises.
4. Natural persons are asked at the gateway, with a purpose and a legal basis; without an answer from there they are
   undetermined.
5. Threads, forks and several processes on one directory need no configuration.
"""

import atexit
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Self
from weakref import WeakMethod

from msgspec.structs import replace

from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.group import evaluate_group
from credit_sdk.client.follower import Follower
from credit_sdk.client.identity import DecisionIds
from credit_sdk.client.line import Line
from credit_sdk.client.online import Warrant, check_online
from credit_sdk.client.reporting import outcome_records
from credit_sdk.client.screening import Screened, screened
from credit_sdk.client.setup import set_up
from credit_sdk.client.standing import standing
from credit_sdk.client.state import status_of
from credit_sdk.client.status import Standing, Status, SyncReport
from credit_sdk.client.updates import Updates
from credit_sdk.client.watching import Callback, Watch, Watcher
from credit_sdk.errors import InvalidRequestError, OutboxError, TransportError
from credit_sdk.model.decision import Decision, GroupDecision
from credit_sdk.model.finding import Principal
from credit_sdk.model.outcome import Outcome
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import civil_day
from credit_sdk.outbox.delivery import Courier
from credit_sdk.outbox.recorder import Recorder
from credit_sdk.outbox.records import ReportableDecision
from credit_sdk.outbox.store import OUTBOX_FILE, Outbox
from credit_sdk.replica.store import Replica
from credit_sdk.settings import Settings
from credit_sdk.transport import Transport

Facts = Mapping[str, bool | int | str]
Clock = Callable[[], datetime]


def now_utc() -> datetime:
    """The instant now."""
    return datetime.now(UTC)


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
        self._settings = settings
        self._clock = clock
        self._replica = Replica.open(settings.home)
        try:
            self._outbox = Outbox(settings.home / OUTBOX_FILE)
        except OutboxError:
            self._replica.close()
            raise
        self._recorder = Recorder(
            self._outbox, lag_ms=settings.record_lag_ms, queue_max=settings.record_queue_max, clock=clock
        )
        self._ids = DecisionIds()
        self._line = Line(settings, transport)
        courier = Courier(
            self._outbox, batch_max=settings.delivery_batch_max, keep_days=settings.delivered_keep_days, clock=clock
        )
        self._updates = Updates(settings, self._replica, courier, self._line, clock)
        self._follower = Follower(
            self._updates,
            self._updates.refresh,
            self._updates.wait_for_news,
            self._updates.deliver,
            backoff_first_s=settings.backoff_first_s,
            backoff_max_s=settings.backoff_max_s,
            clock=clock,
        )
        self._watcher = Watcher(self._serial, self._look)
        self._background = background
        self._is_closed = False
        if background:
            self._updates.prepare()
            self._follower.start()
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
            legal_basis: The article that allows it. With both, natural persons are asked at the gateway.

        Raises:
            CallerError: The number, matter, day, fact or principal cannot be used.
            ReplicaError: The replica is damaged.
        """
        who = subject if isinstance(subject, Subject) else Subject.parse(subject)
        now = self._clock()
        if self._background and not self._follower.is_started:
            self._follower.start()
        day = civil_day(now) if on is None else on
        decision = None
        if purpose is not None or legal_basis is not None:
            warrant = Warrant.stated(purpose, legal_basis)
            decision = self._asked_online(who, matter, day, warrant, principals=principals, facts=facts, case=case)
        if decision is None:
            with self._replica.view() as view:
                decision = evaluate(
                    who,
                    matter,
                    day,
                    view,
                    now,
                    principals=principals,
                    facts=facts,
                    case=case,
                    decision_id=self._ids.next(int(now.timestamp() * 1000)),
                )
        return self._recorded(decision)

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
        parsed = [each if isinstance(each, Subject) else Subject.parse(each) for each in members]
        now = self._clock()
        unix_ms = int(now.timestamp() * 1000)
        with self._replica.view() as view:
            group = evaluate_group(
                parsed,
                matter,
                civil_day(now) if on is None else on,
                view,
                now,
                facts=facts,
                case=case,
                decision_ids=[self._ids.next(unix_ms) for _ in parsed],
                decision_id=self._ids.next(unix_ms),
            )
        checked = tuple(self._recorded(member) for member in group.members)
        return replace(group, members=checked, recorded=all(member.recorded for member in checked))

    def screen(
        self,
        subjects: Iterable[Subject | str],
        matter: str,
        *,
        on: date | None = None,
        facts: Facts | None = None,
        case: str | None = None,
    ) -> Iterator[Screened]:
        """Screen many subjects (批量筛查) on one serial, streaming and in order; each leaves a record.

        A row that cannot be checked yields why. The serial is held until the iterator is exhausted or closed.

        Raises:
            UnknownMatterError: The law in force knows no such matter.
            OutboxError: The records cannot be written; a screening may wait for the disk, a check may not.
        """
        room = max(self._settings.record_queue_max // 2, 1)
        with self._replica.view() as view:

            def answer(subject: Subject) -> Decision:
                now = self._clock()
                if self._recorder.state.waiting >= room:
                    self._recorder.flush()
                return self._recorded(
                    evaluate(
                        subject,
                        matter,
                        civil_day(now) if on is None else on,
                        view,
                        now,
                        facts=facts,
                        case=case,
                        decision_id=self._ids.next(int(now.timestamp() * 1000)),
                    )
                )

            if view.catalogue is not None:
                view.catalogue.on(civil_day(self._clock()) if on is None else on).matter(matter)
            yield from screened(subjects, answer)

    def report(
        self, decision: Decision | GroupDecision | ReportableDecision, outcomes: Outcome | Iterable[Outcome]
    ) -> tuple[str, ...]:
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
        records = outcome_records(decision, outcomes, reported_at=self._clock())
        keys = self._outbox.add_outcomes(records)
        self._follower.wake()
        return keys

    def kept_decision(self, decision_id: str) -> ReportableDecision:
        """A decision made here earlier, by any process, as far as a report needs it.

        Raises:
            InvalidRequestError: No such decision is kept, or it found nothing.
            OutboxError: The outbox cannot be read.
        """
        self.flush()
        document = self._outbox.decision(decision_id)
        if document is None:
            raise InvalidRequestError(
                f"no decision {decision_id[:64]!r} with findings is kept here, so nothing can be reported on it.",
                hint="Take the id from the decision itself, and report where it was made.",
            )
        return ReportableDecision.from_json(document)

    def standing(self) -> tuple[Standing, ...]:
        """Measures reported as applied here whose basis is gone: to be lifted (应予解除)."""
        with self._replica.view() as view:
            return tuple(standing(self._outbox.open_measures(), view, civil_day(self._clock())))

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
        try:
            self._recorder.flush()
        except OutboxError as error:
            self._follower.delivery_failures.note(error)
        with self._follower.refreshing:
            report = self._updates.sync(is_leader=self._follower.is_leader)
        self._follower.sync_failures.clear()
        return report

    def flush(self) -> None:
        """Return when the records of all checks so far are on the disk.

        Raises:
            OutboxError: They cannot be written; they stay queued.
        """
        self._recorder.flush()

    def status(self) -> Status:
        """How this installation stands.

        Raises:
            ReplicaError: The replica is damaged.
            OutboxError: The outbox cannot be read.
        """
        with self._replica.view() as view:
            return status_of(
                self._settings, view, self._outbox, self._recorder.state, self._follower, now=self._clock()
            )

    def canary_found(self) -> bool:
        """Whether the subject that is in every publication is found here: that finding works at all."""
        with self._replica.view() as view:
            return view.publication is not None and view.record(Subject.parse(view.publication.canary)) is not None

    def close(self) -> None:
        """Write what is queued and let go of this process's handles; other processes are not concerned.

        Raises:
            OutboxError: Not every record could be written.
        """
        if self._is_closed:
            return
        self._is_closed = True
        self._watcher.close()
        self._follower.close()
        try:
            self._recorder.close()
        finally:
            self._outbox.close()
            self._replica.close()
            self._line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _recorded(self, decision: Decision) -> Decision:
        return replace(decision, recorded=self._recorder.add(decision))

    def _asked_online(
        self,
        subject: Subject,
        matter: str,
        day: date,
        warrant: Warrant | None,
        *,
        principals: Sequence[Principal],
        facts: Facts | None,
        case: str | None,
    ) -> Decision | None:
        """The gateway's decision; None where no natural person is concerned or the gateway gives no answer."""
        concerns_persons = subject.is_natural_person or any(each.subject.is_natural_person for each in principals)
        if warrant is None or not concerns_persons:
            return None
        try:
            return check_online(
                self._line.transport, subject, matter, day, warrant, principals=principals, facts=facts, case=case
            )
        except TransportError as error:
            # Evaluated here instead, where persons are not held: that says UNDETERMINED, never CLEAR.
            self._follower.online_failures.note(error)
            return None

    def _serial(self) -> int:
        with self._replica.view() as view:
            return view.serial

    def _look(self, subject: Subject, matter: str) -> Decision:
        now = self._clock()
        with self._replica.view() as view:
            return evaluate(subject, matter, civil_day(now), view, now)


def _close_at_exit(client: CreditClient) -> None:
    close = WeakMethod(client.close)

    def last() -> None:
        if (alive := close()) is not None:
            alive()

    atexit.register(last)
