"""Credit subjects (信用主体): who a check is about, by number and never by name.

:meth:`Subject.parse` is the only door. What it holds to:

1. The standards decide (see :mod:`credit_sdk.model.identifier`), never a pattern: patterns in circulation refuse
   provinces 61 to 65.
2. Noise is removed, a wrong check character is refused with a suggestion, and nothing is ever corrected silently.
3. Unknown regions, unknown categories and a wrong organisation digit occur in thousands of genuine codes: they warn.
4. Eighteen characters may be read as a unified social credit code and as a resident number at once. When only one check
   holds, that one is it. When both hold, it is a unified social credit code if that reading gives no warning, else a
   resident number: in doubt the reading that protects a person wins.
5. Fifteen digits are a registration number only if their check digit says so; resident numbers of 15 digits ended on
   2013-01-01.
6. A personal number is repeated neither in an error nor in ``str`` or ``repr``, and is never remembered.
"""

from functools import lru_cache
from hashlib import sha256
from typing import final

from msgspec import Struct
from msgspec.structs import force_setattr

from credit_sdk.model import identifier, refusal
from credit_sdk.model.identifier import BODY_DIGITS, MASK
from credit_sdk.model.scheme import KEY_PREFIXES, KINDS_BY_CATEGORY, IdentifierScheme, SubjectKind, SubjectWarning

# As a constant: looked up in its enumeration, a member takes ten times as long, and every check asks for it.
_PERSON = SubjectKind.NATURAL_PERSON
_SOLE_TRADER_SEQUENCES = "6789"
"""First digit after the region of a registration number (GS15-2006): 0 to 3 domestic, 4 and 5 foreign enterprises."""

# Begun once: to go on from there takes less than to begin a hash.
_KEY_HASHES = {scheme: sha256(prefix) for scheme, prefix in KEY_PREFIXES.items()}
_MIN_VISIBLE = 4
_REMEMBERED_SUBJECTS = 4096


@final
class Subject(Struct, frozen=True, eq=False, gc=False):
    """One credit subject (信用主体), recognised by :meth:`parse`.

    Attributes:
        scheme: The numbering its code belongs to.
        code: The normalised code, in clear; write ``str(subject)`` to logs instead.
        kind: What sort of subject the number stands for.
        warnings: What is unusual about the number.
        is_masked: Whether characters of the number are hidden (``*``).
    """

    scheme: IdentifierScheme
    code: str
    kind: SubjectKind
    warnings: tuple[SubjectWarning, ...] = ()
    is_masked: bool = False
    _key: bytes = b""

    @classmethod
    def parse(cls, text: str) -> "Subject":
        """Recognise a number however it was typed.

        Unified social credit codes are remembered, at most 4,096; other numbers, personal ones above all, never.

        Args:
            text: At most 64 characters.

        Raises:
            InvalidSubjectError: It is no identifier; carries the expected check character and a suggestion if any.
        """
        if not isinstance(text, str):
            raise refusal.not_text(type(text).__name__)
        try:
            return _remembered(text)
        except _NotRememberedError as found:
            return found.subject

    @property
    def key(self) -> bytes:
        """The 32-byte key of the subject in the Merkle map.

        The key of a natural person can be reversed by trying all numbers: treat it as the number itself and never
        publish, store or log it.

        Raises:
            InvalidSubjectError: The number is masked, so it identifies nobody.
        """
        key = self._key
        if not key:
            if self.is_masked:
                raise refusal.masked_has_no_key(self.masked)
            # A code printed with Y for 1 and its standard form are one subject and must meet at one key.
            standard = self._forms[-1] if self.warnings else self.code
            hashed = _KEY_HASHES[self.scheme].copy()
            hashed.update(standard.encode())
            key = hashed.digest()
            force_setattr(self, "_key", key)
        return key

    @property
    def lookup_keys(self) -> tuple[bytes, ...]:
        """Every key under which the subject may be published: one, or none for a masked number."""
        return () if self.is_masked else (self.key,)

    @property
    def masked(self) -> str:
        """The code as logs may show it: of a resident number only the first six and last four characters."""
        return identifier.partly_hidden(self.code) if self.is_natural_person else self.code

    @property
    def is_natural_person(self) -> bool:
        """Whether this is a person (自然人), asked online only and never refused by machine alone."""
        return self.kind is _PERSON

    @property
    def uscc(self) -> str | None:
        """The unified social credit code (统一社会信用代码), None for any other or a masked number."""
        return self.code if self.scheme is IdentifierScheme.USCC and not self.is_masked else None

    def may_be(self, other: "Subject") -> bool:
        """Whether the two could be the same subject: the visible characters agree position by position.

        With a masked number this is a possible match for a person to look into, never a match.
        """
        return any(identifier.agree(mine, theirs) for mine in self._forms for theirs in other._forms)

    @property
    def _forms(self) -> tuple[str, ...]:
        if SubjectWarning.CHECK_Y_FOR_1 in self.warnings:
            return (self.code, self.code[:-1] + "1")
        return (self.code,)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Subject):
            return NotImplemented
        return self._identity == other._identity

    # A struct without equality of its own answers `!=` by identity unless told otherwise.
    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[object, ...]:
        return self.code, self.scheme, self.kind, self.warnings, self.is_masked

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"Subject({self.scheme}: {self.masked})"


