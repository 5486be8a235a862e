"""Batch screening (批量筛查): many subjects on one serial, streaming; a bad row is a row of the answer."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from credit_sdk.errors import CallerError, InvalidSubjectError
from credit_sdk.model.decision import Decision
from credit_sdk.model.subject import Subject


@dataclass(frozen=True, slots=True)
class Screened:
    """One row of a screening: the decision, or why there is none.

    Attributes:
        position: Number of the row, from 0.
        given: What stood there; a personal number in it is masked.
    """

    position: int
    given: str
    decision: Decision | None
    error: CallerError | None


def screened(rows: Iterable[Subject | str], answer: Callable[[Subject], Decision]) -> Iterator[Screened]:
    """Answer row by row, in their order.

    Args:
        rows: Subjects as the caller has them.
        answer: Answers for one subject.
    """
    for position, given in enumerate(rows):
        try:
            subject = given if isinstance(given, Subject) else Subject.parse(given)
        except InvalidSubjectError as refused:
            yield Screened(position, "", None, refused)
            continue
        try:
            decision = answer(subject)
        except CallerError as refused:
            yield Screened(position, subject.masked, None, refused)
            continue
        yield Screened(position, subject.masked, decision, None)
