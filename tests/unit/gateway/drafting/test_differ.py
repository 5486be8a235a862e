"""Differences are sentences that the second person can judge by."""

from collections.abc import Callable
from pathlib import Path

import pytest

from credit_sdk.catalogue.catalogue import CatalogueDocument
from gateway.drafting.adoption import compile_law
from gateway.drafting.differ import differences

Edit = Callable[[str, str, str], int]
Append = Callable[[str, str], int]
A, C, ACT = "measures/a1-01.yaml", "measures/c1-01.yaml", "instruments/act.yaml"
MATTER = "matters/award.yaml"

NEW_CASES = """\
  - title: 限制
    on: 2027-06-01
    given:
      entries:
        - list: defaulters
          from: 2020-01-01
    when: award
    then:
      finding: limit
  - title: 前一日
    on: 2026-12-31
    given:
      entries:
        - list: defaulters
          from: 2020-01-01
    when: award
    then:
      finding: bar
"""


@pytest.fixture
def old(law_directory: Path) -> CatalogueDocument:
    return compile_law(law_directory)


def test_the_same_law_says_nothing(old: CatalogueDocument, law_directory: Path) -> None:
    assert differences(old, compile_law(law_directory)) == ()


def test_a_weaker_measure_with_a_new_basis_is_one_sentence(
    old: CatalogueDocument, law_directory: Path, append: Append
) -> None:
    block = (law_directory / A).read_text(encoding="utf-8").split("blocks:\n")[1]
    block = block.replace("2015-01-01", "2027-01-01").replace("strength: bar", "strength: limit")
    append(
        A,
        block.replace(
            "        article: 第二条\n", "        article: 第二条\n      - instrument: act\n        article: 第三条\n"
        ),
    )
    append("cases/a1-01.yaml", NEW_CASES)
    assert differences(old, compile_law(law_directory)) == (
        "措施 a1-01《禁止参加》自2027-01-01起：（defaulters；award）强度由“禁止”改为“限制”；依据增加《某某法》第三条。",
    )


def test_an_end_is_said_with_its_last_day(old: CatalogueDocument, law_directory: Path, append: Append) -> None:
    append(C, "  - from: 2027-01-01\n    end: true\n    source: 终止\n")
    assert differences(old, compile_law(law_directory)) == (
        "措施 c1-01《自主参考》自2016-01-01起：最后一日为2026-12-31。",
    )


def test_what_is_new_and_what_is_gone(old: CatalogueDocument, law_directory: Path) -> None:
    text = (law_directory / ACT).read_text(encoding="utf-8").replace("id: act", "id: act-2")
    (law_directory / "instruments/act-2.yaml").write_text(text, encoding="utf-8")
    new = compile_law(law_directory)
    assert differences(old, new) == ("法律文件 act-2《某某法》自2000-01-01起：新增。",)
    (gone,) = differences(new, old)
    assert "整件删除" in gone


def test_edition_drafts_conditions_and_fields_are_said(
    old: CatalogueDocument, law_directory: Path, edit: Edit, append: Append
) -> None:
    edit("edition.yaml", "2026.1", "2026.2")
    edit(C, "at_least: 1000", "at_least: 500")
    edit("periods/publicity.yaml", "maximum: 12", "maximum: 24")
    block = (law_directory / ACT).read_text(encoding="utf-8").split("blocks:\n")[1]
    append(ACT, block.replace("from: 2000-01-01", "from: 2027-01-01\n    status: draft").replace("某某法", "拟议法"))
    sentences = differences(old, compile_law(law_directory))
    assert sentences == (
        "版次由“2026.1”改为“2026.2”。",
        "法律文件 act《拟议法》自2027-01-01起（草稿）：名称由“某某法”改为“拟议法”。",
        (
            "措施 c1-01《自主参考》自2016-01-01起：不再适用：（defaulters；award）提示，条件fine_yuan不低于1000；"
            "新适用：（defaulters；award）提示，条件fine_yuan不低于500。"
        ),
        "期限 publicity《公示期》自2026-04-01起：最长由“12”改为“24”。",
    )


def test_that_a_matter_may_be_confirmed_live_is_said(
    old: CatalogueDocument, law_directory: Path, append: Append
) -> None:
    block = (law_directory / MATTER).read_text(encoding="utf-8").split("blocks:\n")[1]
    append(
        MATTER,
        block.replace("2005-01-01", "2027-01-01").replace(
            "    adverse_max_age_s: 3600\n", "    adverse_max_age_s: 3600\n    live_confirmation: true\n"
        ),
    )
    assert differences(old, compile_law(law_directory)) == (
        "事项 award《授予》自2027-01-01起：数据过旧时可否向网关实时核实由“否”改为“是”。",
    )


def test_articles_of_a_row_are_a_sentence_of_their_own(
    old: CatalogueDocument, law_directory: Path, append: Append
) -> None:
    """Nothing is barred that was not before: the second person sees that only what is cited has changed."""
    block = (law_directory / A).read_text(encoding="utf-8").split("blocks:\n")[1]
    own = "        strength: bar\n        basis:\n          - instrument: act\n            article: 第二条\n"
    append(A, block.replace("2015-01-01", "2027-01-01").replace("        strength: bar\n", own))
    append("cases/a1-01.yaml", NEW_CASES.replace("finding: limit", "finding: bar"))
    (sentence,) = differences(old, compile_law(law_directory))
    assert "（defaulters；award）依据改为《某某法》第二条" in sentence
    assert "不再适用" not in sentence


def test_that_a_longest_term_of_waivers_holds_for_other_matters_is_said(
    old: CatalogueDocument, law_directory: Path, append: Append
) -> None:
    block = (law_directory / "periods/publicity.yaml").read_text(encoding="utf-8").split("blocks:\n")[1]
    term = block.replace("purpose: publicity", "purpose: handling").replace("untrustworthiness", "waiver.term")
    append("periods/publicity.yaml", term.replace("2026-04-01", "2027-01-01"))
    before = compile_law(law_directory)
    append(
        "periods/publicity.yaml",
        term.replace("2026-04-01", "2028-01-01").replace("unit:", "matters: [award]\n    unit:"),
    )
    assert differences(before, compile_law(law_directory)) == (
        "期限 publicity《公示期》自2028-01-01起：事项由“无”改为“award”。",
    )
