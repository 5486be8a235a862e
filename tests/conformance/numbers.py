"""Numbers and what they stand for, as vectors: every region and category that is told apart, and what is refused."""

from itertools import cycle
from typing import Any

from credit_sdk.model import identifier
from credit_sdk.model.subject import Subject
from tests.conformance.made_up import resident, uscc
from tests.conformance.published import A_COMPANY_OR_A_PERSON, A_PERSON_OR_A_COMPANY, BARRED, PERSON, PRINTED

Json = dict[str, Any]

_PROVINCES = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 64 65 71 81 82"
_QINGHAI = (
    "630000 630100 630101 630102 630103 630104 630105 630106 630111 630120 630121 630122 630123 630200 630201 630202"
    " 630203 630221 630222 630223 630224 630225 632100 632121 632122 632123 632124 632125 632126 632127 632128 632200"
    " 632221 632222 632223 632224 632300 632301 632321 632322 632323 632324 632400 632421 632500 632521 632522 632523"
    " 632524 632525 632600 632621 632622 632623 632624 632625 632626 632700 632701 632721 632722 632723 632724 632725"
    " 632726 632800 632801 632821 632822 632823 632858 632859"
)
_KNOWN = (*_QINGHAI.split(), *(f"{province}0000" for province in _PROVINCES.split()), "100000")
_UNKNOWN = ("630107", "632900", "639999", "100001", "160000", "200000", "830000", "990000", "000000")
_CATEGORIES = (
    "11 12 13 19 21 29 31 32 33 34 35 39 41 49 51 52 53 59 61 62 69 71 72 79 81 89 91 92 93 A1 A9 N1 N2 N3 Y1"
    " 10 18 22 99 A2 N4 Y2 Q1"
)
_BODIES = ("2023010100000", "63010010000000", "63010050000000", "63010060000000", "63010099999999", "63290090000000")
_PERSONS = (
    "10000019800229112 63010219000228111 63010218500101112 63010220991231112 83000019800101112 96300019800101112"
    " 99900019800101112 63990019800101112 11010119991231117"
)
_LETTERS = ("FX00000A", "ZZ999999", "12345678", "QWERTYUP", "00000001", "A1B2C3D4")


def recognised() -> list[Json]:
    """What is typed and what it stands for."""
    typed = [
        uscc(category, region)
        for category, region in zip(cycle(_CATEGORIES.split()), (*_KNOWN, *_UNKNOWN), strict=False)
    ]
    typed += [uscc("91", digit=digit) for digit in "0123456789X"]
    typed += [f"{body}{identifier.organisation_check_character(body)}" for body in _LETTERS]
    typed += [f"{body}{identifier.registration_check_digit(body)}" for body in _BODIES if len(body) == 14]
    typed += [body for body in _BODIES if len(body) == 13]
    typed += [resident(body) for body in _PERSONS.split()]
    typed += [A_COMPANY_OR_A_PERSON, A_PERSON_OR_A_COMPANY, PRINTED, PERSON.lower()]
    typed += [f"{BARRED[:9]}{noise}{BARRED[9:]}" for noise in _NOISE]
    typed += ["".join(chr(ord(each) + 0xFEE0) for each in BARRED), BARRED.lower(), BARRED + " " * (64 - len(BARRED))]
    return [_stated(each) for each in typed]


_NOISE = (
    "'",
    '"',
    "`",
    "\u2212",
    "-",
    "\u2014",
    "\u201c",
    "\u201d",
    "\u3000",
    "\t",
    "\u200b",
    "\ufeff",
    "\u2028",
    "\u2029",
)
_OTHER = "0" if BARRED[-1] != "0" else "2"
NONE = (
    "",
    "91",
    "0" * 9,
    "1" * 13,
    "0000000000001",
    "1111111111111A",
    "123456789012A",
    "12345678A",
    "12345678" + ("0" if identifier.organisation_check_character("12345678") != "0" else "1"),
    "630100100000000" if identifier.registration_check_digit("63010010000000") != "0" else "630100100000001",
    "63010010000000A",
    BARRED[:-1] + _OTHER,
    PRINTED[:-1] + _OTHER if PRINTED[-1] != _OTHER else "",
    BARRED[:-1] + "Y",
    BARRED[:9] + "O" + BARRED[10:],
    BARRED[:9] + "é" + BARRED[10:],
    BARRED + " " * (65 - len(BARRED)),
    "630102********1112",
    "630102\u2022\u2022\u2022\u2022\u2022\u2022\u2022\u20221112",
    "63010219XXXXXX1112",
    resident("63010218491231112"),
    resident("63010221000101112"),
    resident("63010219810229113"),
    resident("03010219800101112"),
    PERSON[:-1] + ("0" if PERSON[-1] != "0" else "1"),
)


def _stated(typed: str) -> Json:
    found = Subject.parse(typed)
    return {
        "typed": typed,
        "scheme": found.scheme,
        "code": found.code,
        "kind": found.kind,
        "warnings": list(found.warnings),
        "key": found.key.hex(),
    }
