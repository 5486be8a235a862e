"""A report says what is published, what is under objection, and what it knows nothing of."""

from collections.abc import Mapping
from datetime import date

import pytest
from msgspec.structs import replace

from credit_sdk.catalogue.catalogue import Catalogue, Law
from credit_sdk.model.listing import Entry, Severity
from credit_sdk.model.term import Term
from gateway.drafting.adoption import compile_law, shipped_law_directory
from gateway.registry.credit_report import CreditReport, PublicRecord, Section, compose
from gateway.registry.report_words import ADVICE_NONE
from gateway.registry.self_declarations import DeclaredCategory, SelfDeclaration, Verification
from gateway.registry.subject_file import GradeHeld, Licence, SubjectFile
from tests.real_gateway import company

ON = date(2026, 12, 1)


@pytest.fixture(scope="module")
def law() -> Law:
    return Catalogue(compile_law(shipped_law_directory())).on(ON)


def entry(list_id: str, number: int = 1, **changes: object) -> Entry:
    made = Entry(
        id=f"{list_id}-{number}",
        list=list_id,
        severity=Severity.NONE,
        authority="虚构市某局",
        authority_code="",
        document_no=f"虚〔2026〕{number}号",
        determined_on=date(2026, 5, number),
        term=Term(date(2026, 5, number), date(2027, 5, number)),
        fact="虚构的事实",
    )
    return replace(made, **changes)


def report(
    law: Law, *entries: Entry, covered: Mapping[str, date] | None = None, file: SubjectFile | None = None
) -> CreditReport:
    held = file or SubjectFile("虚构公司", (), ())
    return compose(PublicRecord(company(1), held, law, entries, covered or {}, ON))


def section(made: CreditReport, number: int) -> Section:
    return next(each for each in made.sections if each.number == number)


@pytest.mark.parametrize(
    ("list_id", "number"),
    [
        ("administrative-penalty", 2),
        ("tax-a", 3),
        ("judgment-defaulter", 4),
        ("abnormal-operation", 5),
        ("false-commitment", 6),
        ("consumption-restricted", 8),
        ("focus-watch", 9),
        ("no-list-of-this-law", 9),
    ],
)
def test_each_list_stands_in_its_section(law: Law, list_id: str, number: int) -> None:
    made = report(law, entry(list_id))
    found = {each.number: len(each.items) for each in made.sections if each.items and each.number != 1}
    assert found == {number: 1}
    assert section(made, number).state == "recorded"


def test_nothing_declared_is_not_collected_and_never_no_record(law: Law) -> None:
    made = report(law)
    assert {each.state for each in made.sections if each.number not in {0, 1}} == {"not-collected"}
    assert "失信被执行人" in section(made, 4).missing


def test_no_record_is_said_only_where_every_list_is_complete(law: Law) -> None:
    made = report(law, covered={"abnormal-operation": ON, "judgment-defaulter": ON, "administrative-penalty": ON})
    assert section(made, 5).state == "none"
    assert section(made, 4).state == "partial"
    assert section(made, 4).covered == (("失信被执行人", ON),)
    assert "重大税收违法失信主体" in section(made, 4).missing
    assert (section(made, 2).state, section(made, 2).missing) == ("partial", ("行政许可",))


def test_a_list_with_an_entry_that_nobody_declared_complete_is_said_to_be_incomplete(law: Law) -> None:
    found = section(report(law, entry("wage-arrears")), 4)
    assert found.incomplete == ("拖欠农民工工资失信联合惩戒对象",)
    assert "拖欠农民工工资失信联合惩戒对象" not in found.missing


def test_what_has_run_out_or_not_begun_is_not_in_it(law: Law) -> None:
    over = entry("judgment-defaulter", term=Term(date(2024, 1, 1), date(2026, 11, 30)))
    later = entry("judgment-defaulter", 2, term=Term(date(2026, 12, 2)))
    assert section(report(law, over, later), 4).items == ()


