"""A block of numbers is recognised as each of them is by itself, however odd its neighbours are."""

from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model import identifier
from credit_sdk.model.checksum import LAST, ORGANISATION
from credit_sdk.model.identifier import USCC_ALPHABET
from credit_sdk.model.recognition import recognised
from credit_sdk.model.scheme import IdentifierScheme, SubjectKind
from credit_sdk.model.subject import Subject
from credit_sdk.testing import subject
from tests.unit.model.test_subject import COMPANY, HIDDEN_RESIDENT, PRINTED_WITH_Y, REGISTRATION, RESIDENTS, USCC_BODY

ODD = (
    *(HIDDEN_RESIDENT, PRINTED_WITH_Y, REGISTRATION, "91632900MA7550001L", "MA7550167", "", "公司名称", "\ud800"),
    *(
        f" {COMPANY} ",
        "９１６３０１００７１０５５０００７８",
        "91630100710550007O",
        "9163010071055000İ8",
        f"{COMPANY}\n",
    ),
    # One character as often as there is room for it stands for nothing.
    *(sign * 17 + (identifier.uscc_check_character(sign * 17) or "") for sign in USCC_ALPHABET),
)
CODES = USCC_BODY.map(lambda body: body + (identifier.uscc_check_character(body) or ""))
COMPANIES = st.integers(0, 10_999_999).map(lambda number: subject(number).code)


@st.composite
def mistyped(draw: st.DrawFn) -> str:
    code, place = draw(COMPANIES), draw(st.integers(0, 17))
    return code[:place] + draw(st.sampled_from(USCC_ALPHABET)) + code[place + 1 :]


TEXTS = st.one_of(
    COMPANIES, COMPANIES.map(str.lower), mistyped(), CODES, RESIDENTS, st.sampled_from(ODD), st.text(max_size=20)
)


def one_by_one(given: Sequence[Subject | str]) -> list[tuple[object, ...]]:
    return [told(each if isinstance(each, Subject) else parsed(each)) for each in given]


def parsed(text: str) -> Subject | InvalidSubjectError:
    try:
        return Subject.parse(text)
    except InvalidSubjectError as refused:
        return refused


def told(found: Subject | InvalidSubjectError) -> tuple[object, ...]:
    if isinstance(found, Subject):
        return found.code, found.scheme, found.kind, found.warnings, found.is_masked
    return type(found), found.line, found.code, found.hint


@given(st.lists(TEXTS, max_size=40))
@example(list(ODD))
@example([subject(number).code for number in range(600)])
def test_a_block_is_recognised_as_each_by_itself(texts: list[str]) -> None:
    assert [told(found) for found in recognised(texts).who] == one_by_one(texts)


@given(st.lists(st.one_of(TEXTS, COMPANIES.map(Subject.parse)), max_size=20))
def test_parsed_subjects_may_stand_among_texts(given: list[Subject | str]) -> None:
    assert [told(found) for found in recognised(given).who] == one_by_one(given)


@given(st.lists(st.one_of(TEXTS, COMPANIES.map(Subject.parse)), max_size=20))
@example([subject(number).code for number in range(600)])
@example([subject(number) for number in range(600)])
def test_who_is_not_odd_is_a_company_without_anything_to_doubt(given: list[Subject | str]) -> None:
    block = recognised(given)
    assert block.odd == [place for place, code in enumerate(block.codes) if not code]
    assert len(block.codes) == len(block.who)
    for one, code in zip(block.who, block.codes, strict=True):
        if code:
            assert isinstance(one, Subject)
            assert (one.code, one.scheme, one.warnings, one.is_masked) == (code, IdentifierScheme.USCC, (), False)
            assert one.kind is not SubjectKind.NATURAL_PERSON


def test_what_is_no_text_is_a_row_and_spoils_no_other() -> None:
    found = recognised([COMPANY, 916301007105500078, None]).who  # type: ignore[list-item]
    assert found[0] == Subject.parse(COMPANY)
    assert [isinstance(each, InvalidSubjectError) for each in found] == [False, True, True]


@given(st.lists(st.text(st.sampled_from(USCC_ALPHABET), min_size=18, max_size=18), max_size=30))
def test_check_characters_of_a_block_are_those_of_each_code(codes: list[str]) -> None:
    joined = "".join(codes).encode()
    assert LAST.wrong(joined) == wrong_at_the_end(codes)
    assert ORGANISATION.wrong(joined) == [
        place for place, code in enumerate(codes) if not identifier.has_organisation_digit(code)
    ]


LARGEST = "".join(USCC_ALPHABET[30 * pow(3, -place, 31) % 31] for place in range(17))
"""At every place the digit that adds most, its weight and the modulus considered."""


@pytest.mark.parametrize(
    "code", ["Y" * 18, "0" * 18, f"{LARGEST}0", LARGEST + (identifier.uscc_check_character(LARGEST) or "")]
)
def test_the_largest_sums_spill_into_no_neighbour(code: str) -> None:
    codes = [code, "Y" * 18, COMPANY, code, COMPANY]
    found = LAST.wrong("".join(codes).encode())
    assert found == wrong_at_the_end(codes)
    assert not {2, 4} & set(found)


def wrong_at_the_end(codes: list[str]) -> list[int]:
    return [place for place, code in enumerate(codes) if identifier.uscc_check_character(code[:17]) != code[17]]


@given(st.lists(st.one_of(TEXTS, COMPANIES.map(Subject.parse)), max_size=20))
@example([subject(number) for number in range(600)])
@example([COMPANY, PRINTED_WITH_Y, REGISTRATION, "91632900MA7550001L", "630102199001011235", "公司名称"])
def test_keys_are_those_of_each_subject(given: list[Subject | str]) -> None:
    block = recognised(given)
    nobody = {place: one for place, one in enumerate(block.who) if not isinstance(one, Subject) or one.is_masked}
    assert block.keys(nobody) == [one.key for one in block.who if isinstance(one, Subject) and not one.is_masked]


@pytest.mark.parametrize("text", ["公司名称", HIDDEN_RESIDENT])
def test_nobody_has_no_key(text: str) -> None:
    with pytest.raises(InvalidSubjectError):
        recognised([COMPANY, text]).keys()


def test_a_refusal_holds_on_to_no_other_row() -> None:
    """It is kept as long as its row is: what called for it must not be kept with it."""
    (refused,) = recognised(["1234"]).who
    assert isinstance(refused, InvalidSubjectError)
    assert refused.__traceback__ is None
    assert refused.__context__ is None
