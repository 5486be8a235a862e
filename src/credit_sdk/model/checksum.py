"""Check characters by the block (批量校验): of many codes at once, without a loop over the codes.

What stands at one place of all codes is one string of bytes. A table makes of each character its digit times the weight
of the place, modulo the number of check characters; as one large number, a byte for each code, such columns add up in
one step. Before a byte could spill into its neighbour, another table takes the modulus of the sums.

It says of many what :mod:`credit_sdk.model.identifier` says of one, with which the tests compare it.
"""

from collections.abc import Sequence
from itertools import compress, count
from operator import ne

from credit_sdk.model.identifier import BODY_DIGITS, ORGANISATION_ALPHABET, USCC_ALPHABET

CODE_CHARACTERS = BODY_DIGITS + 1
_BYTES = 256


class CheckColumn:
    """One check character of unified social credit codes (校验位), for all codes of a block.

    Args:
        digits: The digits, in the order of their values.
        weights: Of the digits it is worked out from.
        first: Place of the first of those digits; the check character comes after the last.
        characters: The check characters: the negative sum, modulo their number, is the place of the right one.
    """

    def __init__(self, digits: str, weights: Sequence[int], first: int, characters: str) -> None:
        modulus = len(characters)
        values = {ord(digit): value for value, digit in enumerate(digits)}
        self._columns = [
            (place, bytes(values.get(character, 0) * weight % modulus for character in range(_BYTES)))
            for place, weight in enumerate(weights, first)
        ]
        self._place = first + len(weights)
        self._reduced = bytes(found % modulus for found in range(_BYTES))
        self._characters = bytes(ord(characters[-found % modulus]) for found in range(_BYTES))
        self._at_once = (_BYTES - 1) // (modulus - 1) - 1
        """So many columns fit into a byte on top of a sum that was reduced."""

    def wrong(self, codes: bytes) -> list[int]:
        """Places of the codes whose check character is another; empty where all are right, as a rule.

        Args:
            codes: Codes of eighteen characters one after another, all of the alphabet of GB 32100.
        """
        size = len(codes) // CODE_CHARACTERS
        sums = bytes(size)
        for start in range(0, len(self._columns), self._at_once):
            total = int.from_bytes(sums.translate(self._reduced), "little")
            for place, residues in self._columns[start : start + self._at_once]:
                total += int.from_bytes(codes[place::CODE_CHARACTERS].translate(residues), "little")
            sums = total.to_bytes(size, "little")
        right = sums.translate(self._characters)
        given = codes[self._place :: CODE_CHARACTERS]
        return [] if right == given else [*compress(count(), map(ne, right, given))]


LAST = CheckColumn(USCC_ALPHABET, [pow(3, place, 31) for place in range(BODY_DIGITS)], 0, USCC_ALPHABET)
"""The eighteenth character (GB 32100-2015)."""

ORGANISATION = CheckColumn(ORGANISATION_ALPHABET, (3, 7, 9, 10, 5, 8, 4, 2), 8, "0123456789X")
"""The seventeenth, the last of the organisation code (GB 11714-1997)."""
