"""Values as feeds write them are read in one way or refused."""

import unicodedata
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_sdk.model.listing import Severity
from gateway.intake import values

DAY = date(2026, 1, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05",
        "2026-1-5",
        "2026/01/05",
        "2026/1/5",
        "2026.1.5",
        "20260105",
        "2026年1月5日",
        "2026年01月05日",
        "2026-01-05 00:00:00",
        "2026-01-05T08:30:00",
        "2026/1/5 8:30",
        "46027",
        "46027.3958333333",
        "２０２６－０１－０５",
        "２０２６年１月５日",
        "2026—1—5",
        " 2026 年 1 月 5 日",
    ],
)
def test_reads_a_day_however_it_is_written(text: str) -> None:
    assert values.day(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "05/01/2026",
        "26-1-5",
        "2026-13-05",
        "昨天",
        "2026",
        "202615",
        "20261305",
        "1.5",
        "146027.5",
        "2026 1 5",
    ],
)
def test_refuses_what_is_no_day(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        values.day(text)


@given(st.dates(min_value=date(1954, 10, 4), max_value=date(2119, 1, 1)))
def test_every_way_to_write_a_day_means_that_day(day: date) -> None:
    serial = str((day - date(1899, 12, 30)) // timedelta(days=1))
    ways = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        serial,
    ]
    assert {values.day(way) for way in ways} == {day}


@pytest.mark.parametrize(
    ("text", "day"),
    [("", None), ("长期", date(2099, 12, 31)), ("2099/12/31", date(2099, 12, 31)), ("9999-12-31", date(2099, 12, 31))],
)
def test_reads_no_day_and_the_longest(text: str, day: date | None) -> None:
    assert values.day(text) == day


@pytest.mark.parametrize("text", ["", "无", "— —", "空", "/", "-0-", "NULL", "n/a", "00000000000000000X", "——"])
def test_a_placeholder_is_nothing(text: str) -> None:
    assert values.present(text) == ""


@pytest.mark.parametrize("text", ["0", "无锡市财政局", "空港公司", "1", "否"])
def test_a_value_that_resembles_a_placeholder_stays(text: str) -> None:
    assert values.present(text) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [("2000000", 2_000_000), ("2,000,000元", 2_000_000), ("1999999.99", 1_999_999), ("2E+6", 2_000_000), ("0", 0)],
)
def test_reads_a_quantity_and_rounds_it_down(text: str, number: int) -> None:
    assert values.whole_number(text) == number


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("200", "2000000"),
        ("199.99999", "1999999.9"),
        ("0.07", "700"),
        ("0.1", "1000"),
        ("1.100000001", "11000.00001"),
        ("5万元", "50000"),
        ("５．５", "55000"),
    ],
)
def test_wan_yuan_become_yuan_exactly(text: str, yuan: str) -> None:
    assert values.yuan_of_wan(text) == Decimal(yuan)


@pytest.mark.parametrize("text", ["5000元", "5千", "-1", "nan", "1e99", ""])
def test_another_unit_among_wan_yuan_is_not_guessed_at(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        values.yuan_of_wan(text)


@pytest.mark.parametrize("text", ["二百万", "-1", "200万", "nan", "inf", "1e99", "", "12 34 x"])
def test_refuses_what_is_no_quantity(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        values.whole_number(text)


def test_reads_several_values_in_one_cell() -> None:
    assert values.several("罚款；没收违法所得、没收非法财物;罚款") == ("罚款", "没收违法所得", "没收非法财物")


@pytest.mark.parametrize(
    ("text", "found"),
    [("", Severity.NONE), ("轻微", Severity.MINOR), ("严重", Severity.SERIOUS), ("General", Severity.GENERAL)],
)
def test_reads_a_severity(text: str, found: Severity) -> None:
    assert values.severity(text) is found


@pytest.mark.parametrize("text", ["较重", "3", "特别严重"])
def test_never_makes_an_old_class_into_a_new_one(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        values.severity(text)


def test_masks_personal_numbers_and_nothing_else() -> None:
    text = "法定代表人639900199003070115，单位916301007105500078，案号202601010000000001"
    assert values.without_personal_numbers(text) == (
        "法定代表人639900********0115，单位916301007105500078，案号202601010000000001"
    )
    assert "19900307" not in values.without_personal_numbers("63990019900307011x")


@pytest.mark.parametrize(
    "number",
    [
        "639900199003070115",
        "639900 19900307 0115",
        "639900-1990-0307-0115",
        "６３９９００１９９００３０７０１１５",
        "639900199003070115\u200b",
        "63010219900307011x",
        "63010219900307０１１Ｘ",
        "63O102199003070115",
        "63010219900307011",
        "6301021990030701155",
        "63010219900307011550",  # two digits too many
        "630102900307011",
    ],
)
def test_masks_a_personal_number_however_it_is_written(number: str) -> None:
    for text in (number, f"电话13900000000 {number}，已注销", f"证号：{number}"):
        clean = unicodedata.normalize("NFKC", values.without_personal_numbers(text))
        assert "0307" not in clean.replace(" ", "").replace("-", "")
        assert "********" in clean or "*****" in clean
        assert "13900000000" in clean or "电话" not in text


@pytest.mark.parametrize(
    "text",
    [
        "630100100001235",
        "916301007105500078",
        "2026-01-05 2026-12-31",
        "6217000000001234567",
        "青川财罚〔2026〕17号",
        "0971-8251234",
        "信用承诺63000020261101000001",  # region, day and serial of a commitment
    ],
)
def test_leaves_what_is_no_personal_number(text: str) -> None:
    assert values.without_personal_numbers(text) == text


@pytest.mark.parametrize(
    "number",
    [
        "虚财罚(2026)1号",
        "虚财罚〔2026〕1号",
        "虚财罚【2026】1号",
        "虚财罚（２０２６）1 号",
        "虚财罚﹝2026﹞1号",
        "虚财罚﹛2026﹜1号",
    ],
)
def test_brackets_widths_and_spaces_make_no_other_document(number: str) -> None:
    assert values.document_identity(number) == "虚财罚(2026)1号"
    assert values.document_identity("A—1") == values.document_identity("a－1") == "a-1"
