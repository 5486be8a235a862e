"""Batch screening (批量筛查): many subjects on one serial, streaming; a bad row is a row of the answer.

1. Rows are read ahead by the sheet and answered at one instant, in their order. The first sheet is short and each may
   be twice the last, so that whoever looks at a few rows has few asked about.
2. Of whom nothing is published shares an answer and a record with the others of his sheet. Who is found shares a record
   with those that are answered alike (:mod:`credit_sdk.catalogue.alike`): the answer is worked out of the first, and of
   each other, by the same evaluation on the same state and instant, when somebody looks at it.
3. Everybody else - a natural person, asked by an older number, shielded by a waiver, under objection - is answered and
   recorded by himself.
4. A screening may wait for the disk where a check may not, so it writes its records itself.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain, compress, count, islice, repeat
from operator import attrgetter, length_hint
from typing import Protocol, cast

from msgspec import Struct
from msgspec.structs import force_setattr

from credit_sdk.catalogue.alike import Likeness
from credit_sdk.catalogue.evaluate import is_any_other
from credit_sdk.catalogue.view import Held
from credit_sdk.client.identity import DecisionIds
from credit_sdk.client.sheets import Facts, FoundSheet, Question, decided, likenesses
from credit_sdk.errors import CallerError
from credit_sdk.model.decision import Decision
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.recognition import Recognised, recognised
from credit_sdk.model.scheme import SubjectKind
from credit_sdk.model.sheet import MAX_ENTRIES, MAX_SUBJECTS, Sheet
from credit_sdk.model.subject import Subject
from credit_sdk.model.verdict import Verdict
from credit_sdk.outbox.recorder import Recorder
from credit_sdk.replica.lookup import Lookup
from credit_sdk.replica.view import ReplicaView

__all__ = ["Facts", "Screened", "Screening"]

_FIRST_SHEET = 512
_PERSON = SubjectKind.NATURAL_PERSON
_by_position = attrgetter("position")


class _Answers(Protocol):
    """Decisions by their place."""

    def decision(self, place: int) -> Decision:
        """The decision at a place."""
        ...


class Screened(Struct, frozen=True, gc=False):
    """One row of a screening: the decision, or why there is none.

    Without the garbage collector's attention, for nothing in a row refers back to it: the collector would look at half
    a million of them a second, and at all that the host holds besides.

    Attributes:
        position: Number of the row, from 0.
        subject: Who was recognised in this row, None where nobody was.
        error: Why there is no decision, None where there is one.
        verdict: The verdict of the decision; None where there is none.
    """

    position: int
    subject: Subject | None
    error: CallerError | None = None
    verdict: Verdict | None = None
    _answers: _Answers | None = None
    _place: int = 0

    @property
    def given(self) -> str:
        """What stood there; a personal number in it is masked. Empty where nobody was recognised."""
        return "" if self.subject is None else self.subject.masked

    @property
    def decision(self) -> Decision | None:
        """The decision; None where there is none. Made when it is asked for: keep it to look at it twice."""
        return None if self._answers is None else self._answers.decision(self._place)

    def __reduce__(self) -> tuple[object, ...]:
        """Another process gets the decision itself: there is no view there to work it out on."""
        decision, subject = self.decision, self.subject
        sheet = None if decision is None or subject is None else Sheet(decision, (subject,))
        return type(self), (self.position, subject, self.error, self.verdict, sheet)


class _Refused(Screened, frozen=True, gc=True):
    """A row without a decision. Raised by the host, its error holds on to frames, and they perhaps to the row."""


class _Asked(Struct, frozen=True):
    """Rows of a block and who stands in them (待查主体)."""

    positions: Sequence[int]
    subjects: list[Subject]

    def without(self, places: Collection[int]) -> "_Asked":
        """The others."""
        if not places:
            return self
        is_left = bytearray(b"\1" * len(self.subjects))
        for place in places:
            is_left[place] = 0
        return _Asked(list(compress(self.positions, is_left)), list(compress(self.subjects, is_left)))

    def only(self, places: Iterable[int]) -> "_Asked":
        """Those at some places."""
        return _Asked([self.positions[place] for place in places], [self.subjects[place] for place in places])

    def refused(self, error: CallerError) -> Iterator[Screened]:
        """Their rows, all refused alike."""
        return map(_Refused, self.positions, self.subjects, repeat(error.with_traceback(None)))

    def answered(self, verdict: Verdict, answers: _Answers) -> Iterator[Screened]:
        """Their rows, all answered by the same sheet, on which they stand in this order."""
        no_error = repeat(None)
        return map(Screened, self.positions, self.subjects, no_error, repeat(verdict), repeat(answers), count())


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
        self._question = Question(matter, on, facts, case)
        self._recorder = recorder
        self._ids = ids
        self._clock = clock
        self._likenesses = likenesses(self._question, view.state)

    def rows(self, subjects: Iterable[Subject | str]) -> Iterator[Screened]:
        """The answers, in the order of the rows.

        Raises:
            OutboxError: The records cannot be written.
        """
        # A generator that hands on each row by itself would take as long as the row takes to be made.
        return chain.from_iterable(self._blocks(subjects))

    def _blocks(self, subjects: Iterable[Subject | str]) -> Iterator[list[Screened]]:
        given, position, wanted = iter(subjects), 0, _FIRST_SHEET
        self._lookup = Lookup(self._view, length_hint(given))
        is_more = True
        while is_more:
            ahead: list[Subject | str] = []
            try:
                ahead.extend(islice(given, wanted))
            finally:
                # Also where the caller's rows break off: those before are answered first.
                yield self._answered(ahead, position)
            position += len(ahead)
            is_more = len(ahead) == wanted
            wanted = min(2 * wanted, MAX_SUBJECTS)

    def _answered(self, ahead: list[Subject | str], position: int) -> list[Screened]:
        self._recorder.keep_up()
        now = self._clock()
        block = recognised(ahead)
        who = block.who
        apart = {place: who[place] for place in block.odd if self._stands_apart(who[place])}
        rows = [self._apart(position + place, one, now) for place, one in apart.items()]
        # Whoever does not stand apart is a subject.
        asked = _Asked(range(position, position + len(who)), cast("list[Subject]", who)).without(apart)
        held = self._lookup.records(block.keys(apart))
        rows += self._found(held, asked, now)
        return _in_order(list(self._silent(asked.without(held), now)), rows, position)

    def _stands_apart(self, who: Recognised) -> bool:
        if not isinstance(who, Subject):
            return True
        is_odd = who.warnings or who.is_masked or who.kind is _PERSON
        return bool(is_odd) and not is_any_other(who, self._view.state)

    def _apart(self, number: int, who: Recognised, now: datetime) -> Screened:
        if isinstance(who, Subject):
            return self._alone(number, who, self._view.record(who), now)
        return _Refused(number, None, who)

    def _silent(self, asked: _Asked, now: datetime) -> Iterator[Screened]:
        """Rows of those of whom nothing is published: lists and law alone decide."""
        if not asked.subjects:
            return iter(())
        try:
            sheet = Sheet(self._decided(asked.subjects[0], None, now), tuple(asked.subjects))
        except CallerError as refused:
            return asked.refused(refused)
        self._record(sheet)
        return asked.answered(sheet.first.verdict, sheet)

    def _found(self, held: Mapping[int, SubjectRecord], asked: _Asked, now: datetime) -> Iterator[Screened]:
        """Rows of those of whom something is published."""
        groups: dict[Likeness, list[int]] = {}
        for place, record in held.items():
            likeness = self._likenesses.of(asked.subjects[place], record) if self._likenesses else None
            if likeness is None:
                yield self._alone(asked.positions[place], asked.subjects[place], record, now)
            else:
                groups.setdefault(likeness, []).append(place)
        for places in groups.values():
            most = max(MAX_ENTRIES // max(len(held[places[0]].entries), 1), 1)
            for start in range(0, len(places), most):
                part = places[start : start + most]
                yield from self._together([held[place] for place in part], asked.only(part), now)

    def _together(self, records: list[SubjectRecord], asked: _Asked, now: datetime) -> Iterator[Screened]:
        """Rows of those who are found and answered alike."""
        subjects = asked.subjects
        if len(subjects) == 1:
            return iter((self._alone(asked.positions[0], subjects[0], records[0], now),))
        try:
            first = self._decided(subjects[0], records[0], now)
        except CallerError as refused:
            return asked.refused(refused)
        met = {finding.entry.id for finding in first.findings + first.incentives}
        places = [place for place, entry in enumerate(records[0].entries) if entry.id in met]
        # By place first, for there are few: nothing where nothing was met.
        entries = tuple(zip(*([record.entries[place].id for record in records] for place in places), strict=True))
        sheet = Sheet(first, tuple(subjects), entries)
        self._record(sheet)
        return asked.answered(first.verdict, FoundSheet(sheet, records, self._question, self._view.state))

    def _alone(self, number: int, subject: Subject, record: SubjectRecord | None, now: datetime) -> Screened:
        try:
            decision = self._decided(subject, record, now)
        except CallerError as refused:
            return _Refused(number, subject, refused.with_traceback(None))
        self._recorder.make_room()
        force_setattr(decision, "recorded", self._recorder.add(decision))
        return Screened(number, subject, None, decision.verdict, Sheet(decision, (subject,)))

    def _record(self, sheet: Sheet) -> None:
        self._recorder.make_room()
        force_setattr(sheet.first, "recorded", self._recorder.add(sheet))

    def _decided(self, subject: Subject, record: SubjectRecord | None, now: datetime) -> Decision:
        return decided(self._question, subject, Held(self._view.state, record), now, self._ids.draw())


def _in_order(many: list[Screened], few: list[Screened], position: int) -> list[Screened]:
    """All rows of a block by their positions.

    Args:
        many: Rows in their order already.
        few: The others.
        position: Of the first row of the block.
    """
    few.sort(key=_by_position)
    rows: list[Screened] = []
    taken = 0
    for before, row in enumerate(few):
        following = row.position - position - before
        rows += many[taken:following]
        rows.append(row)
        taken = following
    rows += many[taken:]
    return rows
