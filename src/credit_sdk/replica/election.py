"""Which process syncs (同步进程推选): at most one on a host, and another as soon as that one ends.

The lock is a POSIX record lock: it belongs to a process, is not inherited by its children, and the kernel lets go of it
when the process ends, however it ends; the kernel also knows whose it is. For the same reason it keeps nobody of the
same process out, and is lost as soon as anybody in it closes the file. So within a process the elections agree among
themselves first; what they agree on is state of the module, as the lock is the process's.
"""

import fcntl
import os
import struct
import sys
import threading
import weakref
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from credit_sdk.errors import ReplicaError

LOCK_FILE = "sync.lock"

_IS_LINUX = sys.platform == "linux"
_FLOCK = struct.Struct("hhqqi" if _IS_LINUX else "qqihh")
"""What the kernel is asked with (``struct flock``), as Linux and as the BSDs lay it out."""


def holder(directory: Path | str) -> int | None:
    """The process that has the right to sync a replica, as the kernel knows it.

    Args:
        directory: The replica's directory.

    Returns:
        Its number; None when nobody has the right; 0 when it cannot be seen from here, as in another container.
    """
    return _locks.holder(Path(directory) / LOCK_FILE)


class SyncElection:
    """The right to sync one replica.

    Args:
        directory: The replica's directory.
    """

    def __init__(self, directory: Path | str) -> None:
        self.path = Path(directory) / LOCK_FILE

    @property
    def is_elected(self) -> bool:
        """Whether this election holds the right. In a child of the process that holds it, it does not."""
        return _locks.held_by(self) is not None

    def stand(self) -> bool:
        """Take the right if nobody has it; True if this election has it now.

        Raises:
            ReplicaError: The lock file cannot be written.
        """
        return _locks.take(self)

    def withdraw(self) -> None:
        """Give the right up; in a child, nothing of the parent's."""
        _locks.let_go(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.withdraw()


@dataclass(slots=True)
class _Held:
    """A lock this process holds, and for which election; none, once that one was forgotten."""

    file: int
    owner: weakref.ref[SyncElection]


class _Locks:
    """The locks this process holds, by device and number of the directory."""

    def __init__(self) -> None:
        self._agreeing = threading.Lock()
        self._held: dict[tuple[int, int], _Held] = {}

    def held_by(self, election: SyncElection) -> tuple[int, int] | None:
        """The directory an election holds."""
        return next((place for place, held in list(self._held.items()) if held.owner() is election), None)

    def take(self, election: SyncElection) -> bool:
        with self._agreeing:
            if self.held_by(election) is not None:
                return True
            try:
                found = election.path.parent.stat()
                held = self._held.get(place := (found.st_dev, found.st_ino))
                if held is None:
                    file = os.open(election.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
                    if not _locked(file, election.path):
                        return False
                    self._held[place] = _Held(file, weakref.ref(election))
                    return True
            except OSError as error:
                raise ReplicaError(
                    f"{election.path} cannot be written ({error.strerror}), so it cannot be agreed who syncs.",
                    hint="Let the account that runs this write the directory.",
                ) from error
            if held.owner() is None:
                held.owner = weakref.ref(election)
            return held.owner() is election

    def let_go(self, election: SyncElection) -> None:
        with self._agreeing:
            place = self.held_by(election)
            if place is not None:
                os.close(self._held.pop(place).file)

    def holder(self, path: Path) -> int | None:
        with self._agreeing:
            try:
                found = path.parent.stat()
                if (found.st_dev, found.st_ino) in self._held:
                    return os.getpid()  # not asked: closing the file would let go of the lock
                file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                return None
            try:
                return _holder(file)
            finally:
                os.close(file)

    def forget_in_child(self) -> None:
        """After a fork: the locks are the parent's; closing the files here does not let go of them."""
        self._agreeing = threading.Lock()
        for held in self._held.values():
            os.close(held.file)
        self._held = {}


_locks = _Locks()
os.register_at_fork(after_in_child=_locks.forget_in_child)


def _holder(file: int) -> int | None:
    fields = (fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0) if _IS_LINUX else (0, 0, 0, fcntl.F_WRLCK, os.SEEK_SET)
    try:
        answer = _FLOCK.unpack(fcntl.fcntl(file, fcntl.F_GETLK, _FLOCK.pack(*fields)))
    except OSError:
        return None  # a file system that keeps no locks
    kind, process = (answer[0], answer[4]) if _IS_LINUX else (answer[3], answer[2])
    return None if kind == fcntl.F_UNLCK else max(0, process)


def _locked(file: int, path: Path) -> bool:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return False
    except OSError as error:
        os.close(file)
        raise ReplicaError(
            f"{path} cannot be locked ({error.strerror}), so it cannot be agreed who syncs.",
            hint="Keep the replica on a local disk.",
        ) from error
    return True
