"""What an officer reads begins in Chinese; what a program reads keeps its names."""

import ast
import re
from pathlib import Path

import pytest

import gateway.registry
from gateway.commands.particulars import listed, state_words, title_of
from gateway.commands.terminal import table
from gateway.database.columns import Json
from gateway.registry.lifecycle import EntryState
from gateway.registry.objections import ObjectionState
from gateway.registry.repairs import RepairState

# The acts that officers do by hand every day; the rest of the registry still says what happened in English alone.
BY_HAND = ("lifecycle", "objections", "repairs", "rulings")


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
        "  单位（期限） unit: months",
        "new: 1",
    ]
    assert title_of("new") == "new"


@pytest.mark.parametrize("room", BY_HAND)
def test_what_went_wrong_is_said_in_chinese_first(room: str) -> None:
    tree = ast.parse((Path(gateway.registry.__file__).parent / f"{room}.py").read_text(encoding="utf-8"))
    said = [
        ast.unparse(node.exc.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and any(word.arg == "hint" for word in node.exc.keywords)
    ]
    assert said
    assert [each for each in said if not re.search("[一-鿿].* / ", each)] == []
