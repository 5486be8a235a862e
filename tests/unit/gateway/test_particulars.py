"""What an officer reads begins in Chinese; what a program reads keeps its names."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import gateway
from credit_sdk.errors import CreditError
from gateway.commands.particulars import listed, state_words, title_of
from gateway.commands.terminal import table
from gateway.database.columns import Json
from gateway.registry.lifecycle import EntryState
from gateway.registry.objections import ObjectionState
from gateway.registry.repairs import RepairState

# What officers, clerks and operators run into by hand; keys, publishing and the ledger speak to administrators.
ROOMS = ("accounts.py", "commands", "feedback", "intake", "registry", "reporting")


def test_a_table_titles_its_columns_and_says_its_states_in_chinese_first() -> None:
    assert table(("id", "state", "系统 client"), [("e1", "published", "甲")]) == [
        "编号 id\t状态 state\t系统 client",
        "e1\t公示中 published\t甲",
    ]


@pytest.mark.parametrize("state", [*EntryState, *ObjectionState, *RepairState])
def test_every_state_has_its_words(state: str) -> None:
    assert re.fullmatch(rf"[一-鿿]+ {state}", state_words(state))


def test_what_is_empty_is_left_out_and_parts_are_indented() -> None:
    found: dict[str, Json] = {
        "id": "e1",
        "is_person": False,
        "lapse": None,
        "publicity": {"unit": "months", "remark_en": "x"},
        "new": 1,
    }
    assert listed(found) == [
        "编号 id: e1",
        "是否自然人 is_person: 否 no",
        "公示期 publicity:",
        "  单位（期限） unit: 月 months",
        "new: 1",
    ]
    acts: list[Json] = [{"act": "shield", "at": "2026-11-26T07:44:38.968348Z", "by": "甲", "reason": ""}]
    assert listed({"acts": acts}) == [
        "办理经过 acts:",
        "  办理 act 屏蔽 shield；时间 at 2026-11-26 15:44:38（北京时间）；经办 by 甲",
    ]
    assert title_of("new") == "new"


@pytest.mark.parametrize("room", ROOMS)
def test_what_went_wrong_is_said_in_chinese_first(room: str) -> None:
    place = Path(gateway.__file__).parent / room
    refusals = {each.__name__ for each in _all_of(CreditError)} | {"UsageError"}
    said = [
        f"{path.name}:{node.lineno}: {ast.unparse(node.args[0])}"
        for path in sorted([place] if place.is_file() else place.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _name(node.func) in refusals and node.args
    ]
    assert said
    assert [each for each in said if not re.search("[一-鿿].* / ", each)] == []


def test_nothing_is_told_before_it_is_committed() -> None:
    told = [
        f"{path.name}:{node.lineno}"
        for path in sorted((Path(gateway.__file__).parent / "commands").rglob("*.py"))
        for opened in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(opened, ast.With) and any("unit_of_work" in ast.unparse(each) for each in opened.items)
        for node in ast.walk(opened)
        if isinstance(node, ast.Call) and _name(node.func) in {"answer", "echo", "_say"}
    ]
    assert told == []


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _all_of(error: type[CreditError]) -> Iterator[type[CreditError]]:
    yield error
    for each in error.__subclasses__():
        yield from _all_of(each)
