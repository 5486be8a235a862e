"""Values as feeds really write them (数据清洗): placeholders, many ways to write a day, money, yes and no.

What is understood is understood in one way only; anything else is refused with what was expected, never guessed.
"""

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from credit_sdk.model import identifier
from credit_sdk.model.listing import Severity
from credit_sdk.model.term import LONG_TERM_ON

_PLACEHOLDERS = frozenset(
    {"空", "(空)", "（空）", "无", "暂无", "没有", "不详", "未知", "不适用", "待补", "00000000000000000X"}
    | {"/", "//", "\\", "-", "--", "—", "——", "――", "-0-", "NULL", "NONE", "NAN", "N/A", "NA", "#N/A"}
)
_LONG_TERM = frozenset({"长期", "永久", "长期有效"})
_DAY = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL_DAY = re.compile(r"[2-7]\d{4}")
_SERIAL_EPOCH = date(1899, 12, 30)
_EIGHTEEN = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
_SEPARATORS = re.compile(r"[;；、,，]")
_MAX_NUMBER = 10**15

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
    """The text, or empty if it is a placeholder for "nothing" such as ``无``, ``— —`` or ``/``."""
    return "" if text.replace(" ", "").upper() in _PLACEHOLDERS else text


@lru_cache(maxsize=16_384)
def day(text: str) -> date | None:
    """A civil day, None for an empty text.

    Understands ``2026-1-5``, ``2026/01/05``, ``2026.1.5``, ``20260105``, ``2026年1月5日``, a time of day
    behind each of them, the serial number of a spreadsheet's day, and ``长期``, which is 2099-12-31.

    Raises:
        ValueError: It is none of these, or no day of the calendar.
    """
    if not text:
        return None
    if text in _LONG_TERM:
        return LONG_TERM_ON
    if _SERIAL_DAY.fullmatch(text):
        return _SERIAL_EPOCH + timedelta(days=int(text))
    match = _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return date(int(match[1]), int(match[2]), int(match[3]))


def severity(text: str) -> Severity:
    """Class of an act.

    Raises:
        ValueError: Not one of 轻微, 一般, 严重; the 较重 of older tables is not made into one of them.
    """
    try:
        return _SEVERITIES[text.lower()]
    except KeyError:
        raise ValueError(text) from None


def whole_number(text: str, *, per_unit: int = 1) -> int:
    """A quantity in whole units, rounded down: a rounding must not harden a measure.

    Args:
        text: With or without thousands separators and 元.
        per_unit: Units in the one the column is in, 10,000 for 万元.

    Raises:
        ValueError: No quantity, or a negative one.
    """
    plain = text.removesuffix("元").replace(",", "").replace("，", "").strip()
    try:
        amount = Decimal(plain) * per_unit
    except InvalidOperation:
        raise ValueError(text) from None
    if not amount.is_finite() or not 0 <= amount < _MAX_NUMBER:
        raise ValueError(text)
    return int(amount)


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
    """The text with resident numbers masked, whether or not their last character is right."""
    return _EIGHTEEN.sub(_masked, text)


def _masked(match: re.Match[str]) -> str:
    code = match[0].upper()
    return identifier.partly_hidden(code) if identifier.has_birth_date(code) else match[0]
