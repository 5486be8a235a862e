"""On what an answer rests (证据): which publication, how old, which lists it covers."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Freshness(StrEnum):
    """Age of the last verified contact, in words."""

    EMPTY = "empty"
    FRESH = "fresh"
    AGING = "aging"
    STALE = "stale"
    EXPIRED = "expired"


class CoverageState(StrEnum):
    """Whether a list is part of the publication asked."""

    COVERED = "covered"
    NOT_COVERED = "not-covered"


@dataclass(frozen=True, slots=True)
class ListCoverage:
    """What the publication declares about one list (覆盖情况); silence is not coverage."""

    list: str
    title: str
    state: CoverageState
    complete_as_of: date | None
    entries: int
    required: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """On which state of lists and law the answer rests (证据).

    Attributes:
        map_root: Hex of the Merkle map's root, 64 characters; empty for an empty replica.
        catalogue_digest: SHA-256 of the law catalogue, hex.
        contact_at: Signed instant of the last verified contact ("nothing changed" counts).
        age_s: Whole seconds from ``contact_at`` to the decision; None for an empty replica.
    """

    origin: str
    serial: int
    map_root: str
    catalogue_digest: str
    published_at: datetime | None
    contact_at: datetime | None
    age_s: int | None
    freshness: Freshness
    coverage: tuple[ListCoverage, ...]
    library_version: str
