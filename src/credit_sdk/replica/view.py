"""A view of the replica (副本视图): one serial, for as long as it is looked at, whatever is taken over meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType, TracebackType
from typing import Self

import lmdb

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.view import Coverage, Pace
from credit_sdk.errors import IntegrityError
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.subject import Subject
from credit_sdk.publication import records
from credit_sdk.publication.statement import Publication
from credit_sdk.replica.layout import RECORD
from credit_sdk.replica.notes import damaged
from credit_sdk.replica.rules import Contact
from credit_sdk.replica.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Activated:
    """What one publication means to checks, worked out once.

    Attributes:
        activation: Number of the takeover; 0 for an empty replica.
    """

    activation: int
    publication: Publication | None
    catalogue: Catalogue | None
    coverage: Mapping[str, Coverage]
    pace: Pace


NOTHING_ACTIVATED = Activated(0, None, None, MappingProxyType({}), Pace(fresh_s=0, aging_s=0))


def activated(activation: int, publication: Publication, catalogue: Catalogue) -> Activated:
    """Work a publication out."""
    coverage = {name: Coverage(stated.complete_as_of, stated.entries) for name, stated in publication.lists.items()}
    pace = Pace(fresh_s=publication.pace.fresh_s, aging_s=publication.pace.aging_s)
    return Activated(activation, publication, catalogue, MappingProxyType(coverage), pace)


class ReplicaView:
    """One consistent state of lists and law; close it, or use it in ``with``. Not for other threads or processes."""

    __slots__ = (
        "_snapshot",
        "catalogue",
        "contact_at",
        "coverage",
        "expires_at",
        "holds_persons",
        "map_root",
        "origin",
        "pace",
        "publication",
        "published_at",
        "serial",
    )

    def __init__(self, snapshot: Snapshot, state: Activated, contact: Contact | None) -> None:
        self._snapshot = snapshot
        publication = state.publication
        self.publication = publication
        self.origin = publication.origin if publication else ""
        self.serial = publication.serial if publication else 0
        self.map_root = publication.map_root if publication else ""
        self.published_at: datetime | None = publication.published_at if publication else None
        self.contact_at: datetime | None = contact.contact_at if contact else None
        self.expires_at: datetime | None = contact.expires_at if contact else None
        self.pace = state.pace
        self.catalogue: Catalogue | None = state.catalogue
        self.coverage = state.coverage
        self.holds_persons = False

    def record(self, subject: Subject) -> SubjectRecord | None:
        """What is published about ``subject``.

        Raises:
            ReplicaDamagedError: What is stored cannot be read.
            ReplicaError: The view was closed.
        """
        try:
            for key in subject.lookup_keys:
                value = self._snapshot.record(RECORD + key)
                if value is not None:
                    return records.decode(value)
        except IntegrityError as error:
            raise damaged("a record cannot be read") from error
        except lmdb.Error as error:
            raise damaged(f"its file cannot be read ({error})") from error
        return None

    def close(self) -> None:
        """Let go of the state; may be repeated."""
        self._snapshot.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._snapshot.close()
