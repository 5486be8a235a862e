"""Old data neither punishes nor clears, and by how much is the law of the matter."""

from datetime import timedelta

import pytest

from credit_sdk.model.decision import Verdict
from credit_sdk.model.evidence import Freshness
from credit_sdk.model.listing import SubjectRecord
from tests.unit.catalogue.builders import BAR, COMPANY, NOW, HeldView, catalogue, entry, holding, record
from tests.unit.catalogue.checking import check


class TestFreshness:
    @pytest.mark.parametrize(
        ("age_s", "verdict", "state"),
        [
            (600, Verdict.CLEAR, Freshness.FRESH),
            (3600, Verdict.CLEAR, Freshness.AGING),
            (3601, Verdict.UNDETERMINED, Freshness.AGING),
            (7201, Verdict.UNDETERMINED, Freshness.STALE),
        ],
    )
    def test_old_data_does_not_clear(self, age_s: int, verdict: Verdict, state: Freshness) -> None:
        decision = check(HeldView(catalogue(BAR), contact_at=NOW - timedelta(seconds=age_s)))
        assert (decision.verdict, decision.evidence.freshness, decision.evidence.age_s) == (verdict, state, age_s)

    @pytest.mark.parametrize(("age_s", "verdict"), [(86_400, Verdict.DENY), (86_401, Verdict.REVIEW)])
    def test_old_data_does_not_punish(self, age_s: int, verdict: Verdict) -> None:
        view = HeldView(catalogue(BAR), holding((COMPANY, record(entry()))), contact_at=NOW - timedelta(seconds=age_s))
        assert check(view).verdict is verdict

    @pytest.mark.parametrize(
        ("found", "verdict"), [(record(), Verdict.UNDETERMINED), (record(entry()), Verdict.REVIEW)]
    )
    def test_expired_data_neither_clears_nor_punishes(self, found: SubjectRecord, verdict: Verdict) -> None:
        view = HeldView(catalogue(BAR), holding((COMPANY, found)), expires_at=NOW - timedelta(seconds=1))
        assert check(view).verdict is verdict
        assert check(view).evidence.freshness is Freshness.EXPIRED

    @pytest.mark.parametrize(("ahead_s", "verdict"), [(300, Verdict.CLEAR), (301, Verdict.UNDETERMINED)])
    def test_a_clock_that_runs_behind_clears_nobody(self, ahead_s: int, verdict: Verdict) -> None:
        decision = check(HeldView(catalogue(BAR), contact_at=NOW + timedelta(seconds=ahead_s)))
        assert decision.verdict is verdict
        assert decision.evidence.age_s == 0
        assert any("时钟" in notice.zh for notice in decision.notices) is (verdict is Verdict.UNDETERMINED)

    def test_a_clock_that_runs_behind_punishes_nobody(self) -> None:
        view = HeldView(catalogue(BAR), holding((COMPANY, record(entry()))), contact_at=NOW + timedelta(seconds=301))
        assert check(view).verdict is Verdict.REVIEW

    def test_data_whose_age_was_never_verified_clears_nobody(self) -> None:
        decision = check(HeldView(catalogue(BAR), contact_at=None))
        assert decision.verdict is Verdict.UNDETERMINED
        assert decision.evidence.freshness is Freshness.STALE
