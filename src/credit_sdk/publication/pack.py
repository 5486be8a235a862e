r"""Pack (整包): a whole map in one file, for the first sync.

``CP1\n`` followed by (4-byte big-endian length, compressed object) until the end, objects in the order of
:func:`credit_sdk.publication.tree.walk`: parents first, then by key. The order lets a reader verify and store each
object as it arrives, holding one at a time, however large the map.
"""

from collections.abc import Iterable, Iterator

from credit_sdk.errors import IntegrityError
from credit_sdk.publication import objects, tree
from credit_sdk.publication.merkle import Node

MAGIC = b"CP1\n"
_LENGTH_BYTES = 4
_HINT = "Nothing was taken over from it; the sync goes on with single objects."


def path_of(map_root: str) -> str:
    """Where the pack of a map lies below ``distribution/``."""
    return f"objects/packs/{map_root}"


def write(root: Node, source: tree.ObjectSource) -> Iterator[bytes]:
    """The pack of a map, piece by piece.

    Raises:
        IntegrityError: An object of the source is damaged.
    """
    yield MAGIC
    for _, data in tree.walk(root, source):
        yield framed(objects.compress(data))


def framed(compressed: bytes) -> bytes:
    """A compressed object as it stands in a pack."""
    return len(compressed).to_bytes(_LENGTH_BYTES) + compressed


def read(chunks: Iterable[bytes], root: Node) -> Iterator[tree.Difference]:
    """The map a pack holds, object by object as it arrives.

    Args:
        chunks: The pack as it comes from the transport.
        root: The root the signed statement names.

    Raises:
        IntegrityError: Cut off, damaged, out of order, or with something behind it. The map is not whole then,
            whatever was yielded before: give it up.
    """
    stream = _canonical(chunks)
    yield from tree.taken_in_order(root, stream)
    if next(stream, None) is not None:
        raise IntegrityError("The pack holds more than the map it was published for.", hint=_HINT)


def _canonical(chunks: Iterable[bytes]) -> Iterator[bytes]:
    reader = _Reader(chunks)
    if reader.take(len(MAGIC)) != MAGIC:
        raise IntegrityError("What came is no pack of a publication.", hint=_HINT)
    while head := reader.take(_LENGTH_BYTES, at_end=True):
        length = int.from_bytes(head)
        if length > objects.MAX_COMPRESSED_BYTES:
            raise IntegrityError(f"The pack announces an object of {length} bytes, which none can have.", hint=_HINT)
        yield objects.decompress(reader.take(length))


class _Reader:
    """Takes exact numbers of bytes from chunks of any size."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._held = bytearray()

    def take(self, size: int, *, at_end: bool = False) -> bytes:
        """``size`` bytes; nothing instead if ``at_end`` and the pack ended here."""
        while len(self._held) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                if at_end and not self._held:
                    return b""
                raise IntegrityError("The pack ends too early; the transfer was cut.", hint=_HINT)
            self._held += chunk
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken
