"""Measures still applied without a basis (应解除未解除): reported as applied here, and no longer published."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from credit_sdk.catalogue.view import View
from credit_sdk.client.status import Standing
from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model.subject import Subject
from credit_sdk.outbox.records import OutcomeRecord


def standing(applied: Iterable[OutcomeRecord], view: View, on: date) -> Iterator[Standing]:
    """Which of the measures reported as applied have lost their entry.

    Natural persons are not held here; the gateway says which of theirs are over.

    Args:
        applied: Measures applied and not lifted.
        view: What is published.
        on: The day by which terms are judged.
    """
    if view.state.catalogue is None:
        return
    for outcome in applied:
        subject = _held(outcome.holder)
        if subject is None:
            continue
        record = view.record(subject)
        entries = {entry.id: entry for entry in record.entries} if record else {}
        entry = entries.get(outcome.entry)
        if entry is not None and entry.term.covers(on):
            continue
        yield Standing(
            subject=outcome.subject,
            matter=outcome.matter,
            case=outcome.case,
            entry=outcome.entry,
            measure=outcome.measure,
            list=outcome.list,
            decision_id=outcome.decision_id,
            document=outcome.document,
            reported_at=datetime.fromisoformat(outcome.reported_at),
            reason="gone" if entry is None else "lapsed",
        )


def _held(code: str) -> Subject | None:
    try:
        subject = Subject.parse(code)
    except InvalidSubjectError:
        return None
    return None if subject.is_natural_person or subject.is_masked else subject
