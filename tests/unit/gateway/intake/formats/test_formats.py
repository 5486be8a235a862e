"""Every table departments send is recognised and read as its standard means it, or refused with the reason."""

from collections.abc import Mapping
from datetime import date

import pytest

from credit_sdk.model.listing import ListClass, Severity
from credit_sdk.model.scheme import IdentifierScheme
from gateway.intake.columns import Header
from gateway.intake.drafts import Draft, Reading
from gateway.intake.files import SheetRow
from gateway.intake.formats.format import Need, Takes
from gateway.intake.formats.known import FORMATS, named, recognised
from gateway.intake.formats.rules import Weight
from gateway.intake.licences import LicenceReader
from gateway.intake.rows import RowReader
from gateway.problems import IntakeError, NotFoundError
from gateway.registry.lists import KnownList, KnownLists
from tests.unit.gateway.intake import sheets
from tests.unit.gateway.intake.sheets import PERSON, ROWS

TODAY = date(2026, 3, 2)
LISTS = KnownLists(
    "2026-03",
    {
        each.list_id: KnownList(
            each.list_id,
            each.title,
            ListClass.BY_ENTRY if each.list_id == "administrative-penalty" else ListClass.SERIOUS,
            persons=True,
            organisations=True,
        )
        for each in FORMATS.values()
        if each.list_id
    },
)


def read(name: str, /, _drop: str = "", _authority: str = "", **changed: str) -> Reading:
    row = {**ROWS[name], **changed}
    row.pop(_drop, None)
    format = FORMATS[name]
    header = Header.read(SheetRow(1, tuple(row)), format, given=("authority",) if _authority else ())
    cells = SheetRow(2, tuple(row.values()))
    if format.takes is Takes.LICENCES:
        return next(LicenceReader(header, TODAY, authority=_authority).read([cells]))
    return next(RowReader(header, LISTS, LISTS.by_id[format.list_id], TODAY, authority=_authority).read([cells]))


def drafted(name: str, /, **changed: str) -> Draft:
    reading = read(name, **changed)
    assert reading.reasons == ()
    assert reading.draft is not None
    return reading.draft


def codes(name: str, /, **changed: str) -> tuple[set[str], set[str]]:
    """The reasons and the doubts of a row."""
    reading = read(name, **changed)
    return {each.code for each in reading.reasons}, {each.code for each in reading.doubts}


@pytest.mark.parametrize("name", ROWS)
def test_a_table_is_recognised_by_its_header_in_codes_and_in_chinese(name: str) -> None:
    format = FORMATS[name]
    titles = {column.code: column.title for column in format.columns}
    assert recognised(list(ROWS[name])) is format
    assert recognised([titles[code] for code in ROWS[name]]) is format
    assert recognised([*reversed(list(ROWS[name])), "自定列"]) is format


def test_our_own_columns_are_taken_for_no_table() -> None:
    assert recognised(["统一社会信用代码", "名称", "认定部门", "文书号", "认定日期", "列入事由", "截止日期"]) is None
    assert named("plain") is None
    with pytest.raises(NotFoundError, match="penalty-2024"):
        named("penalty-2024")


@pytest.mark.parametrize("name", ROWS)
def test_a_good_row_is_taken_without_doubt(name: str) -> None:
    assert codes(name) == (set(), set())
    assert drafted(name).subject.code == "916301007105500078"


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("penalty-2018", "authority_code", "11630000015000185Y"),
        ("penalty-2018", "term_until", date(2027, 2, 24)),
        ("penalty-2018", "fields", {"fine_yuan": 20_000, "penalty_kinds": ("罚款",)}),
        ("penalty-2016", "fields", {"penalty_kinds": ("罚款", "警告")}),
        ("penalty-2016", "severity", Severity.SERIOUS),
        ("penalty-2016", "term_until", date(2099, 12, 31)),
        ("licence-2018", "kind", "01普通"),
        ("licence-2018", "status", "有效"),
        ("licence-2018", "valid_until", date(2099, 12, 31)),
        ("licence-2016", "document_no", "无文书号（2017-03-01，开办商店）"),
        ("judgment-defaulter", "determined_on", date(2026, 2, 24)),
        ("judgment-defaulter", "term_until", None),
        ("judgment-defaulter", "document_no", "（2026）虚0101执1号"),
        ("procurement-serious", "document_no", "无文书号（2026-02-24）"),
        ("procurement-serious", "term_until", date(2027, 2, 23)),
        ("major-tax-violation", "authority", "虚构市税务局"),
        ("wage-arrears", "term_until", date(2029, 2, 23)),
        ("work-safety-serious", "fact", "发生事故"),
        ("abnormal-operation", "authority", "虚构市市场监督管理局"),
    ],
)
def test_a_column_fills_ours(name: str, column: str, value: object) -> None:
    assert drafted(name).columns[column] == value