class _NotRememberedError(Exception):
    """Carries a subject past the memory of :func:`_remembered`, which keeps only what is returned."""

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self.subject = subject


@lru_cache(maxsize=_REMEMBERED_SUBJECTS)
def _remembered(text: str) -> Subject:
    subject = _recognised(text)
    if subject.uscc is None:
        raise _NotRememberedError(subject)
    return subject


def _recognised(text: str) -> Subject:
    if len(text) > refusal.MAX_TEXT_CHARACTERS:
        raise refusal.too_long(len(text))
    code = identifier.normalise(text)
    if "XXXX" in code:
        code = identifier.hidden_by_x(code)
    if MASK in code:
        return _masked(code)
    if not (code.isascii() and code.isalnum()) or refusal.is_placeholder(code):
        raise refusal.not_a_number(text, code)
    match len(code):
        case 18:
            return _eighteen_characters(code)
        case 15:
            return _registration_number(code)
        case 13 if code.isdigit():
            return Subject(IdentifierScheme.LEGACY_NUMBER, code, SubjectKind.UNKNOWN, _older_number_warnings(code))
        case 9:
            return _organisation_code(code)
    raise refusal.not_a_number(text, code)


def _eighteen_characters(code: str) -> Subject:
    expected = identifier.uscc_check_character(code[:BODY_DIGITS])
    if expected == code[-1]:
        warnings = _uscc_warnings(code)
        if not (warnings and identifier.is_resident_number(code)):
            return _uscc(code, warnings)
    if identifier.is_resident_number(code):
        known = identifier.resident_region_is_known(code)
        warnings = () if known else (SubjectWarning.REGION_UNKNOWN,)
        return Subject(IdentifierScheme.RESIDENT_NUMBER, code, SubjectKind.NATURAL_PERSON, warnings)
    if expected == "1" and code[-1] == "Y":
        return _uscc(code, (*_uscc_warnings(code), SubjectWarning.CHECK_Y_FOR_1))
    raise refusal.wrong_eighteen_characters(code, expected)


def _uscc(code: str, warnings: tuple[SubjectWarning, ...]) -> Subject:
    return Subject(IdentifierScheme.USCC, code, KINDS_BY_CATEGORY.get(code[:2], SubjectKind.UNKNOWN), warnings)


def _uscc_warnings(code: str) -> tuple[SubjectWarning, ...]:
    if identifier.is_unremarkable_uscc(code):
        return ()
    checks = (
        (identifier.is_known_region(code[2:8]), SubjectWarning.REGION_UNKNOWN),
        (identifier.is_known_category(code), SubjectWarning.CATEGORY_UNKNOWN),
        (identifier.has_organisation_digit(code), SubjectWarning.ORGANISATION_DIGIT),
    )
    return tuple(warning for holds, warning in checks if not holds)


def _older_number_warnings(code: str) -> tuple[SubjectWarning, ...]:
    if identifier.is_known_region(code[:6]):
        return (SubjectWarning.NOT_USCC,)
    return (SubjectWarning.REGION_UNKNOWN, SubjectWarning.NOT_USCC)


def _registration_number(code: str) -> Subject:
    expected = identifier.registration_check_digit(code[:14])
    if expected != code[14]:
        raise refusal.wrong_registration_number(expected)
    kind = SubjectKind.SOLE_TRADER if code[6] in _SOLE_TRADER_SEQUENCES else SubjectKind.LEGAL_PERSON
    return Subject(IdentifierScheme.REGISTRATION_NUMBER, code, kind, _older_number_warnings(code))


def _organisation_code(code: str) -> Subject:
    expected = identifier.organisation_check_character(code[:8])
    if expected != code[8]:
        raise refusal.wrong_organisation_code(code, expected)
    return Subject(IdentifierScheme.ORGANISATION_CODE, code, SubjectKind.UNKNOWN, (SubjectWarning.NOT_USCC,))


def _masked(code: str) -> Subject:
    """A number with hidden characters: a resident number unless what is visible rules that out."""
    visible = code.replace(MASK, "")
    if len(code) != 18 or len(visible) < _MIN_VISIBLE or not (visible.isascii() and visible.isalnum()):
        raise refusal.unusable_mask(len(code))
    digits = code[:BODY_DIGITS].replace(MASK, "")
    warnings = (SubjectWarning.MASKED,)
    if (not digits or digits.isdigit()) and code[-1] in "0123456789X*" and not code.startswith("9"):
        return Subject(IdentifierScheme.RESIDENT_NUMBER, code, SubjectKind.NATURAL_PERSON, warnings, is_masked=True)
    kind = KINDS_BY_CATEGORY.get(code[:2], SubjectKind.UNKNOWN)
    return Subject(IdentifierScheme.USCC, code, kind, warnings, is_masked=True)
