"""On what an answer rests (证据): which publication, how old, which lists it covers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cached_property

from msgspec import Raw

from credit_sdk.model import canonical


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


@dataclass(frozen=True)
class Evidence:
    """On which state of lists and law the answer rests (证据).

    All checks of one second share one, so what is worked out of it is kept with it.

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

    @cached_property
    def json(self) -> Raw:
        """Its part of the decision's canonical JSON, the largest."""
        return Raw(
            canonical.dumps_own(
                {
                    "origin": self.origin,
                    "serial": self.serial,
                    "map_root": self.map_root,
                    "catalogue_digest": self.catalogue_digest,
                    "published_at": in_utc(self.published_at),
                    "contact_at": in_utc(self.contact_at),
                    "age_s": self.age_s,
                    "freshness": self.freshness,
                    "coverage": [_coverage(covered) for covered in self.coverage],
                    "library_version": self.library_version,
                }
            )
        )


_PLAIN = datetime(1970, 1, 1, tzinfo=UTC)


def in_utc(instant: datetime | None) -> datetime | None:
    """The same instant in UTC, as canonical JSON writes it."""
    return None if instant is None else plain_utc(instant)


def plain_utc(instant: datetime) -> datetime:
    """The same instant in UTC, also where a host's clock tells it by a class of its own, which no JSON could hold."""
    if instant.tzinfo is not UTC:
        instant = instant.astimezone(UTC)
    if type(instant) is datetime:
        return instant
    return _PLAIN.replace(
        instant.year,
        instant.month,
        instant.day,
        instant.hour,
        instant.minute,
        instant.second,
        instant.microsecond,
    )


def _coverage(covered: ListCoverage) -> dict[str, object]:
    return {
        "list": covered.list,
        "title": covered.title,
        "state": covered.state,
        "complete_as_of": covered.complete_as_of,
        "entries": covered.entries,
        "required": covered.required,
    }
