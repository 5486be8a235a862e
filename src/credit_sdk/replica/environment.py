"""The memory-mapped file (内存映射文件) below a replica: LMDB, with forks and growth taken care of.

Readers never wait: a read transaction is a snapshot, also while a publication is being taken over.

**Fork.** An LMDB environment must not be used across a fork. In the child every handle is dropped without being
closed, because closing would release what belongs to the parent, and the file is opened anew at first use. No
ended transactions are kept for reuse, for parent and child would then share their places in the table of readers.
Where something in the child still holds the parent's environment, a fork inside a takeover for example, LMDB
allows no second one: the child then reads through it and leaves writing to other processes.

**One a process.** Nor does LMDB allow a second environment of the same file beside the first: whoever opens a replica
gets a handle to the one there is (:mod:`credit_sdk.replica.handles`).

**Growth.** Enlarging the map moves it, so it waits until no snapshot of this process is open, and new ones wait for it.
"""

import logging
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import lmdb

from credit_sdk.errors import ReplicaDamagedError, ReplicaError, ReplicaMissingError
from credit_sdk.replica.file_identity import FileIdentity, identity
from credit_sdk.replica.snapshot import Snapshot

DEFAULT_MAP_BYTES = 16 * 1024**3
"""Address space, not disk: the file grows with what is stored."""

MAX_READERS = 1024
_GROWTH_WAIT_S = 60.0
_CLOSE_WAIT_S = 5.0

_logger = logging.getLogger("credit_sdk")


