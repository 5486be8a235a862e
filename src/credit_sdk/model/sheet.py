"""A sheet of a screening (筛查清单): subjects that are answered alike, and the one record that is kept of all."""

from msgspec import Struct
from msgspec.structs import replace

from credit_sdk.model.decision import Decision
from credit_sdk.model.subject import Subject

MAX_SUBJECTS = 4096
"""Subjects on one sheet: at most so many rows of a screening are read ahead."""

MAX_ENTRIES = 1000
"""Entries on one sheet, of all its subjects together; one subject's alone may be more."""

PREFIX_CHARACTERS = 24
"""What the ids of all decisions on a sheet begin with, and no other id."""
_PLACE_BITS = 48


class Sheet(Struct, frozen=True):
    """Subjects checked at one instant and answered alike: the same verdict, by the same measures on the same lists.

    Their decisions differ in id and subject, and, where something is published of them, in what their entries say of
    themselves. One is made when somebody looks at it; one record is kept of all.

    Attributes:
        first: The decision about the first of them.
        subjects: In the order of the screening.
        entries: Ids of the entries found, by subject, in order; empty where nothing was found.
    """

    first: Decision
    subjects: tuple[Subject, ...]
    entries: tuple[tuple[str, ...], ...] = ()

    def id_of(self, place: int) -> str:
        """Id of the decision about the subject at a place, from 0."""
        return decision_id_at(self.first.id, place)

    def decision(self, place: int) -> Decision:
        """The decision about the subject at a place, from 0, of whom nothing is published; or of the first anyway."""
        return replace(self.first, _id=self.id_of(place), subject=self.subjects[place]) if place else self.first


def decision_id_at(first: str, place: int) -> str:
    """Id of a decision on a sheet: the first one's, its last twelve digits counted on."""
    last = (int(first[PREFIX_CHARACTERS:], 16) + place) % (1 << _PLACE_BITS)
    return f"{first[:PREFIX_CHARACTERS]}{last:012x}"


def place_of(decision_id: str, first: str) -> int | None:
    """The place on a sheet, from 0, of the decision with an id; None where it cannot be on it.

    Args:
        decision_id: Its id.
        first: Id of the first decision on the sheet.
    """
    if decision_id == first:
        return 0
    if decision_id[:PREFIX_CHARACTERS] != first[:PREFIX_CHARACTERS]:
        return None
    try:
        place = (int(decision_id[PREFIX_CHARACTERS:], 16) - int(first[PREFIX_CHARACTERS:], 16)) % (1 << _PLACE_BITS)
    except ValueError:
        return None
    return place if place < MAX_SUBJECTS and decision_id_at(first, place) == decision_id else None
