"""The standards' arithmetic, judged by independent implementations and by the laws every check character obeys."""

import string
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric as resident_oracle
from stdnum.cn import uscc as uscc_oracle
from stdnum.iso7064 import mod_11_10

from credit_sdk.model import identifier
from credit_sdk.model.identifier import USCC_ALPHABET

DIGITS = st.sampled_from("0123456789")
USCC_BODY = st.text(st.sampled_from(USCC_ALPHABET), min_size=17, max_size=17)
DIGITS_FIRST_BODY = st.builds(
    str.__add__,
    st.text(DIGITS, min_size=8, max_size=8),
    st.text(st.sampled_from(USCC_ALPHABET), min_size=9, max_size=9),
)
RESIDENT_BODY = st.builds(
    lambda born_on, sequence: f"630102{born_on:%Y%m%d}{sequence:03}",
    st.dates(date(1983, 1, 1), date(2020, 12, 31)),
    st.integers(0, 999),
)


@given(DIGITS_FIRST_BODY)
def test_the_check_character_of_a_credit_code_agrees_with_the_oracle(body: str) -> None:
    expected = identifier.uscc_check_character(body)
    assert expected == uscc_oracle.calc_check_digit(body)
    assert uscc_oracle.is_valid(f"{body}{expected}")


@given(RESIDENT_BODY)
def test_the_check_character_of_a_resident_number_agrees_with_the_oracle(body: str) -> None:
    code = f"{body}{identifier.resident_check_character(body)}"
    assert resident_oracle.is_valid(code)
    assert identifier.is_resident_number(code)


@given(st.text(DIGITS, min_size=14, max_size=14))
def test_the_check_digit_of_a_registration_number_agrees_with_the_oracle(body: str) -> None:
    assert identifier.registration_check_digit(body) == mod_11_10.calc_check_digit(body)


@given(USCC_BODY, st.integers(0, 16), st.sampled_from(USCC_ALPHABET))
def test_one_wrong_character_of_a_credit_code_is_always_seen(body: str, position: int, other: str) -> None:
    assume(body[position] != other)
    wrong = body[:position] + other + body[position + 1 :]
    assert identifier.uscc_check_character(body) != identifier.uscc_check_character(wrong)


@given(USCC_BODY, st.integers(0, 15))
def test_two_neighbours_swapped_in_a_credit_code_are_always_seen(body: str, position: int) -> None:
    left, right = body[position], body[position + 1]
    assume(left != right)
    swapped = body[:position] + right + left + body[position + 2 :]
    assert identifier.uscc_check_character(body) != identifier.uscc_check_character(swapped)


@pytest.mark.parametrize(
    ("code", "body_length"),
    [("D2143569X", 8), ("710550007", 8), ("MA7550001", 8), ("MA757T001", 8), ("MF0000013", 8), ("MC0000012", 8)],
)
def test_organisation_codes_carry_the_check_character_of_gb_11714(code: str, body_length: int) -> None:
    assert identifier.organisation_check_character(code[:body_length]) == code[body_length:]


@pytest.mark.parametrize(
    "body", ["", "9163010071055000", "91630100710550O07", "91630100710550i07", "９１６３０１００７１０５５０００７"]
)
def test_another_shape_has_no_check_character(body: str) -> None:
    assert identifier.uscc_check_character(body) is None


@pytest.mark.parametrize("body", ["1234567", "1234567a", "１２３４５６７８"])
def test_another_shape_has_no_organisation_check_character(body: str) -> None:
    assert identifier.organisation_check_character(body) is None


def test_digits_of_other_scripts_are_no_digits() -> None:
    assert identifier.resident_check_character("٦٣٠١٠٢١٩٩٠٠١٠١١٢٣") is None
    assert identifier.registration_check_digit("٦٣٠١٠٢١٩٩٠٠١٠١") is None
    assert not identifier.has_birth_date("630102１９９００１０１1234")


@pytest.mark.parametrize("code", ["100000", "110105", "630000", "630106", "630122", "632126", "632858", "650100"])
def test_regions_of_the_table_are_known_abolished_ones_included(code: str) -> None:
    assert identifier.is_known_region(code)


@pytest.mark.parametrize(
    "code",
    ["633100", "632900", "632826", "633300", "632824", "633000", "633200", "632526", "632325", "990000", "010100"],
)
def test_regions_outside_the_table_are_unknown(code: str) -> None:
    assert not identifier.is_known_region(code)


@pytest.mark.parametrize("code", ["11", "39", "92", "A1", "N3", "Y1"])
def test_categories_of_the_standard_are_known(code: str) -> None:
    assert identifier.is_known_category(code)


@pytest.mark.parametrize("code", ["99", "00", "Y2", "B1", "94"])
def test_categories_outside_the_standard_are_unknown(code: str) -> None:
    assert not identifier.is_known_category(code)


@pytest.mark.parametrize("day", ["18491231", "19000229", "20230431", "21000101", "19901301"])
def test_a_birth_date_is_a_real_day_of_a_living_century(day: str) -> None:
    assert not identifier.has_birth_date(f"630102{day}1234")
    assert identifier.has_birth_date("630102200002291234")


@given(USCC_BODY, st.lists(st.sampled_from(" \t\u3000\u00a0\u200b\ufeff'\"“”-—−"), min_size=18, max_size=18))
def test_noise_between_the_characters_is_removed_and_full_width_made_plain(body: str, noise: list[str]) -> None:
    wide = "".join(chr(ord(character) + 0xFEE0) for character in body)
    assert identifier.normalise(body.lower().join(noise[:2])) == body
    assert identifier.normalise("".join(map(str.__add__, noise, wide))) == body


def test_letters_of_other_scripts_stay_what_they_are() -> None:
    assert identifier.normalise("ßıµО") == "ßıμО"


@given(st.text(string.ascii_letters + string.digits, max_size=20))
def test_normalising_keeps_every_letter_and_digit(text: str) -> None:
    assert identifier.normalise(text) == text.upper()


@given(USCC_BODY)
def test_every_candidate_is_itself_valid(body: str) -> None:
    wrong = body + ("0" if identifier.uscc_check_character(body) != "0" else "1")
    candidates = list(identifier.uscc_candidates(wrong))
    assert candidates[0][:17] == body
    for candidate in candidates:
        assert identifier.uscc_check_character(candidate[:17]) == candidate[17:]
