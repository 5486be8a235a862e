r"""Objects (传输对象): the pieces a Merkle map travels in, named by the hash of the subtree they hold.

* leaf object, ``CL1\n`` + MessagePack array of ``[key, value]`` sorted by key;
* inner object, ``CI1\n`` + MessagePack array of ``2^bits`` items, each nil (empty), ``[1, hash]`` (one record) or
  ``[2, hash]`` (two or more).

A subtree of one record is always a leaf object, so that a map which shrinks needs no rewriting further down. The bytes
say themselves how they are laid out: a reader takes any layout of the subtree that was asked for, because the name
vouches for the records and not for how they are cut up. So a publisher may change the shape without renaming anything.

Nothing here trusts a length: compressed and uncompressed sizes are bounded before memory is spent.
"""

import zlib
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec

from credit_sdk.errors import IntegrityError
from credit_sdk.publication import merkle
from credit_sdk.publication.merkle import EMPTY, NOTHING, Extent, Node, Position, Record

LEAF_MAGIC = b"CL1\n"
INNER_MAGIC = b"CI1\n"

MAX_LEVEL_BITS = 8
MAX_DEPTH = 64
"""Deeper object levels than this would take 2^64 records; a chain of objects ends here."""

MAX_VALUE_BYTES = 64 * 1024
MAX_OBJECT_BYTES = 8 * 1024 * 1024
"""Uncompressed; about 256 records of ordinary size are a hundredth of it."""
MAX_COMPRESSED_BYTES = MAX_OBJECT_BYTES + 64 * 1024

_COMPRESSION_LEVEL = 6
_HINT = (
    "Nothing was taken over; the next sync fetches it anew. If it stays, the gateway's distribution files are damaged."
)

_encoder = msgspec.msgpack.Encoder()
_leaf_decoder = msgspec.msgpack.Decoder(list[tuple[bytes, bytes]])
_inner_decoder = msgspec.msgpack.Decoder(list[tuple[int, bytes] | None])


class Leaf(NamedTuple):
    """The records of a subtree, sorted by key."""

    records: Sequence[Record]


class Inner(NamedTuple):
    """The subtrees ``bits`` below a place."""

    children: Sequence[Node]

    @property
    def bits(self) -> int:
        """How many bits of the key the object spans."""
        return len(self.children).bit_length() - 1


def encode_leaf(records: Sequence[Record]) -> bytes:
    """The canonical bytes of a leaf object.

    Raises:
        IntegrityError: The records are too large for one object.
    """
    for _, value in records:
        if len(value) > MAX_VALUE_BYTES:
            raise IntegrityError(
                f"A record has {len(value)} bytes; no reader takes more than {MAX_VALUE_BYTES}.",
                hint="Shorten its entries before publishing.",
            )
    data = LEAF_MAGIC + _encoder.encode(records)
    if len(data) > MAX_OBJECT_BYTES:
        raise IntegrityError(
            f"An object of {len(records)} records has {len(data)} bytes; no reader takes more than {MAX_OBJECT_BYTES}.",
            hint="Publish with a deeper shape.",
        )
    return data


def encode_inner(children: Sequence[Node]) -> bytes:
    """The canonical bytes of an inner object."""
    return INNER_MAGIC + _encoder.encode([(int(node.extent), node.hash) if node.extent else None for node in children])


def decode(data: bytes) -> Leaf | Inner:
    """Read canonical bytes.

    Raises:
        IntegrityError: They are of no kind that is known, not canonical, or out of bounds.
    """
    try:
        if data.startswith(LEAF_MAGIC):
            return _decoded_leaf(data)
        if data.startswith(INNER_MAGIC):
            return _decoded_inner(data)
    except msgspec.DecodeError as error:
        raise IntegrityError(f"An object cannot be read ({error}).", hint=_HINT) from error
    raise IntegrityError("What came is no object of a publication.", hint=_HINT)


def verified(data: bytes, expected: Node, position: Position) -> Leaf | Inner:
    """Read canonical bytes and believe them only as the subtree ``expected`` at ``position``.

    Raises:
        IntegrityError: They hold something else.
    """
    found = placed(data, expected, position)
    if isinstance(found, Leaf):
        require_node(merkle.subtree(found.records, position.depth), expected)
    return found


