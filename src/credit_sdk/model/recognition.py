"""Recognition by the block (批量识别): many subjects at once, and their keys, as :class:`Subject` has them one by one.

A unified social credit code without anything to doubt is what nearly every row of a file holds, so that is what is
looked for in a whole block. Every other text goes through :meth:`Subject.parse`, the only door, by itself.
"""

from collections.abc import Container, Sequence
from hashlib import sha256
from itertools import repeat
from struct import unpack

from msgspec import Struct

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model import identifier
from credit_sdk.model.checksum import CODE_CHARACTERS, LAST, ORGANISATION
from credit_sdk.model.identifier import USCC_ALPHABET
from credit_sdk.model.scheme import KEY_PREFIXES, KINDS_BY_CATEGORY, IdentifierScheme, SubjectKind
from credit_sdk.model.subject import Subject

Recognised = Subject | InvalidSubjectError

_ALPHABET = (USCC_ALPHABET + USCC_ALPHABET.lower()).encode()
_HEAD = f"8s{CODE_CHARACTERS - 8}x"
"""Category and region: so few among the codes of a block that each is judged once."""
_NOBODY = "0" * CODE_CHARACTERS
"""Stands where a text is none of the usual ones, until that is looked at by itself: no category is ``00``."""
_USCC = IdentifierScheme.USCC
_PERSON = SubjectKind.NATURAL_PERSON
_HASHED_BEFORE = KEY_PREFIXES[_USCC].decode()
_HASHED_BYTES = len(_HASHED_BEFORE) + CODE_CHARACTERS


class Block(Struct, frozen=True):
    """Who stands in the rows of a block (一批主体).

    Attributes:
        who: Who each one is, or why he is nobody.
        codes: By the same places, unified social credit codes without anything to doubt; empty for all others.
        odd: Places of those others.
    """

    who: list[Recognised]
    codes: list[str]
    odd: list[int]

    def keys(self, apart: Container[int] = ()) -> list[bytes]:
        """Keys in the Merkle map, in order; see :attr:`Subject.key`.

        Args:
            apart: Places of those whose keys are not asked for, all of them odd.

        Raises:
            InvalidSubjectError: One of the others is masked, or nobody.
        """
        if not self.odd:
            return _keys_of(self.codes)
        usual = iter(_keys_of([*filter(None, self.codes)]))
        return [
            next(usual) if code else _key_of(one)
            for place, (code, one) in enumerate(zip(self.codes, self.who, strict=True))
            if place not in apart
        ]


def recognised(given: Sequence[Subject | str]) -> Block:
    """Who each one is, or why he is nobody.

    Args:
        given: Parsed subjects as they are, numbers however they were typed.
    """
    types = set(map(type, given))
    if types == {str}:
        return _among(given)  # type: ignore[arg-type]  # that is what was asked
    who: list[Recognised] = list(given) if types == {Subject} else list(map(_alone, given))  # type: ignore[arg-type]
    codes = [
        one.code
        if isinstance(one, Subject)
        and one.scheme is _USCC
        and not one.warnings
        and not one.is_masked
        and one.kind is not _PERSON
        else ""
        for one in who
    ]
    return Block(who, codes, _places_of_none(codes))


def _keys_of(codes: Sequence[str]) -> list[bytes]:
    """Keys of codes of which there is nothing to doubt."""
    # As one text, which is encoded and cut to pieces in a step each.
    joined = _HASHED_BEFORE.join(["", *codes]).encode()
    return [sha256(hashed).digest() for hashed in unpack(f"{_HASHED_BYTES}s" * len(codes), joined)]


def _key_of(one: Recognised) -> bytes:
    if isinstance(one, Subject):
        return one.key
    raise one


def _among(texts: Sequence[str]) -> Block:
    usual = [text if len(text) == CODE_CHARACTERS else _NOBODY for text in texts]
    if not _is_of_alphabet("".join(usual)):
        usual = [text if _is_of_alphabet(text) else _NOBODY for text in usual]
    joined = "".join(usual)
    plain = joined.upper()
    codes = usual if plain == joined else [text.upper() for text in usual]
    encoded = plain.encode()
    heads = unpack(_HEAD * len(codes), encoded)
    known = {head: kind for head in set(heads) if (kind := _kind_of(head.decode())) is not None}
    doubtful = {*LAST.wrong(encoded), *ORGANISATION.wrong(encoded)}
    if len(known) < len(set(heads)):
        doubtful.update(place for place, head in enumerate(heads) if head not in known)
    kinds = map(known.get, heads, repeat(SubjectKind.UNKNOWN))
    found: list[Recognised] = [*map(Subject, repeat(_USCC), codes, kinds)]
    for place in doubtful:
        found[place], codes[place] = _alone(texts[place]), ""
    return Block(found, codes, _places_of_none(codes))


def _places_of_none(codes: list[str]) -> list[int]:
    return [] if all(codes) else [place for place, code in enumerate(codes) if not code]


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
