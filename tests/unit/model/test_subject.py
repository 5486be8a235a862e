"""Who a check is about: what is accepted, with which warning, how it is looked up, and what is never shown."""

import copy
import hashlib
import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model import identifier
from credit_sdk.model import subject as subject_room
from credit_sdk.model.identifier import USCC_ALPHABET
from credit_sdk.model.scheme import IdentifierScheme, SubjectKind, SubjectWarning
from credit_sdk.model.subject import Subject

COMPANY = "916301007105500078"
RESIDENT = "630102199001011235"
HIDDEN_RESIDENT = "630102********1235"
PRINTED_WITH_Y = "91630100MA7550167Y"
PRINTED_WITH_1 = "91630100MA75501671"
REGISTRATION = "630000100012341"

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


@pytest.mark.parametrize(
    ("code", "kind", "warnings"),
    [
        (COMPANY, SubjectKind.LEGAL_PERSON, ()),
        ("91632900MA7550001L", SubjectKind.LEGAL_PERSON, (SubjectWarning.REGION_UNKNOWN,)),
        ("92630102MA757T001P", SubjectKind.SOLE_TRADER, ()),
        ("N2632521MF0000013F", SubjectKind.LEGAL_PERSON, ()),
        ("12630000440000004F", SubjectKind.LEGAL_PERSON, ()),
        ("51630000500000007T", SubjectKind.LEGAL_PERSON, ()),
        ("81630100MC0000012W", SubjectKind.LEGAL_PERSON, ()),
        ("A1100000MB0000019B", SubjectKind.LEGAL_PERSON, ()),
        ("Y1630000MJ00000180", SubjectKind.UNKNOWN, ()),
        ("11630000015000185Y", SubjectKind.GOVERNMENT, ()),
    ],
)
def test_a_credit_code_tells_its_kind(code: str, kind: SubjectKind, warnings: tuple[SubjectWarning, ...]) -> None:
    subject = Subject.parse(code)
    assert (subject.scheme, subject.code, subject.uscc) == (IdentifierScheme.USCC, code, code)
    assert (subject.kind, subject.warnings) == (kind, warnings)
    assert not subject.is_masked
    assert not subject.is_natural_person
    assert (str(subject), repr(subject)) == (code, f"Subject(uscc: {code})")


@pytest.mark.parametrize(
    "typed",
    [
        "９１６３０１００７１０５５０００７８",
        " 9163 0100 7105 5000 78\t\n",
        "\ufeff916301007105500078",
        "916301\u200b007105\u00a0500078\u3000",
        "'916301007105500078",
        '"916301007105500078"',
        "“916301007105500078”",
        "916301-00710550007-8",
        "916301—00710550007–8",
    ],
)
def test_noise_is_removed(typed: str) -> None:
    assert Subject.parse(typed) == Subject.parse(COMPANY)
    assert Subject.parse(typed).key == Subject.parse(COMPANY).key


def test_lower_case_is_raised() -> None:
    assert Subject.parse("92630102ma757t001p").code == "92630102MA757T001P"


@given(USCC_BODY)
def test_every_code_of_the_standard_is_accepted_unless_it_is_rather_a_person(body: str) -> None:
    code = f"{body}{identifier.uscc_check_character(body)}"
    subject = Subject.parse(code)
    assert subject.code == code or subject.is_masked
    assert subject.uscc == code or subject.is_natural_person


def test_y_printed_for_1_is_accepted_and_meets_its_standard_form_at_one_key() -> None:
    subject, standard = Subject.parse(PRINTED_WITH_Y), Subject.parse(PRINTED_WITH_1)
    assert subject.warnings == (SubjectWarning.CHECK_Y_FOR_1,)
    assert subject.key == standard.key
    assert subject.lookup_keys == (standard.key,)
    assert subject.code == PRINTED_WITH_Y
    assert standard.warnings == ()
    assert subject.may_be(standard)
    assert standard.may_be(subject)


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        ("91630100710550008", SubjectWarning.ORGANISATION_DIGIT),
        ("99630100710550007", SubjectWarning.CATEGORY_UNKNOWN),
        ("Y2630100MJ0000018", SubjectWarning.CATEGORY_UNKNOWN),
        ("91990100710550007", SubjectWarning.REGION_UNKNOWN),
    ],
)
def test_what_is_unusual_warns_and_is_not_refused(body: str, warning: SubjectWarning) -> None:
    assert Subject.parse(f"{body}{identifier.uscc_check_character(body)}").warnings == (warning,)


