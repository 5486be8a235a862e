"""Identifiers (标识码) as the standards define them: check characters, regions and noise.

| number | standard | check |
|---|---|---|
| unified social credit code (统一社会信用代码), 18 characters | GB 32100-2015 | weights 3^i mod 31 over 31 characters |
| organisation code (组织机构代码), 9 characters | GB 11714-1997 | mod 11 |
| resident number (公民身份号码), 18 characters | GB 11643-1999 | ISO 7064 MOD 11-2 |
| registration number (注册号), 15 digits | GS15-2006 | ISO 7064 MOD 11,10 |

Nothing here decides whether a code is accepted; :mod:`credit_sdk.model.subject` does. The regions and the categories
of GB 32100 grow by practice (development zones, new authorities): the tables below are only ever a reason to warn.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from string import ascii_lowercase, ascii_uppercase

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
MASK = "*"
ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BODY_DIGITS = 17
"""Characters before the check character of the two 18-character numbers."""

_PYTHON_DIGITS = b"0123456789abcdefghijklmnopqrstuvwxyz"


def _digits(alphabet: str, modulus: int) -> bytes:
    """For every byte the digit that ``int`` reads as its place in the alphabet; one that is no digit for other bytes.

    A sum weighted by the powers of w is a number written in base w. Modulo m any base with the same remainder does, and
    ``int`` reads the whole number in one step: in base 34 for powers of 3 modulo 31, in 13 for powers of 2 modulo 11.
    """
    digits = bytearray(b"!" * 256)
    for value, character in enumerate(alphabet.encode()):
        digits[character] = _PYTHON_DIGITS[value % modulus]
    return bytes(digits)


_USCC_DIGITS = _digits(USCC_ALPHABET, 31)
_USCC_BASE = 34
_ORGANISATION_DIGITS = _digits(ORGANISATION_ALPHABET, 11)
_MOD_11_BASE = 13

_CATEGORIES = {
    "1": "1239",
    "2": "19",
    "3": "123459",
    "4": "19",
    "5": "1239",
    "6": "129",
    "7": "129",
    "8": "19",
    "9": "123",
    "A": "19",
    "N": "123",
    "Y": "1",
}
"""Registering authority (登记管理部门) and its categories (机构类别), GB 32100-2015 table 1."""

_PROVINCES = frozenset(
    str(code)
    for codes in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82),
    )
    for code in codes
)
_STATE = "100000"
"""Bodies registered by the State itself carry no province."""
_TAIWAN_RESIDENTS = "83"
"""Residence permits for Taiwan residents (港澳台居民居住证) use 83, which GB/T 2260 does not have."""
_QINGHAI = frozenset(
    prefecture + county
    for prefecture, counties in {
        "6300": "00",
        "6301": "00 01 02 03 04 05 06 11 20 21 22 23",
        "6302": "00 01 02 03 21 22 23 24 25",
        "6321": "00 21 22 23 24 25 26 27 28",
        "6322": "00 21 22 23 24",
        "6323": "00 01 21 22 23 24",
        "6324": "00 21",
        "6325": "00 21 22 23 24 25",
        "6326": "00 21 22 23 24 25 26",
        "6327": "00 01 21 22 23 24 25 26",
        "6328": "00 01 02 03 21 22 23 58 59",
    }.items()
    for county in counties.split()
)

_LOOKALIKE_PAIRS = {"O": "0", "I": "1", "Z": "2", "S": "5", "0": "O", "1": "I", "2": "Z", "5": "S"}
_LOOKALIKES = str.maketrans("OIZS", "0125")
# Only Latin letters are raised (``ß`` must not become ``SS``); full-width asterisks are plain ones by NFKC already.
_PLAIN = str.maketrans(ascii_lowercase + "•●×", ascii_uppercase + MASK * 3)
_QUOTES_AND_SIGNS = frozenset("'\"`´\N{MINUS SIGN}")
_HIDDEN_BY_X = re.compile(r"(?=.{18}$)\d*X{4,}\d*X?")
_SILENT_CATEGORIES = frozenset({"Cc", "Cf", "Pd", "Pi", "Pf", "Zl", "Zp", "Zs"})


def normalise(text: str) -> str:
    """The text in upper case without spaces, quotes and dashes, full-width forms made plain (规范化).

    Invisible characters (byte order mark, zero-width, control) go as well. No letter or digit becomes another one.
    """
    if text.isascii() and text.isalnum():
        return text.upper()
    kept = [
        character
        for character in unicodedata.normalize("NFKC", text)
        if character not in _QUOTES_AND_SIGNS and unicodedata.category(character) not in _SILENT_CATEGORIES
    ]
    return "".join(kept).translate(_PLAIN)


def uscc_check_character(body: str) -> str | None:
    """The 18th character of the unified social credit code whose first 17 are given (GB 32100-2015).

    None when a character is outside the alphabet (I, O, S, V and Z are not in it) or the length is not 17.
    """
    if len(body) != BODY_DIGITS:
        return None
    try:
        # The weights grow from the left: 1, 3, 9 and so on.
        weighted = int(body.encode().translate(_USCC_DIGITS)[::-1], _USCC_BASE)
    except ValueError:
        return None
    return USCC_ALPHABET[-weighted % 31]


def organisation_check_character(body: str) -> str | None:
    """The ninth character of an organisation code (GB 11714-1997) from its first eight; None for another shape."""
    if len(body) != 8:
        return None
    try:
        weighted = 2 * int(body.encode().translate(_ORGANISATION_DIGITS), _MOD_11_BASE)
    except ValueError:
        return None
    return "0123456789X"[-weighted % 11]


def resident_check_character(body: str) -> str | None:
    """The last character of a resident number (GB 11643-1999) from its first 17 digits; None for another shape."""
    if len(body) != BODY_DIGITS or not _is_digits(body):
        return None
    return "10X98765432"[2 * int(body, _MOD_11_BASE) % 11]


def registration_check_digit(body: str) -> str | None:
    """The last digit of a registration number (GS15-2006) from its first 14; None for another shape."""
    if len(body) != 14 or not _is_digits(body):
        return None
    product = 10
    for digit in map(int, body):
        product = ((product + digit) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


def is_known_category(code: str) -> bool:
    """Whether the first two characters are an authority and one of its categories in table 1 of GB 32100-2015."""
    return code[1] in _CATEGORIES.get(code[0], "")


def has_organisation_digit(code: str) -> bool:
    """Whether positions 9 to 17 of a unified social credit code are a right organisation code (GB 11714)."""
    return organisation_check_character(code[8:16]) == code[16]


def is_unremarkable_uscc(code: str) -> bool:
    """Whether nothing but the last character of a unified social credit code could be doubted."""
    return is_known_category(code) and is_known_region(code[2:8]) and has_organisation_digit(code)


def is_known_region(code: str) -> bool:
    """Whether the table knows these six digits as a region (行政区划代码, GB/T 2260).

    The table covers: the State (100000); for Qinghai (63) the codes of GB/T 2260 since 1980, abolished ones included,
    because a number keeps the code of the day it was given; for every other province only its two digits.
    """
    if code.startswith("63"):
        return code in _QINGHAI
    return code[:2] in _PROVINCES or code == _STATE


def resident_region_is_known(code: str) -> bool:
    """Whether a resident number begins with a region the table knows.

    Foreigners' permanent residence numbers begin with 9 and the two digits of the province.
    """
    if code.startswith("9"):
        return code[1:3] in _PROVINCES
    return is_known_region(code[:6]) or code.startswith(_TAIWAN_RESIDENTS)


def has_birth_date(code: str) -> bool:
    """Whether positions 7 to 14 are a real day between 1850 and 2099, as in a resident number."""
    digits = code[6:14]
    if len(digits) != 8 or not _is_digits(digits) or not "1850" <= digits[:4] <= "2099":
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def is_resident_number(code: str) -> bool:
    """Whether 18 characters are a resident number: real birth date, right check character, no leading zero."""
    return (
        has_birth_date(code)
        and not code.startswith("0")
        and resident_check_character(code[:BODY_DIGITS]) == code[BODY_DIGITS:]
    )


def may_be_personal(code: str) -> bool:
    """Whether 18 characters may be somebody's resident number, mistyped perhaps: not to be repeated in a message."""
    digits = code[:BODY_DIGITS].translate(_LOOKALIKES)
    if not _is_digits(digits):
        return False
    return has_birth_date(digits) or (not digits.startswith("9") and resident_region_is_known(digits))


