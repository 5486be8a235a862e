"""The replica's store (副本存储): one publication, complete and verified, activated in one step.

Lists, law, statement and counts change in one transaction, after what was *stored* was hashed again and gave the
signed root. Whatever fails before leaves the last good publication as it was.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

import lmdb

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.errors import IntegrityError, ReplicaError, ReplicaMissingError
from credit_sdk.model.subject import Subject
from credit_sdk.publication import records, tree
from credit_sdk.publication.statement import Publication
from credit_sdk.publication.succession import require_successor
from credit_sdk.replica import layout, notes
from credit_sdk.replica.activated import Activations
from credit_sdk.replica.environment import DEFAULT_MAP_BYTES
from credit_sdk.replica.handles import Handle, opened
from credit_sdk.replica.rules import Contact, require_as_signed
from credit_sdk.replica.snapshot import Snapshot
from credit_sdk.replica.stored import StoredMap
from credit_sdk.replica.view import ReplicaView

REPLICA_FOLDER = "replica"

_LENT_VIEWS = 64
"""Views kept for the next look; more threads than that make some anew."""

Differences = Callable[[tree.LocalMap], Iterable[tree.Difference]]
"""Given the map held, what is to be taken over. Asked again, from the start, if the file had to grow meanwhile."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a complete verification counted."""

    subjects: int
    entries: int
    canary_found: bool