@pytest.mark.parametrize("typed", ["71055000-7", "71055000—7", "710550007"])
def test_an_organisation_code_is_taken_with_the_wish_for_the_credit_code(typed: str) -> None:
    subject = Subject.parse(typed)
    assert (subject.scheme, subject.code) == (IdentifierScheme.ORGANISATION_CODE, "710550007")
    assert (subject.kind, subject.warnings) == (SubjectKind.UNKNOWN, (SubjectWarning.NOT_USCC,))
    assert subject.uscc is None


def test_fifteen_digits_are_a_registration_number_only_by_their_check_digit() -> None:
    subject = Subject.parse(REGISTRATION)
    assert (subject.scheme, subject.kind) == (IdentifierScheme.REGISTRATION_NUMBER, SubjectKind.LEGAL_PERSON)
    assert subject.warnings == (SubjectWarning.NOT_USCC,)
    error = refusal("630000100012345")
    assert error.expected == "1"
    assert "630000100012345" not in error.line
    body = "63290060001234"
    trader = Subject.parse(f"{body}{identifier.registration_check_digit(body)}")
    assert trader.kind is SubjectKind.SOLE_TRADER
    assert trader.warnings == (SubjectWarning.REGION_UNKNOWN, SubjectWarning.NOT_USCC)


def test_thirteen_digits_are_an_old_number_that_nothing_can_check() -> None:
    subject = Subject.parse("6300001001234")
    assert (subject.scheme, subject.kind) == (IdentifierScheme.LEGACY_NUMBER, SubjectKind.UNKNOWN)
    assert subject.warnings == (SubjectWarning.NOT_USCC,)


def test_a_resident_number_is_a_natural_person_and_shown_in_part_only() -> None:
    subject = Subject.parse("63010219900101 1235")
    assert (subject.scheme, subject.code) == (IdentifierScheme.RESIDENT_NUMBER, RESIDENT)
    assert subject.is_natural_person
    assert subject.warnings == ()
    assert (str(subject), repr(subject), f"{subject}") == (
        HIDDEN_RESIDENT,
        f"Subject(resident-number: {HIDDEN_RESIDENT})",
        HIDDEN_RESIDENT,
    )
    assert subject.uscc is None


@given(RESIDENTS)
def test_a_resident_number_is_read_as_one_unless_it_is_an_unremarkable_credit_code(code: str) -> None:
    subject = Subject.parse(code)
    is_credit_code = identifier.uscc_check_character(code[:17]) == code[17] and identifier.is_unremarkable_uscc(code)
    assert subject.is_natural_person is not is_credit_code
    assert subject == Subject.parse(code)


def test_a_number_valid_both_ways_is_a_person_when_the_credit_code_would_be_odd() -> None:
    both = next(
        code
        for sequence in range(1000)
        if identifier.uscc_check_character((code := resident("110105", date(1990, 1, 1), sequence))[:17]) == code[17]
    )
    assert Subject.parse(both).scheme is IdentifierScheme.RESIDENT_NUMBER


def test_a_number_valid_both_ways_is_a_credit_code_when_nothing_about_that_is_odd() -> None:
    both = next(
        code
        for born_on in (
            date.fromordinal(day) for day in range(date(1980, 1, 1).toordinal(), date(2009, 1, 1).toordinal())
        )
        for sequence in range(1000)
        if identifier.is_unremarkable_uscc(code := resident("911101", born_on, sequence))
        and identifier.uscc_check_character(code[:17]) == code[17]
    )
    assert Subject.parse(both).uscc == both


