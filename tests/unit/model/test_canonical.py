"""One value, one sequence of bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_sdk.errors import IntegrityError
from credit_sdk.model.canonical import LARGEST_INTEGER, MAX_DEPTH, JsonValue, check, dumps, dumps_own, loads

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_what_is_written_is_read_back(value: JsonValue) -> None:
    assert loads(dumps(value)) == value


@given(values)
def test_our_own_values_are_written_quickly_to_the_same_bytes(value: JsonValue) -> None:
    assert dumps_own(value) == dumps(value)


def test_every_character_is_written_quickly_as_it_is_written_strictly() -> None:
    characters = [chr(point) for point in (*range(0xD800), *range(0xE000, 0x110000))]
    assert dumps_own(characters) == dumps(characters)
    named = dict.fromkeys(characters[::0x101], 1)
    assert dumps_own(named) == dumps(named)


@given(st.dictionaries(texts, st.integers(-9, 9), max_size=6))
def test_the_order_of_keys_is_their_own(value: dict[str, int]) -> None:
    assert dumps(dict(reversed(value.items()))) == dumps(value)


def test_is_utf_8_without_spaces_and_sorted_by_code_point() -> None:
    assert (
        dumps({"名": ("单", 1, True, None), "b": '"\n\x01', "a": {}})
        == '{"a":{},"b":"\\"\\n\\u0001","名":["单",1,true,null]}'.encode()
    )


@pytest.mark.parametrize("value", [1.0, float("nan"), {1: "a"}, {"a": {None: 1}}, b"bytes", {"a"}, object()])
def test_refuses_types_that_json_or_its_readers_blur(value: object) -> None:
    with pytest.raises(TypeError):
        dumps(value)
    with pytest.raises(TypeError):
        check(value)


@pytest.mark.parametrize("value", [LARGEST_INTEGER + 1, -LARGEST_INTEGER - 1, "\ud800"])
def test_refuses_what_cannot_be_written_exactly(value: object) -> None:
    with pytest.raises(ValueError, match=r"53 bits|surrogates"):
        dumps([value])


def test_refuses_endless_depth() -> None:
    value: list[object] = []
    for _ in range(MAX_DEPTH):
        value = [value]
    with pytest.raises(ValueError, match="deep"):
        dumps(value)
    with pytest.raises(IntegrityError):
        loads(b"[" * 100_000 + b"]" * 100_000)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b"1.0",
        b"1e3",
        b"NaN",
        b"-0",
        b"01",
        b'"\\u0041"',
        b'"\\/"',
        b'"\\ud800"',
        b"\xef\xbb\xbf1",
        b"\xff",
        b"9" * 5000,
        b"9007199254740992",
    ],
)
def test_refuses_bytes_that_are_not_the_canonical_ones(data: bytes) -> None:
    with pytest.raises(IntegrityError):
        loads(data)
