"""What the reader makes of blocks: dates, ends, drafts, and text that stays text."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from credit_sdk.model.citation import Instrument, InstrumentVersion, Status
from credit_sdk.model.matter import Matter
from credit_sdk.model.measure import EntryCondition, FactCondition, Measure
from gateway.drafting.checker import check_law
from gateway.drafting.reader import LawKind, read_law
from gateway.drafting.sheet import MAX_BYTES, read_sheet

Edit = Callable[[str, str, str], int]
Append = Callable[[str, str], int]
ACT, NOTICE, A = "instruments/act.yaml", "instruments/notice.yaml", "measures/a1-01.yaml"


def block(begins: str, title: str, *, draft: bool = False) -> str:
    status = "    status: draft\n" if draft else ""
    return (
        f"  - from: {begins}\n{status}    title: {title}\n    title_en: The Act\n    level: law\n"
        "    issued_by: 全国人民代表大会常务委员会\n    source: 公报\n"
    )


def versions(directory: Path, id: str) -> tuple[InstrumentVersion, ...]:
    law = read_law(directory)
    assert check_law(law) == ()
    (thing,) = (thing for thing in law.things(Instrument) if thing.id == id)
    return thing.versions


def test_a_new_block_ends_the_one_before_on_the_day_before(law_directory: Path, append: Append) -> None:
    append(ACT, block("2024-03-01", "新某某法"))
    old, new = versions(law_directory, "act")
    assert (old.from_on, old.until_on) == (date(2000, 1, 1), date(2024, 2, 29))
    assert (new.from_on, new.until_on, new.title) == (date(2024, 3, 1), None, "新某某法")


def test_an_end_is_a_block_and_makes_no_version(law_directory: Path) -> None:
    (only,) = versions(law_directory, "notice")
    assert only.until_on == date(2019, 12, 31)


def test_what_ended_may_begin_again(law_directory: Path, append: Append) -> None:
    append(NOTICE, block("2022-01-01", "某某通知"))
    spans = [(version.from_on, version.until_on) for version in versions(law_directory, "notice")]
    assert spans == [(date(2010, 1, 1), date(2019, 12, 31)), (date(2022, 1, 1), None)]


def test_a_draft_ends_nothing_and_is_in_force_on_no_day(law_directory: Path, append: Append) -> None:
    append(ACT, block("2024-03-01", "拟议某某法", draft=True))
    old, draft = versions(law_directory, "act")
    assert old.until_on is None
    assert draft.status is Status.DRAFT
    assert not draft.covers(date(2030, 1, 1))


def test_a_draft_is_confirmed_by_the_same_day_without_draft(law_directory: Path, append: Append) -> None:
    append(ACT, block("2024-03-01", "拟议某某法", draft=True))
    append(ACT, block("2024-03-01", "新某某法"))
    old, new = versions(law_directory, "act")
    assert old.until_on == date(2024, 2, 29)
    assert (new.title, new.status) == ("新某某法", Status.IN_FORCE)


def test_a_draft_is_withdrawn_by_a_draft_end(law_directory: Path, append: Append) -> None:
    append(ACT, block("2024-03-01", "拟议某某法", draft=True))
    append(ACT, "  - from: 2024-03-01\n    status: draft\n    end: true\n    source: 撤回\n")
    (only,) = versions(law_directory, "act")
    assert only.until_on is None


def test_a_draft_may_wait_beyond_a_change_that_comes_earlier(law_directory: Path, append: Append) -> None:
    append(ACT, block("2030-01-01", "拟议某某法", draft=True))
    append(ACT, block("2028-01-01", "新某某法"))
    spans = [(one.from_on, one.until_on, one.status.value) for one in versions(law_directory, "act")]
    assert spans == [
        (date(2000, 1, 1), date(2027, 12, 31), "in-force"),
        (date(2028, 1, 1), None, "in-force"),
        (date(2030, 1, 1), None, "draft"),
    ]


def test_numbers_and_switches_stay_the_text_that_was_typed(law_directory: Path, edit: Edit) -> None:
    edit(ACT, "title: 某某法", "title: 1.10")
    edit(ACT, "title_en: The Act", "title_en: on")
    (version,) = versions(law_directory, "act")
    assert (version.title, version.title_en) == ("1.10", "on")


@pytest.mark.parametrize(("typed", "value"), [("true", True), ('"true"', "true"), ("12", 12), ("yes", "yes")])
def test_where_the_law_takes_several_types_the_writing_decides(
    law_directory: Path, edit: Edit, typed: str, value: object
) -> None:
    edit(A, "equals: true", f"equals: {typed}")
    (measure,) = (one for one in read_law(law_directory).things(Measure) if one.id == "a1-01")
    condition = measure.versions[0].applies[0].conditions[0]
    assert isinstance(condition, FactCondition)
    assert condition.equals == value
    assert type(condition.equals) is type(value)


def test_a_condition_says_by_its_first_word_what_it_speaks_of(law_directory: Path) -> None:
    conditions = {one.id: one.versions[0].applies[0].conditions[0] for one in read_law(law_directory).things(Measure)}
    assert isinstance(conditions["a1-01"], FactCondition)
    assert isinstance(conditions["c1-01"], EntryCondition)


def test_a_default_is_typed_and_its_title_is_not(law_directory: Path) -> None:
    (matter,) = read_law(law_directory).things(Matter)
    assert matter.versions[0].facts["statutory"].default is True
    assert matter.versions[0].facts["statutory"].title.zh == "依法必须"


def test_every_part_knows_the_block_it_came_from(law_directory: Path, append: Append) -> None:
    line = append(ACT, block("2024-03-01", "新某某法"))
    (file,) = (one for one in read_law(law_directory).of_kind(LawKind.INSTRUMENT) if one.id == "act")
    blocks = [source for source, _ in file.parts()]
    assert [one.number for one in blocks] == [1, 2]
    assert file.sheet.line(blocks[1].place) == line


def test_a_file_too_large_is_not_parsed(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_text("a: " + "x" * MAX_BYTES, encoding="utf-8")
    (complaint,) = read_sheet(path, "large.yaml").complaints
    assert "超过" in complaint.message_zh


def test_depth_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "deep.yaml"
    path.write_text("a: " + "[" * 40 + "x" + "]" * 40, encoding="utf-8")
    assert "层次过深" in read_sheet(path, "deep.yaml").complaints[0].message_zh


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=30))
def test_any_text_comes_back_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False  # as law files are written; within braces it writes what it cannot read
    with path.open("w", encoding="utf-8") as out:
        writer.dump({"title": text}, out)
    sheet = read_sheet(path, "any.yaml")
    if sheet.complaints:
        # Only what YAML would take for nothing, or marks itself, may be refused; the writer then quotes nothing.
        assert not text.strip()
    else:
        assert sheet.content == {"title": text}
