"""One check of the company of these tests against a view, in one line."""

from datetime import date

from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.view import EmptyView
from credit_sdk.model.decision import Decision
from credit_sdk.model.subject import Subject
from tests.unit.catalogue.builders import (
    AWARD,
    BAR,
    COMPANY,
    NOW,
    TODAY_ON,
    HeldView,
    catalogue,
    entry,
    holding,
    record,
)


def check(
    view: HeldView | EmptyView, subject: Subject = COMPANY, matter_id: str = AWARD, on: date = TODAY_ON
) -> Decision:
    return evaluate(subject, matter_id, on, view, NOW)


def listed() -> HeldView:
    return HeldView(catalogue(BAR), holding((COMPANY, record(entry()))))