class Environment:
    """One replica's file, usable from any thread; after a fork, once :meth:`forget` was called in the child.

    Attributes:
        file: Which file it is; stays, also where another takes its place in the directory.
        is_awaited: Whether somebody waits for snapshots to end.

    Args:
        directory: Folder of the LMDB files.
        map_bytes: Size of the map to begin with.
        create: Make the file if there is none.
    """

    def __init__(self, directory: Path, *, map_bytes: int = DEFAULT_MAP_BYTES, create: bool = False) -> None:
        self.directory = directory
        self._map_bytes = map_bytes
        self._snapshots: dict[int, weakref.ref[Snapshot]] = {}
        self._inherited: weakref.ref[lmdb.Environment] | None = None
        self._is_growing = False
        self.is_awaited = False
        self._awaiting = 0
        self._is_closed = False
        self._changing = threading.Condition()
        self._writing = threading.Lock()
        self.file: FileIdentity | None = None
        self._handle: lmdb.Environment | None = self._opened(create=create)
        self.file = identity(directory)

    @property
    def is_writable(self) -> bool:
        """False in a child that reads through an inherited handle."""
        return self._inherited is None or self._inherited() is not self._live()

    def snapshot(self, owner: object) -> Snapshot:
        """A snapshot, not begun yet.

        Args:
            owner: For whom; see :meth:`end_snapshots`.
        """
        snapshot = Snapshot(self, owner)
        self._snapshots[id(snapshot)] = weakref.ref(snapshot)
        return snapshot

    def begin(self, snapshot: Snapshot) -> int:
        """Give a snapshot everything as it stands now; the number of that state, raised by every write of the file.

        Raises:
            ReplicaError: Closed, or no reader is free.
        """
        while True:
            # Said first and asked second: growth asks in the opposite order, so one of the two sees the other.
            snapshot.is_begun = True
            if not self._is_growing:
                try:
                    transaction = (self._handle or self._live()).begin()
                except lmdb.MapResizedError:
                    snapshot.is_begun = False
                    self.grow(follow=True)
                    continue
                except lmdb.Error as error:
                    snapshot.is_begun = False
                    raise self.unusable(error) from error
                except BaseException:
                    snapshot.is_begun = False
                    raise
                snapshot.thread = threading.get_ident()
                snapshot.reads_by = transaction
                snapshot.record = transaction.get
                return transaction.id()
            snapshot.is_begun = False
            with self._changing:
                self._changing.notify_all()
                self._changing.wait_for(lambda: not self._is_growing, _GROWTH_WAIT_S)

    @contextmanager
    def writing(self) -> Iterator["lmdb.Transaction[bytes]"]:
        """One write transaction, committed at the end or given up whole.

        Raises:
            ReplicaError: It cannot be written here.
            lmdb.MapFullError: The map is too small; grow it and write again.
        """
        self._live()
        if not self.is_writable:
            raise ReplicaError(
                "This process was forked inside a takeover; it reads, but another must sync.",
                hint="Nothing is lost: any process that opened the replica itself takes over the sync.",
            )
        try:
            # Growth replaces the handle while it holds the lock, so the handle is looked up behind it.
            with self._writing, self._live().begin(write=True, buffers=False) as transaction:
                yield transaction
        except (lmdb.MapFullError, lmdb.MapResizedError):
            raise
        except lmdb.Error as error:
            raise ReplicaError(
                f"The replica in {self.directory} cannot be written ({error}); the last good publication stays in use.",
                hint="Make room on the disk and let the account that runs this write there.",
            ) from error

    def grow(self, *, follow: bool = False) -> None:
        """Double the map.

        Args:
            follow: Only follow another process that enlarged it.

        Raises:
            ReplicaError: Snapshots of this process stayed open.
        """
        with self._writing, self._changing:
            self._is_growing = True
            try:
                if not self._all_ended(_GROWTH_WAIT_S):
                    raise ReplicaError(
                        f"The replica in {self.directory} must grow, but a view stayed open over {_GROWTH_WAIT_S:g} s.",
                        hint="Close views and batches when they are done.",
                    )
                handle, self._handle = self._live(), None
                # Opened anew, the map is at least as large as the file says: what another process enlarged is followed.
                held = handle.info()["map_size"]
                self._map_bytes = held if follow else 2 * held
                handle.close()
                self._handle = self._opened(create=False)
            finally:
                self._is_growing = False
                self._changing.notify_all()

    def close(self) -> bool:
        """Let go of the file; other processes are not concerned.

        Returns:
            False where a thread still reads or writes: then the file stays open until nobody does.
        """
        # Taken away first and asked second: who begins asks in the opposite order, so one of the two sees the other.
        self._is_closed = True
        handle, self._handle = self._handle, None
        if self._begun() or self._writing.locked():
            self._is_closed, self._handle = False, handle
            return False
        if handle is not None and handle is not self._inherited_environment():
            handle.close()
        return True

    def end_snapshots(self, owner: object) -> None:
        """End the snapshots taken for ``owner``: those of this thread at once, others when their thread has looked.

        A snapshot in the midst of a look must not be taken from under it: LMDB reads without the interpreter's lock.
        """
        mine = threading.get_ident()
        for snapshot in self._begun():
            if snapshot.owner is owner and snapshot.thread == mine:
                snapshot.close()
        with self._changing:
            if not self._all_ended(_CLOSE_WAIT_S, owner):
                _logger.warning("A view of the replica in %s was still open when it was closed.", self.directory)

    def ended(self) -> None:
        """A snapshot was closed while somebody waits for that."""
        with self._changing:
            self._changing.notify_all()

    def gone(self, number: int) -> None:
        """A snapshot is no more."""
        self._snapshots.pop(number, None)

    def unusable(self, error: lmdb.Error) -> ReplicaError:
        """What an error of LMDB means to the host."""
        if isinstance(error, lmdb.ReadersFullError):
            return ReplicaError(
                f"More than {MAX_READERS} views of the replica in {self.directory} are open at once.",
                hint="Close views when they are done.",
            )
        if isinstance(
            error, lmdb.CorruptedError | lmdb.InvalidError | lmdb.PageNotFoundError | lmdb.VersionMismatchError
        ):
            return ReplicaDamagedError(
                f"The replica in {self.directory} is damaged ({error}); nothing is answered from it.",
                hint="Move the folder aside and run `credit sync`; everything is fetched anew.",
            )
        return ReplicaError(
            f"The replica in {self.directory} cannot be read ({error}).",
            hint="Let the account that runs this read and write the folder, and check the disk.",
        )

    def _all_ended(self, wait_s: float, owner: object = None) -> bool:
        """Wait until no snapshot is open, or none of an owner's; asked with the condition held."""

        def over() -> bool:
            return not [snapshot for snapshot in self._begun() if owner is None or snapshot.owner is owner]

        self._awaiting += 1
        self.is_awaited = True
        try:
            return self._changing.wait_for(over, wait_s)
        finally:
            self._awaiting -= 1
            self.is_awaited = self._awaiting > 0

    def _begun(self) -> list[Snapshot]:
        found = [reference() for reference in list(self._snapshots.values())]
        return [snapshot for snapshot in found if snapshot is not None and snapshot.is_begun]

    def _live(self) -> lmdb.Environment:
        handle = self._handle
        if handle is not None:
            return handle
        with self._changing:
            if self._is_closed:
                raise closed()
            if self._handle is None:
                self._handle = self._opened(create=False)
            return self._handle

    def _opened(self, *, create: bool) -> lmdb.Environment:
        if not create and not (self.directory / "data.mdb").exists():
            raise ReplicaMissingError(
                f"There is no replica in {self.directory.parent}.", hint="Set it up with `credit init`."
            )
        if self.file is not None and identity(self.directory) != self.file:
            raise ReplicaError(
                f"The replica in {self.directory.parent} was replaced by another while this process had it open.",
                hint="Open it again.",
            )
        try:
            environment = self._inherited_environment() or lmdb.open(
                str(self.directory),
                map_size=self._map_bytes,
                max_readers=MAX_READERS,
                max_spare_txns=0,
                create=create,
            )
            # A killed reader would keep old pages in the file for ever.
            environment.reader_check()
            return environment
        except lmdb.Error as error:
            raise self.unusable(error) from error

    def _inherited_environment(self) -> lmdb.Environment | None:
        return self._inherited() if self._inherited is not None else None

    def forget(self) -> None:
        """In the child of a fork: drop every handle of the parent without closing it."""
        self._changing = threading.Condition()
        self._writing = threading.Lock()
        self._is_growing = False
        self.is_awaited = False
        self._awaiting = 0
        for snapshot in self._begun():
            snapshot.forget()
        handle, self._handle = self._handle, None
        if handle is not None:
            self._inherited = weakref.ref(handle)


def closed() -> ReplicaError:
    """The error for a replica that was closed in this process."""
    return ReplicaError("The replica was closed.", hint="Open it again.")
