"""Cases a reader of the law would ask about: one list, one matter, and what must come out of the whole check.

Beside each stands what the law says about it. The data are fresh and complete; what old or missing data do is tested
where freshness is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import pytest

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.group import evaluate_group
from credit_sdk.model.decision import Decision
from credit_sdk.model.finding import Principal
from credit_sdk.model.listing import Entry, FieldValue, Severity, SubjectRecord
from credit_sdk.model.measure import Role
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import Term
from gateway.drafting.adoption import compile_law, shipped_law_directory
from tests.memory_view import complete_view

COMPANY = Subject.parse("916301007105500078")
SHOP = Subject.parse("92630102MA757T001P")
PERSON = Subject.parse("639900199003070115")
ON = date(2026, 11, 23)
FROM = date(2026, 5, 4)


@dataclass(frozen=True)
class Listed:
    """One entry of the case."""

    list: str
    from_on: date = FROM
    until_on: date | None = None
    severity: Severity = Severity.SERIOUS
    objection: bool = False
    fields: Mapping[str, FieldValue] = field(default_factory=dict)

    def entry(self, number: int) -> Entry:
        return Entry(
            id=f"entry-{number}",
            list=self.list,
            severity=self.severity,
            authority="青川省某某局",
            authority_code="",
            document_no=f"青川〔2026〕{number}号",
            determined_on=self.from_on,
            term=Term(self.from_on, self.until_on),
            objection_on=self.from_on if self.objection else None,
            fields=dict(self.fields),
        )


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(compile_law(shipped_law_directory()))


def decide(
    catalogue: Catalogue,
    matter: str,
    *listed: Listed,
    subject: Subject = COMPANY,
    on: date = ON,
    facts: Mapping[str, FieldValue] | None = None,
    principal: tuple[Role, Listed] | None = None,
    covered: bool = True,
) -> Decision:
    records = {subject.key: SubjectRecord(tuple(each.entry(n) for n, each in enumerate(listed)))}
    principals = []
    if principal is not None:
        role, entry = principal
        principals.append(Principal(PERSON, role))
        records[PERSON.key] = SubjectRecord((entry.entry(100),))
    now = datetime.combine(on, time(4), UTC)
    view = complete_view(catalogue, now, records, covered=covered)
    stated = {name: value for name, value in (facts or {}).items() if isinstance(value, bool | int | str)}
    return evaluate(subject, matter, on, view, now, principals=principals, facts=stated)


def strongest(decision: Decision) -> str:
    return max((each.strength for each in decision.findings), key=lambda one: one.rank).value


# list | matter | verdict | strongest strength | a measure that must be named
ROWS = """
judgment-defaulter              | procurement.qualification | DENY   | bar        | a1-06
judgment-defaulter              | tendering.bid-opening     | REVIEW | limit      | a1-07
judgment-defaulter              | licensing.permit          | REVIEW | scrutinise | b3-01
judgment-defaulter              | market.registration       | REVIEW | scrutinise | b4-01
judgment-defaulter              | qualification.review      | REVIEW | limit      | a1-17
judgment-defaulter              | project.approval          | REVIEW | limit      | a1-16
judgment-defaulter              | land.transfer             | REVIEW | limit      | a1-18
judgment-defaulter              | honours.award             | REVIEW | scrutinise | b2-01
major-tax-violation             | procurement.award         | DENY   | bar        | a1-06
major-tax-violation             | tendering.award           | REVIEW | scrutinise | b4-01
wage-arrears                    | procurement.award         | REVIEW | limit      | a1-14
wage-arrears                    | funds.grant               | REVIEW | limit      | a1-14
wage-arrears                    | honours.award             | REVIEW | limit      | a1-14
market-supervision-serious      | procurement.award         | REVIEW | limit      | a1-13
market-supervision-serious      | land.transfer             | REVIEW | limit      | a1-13
market-supervision-serious      | funds.grant               | REVIEW | scrutinise | b1-01
procurement-serious             | procurement.award         | DENY   | bar        | a1-03
procurement-serious             | licensing.permit          | CLEAR  | -          | -
procurement-serious             | honours.award             | REVIEW | scrutinise | b2-01
work-safety-serious             | project.approval          | REVIEW | limit      | a1-12
work-safety-serious             | procurement.award         | REVIEW | scrutinise | b4-01
public-resource-trading-serious | tendering.award           | REVIEW | scrutinise | b4-01
public-resource-trading-serious | qualification.review      | CLEAR  | -          | -
abnormal-operation              | procurement.award         | REVIEW | scrutinise | a1-13
abnormal-operation              | qualification.review      | REVIEW | scrutinise | b4-01
focus-watch                     | procurement.award         | REVIEW | scrutinise | b4-01
focus-watch                     | land.transfer             | CLEAR  | -          | -
sme-payment                     | licensing.permit          | CLEAR  | -          | -
judgment-defaulter              | finance.credit            | CLEAR  | advise     | c2-01
"""


CASES = [tuple(map(str.strip, row.split("|"))) for row in ROWS.strip().splitlines()]


@pytest.mark.parametrize("case", CASES, ids=[f"{case[0]}-{case[1]}" for case in CASES])
def test_a_list_bears_on_a_matter_as_the_matrix_says(catalogue: Catalogue, case: tuple[str, ...]) -> None:
    list_, matter, verdict, strength, measure = case
    decision = decide(catalogue, matter, Listed(list_))
    assert decision.verdict.value == verdict
    if strength == "-":
        assert decision.findings == ()
        return
    assert strongest(decision) == strength
    assert measure in {each.measure.id for each in decision.findings}


def test_a_large_enterprise_that_owes_small_ones_is_limited_and_a_small_one_is_looked_at(catalogue: Catalogue) -> None:
    large = decide(catalogue, "funds.grant", Listed("sme-payment", fields={"is_large_enterprise": True}))
    unsaid = decide(catalogue, "funds.grant", Listed("sme-payment"))
    assert (strongest(large), strongest(unsaid)) == ("limit", "scrutinise")


def test_a_building_client_in_arrears_with_wages_starts_no_new_project(catalogue: Catalogue) -> None:
    """保障农民工工资支付条例第四十九条 speaks of 建设单位."""
    client = decide(catalogue, "project.approval", Listed("wage-arrears", fields={"is_construction_unit": True}))
    other = decide(catalogue, "project.approval", Listed("wage-arrears"))
    assert (strongest(client), strongest(other)) == ("limit", "scrutinise")


def test_a_defaulter_is_limited_only_where_a_tender_is_required_by_law(catalogue: Catalogue) -> None:
    """法〔2016〕285号 speaks of 依法必须进行招标."""
    free = decide(catalogue, "tendering.award", Listed("judgment-defaulter"), facts={"statutory_tender": False})
    assert "a1-07" not in {each.measure.id for each in free.findings}
    assert free.verdict.value in {"REVIEW", "CLEAR"}


@pytest.mark.parametrize(("fine_yuan", "verdict"), [(2_000_000, "DENY"), (1_999_999, "CLEAR")])
def test_a_fine_is_a_major_violation_from_two_million_on(catalogue: Catalogue, fine_yuan: int, verdict: str) -> None:
    """财库〔2022〕3号."""
    penalty = Listed("administrative-penalty", fields={"fine_yuan": fine_yuan, "penalty_kinds": ("罚款",)})
    assert decide(catalogue, "procurement.award", penalty).verdict.value == verdict


@pytest.mark.parametrize(("from_on", "verdict"), [(date(2023, 11, 24), "DENY"), (date(2023, 11, 22), "CLEAR")])
def test_a_major_violation_counts_for_three_years(catalogue: Catalogue, from_on: date, verdict: str) -> None:
    """政府采购法第二十二条（五）."""
    penalty = Listed("administrative-penalty", from_on=from_on, fields={"penalty_kinds": ("责令停产停业",)})
    assert decide(catalogue, "procurement.qualification", penalty).verdict.value == verdict


@pytest.mark.parametrize(("until_on", "verdict"), [(ON, "DENY"), (ON - timedelta(days=1), "CLEAR")])
def test_who_has_served_a_ban_may_take_part_again_from_the_next_day(
    catalogue: Catalogue, until_on: date, verdict: str
) -> None:
    """政府采购法实施条例第十九条第二款. The publisher need not have removed anything."""
    assert (
        decide(catalogue, "procurement.award", Listed("procurement-serious", until_on=until_on)).verdict.value
        == verdict
    )


def test_one_member_that_is_listed_bars_a_consortium(catalogue: Catalogue) -> None:
    """政府采购法第二十四条."""
    listed = SubjectRecord((Listed("judgment-defaulter").entry(1),))
    now = datetime.combine(ON, time(4), UTC)
    view = complete_view(catalogue, now, {SHOP.key: listed})
    group = evaluate_group((COMPANY, SHOP), "procurement.award", ON, view, now)
    assert group.verdict.value == "DENY"


def test_a_shareholder_or_officer_who_is_listed_does_not_list_the_company(catalogue: Catalogue) -> None:
    """A measure reaches through a principal only where the law names him."""
    principal = (Role.LEGAL_REPRESENTATIVE, Listed("judgment-defaulter"))
    assert decide(catalogue, "procurement.award", principal=principal).verdict.value == "CLEAR"


def test_an_entry_under_an_old_number_alone_bars_nobody_by_resemblance(catalogue: Catalogue) -> None:
    """A registration number of fifteen digits is another identifier."""
    old = Subject.parse("630100100001235")
    now = datetime.combine(ON, time(4), UTC)
    view = complete_view(catalogue, now, {old.key: SubjectRecord((Listed("judgment-defaulter").entry(1),))})
    assert evaluate(COMPANY, "procurement.award", ON, view, now).verdict.value == "CLEAR"
    assert evaluate(old, "procurement.award", ON, view, now).verdict.value == "DENY"


def test_a_person_is_never_refused_by_a_machine(catalogue: Catalogue) -> None:
    """个人信息保护法第二十四条."""
    decision = decide(catalogue, "company.officer", Listed("judgment-defaulter"), subject=PERSON)
    assert decision.verdict.value == "REVIEW"
    assert {each.statutory_strength.value for each in decision.findings if each.measure.id == "a2-01"} == {"bar"}
    assert PERSON.code not in decision.explain("zh")


def test_who_is_honoured_and_listed_is_listed(catalogue: Catalogue) -> None:
    decision = decide(catalogue, "funds.grant", Listed("tax-a"), Listed("wage-arrears"))
    assert decision.verdict.value == "REVIEW"
    assert decision.incentives == ()
    assert decision.withheld


def test_who_is_honoured_alone_is_favoured(catalogue: Catalogue) -> None:
    decision = decide(catalogue, "licensing.permit", Listed("tax-a"))
    assert decision.verdict.value == "CLEAR"
    assert {each.measure.id for each in decision.incentives} == {"i01", "i02", "i03", "i04", "i05"}


def test_two_sources_that_disagree_do_not_clear(catalogue: Catalogue) -> None:
    """Of two entries one has lapsed, the other has not."""
    lapsed = Listed("judgment-defaulter", until_on=ON - timedelta(days=30))
    assert decide(catalogue, "procurement.award", lapsed, Listed("judgment-defaulter")).verdict.value == "DENY"


def test_no_source_is_never_no_record(catalogue: Catalogue) -> None:
    assert decide(catalogue, "procurement.award", covered=False).verdict.value == "UNDETERMINED"


def test_a_shop_is_shown_as_itself(catalogue: Catalogue) -> None:
    """A sole trader is barred as a supplier, under the shop's own code."""
    decision = decide(catalogue, "procurement.award", Listed("judgment-defaulter"), subject=SHOP)
    assert decision.verdict.value == "DENY"
    assert decision.subject.code == SHOP.code