def placed(data: bytes, expected: Node, position: Position) -> Leaf | Inner:
    """Read canonical bytes as the subtree ``expected`` at ``position``, but leave a leaf object unhashed.

    An inner object is verified. The records of a leaf object are in order and belong to the place, but nobody has
    hashed them yet: whoever stores them does, with :func:`require_node`, over what was *stored*.

    Raises:
        IntegrityError: They hold something else.
    """
    found = decode(data)
    if isinstance(found, Leaf):
        records = found.records
        if records and not (position.holds(records[0][0]) and position.holds(records[-1][0])):
            raise IntegrityError(f"Object {expected.name} holds records of another place of the map.", hint=_HINT)
        return found
    if position.depth + found.bits > MAX_DEPTH:
        raise IntegrityError(f"Object {expected.name} lies deeper than a map can be.", hint=_HINT)
    node = merkle.joined_all(found.children)
    if node.extent is not Extent.MANY:
        raise IntegrityError(f"Object {expected.name} is an inner object around a single record.", hint=_HINT)
    require_node(node, expected)
    return found


def require_node(found: Node, expected: Node) -> None:
    """Refuse a subtree that is another than the one that was asked for.

    Raises:
        IntegrityError: They differ.
    """
    if found != expected:
        raise IntegrityError(
            f"Object {expected.name} does not match the hash that names it; it was changed on the way or in store.",
            hint=_HINT,
        )


def compress(data: bytes) -> bytes:
    """Canonical bytes as they lie in the distribution."""
    return zlib.compress(data, _COMPRESSION_LEVEL)


def decompress(data: bytes) -> bytes:
    """The canonical bytes of what lies in the distribution.

    Raises:
        IntegrityError: Damaged, with something behind it, or larger than an object can be.
    """
    stream = zlib.decompressobj()
    try:
        plain = stream.decompress(data, MAX_OBJECT_BYTES + 1)
    except zlib.error as error:
        raise IntegrityError(f"An object cannot be decompressed ({error}).", hint=_HINT) from error
    if len(plain) > MAX_OBJECT_BYTES:
        raise IntegrityError(
            f"An object unpacks to more than {MAX_OBJECT_BYTES} bytes and was not unpacked.", hint=_HINT
        )
    if not stream.eof or stream.unused_data:
        raise IntegrityError(
            "An object ends too early or too late; the transfer was cut or something was added.", hint=_HINT
        )
    return plain


def path_of(name: str) -> str:
    """Where the object lies below ``distribution/``."""
    return f"objects/{name[:2]}/{name}"


def _decoded_leaf(data: bytes) -> Leaf:
    records = _leaf_decoder.decode(memoryview(data)[len(LEAF_MAGIC) :])
    if any(len(key) != merkle.KEY_BYTES for key, _ in records):
        raise IntegrityError("A leaf object holds a key that is none.", hint=_HINT)
    if any(before[0] >= after[0] for before, after in pairwise(records)):
        raise IntegrityError("The records of a leaf object are not sorted by key, each once.", hint=_HINT)
    _require_same(encode_leaf(records), data)
    return Leaf(records)


def _decoded_inner(data: bytes) -> Inner:
    inner = Inner([_child(item) for item in _inner_decoder.decode(memoryview(data)[len(INNER_MAGIC) :])])
    if not 1 <= inner.bits <= MAX_LEVEL_BITS or len(inner.children) != 1 << inner.bits:
        raise IntegrityError(f"An inner object has {len(inner.children)} places, which no shape has.", hint=_HINT)
    _require_same(encode_inner(inner.children), data)
    return inner


def _require_same(canonical: bytes, data: bytes) -> None:
    if canonical != data:
        raise IntegrityError("An object is not in its canonical form, so its bytes prove nothing.", hint=_HINT)


def _child(item: tuple[int, bytes] | None) -> Node:
    if item is None:
        return NOTHING
    extent, digest = item
    if extent not in {Extent.ONE, Extent.MANY} or len(digest) != len(EMPTY):
        raise IntegrityError("An inner object names a subtree in a way that is not known.", hint=_HINT)
    return Node(Extent(extent), digest)
