"""A publication held in memory, for tests of how checks are judged: what they judge is said, nothing is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.coverage import Coverage
from credit_sdk.catalogue.view import Pace, State
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.subject import Subject


@dataclass(frozen=True)
class MemoryView:
    """A view whose state is made of its own fields, so that a test replaces only the one it is about."""

    catalogue: Catalogue
    records: Mapping[bytes, SubjectRecord] = field(default_factory=dict)
    coverage: Mapping[str, Coverage] = field(default_factory=dict)
    contact_at: datetime | None = None
    expires_at: datetime | None = None
    published_at: datetime | None = None
    holds_persons: bool = False
    origin: str = "qinghai.example"
    serial: int = 7
    map_root: str = "ab" * 32
    pace: Pace = field(default_factory=lambda: Pace(fresh_s=600, aging_s=7200))

    @cached_property
    def state(self) -> State:
        return State(
            origin=self.origin,
            serial=self.serial,
            map_root=self.map_root,
            published_at=self.published_at,
            contact_at=self.contact_at,
            expires_at=self.expires_at,
            pace=self.pace,
            catalogue=self.catalogue,
            coverage=self.coverage,
            holds_persons=self.holds_persons,
        )

    def record(self, subject: Subject) -> SubjectRecord | None:
        return next((self.records[key] for key in subject.lookup_keys if key in self.records), None)


def complete_view(
    catalogue: Catalogue, now: datetime, records: Mapping[bytes, SubjectRecord] | None = None, *, covered: bool = True
) -> MemoryView:
    """Published this instant with everybody's records, every list covered unless said otherwise."""
    complete = Coverage(complete_as_of=now.date(), entries=1)
    return MemoryView(
        catalogue,
        records or {},
        coverage={listed.id: complete for listed in catalogue.document.lists} if covered else {},
        contact_at=now,
        expires_at=now + timedelta(days=1),
        published_at=now,
        holds_persons=True,
    )