def test_an_objection_takes_the_refusal_from_the_machine_to_a_person(catalogue: Catalogue) -> None:
    decision = decide(catalogue, "procurement.award", Listed("judgment-defaulter", objection=True))
    assert decision.verdict.value == "REVIEW"
    assert {each.statutory_strength.value for each in decision.findings} == {"bar"}


@pytest.mark.parametrize(("until_on", "verdict"), [(date(2026, 11, 23), "REVIEW"), (date(2026, 11, 22), "CLEAR")])
def test_what_is_past_its_publicity_is_not_usable(catalogue: Catalogue, until_on: date, verdict: str) -> None:
    listed = Listed("market-supervision-serious", from_on=date(2023, 11, 23), until_on=until_on)
    assert decide(catalogue, "procurement.award", listed).verdict.value == verdict


def test_a_case_of_the_past_is_decided_by_the_law_of_that_day(catalogue: Catalogue) -> None:
    """Small firms have been protected so since 2025-06-01, by the regulation as revised."""
    entry = Listed("sme-payment", from_on=date(2025, 1, 6), fields={"is_large_enterprise": True})
    after = decide(catalogue, "funds.grant", entry, on=date(2025, 6, 1))
    before = decide(catalogue, "funds.grant", entry, on=date(2025, 5, 31))
    assert "a1-15" in {each.measure.id for each in after.findings}
    assert "a1-15" not in {each.measure.id for each in before.findings}
