"""Recognition by the block (批量识别): many subjects at once, and their keys, as :class:`Subject` has them one by one.

A unified social credit code without anything to doubt is what nearly every row of a file holds, so that is what is
looked for in a whole block. Every other text goes through :meth:`Subject.parse`, the only door, by itself.
"""

from collections.abc import Sequence
from hashlib import sha256

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model import identifier
from credit_sdk.model.checksum import CODE_CHARACTERS, LAST, ORGANISATION
from credit_sdk.model.identifier import USCC_ALPHABET
from credit_sdk.model.subject import KEY_PREFIXES, KINDS_BY_CATEGORY, IdentifierScheme, Subject, SubjectKind

Recognised = Subject | InvalidSubjectError

_ALPHABET = (USCC_ALPHABET + USCC_ALPHABET.lower()).encode()
_HEAD = slice(0, 8)
"""Category and region: so few among the codes of a block that each is judged once."""
_USCC = IdentifierScheme.USCC
_USCC_PREFIX = KEY_PREFIXES[_USCC]


def recognised(given: Sequence[Subject | str]) -> list[Recognised]:
    """Who each one is, or why he is nobody, in order.

    Args:
        given: Parsed subjects as they are, numbers however they were typed.
    """
    types = set(map(type, given))
    if types == {Subject}:
        return list(given)  # type: ignore[arg-type]  # that is what was asked
    if types == {str}:
        return _among(given)  # type: ignore[arg-type]
    return list(map(_alone, given))


def keys_of(subjects: Sequence[Subject]) -> list[bytes]:
    """The keys of subjects in the Merkle map, in order; see :attr:`Subject.key`.

    Raises:
        InvalidSubjectError: One of them is masked.
    """
    return [
        sha256(_USCC_PREFIX + subject.code.encode()).digest()
        if subject.scheme is _USCC and not subject.warnings and not subject.is_masked
        else subject.key
        for subject in subjects
    ]


def _among(texts: Sequence[str]) -> list[Recognised]:
    usual = texts if _are_usual(texts) else list(filter(_is_usual, texts))
    found: Sequence[Subject | None] = _judged(usual)
    if len(usual) < len(texts):
        judged = iter(found)
        found = [next(judged) if _is_usual(text) else None for text in texts]
    return [subject or _alone(text) for subject, text in zip(found, texts, strict=True)]


def _are_usual(texts: Sequence[str]) -> bool:
    """Whether each of them is eighteen characters of the alphabet."""
    return set(map(len, texts)) == {CODE_CHARACTERS} and _is_of_alphabet("".join(texts))


def _is_usual(text: str) -> bool:
    return len(text) == CODE_CHARACTERS and _is_of_alphabet(text)


def _is_of_alphabet(text: str) -> bool:
    return not text.encode(errors="replace").translate(None, _ALPHABET)


def _judged(texts: Sequence[str]) -> list[Subject | None]:
    """The codes among usual texts of which nothing could be doubted; None for any other."""
    joined = "".join(texts)
    plain = joined.upper()
    codes = texts if plain == joined else [text.upper() for text in texts]
    heads = [code[_HEAD] for code in codes]
    kinds = {head: _kind_of(head) for head in set(heads)}
    encoded = plain.encode()
    return [
        Subject(_USCC, code, kind) if is_right and is_organisation and kind is not None else None
        for code, kind, is_right, is_organisation in zip(
            codes, map(kinds.__getitem__, heads), LAST.are_right(encoded), ORGANISATION.are_right(encoded), strict=True
        )
    ]


def _kind_of(head: str) -> SubjectKind | None:
    """What the category says; None where category or region is not in the table."""
    if identifier.is_known_category(head) and identifier.is_known_region(head[2:]):
        return KINDS_BY_CATEGORY.get(head[:2], SubjectKind.UNKNOWN)
    return None


def _alone(given: Subject | str) -> Recognised:
    if isinstance(given, Subject):
        return given
    try:
        return Subject.parse(given)
    except InvalidSubjectError as refused:
        # It is a value here, and outlives the call: it must not hold on to all that stood around.
        return refused.with_traceback(None)
