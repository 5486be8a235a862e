"""Who is surely in no record (筛选): a bit for each of many classes of keys, set where a record may stand.

Most of a large screening is listed nowhere, and to see that in the map takes a way down to a leaf that nobody looked at
lately, which a processor waits for. A bit in two megabytes says it of fifteen in sixteen at a tenth of the time.

Every bit is set at first: of whatever was not read yet, anybody may be there. What is read is the keys of one part of
the map after the other, in their order, and the bits of that part then stand for what was read and for nothing else. So
the sieve may be wrong in one direction alone: it may send somebody to be looked up who is not there.

Keys are hashes, spread evenly by themselves. Those of a block stand one after another and are taken apart by the byte,
without a loop over the keys.
"""

from array import array
from collections.abc import Sequence
from itertools import compress
from operator import itemgetter
from sys import byteorder

from credit_sdk.publication.merkle import KEY_BYTES

_BITS_A_RECORD = 16
_PART_BYTES = 1 << 16
"""Of a part, two bytes of the key name one."""
_MAX_HALVINGS = 8
"""The first byte of a key tells its part: there are no more."""
_INDEX_BYTES = 4


class Sieve:
    """Tells of many keys at once which of them surely have no record.

    Args:
        records: How many there are; from 16 to 32 bits are kept for each, and fewer beyond eight million.

    Attributes:
        parts: How many parts there are to read.
    """

    def __init__(self, records: int) -> None:
        halvings = min((records * _BITS_A_RECORD // (8 * _PART_BYTES)).bit_length(), _MAX_HALVINGS)
        self.parts = 1 << halvings
        self._shift = 8 - halvings
        self._part_of = bytes(first >> self._shift for first in range(256))
        self._bit_of = bytes(1 << (byte & 7) for byte in range(256))
        self._marks = bytearray(b"\xff" * (_PART_BYTES * self.parts))

    def bounds(self, part: int) -> tuple[bytes, bytes | None]:
        """Where the keys of a part begin, and where those of the next; None after the last."""
        following = part + 1
        return bytes([part << self._shift]), bytes([following << self._shift]) if following < self.parts else None

    def take(self, part: int, keys: bytes) -> None:
        """Let a part stand for its keys.

        Args:
            part: Its number, from 0.
            keys: All keys there are in it, one after another.
        """
        start = _PART_BYTES * part
        marks = self._marks
        marks[start : start + _PART_BYTES] = bytes(_PART_BYTES)
        for place, bit in zip(*self._classes(keys), strict=True):
            marks[place] |= bit

    def passed(self, keys: Sequence[bytes]) -> list[int]:
        """Places of those that may have a record, in order; the others have none."""
        if len(keys) < 2:
            return list(range(len(keys)))
        places, bits = self._classes(b"".join(keys))
        found = bytes(itemgetter(*places)(self._marks))
        both = int.from_bytes(found, byteorder) & int.from_bytes(bits, byteorder)
        return list(compress(range(len(keys)), both.to_bytes(len(keys), byteorder)))

    def _classes(self, keys: bytes) -> tuple["array[int]", bytes]:
        """The byte each key belongs to, and its bit in there."""
        places = bytearray(_INDEX_BYTES * (len(keys) // KEY_BYTES))
        places[0::_INDEX_BYTES] = keys[2::KEY_BYTES]
        places[1::_INDEX_BYTES] = keys[1::KEY_BYTES]
        places[2::_INDEX_BYTES] = keys[0::KEY_BYTES].translate(self._part_of)
        indices = array("I", bytes(places))
        if byteorder == "big":
            indices.byteswap()
        return indices, keys[3::KEY_BYTES].translate(self._bit_of)
