"""Why a text is no identifier of a subject (标识码不可用): one sentence for logs, a remedy for people.

A text that could be somebody's resident number is never repeated whole, neither in the sentence nor in the suggestion.
"""

import re
import unicodedata
from collections.abc import Iterable

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model import identifier

MAX_TEXT_CHARACTERS = 64

_PLACEHOLDERS = frozenset({"0", "/", "//", "N/A", "#N/A", "NA", "NAN", "NONE", "NULL"}) | frozenset(
    {"空", "(空)", "无", "没有", "暂无", "不详", "未知", "不适用"}
)
_SPREADSHEET_NUMBER = re.compile(r"\d+(\.\d+)?E\+\d+|\d+\.\d+(E\d+)?|\d+\.")
_GARBLED_CATEGORIES = frozenset({"Cn", "Co", "Cs"})
_MAX_CANDIDATES = 3
_MAX_NAMED_CHARACTERS = 3

_ASK = "请核对统一社会信用代码（18位）/ Check the unified social credit code (18 characters)."


def is_placeholder(code: str) -> bool:
    """Whether a normalised text stands for "nothing" (空值): ``无``, ``/``, one character repeated up to the last."""
    return code in _PLACEHOLDERS or not code or code.count(code[0], 0, -1) == max(len(code) - 1, 1)


def not_text(type_name: str) -> InvalidSubjectError:
    """Something that is no text was passed."""
    return InvalidSubjectError(
        f"A subject's number must be passed as text, not as {type_name}, because numbers lose digits.",
        hint="请以文本传入代码 / Pass the code as text.",
    )


def too_long(characters: int) -> InvalidSubjectError:
    """More text than any number has."""
    return InvalidSubjectError(
        f"The text has {characters} characters and no number of a subject has more than 18, so nothing was looked up.",
        hint=_ASK,
    )


def masked_has_no_key(masked: str) -> InvalidSubjectError:
    """A masked number was to be looked up."""
    return InvalidSubjectError(
        f"The masked number {masked} has no key: it is a possible match, never a match.",
        hint="请提供完整号码 / Give the whole number.",
    )


def unusable_mask(characters: int) -> InvalidSubjectError:
    """A masked number that cannot be compared position by position."""
    return InvalidSubjectError(
        f"The masked number has {characters} characters and cannot be compared position by position: "
        "it needs 18, four of them visible letters or digits.",
        hint="请提供完整号码 / Give the whole number.",
    )


def not_a_number(text: str, code: str) -> InvalidSubjectError:
    """A text that has not the shape of any number.

    Args:
        text: As it was given.
        code: Normalised.
    """
    if any(character == "\ufffd" or unicodedata.category(character) in _GARBLED_CATEGORIES for character in text):
        return InvalidSubjectError(
            "The text is garbled: it holds characters that were lost in a conversion, so the number cannot be known.",
            hint="请按原编码（如 GBK）重新读取文件 / Read the file again in its own encoding, GBK for example.",
        )
    if is_placeholder(code):
        return InvalidSubjectError(
            "There is no number here, only a placeholder, and an unknown subject cannot be checked.", hint=_ASK
        )
    if _SPREADSHEET_NUMBER.fullmatch(code):
        return _spreadsheet_quantity()
    strange = [character for character in code if not (character.isascii() and character.isalnum())]
    if strange:
        return InvalidSubjectError(
            f"The text holds {_named(strange)}, which no number of a subject has, so nothing was looked up.", hint=_ASK
        )
    return InvalidSubjectError(
        f"The text has {len(code)} letters and digits, which no number of a subject has: a unified social credit code "
        "has 18, an organisation code 9, an old registration number 15 or 13 digits.",
        hint=_ASK,
    )


def wrong_eighteen_characters(code: str, expected: str | None) -> InvalidSubjectError:
    """Eighteen characters that are neither a unified social credit code nor a resident number.

    Args:
        code: The normalised code.
        expected: The check character GB 32100 gives, None where characters are outside its alphabet.
    """
    personal = identifier.may_be_personal(code)
    name = identifier.partly_hidden(code) if personal else code
    resident_expected = identifier.resident_check_character(code[: identifier.BODY_DIGITS])
    if code.endswith("000") and code.isdigit():
        return _spreadsheet_quantity()
    if resident_expected and identifier.has_birth_date(code):
        return InvalidSubjectError(
            f"The number {name} has a wrong digit: as a resident number it would end in {resident_expected}, "
            f"as a unified social credit code in {expected}.",
            hint="请核对公民身份号码或统一社会信用代码 / Check the resident number or the unified social credit code.",
            expected=resident_expected,
        )
    candidates = tuple(dict.fromkeys(identifier.uscc_candidates(code)))
    unremarkable = tuple(candidate for candidate in candidates if identifier.is_unremarkable_uscc(candidate))
    chosen = unremarkable if unremarkable or personal else candidates
    outside = [character for character in code if character not in identifier.USCC_ALPHABET]
    if outside:
        message = f"A unified social credit code has no {_named(outside)}: GB 32100 leaves out I, O, S, V and Z."
    else:
        message = (
            f"The unified social credit code {name} has a wrong character: "
            f"it should end in {expected}, or another one is mistyped."
        )
    return _refused(message, expected or "", chosen)


def wrong_organisation_code(code: str, expected: str | None) -> InvalidSubjectError:
    """Nine characters whose last is not the check character of GB 11714."""
    return _refused(
        f"The organisation code {code} has a wrong character: it should end in {expected}, or another one is mistyped.",
        expected or "",
        tuple(dict.fromkeys(identifier.organisation_candidates(code))),
    )


def wrong_registration_number(expected: str | None) -> InvalidSubjectError:
    """Fifteen characters that are no registration number: never repeated, for they may be an old resident number."""
    if expected is None:
        return InvalidSubjectError(
            "Fifteen characters with letters among them are no number that can be verified.", hint=_ASK
        )
    return InvalidSubjectError(
        f"The 15 digits are no registration number, which would end in {expected}; "
        "resident numbers of 15 digits are no longer valid.",
        hint="请提供统一社会信用代码或18位公民身份号码 / Give one of the two numbers of 18 characters.",
        expected=expected,
    )


def _spreadsheet_quantity() -> InvalidSubjectError:
    """Spreadsheets keep 15 digits of a quantity: ``9.16301E+17``, or three zeros at the end."""
    return InvalidSubjectError(
        "The number went through a spreadsheet as a quantity, so its last digits are lost.",
        hint="请将该列设为“文本”格式后重新导出 / Set the column to text and export again.",
    )


def _refused(message: str, expected: str, candidates: tuple[str, ...]) -> InvalidSubjectError:
    if not candidates or len(candidates) > _MAX_CANDIDATES:
        return InvalidSubjectError(message, hint=_ASK, expected=expected)
    either = " / ".join(candidates)
    hint = f"是否应为 {either}？请核对原件 / Is it {either}? Check the original."
    return InvalidSubjectError(message, hint=hint, expected=expected, suggestion=candidates[0])


def _named(characters: Iterable[str]) -> str:
    """The first few characters as code points where they are not plain: what goes into a log must not forge a line."""
    distinct = list(dict.fromkeys(characters))
    names = [repr(c) if c.isascii() and c.isprintable() else f"U+{ord(c):04X}" for c in distinct]
    return ", ".join(names[:_MAX_NAMED_CHARACTERS]) + (" and others" if len(names) > _MAX_NAMED_CHARACTERS else "")
