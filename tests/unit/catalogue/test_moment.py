"""What is shared between the checks of one second is never said of another second, day or publication."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.freshness import age_of, steady_span
from credit_sdk.catalogue.view import Pace
from credit_sdk.model.subject import Subject
from tests.unit.catalogue.builders import (
    AWARD,
    BAR,
    COMPANY,
    DEFAULTER,
    HOUR_S,
    NOW,
    TAX,
    TODAY_ON,
    HeldView,
    company,
    covered,
    document,
    entry,
    holding,
    record,
)

LAW = Catalogue(document(BAR))
TWIN = LAW.document.to_bytes()
VIEW = HeldView(LAW, holding((COMPANY, record(entry()))), expires_at=NOW + timedelta(hours=3, microseconds=500))

instants = st.builds(
    lambda seconds, microseconds: NOW + timedelta(seconds=seconds, microseconds=microseconds),
    st.sampled_from([-400, -361, -360, -60, -1, 0, 1, 540, 541, HOUR_S - 61, HOUR_S - 60, 3 * HOUR_S, 30 * HOUR_S]),
    st.sampled_from([-1, 0, 1, 499, 500, 501, 999_999]),
)
OTHERS = [
    replace(VIEW, serial=8),
    replace(VIEW, map_root="cd" * 32),
    replace(VIEW, coverage=covered(TAX)),
    replace(VIEW, coverage=covered(DEFAULTER, TAX)),
    replace(VIEW, contact_at=NOW),
    replace(VIEW, contact_at=None),
    replace(VIEW, expires_at=NOW - datetime.resolution),
    replace(VIEW, expires_at=None),
    replace(VIEW, origin="another.example"),
    replace(VIEW, published_at=NOW),
    replace(VIEW, pace=Pace(fresh_s=1, aging_s=2)),
]
views = st.sampled_from([VIEW, *OTHERS])


def alone(view: HeldView) -> HeldView:
    """The same view with a law that was never asked before."""
    return replace(view, catalogue=Catalogue.from_bytes(TWIN))


@pytest.mark.parametrize("other", OTHERS)
def test_whatever_a_publication_changes_is_another_moment(other: HeldView) -> None:
    evaluate(company(2), AWARD, TODAY_ON, VIEW, NOW)
    decision = evaluate(company(2), AWARD, TODAY_ON, other, NOW)
    assert decision == evaluate(company(2), AWARD, TODAY_ON, alone(other), NOW)


@given(st.lists(st.tuples(views, instants, st.sampled_from([0, 0, 1]), st.sampled_from([COMPANY, company(2)]))))
def test_no_earlier_check_changes_an_answer(asked: list[tuple[HeldView, datetime, int, Subject]]) -> None:
    for view, now, days, subject in asked:
        on = TODAY_ON + timedelta(days=days)
        assert evaluate(subject, AWARD, on, view, now) == evaluate(subject, AWARD, on, alone(view), now)


@given(views, instants, instants)
def test_a_view_has_one_age_throughout_a_steady_span(view: HeldView, now: datetime, other: datetime) -> None:
    from_at, until_at = steady_span(view.state, now)
    if from_at <= other < until_at:
        assert age_of(view.state, other) == age_of(view.state, now)


def test_a_steady_span_ends_with_the_view() -> None:
    """The last instant of a view is the one it expires at; the instant after is another age within one second."""
    last_at = NOW + timedelta(seconds=5, microseconds=500)
    view = replace(VIEW, expires_at=last_at)
    before_at, after_at = last_at - datetime.resolution, last_at + datetime.resolution
    assert age_of(view.state, last_at) != age_of(view.state, after_at)
    assert steady_span(view.state, before_at) == (NOW + timedelta(seconds=5), last_at)
    assert steady_span(view.state, after_at) == (after_at, NOW + timedelta(seconds=6))


def test_what_the_checks_of_one_second_share_is_one_object() -> None:
    one, other = (
        evaluate(company(number), AWARD, TODAY_ON, VIEW, NOW + timedelta(microseconds=number)) for number in (2, 3)
    )
    assert one.evidence is other.evidence
    assert one.why is other.why
    later = evaluate(company(2), AWARD, TODAY_ON, VIEW, NOW + timedelta(seconds=1))
    assert later.evidence.age_s == 61
