"""Release (发布): one publication after another, never half of one.

What happens, in this order, by one publisher at a time:

1. Whatever an interrupted publisher left committed but not served is served first.
2. Law, coverage and the subjects that changed are read; the next map is built from what changed.
3. A list that would lose too much stops everything, unless the calendar ended its entries or an operator allowed it;
   that it may is then signed.
4. Objects and, if it is time, a pack are written and reach the disk.
5. Statement, targets and snapshot are signed and written; nobody can see them yet.
6. The registry commits: publication, records as published, what is no longer pending, what is superseded, a line in the
   ledger.
7. ``timestamp.json`` is replaced: from this instant replicas see the new publication.
8. Files that were superseded long ago are removed (:mod:`gateway.publishing.removal`).

A stop before 6 leaves the last publication and nothing but unused files; a stop between 6 and 7 is mended by step 1 of
the next run. Coverage is read before the subjects, so that no declaration is published without what it speaks of.
"""

import time
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.model.term import civil_day
from credit_sdk.publication import tree
from credit_sdk.publication.statement import Publication
from gateway.database.engine import open_engine
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import PublishingError
from gateway.publishing import builder, canary, publications, source, superseded
from gateway.publishing.builder import MapDraft
from gateway.publishing.chain import Chain, Heartbeat, Signatures, believed, heartbeat_of, served
from gateway.publishing.checkpoints import Checkpoints
from gateway.publishing.files import Folder
from gateway.publishing.keyring import Keyring
from gateway.publishing.lock import only_publisher
from gateway.publishing.packing import Packer
from gateway.publishing.reach import replacement
from gateway.publishing.removal import Removal
from gateway.publishing.report import PublishReport
from gateway.publishing.scheme import CHOSEN, SignatureScheme
from gateway.publishing.spool import Spool, Spools
from gateway.publishing.statements import Statements, allowed_in, says_nothing_new, with_allowed_losses
from gateway.publishing.steps import Observer, unobserved
from gateway.registry import editions
from gateway.registry.coverage import declared
from gateway.registry.editions import Edition, in_effect
from gateway.registry.periods import PeriodLaw
from gateway.settings import GatewayHome


class _Read(NamedTuple):
    """What the next publication is made from."""

    law: Edition
    declared: Mapping[str, date]
    marked: Spool[source.Mark]
    draft: MapDraft
    ended: Mapping[str, int]