def test_an_objection_is_seen_at_once(law: Law) -> None:
    (item,) = section(report(law, entry("judgment-defaulter", objection_on=date(2026, 11, 3))), 4).items
    assert item.mark == "异议处理中（自2026-11-03起）"


@pytest.mark.parametrize(
    ("lists", "labels"),
    [
        ((), ()),
        (("tax-a",), ("守信激励对象",)),
        (("judgment-defaulter",), ("失信惩戒对象",)),
        (("tax-a", "judgment-defaulter"), ("失信惩戒对象",)),
        (("abnormal-operation",), ()),
    ],
)
def test_who_is_both_is_labelled_by_what_weighs_more(law: Law, lists: tuple[str, ...], labels: tuple[str, ...]) -> None:
    assert report(law, *(entry(each) for each in lists)).labels == labels


def test_it_tells_the_way_out_of_every_list_once(law: Law) -> None:
    made = report(law, entry("wage-arrears"), entry("wage-arrears", 2), entry("tax-a"))
    (advice,) = made.advice
    assert advice.startswith("拖欠农民工工资失信联合惩戒对象：")
    assert "异议" in advice
    assert report(law, entry("tax-a")).advice == (ADVICE_NONE,)


def test_what_is_self_declared_says_so_and_what_was_rejected_is_left_out(law: Law) -> None:
    def item(state: Verification) -> SelfDeclaration:
        return SelfDeclaration(state, DeclaredCategory.CHARITY, "捐赠", "图书", ON, "1" * 20, state, None, "")

    made = report(law, file=SubjectFile("虚构公司", (), tuple(map(item, Verification))))
    assert [each.mark for each in section(made, 0).items] == [
        "未经核实，不作为惩戒依据",
        "已核实，不作为惩戒依据",
    ]
    assert made.labels == ()


def test_licences_are_shown_and_none_here_is_never_no_record(law: Law) -> None:
    licence = Licence("虚构许可决定书", "虚许〔2026〕1号", "普通", "经营", ON, ON, None, "虚构市某局", "有效")
    covered = {"administrative-penalty": ON}
    held = section(report(law, covered=covered, file=SubjectFile("虚构公司", (), (), (licence,))), 2)
    lines = dict(held.items[0].lines)
    assert (lines["有效期"], lines["当前状态"]) == ("2026-12-01 至 长期", "有效")
    assert (held.state, held.incomplete, held.missing) == ("recorded", ("行政许可",), ())
    none = section(report(law, covered=covered), 2)
    assert (none.state, none.missing) == ("partial", ("行政许可",))


def test_a_grade_is_shown_with_source_and_days_and_labels_nobody(law: Law) -> None:
    file = SubjectFile("虚构公司", (), (), (), GradeHeld("D", "虚构省信用中心", ON, date(2027, 6, 30)))
    made = report(law, file=file)
    shown = section(made, 7)
    assert dict(shown.items[0].lines) == {
        "评价等级": "D",
        "提供单位": "虚构省信用中心",
        "适用期间": "2026-12-01 至 2027-06-30",
    }
    assert "不单独作为惩戒依据" in shown.items[0].mark
    assert (shown.state, shown.missing, made.labels) == ("recorded", ("行业信用评价",), ())
    assert section(report(law), 7).state == "not-collected"


def test_the_order_of_entries_changes_nothing(law: Law) -> None:
    entries = [entry("judgment-defaulter", number) for number in (1, 2, 3)]
    assert report(law, *entries).content() == report(law, *reversed(entries)).content()


def test_only_the_days_of_completeness_leave_what_it_says_the_same(law: Law) -> None:
    before = report(law, covered={"tax-a": date(2026, 11, 1)}).content_digest()
    assert report(law, covered={"tax-a": ON}).content_digest() == before
    assert report(law, covered={"customs-aeo": ON}).content_digest() != before
    assert report(law, entry("tax-a"), covered={"tax-a": ON}).content_digest() != before