def partly_hidden(code: str) -> str:
    """A resident number as logs may show it: the first six and the last four characters."""
    return code[:6] + MASK * (len(code) - 10) + code[-4:]


def hidden_by_x(code: str) -> str:
    """The code with ``*`` for a run of ``X`` that hides digits of a number of 18; any other code as it is."""
    return re.sub(r"X{4,}", lambda run: MASK * len(run[0]), code) if _HIDDEN_BY_X.fullmatch(code) else code


def agree(left: str, right: str) -> bool:
    """Whether what is visible of two codes is the same, position by position."""
    return len(left) == len(right) and all(
        one == other or MASK in {one, other} for one, other in zip(left, right, strict=True)
    )


def uscc_candidates(code: str) -> Iterator[str]:
    """Valid codes that 18 mistyped characters may have been meant to be, likeliest first.

    Letters outside the alphabet read as the digit they resemble; else the right check character; else two neighbours
    swapped.
    """
    plain = code.translate(_LOOKALIKES)
    expected = uscc_check_character(plain[:BODY_DIGITS])
    if expected is None:
        return
    if plain != code:
        if plain.endswith(expected):
            yield plain
        return
    yield plain[:BODY_DIGITS] + expected
    for swapped in _neighbours_swapped(plain):
        if uscc_check_character(swapped[:BODY_DIGITS]) == swapped[BODY_DIGITS:]:
            yield swapped


def organisation_candidates(code: str) -> Iterator[str]:
    """Valid organisation codes that nine mistyped characters may have been meant to be, in the same order."""
    lookalikes = (
        code[:position] + _LOOKALIKE_PAIRS[character] + code[position + 1 :]
        for position, character in enumerate(code)
        if character in _LOOKALIKE_PAIRS
    )
    right_check = code[:8] + (organisation_check_character(code[:8]) or "")
    for candidate in (*lookalikes, right_check, *_neighbours_swapped(code)):
        if organisation_check_character(candidate[:8]) == candidate[8:]:
            yield candidate


def _neighbours_swapped(code: str) -> Iterator[str]:
    for position in range(len(code) - 1):
        left, right = code[position], code[position + 1]
        if left != right:
            yield code[:position] + right + left + code[position + 2 :]


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
