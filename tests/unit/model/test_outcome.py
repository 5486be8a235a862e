"""What the host did about a finding."""

from datetime import date

import pytest

from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.citation import Basis, Bilingual, InstrumentLevel
from credit_sdk.model.finding import Finding, ListReference, MeasureReference
from credit_sdk.model.listing import Entry, Severity
from credit_sdk.model.measure import MeasureClass, Strength
from credit_sdk.model.outcome import Outcome, OutcomeState
from credit_sdk.model.term import Term

TEXT = Bilingual(zh="文", en="text")
FINDING = Finding(
    entry=Entry(
        id="e1",
        list="judgment-defaulter",
        severity=Severity.SERIOUS,
        authority="示范人民法院",
        authority_code="",
        document_no="（2026）青示执1号",
        determined_on=date(2026, 1, 5),
        term=Term(date(2026, 1, 10)),
    ),
    list=ListReference("judgment-defaulter", "失信被执行人", "judgment defaulters"),
    measure=MeasureReference("a1-06", "拒绝参加", "refuse", "限制准入", MeasureClass.A, TEXT, "采购人"),
    strength=Strength.BAR,
    statutory_strength=Strength.BAR,
    basis=(Basis("act", "示范法", "Act", "", InstrumentLevel.LAW, "第一条", ""),),
    way_out=TEXT,
    objection_to=TEXT,
)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.applied(FINDING, document="示采〔2026〕1号"), OutcomeState.APPLIED),
        (Outcome.not_applied(FINDING, reason="不在本次采购范围"), OutcomeState.NOT_APPLIED),
        (Outcome.waived(FINDING, reason="唯一供应商", by="示范采购办", until=date(2026, 12, 31)), OutcomeState.WAIVED),
        (Outcome.granted(FINDING), OutcomeState.GRANTED),
        (Outcome.lifted(FINDING, reason="已修复"), OutcomeState.LIFTED),
    ],
)
def test_an_outcome_names_its_finding(outcome: Outcome, state: OutcomeState) -> None:
    assert outcome.state is state
    assert (outcome.entry, outcome.measure, outcome.list) == ("e1", "a1-06", "judgment-defaulter")


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_decision_against_the_law_s_measure_needs_its_reason(blank: str) -> None:
    with pytest.raises(InvalidRequestError, match="reason"):
        Outcome.not_applied(FINDING, reason=blank)
    with pytest.raises(InvalidRequestError, match="reason"):
        Outcome.lifted(FINDING, reason=blank)
    with pytest.raises(InvalidRequestError, match="reason"):
        Outcome.waived(FINDING, reason=blank, by="示范采购办", until=date(2026, 12, 31))
    with pytest.raises(InvalidRequestError, match="by"):
        Outcome.waived(FINDING, reason="唯一供应商", by=blank, until=date(2026, 12, 31))


def test_a_waiver_keeps_who_and_until_when() -> None:
    waived = Outcome.waived(FINDING, reason="唯一供应商", by="示范采购办", until=date(2026, 12, 31), document="1号")
    assert (waived.by, waived.until_on, waived.document) == ("示范采购办", date(2026, 12, 31), "1号")
