"""Measures: order of strength, closed conditions."""

import pytest
from pydantic import ValidationError

from credit_sdk.model.measure import Application, EntryCondition, FactCondition, Lasting, Strength


def test_strengths_are_ordered_from_bar_to_favour() -> None:
    by_rank = sorted(Strength, key=lambda strength: strength.rank, reverse=True)
    assert by_rank == [Strength.BAR, Strength.LIMIT, Strength.SCRUTINISE, Strength.ADVISE, Strength.FAVOUR]
    assert len({strength.rank for strength in Strength}) == len(Strength)


@pytest.mark.parametrize(
    "tests",
    [
        {},
        {"equals": 1, "at_least": 1},
        {"equals": False, "one_of": ("a",)},
        {"at_least": 0, "one_of": ("a",)},
        {"matches": ".*"},
    ],
)
@pytest.mark.parametrize("named", [(EntryCondition, {"field": "fine_yuan"}), (FactCondition, {"fact": "statutory"})])
def test_a_condition_states_exactly_one_test_of_the_closed_vocabulary(
    named: tuple[type[EntryCondition] | type[FactCondition], dict[str, str]], tests: dict[str, object]
) -> None:
    condition, name = named
    with pytest.raises(ValidationError):
        condition.model_validate(name | tests)


@pytest.mark.parametrize("tests", [{"equals": False}, {"equals": 0}, {"at_least": 0}, {"one_of": (True,)}])
def test_a_false_or_zero_is_a_test_too(tests: dict[str, object]) -> None:
    condition = FactCondition.model_validate({"fact": "statutory_tender"} | tests)
    again = FactCondition.model_validate_json(condition.model_dump_json())
    assert again == condition
    assert type(again.equals) is type(condition.equals)


def test_conditions_are_told_apart_by_their_kind() -> None:
    cell = {
        "lists": ["tax-a"],
        "matters": ["funds.grant"],
        "strength": "favour",
        "conditions": [{"kind": "fact", "fact": "f", "equals": 1}, {"kind": "entry", "field": "f", "equals": "1"}],
    }
    first, second = Application.model_validate(cell).conditions
    assert isinstance(first, FactCondition)
    assert isinstance(second, EntryCondition)


@pytest.mark.parametrize("empty", ["lists", "matters"])
def test_a_cell_without_list_or_matter_is_none(empty: str) -> None:
    cell: dict[str, object] = {"lists": ["a"], "matters": ["m"], "strength": "bar"}
    with pytest.raises(ValidationError):
        Application.model_validate(cell | {empty: []})


@pytest.mark.parametrize("years", [0, 21])
def test_a_measure_lasts_from_one_to_twenty_years(years: int) -> None:
    with pytest.raises(ValidationError):
        Lasting(years=years)
