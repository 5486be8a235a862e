"""Check characters by the block (批量校验): of many codes at once, without a loop over the codes.

The digits that stand at one place of all codes are one large number, sixteen bits for each, so that a weight multiplies
them all in one step and the columns add up in another. No sum spills into its neighbour: the largest is 17 x 30 x 30.

It says of many what :mod:`credit_sdk.model.identifier` says of one, with which the tests compare it.
"""

import sys
from array import array
from collections.abc import Sequence
from itertools import compress, count
from operator import ne

from credit_sdk.model.identifier import BODY_DIGITS, ORGANISATION_ALPHABET, USCC_ALPHABET

CODE_CHARACTERS = BODY_DIGITS + 1
_SUM_BYTES = 2
_SUMS = 1 << 8 * _SUM_BYTES


class CheckColumn:
    """One check character of unified social credit codes (校验位), for all codes of a block.

    Args:
        digits: The digits, in the order of their values.
        weights: Of the digits it is worked out from.
        first: Place of the first of those digits; the check character comes after the last.
        characters: The check characters: the negative sum, modulo their number, is the place of the right one.
    """

    def __init__(self, digits: str, weights: Sequence[int], first: int, characters: str) -> None:
        values = bytearray(256)
        for value, digit in enumerate(digits.encode()):
            values[digit] = value
        self._values = bytes(values)
        self._weights = tuple(enumerate(weights, first))
        self._place = first + len(weights)
        self._characters = bytes(ord(characters[-found % len(characters)]) for found in range(_SUMS))

    def wrong(self, codes: bytes) -> list[int]:
        """Places of the codes whose check character is another; empty where all are right, as a rule.

        Args:
            codes: Codes of eighteen characters one after another, all of the alphabet of GB 32100.
        """
        digits = codes.translate(self._values)
        column = bytearray(_SUM_BYTES * (len(codes) // CODE_CHARACTERS))
        total = 0
        for place, weight in self._weights:
            column[::_SUM_BYTES] = digits[place::CODE_CHARACTERS]
            total += weight * int.from_bytes(column, "little")
        sums = array("H", total.to_bytes(len(column), "little"))
        if sys.byteorder == "big":
            sums.byteswap()
        right = bytes(map(self._characters.__getitem__, sums))
        given = codes[self._place :: CODE_CHARACTERS]
        return [] if right == given else [*compress(count(), map(ne, right, given))]


LAST = CheckColumn(USCC_ALPHABET, [pow(3, place, 31) for place in range(BODY_DIGITS)], 0, USCC_ALPHABET)
"""The eighteenth character (GB 32100-2015)."""

ORGANISATION = CheckColumn(ORGANISATION_ALPHABET, (3, 7, 9, 10, 5, 8, 4, 2), 8, "0123456789X")
"""The seventeenth, the last of the organisation code (GB 11714-1997)."""
