"""The trust root (信任根): who may sign for a gateway, handed over once and followed through its signed successors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root

from credit_sdk.errors import SettingsError, TrustError
from credit_sdk.publication.statement import CATALOGUE_ROLE
from credit_sdk.trust.delegation import law_signers

MAX_ROOT_BYTES = 256 * 1024
TRUST_FOLDER = "trust"
METADATA_FOLDER = "metadata"
TARGETS_FOLDER = "targets"
ROOT_HISTORY_FOLDER = "root_history"
"""Below the metadata: every root that was reached, by version."""


@dataclass(frozen=True, slots=True)
class RoleKeys:
    """Who signs in one role: any ``threshold`` of the keys named."""

    keys: tuple[str, ...]
    threshold: int


@dataclass(frozen=True, slots=True)
class TrustRoot:
    """A root, as people compare it.

    Attributes:
        roles: Keys by role, those pinned for the law among them; a key is named by its identifier, the hash of the key.
    """

    version: int
    expires_at: datetime
    roles: Mapping[str, RoleKeys]


def load(path: Path) -> bytes:
    """The pinned root file, checked to be a root that its own keys signed.

    Raises:
        SettingsError: The file cannot be read.
        TrustError: It is no such root.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_ROOT_BYTES + 1)
    except OSError as error:
        raise SettingsError(
            f"The trust root {path} cannot be read ({error.strerror}), so no publication can be believed.",
            hint="Get root.json from the gateway's operator, on a way other than the network.",
        ) from error
    describe(data)
    return data


def describe(data: bytes) -> TrustRoot:
    """What a root says.

    Raises:
        TrustError: It is no root, or not signed as it demands itself.
    """
    if len(data) > MAX_ROOT_BYTES:
        raise TrustError(f"The trust root has {len(data)} bytes, more than any can have.")
    try:
        metadata = Metadata[Root].from_bytes(data)
        if not isinstance(metadata.signed, Root):
            raise TrustError(
                f"The file is signed metadata of the role {metadata.signed.type}, not a trust root.",
                hint="Get root.json from the gateway's operator.",
            )
        metadata.signed.verify_delegate("root", metadata.signed_bytes, metadata.signatures)
    except RepositoryError as error:
        raise TrustError(
            "The file is no trust root that its own keys signed, so nothing can be believed through it.",
            hint="Get root.json from the gateway's operator again, and compare the key identifiers.",
        ) from error
    root = metadata.signed
    people = law_signers(root)
    roles = {name: RoleKeys(tuple(role.keyids), role.threshold) for name, role in root.roles.items()}
    roles[CATALOGUE_ROLE] = RoleKeys(people.keyids, people.threshold)
    return TrustRoot(version=root.version, expires_at=root.expires, roles=roles)


def in_force(directory: Path, pinned: bytes) -> TrustRoot:
    """The newest root that was reached from the pinned one by earlier refreshes.

    Raises:
        TrustError: What is stored is no root.
    """
    stored = directory / METADATA_FOLDER / "root.json"
    return describe(stored.read_bytes() if stored.exists() else pinned)