@pytest.mark.parametrize(
    ("name", "changed", "reasons", "doubts"),
    [
        ("penalty-2018", {"CF_NR_FK": ""}, {"CF_NR_FK.missing"}, set()),
        ("penalty-2018", {"CF_NR_FK": "0"}, {"CF_NR_FK.missing"}, set()),
        ("penalty-2018", {"CF_NR_FK": "— —"}, {"CF_NR_FK.missing"}, set()),
        ("penalty-2018", {"CF_CFLB": "警告"}, set(), {"CF_NR_FK.kind"}),
        ("penalty-2018", {"CF_CFLB": "罚款;没收违法所得"}, {"CF_NR_WFFF.missing"}, set()),
        ("penalty-2018", {"CF_CFLB": "罚款;没收违法所得", "CF_NR_WFFF": "0.5"}, set(), set()),
        ("penalty-2018", {"CF_CFLB": "罚款;吊销许可证件"}, {"CF_NR_ZKDX.missing"}, set()),
        ("penalty-2018", {"CF_CFLB": "罚款;暂扣许可证件", "CF_NR_ZKDX": "虚许1号"}, set(), set()),
        ("penalty-2018", {"CF_GSJZQ": "2026-02-23"}, {"term.reversed"}, set()),
        ("penalty-2018", {"CF_YXQ": "2026-02-23"}, {"CF_YXQ.order"}, set()),
        ("penalty-2018", {"CF_JDRQ": "2026-03-03"}, {"determined_on.future"}, set()),
        ("penalty-2018", {"CF_CFJGDM": "00000000000000000X"}, set(), {"CF_CFJGDM.empty"}),
        ("penalty-2018", {"CF_CFJGDM": "916301007105500078"}, set(), {"CF_CFJGDM.agency"}),
        ("penalty-2018", {"CF_SJLYDM": "11630000015000185X"}, set(), {"CF_SJLYDM.agency"}),
        ("penalty-2018", {"CF_WFXW": "/"}, set(), {"CF_WFXW.empty"}),
        ("penalty-2018", {"CF_NR": "长" * 4001}, set(), {"CF_NR.long"}),
        ("penalty-2018", {"CF_XDR_LB": "公司"}, set(), {"CF_XDR_LB.word"}),
        ("penalty-2018", {"CF_WSH": "空"}, {"document_no.missing"}, set()),
        ("penalty-2018", {"CF_XDR_LB": "自然人"}, {"CF_XDR_ZJHM.person"}, set()),
        ("penalty-2016", {"CF_ZT": "1"}, {"CF_ZT.annulled"}, set()),
        ("penalty-2016", {"CF_SXYZCD": "2"}, set(), {"severity.outdated"}),
        ("penalty-2016", {"DFBM": "63"}, set(), {"DFBM.digits"}),
        ("penalty-2016", {"SJC": "2017-02-01"}, set(), {"CF_JDRQ.SJC"}),
        ("penalty-2016", {"SJC": "2026-04-01"}, set(), {"SJC.future"}),
        ("licence-2018", {"XK_YXQZ": "2026-02-23"}, {"XK_YXQZ.order"}, set()),
        ("licence-2018", {"XK_YXQZI": "2026-02-23"}, {"XK_YXQZ.order"}, set()),
        ("licence-2018", {"XK_ZT": "有效"}, set(), {"XK_ZT.word", "XK_ZT.long"}),
        ("licence-2018", {"XK_WSH": ""}, {"document_no.missing"}, set()),
        ("licence-2016", {"XK_JZQ": "2017-01-01"}, {"XK_JZQ.order"}, set()),
        ("licence-2016", {"XK_XZJG": "无"}, {"authority.missing"}, set()),
        ("judgment-defaulter", {"regDate": "20260301"}, set(), {"regDate.order"}),
        ("judgment-defaulter", {"cardNum": "91630100****0078"}, {"subject.invalid"}, set()),
        ("judgment-defaulter", {"cardNum": "6399001990****0115"}, {"subject.masked"}, set()),
        ("wage-arrears", {"预计退出日期": "2026-01-01"}, {"term.reversed"}, set()),
        ("abnormal-operation", {"移出日期": "2026-02-01"}, {"移出日期.order"}, set()),
    ],
)
def test_a_broken_rule_sets_aside_or_raises_a_doubt(
    name: str, changed: Mapping[str, str], reasons: set[str], doubts: set[str]
) -> None:
    assert codes(name, **changed) == (reasons, doubts)