class Publisher:
    """Publishes for one gateway.

    Args:
        home: The gateway's folder.
        engine: Its registry.
        scheme: How signatures are made; Ed25519 unless given.
        watch: Told the name of each step before it begins.
        versions_ahead: How far ahead of the clock versions of signed files begin; for a gateway that was restored.

    Attributes:
        checkpoints: Those of the ledger, which publishing is recorded in.
    """

    def __init__(
        self,
        home: GatewayHome,
        engine: Engine,
        *,
        scheme: SignatureScheme = CHOSEN,
        watch: Observer = unobserved,
        versions_ahead: int = 0,
    ) -> None:
        self._home = home
        self._engine = engine
        self._folder = Folder(home.distribution)
        keyring = Keyring(home.keys, scheme)
        self._signatures = Signatures(self._folder, keyring, versions_ahead=versions_ahead)
        self.checkpoints = Checkpoints(home, engine, keyring)
        self._statements = Statements(home.settings)
        self._packer = Packer(self._folder, home.path / "pack.json")
        self._removal = Removal(engine, self._folder, kept_days=home.settings.superseded_kept_days, watch=watch)
        self._step = watch

    def publish(self, now: datetime, *, allow_shrink: Collection[str] = (), serial_above: int = 0) -> PublishReport:
        """Publish what changed, if anything did.

        Args:
            now: The instant of publication.
            allow_shrink: Lists that may lose more entries than usual in this publication.
            serial_above: A serial that replicas have seen from somebody else who had the keys, to be outdone.

        Raises:
            PublishingError: No law was adopted yet.
            ShrunkenError: A list would lose too much.
            PublisherBusyError: Another process is publishing.
        """
        began = time.monotonic()
        with only_publisher(self._home.path, self._engine), Spools(self._home.path) as spools:
            current = self._settled(now)
            last = self._last()
            is_last = current is not None and Publication.from_bytes(current.statement) == last
            with reading(self._engine) as connection:
                read = self._read(connection, last, spools, civil_day(now), is_held=is_last)
            statement = self._stated(read, last, current, now, serial_above)
            if last is not None and says_nothing_new(statement, last):
                self._forget(read.marked, now)
                removed = self._removal.behind(now)
                return PublishReport(
                    last.serial, last.map_root, is_new=False, removed=removed, seconds=time.monotonic() - began
                )
            statement = with_allowed_losses(statement, last, allow_shrink, read.ended)
            is_accounted = self._folder.is_accounted and is_last and not read.draft.is_whole
            written, size_bytes, statement = self._write(read, statement, last)
            self._step("sign")
            prepared = self._signatures.prepare(statement.to_bytes(), read.law.digest, current, now)
            self._step("commit")
            with unit_of_work(self._engine, at=now) as work:
                publications.commit(work, statement, read.draft, read.marked)
                superseded.replaced(work.connection, *replacement(current, statement, read.draft), at=now)
            self._step("activate")
            self._signatures.activate(prepared, now)
            if is_accounted:
                self._folder.settle_accounts()
            removed = self._removal.behind(now)
            self._step("done")
        return PublishReport(
            serial=statement.serial,
            map_root=statement.map_root,
            is_new=True,
            changed_subjects=len(read.draft.changes),
            objects_written=written,
            bytes_written=size_bytes,
            is_whole=read.draft.is_whole,
            allowed_losses=allowed_in(statement),
            removed=removed,
            seconds=time.monotonic() - began,
        )

    def wants_publishing(self, now: datetime) -> bool:
        """Whether something changed since the last publication, the day of a law included; quick, takes no lock."""
        last = self._last()
        with reading(self._engine) as connection:
            law, days = in_effect(connection, civil_day(now)), declared(connection)
            if law is None:
                return False
            if last is None or source.anything_changed(connection):
                return True
        return self._statements.is_outdated(last, law, days)

    def heartbeat(self, now: datetime) -> Heartbeat | None:
        """Sign "nothing changed" (心跳), and whatever else nears its end; None before the first publication."""
        with only_publisher(self._home.path, self._engine):
            current = self._settled(now)
            if current is None:
                return None
            if self._signatures.wants_signing(current, now):
                self._signatures.sign_again(Publication.from_bytes(current.statement), current, now)
            else:
                self._signatures.beat(current, now)
            self._removal.behind(now)
        return heartbeat_of(self._folder)

    def adopt_catalogue(
        self, document: bytes, by: str, confirmed_by: str, now: datetime, *, effective_on: date | None = None
    ) -> str:
        """Adopt the law in the names of two people (法律目录采用), signed by both.

        Args:
            document: The law, canonical bytes.
            by: Who adopts it.
            confirmed_by: The second person.
            now: The instant of adoption.
            effective_on: First day the law is published; the next publication carries it unless given.

        Returns:
            The digest that names this law.

        Raises:
            FourEyesError: Not two people with the right roles.
            LawError: The document is no usable law.
            InvalidActError: The day has passed.
            ConflictError: An edition with a later day waits already.
        """
        law = Catalogue.from_bytes(document)
        # Under the publisher's lock: nobody may be taken out of the trust root between the look at it and the signing.
        with only_publisher(self._home.path, self._engine), unit_of_work(self._engine, at=now) as work:
            day = effective_on or civil_day(now)
            editions.enter(work, law, document, by=by, confirmed_by=confirmed_by, effective_on=day)
            # Signed before the registry knows of it: an unused file may be left over, a law without signatures may not.
            self._signatures.adopt(document, (by, confirmed_by), now)
        return law.digest

    def _settled(self, now: datetime) -> Chain | None:
        """What is served, after serving what was committed but not served yet."""
        self._step("settle")
        current = believed(self._folder)
        last = self._last()
        if last is None or (current is not None and Publication.from_bytes(current.statement).serial >= last.serial):
            return current
        if self._folder.read_object(last.map_root) is None and last.subjects:
            with reading(self._engine) as connection, Spools(self._home.path) as spools:
                unchanged = spools.new(list[tree.Change])
                self._folder.write_objects(
                    builder.whole(connection, last.shape, last.subjects, unchanged, spools).objects
                )
        self._signatures.sign_again(last, current, now)
        return served(self._folder)

    def _last(self) -> Publication | None:
        with reading(self._engine) as connection:
            return publications.last_published(connection)

    def _read(
        self, connection: Connection, last: Publication | None, spools: Spools, today: date, *, is_held: bool
    ) -> _Read:
        self._step("read")
        law = in_effect(connection, today)
        if law is None:
            raise PublishingError(
                "没有已生效的法律目录，名单无法可依，未发布 / "
                "no law is in effect, and lists without law mean nothing, so nothing was published.",
                hint="先采纳法律目录：credit-gateway law adopt / Adopt one with that command.",
            )
        days = declared(connection)
        marked = spools.new(list[source.Mark])
        code = self._home.settings.canary
        # Both, should the code have changed; asking for a record that stayed the same changes nothing.
        former = canary.key_of(last.canary if last else code)
        wanted = source.wanted(connection, marked, PeriodLaw.load(connection, today), canary.key_of(code), former)
        self._step("build")
        draft = builder.drafted(connection, last, wanted, self._folder, spools, is_held=is_held)
        return _Read(law, days, marked, draft, source.ended_by_calendar(connection))

    def _stated(
        self, read: _Read, last: Publication | None, current: Chain | None, now: datetime, serial_above: int
    ) -> Publication:
        highest = max(last.serial if last else 0, Publication.from_bytes(current.statement).serial if current else 0)
        serial = max(highest, serial_above) + 1
        return self._statements.drafted(read.draft, read.law, read.declared, serial=serial, last=last, now=now)

    def _write(self, read: _Read, statement: Publication, last: Publication | None) -> tuple[int, int, Publication]:
        self._step("objects")
        self._folder.leave_accounts()
        written, size_bytes = self._folder.write_objects(read.draft.objects)
        self._step("pack")
        pack = self._packer.packed(
            read.draft.root,
            read.draft.shape,
            serial=statement.serial,
            subjects=read.draft.subjects,
            changed=len(read.draft.changes),
            last=last.pack if last else None,
        )
        return written, size_bytes, statement.model_copy(update={"pack": pack})

    def _forget(self, marked: Spool[source.Mark], now: datetime) -> None:
        """Clear subjects that were marked but whose published record stayed the same."""
        if len(marked):
            with unit_of_work(self._engine, at=now) as work:
                source.clear(work.connection, marked)


def publish(
    home: GatewayHome,
    now: datetime,
    *,
    engine: Engine | None = None,
    allow_shrink: Collection[str] = (),
    serial_above: int = 0,
) -> PublishReport:
    """Publish what changed, if anything did; see :meth:`Publisher.publish`."""
    own = engine or open_engine(home.database_url)
    try:
        return Publisher(home, own).publish(now, allow_shrink=allow_shrink, serial_above=serial_above)
    finally:
        if engine is None:
            own.dispose()
