"""A rule that says the class of a penalty names class, list and kinds and no length; misspelt it holds for nothing."""

from pathlib import Path

import pytest

from gateway.drafting.checker import check_law
from gateway.drafting.reader import read_law

RULE = """\
id: penalty-class
blocks:
  - from: 2026-04-01
    title: 定类
    title_en: Class
    purpose: publicity
    act: penalty-class
    unit: months
    counts_from: document
    severity: minor
    lists: [defaulters]
    penalty_kinds: [警告]
    basis:
      - instrument: act
    source: 公报
    confidence: verified
"""
CASES = """\
period: penalty-class
cases:
  - title: 当日
    given:
      list: defaulters
      determined_on: 2026-04-01
      authority: 某局
    then:
      periods: [publicity]
  - title: 前一日
    given:
      list: defaulters
      determined_on: 2026-03-31
      authority: 某局
    then:
      periods: []
"""


def check(law_directory: Path, text: str, cases: str = CASES) -> list[tuple[int, str]]:
    (law_directory / "periods/penalty-class.yaml").write_text(text, encoding="utf-8")
    if cases:
        (law_directory / "cases/penalty-class.yaml").write_text(cases, encoding="utf-8")
    return [(each.line, each.message_zh) for each in check_law(read_law(law_directory))]


def test_such_a_rule_is_in_order(law_directory: Path) -> None:
    assert check(law_directory, RULE) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("    severity: minor\n", "", 3, "没有写明类别"),
        ("severity: minor", "severity: none", 10, "没有写明类别"),
        ("    lists: [defaulters]\n", "", 3, "没有写明名单"),
        ("    penalty_kinds: [警告]\n", "", 3, "处罚种类“”不在"),
        ("penalty_kinds: [警告]", "penalty_kinds: [警告, 申诫]", 12, "处罚种类“申诫”不在"),
        ("purpose: publicity", "purpose: handling", 6, "不是办理期限"),
        ("unit: months", "unit: months\n    maximum: 3", 3, "没有期限"),
        ("unit: months", "unit: months\n    minimum: 3", 3, "没有期限"),
        ("unit: months", "unit: months\n    alongside: publicity", 9, "可以写alongside"),
    ],
)
def test_refuses_a_rule_that_would_hold_for_nothing(
    law_directory: Path, old: str, new: str, line: int, said: str
) -> None:
    assert RULE.count(old) == 1
    ((found, message),) = check(law_directory, RULE.replace(old, new))
    assert (found, said in message) == (line, True)


def test_no_repair_is_excluded_from_a_rule_that_says_a_class(law_directory: Path) -> None:
    excluding = RULE.replace("severity: minor", "alongside: penalty-class").replace(
        "act: penalty-class", "act: repair.excluded"
    )
    (law_directory / "periods/excluded.yaml").write_text(
        excluding.replace("id: penalty-class", "id: excluded").replace("purpose: publicity", "purpose: handling"),
        encoding="utf-8",
    )
    assert [message for _, message in check(law_directory, RULE)] == ["公示期“penalty-class”在periods/中没有"]


@pytest.mark.parametrize(
    ("cases", "complaints"),
    [
        ("", ["没有施行前一日（2026-03-31）的案例", "自2026-04-01起的定类规定没有案例"]),
        (CASES.replace("2026-03-31", "2026-03-30"), ["没有施行前一日（2026-03-31）的案例"]),
        (CASES.replace("2026-04-01", "2026-03-31"), ["自2026-04-01起的定类规定没有案例"]),
        (CASES.replace("[publicity]", "[publicities]"), ["期限“publicities”在periods/中没有"]),
        (CASES.replace("list: defaulters", "list: debtors", 1), ["名单“debtors”在lists/中没有"]),
        (CASES.replace("    then:", "    than:", 1), ["缺少字段“then”", "不认识字段“than”"]),
        (CASES.replace("period: ", "period: x"), ["period“xpenalty-class”与文件名“penalty-class”不一致"]),
    ],
)
def test_a_class_in_force_has_its_cases(law_directory: Path, cases: str, complaints: list[str]) -> None:
    found = [message for _, message in check(law_directory, RULE, cases)]
    for each in complaints:
        assert any(each in message for message in found), found


def test_a_draft_needs_no_cases(law_directory: Path) -> None:
    assert check(law_directory, RULE.replace("    title: 定类", "    status: draft\n    title: 定类"), "") == []