def test_every_rule_of_every_table_says_a_sentence_and_has_a_code_of_its_own() -> None:
    for format in FORMATS.values():
        rules = format.rules
        assert len({rule.code for rule in rules}) == len(rules)
        assert all(" / " in rule.sentence and rule.weight in set(Weight) for rule in rules)
        assert set(format.marks) <= {column.code for column in format.columns}


@pytest.mark.parametrize(
    ("wan", "fine_yuan", "exact"),
    [("2", 20_000, None), ("0.00001", 0, "0.1"), ("199.99999", 1_999_999, "1999999.9"), ("1,234.5", 12_345_000, None)],
)
def test_a_fine_in_wan_yuan_is_kept_exactly(wan: str, fine_yuan: int, exact: str | None) -> None:
    columns = drafted("penalty-2018", CF_NR_FK=wan).columns
    fields, extra = columns["fields"], columns["extra"]
    assert isinstance(fields, dict)
    assert isinstance(extra, dict)
    assert fields["fine_yuan"] == fine_yuan
    assert extra.get("fine_yuan_exact") == exact


@pytest.mark.parametrize("fine", ["20000元", "两万", "2E99", "-2"])
def test_an_amount_that_is_none_is_refused(fine: str) -> None:
    reasons, _ = codes("penalty-2018", CF_NR_FK=fine)
    assert "CF_NR_FK.amount" in reasons


def test_no_class_is_worked_out_from_kinds_or_amounts() -> None:
    reading = read("penalty-2018", CF_CFLB="责令停产停业;罚款", CF_NR_FK="9000")
    assert reading.draft is not None
    assert reading.draft.columns["severity"] is Severity.NONE
    (told,) = (each.text for each in reading.warnings if each.code == "severity.missing")
    assert all(said in told for said in ("未定类", "最长一项公示", "申请修复时须注明", "请在“失信严重程度”一栏写明"))


@pytest.mark.parametrize("title", ["CF_SXYZCD", "失信严重程度", "严重程度"])
@pytest.mark.parametrize(("said", "severity"), [("轻微", "minor"), ("一般", "general"), ("严重", "serious")])
def test_a_department_may_add_the_class_to_a_table_of_2018(title: str, said: str, severity: str) -> None:
    reading = read("penalty-2018", **{title: said})
    assert reading.draft is not None
    assert reading.draft.columns["severity"] == severity
    assert not reading.doubts
    assert "severity.missing" not in {each.code for each in reading.warnings}


@pytest.mark.parametrize("said", ["较重", "3", "特别严重"])
def test_a_class_of_other_words_in_it_is_no_class(said: str) -> None:
    reasons, _ = codes("penalty-2018", CF_SXYZCD=said)
    assert "severity.unknown" in reasons


def test_a_kind_that_may_be_two_is_made_into_neither() -> None:
    kinds = "暂扣或者吊销许可证、暂扣或者吊销执照"
    reading = read("penalty-2016", CF_CFLB1=kinds, CF_CFLB2="吊销营业执照")
    assert reading.draft is not None
    assert reading.draft.columns["fields"] == {
        "penalty_kinds": ("暂扣或者吊销许可证", "暂扣或者吊销执照", "吊销许可证件")
    }
    assert any(each.code == "penalty_kinds.unknown-word" for each in reading.warnings)


