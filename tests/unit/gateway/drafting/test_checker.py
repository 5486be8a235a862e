"""Every way to break a law file is refused, at its file and line, in words a clerk can act on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from credit_sdk.errors import CreditError, LawError
from gateway.drafting.adoption import compile_law
from gateway.drafting.checker import check_law, remarks
from gateway.drafting.complaint import Complaint, LawRefusedError
from gateway.drafting.reader import read_law

Edit = Callable[[str, str, str], int]
Append = Callable[[str, str], int]

A, C, LIST, MATTER = "measures/a1-01.yaml", "measures/c1-01.yaml", "lists/defaulters.yaml", "matters/award.yaml"
ACT, NOTICE, CASES = "instruments/act.yaml", "instruments/notice.yaml", "cases/a1-01.yaml"


def the_complaint(directory: Path) -> Complaint:
    complaints = check_law(read_law(directory))
    assert len(complaints) == 1, [str(complaint) for complaint in complaints]
    return complaints[0]


def test_the_small_law_is_in_order(law_directory: Path) -> None:
    law = read_law(law_directory)
    assert check_law(law) == remarks(law) == ()
    assert compile_law(law_directory).edition == "2026.1"


OWN = "        strength: bar\n        basis:\n          - instrument: act\n"
PERIOD = "periods/publicity.yaml"
ACT_OF_PERIOD = "act: untrustworthiness"
PURPOSE_AND_ACT = f"    purpose: publicity\n    {ACT_OF_PERIOD}"
WAIVER_TERM = "    purpose: handling\n    act: waiver.term"
EXCLUDED = "    purpose: handling\n    act: repair.excluded"
LENGTH = "    unit: months\n    minimum: 3\n    maximum: 12"


BROKEN = [
    # the file as text
    (ACT, "    level: law\n", "    level: law\n    level: law\n", 1, "字段“level”写了两次"),
    (ACT, "    issued_by: 全", "    issued by: 全", 0, "不认识字段“issued by”"),
    (ACT, "    level: law", "    level: statute", 0, "“level”不能写“statute”"),
    (ACT, "from: 2000-01-01", "from: 2000-13-01", 0, "“from”写法不对"),
    (ACT, "from: 2000-01-01", "from_on: 2000-01-01", 0, "不认识字段“from_on”"),
    (ACT, "    source: 公报", "    source:", 0, "“source”没有内容"),
    (ACT, "    title: 某某法", "    title: &name 某某法", 0, "不得使用锚点或引用"),
    (ACT, "    title: 某某法", "    title: !!binary 某某法", 0, "不得使用类型标记"),
    (ACT, "    title: 某某法", '    title: "某某法', 0, "引号没有配对"),
    (ACT, "id: act", "id: acts", 0, "编号“acts”与文件名“act”不一致"),
    (ACT, "id: act\n", "id: act\nnote: 备注\n", 1, "不认识字段“note”"),
    ("edition.yaml", "edition: 2026.1", "edition: [2026]", 0, "版次文件只写一行"),
    (
        MATTER,
        "    adverse_max_age_s: 3600\n",
        "    adverse_max_age_s: 3600\n    live_confirmation: 可以\n",
        1,
        "“live_confirmation”写法不对",
    ),
    # references
    (A, "- instrument: act", "- instrument: acts", 0, "依据“acts”在instruments/中没有"),
    (A, "lists: [defaulters]", "lists: [debtors]", 0, "名单“debtors”在lists/中没有"),
    (A, "matters: [award]", "matters: [awards]", 0, "事项“awards”在matters/中没有"),
    (A, "fact: statutory", "fact: statutary", 0, "事项“award”没有案件事实“statutary”"),
    (C, "field: fine_yuan", "field: fine", 0, "没有条目字段“fine”"),
    (C, "field: fine_yuan", "field: year\n            equals: 2024", 0, "一个条件须且只须写"),
    (C, "field: fine_yuan", "field: decision_law", 1, "“decision_law”不是数，不能写at_least"),
    (C, "at_least: 1000", 'equals: "1000"', -1, "“fine_yuan”应当是整数"),
    (
        C,
        "field: fine_yuan\n            at_least: 1000",
        "field: penalty_kinds\n            equals: 罚金",
        0,
        "“罚金”这个词",
    ),
    (MATTER, "required_lists: [defaulters]", "required_lists: [debtors]", 0, "名单“debtors”在lists/中没有"),
    (MATTER, "required_lists: [defaulters]", "required_lists: []", 0, "“required_lists”至少要有一项"),
    (LIST, "- instrument: act", "- instrument: act2", 0, "依据“act2”在instruments/中没有"),
    (
        CASES,
        "    when: award\n    then:\n      finding: bar",
        "    when: awards\n    then:\n      finding: bar",
        0,
        "事项“awards”",
    ),
    (CASES, "from: 2020-01-01", "form: 2020-01-01", -1, "缺少字段“from”"),
    # what may be said of waivers
    (PERIOD, f"{ACT_OF_PERIOD}\n", f"{ACT_OF_PERIOD}\n    matters: [award]\n", 1, "只有豁免的最长期限"),
    (PERIOD, ACT_OF_PERIOD, "act: waiver.terms", 0, "豁免没有“waiver.terms”这一行为"),
    (PERIOD, ACT_OF_PERIOD, "act: waiver.term", -1, "豁免的期限不是公示期"),
    (PERIOD, PURPOSE_AND_ACT, f"{WAIVER_TERM}\n    matters: [awards]", 2, "事项“awards”在matters/中没有"),
    (PERIOD, f"{PURPOSE_AND_ACT}\n{LENGTH}\n", f"{WAIVER_TERM}\n    unit: months\n", None, "豁免期限没有最长"),
    # what may be said of penalties that are shown to the end
    (PERIOD, ACT_OF_PERIOD, f"{ACT_OF_PERIOD}\n    penalty_kinds: [罚款]", 1, "只有定类、不得提前停止公示的规定"),
    (PERIOD, ACT_OF_PERIOD, f"{ACT_OF_PERIOD}\n    alongside: publicity", 1, "可以写alongside"),
    (PERIOD, PURPOSE_AND_ACT, f"{EXCLUDED}\n    alongside: nothing", 2, "公示期“nothing”在periods/中没有"),
    (PERIOD, PURPOSE_AND_ACT, f"{EXCLUDED}\n    penalty_kinds: [吊销]", 2, "处罚种类“吊销”不在"),
    # dates
    (LIST, "from: 2013-10-01", "from: 2013-10-01\n    end: true", None, "不认识字段"),
    # what the law demands of measures
    (A, "        article: 第二条\n", "", -2, "A类措施减损权益"),
    (A, "        strength: bar\n", OWN + "            article: 第九条\n", 1, "“act”第九条不在本块的basis中"),
    (
        A,
        "        article: 第二条\n    implementing_body: 某某部门\n    applies:\n      - lists: [defaulters]\n",
        (
            "        article: 第二条\n      - instrument: act\n    implementing_body: 某某部门\n    applies:\n"
            "      - lists: [defaulters]\n        basis:\n          - instrument: act\n"
        ),
        None,
        "这一行自己的依据中没有",
    ),
    (A, "strength: bar", "strength: favour", 0, "A类措施的强度不得为“favour”"),
    (C, "strength: advise", "strength: scrutinise", 0, "强度不得为“scrutinise”"),
    (C, "measure_class: C", "measure_class: incentive", None, "incentive类措施的强度不得为“advise”"),
    (A, "confidence: verified", "confidence: low", 0, "把握低（low）的内容不得现行"),
    # cases
    (CASES, "on: 2014-12-31", "on: 2014-12-30", None, "没有施行前一日（2014-12-31）的案例"),
    (CASES, "finding: bar", "finding: none", None, "自2015-01-01起的措施没有案例"),
]


@pytest.mark.parametrize("broken", BROKEN, ids=[words for *_, words in BROKEN])
def test_refuses_a_broken_file_where_it_is_broken(
    law_directory: Path, edit: Edit, broken: tuple[str, str, str, int | None, str]
) -> None:
    file, old, new, offset, words = broken
    line = edit(file, old, new)
    complaints = [complaint for complaint in check_law(read_law(law_directory)) if words in complaint.message_zh]
    assert complaints, [str(complaint) for complaint in check_law(read_law(law_directory))]
    if offset is not None:
        assert (complaints[0].file, complaints[0].line) == (file, line + offset)
    assert complaints[0].remedy_zh
    assert "\n" not in str(complaints[0])
    with pytest.raises(LawRefusedError) as refused:
        compile_law(law_directory)
    assert isinstance(refused.value, LawError | CreditError)
    assert refused.value.complaints[0].message_zh in str(refused.value)
    assert refused.value.hint


def test_refuses_two_blocks_on_one_day(law_directory: Path, append: Append) -> None:
    block = (law_directory / ACT).read_text(encoding="utf-8").split("blocks:\n")[1]
    line = append(ACT, block)
    complaint = the_complaint(law_directory)
    assert (complaint.file, complaint.line) == (ACT, line)
    assert "同一天（2000-01-01）有两个块" in complaint.message_zh


def test_refuses_a_block_that_goes_back_in_time(law_directory: Path, append: Append) -> None:
    block = (law_directory / ACT).read_text(encoding="utf-8").split("blocks:\n")[1]
    line = append(ACT, block.replace("2000-01-01", "1999-01-01"))
    complaint = the_complaint(law_directory)
    assert (complaint.file, complaint.line) == (ACT, line)
    assert "块的日期倒退：1999-01-01早于前一块的2000-01-01" in complaint.message_zh


def test_refuses_an_end_after_an_end(law_directory: Path, append: Append) -> None:
    line = append(NOTICE, "  - from: 2021-01-01\n    end: true\n    source: 又一次\n")
    complaint = the_complaint(law_directory)
    assert (complaint.file, complaint.line) == (NOTICE, line)
    assert "已经终止的不能再次终止" in complaint.message_zh


def test_refuses_an_end_of_nothing(law_directory: Path) -> None:
    (law_directory / "periods/other.yaml").write_text(
        "id: other\nblocks:\n  - from: 2021-01-01\n    end: true\n    source: 无\n", encoding="utf-8"
    )
    complaint = the_complaint(law_directory)
    assert (complaint.file, complaint.line) == ("periods/other.yaml", 3)
    assert "终止块之前没有可以终止的块" in complaint.message_zh


def test_refuses_a_basis_repealed_before_the_block_began(law_directory: Path, edit: Edit) -> None:
    line = edit("periods/publicity.yaml", "instrument: act", "instrument: notice")
    complaint = the_complaint(law_directory)
    assert (complaint.file, complaint.line) == ("periods/publicity.yaml", line)
    assert "在本块开始（2026-04-01）之前已经废止" in complaint.message_zh


def test_remarks_on_a_basis_repealed_while_the_block_goes_on(law_directory: Path, edit: Edit) -> None:
    line = edit(C, "instrument: act", "instrument: notice")
    law = read_law(law_directory)
    assert check_law(law) == ()
    (remark,) = remarks(law)
    assert (remark.file, remark.line) == (C, line)
    assert "在本块期间已经废止" in remark.message_zh


def test_remarks_on_a_basis_that_comes_only_after_the_block_has_ended(
    law_directory: Path, edit: Edit, append: Append
) -> None:
    line = edit(C, "instrument: act", "instrument: later")
    append(C, "  - from: 2018-01-01\n    end: true\n    source: 终止\n")
    edit("cases/c1-01.yaml", "on: 2020-06-01", "on: 2017-06-01")
    text = (law_directory / ACT).read_text(encoding="utf-8").replace("id: act", "id: later")
    (law_directory / "instruments/later.yaml").write_text(text.replace("2000-01-01", "2022-01-01"), encoding="utf-8")
    (remark,) = remarks(read_law(law_directory))
    assert (remark.file, remark.line) == (C, line)
    assert "没有一天施行" in remark.message_zh


def test_refuses_a_list_that_had_ended_before_the_measure_began(law_directory: Path, append: Append) -> None:
    append(LIST, "  - from: 2014-06-01\n    end: true\n    source: 终止\n")
    found = [(one.file, one.line, one.message_zh) for one in check_law(read_law(law_directory))]
    assert (A, 16, "名单“defaulters”在本块期间没有一天有效") in found


def test_a_draft_instrument_carries_nothing_in_force(law_directory: Path, edit: Edit) -> None:
    edit(ACT, "    title: 某某法", "    status: draft\n    title: 某某法")
    found = {one.message_zh for one in check_law(read_law(law_directory))}
    assert "依据“act”还是草稿" in found


def test_a_normative_document_is_not_enough_for_class_a(law_directory: Path, edit: Edit) -> None:
    edit(A, "instrument: act", "instrument: notice")
    found = {one.message_zh for one in check_law(read_law(law_directory))}
    assert any("A类措施减损权益" in message for message in found)


def test_refuses_files_that_do_not_belong(law_directory: Path) -> None:
    (law_directory / "measures/a1-02.yml").write_text("id: a1-02\n", encoding="utf-8")
    (law_directory / "memo.txt").write_text("备忘", encoding="utf-8")
    assert [one.file for one in check_law(read_law(law_directory))] == ["measures/a1-02.yml", "memo.txt"]


def test_refuses_a_file_that_is_not_utf8(law_directory: Path) -> None:
    path = law_directory / ACT
    path.write_bytes(path.read_text(encoding="utf-8").encode("gbk"))
    found = {(one.file, one.line, one.message_zh) for one in check_law(read_law(law_directory))}
    assert (ACT, 1, "文件不是UTF-8编码") in found


def test_says_everything_at_once_in_file_order(law_directory: Path, edit: Edit) -> None:
    edit(A, "strength: bar", "strength: favour")
    edit(C, "strength: advise", "strength: limit")
    edit(MATTER, "required_lists: [defaulters]", "required_lists: [debtors]")
    with pytest.raises(LawRefusedError) as refused:
        compile_law(law_directory)
    assert [one.file for one in refused.value.complaints] == [MATTER, A, C]
    assert "另有2处问题" in str(refused.value)


def test_a_directory_without_law_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LawRefusedError, match="没有法律文件"):
        read_law(tmp_path)


def test_a_longest_term_of_waivers_may_name_its_matters(law_directory: Path, edit: Edit) -> None:
    edit(PERIOD, PURPOSE_AND_ACT, f"{WAIVER_TERM}\n    matters: [award]")
    assert check_law(read_law(law_directory)) == ()
    document = compile_law(law_directory)
    assert document.periods[0].versions[0].matters == ("award",)
    assert b'"matters":["award"]' in document.to_bytes()


def test_a_draft_of_a_longest_term_may_leave_the_length_open(law_directory: Path, edit: Edit) -> None:
    edit(PERIOD, f"{PURPOSE_AND_ACT}\n{LENGTH}\n", f"    status: draft\n{WAIVER_TERM}\n    unit: months\n")
    assert check_law(read_law(law_directory)) == ()
