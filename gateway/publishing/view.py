"""The published state as a view (视图), so that the gateway answers a check as every replica does.

Organisations are looked up in the records as last published; what waits to be published is not there. Two systems
asking at the same moment, one here and one at its replica, are told the same. Natural persons are in no
publication; the registry is asked about them, under its own key.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import final

from sqlalchemy import Connection, Engine, select, true

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.view import EmptyView, State
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.subject import Subject
from credit_sdk.publication import records
from credit_sdk.publication.statement import Publication
from gateway.database.tables import catalogues, entries, publications, published_records
from gateway.database.unit_of_work import reading
from gateway.publishing.builder import chunks
from gateway.publishing.chain import Heartbeat, heartbeat_of
from gateway.publishing.files import Folder
from gateway.registry.lifecycle import EntryState
from gateway.registry.periods import PeriodLaw
from gateway.registry.persons import RegistryKeys
from gateway.registry.records import published_entry
from gateway.registry.waiver_register import in_force


@dataclass(frozen=True, slots=True)
class _Edition:
    """What of a publication and of the last heartbeat is worked out once for all checks on them."""

    publication: Publication
    catalogue: Catalogue
    heartbeat: Heartbeat | None
    state: State


@final
class GatewayView:
    """One serial of lists and law, with the natural persons of the registry; implements ``catalogue.view.View``.

    It reads through one connection and lives as long as the block it was opened for.
    """

    def __init__(self, state: State, connection: Connection, keys: RegistryKeys) -> None:
        self.state = state
        self.connection = connection
        self._keys = keys
        self._fetched: dict[bytes, bytes | None] = {}

    def record(self, subject: Subject) -> SubjectRecord | None:
        """What is published about the subject; of a natural person, what the registry holds."""
        if subject.is_natural_person:
            return self._person(subject)
        keys = subject.lookup_keys
        self._fetch([key for key in keys if key not in self._fetched])
        found = [records.decode(data) for key in keys if (data := self._fetched[key]) is not None]
        if not found:
            return None
        return SubjectRecord(
            tuple(entry for each in found for entry in each.entries),
            tuple(waiver for each in found for waiver in each.waivers),
        )

    def fetch(self, asked: Sequence[Subject]) -> None:
        """Read the records of many subjects at once, before they are asked for one by one."""
        wanted = {key for subject in asked if not subject.is_natural_person for key in subject.lookup_keys}
        self._fetch([key for key in wanted if key not in self._fetched])

    def _fetch(self, keys: Sequence[bytes]) -> None:
        for portion in chunks(keys):
            self._fetched.update(dict.fromkeys(portion))
            rows = select(published_records).where(published_records.c.key.in_(portion))
            self._fetched.update((row.key, row.record) for row in self.connection.execute(rows))

    def _person(self, subject: Subject) -> SubjectRecord | None:
        key = self._keys.key_of(subject)
        held = self.connection.execute(
            select(entries)
            .where(
                entries.c.subject_key == key,
                entries.c.state == EntryState.PUBLISHED,
                entries.c.is_person == true(),
            )
            .order_by(entries.c.id)
        ).all()
        if not held:
            return None
        catalogue = self.state.catalogue
        law = PeriodLaw.of(catalogue.document) if catalogue else PeriodLaw.load(self.connection)
        return SubjectRecord(
            tuple(entry for row in held if (entry := published_entry(row, law)) is not None),
            in_force(self.connection, [key]).get(key, ()),
        )


class Views:
    """Opens views of the state as published (发布状态).

    Args:
        engine: The registry.
        folder: The distribution, whose heartbeat says how old the state is.
        keys: Keys of natural persons in the registry.
    """

    def __init__(self, engine: Engine, folder: Folder, keys: RegistryKeys) -> None:
        self._engine = engine
        self._folder = folder
        self._keys = keys
        self._edition: _Edition | None = None
        self._lock = Lock()

    @contextmanager
    def open(self) -> Iterator[GatewayView | EmptyView]:
        """A view of the last publication, consistent until the block ends; an empty one before the first."""
        with _one_state(self._engine) as connection:
            edition = self._current(connection)
            if edition is None:
                yield EmptyView()
            else:
                yield GatewayView(edition.state, connection, self._keys)

    def serial(self) -> int:
        """Serial of the last publication, 0 before the first."""
        with reading(self._engine) as connection:
            return connection.scalar(_LAST_SERIAL) or 0

    def _current(self, connection: Connection) -> _Edition | None:
        serial = connection.scalar(_LAST_SERIAL)
        if serial is None:
            return None
        heartbeat = heartbeat_of(self._folder)
        if (held := _unless_other(self._edition, serial, heartbeat)) is not None:
            return held
        # One thread reads a new edition, the others wait for it: law is compiled once for each change.
        with self._lock:
            if (held := _unless_other(self._edition, serial, heartbeat)) is None:
                publication, catalogue = self._read(connection, serial, self._edition)
                state = publication.state(
                    catalogue,
                    contact_at=heartbeat.signed_at if heartbeat else None,
                    expires_at=heartbeat.expires_at if heartbeat else None,
                    holds_persons=True,
                )
                self._edition = held = _Edition(publication, catalogue, heartbeat, state)
            return held

    @staticmethod
    def _read(connection: Connection, serial: int, before: _Edition | None) -> tuple[Publication, Catalogue]:
        if before is not None and before.publication.serial == serial:
            return before.publication, before.catalogue
        data: bytes = connection.execute(
            select(publications.c.statement).where(publications.c.serial == serial)
        ).scalar_one()
        publication = Publication.from_bytes(data)
        if before is not None and before.catalogue.digest == publication.catalogue.digest:
            return publication, before.catalogue
        document: bytes = connection.execute(
            select(catalogues.c.document).where(catalogues.c.digest == publication.catalogue.digest)
        ).scalar_one()
        return publication, Catalogue.from_bytes(document)


def _unless_other(edition: _Edition | None, serial: int, heartbeat: Heartbeat | None) -> _Edition | None:
    """The edition, unless there is another publication or heartbeat by now."""
    if edition is None or edition.publication.serial != serial or edition.heartbeat != heartbeat:
        return None
    return edition


_LAST_SERIAL = select(publications.c.serial).order_by(publications.c.serial.desc()).limit(1)


@contextmanager
def _one_state(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one state of the database until the block ends, on either database."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            yield connection
    else:
        with reading(engine) as connection:
            yield connection
