"""Recognition by the block (批量识别): many subjects at once, and their keys, as :class:`Subject` has them one by one.

A unified social credit code without anything to doubt is what nearly every row of a file holds, so that is what is
looked for in a whole block. Every other text goes through :meth:`Subject.parse`, the only door, by itself.
"""

from collections.abc import Sequence
from hashlib import sha256
from itertools import compress, repeat
from operator import and_, not_

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model import identifier
from credit_sdk.model.checksum import CODE_CHARACTERS, LAST, ORGANISATION
from credit_sdk.model.identifier import USCC_ALPHABET
from credit_sdk.model.scheme import KEY_PREFIXES, KINDS_BY_CATEGORY, IdentifierScheme, SubjectKind
from credit_sdk.model.subject import Subject

Recognised = Subject | InvalidSubjectError

_ALPHABET = (USCC_ALPHABET + USCC_ALPHABET.lower()).encode()
_HEAD = slice(0, 8)
"""Category and region: so few among the codes of a block that each is judged once."""
_NOBODY = "0" * CODE_CHARACTERS
"""Stands where a text is none of the usual ones, until that is looked at by itself: no category is ``00``."""
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


def keys_of(subjects: Sequence[Subject], after: bytes = b"") -> list[bytes]:
    """The keys of subjects in the Merkle map, in order; see :attr:`Subject.key`.

    Args:
        subjects: Whose.
        after: Put before each key.

    Raises:
        InvalidSubjectError: One of them is masked.
    """
    return [
        after + sha256(_USCC_PREFIX + subject.code.encode()).digest()
        if subject.scheme is _USCC and not subject.warnings and not subject.is_masked
        else after + subject.key
        for subject in subjects
    ]


def _among(texts: Sequence[str]) -> list[Recognised]:
    usual = [text if len(text) == CODE_CHARACTERS else _NOBODY for text in texts]
    if not _is_of_alphabet("".join(usual)):
        usual = [text if _is_of_alphabet(text) else _NOBODY for text in usual]
    joined = "".join(usual)
    plain = joined.upper()
    codes = usual if plain == joined else [text.upper() for text in usual]
    heads = [code[_HEAD] for code in codes]
    known = {head: kind for head in set(heads) if (kind := _kind_of(head)) is not None}
    encoded = plain.encode()
    is_plain = map(and_, LAST.are_right(encoded), ORGANISATION.are_right(encoded))
    doubtful = [*compress(range(len(texts)), map(not_, is_plain))]
    if len(known) < len(set(heads)):
        doubtful += [place for place, head in enumerate(heads) if head not in known]
    kinds = map(known.get, heads, repeat(SubjectKind.UNKNOWN))
    found: list[Recognised] = [*map(Subject, repeat(_USCC), codes, kinds)]
    for place in doubtful:
        found[place] = _alone(texts[place])
    return found


def _is_of_alphabet(text: str) -> bool:
    return not text.encode(errors="replace").translate(None, _ALPHABET)


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
