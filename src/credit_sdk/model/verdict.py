"""The four answers to a check (结论)."""

from enum import StrEnum
from typing import NoReturn


class Verdict(StrEnum):
    """The four answers. There is no default and no score."""

    DENY = "DENY"
    REVIEW = "REVIEW"
    CLEAR = "CLEAR"
    UNDETERMINED = "UNDETERMINED"

    @property
    def rank(self) -> int:
        """3 for ``DENY``, then ``REVIEW``, ``UNDETERMINED``, 0 for ``CLEAR``; the highest answers for a group."""
        return _RANKS[self]

    def __bool__(self) -> NoReturn:
        raise TypeError("a verdict is not a boolean; compare it: verdict is Verdict.CLEAR")


_RANKS = {Verdict.DENY: 3, Verdict.REVIEW: 2, Verdict.UNDETERMINED: 1, Verdict.CLEAR: 0}
