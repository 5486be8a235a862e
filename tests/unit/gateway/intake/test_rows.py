"""A row becomes a draft, or is set aside with every reason at once."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_sdk.model.listing import ListClass, Severity
from gateway.intake.columns import COLUMNS, Header
from gateway.intake.drafts import Draft, Reading
from gateway.intake.files import SheetRow
from gateway.intake.rows import RowReader
from gateway.registry.lists import KnownList, KnownLists

TODAY = date(2026, 3, 2)
SERIOUS = KnownList(
    "procurement-serious", "政府采购严重违法失信行为记录名单", ListClass.SERIOUS, persons=False, organisations=True
)
PERSONS = KnownList(
    "national-defence", "履行国防义务严重失信主体", ListClass.SERIOUS, persons=True, organisations=False
)
HONOUR = KnownList("tax-a", "纳税信用A级纳税人", ListClass.HONOUR, persons=False, organisations=True)
PENALTY = KnownList("administrative-penalty", "行政处罚", ListClass.BY_ENTRY, persons=True, organisations=True)
LISTS = KnownLists("2026-03", {each.id: each for each in (SERIOUS, PERSONS, HONOUR, PENALTY)})
PERSON = "639900199003070115"
ROW = {
    "subject_code": "916301007105500078",
    "subject_name": "虚构公司",
    "authority": "虚构市财政局",
    "document_no": "虚财罚〔2026〕1号",
    "basis": "政府采购法第七十七条",
    "determined_on": "2026-1-5",
    "term_from": "2026/01/05",
    "term_until": "2028年1月4日",
    "severity": "严重",
    "fact": "提供虚假材料谋取中标",
    "notice_given_on": "20251201",
}


def read(target: KnownList = SERIOUS, /, **changed: str) -> Reading:
    row = {**ROW, **changed}
    header = Header.read(SheetRow(1, tuple(row)))
    return next(RowReader(header, LISTS, target, TODAY).read([SheetRow(2, tuple(row.values()))]))


def drafted(target: KnownList = SERIOUS, /, **changed: str) -> Draft:
    reading = read(target, **changed)
    assert reading.reasons == ()
    assert reading.draft is not None
    return reading.draft


def reasons(target: KnownList = SERIOUS, /, **changed: str) -> set[str]:
    reading = read(target, **changed)
    assert (reading.draft is None) == bool(reading.reasons)
    return {each.code for each in reading.reasons}


def warnings(target: KnownList = SERIOUS, /, **changed: str) -> set[str]:
    return {each.code for each in read(target, **changed).warnings}


def test_a_good_row_is_drafted_as_it_says() -> None:
    draft = drafted()
    assert draft.subject.code == "916301007105500078"
    assert draft.columns["determined_on"] == date(2026, 1, 5)
    assert draft.columns["term_until"] == date(2028, 1, 4)
    assert draft.columns["severity"] is Severity.SERIOUS
    assert warnings() == set()


def test_the_term_begins_with_the_determination_and_may_have_no_end() -> None:
    columns = drafted(term_from="", term_until="— —").columns
    assert columns["term_from"] == date(2026, 1, 5)
    assert columns["term_until"] is None
    assert drafted(term_until="长期").columns["term_until"] == date(2099, 12, 31)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"subject_code": ""}, "subject.invalid"),
        ({"subject_code": "91630100710550007X"}, "subject.invalid"),
        ({"subject_code": "9.16301E+17"}, "subject.invalid"),
        ({"subject_code": "91630100********78"}, "subject.masked"),
        ({"subject_code": PERSON}, "subject.person"),
        ({"list": "no-such-list"}, "list.unknown"),
        ({"list": "tax-a"}, "list.other"),
        ({"list": "纳税信用A级纳税人"}, "list.other"),
        ({"authority": "无"}, "authority.missing"),
        ({"document_no": ""}, "document_no.missing"),
        ({"document_no": "x" * 129}, "document_no.long"),
        ({"determined_on": ""}, "determined_on.missing"),
        ({"determined_on": "2026-02-30"}, "determined_on.unreadable"),
        ({"determined_on": "2026-03-03"}, "determined_on.future"),
        ({"term_until": "2025-12-31"}, "term.reversed"),
        ({"severity": "较重"}, "severity.unknown"),
        ({"notice_given_on": "昨天"}, "notice_given_on.unreadable"),
        ({"fine_yuan": "二百万"}, "fine_yuan.unreadable"),
        ({"fine_wan_yuan": "-1"}, "fine_wan_yuan.unreadable"),
        ({"fine_yuan": "10", "fine_wan_yuan": "10"}, "fine_yuan.contradictory"),
        ({"is_large_enterprise": "也许"}, "is_large_enterprise.unreadable"),
    ],
)
def test_sets_a_row_aside_for_one_reason(changed: dict[str, str], code: str) -> None:
    assert reasons(SERIOUS, **changed) == {code}


def test_says_every_reason_at_once() -> None:
    assert reasons(subject_code="x", authority="", determined_on="") == {
        "subject.invalid",
        "authority.missing",
        "determined_on.missing",
    }


def test_a_wrong_code_comes_with_its_check_character_and_a_suggestion() -> None:
    (reason,) = read(subject_code="91630100710550007X").reasons
    assert "应为 8" in reason.text
    assert "916301007105500078" in reason.text


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"subject_code": "91632900MA7550001L"}, "subject.region-unknown"),
        ({"subject_name": ""}, "name.missing"),
        ({"notice_given_on": ""}, "notice.missing"),
        ({"notice_given_on": "2026-02-01"}, "notice.late"),
        ({"authority_code": "123"}, "authority_code.invalid"),
        ({"penalty_kinds": "罚款;没收一切"}, "penalty_kinds.unknown-word"),
        ({"fact": f"法定代表人{PERSON}"}, "fact.personal"),
        ({"subject_name": f"虚构公司（{PERSON}）"}, "subject_name.personal"),
    ],
)
def test_warns_about_what_is_unusual_and_takes_the_row(changed: dict[str, str], code: str) -> None:
    assert warnings(SERIOUS, **changed) == {code}
    drafted(SERIOUS, **changed)


def test_an_honour_needs_no_notice() -> None:
    assert warnings(HONOUR, notice_given_on="", severity="") == set()


def test_a_penalty_without_class_is_warned_about() -> None:
    assert warnings(PENALTY, severity="") == {"severity.missing"}
    assert drafted(PENALTY, severity="").columns["severity"] is Severity.NONE


def test_a_person_stands_only_where_persons_may() -> None:
    assert drafted(PERSONS, subject_code=PERSON).subject.is_natural_person
    assert reasons(PERSONS) == {"subject.organisation"}


def test_condition_fields_are_read_and_other_columns_kept() -> None:
    columns = drafted(
        PENALTY, fine_wan_yuan="200", penalty_kinds="罚款;警告", 大型企业="是", year="2025", 备注="x", 空列=""
    ).columns
    assert columns["fields"] == {
        "fine_yuan": 2_000_000,
        "penalty_kinds": ("罚款", "警告"),
        "is_large_enterprise": True,
        "year": 2025,
    }
    assert columns["extra"] == {"备注": "x"}


def test_no_personal_number_is_kept_in_a_text() -> None:
    columns = drafted(fact=f"甲{PERSON}乙", 法定代表人证件号=PERSON).columns
    assert PERSON not in repr(columns)


@pytest.mark.parametrize(
    "column", ["subject_name", "list", "authority", "document_no", "basis", "determined_on", "severity", "fine_yuan"]
)
def test_a_shifted_row_tells_no_personal_number(column: str) -> None:
    reading = read(PENALTY, **{column: PERSON})
    told = repr(reading.reasons) + repr(reading.warnings) + (repr(reading.draft))
    assert PERSON not in told
    assert PERSON[6:14] not in told


def test_cells_beyond_the_header_are_not_dropped_silently() -> None:
    header = Header.read(SheetRow(1, tuple(ROW)))
    row = SheetRow(2, (*ROW.values(), "x"))
    assert [each.code for each in next(RowReader(header, LISTS, SERIOUS, TODAY).read([row])).reasons] == ["columns"]


def test_rows_read_together_say_each_their_own() -> None:
    header = Header.read(SheetRow(1, tuple(ROW)))
    changed: list[dict[str, str]] = [
        {},
        {"subject_code": "x", "document_no": ""},
        {"notice_given_on": ""},
        {"subject_code": "91632900MA7550001L"},
        {"determined_on": "昨天"},
        {"notice_given_on": ""},
        {"fact": f"法定代表人{PERSON}"},
        {"determined_on": "昨天"},
        {},
    ]
    rows = [SheetRow(number, tuple({**ROW, **each}.values())) for number, each in enumerate(changed, start=2)]
    together = list(RowReader(header, LISTS, SERIOUS, TODAY).read(rows))
    alone = [next(RowReader(header, LISTS, SERIOUS, TODAY).read([each])) for each in rows]
    assert together == alone
    assert [[remark.code for remark in (*each.reasons, *each.warnings)] for each in together] == [
        [],
        ["subject.invalid", "document_no.missing"],
        ["notice.missing"],
        ["subject.region-unknown"],
        ["determined_on.unreadable"],
        ["notice.missing"],
        ["fact.personal"],
        ["determined_on.unreadable"],
        [],
    ]


def test_a_short_row_is_read_as_far_as_it_goes() -> None:
    header = Header.read(SheetRow(1, tuple(ROW)))
    row = SheetRow(2, tuple(ROW.values())[:6])
    assert next(RowReader(header, LISTS, SERIOUS, TODAY).read([row])).draft is not None


def test_the_digest_of_the_content_changes_with_the_content_only() -> None:
    assert drafted().content_sha256 == drafted(determined_on="2026年1月5日", subject_name="更名公司").content_sha256
    assert drafted().content_sha256 != drafted(term_until="2029-01-04").content_sha256


cells = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)


@given(st.dictionaries(st.sampled_from(sorted(COLUMNS.values())), cells))
def test_any_text_is_drafted_or_set_aside(changed: Mapping[str, str]) -> None:
    reading = read(PENALTY, **changed)
    assert (reading.draft is None) == bool(reading.reasons)
    assert all(each.text for each in (*reading.reasons, *reading.warnings))
