"""A view of the replica (副本视图): one serial, for as long as it is looked at, whatever is taken over meanwhile."""

from types import TracebackType
from typing import Self

import lmdb

from credit_sdk.errors import IntegrityError
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.subject import Subject
from credit_sdk.publication import records
from credit_sdk.replica.activated import Activated
from credit_sdk.replica.layout import RECORD
from credit_sdk.replica.notes import damaged
from credit_sdk.replica.snapshot import Snapshot


class ReplicaView:
    """One consistent state of lists and law; close it, or use it in ``with``. Not for other threads or processes.

    Attributes:
        state: Lists and law but the records.
        publication: The statement, None for an empty replica.
    """

    __slots__ = ("publication", "snapshot", "state")

    def __init__(self, snapshot: Snapshot, held: Activated) -> None:
        self.snapshot = snapshot
        self.publication = held.publication
        self.state = held.state

    def record(self, subject: Subject) -> SubjectRecord | None:
        """What is published about ``subject``; nothing about a masked number, which is nobody's.

        Raises:
            ReplicaDamagedError: What is stored cannot be read.
            ReplicaError: The view was closed.
        """
        if subject.is_masked:
            return None
        try:
            value = self.snapshot.record(RECORD + subject.key)
            return None if value is None else records.decode(value)
        except IntegrityError as error:
            raise damaged("a record cannot be read") from error
        except lmdb.Error as error:
            raise damaged(f"its file cannot be read ({error})") from error

    def close(self) -> None:
        """Let go of the state; may be repeated."""
        self.snapshot.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.snapshot.close()
