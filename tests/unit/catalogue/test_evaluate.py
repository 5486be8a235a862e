"""What a check answers, step by step."""

from datetime import date, timedelta

import pytest

from credit_sdk.catalogue.coverage import Coverage
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.view import EmptyView
from credit_sdk.model.decision import Verdict
from credit_sdk.model.evidence import CoverageState, Freshness
from credit_sdk.model.listing import FieldValue
from credit_sdk.model.measure import EntryCondition, FactCondition, Lasting, MeasureClass, Strength
from credit_sdk.model.scheme import SubjectKind
from credit_sdk.model.term import Term
from tests.unit.catalogue.builders import (
    AWARD,
    BAR,
    COMPANY,
    DEFAULTER,
    LISTS,
    NOW,
    TAX,
    TODAY_ON,
    HeldView,
    application,
    catalogue,
    company,
    covered,
    credit_list,
    entry,
    holding,
    matter,
    measure,
    record,
    text,
)
from tests.unit.catalogue.checking import check, listed


class TestVerdicts:
    def test_a_statutory_bar_denies_and_names_article_and_way_out(self) -> None:
        decision = check(listed())
        assert decision.verdict is Verdict.DENY
        (finding,) = decision.findings
        assert (finding.list.id, finding.measure.id, finding.strength) == (DEFAULTER, "a1-06", Strength.BAR)
        assert finding.basis[0].text == "《act法》（主席令第1号）第二十二条"
        assert finding.way_out == text(f"leave {DEFAULTER}")
        for part in ("judgment-defaulter名单", "《act法》（主席令第1号）第二十二条", "a1-06措施", "移出条件"):
            assert part in decision.why.zh

    def test_a_measure_s_own_way_out_goes_before_the_list_s(self) -> None:
        own = measure("a1-06", application(Strength.BAR), way_out=text("pay"))
        decision = check(HeldView(catalogue(own), holding((COMPANY, record(entry())))))
        assert decision.findings[0].way_out == text("pay")

    @pytest.mark.parametrize("strength", [Strength.LIMIT, Strength.SCRUTINISE])
    def test_what_is_no_bar_sends_to_review(self, strength: Strength) -> None:
        law = catalogue(measure("b1", application(strength)))
        assert check(HeldView(law, holding((COMPANY, record(entry()))))).verdict is Verdict.REVIEW

    def test_advice_alone_leaves_it_clear(self) -> None:
        law = catalogue(measure("c1-01", application(Strength.ADVISE), measure_class=MeasureClass.C))
        decision = check(HeldView(law, holding((COMPANY, record(entry())))))
        assert decision.verdict is Verdict.CLEAR
        assert [finding.strength for finding in decision.findings] == [Strength.ADVISE]
        assert "1项供参考" in decision.why.zh

    def test_nothing_published_and_everything_covered_is_clear(self) -> None:
        decision = check(HeldView(catalogue(BAR)))
        assert decision.verdict is Verdict.CLEAR
        assert decision.findings == ()
        assert decision.evidence.freshness is Freshness.FRESH

    def test_a_required_list_that_is_not_covered_leaves_it_undetermined_by_name(self) -> None:
        law = catalogue(BAR, matters=[matter(required_lists=[DEFAULTER, TAX])])
        decision = check(HeldView(law, coverage=covered(DEFAULTER)))
        assert decision.verdict is Verdict.UNDETERMINED
        assert "major-tax-violation名单" in decision.why.zh
        states = {found.list: (found.state, found.required) for found in decision.evidence.coverage}
        assert states == {DEFAULTER: (CoverageState.COVERED, True), TAX: (CoverageState.NOT_COVERED, True)}

    def test_a_list_named_without_a_day_of_completeness_is_not_covered(self) -> None:
        silent = {DEFAULTER: Coverage(complete_as_of=None, entries=12)}
        assert check(HeldView(catalogue(BAR), coverage=silent)).verdict is Verdict.UNDETERMINED

    def test_a_list_that_is_not_required_bites_when_present_and_may_be_missing(self) -> None:
        law = catalogue(BAR, measure("a1-13", application(Strength.BAR, TAX)))
        assert check(HeldView(law)).verdict is Verdict.CLEAR
        assert check(HeldView(law, holding((COMPANY, record(entry(TAX)))))).verdict is Verdict.DENY

    def test_findings_stand_beside_an_undetermined_answer(self) -> None:
        law = catalogue(measure("c1-01", application(Strength.ADVISE), measure_class=MeasureClass.C))
        decision = check(HeldView(law, holding((COMPANY, record(entry()))), coverage={}))
        assert decision.verdict is Verdict.UNDETERMINED
        assert len(decision.findings) == 1

    def test_an_empty_replica_knows_nothing_not_even_the_matter(self) -> None:
        decision = check(EmptyView(), matter_id="no.such.matter")
        assert decision.verdict is Verdict.UNDETERMINED
        assert decision.evidence.freshness is Freshness.EMPTY
        assert decision.evidence.age_s is None