def test_a_registration_number_is_detected_and_the_credit_code_asked_for() -> None:
    reading = read("penalty-2018", CF_XDR_SHXYM="", CF_XDR_GSZC="630100000000018")
    assert reading.draft is not None
    assert reading.draft.subject.scheme is IdentifierScheme.REGISTRATION_NUMBER
    assert "subject.not-uscc" in {each.code for each in reading.warnings}
    assert {each.code for each in reading.doubts} == {"CF_XDR_SHXYM.organisation"}


def test_the_number_of_a_person_counts_only_in_a_row_about_a_person() -> None:
    person = drafted("penalty-2018", CF_XDR_LB="自然人", CF_XDR_SHXYM="", CF_XDR_ZJHM=PERSON)
    assert person.subject.is_natural_person
    reasons, _ = codes("penalty-2018", CF_XDR_LB="个体工商户", CF_XDR_SHXYM="", CF_XDR_ZJHM=PERSON)
    assert reasons == {"subject.invalid"}
    reasons, _ = codes("wage-arrears", 统一社会信用代码="", 证件号码=PERSON)
    assert reasons == {"subject.invalid"}


@pytest.mark.parametrize("number", [PERSON, "E12345678", "6399001990030701", "H0123456789"])
def test_no_number_of_a_person_is_kept_in_clear(number: str) -> None:
    reading = read("penalty-2018", CF_FR_ZJHM=number, CF_NR_FK="", BZ=f"代表人{PERSON}")
    good = read("penalty-2018", CF_FR_ZJHM=number)
    assert good.draft is not None
    told = repr(reading.cells) + repr(good.cells) + repr(good.draft.columns) + repr(reading.reasons)
    assert number not in told
    assert PERSON not in told


def test_excel_shows_a_lost_number_and_it_is_refused_and_an_apostrophe_taken_off() -> None:
    assert codes("penalty-2018", CF_XDR_SHXYM="9.16301E+17")[0] == {"subject.invalid"}
    draft = drafted(
        "penalty-2018", CF_XDR_SHXYM="'916301007105500078", CF_WSH="'虚市监罚〔2026〕1号", CF_JDRQ="'20260224"
    )
    assert draft.content_sha256 == drafted("penalty-2018").content_sha256


def test_a_stated_removal_lists_nobody() -> None:
    draft = drafted("abnormal-operation", 移出日期="2026-03-01", 移出原因="补报年报", 移出机关="虚构市市场监督管理局")
    assert draft.removal is not None
    assert (draft.removal.on, draft.removal.reason) == (date(2026, 3, 1), "补报年报")


def test_an_authority_that_no_column_names_is_stated_for_the_file_or_asked_for() -> None:
    with pytest.raises(IntakeError, match=r"执法单位 \(authority\)"):
        read("procurement-serious", _drop="执法单位")
    reading = read("procurement-serious", _drop="执法单位", _authority="虚构省财政厅")
    assert reading.draft is not None
    assert reading.draft.columns["authority"] == "虚构省财政厅"


@pytest.mark.parametrize("name", ROWS)
def test_a_file_without_a_needed_column_is_refused_with_its_title(name: str) -> None:
    column = next(each for each in FORMATS[name].columns if each.fills == "determined_on")
    assert column.need is Need.REQUIRED
    with pytest.raises(IntakeError, match=column.title):
        read(name, _drop=column.code)


def test_unknown_columns_are_kept_and_days_among_the_others_spelt_one_way() -> None:
    one = drafted("penalty-2018", CF_YXQ="2027年2月3日", 自定列="甲").columns["extra"]
    assert isinstance(one, dict)
    assert one["自定列"] == "甲"
    assert one["CF_YXQ"] == "2027-02-03"


def test_the_samples_are_those_of_the_formats() -> None:
    assert sheets.ROWS.keys() == FORMATS.keys()
