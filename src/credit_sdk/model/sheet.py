"""A sheet of a screening (筛查清单): subjects of whom nothing is published, and the one answer that is theirs."""

from msgspec import Struct
from msgspec.structs import replace

from credit_sdk.model.decision import Decision
from credit_sdk.model.subject import Subject

MAX_SUBJECTS = 512
"""Subjects on one sheet: so many rows of a screening are read ahead."""

_LAST_GROUP = 24
_LAST_GROUP_BITS = 48


class Sheet(Struct, frozen=True):
    """Subjects checked at one instant, answered alike because the law and the lists say nothing of any of them.

    Their decisions differ in id and subject alone: one is made when somebody looks at it; one record is kept of all.

    Attributes:
        first: The decision about the first of them.
        subjects: In the order of the screening.
    """

    first: Decision
    subjects: tuple[Subject, ...]

    def id_of(self, place: int) -> str:
        """Id of a decision on the sheet: the first one's, its last twelve digits counted on."""
        id = self.first.id
        last = (int(id[_LAST_GROUP:], 16) + place) % (1 << _LAST_GROUP_BITS)
        return f"{id[:_LAST_GROUP]}{last:012x}"

    def decision(self, place: int) -> Decision:
        """The decision about the subject at a place, from 0."""
        return replace(self.first, id=self.id_of(place), subject=self.subjects[place])
