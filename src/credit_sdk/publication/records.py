"""Records (记录) as bytes: the value at a subject's key in the Merkle map.

MessagePack arrays in the order of the fields of :mod:`credit_sdk.model.listing`, days as text, entries sorted by id,
further fields by name. The nouns themselves are what is written and read, so a check makes nothing twice.
A record under a former number of a subject has a third item, the subject's code; what it holds is counted there.
One record has one spelling; :func:`require_canonical` is asked wherever a record comes in, so that reading is quick.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec
from msgspec.structs import replace

from credit_sdk.errors import IntegrityError
from credit_sdk.model.listing import SubjectRecord

MAX_RECORD_BYTES = 64 * 1024

_HINT = "Nothing was taken over. If it stays, the gateway published a record that this version cannot read."


class _Listed(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The first two items of an entry: what counting needs."""

    id: str
    list: str


class _Lists(msgspec.Struct, array_like=True, frozen=True, gc=False):
    entries: tuple[_Listed, ...]
    waivers: msgspec.Raw = msgspec.Raw()
    code_now: str = ""


_encoder = msgspec.msgpack.Encoder(order="sorted")
_decoder = msgspec.msgpack.Decoder(SubjectRecord)
_lists_decoder = msgspec.msgpack.Decoder(_Lists)


def encode(record: SubjectRecord) -> bytes:
    """The canonical bytes of a record.

    Raises:
        IntegrityError: It is larger than a reader takes, or holds a number that MessagePack cannot.
    """
    entries = tuple(sorted(record.entries, key=lambda entry: entry.id))
    waivers = tuple(sorted(record.waivers, key=_encoder.encode))
    try:
        data = _spelled(replace(record, entries=entries, waivers=waivers))
    except OverflowError as error:
        raise IntegrityError("A field of a record holds a number beyond 64 bits, which cannot be published.") from error
    if len(data) > MAX_RECORD_BYTES:
        raise IntegrityError(
            f"A record of {len(entries)} entries has {len(data)} bytes; no reader takes more than {MAX_RECORD_BYTES}.",
            hint="Shorten the facts and fields of its entries.",
        )
    return data


def decode(data: bytes) -> SubjectRecord:
    """Read a record whose canonical form was verified when it came in.

    Raises:
        IntegrityError: It cannot be read.
    """
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise IntegrityError(f"A record cannot be read ({error}).", hint=_HINT) from error


def require_canonical(data: bytes) -> SubjectRecord:
    """Read a record that comes from elsewhere.

    Raises:
        IntegrityError: It cannot be read, is too large, or is not spelled as :func:`encode` spells it.
    """
    if len(data) > MAX_RECORD_BYTES:
        raise IntegrityError(
            f"A record has {len(data)} bytes; {MAX_RECORD_BYTES} is the most there may be.", hint=_HINT
        )
    record = decode(data)
    if encode(record) != data:
        raise _not_canonical()
    return record


def require_all_canonical(encoded: Sequence[bytes]) -> list[str]:
    """Read records that come from elsewhere, many at once, to say that they may be kept.

    What :func:`require_canonical` refuses is refused, in less than half the time: what stands in order already is not
    put in order first.

    Returns:
        The list of each entry, for counting; an entry that stands under several numbers is counted once.

    Raises:
        IntegrityError: One cannot be read, is too large, or is not spelled as :func:`encode` spells it.
    """
    if any(len(data) > MAX_RECORD_BYTES for data in encoded):
        raise IntegrityError(
            f"A record has more than {MAX_RECORD_BYTES} bytes, which is the most there may be.", hint=_HINT
        )
    try:
        found = [_decoder.decode(data) for data in encoded]
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise IntegrityError(f"A record cannot be read ({error}).", hint=_HINT) from error
    if [_spelled(record) for record in found] != list(encoded) or not all(map(_is_ordered, found)):
        for data in encoded:
            require_canonical(data)  # says what is wrong
        raise _not_canonical()
    return [entry.list for record in found if not record.code_now for entry in record.entries]


def lists_of(data: bytes) -> Iterable[str]:
    """The list of each entry of a verified record, for counting; none of a record that is counted elsewhere.

    Raises:
        IntegrityError: It cannot be read.
    """
    try:
        found = _lists_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise IntegrityError(f"A record cannot be read ({error}).", hint=_HINT) from error
    return () if found.code_now else [entry.list for entry in found.entries]


def _spelled(record: SubjectRecord) -> bytes:
    """A record in the order it has; nearly all are of two items."""
    return _encoder.encode(record if record.code_now else (record.entries, record.waivers))


def _is_ordered(record: SubjectRecord) -> bool:
    """Whether what is written in the order it has stands in the order that :func:`encode` gives it."""
    entries, waivers = record.entries, record.waivers
    return (len(entries) < 2 or all(one.id <= following.id for one, following in pairwise(entries))) and (
        len(waivers) < 2 or all(one <= following for one, following in pairwise(map(_encoder.encode, waivers)))
    )


def _not_canonical() -> IntegrityError:
    return IntegrityError(
        "A record is not in its canonical form, so two readers could read it differently.", hint=_HINT
    )
