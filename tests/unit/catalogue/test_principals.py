"""Natural persons, and those who stand beside a company."""

from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.model.decision import Principal, Verdict
from credit_sdk.model.evidence import CoverageState
from credit_sdk.model.measure import Role, Strength
from tests.unit.catalogue.builders import (
    AWARD,
    BAR,
    COMPANY,
    DEFAULTER,
    HONOUR,
    INCENTIVE,
    NOW,
    TAX,
    TODAY_ON,
    HeldView,
    application,
    catalogue,
    company,
    entry,
    holding,
    measure,
    person,
    record,
)
from tests.unit.catalogue.checking import check


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
