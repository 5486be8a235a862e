"""What intake says about a row (退回原因、提示)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """A reason to set a row aside, or a warning about it.

    Attributes:
        code: Stable, for counting.
        text: A sentence, Chinese first.
    """

    code: str
    text: str
