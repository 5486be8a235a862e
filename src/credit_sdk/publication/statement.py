"""The publication statement (发布声明): what the gateway signs about one state of lists and law.

It is the TUF target ``publication.json``, in canonical JSON; lists and law hang from it by hash and become
effective together.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.coverage import Coverage
from credit_sdk.catalogue.view import Pace, State
from credit_sdk.errors import IntegrityError
from credit_sdk.publication import canonical, objects
from credit_sdk.publication.merkle import EMPTY, Node
from credit_sdk.publication.tree import root_node

PUBLICATION_TARGET = "publication.json"
CATALOGUE_TARGET = "catalogue.json"
CATALOGUE_ROLE = "catalogue"
SIGNED_AT_FIELD = "x-credit-signed-at"
"""Signed field of the timestamp role: the instant of verified contact."""

MAX_STATEMENT_BYTES = 256 * 1024
MAX_CATALOGUE_BYTES = 16 * 1024 * 1024
MAX_PACK_BYTES = 64 * 1024**3

_SLUG = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_HINT = "Nothing was taken over. If it stays, the gateway and this library are of different versions."


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, le=2**53 - 1, strict=True)]
Seconds = Annotated[int, Field(gt=0, le=10 * 366 * 86400, strict=True)]
Instant = Annotated[AwareDatetime, AfterValidator(_utc)]
ShapeBits = Annotated[
    tuple[Annotated[int, Field(ge=1, le=objects.MAX_LEVEL_BITS, strict=True)], ...], Field(max_length=16)
]


class Statement(BaseModel):
    """Base of the parts: frozen, and an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ListStatement(Statement):
    """One list (名单): how many entries are published and for which day two operators declared it complete.

    Attributes:
        complete_as_of: None: not declared, hence not covered.
        peak: The most entries it had since it was last allowed to lose; shows what small steps come to.
    """

    entries: Count
    complete_as_of: date | None = None
    peak: Count = 0


class CatalogueStatement(Statement):
    """The law catalogue (法律目录) by digest."""

    digest: Digest
    length: Annotated[int, Field(gt=0, le=MAX_CATALOGUE_BYTES, strict=True)]


class PackStatement(Statement):
    """A pack (整包) for first syncs; it may be of an earlier serial, the rest is fetched as objects."""

    map_root: Digest
    serial: Count
    shape: ShapeBits
    length: Annotated[int, Field(gt=0, le=MAX_PACK_BYTES, strict=True)]
    sha256: Digest


class PaceStatement(Statement):
    """How often to ask and when an answer counts as ageing, all in seconds."""

    poll_s: Seconds
    heartbeat_s: Seconds
    fresh_s: Seconds
    aging_s: Seconds


class Publication(Statement):
    """One publication (发布).

    Attributes:
        origin: Whose lists these are; never changes for a replica.
        serial: Counts publications upward.
        map_root: Root of the Merkle map, hex.
        shape: How the publisher cuts the map into objects.
        subjects: Records in the map; ``entries`` the entries in them.
        lists: Every list with entries or a declaration, by id.
        canary: Code of the subject that is in every publication, to prove that finding works.
        allowed_losses: Lists that were allowed to lose more than ``max_loss_percent`` of their entries, each with the
            serial in which they last were: whoever holds an earlier one takes the loss over.
    """

    format: Literal["credit-publication/1"] = "credit-publication/1"
    origin: Annotated[str, Field(min_length=1, max_length=200)]
    serial: Annotated[int, Field(ge=1, le=2**53 - 1, strict=True)]
    map_root: Digest
    shape: ShapeBits
    subjects: Count
    entries: Count
    lists: Annotated[Mapping[str, ListStatement], Field(max_length=1000)]
    catalogue: CatalogueStatement
    pack: PackStatement | None = None
    published_at: Instant
    pace: PaceStatement
    canary: Annotated[str, Field(min_length=1, max_length=64)]
    allowed_losses: Annotated[
        Mapping[str, Annotated[int, Field(ge=1, le=2**53 - 1, strict=True)]], Field(max_length=1000)
    ] = {}
    max_loss_percent: Annotated[int, Field(ge=0, le=100, strict=True)] = 20

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if sum(stated.entries for stated in self.lists.values()) != self.entries:
            raise ValueError("the entries of the lists do not add up to the entries stated")
        if (self.map_root == EMPTY.hex()) != (self.subjects == 0):
            raise ValueError("map_root and the number of subjects disagree about whether the map is empty")
        if sum(self.shape) > objects.MAX_DEPTH:
            raise ValueError("the shape is deeper than a map can be")
        for name in self.lists.keys() | self.allowed_losses.keys():
            if not _SLUG.fullmatch(name):
                raise ValueError("a list id is not a slug")
        return self

    @property
    def root(self) -> Node:
        """The root of the map with how much hangs from it."""
        return root_node(bytes.fromhex(self.map_root), self.subjects)

    def state(
        self,
        catalogue: Catalogue,
        *,
        contact_at: datetime | None,
        expires_at: datetime | None,
        holds_persons: bool = False,
    ) -> State:
        """What checks on it look at beside the records.

        Args:
            catalogue: The law it names.
            contact_at: Signed instant of the last verified contact.
            expires_at: From when the signatures no longer hold.
            holds_persons: Whether natural persons' records are where this is asked.
        """
        return State(
            origin=self.origin,
            serial=self.serial,
            map_root=self.map_root,
            published_at=self.published_at,
            contact_at=contact_at,
            expires_at=expires_at,
            pace=Pace(fresh_s=self.pace.fresh_s, aging_s=self.pace.aging_s),
            catalogue=catalogue,
            coverage=MappingProxyType(
                {name: Coverage(stated.complete_as_of, stated.entries) for name, stated in self.lists.items()}
            ),
            holds_persons=holds_persons,
        )

    def to_bytes(self) -> bytes:
        """The canonical bytes that are signed."""
        return canonical.dumps(self.model_dump(mode="json"))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read canonical bytes whose signature was verified.

        Raises:
            IntegrityError: Not canonical, or not a statement as this version knows it.
        """
        if len(data) > MAX_STATEMENT_BYTES:
            raise IntegrityError(
                f"The publication statement has {len(data)} bytes, more than any can have.", hint=_HINT
            )
        value = canonical.loads(data)
        try:
            found = cls.model_validate(value)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "statement"
            raise IntegrityError(
                f"The publication statement is not usable: {where}: {first['msg']}.", hint=_HINT
            ) from error
        if found.to_bytes() != data:
            raise IntegrityError("The publication statement spells a value in an unusual way.", hint=_HINT)
        return found


def instant_text(instant: datetime) -> str:
    """An instant as signed metadata states it: RFC 3339, UTC, with microseconds."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_instant(text: object) -> datetime:
    """The instant a signed text states.

    Raises:
        IntegrityError: It states none, or one without an offset.
    """
    try:
        instant = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise IntegrityError("The signed instant of contact is missing or cannot be read.", hint=_HINT)
    return instant.astimezone(UTC)
