"""What is activated (现行发布): a publication as checks look at it, read and compiled once for each takeover."""

import dataclasses
import os
import threading
from dataclasses import dataclass
from hashlib import sha256
from weakref import ref

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.view import State
from credit_sdk.errors import IntegrityError
from credit_sdk.publication.statement import Publication
from credit_sdk.replica import layout, notes
from credit_sdk.replica.rules import Contact
from credit_sdk.replica.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Activated:
    """What the notes of a replica mean to checks, worked out once (现行状态).

    Attributes:
        note: The note it was read from; another note is another standing.
        activation: Number of the takeover; 0 for an empty replica.
        publication: What is held, None for an empty replica.
        contact: The last verified contact, None before the first.
        state: All that a check looks at but the records.
    """

    note: bytes | None
    activation: int
    publication: Publication | None
    contact: Contact | None
    state: State


NOTHING_ACTIVATED = Activated(None, 0, None, None, State())
_NO_STATE = -1


class Activations:
    """Reads what is activated; a forked child begins with what its parent had read.

    Attributes:
        last: The last that was read.
        current: The last state of the file that was looked at, by its number there, and what is activated in it: every
            write is another state, so whoever looks at the same one need not read the note again.
    """

    def __init__(self) -> None:
        self.last = NOTHING_ACTIVATED
        self.current: tuple[int, Activated] = (_NO_STATE, NOTHING_ACTIVATED)
        self._loading = threading.Lock()
        _begin_anew_after_fork(self)

    def of(self, snapshot: Snapshot) -> Activated:
        """What a snapshot shows.

        Raises:
            ReplicaDamagedError: It cannot be read, or its parts do not belong together.
        """
        note = snapshot.meta(layout.STATE)
        held = self.last
        if held.note != note:
            held = self._loaded(snapshot, note)
        self.current = (snapshot.transaction.id(), held)
        return held

    def _loaded(self, snapshot: Snapshot, note: bytes | None) -> Activated:
        """Read and compile a publication once, however many threads ask at the same moment."""
        activation, contact = notes.decode_state(note)
        if note is None or activation == 0:
            return NOTHING_ACTIVATED if contact is None else dataclasses.replace(NOTHING_ACTIVATED, contact=contact)
        with self._loading:
            held = self.last
            if held.note == note:
                return held
            if held.activation == activation and held.publication and held.state.catalogue:
                publication, catalogue = held.publication, held.state.catalogue
            else:
                publication, catalogue = self._read(snapshot, held)
            state = publication.state(
                catalogue,
                contact_at=contact.contact_at if contact else None,
                expires_at=contact.expires_at if contact else None,
            )
            found = Activated(note, activation, publication, contact, state)
            if activation >= held.activation:
                self.last = found
            return found

    def _read(self, snapshot: Snapshot, before: Activated) -> tuple[Publication, Catalogue]:
        statement, law = snapshot.meta(layout.PUBLICATION), snapshot.meta(layout.CATALOGUE)
        if statement is None or law is None:
            raise notes.damaged("statement or law is missing")
        try:
            publication = Publication.from_bytes(statement)
        except IntegrityError as error:
            raise notes.damaged("its statement cannot be read") from error
        digest = sha256(law).hexdigest()
        if digest != publication.catalogue.digest:
            raise notes.damaged("the law is not the one its statement names")
        known = before.state.catalogue
        return publication, known if known and known.digest == digest else Catalogue.from_stored(law)


def _begin_anew_after_fork(activations: Activations) -> None:
    weak = ref(activations)

    def begin() -> None:
        if (alive := weak()) is not None:
            # Another thread of the parent may have been reading a publication, and is not here to finish.
            alive._loading = threading.Lock()

    os.register_at_fork(after_in_child=begin)
