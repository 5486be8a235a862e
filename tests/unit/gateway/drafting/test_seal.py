"""What was adopted stays: edited, removed and renamed blocks show, whatever happened to `sealed.txt`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.drafting.adoption import compile_law
from gateway.drafting.checker import check_law
from gateway.drafting.complaint import LawRefusedError
from gateway.drafting.reader import SEALED_FILE, read_law
from gateway.drafting.seal import seal, unsealed

Edit = Callable[[str, str, str], int]
Append = Callable[[str, str], int]
ACT, NOTICE = "instruments/act.yaml", "instruments/notice.yaml"
END = "  - from: 2030-01-01\n    end: true\n    source: 终止\n"


@pytest.fixture
def sealed_directory(law_directory: Path) -> Path:
    seal(read_law(law_directory))
    return law_directory


def test_seals_every_block_once(law_directory: Path) -> None:
    names = seal(read_law(law_directory))
    assert len(names) == 8
    assert "instruments/notice#2" in names
    assert seal(read_law(law_directory)) == ()
    assert check_law(read_law(law_directory)) == ()


def test_new_blocks_are_appended_and_old_lines_stay(sealed_directory: Path, append: Append) -> None:
    before = (sealed_directory / SEALED_FILE).read_text(encoding="utf-8")
    append("periods/publicity.yaml", END)
    law = read_law(sealed_directory)
    assert unsealed(law) == ("periods/publicity#2",)
    seal(law)
    after = (sealed_directory / SEALED_FILE).read_text(encoding="utf-8")
    assert after.startswith(before)
    assert check_law(read_law(sealed_directory)) == ()


def test_comments_and_order_may_change(sealed_directory: Path, edit: Edit) -> None:
    edit(ACT, "    level: law\n    issued_by: 全", "    # 说明\n    issued_by: 全")
    edit(ACT, "    source: 公报", "    level: law\n    source: 公报")
    assert check_law(read_law(sealed_directory)) == ()


def test_refuses_an_edited_block(sealed_directory: Path, edit: Edit) -> None:
    edit(ACT, "title: 某某法", "title: 某某法改")
    (complaint,) = check_law(read_law(sealed_directory))
    assert (complaint.file, complaint.line, complaint.message_zh) == (ACT, 3, "已采用的第1块被改动")


def test_refuses_a_removed_block(sealed_directory: Path, edit: Edit) -> None:
    edit(NOTICE, "  - from: 2020-01-01\n    end: true\n    source: 已由新通知代替\n", "")
    (complaint,) = check_law(read_law(sealed_directory))
    assert (complaint.file, complaint.line, complaint.message_zh) == (NOTICE, 2, "已采用的第2块被删除")


def test_refuses_a_removed_file(sealed_directory: Path) -> None:
    (sealed_directory / NOTICE).unlink()
    found = {(one.file, one.message_zh) for one in check_law(read_law(sealed_directory))}
    assert found == {(NOTICE, "已采用的文件被删除或改名")}


def test_refuses_a_seal_that_was_tampered_with(sealed_directory: Path, edit: Edit) -> None:
    text = (sealed_directory / SEALED_FILE).read_text(encoding="utf-8")
    (sealed_directory / SEALED_FILE).write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")
    (complaint,) = check_law(read_law(sealed_directory))
    assert (complaint.file, complaint.line) == (SEALED_FILE, 10)


def test_what_was_adopted_is_compared_even_when_the_seals_are_gone(sealed_directory: Path, edit: Edit) -> None:
    adopted = compile_law(sealed_directory)
    (sealed_directory / SEALED_FILE).unlink()
    edit(ACT, "title: 某某法", "title: 某某法改")
    assert compile_law(sealed_directory).edition == "2026.1"
    with pytest.raises(LawRefusedError, match="自2000-01-01起的已采用文本被改动或删除") as refused:
        compile_law(sealed_directory, previous=adopted)
    assert (refused.value.complaints[0].file, refused.value.complaints[0].line) == (ACT, 3)


def test_an_end_may_be_added_to_what_was_adopted_but_not_moved(law_directory: Path, append: Append, edit: Edit) -> None:
    first = compile_law(law_directory)
    append("periods/publicity.yaml", END)
    second = compile_law(law_directory, previous=first)
    edit("periods/publicity.yaml", "from: 2030-01-01", "from: 2031-01-01")
    with pytest.raises(LawRefusedError):
        compile_law(law_directory, previous=second)


def test_refuses_a_file_gone_since_it_was_adopted(law_directory: Path) -> None:
    adopted = compile_law(law_directory)
    (law_directory / NOTICE).unlink()
    with pytest.raises(LawRefusedError, match="已采用的文件被删除或改名"):
        compile_law(law_directory, previous=adopted)
