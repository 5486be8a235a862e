"""The view (视图): one state of the lists and the law and its records, all that a check may look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Protocol, final

from msgspec import Struct

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.coverage import Coverage
from credit_sdk.catalogue.moment import Moment
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.subject import Subject


@dataclass(frozen=True, slots=True)
class Pace:
    """How old the last verified contact may be (新鲜度界限), as the publisher states it.

    Attributes:
        fresh_s: Up to this age, in seconds, the view is ``FRESH``.
        aging_s: Up to this age it is ``AGING``; beyond it ``STALE``.
    """

    fresh_s: int
    aging_s: int


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """One serial of the lists and the law with what was last verified about it (发布状态); all but the records.

    It never changes and is itself alone: what was worked out from a state may be used again as long as it is this one.

    Attributes:
        origin: Who publishes.
        serial: Number of the publication; 0 when empty.
        map_root: Root of the Merkle map, hex; "" when empty.
        contact_at: Signed instant of the last verified contact ("nothing changed" counts).
        expires_at: From when the signed metadata no longer holds.
        pace: Bounds of the freshness states.
        catalogue: The law; None when empty.
        coverage: By list id; a list without a key is not covered.
        holds_persons: Whether natural persons' records are here; False in replicas, they are asked online.
        moments: The last moment of each matter; kept by :mod:`credit_sdk.catalogue.moments`.
    """

    origin: str = ""
    serial: int = 0
    map_root: str = ""
    published_at: datetime | None = None
    contact_at: datetime | None = None
    expires_at: datetime | None = None
    pace: Pace = Pace(fresh_s=0, aging_s=0)
    catalogue: Catalogue | None = None
    coverage: Mapping[str, Coverage] = field(default_factory=lambda: MappingProxyType({}))
    holds_persons: bool = False
    moments: dict[str, Moment] = field(default_factory=dict, init=False, repr=False)


class View(Protocol):
    """One state and its records, for as long as they are looked at; a newer publication is another view."""

    @property
    def state(self) -> State:
        """The state."""
        ...

    def record(self, subject: Subject) -> SubjectRecord | None:
        """What is published about ``subject``, under any of its ``lookup_keys``; None: nothing is."""
        ...


@final
class Held(Struct, frozen=True):
    """A view that holds what was looked up already, about one subject."""

    state: State
    published: SubjectRecord | None

    def record(self, subject: Subject) -> SubjectRecord | None:
        """What is published about the one subject that is asked about."""
        del subject
        return self.published


@final
class EmptyView:
    """A replica that holds nothing yet: every check of it is ``UNDETERMINED``."""

    state = State()

    def record(self, subject: Subject) -> SubjectRecord | None:
        """Nothing is published here."""
        return None
