"""Every real registration of Qinghai from 1981 to 2001 is judged, row by row: none is refused, none is lost.

The rows belong to real enterprises and are no part of this repository; they are read from beside it. Where they
are absent these tests are not collected (`conftest.py`).
"""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model.scheme import IdentifierScheme, SubjectKind, SubjectWarning
from credit_sdk.model.subject import Subject

REGISTRATIONS = Path(__file__).parents[3] / "shared" / "data" / "qinghai_enterprises_1981_2001.csv"
POPULAR_PATTERN = re.compile(r"^[1-9A-GY]{1}[1239]{1}[1-5]{1}[0-9]{5}[0-9A-HJ-NPQRTUWXY]{10}$")
"""In wide circulation; its third place excludes provinces 61 to 65."""

ROWS = 1788
UNTABLED_REGIONS = {
    "633100": 36,
    "632900": 35,
    "632826": 12,
    "633300": 7,
    "633000": 6,
    "632824": 4,
    "633200": 4,
    "632325": 3,
    "632526": 2,
}


@pytest.fixture(scope="module")
def published_codes() -> list[str]:
    with REGISTRATIONS.open(encoding="utf-8-sig", newline="") as file:
        return [row["统一社会信用代码"] for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def subjects(published_codes: list[str]) -> list[Subject]:
    return [Subject.parse(code) for code in published_codes]


def test_every_row_is_judged_and_none_refused(published_codes: list[str]) -> None:
    outcomes: Counter[str] = Counter()
    for code in published_codes:
        try:
            Subject.parse(code)
        except InvalidSubjectError:
            outcomes["refused"] += 1
        else:
            outcomes["accepted"] += 1
    assert outcomes == {"accepted": ROWS}
    with REGISTRATIONS.open(encoding="utf-8-sig") as file:
        assert sum(1 for line in file if line.strip()) == ROWS + 1


def test_every_row_is_a_credit_code_as_published(published_codes: list[str], subjects: list[Subject]) -> None:
    assert [subject.uscc for subject in subjects] == published_codes
    assert {subject.scheme for subject in subjects} == {IdentifierScheme.USCC}
    assert len({subject.key for subject in subjects}) == ROWS
    assert Counter(subject.kind for subject in subjects) == {SubjectKind.LEGAL_PERSON: 1785, SubjectKind.SOLE_TRADER: 3}


def test_what_is_unusual_is_warned_of_and_nothing_else(subjects: list[Subject]) -> None:
    assert Counter(subject.warnings for subject in subjects) == {
        (): 1678,
        (SubjectWarning.REGION_UNKNOWN,): 109,
        (SubjectWarning.ORGANISATION_DIGIT,): 1,
    }
    warned = Counter(subject.code[2:8] for subject in subjects if SubjectWarning.REGION_UNKNOWN in subject.warnings)
    assert warned == UNTABLED_REGIONS


def test_the_popular_pattern_would_have_refused_every_one(published_codes: list[str]) -> None:
    assert len(published_codes) == ROWS
    assert not [code for code in published_codes if POPULAR_PATTERN.match(code)]
    assert POPULAR_PATTERN.match("91110000710550007" + "0"), "the pattern itself works for other provinces"


@pytest.mark.parametrize("position", range(18))
def test_any_one_character_mistyped_in_a_real_code_is_refused(published_codes: list[str], position: int) -> None:
    for code in published_codes[position::97]:
        wrong = code[:position] + ("3" if code[position] != "3" else "4") + code[position + 1 :]
        with pytest.raises(InvalidSubjectError):
            Subject.parse(wrong)
