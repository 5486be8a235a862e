"""A typed name is compared with an operator's as people read the two."""

import pytest

from gateway.accounts import Operator, OperatorRole
from gateway.registry.same_person import is_named, plain_name
from tests.real_gateway import NOW


def operator(name: str, display_name: str = "") -> Operator:
    return Operator(name, display_name or name, frozenset({OperatorRole.REVIEWER}), NOW, None)


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        (operator("王复核"), "王复核"),
        (operator("王复核"), " 王　复 核 "),
        (operator("王复核"), "王\u200b复核"),
        (operator("王复核"), "王-复核"),
        (operator("王复核"), "财政厅王复核（副处长）"),
        (operator("Wang.F"), "wang.f"),
        (operator("Wang.F"), "ＷＡＮＧ Ｆ"),
        (operator("wang"), "finance/wang"),
        (operator("fuhe", "王复核"), "采购处 王复核"),
        (operator("ﬁnch"), "FINCH"),
    ],
)
def test_one_person_under_another_spelling_is_one_person(known: Operator, typed: str) -> None:
    assert is_named(known, typed)


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        (operator("王复核"), "李经办"),
        (operator("王复核"), "王复"),
        (operator("wang"), "wangwei"),
        (operator("王"), "王处长"),
        (operator("王复核"), "——"),
        (operator("王复核"), ""),
    ],
)
def test_another_name_is_another_person_as_far_as_anybody_can_tell(known: Operator, typed: str) -> None:
    assert not is_named(known, typed)


def test_a_name_is_compared_without_what_people_do_not_read() -> None:
    assert plain_name(" Ｗang.Ｆ-\u200b1 ") == "wangf1"
    assert plain_name("——") == ""
