"""One state of a replica's file for reading (快照): it stays as it is, whatever is taken over meanwhile."""

from collections.abc import Callable
from typing import NoReturn, Protocol

import lmdb

from credit_sdk.errors import ReplicaError


class Keeper(Protocol):
    """The environment a snapshot is taken of."""

    is_awaited: bool

    def begin(self, snapshot: "Snapshot") -> int:
        """Give a snapshot everything as it stands now; the number of that state."""
        ...

    def ended(self) -> None:
        """A snapshot was closed while somebody waits for that."""
        ...

    def gone(self, number: int) -> None:
        """A snapshot is no more."""
        ...

    def unusable(self, error: lmdb.Error) -> ReplicaError:
        """What an error of LMDB means to the host."""
        ...


class Snapshot:
    """One consistent state for reading; close it when done. Closed, it may begin again, with the state of then.

    Its environment begins it, by saying what it reads by; it closes itself.

    Attributes:
        keeper: The environment.
        owner: For whom it was taken.
        is_begun: Whether it reads, or is about to; the file is neither moved nor closed meanwhile.
        thread: Which thread began it.
        reads_by: The read transaction, None where it is closed; ask for :attr:`transaction`.
        record: The value at a key of :mod:`credit_sdk.replica.layout`, or None; LMDB's own function.
    """

    __slots__ = ("__weakref__", "is_begun", "keeper", "owner", "reads_by", "record", "thread")

    def __init__(self, keeper: Keeper, owner: object) -> None:
        self.keeper = keeper
        self.owner = owner
        self.is_begun = False
        self.thread = 0
        self.reads_by: lmdb.Transaction[bytes] | None = None
        self.record: Callable[[bytes], bytes | None] = _no_longer

    @property
    def transaction(self) -> "lmdb.Transaction[bytes]":
        """The read transaction.

        Raises:
            ReplicaError: The snapshot was closed, or belongs to the parent of a fork.
        """
        if self.reads_by is None:
            raise _view_closed()
        return self.reads_by

    def meta(self, key: bytes) -> bytes | None:
        """A note about the publication.

        Raises:
            ReplicaError: The snapshot was closed, or the file cannot be read.
        """
        try:
            return self.record(key)
        except lmdb.Error as error:
            raise self.unusable(error) from error

    def unusable(self, error: lmdb.Error) -> ReplicaError:
        """What an error of LMDB while reading means to the host."""
        return self.keeper.unusable(error)

    def close(self) -> None:
        """End it; may be repeated."""
        transaction, self.reads_by = self.reads_by, None
        if transaction is not None:
            self.record = _no_longer
            transaction.abort()
            self.is_begun = False
            if self.keeper.is_awaited:
                self.keeper.ended()

    def forget(self) -> None:
        """Drop the parent's transaction without ending it."""
        self.reads_by = None
        self.record = _no_longer
        self.is_begun = False

    def __del__(self) -> None:
        self.close()
        self.keeper.gone(id(self))


def _view_closed() -> ReplicaError:
    return ReplicaError(
        "The view was closed, or was opened before a fork, so nothing can be read through it.",
        hint="Open a view where it is used.",
    )


def _no_longer(key: bytes) -> NoReturn:
    raise _view_closed()
