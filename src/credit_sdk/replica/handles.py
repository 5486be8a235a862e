"""Who has a replica open in this process (句柄): any number of openers, one memory-mapped file below them.

LMDB allows one environment of a file in a process: a second one would share the first one's locks and let go of them
when closed. Yet app factories, reloaders and test suites open a directory as often as they like, and know nothing of
one another. So whoever opens gets a handle; a file that is open already is shared; closing a handle is a matter of its
owner alone; and the last one lets go of the file. What is shared is the *file*, by device and number: a directory that
was deleted and made anew is another replica, and another way to the same directory is not.

This room keeps state of the module, which nothing else here does. The limit is the process's, so what stands against it
must be known once for the process: state held by any object would be unknown to the next.
"""

import os
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import lmdb

from credit_sdk.replica.environment import DEFAULT_MAP_BYTES, Environment, closed
from credit_sdk.replica.file_identity import FileIdentity, identity
from credit_sdk.replica.snapshot import Snapshot

T = TypeVar("T")


class Handle:
    """One opener's share of an environment; made by :func:`opened`."""

    def __init__(self, environment: Environment) -> None:
        self._environment: Environment | None = environment

    def snapshot(self) -> Snapshot:
        """A snapshot, not begun yet.

        Raises:
            ReplicaError: The handle was closed.
        """
        environment = self._environment
        if environment is None:
            raise closed()
        return environment.snapshot(self)

    def begin(self, snapshot: Snapshot) -> None:
        """Give a snapshot everything as it stands now; see :meth:`Environment.begin`."""
        environment = self._environment
        if environment is None:
            raise closed()
        environment.begin(snapshot)
        if self._environment is None:  # closed by another thread, just now
            snapshot.close()
            raise closed()

    def write(self, work: Callable[["lmdb.Transaction[bytes]"], T]) -> T:
        """Do ``work`` in one write transaction: committed at its end, given up whole if it raises.

        It is done again, from the start, where the file had to grow first.

        Raises:
            ReplicaError: It cannot be written here.
        """
        environment = self._environment
        if environment is None:
            raise closed()
        while True:
            try:
                with environment.writing() as transaction:
                    return work(transaction)
            except lmdb.MapFullError:
                environment.grow()
            except lmdb.MapResizedError:
                environment.grow(follow=True)

    def close(self) -> None:
        """End the snapshots of this handle, and let go of the file if it was the last; may be repeated."""
        environment, self._environment = self._environment, None
        if environment is not None:
            environment.end_snapshots(self)
            _open.leave(self, environment)


class _Environments:
    """The environments of this process and who has them open."""

    def __init__(self) -> None:
        self._changing = threading.Lock()
        # Weak: whoever forgets to close keeps nothing open that nobody can reach.
        self._by_file: weakref.WeakValueDictionary[FileIdentity, Environment] = weakref.WeakValueDictionary()
        self._handles: weakref.WeakKeyDictionary[Environment, weakref.WeakSet[Handle]] = weakref.WeakKeyDictionary()

    def join(self, directory: Path, map_bytes: int, *, create: bool) -> Handle:
        with self._changing:
            file = identity(directory)
            environment = self._by_file.get(file) if file is not None else None
            if environment is None:
                environment = Environment(directory, map_bytes=map_bytes, create=create)
                self._handles[environment] = weakref.WeakSet()
                if environment.file is not None:
                    self._by_file[environment.file] = environment
            environment.directory = directory  # a way that leads there now, should the one before be gone
            handle = Handle(environment)
            self._handles[environment].add(handle)
            return handle

    def leave(self, handle: Handle, environment: Environment) -> None:
        with self._changing:
            remaining = self._handles.get(environment)
            if remaining is None:
                return
            remaining.discard(handle)
            # Where a thread still reads it stays known: whoever opens the file next shares it.
            if not remaining and environment.close():
                del self._handles[environment]
                if environment.file is not None:
                    self._by_file.pop(environment.file, None)

    def forget_in_child(self) -> None:
        """After a fork: another thread of the parent may have held the lock, and no handle of LMDB may be used."""
        self._changing = threading.Lock()
        for environment in list(self._handles):
            environment.forget()


_open = _Environments()
os.register_at_fork(after_in_child=_open.forget_in_child)


def opened(directory: Path, *, map_bytes: int = DEFAULT_MAP_BYTES, create: bool = False) -> Handle:
    """A handle to the file in ``directory``.

    Args:
        directory: Folder of the LMDB files.
        map_bytes: Size of the map to begin with, if it is not open yet.
        create: Make the file if there is none.

    Raises:
        ReplicaMissingError: There is none.
        ReplicaError: It cannot be opened.
    """
    return _open.join(directory, map_bytes, create=create)
