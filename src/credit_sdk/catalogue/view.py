"""The view (视图): one consistent state of the lists and the law, all that a check may look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, final

from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.subject import Subject

if TYPE_CHECKING:
    from credit_sdk.catalogue.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Pace:
    """How old the last verified contact may be (新鲜度界限), as the publisher states it.

    Attributes:
        fresh_s: Up to this age, in seconds, the view is ``FRESH``.
        aging_s: Up to this age it is ``AGING``; beyond it ``STALE``.
    """

    fresh_s: int
    aging_s: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What two operators declared about one list (覆盖声明).

    Attributes:
        complete_as_of: The civil day up to which the list is complete; None: not declared, so not covered.
        entries: How many entries of the list the publication holds.
    """

    complete_as_of: date | None
    entries: int


class View(Protocol):
    """One serial of the lists and the law. It never changes; a newer publication is another view."""

    @property
    def origin(self) -> str:
        """Who publishes."""
        ...

    @property
    def serial(self) -> int:
        """Number of the publication; 0 when empty."""
        ...

    @property
    def map_root(self) -> str:
        """Root of the Merkle map, hex; "" when empty."""
        ...

    @property
    def published_at(self) -> datetime | None:
        """When it was published."""
        ...

    @property
    def contact_at(self) -> datetime | None:
        """Signed instant of the last verified contact ("nothing changed" counts)."""
        ...

    @property
    def expires_at(self) -> datetime | None:
        """From when the signed metadata no longer holds."""
        ...

    @property
    def pace(self) -> Pace:
        """Bounds of the freshness states."""
        ...

    @property
    def catalogue(self) -> "Catalogue | None":
        """The law; None when empty."""
        ...

    @property
    def coverage(self) -> Mapping[str, Coverage]:
        """By list id; a list without a key is not covered. The mapping never changes once handed out."""
        ...

    @property
    def holds_persons(self) -> bool:
        """Whether natural persons' records are here; False in replicas, they are asked online."""
        ...

    def record(self, subject: Subject) -> SubjectRecord | None:
        """What is published about ``subject``, under any of its ``lookup_keys``; None: nothing is."""
        ...


@final
class EmptyView:
    """A replica that holds nothing yet: every check of it is ``UNDETERMINED``."""

    origin = ""
    serial = 0
    map_root = ""
    published_at: datetime | None = None
    contact_at: datetime | None = None
    expires_at: datetime | None = None
    pace = Pace(fresh_s=0, aging_s=0)
    catalogue: "Catalogue | None" = None
    coverage: Mapping[str, Coverage] = MappingProxyType({})
    holds_persons = False

    def record(self, subject: Subject) -> SubjectRecord | None:
        """Nothing is published here."""
        return None
