"""Why a text is no identifier: the reason, the remedy, a suggestion, and never somebody's resident number."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from credit_sdk.errors import CreditError, InvalidSubjectError
from credit_sdk.model import identifier
from credit_sdk.model.identifier import USCC_ALPHABET
from credit_sdk.model.subject import Subject

COMPANY = "916301007105500078"
USCC_BODY = st.text(st.sampled_from(USCC_ALPHABET), min_size=17, max_size=17).filter(lambda body: len(set(body)) > 1)


def resident(region: str, born_on: date, sequence: int) -> str:
    body = f"{region}{born_on:%Y%m%d}{sequence:03}"
    return f"{body}{identifier.resident_check_character(body)}"


RESIDENTS = st.builds(
    resident,
    st.sampled_from(["630102", "632126", "110105", "321119", "810000", "830000", "911156"]),
    st.dates(date(1900, 1, 1), date(2026, 12, 31)),
    st.integers(0, 999),
)


def refusal(text: str) -> InvalidSubjectError:
    with pytest.raises(InvalidSubjectError) as raised:
        Subject.parse(text)
    return raised.value


@given(USCC_BODY, st.sampled_from(USCC_ALPHABET))
def test_a_wrong_check_character_is_refused_and_never_corrected(body: str, wrong: str) -> None:
    code = body + wrong
    expected = identifier.uscc_check_character(body)
    assume(wrong != expected and (wrong, expected) != ("Y", "1"))
    assume(not identifier.is_resident_number(code) and "XXXX" not in code)
    error = refusal(code)
    assert error.expected == expected or body.isdigit()
    assert error.hint


@pytest.mark.parametrize(
    ("typed", "expected", "suggestion"),
    [
        ("916301007105500079", "8", COMPANY),
        ("9163O1007105500078", "", COMPANY),
        ("9I63010O71O55OO078", "", COMPANY),
        ("91630100710SS00078", "", COMPANY),
        ("916301007105500087", "B", COMPANY),
        ("916301007015500078", "C", COMPANY),
        ("126300004400000045", "F", "12630000440000004F"),
    ],
)
def test_a_mistyped_code_is_refused_with_a_suggestion(typed: str, expected: str, suggestion: str) -> None:
    error = refusal(typed)
    assert (error.expected, error.suggestion) == (expected, suggestion)
    assert suggestion in error.hint
    assert isinstance(error, CreditError)


def test_all_of_a_few_likely_corrections_are_named() -> None:
    error = refusal("913601007105500078")
    assert error.suggestion == "91360100710550007G"
    assert COMPANY in error.hint


def test_a_mistyped_organisation_code_is_refused() -> None:
    error = refusal("71055000-8")
    assert error.expected == "7"
    assert "710550007" in error.hint
    assert refusal("7I0550007").suggestion == "710550007"


@given(RESIDENTS)
def test_a_mistyped_resident_number_is_not_repeated_anywhere(code: str) -> None:
    wrong = code[:17] + ("0" if code[17] != "0" else "1")
    try:
        Subject.parse(wrong)
    except InvalidSubjectError as error:
        told = f"{error} {error.hint} {error.suggestion}"
        assert code not in told
        assert wrong not in told
        assert code[6:14] not in told


@pytest.mark.parametrize(
    "typed", ["63O102199001011235", "6301021990O1011235", "630102199013011235", "63010219900101123"]
)
def test_a_resident_number_with_a_typing_error_is_not_repeated_either(typed: str) -> None:
    error = refusal(typed)
    assert typed not in f"{error} {error.hint}"
    assert "0102199" not in f"{error} {error.hint} {error.suggestion}"


@pytest.mark.parametrize("typed", ["******************", "6301**1235", "630102****1235某", "***************235"])
def test_a_mask_that_cannot_be_compared_is_refused(typed: str) -> None:
    assert "position by position" in str(refusal(typed))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "placeholder"),
        ("   ", "placeholder"),
        ("空", "placeholder"),
        ("无", "placeholder"),
        ("/", "placeholder"),
        ("— —", "placeholder"),
        ("-0-", "placeholder"),
        ("null", "placeholder"),
        ("00000000000000000X", "placeholder"),
        ("000000000000000000", "placeholder"),
        ("000000000000000", "placeholder"),
        ("0000000000000", "placeholder"),
        ("000000000", "placeholder"),
        ("9.16301E+17", "spreadsheet"),
        ("9.16301e+17", "spreadsheet"),
        ("916301007105500078.0", "spreadsheet"),
        ("916301007105500000", "spreadsheet"),
        ("9163010071055\ufffd0078", "garbled"),
        ("9163010071055" + chr(0xD800) + "0078", "garbled"),
        ("9163010071055О0078", "U+041E"),
        ("代码:916301007105500078", "U+4EE3, U+7801, ':'"),
        ("91630100710550007", "17 letters and digits"),
        ("63000010012AB", "13 letters and digits"),
        ("9163010071055000788", "19 letters and digits"),
        ("420984NA000134X", "Fifteen characters with letters"),
        ("9163010071055000V8", "no 'V'"),
        ("x" * 65, "65 characters"),
        pytest.param("9" * 1_000_000, "1000000 characters", id="a million digits"),
    ],
)
def test_what_is_no_number_is_refused_with_the_reason(typed: str, told: str) -> None:
    error = refusal(typed)
    assert told in str(error)
    assert "\n" not in error.line
    assert error.hint
    assert error.suggestion == ""


@pytest.mark.parametrize("value", [None, 916301007105500078, 9.16301e17, b"916301007105500078", ["916301007105500078"]])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(InvalidSubjectError, match="must be passed as text"):
        Subject.parse(value)  # type: ignore[arg-type]  # what hosts without a type checker do


@given(st.text(max_size=80))
def test_any_text_is_parsed_or_refused_in_one_printable_line(text: str) -> None:
    try:
        subject = Subject.parse(text)
    except InvalidSubjectError as error:
        line = f"{error.line} {error.suggestion}"
        assert line.isprintable()
        line.encode()
    else:
        assert Subject.parse(subject.code) == subject


def test_a_mistyped_resident_number_is_not_suggested_as_a_credit_code() -> None:
    valid_as_credit_code = next(
        code
        for sequence in range(10_000)
        if identifier.uscc_check_character((code := f"6301021990013{sequence:04}0")[:17]) == "0"
    )
    error = refusal(valid_as_credit_code.replace("0", "O", 1))
    assert error.suggestion == ""
    assert valid_as_credit_code not in error.line
