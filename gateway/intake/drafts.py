"""What rows of a file come to (草稿): a draft of an entry, a removal that the source states, or reasons why neither."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import msgspec

from credit_sdk.model.subject import Subject
from gateway.database.columns import Json
from gateway.intake.remarks import Remark
from gateway.registry.stating import StatedPerson

_CONTENT = msgspec.msgpack.Encoder(order="deterministic")


class Draft(msgspec.Struct, frozen=True):
    """An entry as one row of a file has it.

    Attributes:
        row_no: Row in the file.
        subject: Whom it is about.
        name: As the row names them.
        columns: The columns of the entries table that the row decides.
        removal: The removal the source states, if it does; then the row lists nobody.
        answering: Who answers for what it is about, as far as the row gives their numbers.
        older_number: An older number of the subject that the row states beside its code.
    """

    row_no: int
    subject: Subject
    name: str
    columns: Mapping[str, Json | date]
    removal: "Removal | None" = None
    answering: tuple[StatedPerson, ...] = ()
    older_number: Subject | None = None

    @property
    def document_no(self) -> str:
        """Number of the decision document, which with list and subject tells one entry from another."""
        return str(self.columns["document_no"])

    @property
    def identity(self) -> str:
        """What tells it from everything else of its subject on the list."""
        return self.document_no

    @property
    def decided_on(self) -> Json | date:
        """The day of the determination, from which the time to publish counts."""
        return self.columns["determined_on"]

    @property
    def content_sha256(self) -> str:
        """Digest of everything the row says of the entry: equal digests, nothing to correct."""
        return digest_of(self.columns)


def digest_of(columns: Mapping[str, Json | date]) -> str:
    """The SHA-256 of what is said of an entry, hex: the same for a row of a file and for what was corrected to it."""
    return sha256(_CONTENT.encode(columns)).hexdigest()


@dataclass(frozen=True, slots=True)
class Removal:
    """A removal (移出) as the source states it: a proposal, until somebody decides on it by a document.

    Attributes:
        on: From which day.
        reason: Why, in the source's words.
        authority: Who removed.
    """

    on: date
    reason: str
    authority: str


class Reading(msgspec.Struct, frozen=True):
    """What became of one row: a draft, or reasons; and doubts and warnings beside either.

    Attributes:
        authority: Who determined, as far as the row says.
        cells: The row as written, personal numbers masked.
    """

    draft: Draft | None
    reasons: tuple[Remark, ...]
    warnings: tuple[Remark, ...]
    doubts: tuple[Remark, ...] = ()
    authority: str = ""
    cells: tuple[str, ...] = ()