@pytest.mark.parametrize("text", [RESIDENT, "63010219900101****", REGISTRATION, "6300001001234", "630102199001011230"])
def test_only_credit_codes_are_remembered(text: str) -> None:
    subject_room._remembered.cache_clear()
    for _ in range(2):
        try:
            Subject.parse(text)
        except InvalidSubjectError:
            assert text == "630102199001011230"
    assert subject_room._remembered.cache_info().currsize == 0
    assert Subject.parse(COMPANY) is Subject.parse(COMPANY)


@pytest.mark.parametrize(
    "typed",
    [
        "630102********1235",
        "630102＊＊＊＊＊＊＊＊1235",
        "630102xxxxxxxx1235",
        "630102XXXXXXXX1235",
        "630102••••••••1235",
    ],
)
def test_a_masked_number_is_a_possible_match_and_never_a_match(typed: str) -> None:
    subject = Subject.parse(typed)
    assert subject.code == HIDDEN_RESIDENT
    assert subject.is_masked
    assert subject.is_natural_person
    assert subject.warnings == (SubjectWarning.MASKED,)
    assert subject.lookup_keys == ()
    with pytest.raises(InvalidSubjectError, match="never a match"):
        _ = subject.key
    assert subject.may_be(Subject.parse(RESIDENT))
    assert Subject.parse(RESIDENT).may_be(subject)
    assert not subject.may_be(Subject.parse(resident("630103", date(1990, 1, 1), 123)))
    assert not subject.may_be(Subject.parse(COMPANY))


def test_two_masked_numbers_may_be_the_same() -> None:
    subject = Subject.parse("6301**********1235")
    assert subject.may_be(Subject.parse("630102199001******"))
    assert not subject.may_be(Subject.parse("630202199001******"))


def test_a_masked_resident_number_is_shown_no_wider_than_a_whole_one() -> None:
    assert str(Subject.parse("63010219900101****")) == "630102************"


def test_a_masked_credit_code_is_no_person_and_no_credit_code_to_look_up() -> None:
    subject = Subject.parse("91630100******0078")
    assert (subject.scheme, subject.kind) == (IdentifierScheme.USCC, SubjectKind.LEGAL_PERSON)
    assert subject.uscc is None
    assert subject.may_be(Subject.parse(COMPANY))
    assert Subject.parse("92630102MA******1P").kind is SubjectKind.SOLE_TRADER


def test_whole_numbers_may_be_the_same_only_when_equal() -> None:
    assert Subject.parse(COMPANY).may_be(Subject.parse(COMPANY))
    assert not Subject.parse(COMPANY).may_be(Subject.parse("92630102MA757T001P"))


def test_the_key_is_the_hash_of_scheme_and_code() -> None:
    subject = Subject.parse(COMPANY)
    assert subject.key == hashlib.sha256(b"subject\x00uscc\x00916301007105500078").digest()
    assert subject.lookup_keys == (subject.key,)
    assert subject.key is subject.key
    assert Subject.parse("710550007").key != subject.key


def test_a_subject_is_a_value() -> None:
    subject = Subject.parse(COMPANY)
    assert {subject, copy.copy(subject), pickle.loads(pickle.dumps(subject))} == {subject}  # noqa: S301  # our own bytes
    with pytest.raises(AttributeError, match="immutable"):
        subject.code = "1"  # type: ignore[misc]  # the point of the test


@pytest.mark.parametrize(
    ("region", "warnings"),
    [
        ("630122", ()),
        ("632900", (SubjectWarning.REGION_UNKNOWN,)),
        ("830000", ()),
        ("963840", ()),
        ("990840", (SubjectWarning.REGION_UNKNOWN,)),
    ],
)
def test_the_region_of_a_person_warns_at_most(region: str, warnings: tuple[SubjectWarning, ...]) -> None:
    subject = Subject.parse(resident(region, date(1990, 1, 1), 123))
    assert subject.is_natural_person
    assert subject.warnings == warnings


@pytest.mark.parametrize("number", ["11010519491231002X", "916301007105500078"])
def test_two_readings_of_one_number_are_not_different(number: str) -> None:
    one, other = Subject.parse(number), Subject.parse(f" {number.lower()}")
    assert one == other
    assert not one != other  # noqa: SIM202 - the operator itself is asked
    assert one != Subject.parse("91632900MA7550001L")
