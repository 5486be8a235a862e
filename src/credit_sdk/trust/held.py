"""The trust a replica rests on (所凭信任): the root reached from the pinned one, and how long each role still holds.

Read from what the last refresh verified and kept; nothing is fetched and nothing is verified anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from tuf.api.metadata import Metadata, Root
from tuf.api.serialization import DeserializationError

from credit_sdk.errors import ReplicaError, TrustError
from credit_sdk.publication.statement import CATALOGUE_ROLE
from credit_sdk.trust import roots
from credit_sdk.trust.roots import METADATA_FOLDER, TRUST_FOLDER, TrustRoot

ROLES = ("root", "timestamp", "snapshot", "targets", CATALOGUE_ROLE)


@dataclass(frozen=True, slots=True)
class HeldTrust:
    """What an installation trusts now.

    Attributes:
        root: The root in force.
        sha256: Of its file, as published.
        pinned_version / pinned_sha256: Of the root that was handed over by hand.
        expires: When the signatures of each role end; a role that was never fetched is missing.
    """

    root: TrustRoot
    sha256: str
    pinned_version: int
    pinned_sha256: str
    expires: Mapping[str, datetime]


def held_trust(home: Path, pinned: bytes) -> HeldTrust:
    """What the installation in ``home`` trusts, from the pinned root on.

    Raises:
        TrustError: What is kept is no signed metadata.
        ReplicaError: It cannot be read.
    """
    folder = home / TRUST_FOLDER / METADATA_FOLDER
    try:
        kept = {role: (folder / f"{role}.json").read_bytes() for role in ROLES if (folder / f"{role}.json").exists()}
    except OSError as error:
        raise ReplicaError(
            f"The signed files under {folder} cannot be read ({error.strerror}), so it cannot be said what is trusted.",
            hint="Let the account that runs this read the folder.",
        ) from error
    in_force = kept.setdefault("root", pinned)
    try:
        expires = {role: _end(data) for role, data in kept.items()}
    except DeserializationError as error:
        raise TrustError(
            f"The signed files under {folder} are damaged, so it cannot be said what is trusted.",
            hint="Move the folder aside and run `credit sync`; it is fetched and verified again from the trust root.",
        ) from error
    return HeldTrust(
        root=roots.describe(in_force),
        sha256=sha256(in_force).hexdigest(),
        pinned_version=roots.describe(pinned).version,
        pinned_sha256=sha256(pinned).hexdigest(),
        expires=expires,
    )


def _end(data: bytes) -> datetime:
    # Every role has an end; of which role this is does not matter here.
    return Metadata[Root].from_bytes(data).signed.expires
