"""Batch screening (批量筛查): many subjects on one serial, streaming; a bad row is a row of the answer.

1. Rows are read ahead by the sheet and answered at one instant, in their order.
2. Of whom nothing is published shares an answer and a record with the others of his sheet (:class:`Sheet`). Everybody
   else - found, a natural person, asked by an older number - is answered and recorded by himself.
3. A screening may wait for the disk where a check may not, so it writes its records itself.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice

from msgspec import Struct
from msgspec.structs import force_setattr

from credit_sdk.catalogue.evaluate import evaluate, is_any_other
from credit_sdk.client.identity import DecisionIds
from credit_sdk.errors import CallerError, InvalidSubjectError
from credit_sdk.model.decision import Decision
from credit_sdk.model.sheet import MAX_SUBJECTS, Sheet
from credit_sdk.model.subject import Subject
from credit_sdk.model.verdict import Verdict
from credit_sdk.outbox.recorder import Recorder
from credit_sdk.replica.view import ReplicaView

Facts = Mapping[str, bool | int | str]


class Screened(Struct, frozen=True):
    """One row of a screening: the decision, or why there is none.

    Attributes:
        position: Number of the row, from 0.
        subject: Who was recognised in this row, None where nobody was.
        error: Why there is no decision, None where there is one.
    """

    position: int
    subject: Subject | None
    error: CallerError | None = None
    _answer: Decision | Sheet | None = None
    _place: int = 0

    @property
    def given(self) -> str:
        """What stood there; a personal number in it is masked. Empty where nobody was recognised."""
        return "" if self.subject is None else self.subject.masked

    @property
    def decision(self) -> Decision | None:
        """The decision; None where there is none."""
        answer = self._answer
        return answer.decision(self._place) if isinstance(answer, Sheet) else answer

    @property
    def verdict(self) -> Verdict | None:
        """The verdict of the decision; None where there is none."""
        answer = self._answer
        if answer is None:
            return None
        return answer.first.verdict if isinstance(answer, Sheet) else answer.verdict


class Screening:
    """One screening, on one view and for one day.

    Args:
        view: What is published.
        matter: Id of the matter.
        on: The civil day asked about.
        recorder: Keeps the records.
        ids: Makes the ids.
        clock: Tells the instant of a sheet.
        facts: Facts of the case that differ from the matter's defaults.
        case: The host's case number.
    """

    def __init__(
        self,
        view: ReplicaView,
        matter: str,
        on: date,
        *,
        recorder: Recorder,
        ids: DecisionIds,
        clock: Callable[[], datetime],
        facts: Facts | None,
        case: str | None,
    ) -> None:
        self._view = view
        self._matter = matter
        self._on = on
        self._recorder = recorder
        self._ids = ids
        self._clock = clock
        self._facts = facts
        self._case = case

    def rows(self, subjects: Iterable[Subject | str]) -> Iterator[Screened]:
        """The answers, in the order of the rows.

        Raises:
            OutboxError: The records cannot be written.
        """
        given, position = iter(subjects), 0
        is_more = True
        while is_more:
            ahead: list[Subject | str] = []
            try:
                ahead.extend(islice(given, MAX_SUBJECTS))
            finally:
                # Also where the caller's rows break off: those before are answered first.
                yield from self._answered(ahead, position)
            position += len(ahead)
            is_more = len(ahead) == MAX_SUBJECTS

    def _answered(self, ahead: list[Subject | str], position: int) -> Iterator[Screened]:
        self._recorder.keep_up()
        now = self._clock()
        state, record = self._view.state, self._view.record
        rows: list[Screened | None] = []
        alike: list[Subject] = []
        for number, given in enumerate(ahead, position):
            try:
                subject = given if isinstance(given, Subject) else Subject.parse(given)
            except InvalidSubjectError as refused:
                rows.append(Screened(number, None, refused))
                continue
            if is_any_other(subject, state) and record(subject) is None:
                rows.append(None)
                alike.append(subject)
            else:
                rows.append(self._alone(number, subject, now))
        return self._with_sheet(rows, alike, position, now)

    def _alone(self, number: int, subject: Subject, now: datetime) -> Screened:
        self._recorder.make_room()
        try:
            decision = self._decided(subject, now)
        except CallerError as refused:
            return Screened(number, subject, refused)
        force_setattr(decision, "recorded", self._recorder.add(decision))
        return Screened(number, subject, None, decision)

    def _with_sheet(
        self, rows: list[Screened | None], alike: list[Subject], position: int, now: datetime
    ) -> Iterator[Screened]:
        sheet, error = None, None
        if alike:
            try:
                sheet = Sheet(self._decided(alike[0], now), tuple(alike))
            except CallerError as refused:
                error = refused
            else:
                force_setattr(sheet.first, "recorded", self._recorder.add(sheet))
        place = 0
        for number, row in enumerate(rows, position):
            if row is None:
                yield Screened(number, alike[place], error, sheet, place)
                place += 1
            else:
                yield row

    def _decided(self, subject: Subject, now: datetime) -> Decision:
        return evaluate(
            subject,
            self._matter,
            self._on,
            self._view,
            now,
            facts=self._facts,
            case=self._case,
            decision_id=self._ids.next(int(now.timestamp() * 1000)),
        )
