"""What a check answers, step by step."""

from datetime import UTC, date, datetime, timedelta

import pytest

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.coverage import Coverage
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.ruling import OLD_NUMBER
from credit_sdk.catalogue.view import EmptyView
from credit_sdk.errors import InvalidRequestError, UnknownMatterError
from credit_sdk.model.citation import Citation
from credit_sdk.model.decision import Decision, Principal, Verdict
from credit_sdk.model.evidence import CoverageState, Freshness
from credit_sdk.model.identifier import registration_check_digit
from credit_sdk.model.listing import FieldValue, ListClass, Severity, SubjectRecord
from credit_sdk.model.measure import EntryCondition, FactCondition, Lasting, MeasureClass, Role, Strength
from credit_sdk.model.scheme import SubjectKind
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import Term
from tests.unit.catalogue.builders import (
    AWARD,
    BAR,
    COMPANY,
    DEFAULTER,
    HONOUR,
    INCENTIVE,
    LISTS,
    NOW,
    PENALTY,
    TAX,
    TODAY_ON,
    HeldView,
    application,
    catalogue,
    company,
    covered,
    credit_list,
    document,
    entry,
    holding,
    instrument,
    matter,
    measure,
    person,
    record,
    text,
)


def older_number(body: str) -> str:
    return f"{body}{registration_check_digit(body)}"


def check(
    view: HeldView | EmptyView, subject: Subject = COMPANY, matter_id: str = AWARD, on: date = TODAY_ON
) -> Decision:
    return evaluate(subject, matter_id, on, view, NOW)


def listed() -> HeldView:
    return HeldView(catalogue(BAR), holding((COMPANY, record(entry()))))


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


class TestPersonsAndPrincipals:
    def test_a_person_asked_where_no_persons_are_held_is_undetermined(self) -> None:
        decision = check(HeldView(catalogue(BAR)), person())
        assert decision.verdict is Verdict.UNDETERMINED
        assert "自然人须在线核查，并说明目的和依据" in decision.why.zh
        assert {found.state for found in decision.evidence.coverage} == {CoverageState.NOT_COVERED}

    def test_a_person_is_never_refused_by_machine_alone(self) -> None:
        view = HeldView(catalogue(BAR), holding((person(), record(entry()))), holds_persons=True)
        decision = check(view, person())
        assert decision.verdict is Verdict.REVIEW
        assert decision.findings[0].confirmation_by_person

    def test_only_measures_that_extend_to_the_role_bite_through_a_principal(self) -> None:
        through = [Role.LEGAL_REPRESENTATIVE]
        law = catalogue(BAR, measure("a1-18", application(Strength.LIMIT, TAX, through=through)))
        parent = company(9)
        view = HeldView(law, holding((parent, record(entry(DEFAULTER), entry(TAX)))))
        principal = Principal(parent, Role.LEGAL_REPRESENTATIVE)
        decision = evaluate(COMPANY, AWARD, TODAY_ON, view, NOW, principals=[principal])
        assert [(finding.measure.id, finding.through) for finding in decision.findings] == [("a1-18", principal)]
        assert "法定代表人" in decision.why.zh
        other = Principal(parent, Role.ACTUAL_CONTROLLER)
        assert evaluate(COMPANY, AWARD, TODAY_ON, view, NOW, principals=[other]).verdict is Verdict.CLEAR

    def test_a_bar_through_a_person_is_for_an_officer(self) -> None:
        law = catalogue(measure("a3-01", application(Strength.BAR, through=[Role.ACTUAL_CONTROLLER])))
        view = HeldView(law, holding((person(), record(entry()))), holds_persons=True)
        principal = Principal(person(), Role.ACTUAL_CONTROLLER)
        decision = evaluate(COMPANY, AWARD, TODAY_ON, view, NOW, principals=[principal])
        assert decision.verdict is Verdict.REVIEW
        assert decision.findings[0].confirmation_by_person

    def test_a_person_in_a_role_the_law_reaches_through_leaves_it_open(self) -> None:
        law = catalogue(measure("a3-01", application(Strength.BAR, through=[Role.LEGAL_REPRESENTATIVE])))
        principal = Principal(person(), Role.LEGAL_REPRESENTATIVE)
        open_answer = evaluate(COMPANY, AWARD, TODAY_ON, HeldView(law), NOW, principals=[principal])
        assert open_answer.verdict is Verdict.UNDETERMINED
        assert person().code not in open_answer.to_json().decode() + open_answer.explain() + repr(open_answer)
        listed_view = HeldView(law, holding((COMPANY, record(entry()))))
        decided = evaluate(COMPANY, AWARD, TODAY_ON, listed_view, NOW, principals=[principal])
        assert decided.verdict is Verdict.DENY
        bystander = Principal(person(), Role.CANDIDATE)
        assert evaluate(COMPANY, AWARD, TODAY_ON, HeldView(law), NOW, principals=[bystander]).verdict is Verdict.CLEAR

    def test_a_serious_entry_of_a_principal_leaves_the_subject_s_incentives(self) -> None:
        law = catalogue(BAR, INCENTIVE)
        parent = company(9)
        view = HeldView(law, holding((COMPANY, record(entry(HONOUR))), (parent, record(entry(TAX)))))
        principal = Principal(parent, Role.ACTUAL_CONTROLLER)
        assert evaluate(COMPANY, AWARD, TODAY_ON, view, NOW, principals=[principal]).incentives