class Replica:
    """The replica in a directory; one object serves all threads, and children after a fork.

    A process may open a directory more than once: the file below is shared, closing is each object's own.
    """

    def __init__(self, directory: Path, handle: Handle) -> None:
        self.directory = directory
        self._handle = handle
        self._activations = Activations()
        self._is_closed = False
        self._lent: deque[ReplicaView] = deque(maxlen=_LENT_VIEWS)

    @classmethod
    def create(cls, directory: Path | str, *, map_bytes: int = DEFAULT_MAP_BYTES) -> Self:
        """Set up an empty replica, or open the one that is there.

        Raises:
            ReplicaError: The directory cannot be written.
        """
        folder = Path(directory) / REPLICA_FOLDER
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ReplicaError(
                f"The folder {folder} cannot be made ({error.strerror}).",
                hint="Name a directory that the account that runs this may write.",
            ) from error
        handle = opened(folder, map_bytes=map_bytes, create=True)
        try:
            with closing(handle.snapshot()) as snapshot:
                handle.begin(snapshot)
                is_new = snapshot.meta(layout.FORMAT) is None
            if is_new:
                handle.write(lambda transaction: transaction.put(layout.FORMAT, notes.FORMAT))
        except BaseException:
            handle.close()
            raise
        return cls._checked(Path(directory), handle)

    @classmethod
    def open(cls, directory: Path | str, *, map_bytes: int = DEFAULT_MAP_BYTES) -> Self:
        """Open the replica in a directory and check that its parts belong together.

        Raises:
            ReplicaMissingError: There is none.
            ReplicaDamagedError: Statement, law and map do not belong together.
        """
        return cls._checked(Path(directory), opened(Path(directory) / REPLICA_FOLDER, map_bytes=map_bytes))

    @classmethod
    def _checked(cls, directory: Path, handle: Handle) -> Self:
        replica = cls(directory, handle)
        try:
            replica._check()
        except BaseException:
            handle.close()
            raise
        return replica

    @property
    def publication(self) -> Publication | None:
        """The publication held, None for an empty replica."""
        with self.view() as view:
            return view.publication

    @property
    def contact(self) -> Contact | None:
        """The last verified contact, None before the first."""
        with self._reading() as snapshot:
            return self._activations.of(snapshot).contact

    def view(self) -> ReplicaView:
        """The state as it stands now; close it when done.

        Raises:
            ReplicaError: Closed, damaged, or too many views are open.
        """
        snapshot = self._begun()
        try:
            return ReplicaView(snapshot, self._activations.of(snapshot))
        except BaseException:
            snapshot.close()
            raise

    def borrow(self) -> ReplicaView:
        """The same for one look: to be given back by :meth:`give_back`, and used again for another look after that.

        Raises:
            ReplicaError: Closed, damaged, or too many views are open.
        """
        try:
            view = self._lent.pop()
        except IndexError:
            return self.view()
        snapshot = view.snapshot
        try:
            number = snapshot.keeper.begin(snapshot)
            seen, held = self._activations.current
            if seen != number:
                held = self._activations.of(snapshot)
        except BaseException:
            snapshot.close()
            raise
        view.publication = held.publication
        view.state = held.state
        return view

    def give_back(self, view: ReplicaView) -> None:
        """End a look; whoever borrowed the view does not use it any more."""
        view.snapshot.close()
        if not self._is_closed:
            self._lent.append(view)

    def apply(
        self, offered: Publication, catalogue: bytes, contact: Contact, differences: Differences, *, anew: bool = False
    ) -> int:
        """Take over a publication whose signatures were verified, whole or not at all.

        Args:
            offered: The statement.
            catalogue: The law it names.
            contact: Noted in the same step.
            differences: What is to be taken over, read while the transaction is open.
            anew: Whether to believe nothing of the map that is held, because it is damaged.

        Returns:
            Number of records that changed.

        Raises:
            PublicationRefusedError: It must not follow what is held, or is not what was signed.
            LawError: The law cannot be used.
            ReplicaError: It cannot be written.
        """
        if sha256(catalogue).hexdigest() != offered.catalogue.digest:
            raise IntegrityError(f"The law that came is not the one publication {offered.serial} names.")
        Catalogue.from_bytes(catalogue)

        def take_over(transaction: "lmdb.Transaction[bytes]") -> int:
            stored = _stored_for(offered, contact, transaction)
            if anew:
                stored.clear()
            for difference in differences(stored):
                stored.take(difference)
            require_as_signed(offered, stored.root(), stored.counts.subjects, stored.counts.entries)
            activation, _ = notes.decode_state(transaction.get(layout.STATE))
            transaction.put(layout.STATE, notes.encode_state(activation + 1, contact))
            transaction.put(layout.PUBLICATION, offered.to_bytes())
            transaction.put(layout.CATALOGUE, catalogue)
            transaction.put(layout.COUNTS, notes.encode_counts(stored.counts))
            return stored.changed

        return self._handle.write(take_over)

    def note_contact(self, contact: Contact) -> None:
        """Note a verified contact that brought nothing new.

        Raises:
            ReplicaError: It cannot be written.
        """
        if self.contact == contact:
            return

        def note(transaction: "lmdb.Transaction[bytes]") -> None:
            activation, _ = notes.decode_state(transaction.get(layout.STATE))
            transaction.put(layout.STATE, notes.encode_state(activation, contact))

        self._handle.write(note)

    def verify(self) -> Verified:
        """Hash and read everything that is stored; takes a second or two for each million records.

        Raises:
            ReplicaDamagedError: Something is not what was signed.
        """
        with self._reading() as snapshot:
            publication = self._activations.of(snapshot).publication
            if publication is None:
                return Verified(0, 0, canary_found=False)
            stored, counts = StoredMap(snapshot.transaction), notes.Counts()
            try:
                for _, value in stored.all_records():
                    counts.subjects += 1
                    counts.entries.update(records.require_all_canonical([value]))
                require_as_signed(publication, stored.root(thorough=True), counts.subjects, counts.entries)
            except IntegrityError as error:
                raise notes.damaged(str(error).rstrip(".")) from error
            canary = snapshot.record(layout.RECORD + Subject.parse(publication.canary).key)
            return Verified(counts.subjects, counts.entries.total(), canary_found=canary is not None)

    def close(self) -> None:
        """Let go of this object's handle; nobody else is concerned, in this process or another."""
        self._is_closed = True
        self._lent.clear()
        self._handle.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[Snapshot]:
        snapshot = self._begun()
        try:
            yield snapshot
        finally:
            snapshot.close()

    def _begun(self) -> Snapshot:
        snapshot = self._handle.snapshot()
        self._handle.begin(snapshot)
        return snapshot

    def _check(self) -> None:
        with self._reading() as snapshot:
            found = snapshot.meta(layout.FORMAT)
            if found is None:
                raise ReplicaMissingError(
                    f"There is no replica in {self.directory}.", hint="Set it up with `credit init`."
                )
            if found != notes.FORMAT:
                raise ReplicaError(
                    f"The replica in {self.directory} has the format {found[:40]!r}, which this version cannot read.",
                    hint="Use the version that wrote it, or set up a new directory.",
                )
            publication = self._activations.of(snapshot).publication
            if publication is None:
                return
            counts = notes.decode_counts(snapshot.meta(layout.COUNTS))
            try:
                require_as_signed(publication, StoredMap(snapshot.transaction).root(), counts.subjects, counts.entries)
            except IntegrityError as error:
                raise notes.damaged(str(error).rstrip(".")) from error


def _stored_for(offered: Publication, contact: Contact, transaction: "lmdb.Transaction[bytes]") -> StoredMap:
    """The map held, after it was made sure that ``offered`` may follow it."""
    held = transaction.get(layout.PUBLICATION)
    _, last = notes.decode_state(transaction.get(layout.STATE))
    are_keys_new = last is not None and contact.is_after_new_keys(last)
    require_successor(None if held is None else Publication.from_bytes(held), offered, are_keys_new=are_keys_new)
    return StoredMap(transaction, notes.decode_counts(transaction.get(layout.COUNTS)))
