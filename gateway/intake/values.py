"""Values as feeds really write them (数据清洗): placeholders, many ways to write a day, money, yes and no.

What is understood is understood in one way only; anything else is refused with what was expected, never guessed.
"""

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from credit_sdk.model import identifier
from credit_sdk.model.listing import Severity
from credit_sdk.model.term import LONG_TERM_ON

_PLACEHOLDERS = frozenset(
    {"空", "(空)", "（空）", "无", "暂无", "没有", "不详", "未知", "不适用", "待补", "00000000000000000X"}
    | {"/", "//", "\\", "-", "--", "—", "——", "――", "-0-", "NULL", "NONE", "NAN", "N/A", "NA", "#N/A"}
)
_LONG_TERM = frozenset({"长期", "永久", "长期有效"})
_DAY = re.compile(
    r"(\d{4}) ?(?:-|/|\.|年) ?(\d{1,2}) ?(?:-|/|\.|月) ?(\d{1,2}) ?日?"
    r"(?:(?:[T ]|(?<=日))\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL_DAY = re.compile(r"([2-7]\d{4})(?:\.\d+)?")
_DASHES = str.maketrans("—–―−", "----")
_FOR_EVER = frozenset({date(9999, 12, 31), date(2099, 1, 31)})
"""How databases, and some tables of the first generation, write "for ever"."""
_SERIAL_EPOCH = date(1899, 12, 30)
_HALF_WIDTH = {ord(c) + 0xFEE0: c for c in "0123456789Xx"} | {ord("\N{FULLWIDTH HYPHEN-MINUS}"): "-"}
_MISREAD = str.maketrans("OIZS", "0125")
_BETWEEN_DIGITS = re.compile(r"[\s\-\u00ad\u200b-\u200d\u2060\ufeff]")
_DIGIT = rf"{_BETWEEN_DIGITS.pattern}{{0,2}}[0-9OIZSoizs]"
# A look ahead from wherever a number may begin: in ``139… 6301…`` the second number must be found as well.
_PERSONAL = re.compile(
    rf"(?<![0-9A-Za-z])(?=((?:[0-9](?:{_DIGIT}){{16}}{_BETWEEN_DIGITS.pattern}{{0,2}}[0-9Xx])|[0-9]{{15,20}})(?![0-9A-Za-z]))"
)
_SHORTEST_PERSONAL = 15
LONG_RUN = re.compile(
    r"[0-9\uff10-\uff19OIZSXoizsx\uff38\uff58\s\-\uff0d\u00ad\u200b-\u200d\u2060\ufeff]"
    rf"{{{_SHORTEST_PERSONAL}}}"
)
"""Every personal number lies in such a run; most texts have none, which one look tells."""
_SPELLINGS = str.maketrans(dict.fromkeys("〔[【〖{", "(") | dict.fromkeys("〕]】〗}", ")") | dict.fromkeys("—–―−", "-"))
"""Brackets and dashes as documents are numbered with them, of ordinary width."""
_SEPARATORS = re.compile(r"[;；、,，]")
_MAX_NUMBER = 10**15
_WAN = 10_000
_AMOUNT = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE]\+?\d{1,2})?")
LONGEST_PLACEHOLDER = max(map(len, sorted(_PLACEHOLDERS - {"00000000000000000X"}))) * 2
"""Characters of the longest placeholder but one, with spaces between them."""
MARKED = "'0"
"""A text that begins so may be less than it seems: a spreadsheet's mark in front of it, or the placeholder of zeros."""
_FIRST_COMMITMENT = "20140614"
"""社会信用体系建设规划纲要 is of that day; a day of birth before it stays what it looks like."""

_SEVERITIES = {
    "": Severity.NONE,
    **{str(each): each for each in Severity},
    "轻微": Severity.MINOR,
    "一般": Severity.GENERAL,
    "严重": Severity.SERIOUS,
}
_YES = frozenset({"是", "true", "yes", "y", "1"})
_NO = frozenset({"否", "false", "no", "n", "0"})


def present(text: str) -> str:
    """The text, or empty if it is a placeholder for "nothing" such as ``无``, ``— —`` or ``/``.

    The apostrophe by which a spreadsheet marks a text is taken off.
    """
    if text.startswith("'"):
        text = text[1:].lstrip()
    if len(text) > LONGEST_PLACEHOLDER and not text.startswith("0000"):
        return text
    return "" if text.replace(" ", "").upper() in _PLACEHOLDERS else text


def document_identity(number: str) -> str:
    """The number of a document (文书号) as it is compared: brackets, widths, case and spaces make no other document."""
    plain = unicodedata.normalize("NFKC", number).translate(_SPELLINGS)
    return "".join(plain.split()).casefold()


