"""Inspection shares: complete where they are in force, one set for a matter, and no bar rests on a grade."""

from pathlib import Path

import pytest

from gateway.drafting.adoption import compile_law, compiled
from gateway.drafting.checker import check_law
from gateway.drafting.differ import differences
from gateway.drafting.reader import read_law

SHARES = """\
id: {id}
blocks:
  - from: 2026-04-01
    title: 抽查比例
    title_en: Shares
    matter: award
    grade_a_per_mille: 10
    grade_b_per_mille: 30
    grade_c_per_mille: 100
    grade_d_per_mille: 300
    ungraded_per_mille: 30
    basis:
      - instrument: act
    source: 虚构清单
    confidence: verified
"""


def write(folder: Path, text: str = SHARES, id: str = "award") -> Path:
    (folder / "shares").mkdir(exist_ok=True)
    path = folder / "shares" / f"{id}.yaml"
    path.write_text(text.format(id=id), encoding="utf-8")
    return path


def complaints(folder: Path) -> list[str]:
    return [f"{each.file}:{each.line} {each.message_zh}" for each in check_law(read_law(folder))]


def test_a_law_without_shares_keeps_its_digest_and_one_with_them_has_another(law_directory: Path) -> None:
    without = compiled(compile_law(law_directory))
    assert b'"shares"' not in without.data
    write(law_directory)
    with_them = compiled(compile_law(law_directory))
    assert complaints(law_directory) == []
    assert b'"shares":[{"id":"award"' in with_them.data
    assert with_them.digest != without.digest


def test_what_is_not_known_is_a_draft_and_a_draft_may_leave_it_open(law_directory: Path) -> None:
    open_draft = SHARES.replace("    title:", "    status: draft\n    title:", 1).replace("verified", "low")
    write(law_directory, "".join(line for line in open_draft.splitlines(True) if "per_mille" not in line))
    assert complaints(law_directory) == []


@pytest.mark.parametrize("left_out", ["grade_a", "grade_d", "ungraded"])
def test_shares_in_force_are_complete(law_directory: Path, left_out: str) -> None:
    write(law_directory, "".join(line for line in SHARES.splitlines(True) if left_out not in line))
    (said,) = complaints(law_directory)
    assert said.startswith("shares/award.yaml:3 现行的抽查比例不全")


@pytest.mark.parametrize(
    ("old", "new"), [("300", "1001"), ("300", "-1"), ("300", "30%"), ("matter: award", "matter: x")]
)
def test_a_share_that_is_none_is_refused(law_directory: Path, old: str, new: str) -> None:
    write(law_directory, SHARES.replace(old, new, 1))
    assert len(complaints(law_directory)) == 1


def test_a_matter_has_one_set_of_shares_on_a_day(law_directory: Path) -> None:
    write(law_directory)
    write(law_directory, id="other")
    assert any("两套抽查比例" in said for said in complaints(law_directory))
    write(
        law_directory,
        SHARES.replace("2026-04-01", "2025-04-01") + "  - from: 2026-04-01\n    end: true\n    source: 终止\n",
        "other",
    )
    assert complaints(law_directory) == []


@pytest.mark.parametrize(("strength", "refused"), [("bar", True), ("limit", True), ("scrutinise", False)])
def test_no_bar_and_no_limit_depends_on_a_grade(law_directory: Path, strength: str, *, refused: bool) -> None:
    path = law_directory / "measures/a1-01.yaml"
    text = path.read_text(encoding="utf-8")
    condition = "        conditions:\n          - field: publisher_grade\n            equals: D\n"
    path.write_text(text.replace("        strength: bar\n", f"        strength: {strength}\n{condition}", 1), "utf-8")
    assert condition in path.read_text(encoding="utf-8")
    assert any("评价等级不得作为" in said for said in complaints(law_directory)) is refused


def test_a_changed_share_is_said_in_a_sentence(law_directory: Path) -> None:
    write(law_directory)
    before = compile_law(law_directory)
    write(law_directory, SHARES.replace("300", "500"))
    assert differences(before, compile_law(law_directory)) == (
        "抽查比例 award《抽查比例》自2026-04-01起：D级抽查比例（千分比）由“300”改为“500”。",
    )