class TestRequests:
    def test_an_unknown_matter_comes_with_the_nearest(self) -> None:
        with pytest.raises(UnknownMatterError) as caught:
            check(HeldView(catalogue(BAR)), matter_id="procurment.award")
        assert AWARD in caught.value.hint

    def test_a_matter_is_known_only_while_its_law_stands(self) -> None:
        law = catalogue(BAR, matters=[matter(until_on=date(2025, 12, 31))])
        with pytest.raises(UnknownMatterError):
            check(HeldView(law))

    @pytest.mark.parametrize("facts", [{"other": True}, {"statutory_tender": 1}, {"statutory_tender": "yes"}])
    def test_an_unknown_or_mistyped_fact_is_refused_with_the_facts_there_are(
        self, facts: dict[str, bool | int | str]
    ) -> None:
        view = HeldView(catalogue(BAR, matters=[matter(facts={"statutory_tender": True})]))
        with pytest.raises(InvalidRequestError) as caught:
            evaluate(COMPANY, AWARD, TODAY_ON, view, NOW, facts=facts)
        assert "statutory_tender (bool)" in caught.value.hint

    @pytest.mark.parametrize("on", [date(1989, 12, 31), date(2101, 1, 1), datetime(2026, 11, 23, tzinfo=UTC)])
    def test_a_day_out_of_reach_is_refused(self, on: date) -> None:
        with pytest.raises(InvalidRequestError):
            check(HeldView(catalogue(BAR)), on=on)

    def test_a_masked_number_is_refused(self) -> None:
        masked = Subject.parse("6301**********1234")
        with pytest.raises(InvalidRequestError, match="partly hidden"):
            check(HeldView(catalogue(BAR)), masked)
        with pytest.raises(InvalidRequestError):
            evaluate(COMPANY, AWARD, TODAY_ON, EmptyView(), NOW, principals=[Principal(masked, Role.CANDIDATE)])

    def test_a_principal_given_twice_is_refused(self) -> None:
        twice = [Principal(company(2), Role.CANDIDATE)] * 2
        with pytest.raises(InvalidRequestError, match="twice"):
            evaluate(COMPANY, AWARD, TODAY_ON, HeldView(catalogue(BAR)), NOW, principals=twice)

    @pytest.mark.parametrize("role", ["legal-representative", "", None, 1])
    def test_a_role_no_law_knows_is_refused_and_not_passed_over(self, role: object) -> None:
        beside = Principal(company(7), role)  # type: ignore[arg-type]
        with pytest.raises(InvalidRequestError, match="must be a Role"):
            evaluate(COMPANY, AWARD, TODAY_ON, EmptyView(), NOW, principals=[beside])

    @pytest.mark.parametrize("case", [b"17", 17, ["17"]])
    def test_a_case_that_is_no_text_is_refused(self, case: object) -> None:
        with pytest.raises(InvalidRequestError, match="must be text"):
            evaluate(COMPANY, AWARD, TODAY_ON, EmptyView(), NOW, case=case)  # type: ignore[arg-type]

    def test_a_naive_instant_is_refused(self) -> None:
        with pytest.raises(InvalidRequestError, match="aware"):
            evaluate(COMPANY, AWARD, TODAY_ON, HeldView(catalogue(BAR)), NOW.replace(tzinfo=None))

    def test_a_case_number_is_a_number_and_no_story(self) -> None:
        with pytest.raises(InvalidRequestError, match="201"):
            evaluate(COMPANY, AWARD, TODAY_ON, HeldView(catalogue(BAR)), NOW, case="x" * 201)