class TestEntriesInForce:
    @pytest.mark.parametrize(
        ("on", "verdict"),
        [
            (date(2026, 1, 9), Verdict.CLEAR),
            (date(2026, 1, 10), Verdict.DENY),
            (date(2027, 1, 9), Verdict.DENY),
            (date(2027, 1, 10), Verdict.CLEAR),
        ],
    )
    def test_the_first_and_the_last_day_count(self, on: date, verdict: Verdict) -> None:
        assert check(listed(), on=on).verdict is verdict

    def test_a_term_without_end_lasts(self) -> None:
        view = HeldView(catalogue(BAR), holding((COMPANY, record(entry(term=Term(date(2026, 1, 10)))))))
        assert check(view, on=date(2100, 12, 31)).verdict is Verdict.DENY

    def test_an_entry_of_a_list_the_law_no_longer_knows_bites_nobody(self) -> None:
        lists = [credit_list(DEFAULTER, until_on=date(2026, 6, 30)), *LISTS[1:]]
        view = HeldView(catalogue(BAR, lists=lists), holding((COMPANY, record(entry()))))
        assert check(view, on=date(2026, 6, 30)).verdict is Verdict.DENY
        assert check(view, on=date(2026, 7, 1)).verdict is Verdict.CLEAR


class TestMeasuresInForce:
    def test_a_measure_bites_from_its_first_to_its_last_day(self) -> None:
        law = catalogue(
            measure("a1-06", application(Strength.BAR), from_on=date(2026, 3, 1), until_on=date(2026, 5, 31))
        )
        view = HeldView(law, holding((COMPANY, record(entry()))))
        days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 5, 31), date(2026, 6, 1)]
        assert [check(view, on=day).verdict.value for day in days] == ["CLEAR", "DENY", "DENY", "CLEAR"]

    def test_another_matter_is_not_touched(self) -> None:
        law = catalogue(BAR, matters=[matter(), matter("funds.grant")])
        view = HeldView(law, holding((COMPANY, record(entry()))))
        assert check(view, matter_id="funds.grant").verdict is Verdict.CLEAR

    def test_another_kind_of_subject_is_not_touched(self) -> None:
        law = catalogue(measure("a1", application(Strength.BAR, kinds=[SubjectKind.LEGAL_PERSON])))
        trader = company(3, "92")
        view = HeldView(law, holding((COMPANY, record(entry())), (trader, record(entry()))))
        assert check(view, trader).verdict is Verdict.CLEAR
        assert check(view, COMPANY).verdict is Verdict.DENY

    def test_an_unknown_kind_is_no_way_round_a_measure_for_organisations(self) -> None:
        unknown = company(4, "99")
        assert unknown.kind is SubjectKind.UNKNOWN
        for kinds, verdict in (
            ([SubjectKind.LEGAL_PERSON], Verdict.DENY),
            ([SubjectKind.NATURAL_PERSON], Verdict.CLEAR),
        ):
            law = catalogue(measure("a1", application(Strength.BAR, kinds=kinds)))
            assert check(HeldView(law, holding((unknown, record(entry())))), unknown).verdict is verdict

    @pytest.mark.parametrize(
        ("condition", "bites"),
        [
            (EntryCondition(field="fine_yuan", at_least=2_000_000), True),
            (EntryCondition(field="fine_yuan", at_least=2_000_001), False),
            (EntryCondition(field="fine_yuan", equals=True), False),
            (EntryCondition(field="missing", equals="x"), False),
            (EntryCondition(field="missing", at_least=0), False),
            (EntryCondition(field="missing", one_of=("x",)), False),
            (EntryCondition(field="severity", equals="serious"), True),
            (EntryCondition(field="severity", one_of=("minor", "general")), False),
            (EntryCondition(field="articles", equals="53"), True),
            (EntryCondition(field="articles", one_of=("60",)), False),
            (EntryCondition(field="repeated", equals=True), True),
            (EntryCondition(field="repeated", equals=1), False),
            (EntryCondition(field="repeated", at_least=1), False),
        ],
    )
    def test_conditions_on_the_entry(self, condition: EntryCondition, bites: bool) -> None:
        law = catalogue(measure("a1", application(Strength.BAR, conditions=[condition])))
        fields: dict[str, FieldValue] = {"fine_yuan": 2_000_000, "articles": ("53", "54"), "repeated": True}
        view = HeldView(law, holding((COMPANY, record(entry(fields=fields)))))
        assert check(view).verdict is (Verdict.DENY if bites else Verdict.CLEAR)

    def test_a_fact_of_the_case_has_the_matter_s_default_until_the_caller_states_it(self) -> None:
        condition = FactCondition(fact="statutory_tender", equals=True)
        law = catalogue(
            measure("a1", application(Strength.BAR, conditions=[condition])),
            matters=[matter(facts={"statutory_tender": True})],
        )
        view = HeldView(law, holding((COMPANY, record(entry()))))
        assert check(view).facts == (("statutory_tender", True),)
        assert check(view).verdict is Verdict.DENY
        stated = evaluate(COMPANY, AWARD, TODAY_ON, view, NOW, facts={"statutory_tender": False})
        assert stated.verdict is Verdict.CLEAR
        assert stated.facts == (("statutory_tender", False),)

    @pytest.mark.parametrize(
        ("counts_from", "last_on"), [("determined_on", date(2029, 1, 5)), ("from_on", date(2029, 1, 10))]
    )
    def test_a_measure_may_last_shorter_than_the_entry(self, counts_from: str, last_on: date) -> None:
        lasting = Lasting.model_validate({"years": 3, "counts_from": counts_from})
        law = catalogue(measure("a1", application(Strength.BAR, lasting=lasting)))
        view = HeldView(law, holding((COMPANY, record(entry(term=Term(date(2026, 1, 10)))))))
        assert check(view, on=last_on).verdict is Verdict.DENY
        assert check(view, on=last_on + timedelta(days=1)).verdict is Verdict.CLEAR

    def test_of_several_applications_of_one_measure_the_strongest_is_kept(self) -> None:
        both = [application(Strength.SCRUTINISE), application(Strength.BAR, remark=text("as the documents say"))]
        for applies in (both, both[::-1]):
            view = HeldView(catalogue(measure("a1", *applies)), holding((COMPANY, record(entry()))))
            (finding,) = check(view).findings
            assert finding.strength is Strength.BAR
            assert finding.remark == text("as the documents say")

    def test_findings_stand_strongest_first(self) -> None:
        law = catalogue(
            measure("a", application(Strength.SCRUTINISE)),
            measure("b", application(Strength.BAR)),
            measure("c", application(Strength.LIMIT)),
        )
        decision = check(HeldView(law, holding((COMPANY, record(entry())))))
        assert [finding.measure.id for finding in decision.findings] == ["b", "c", "a"]

    def test_findings_of_equal_strength_stand_by_entry_and_measure(self) -> None:
        law = catalogue(measure("a", application(Strength.BAR)), measure("b", application(Strength.BAR)))
        both = (entry(id="e1"), entry(id="e2"))
        for found in (record(*both), record(*reversed(both))):
            decision = check(HeldView(law, holding((COMPANY, found))))
            named = [(finding.entry.id, finding.measure.id) for finding in decision.findings]
            assert named == [("e1", "a"), ("e1", "b"), ("e2", "a"), ("e2", "b")]


class TestOneLawForManyViews:
    """What is kept between two checks never leaks into the next."""

    def test_coverage_is_that_of_the_view_asked(self) -> None:
        law = catalogue(BAR)
        verdicts = [
            check(HeldView(law, coverage=held)).verdict for held in (covered(DEFAULTER), {}, covered(DEFAULTER))
        ]
        assert verdicts == [Verdict.CLEAR, Verdict.UNDETERMINED, Verdict.CLEAR]

    def test_the_sentence_is_of_the_day_and_the_advice_of_the_check(self) -> None:
        law = catalogue(measure("c1-01", application(Strength.ADVISE), measure_class=MeasureClass.C))
        view = HeldView(law, holding((COMPANY, record(entry()))))
        tomorrow_on = TODAY_ON + timedelta(days=1)
        for subject, on, said, unsaid in (
            (company(2), TODAY_ON, "2026-11-23", "供参考"),
            (company(2), tomorrow_on, "2026-11-24", "供参考"),
            (COMPANY, tomorrow_on, "1项供参考", "2026-11-23"),
            (company(2), tomorrow_on, "2026-11-24", "供参考"),
        ):
            words = check(view, subject, on=on).why.zh
            assert said in words
            assert unsaid not in words