@lru_cache(maxsize=16_384)
def day(text: str) -> date | None:
    """A civil day, None for an empty text.

    Understands ``2026-1-5``, ``2026/01/05``, ``2026.1.5``, ``20260105``, ``2026年1月5日``, a time of day behind each of
    them, full-width forms, the serial number of a spreadsheet's day, and ``长期``, 9999-12-31 or 2099-01-31, which are
    2099-12-31.

    Raises:
        ValueError: It is none of these, or no day of the calendar.
    """
    if not text:
        return None
    if text in _LONG_TERM:
        return LONG_TERM_ON
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
    if serial := _SERIAL_DAY.fullmatch(plain):
        return _SERIAL_EPOCH + timedelta(days=int(serial[1]))
    match = _DAY.fullmatch(plain) or _COMPACT_DAY.fullmatch(plain)
    if match is None:
        raise ValueError(text)
    found = date(int(match[1]), int(match[2]), int(match[3]))
    return LONG_TERM_ON if found in _FOR_EVER else found


def severity(text: str) -> Severity:
    """Class of an act.

    Raises:
        ValueError: Not one of 轻微, 一般, 严重; the 较重 of older tables is not made into one of them.
    """
    try:
        return _SEVERITIES[text.lower()]
    except KeyError:
        raise ValueError(text) from None


def amount(text: str) -> Decimal:
    """An amount of money, exactly, in the unit its column is in; with or without thousands separators.

    Raises:
        ValueError: No amount, a negative one, or one that is past belief.
    """
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    if _AMOUNT.fullmatch(plain) is None:
        raise ValueError(text)
    found = Decimal(plain)
    if found >= _MAX_NUMBER:
        raise ValueError(text)
    return found


def yuan(text: str) -> Decimal:
    """An amount in yuan, exactly, from a column in yuan.

    Raises:
        ValueError: No amount, or one that says another unit.
    """
    return amount(text.removesuffix("元"))


def yuan_of_wan(text: str) -> Decimal:
    """An amount in yuan, exactly, from a column in 万元.

    Raises:
        ValueError: No amount, or one that says another unit: ``5000元`` among 万元 is not guessed at.
    """
    return amount(text.removesuffix("元").removesuffix("万") if text.endswith(("万元", "万")) else text) * _WAN


def whole_number(text: str) -> int:
    """A number in whole units, rounded down: a rounding must not harden a measure.

    Raises:
        ValueError: No number, or a negative one.
    """
    return int(yuan(text))


def yes_or_no(text: str) -> bool:
    """是 or 否.

    Raises:
        ValueError: Neither.
    """
    lower = text.lower()
    if lower in _YES:
        return True
    if lower in _NO:
        return False
    raise ValueError(text)


def several(text: str) -> tuple[str, ...]:
    """Several values in one cell, each once, in their order."""
    return tuple(dict.fromkeys(part.strip() for part in _SEPARATORS.split(text) if part.strip()))


def without_personal_numbers(text: str) -> str:
    """The text with resident numbers masked: of eighteen digits or the old fifteen, right or mistyped."""
    if LONG_RUN.search(text) is None:
        return text
    plain = text.translate(_HALF_WIDTH)
    hidden: list[tuple[int, int, str]] = []
    for match in _PERSONAL.finditer(plain):
        start, end = match.span(1)
        code = _BETWEEN_DIGITS.sub("", match[1]).upper()
        if (not hidden or start >= hidden[-1][1]) and _is_personal(code):
            hidden.append((start, end, identifier.partly_hidden(code)))
    for start, end, shown in reversed(hidden):
        text = text[:start] + shown + text[end:]
    return text


def _is_personal(code: str) -> bool:
    digits = code[:-1].translate(_MISREAD) + code[-1]
    if len(code) == 15:
        # Six digits of the day of birth; a right registration number of an organisation has as many characters.
        return (
            digits.isdecimal()
            and identifier.has_birth_date(f"{digits[:6]}19{digits[6:]}")
            and identifier.resident_region_is_known(digits)
            and identifier.registration_check_digit(digits[:-1]) != digits[-1]
        )
    if not digits[:-1].isdecimal() or not identifier.has_birth_date(digits) or _is_commitment(digits):
        return False
    return len(code) == 18 or identifier.resident_region_is_known(digits)


def _is_commitment(digits: str) -> bool:
    """Whether it is the code of a commitment (信用承诺编码: 区划6、日期8、流水6), which must stay legible."""
    return len(digits) == 20 and digits.isdecimal() and digits[6:14] >= _FIRST_COMMITMENT
