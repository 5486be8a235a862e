"""One refresh of trust (信任刷新): from the pinned root to a publication and a law that may be believed.

python-tuf verifies (:mod:`credit_sdk.trust.workflow`): the chain of roots, then timestamp, snapshot and targets, each
with its threshold, expiry and version; then the targets by length and hash. Added here:

1. ``catalogue.json`` counts only from the delegated role ``catalogue``, and that one only with keys that the root pins:
   whoever holds the server's keys can neither sign law nor say who may (:mod:`credit_sdk.trust.delegation`).
2. Publication and law belong together: the digest the publication states is that of the law.
3. Targets are read no larger than they can be.

One process at a time may use the metadata folder: the elected syncer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

from tuf.api import exceptions
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from credit_sdk.errors import IntegrityError, ReplicaError
from credit_sdk.publication.statement import (
    CATALOGUE_ROLE,
    CATALOGUE_TARGET,
    MAX_CATALOGUE_BYTES,
    MAX_STATEMENT_BYTES,
    PUBLICATION_TARGET,
    SIGNED_AT_FIELD,
    Publication,
    read_instant,
)
from credit_sdk.transport import Transport
from credit_sdk.trust.delegation import require_law_of_people
from credit_sdk.trust.workflow import STAYS, Workflow


@dataclass(frozen=True, slots=True)
class Trusted:
    """What a refresh established.

    Attributes:
        publication: The statement.
        catalogue: Bytes of the law catalogue it belongs with.
        signed_at: Signed instant of this contact.
        expires: When the signatures of each role end.
        signers: Keys that may sign a publication under the root in force, by identifier.
    """

    publication: Publication
    catalogue: bytes
    signed_at: datetime
    expires: Mapping[str, datetime]
    signers: frozenset[str]

    @property
    def expires_at(self) -> datetime:
        """From when on none of this may be believed any more: the earliest of the ends."""
        return min(self.expires.values())


class TrustedRefresh:
    """Refreshes the trusted metadata of one replica.

    Args:
        metadata_dir: Folder of the metadata verified so far; made when missing.
        target_dir: Folder of the verified targets; made when missing.
        transport: The way to the gateway.
        root_bytes: The pinned root.
    """

    def __init__(self, metadata_dir: Path, target_dir: Path, transport: Transport, root_bytes: bytes) -> None:
        self._metadata_dir = metadata_dir
        self._begun = partial(Workflow, metadata_dir, target_dir, transport, root_bytes)

    def refresh(self) -> Trusted:
        """Ask the gateway what is published now.

        Raises:
            TrustError: Signatures, versions or expiry do not hold.
            IntegrityError: A target does not match its hash, or publication and law do not belong together.
            TransportError: The files could not be had.
            ReplicaError: The folders cannot be written.
        """
        workflow = self._begun()
        workflow.refresh()
        try:
            return _established(workflow)
        except exceptions.RepositoryError as error:
            raise ReplicaError(
                f"The metadata in {self._metadata_dir} was changed while it was read; nothing was taken over.",
                hint="Let one process at a time refresh a replica, and nothing else write there.",
            ) from error


def _established(workflow: Workflow) -> Trusted:
    root = Metadata[Root].from_bytes(workflow.role("root")).signed
    timestamp = Metadata[Timestamp].from_bytes(workflow.role("timestamp")).signed
    snapshot = Metadata[Snapshot].from_bytes(workflow.role("snapshot")).signed
    targets = Metadata[Targets].from_bytes(workflow.role("targets")).signed
    require_law_of_people(root, targets)
    statement = workflow.target(PUBLICATION_TARGET, max_bytes=MAX_STATEMENT_BYTES)
    law = workflow.target(CATALOGUE_TARGET, max_bytes=MAX_CATALOGUE_BYTES)
    catalogue = Metadata[Targets].from_bytes(workflow.role(CATALOGUE_ROLE)).signed
    publication = Publication.from_bytes(statement)
    if sha256(law).hexdigest() != publication.catalogue.digest or len(law) != publication.catalogue.length:
        raise IntegrityError(
            f"Publication {publication.serial} and the law that came with it do not belong together.",
            hint=f"{STAYS} If this does not pass in a minute, the gateway's release is at fault.",
        )
    return Trusted(
        publication=publication,
        catalogue=law,
        signed_at=read_instant(timestamp.unrecognized_fields.get(SIGNED_AT_FIELD)),
        expires={
            "root": root.expires,
            "timestamp": timestamp.expires,
            "snapshot": snapshot.expires,
            "targets": targets.expires,
            CATALOGUE_ROLE: catalogue.expires,
        },
        signers=frozenset(map(str, root.roles[Targets.type].keyids)),
    )
