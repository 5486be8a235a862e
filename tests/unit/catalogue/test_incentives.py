"""What a check says in favour of a subject, and what withholds it."""

from datetime import date

import pytest

from credit_sdk.model.decision import Verdict
from credit_sdk.model.listing import ListClass, Severity
from credit_sdk.model.term import Term
from tests.unit.catalogue.builders import (
    BAR,
    COMPANY,
    HONOUR,
    INCENTIVE,
    LISTS,
    PENALTY,
    TAX,
    HeldView,
    catalogue,
    credit_list,
    entry,
    holding,
    record,
)
from tests.unit.catalogue.checking import check


class TestIncentives:
    def test_an_honour_gives_an_incentive(self) -> None:
        view = HeldView(catalogue(BAR, INCENTIVE), holding((COMPANY, record(entry(HONOUR, severity=Severity.NONE)))))
        decision = check(view)
        assert decision.verdict is Verdict.CLEAR
        assert [favour.measure.id for favour in decision.incentives] == ["i06"]
        assert decision.withheld == ()

    @pytest.mark.parametrize(
        ("list_id", "severity", "falls"),
        [
            (TAX, Severity.NONE, True),
            (PENALTY, Severity.SERIOUS, True),
            (PENALTY, Severity.GENERAL, False),
        ],
    )
    def test_incentives_fall_away_while_a_serious_entry_is_in_force(
        self, list_id: str, severity: Severity, falls: bool
    ) -> None:
        both = record(entry(HONOUR), entry(list_id, severity=severity))
        decision = check(HeldView(catalogue(BAR, INCENTIVE), holding((COMPANY, both))))
        assert bool(decision.withheld) is falls
        assert bool(decision.incentives) is not falls
        assert any("激励" in notice.zh for notice in decision.notices) is falls

    def test_they_come_back_the_day_after(self) -> None:
        both = record(entry(HONOUR), entry(TAX, term=Term(date(2026, 1, 1), date(2026, 6, 30))))
        view = HeldView(catalogue(BAR, INCENTIVE), holding((COMPANY, both)))
        assert check(view, on=date(2026, 6, 30)).withheld
        assert check(view, on=date(2026, 7, 1)).incentives


def test_a_court_order_list_withholds_no_incentive() -> None:
    lists = [credit_list(TAX, ListClass.COURT_ORDER), *[listed for listed in LISTS if listed.id != TAX]]
    law = catalogue(BAR, INCENTIVE, lists=lists)
    view = HeldView(law, holding((COMPANY, record(entry(HONOUR), entry(TAX)))))
    assert check(view).incentives
