"""Removing what is superseded (清理已被取代的文件), such that nobody who syncs fares worse than by syncing again.

1. A publication enters what it supersedes into the register (:mod:`gateway.publishing.superseded`) with the commit that
   makes it the last one, and takes out what it needs anew. A file's age begins there and hangs on no file time.
2. A file is removed once it has stood there for ``superseded_kept_days``. Nobody believes a timestamp longer than a
   day; whoever began to sync with one that still held has the rest of that time to finish.
3. Nothing is removed while the publication that is served is not the one the registry committed last: a registry that
   was set back knows nothing of what is served.
4. Nothing is removed while there may be files that the register does not know: after a publisher was interrupted, a map
   was built whole or files were signed again, the whole folder is held once against what is served.
5. Files go first, their rows afterwards, a portion at a time: a stop in between leaves rows without a file.

Everything here runs under the publisher's lock. Trust roots, the law and its signatures are of no kind that goes.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from credit_sdk.errors import CreditError
from credit_sdk.publication.statement import Publication
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import ConflictError
from gateway.publishing import publications, superseded
from gateway.publishing.chain import Chain, served
from gateway.publishing.files import Folder
from gateway.publishing.lock import only_publisher
from gateway.publishing.reach import may_go, reached
from gateway.publishing.steps import Observer, unobserved
from gateway.settings import GatewayHome

FILES_A_TURN = 2_000
"""Removed at most behind one publication or heartbeat, so that no change waits long for the lock."""
_FILES_A_PORTION = 500

_log = logging.getLogger("gateway.publishing")


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed, or would be (清理结果).

    Attributes:
        files / size_bytes: How many files, and their bytes.
        rows: Rows that left the register; more than files where some were gone already.
    """

    files: int = 0
    size_bytes: int = 0
    rows: int = 0

    def __add__(self, other: "Removed") -> "Removed":
        return Removed(self.files + other.files, self.size_bytes + other.size_bytes, self.rows + other.rows)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a look at the superseded files finds, or what is left when some were removed (清理预览).

    Attributes:
        removed: What was removed, or would be.
        waiting: Superseded files that stay for now.
    """

    removed: Removed
    waiting: int


class Removal:
    """Removes what one gateway's publications have superseded; whoever calls holds the publisher's lock.

    Args:
        engine: The registry.
        folder: The distribution.
        kept_days: How long a superseded file is kept.
        watch: Told the name of each step before it begins.
    """

    def __init__(self, engine: Engine, folder: Folder, *, kept_days: int, watch: Observer = unobserved) -> None:
        self._engine = engine
        self._folder = folder
        self._kept = timedelta(days=kept_days)
        self._step = watch

    def turn(self, now: datetime, limit: int = FILES_A_TURN) -> Removed:
        """Remove what may go by now, ``limit`` files at most.

        Raises:
            ConflictError: What is served is not what the registry published last; nothing was removed.
            IntegrityError: An object of the map that is served is missing or damaged; nothing was removed.
        """
        is_accounted = self._folder.is_accounted
        due = self._due(now, limit) if is_accounted else []
        if is_accounted and not due:
            return Removed()
        current = self._current()
        if current is None:
            return Removed()
        if not is_accounted:
            self._step("account")
            living = reached(self._folder, current)
            with unit_of_work(self._engine, at=now) as work:
                superseded.found(work.connection, self._unreached(living), living, now)
            self._folder.settle_accounts()
            due = self._due(now, limit)
        self._step("remove")
        removed = Removed()
        for start in range(0, len(due), _FILES_A_PORTION):
            removed += self._removed(due[start : start + _FILES_A_PORTION], now)
        if removed.files:
            _log.info("removed %d superseded files of %d bytes", removed.files, removed.size_bytes)
        return removed

    def behind(self, now: datetime) -> Removed:
        """The same behind a publication, which stands whatever comes of it: what fails is said and tried again."""
        try:
            return self.turn(now)
        except CreditError as error:
            _log.error("superseded files were not removed: %s", error.line)
        except (DBAPIError, OSError) as error:
            _log.error("superseded files were not removed: %s", error)
        return Removed()

    def trial(self, now: datetime) -> "Outlook":
        """What would be removed now; changes nothing.

        Raises:
            ConflictError: What is served is not what the registry published last.
            IntegrityError: An object of the map that is served is missing or damaged.
        """
        current = self._current()
        if current is None:
            return Outlook(Removed(), 0)
        here = self._unreached(reached(self._folder, current))
        sizes = [self._folder.size_bytes(path) or 0 for path in here & set(self._due(now))]
        return Outlook(Removed(len(sizes), sum(sizes)), len(here) - len(sizes))

    def require_accounts(self) -> None:
        """Have the next turn hold the whole folder against what is served."""
        self._folder.leave_accounts()

    def waiting(self) -> int:
        """How many files are superseded and stay for now."""
        with reading(self._engine) as connection:
            return superseded.number(connection)

    def _current(self) -> Chain | None:
        """What is served, if the registry published it last; None before the first publication."""
        current = served(self._folder)
        with reading(self._engine) as connection:
            last = publications.last_published(connection)
        if last is None and current is None:
            return None
        if last is None or current is None or Publication.from_bytes(current.statement) != last:
            raise ConflictError(
                "所发布的内容不是登记库最近一次的发布，未清理任何文件 / "
                "what is served is not what the registry published last, so nothing was removed.",
                hint="请先发布：credit-gateway publish HOME / Publish first.",
            )
        return current

    def _unreached(self, living: set[str]) -> set[str]:
        return {path for path in self._folder.paths() if may_go(path) and path not in living}

    def _due(self, now: datetime, limit: int | None = None) -> list[str]:
        with reading(self._engine) as connection:
            return superseded.due(connection, now - self._kept, limit)

    def _removed(self, paths: list[str], now: datetime) -> Removed:
        # The register may come from a backup that somebody else wrote: what it names is looked at before it goes.
        sizes = [size for path in paths if may_go(path) and (size := self._folder.remove(path)) is not None]
        self._step("forget")
        with unit_of_work(self._engine, at=now) as work:
            superseded.forget(work.connection, paths)
        return Removed(len(sizes), sum(sizes), len(paths))


def prune(home: GatewayHome, engine: Engine, now: datetime, *, is_trial: bool = False) -> Outlook:
    """Hold the whole folder against what is served, and remove all that may go by now (清理).

    Args:
        home: The gateway's folder.
        engine: Its registry.
        now: The instant up to which ages are counted.
        is_trial: Whether only to look.

    Raises:
        PublisherBusyError: Another process is publishing.
        ConflictError: What is served is not what the registry published last; nothing was removed.
        IntegrityError: An object of the map that is served is missing or damaged; nothing was removed.
    """
    removal = Removal(engine, Folder(home.distribution), kept_days=home.settings.superseded_kept_days)
    with only_publisher(home.path, engine):
        if is_trial:
            return removal.trial(now)
        removal.require_accounts()
        removed = turn = removal.turn(now)
    while turn.rows:
        # The lock is let go between the turns: what changes meanwhile is published.
        with only_publisher(home.path, engine):
            turn = removal.turn(now)
        removed += turn
    return Outlook(removed, removal.waiting())
