"""Answering (作答): one view, one reading of the clock, one record for every answer."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime

from msgspec.structs import force_setattr, replace

from credit_sdk.catalogue import confirmation
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.group import evaluate_group
from credit_sdk.client.calendar import CivilCalendar
from credit_sdk.client.identity import DecisionIds
from credit_sdk.client.live import LiveDesk
from credit_sdk.client.online import OnlineDesk, Warrant
from credit_sdk.client.screening import Facts, Screened, Screening
from credit_sdk.model.decision import Decision, GroupDecision
from credit_sdk.model.decision_id import decision_id
from credit_sdk.model.finding import Principal
from credit_sdk.model.subject import Subject
from credit_sdk.model.verdict import Verdict
from credit_sdk.outbox.recorder import Recorder
from credit_sdk.replica.store import Replica

_REVIEW = Verdict.REVIEW


class Answering:
    """Answers from one replica and keeps the records.

    Args:
        replica: What is published.
        recorder: Keeps the records.
        online: Where natural persons are asked about.
        live: Where an adverse answer on old data is confirmed.
        clock: Tells the instant of an answer.
    """

    def __init__(
        self,
        replica: Replica,
        recorder: Recorder,
        online: OnlineDesk,
        live: LiveDesk,
        clock: Callable[[], datetime],
    ) -> None:
        self._replica = replica
        self._recorder = recorder
        self._online = online
        self._live = live
        self._clock = clock
        self._ids = DecisionIds()
        self._calendar = CivilCalendar()

    def one(
        self,
        subject: Subject | str,
        matter: str,
        on: date | None,
        *,
        principals: Sequence[Principal],
        facts: Facts | None,
        case: str | None,
    ) -> Decision:
        """The answer about one subject; see :meth:`CreditClient.check`."""
        who = subject if isinstance(subject, Subject) else Subject.parse(subject)
        now = self._clock()
        view = self._replica.borrow()
        try:
            decision = evaluate(
                who,
                matter,
                self._calendar.day_of(now) if on is None else on,
                view,
                now,
                principals=principals,
                facts=facts,
                case=case,
                decision_id=self._ids.draw(),
            )
            # Only what is to be reviewed can await it: who is cleared or denied pays for one look at the verdict.
            law = confirmation.awaiting(decision, view.state) if decision.verdict is _REVIEW else None
        finally:
            self._replica.give_back(view)
        if law is not None:
            decision = self._live.settled(decision, law)
        # It is frozen for everybody else, who gets it after this.
        force_setattr(decision, "recorded", self._recorder.add(decision))
        return decision

    def warranted(
        self,
        subject: Subject | str,
        matter: str,
        on: date | None,
        warrant: Warrant,
        *,
        principals: Sequence[Principal],
        facts: Facts | None,
        case: str | None,
    ) -> Decision:
        """The answer where natural persons may be asked about: online for them, here where it says nothing else."""
        who = subject if isinstance(subject, Subject) else Subject.parse(subject)
        day = self._calendar.day_of(self._clock()) if on is None else on
        answer = self._online.ask(who, matter, day, warrant, principals=principals, facts=facts, case=case)
        if answer is not None:
            return self._recorded(answer)
        return self.one(who, matter, day, principals=principals, facts=facts, case=case)

    def group(
        self, members: Iterable[Subject | str], matter: str, on: date | None, facts: Facts | None, case: str | None
    ) -> GroupDecision:
        """The answer for a consortium; see :meth:`CreditClient.check_group`."""
        parsed = [each if isinstance(each, Subject) else Subject.parse(each) for each in members]
        now = self._clock()
        with self._replica.view() as view:
            group = evaluate_group(
                parsed,
                matter,
                self._calendar.day_of(now) if on is None else on,
                view,
                now,
                facts=facts,
                case=case,
                decision_ids=[self._ids.draw() for _ in parsed],
                decision_id=decision_id(now, self._ids.draw()),
            )
        checked = tuple(self._recorded(member) for member in group.members)
        return replace(group, members=checked, recorded=all(member.recorded for member in checked))

    def rows(
        self,
        subjects: Iterable[Subject | str],
        matter: str,
        on: date | None,
        facts: Facts | None,
        case: str | None,
    ) -> Iterator[Screened]:
        """The answers of a screening, on one view and for one day; see :meth:`CreditClient.screen`."""
        day = self._calendar.day_of(self._clock()) if on is None else on
        with self._replica.view() as view:
            if view.state.catalogue is not None:
                view.state.catalogue.on(day).matter(matter)
            screening = Screening(
                view, matter, day, recorder=self._recorder, ids=self._ids, clock=self._clock, facts=facts, case=case
            )
            yield from screening.rows(subjects)

    def unrecorded(self, subject: Subject, matter: str) -> Decision:
        """The answer as it is now, by which nobody decides anything."""
        now = self._clock()
        with self._replica.view() as view:
            return evaluate(subject, matter, self._calendar.day_of(now), view, now)

    def serial(self) -> int:
        """The publication in use."""
        with self._replica.view() as view:
            return view.state.serial

    def _recorded(self, decision: Decision) -> Decision:
        # It is frozen for everybody else, who gets it after this.
        force_setattr(decision, "recorded", self._recorder.add(decision))
        return decision