class TestNotices:
    def test_matter_and_list_speak_to_the_desk_each_once(self) -> None:
        lists = [credit_list(DEFAULTER, notices=(text("call the court"),)), *LISTS[1:]]
        law = catalogue(
            BAR,
            measure("a1-07", application(Strength.LIMIT)),
            lists=lists,
            matters=[matter(notices=(text("keep the record"),))],
        )
        assert check(HeldView(law)).notices == (text("keep the record"),)
        decision = check(HeldView(law, holding((COMPANY, record(entry())))))
        assert decision.notices == (text("call the court"), text("keep the record"))

    @pytest.mark.parametrize("number", [older_number("63010000000011"), "710550007", "6301000000001"])
    def test_an_older_number_clears_nobody_and_asks_for_the_unified_one(self, number: str) -> None:
        decision = check(HeldView(catalogue(BAR)), Subject.parse(number))
        assert decision.verdict is Verdict.UNDETERMINED
        assert "请改用统一社会信用代码再次核查" in decision.why.zh
        assert [notice.zh for notice in decision.notices if "统一社会信用代码" in notice.zh] == [OLD_NUMBER.zh]

    def test_a_principal_under_an_older_number_clears_nobody_where_the_law_reaches_through_him(self) -> None:
        older = Subject.parse(older_number("63010000000011"))
        beside = (Principal(older, Role.ACTUAL_CONTROLLER),)
        through = catalogue(measure("a1-06", application(Strength.BAR, through=(Role.ACTUAL_CONTROLLER,))))
        decision = evaluate(COMPANY, AWARD, TODAY_ON, HeldView(through), NOW, principals=beside)
        assert decision.verdict is Verdict.UNDETERMINED
        assert f"实际控制人{older.code}所用号码不是统一社会信用代码" in decision.why.zh
        elsewhere = evaluate(COMPANY, AWARD, TODAY_ON, HeldView(catalogue(BAR)), NOW, principals=beside)
        assert elsewhere.verdict is Verdict.CLEAR

    @pytest.mark.parametrize(
        ("strength", "verdict"), [(Strength.BAR, Verdict.DENY), (Strength.SCRUTINISE, Verdict.REVIEW)]
    )
    def test_what_is_found_under_an_older_number_decides(self, strength: Strength, verdict: Verdict) -> None:
        older = Subject.parse(older_number("63010000000011"))
        law = catalogue(measure("a1-06", application(strength)))
        decision = check(HeldView(law, holding((older, record(entry())))), older)
        assert decision.verdict is verdict
        assert OLD_NUMBER in decision.notices

    def test_advice_under_an_older_number_clears_nobody(self) -> None:
        older = Subject.parse(older_number("63010000000011"))
        law = catalogue(measure("c1-01", application(Strength.ADVISE), measure_class=MeasureClass.C))
        assert check(HeldView(law, holding((older, record(entry())))), older).verdict is Verdict.UNDETERMINED

    def test_another_remark_about_a_number_stands_in_nobody_s_way(self) -> None:
        unusual = company(1, category="N9")
        assert unusual.warnings
        assert check(HeldView(catalogue(BAR)), unusual).verdict is Verdict.CLEAR

    def test_unfounded_measures_do_not_bite(self) -> None:
        law = document(
            measure("a1", application(Strength.BAR), citing="lapsed"),
            instruments=[instrument("lapsed", until_on=date(2025, 12, 31))],
        )
        view = HeldView(Catalogue(law), holding((COMPANY, record(entry(term=Term(date(2025, 1, 1)))))))
        assert check(view, on=date(2025, 12, 31)).verdict is Verdict.DENY
        assert check(view).verdict is Verdict.CLEAR
        assert view.catalogue.on(TODAY_ON).unfounded == ("a1",)

    def test_an_application_is_told_with_its_own_articles_and_falls_with_them(self) -> None:
        """Two lists, one measure: each with the article that is about it, as long as that article stands."""
        both = (Citation(instrument="act", article="第一条"), Citation(instrument="lapsed", article="第二条"))
        shared = measure(
            "a1",
            application(Strength.LIMIT, DEFAULTER).model_copy(update={"basis": both[:1]}),
            application(Strength.LIMIT, TAX).model_copy(update={"basis": both[1:]}),
        )
        version = shared.versions[0].model_copy(update={"basis": both})
        law = document(
            shared.model_copy(update={"versions": (version,)}),
            instruments=[instrument("lapsed", until_on=date(2025, 12, 31))],
        )
        entries = [entry(id="e-1", term=Term(date(2025, 1, 1))), entry(TAX, id="e-2", term=Term(date(2025, 1, 1)))]
        view = HeldView(Catalogue(law), holding((COMPANY, record(*entries))))
        before, after = check(view, on=date(2025, 12, 31)), check(view)
        assert [(each.entry.list, [basis.article for basis in each.basis]) for each in before.findings] == [
            (DEFAULTER, ["第一条"]),
            (TAX, ["第二条"]),
        ]
        assert [each.entry.list for each in after.findings] == [DEFAULTER]


def test_a_court_order_list_withholds_no_incentive() -> None:
    lists = [credit_list(TAX, ListClass.COURT_ORDER), *[listed for listed in LISTS if listed.id != TAX]]
    law = catalogue(BAR, INCENTIVE, lists=lists)
    view = HeldView(law, holding((COMPANY, record(entry(HONOUR), entry(TAX)))))
    assert check(view).incentives
