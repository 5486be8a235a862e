"""Age of a view, and the view that holds nothing."""

from datetime import timedelta

import pytest

from credit_sdk.catalogue.freshness import age_of
from credit_sdk.catalogue.view import EmptyView, View
from credit_sdk.model.evidence import Freshness
from tests.unit.catalogue.builders import BAR, COMPANY, NOW, HeldView, catalogue

LAW = catalogue(BAR)


@pytest.mark.parametrize(
    ("age_s", "state"),
    [
        (0, Freshness.FRESH),
        (600, Freshness.FRESH),
        (601, Freshness.AGING),
        (7200, Freshness.AGING),
        (7201, Freshness.STALE),
    ],
)
def test_the_state_follows_the_pace_of_the_publisher(age_s: int, state: Freshness) -> None:
    view = HeldView(LAW, contact_at=NOW - timedelta(seconds=age_s))
    assert age_of(view.state, NOW).state is state
    assert age_of(view.state, NOW + timedelta(milliseconds=999)).age_s == age_s


def test_expiry_goes_before_age() -> None:
    assert age_of(HeldView(LAW, expires_at=NOW).state, NOW).state is Freshness.FRESH
    assert age_of(HeldView(LAW, expires_at=NOW - timedelta(microseconds=1)).state, NOW).state is Freshness.EXPIRED
    assert age_of(HeldView(LAW, expires_at=None).state, NOW).state is Freshness.FRESH


def test_an_age_that_is_unknown_is_within_no_limit() -> None:
    for view in (
        HeldView(LAW, contact_at=NOW + timedelta(seconds=301)),
        HeldView(LAW, contact_at=None),
        HeldView(LAW, expires_at=NOW - timedelta(seconds=1)),
    ):
        assert not age_of(view.state, NOW).is_within(10**9)


def test_nothing_held_is_empty() -> None:
    empty: View = EmptyView()
    assert age_of(empty.state, NOW).state is Freshness.EMPTY
    assert empty.record(COMPANY) is None
    assert age_of(HeldView(LAW, serial=0).state, NOW).state is Freshness.EMPTY
