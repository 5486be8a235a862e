"""Batch screening (批量筛查): many subjects on one serial, streaming; a bad row is a row of the answer."""

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from credit_sdk.errors import CallerError, InvalidSubjectError
from credit_sdk.model.decision import Decision
from credit_sdk.model.subject import Subject
from credit_sdk.model.verdict import Verdict


class Screened(Struct, frozen=True):
    """One row of a screening: the decision, or why there is none.

    Attributes:
        position: Number of the row, from 0.
        given: What stood there; a personal number in it is masked.
    """

    position: int
    given: str
    decision: Decision | None
    error: CallerError | None

    @property
    def verdict(self) -> Verdict | None:
        """The verdict of the decision; None where there is none."""
        return None if self.decision is None else self.decision.verdict

    @property
    def subject(self) -> Subject | None:
        """Who was recognised in this row and answered about; None where there is no decision."""
        return None if self.decision is None else self.decision.subject


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
