"""Sheets of those who are found (命中清单): any decision on one is worked out when somebody looks at it.

It is made by the evaluation that a check uses, of the record, the state and the instant of the screening, none of which
ever changes: so it is the decision that was recorded, however late it is asked for and whatever was published since.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import force_setattr

from credit_sdk.catalogue import request
from credit_sdk.catalogue.alike import Likenesses
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.view import Held, State
from credit_sdk.errors import CallerError
from credit_sdk.model.decision import Decision
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.sheet import Sheet
from credit_sdk.model.subject import Subject

Facts = Mapping[str, bool | int | str]


class Question(Struct, frozen=True):
    """What is asked about every row of a screening."""

    matter: str
    on: date
    facts: Facts | None
    case: str | None


class FoundSheet:
    """A sheet of subjects of whom something is published: any decision on it can be worked out again."""

    def __init__(self, sheet: Sheet, records: Sequence[SubjectRecord], question: Question, state: State) -> None:
        self._sheet = sheet
        self._records = records
        self._question = question
        self._state = state

    def decision(self, place: int) -> Decision:
        """The decision about the subject at a place, from 0."""
        sheet, first = self._sheet, self._sheet.first
        if not place:
            return first
        view = Held(self._state, self._records[place])
        decision = decided(self._question, sheet.subjects[place], view, first.decided_at, sheet.id_of(place))
        force_setattr(decision, "recorded", first.recorded)
        return decision


def decided(question: Question, subject: Subject, view: Held, now: datetime, decision_id: str | int) -> Decision:
    """The decision about one subject of a screening.

    Raises:
        CallerError: The question cannot be answered.
    """
    return evaluate(
        subject,
        question.matter,
        question.on,
        view,
        now,
        facts=question.facts,
        case=question.case,
        decision_id=decision_id,
    )


def likenesses(question: Question, state: State) -> Likenesses | None:
    """None where nothing is held, or where the question cannot be answered, as every row will say."""
    if state.catalogue is None:
        return None
    try:
        law = state.catalogue.on(request.day_within_reach(question.on)).matter(question.matter)
        return Likenesses(law, question.on, dict(request.facts_of(law, question.facts)))
    except CallerError:
        return None
