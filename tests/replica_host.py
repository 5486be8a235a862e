"""A host with a replica, and a publisher it follows through a folder: what sync and attack tests are told with."""

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from credit_sdk.catalogue.catalogue import CatalogueDocument
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.subject import Subject
from credit_sdk.replica import sync
from credit_sdk.replica.store import Replica
from credit_sdk.testing.builders import entry, subject
from credit_sdk.testing.publisher import Publisher
from credit_sdk.transport import Transport
from credit_sdk.transport.folder import FolderTransport

LIST = "wage-arrears"
LAW = CatalogueDocument(edition="first").to_bytes()
OTHER_LAW = CatalogueDocument(edition="later").to_bytes()


def now() -> datetime:
    """The real clock: python-tuf reads it too."""
    return datetime.now(UTC)


def ago(**span: float) -> datetime:
    """An instant before now."""
    return now() - timedelta(**span)


def listed(number: int, *, entries: int = 1, list_id: str = LIST) -> SubjectRecord:
    """A record of the ``number``-th subject."""
    return SubjectRecord(tuple(entry(list_id, id=f"{number:06d}-{index}") for index in range(entries)))


def many(count: int, *, first: int = 0) -> dict[Subject, SubjectRecord]:
    """Subjects with one entry each."""
    return {subject(number): listed(number) for number in range(first, first + count)}


@dataclass
class Host:
    """One host.

    Attributes:
        home: Directory of the replica.
        distribution: Folder that stands for the gateway.
    """

    home: Path
    distribution: Path
    publisher: Publisher
    replica: Replica
    transport: Transport

    @classmethod
    def at(cls, folder: Path, publisher: Publisher) -> "Host":
        """A host that was set up and has not synced yet."""
        distribution = folder / "distribution"
        distribution.mkdir(parents=True, exist_ok=True)
        home = folder / "home"
        return cls(home, distribution, publisher, Replica.create(home), FolderTransport(distribution))

    def serve(self) -> None:
        """Serve what the publisher published."""
        self.publisher.write(self.distribution)

    def sync(self, at: datetime | None = None) -> sync.SyncReport:
        """One sync."""
        trust = sync.trusted_refresh(self.home, self.transport, self.publisher.trust_root)
        return sync.refresh(self.replica, trust, self.transport, at or now())

    def serial(self) -> int:
        """Of the publication held."""
        with self.replica.view() as view:
            return view.state.serial

    def record(self, of: Subject) -> SubjectRecord | None:
        """What the replica holds about a subject."""
        with self.replica.view() as view:
            return view.record(of)

    def spoil(self, pattern: str, data: bytes) -> None:
        """Put other bytes in place of every file served that fits."""
        found = [path for path in self.distribution.glob(pattern) if path.is_file()]
        assert found, f"nothing served fits {pattern}"
        for path in found:
            path.write_bytes(data)


def beside() -> dict[str, str]:
    """The environment of another process that runs the same code."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
