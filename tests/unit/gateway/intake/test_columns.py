"""The header row is understood in English and Chinese, or refused with what it lacks."""

import pytest

from gateway.intake.columns import Header
from gateway.intake.files import SheetRow
from gateway.problems import IntakeError

CONTRACT = """subject_code, subject_name, list, authority, authority_code, document_no, basis, determined_on, term_from,
term_until, severity, fact, notice_given_on"""
CONTRACT_ZH = """统一社会信用代码, 名称, 名单, 认定部门, 认定部门代码, 文书号, 依据, 认定日期, 起始日期,
截止日期, 严重程度, 事实, 告知日期"""


def header(*titles: str) -> Header:
    return Header.read(SheetRow(1, titles))


def test_both_tongues_mean_the_same_columns() -> None:
    english = [each.strip() for each in CONTRACT.split(",")]
    chinese = [each.strip() for each in CONTRACT_ZH.split(",")]
    assert header(*english).known == header(*chinese).known
    assert list(header(*english).known) == english


def test_templates_decorate_their_headers() -> None:
    found = header("*统一社会信用代码（必填）", " 认定部门 ", "文 书 号", "认定日期", "罚款金额（万元）", "备注", "")
    assert set(found.known) == {"subject_code", "authority", "document_no", "determined_on", "fine_wan_yuan"}
    assert list(found.extra) == [(5, "备注")]


def test_says_which_columns_are_missing() -> None:
    with pytest.raises(IntakeError, match=r"文书号 \(document_no\)"):
        header("统一社会信用代码", "认定部门", "认定日期")


@pytest.mark.parametrize("again", ["文号", "文书号", "备注"])
def test_refuses_a_column_twice(again: str) -> None:
    with pytest.raises(IntakeError, match=again):
        header("统一社会信用代码", "认定部门", "文书号", "认定日期", "备注", again)


def test_refuses_too_many_columns() -> None:
    with pytest.raises(IntakeError, match="more than 200"):
        header(*(str(each) for each in range(201)))
