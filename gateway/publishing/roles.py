"""The signed roles of The Update Framework as this gateway writes them; python-tuf at the replica verifies them.

``root`` → ``timestamp`` → ``snapshot`` → ``targets`` (``publication.json``) → ``catalogue`` (``catalogue.json``).
The last one is delegated and terminating: nobody but the people named may sign the law, not even the gateway. Who they
are is pinned in the root, so that the gateway's own keys cannot name others.

How long each lasts is set here; all are signed again well before, so that an expired role means that nobody has
published for a long time, and never that nobody has thought of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from securesystemslib.signer import Key, Signer
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Role,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

from credit_sdk.errors import SettingsError
from credit_sdk.publication.signers import LAW_SIGNERS_FIELD, LawSigners
from credit_sdk.publication.statement import CATALOGUE_ROLE, CATALOGUE_TARGET, PUBLICATION_TARGET, SIGNED_AT_FIELD
from gateway.publishing.files import Folder

ROOT_LASTS = timedelta(days=365)
CATALOGUE_LASTS = timedelta(days=365)
TARGETS_LASTS = timedelta(days=90)
SNAPSHOT_LASTS = timedelta(days=7)
TIMESTAMP_LASTS = timedelta(days=1)
SIGN_AGAIN_AT = 0.5
"""Share of its life after which a role is signed again."""

Signed = TypeVar("Signed", Root, Timestamp, Snapshot, Targets)


def signed(content: Signed, signers: Sequence[Signer]) -> bytes:
    """The content with a signature of every signer, as the bytes to publish."""
    metadata = Metadata(content)
    for signer in signers:
        metadata.sign(signer, append=True)
    return metadata.to_bytes(JSONSerializer(compact=True))


@dataclass(frozen=True, slots=True)
class People:
    """Who signs the law (法律签署人), as a trust root pins them.

    Attributes:
        keys: Their keys, by identifier.
        threshold: How many of them must sign.
    """

    keys: Mapping[str, Key]
    threshold: int


def new_root(
    root_keys: Sequence[Key], threshold: int, online: Mapping[str, Key], people: People, now: datetime
) -> Root:
    """The first trust root (信任根)."""
    root = Root(version=1, expires=now + ROOT_LASTS, consistent_snapshot=True)
    for key in root_keys:
        root.add_key(key, "root")
    root.roles["root"] = Role(root.roles["root"].keyids, threshold)
    for role, key in online.items():
        root.add_key(key, role)
    pin(root, people)
    return root


def pin(root: Root, people: People) -> None:
    """Let these people sign the law, and nobody else."""
    root.keys.update(people.keys)
    root.unrecognized_fields[LAW_SIGNERS_FIELD] = LawSigners.of(people.keys, people.threshold).to_field()


def pinned(root: Root) -> People:
    """Whom a trust root lets sign the law.

    Raises:
        TrustError: Nobody.
    """
    signers = LawSigners.from_field(root.unrecognized_fields.get(LAW_SIGNERS_FIELD))
    return People({keyid: root.keys[keyid] for keyid in signers.keyids}, signers.threshold)


def new_catalogue(version: int, document: bytes, now: datetime) -> Targets:
    """The delegated role that names the law catalogue (法律目录)."""
    target = TargetFile.from_data(CATALOGUE_TARGET, document, ["sha256"])
    return Targets(version=version, expires=now + CATALOGUE_LASTS, targets={CATALOGUE_TARGET: target})


def delegation(people: People) -> Delegations:
    """The delegation of the law to these people."""
    role = DelegatedRole(
        name=CATALOGUE_ROLE,
        keyids=sorted(people.keys),
        threshold=people.threshold,
        terminating=True,
        paths=[CATALOGUE_TARGET],
    )
    return Delegations(dict(people.keys), {CATALOGUE_ROLE: role})


def new_targets(version: int, statement: bytes, people: People, now: datetime) -> Targets:
    """The role that names the publication statement and delegates the law to the people whom the root pins."""
    return Targets(
        version=version,
        expires=now + TARGETS_LASTS,
        targets={PUBLICATION_TARGET: TargetFile.from_data(PUBLICATION_TARGET, statement, ["sha256"])},
        delegations=delegation(people),
    )


def new_snapshot(version: int, targets: bytes, catalogue: bytes, now: datetime) -> Snapshot:
    """The role that fixes which targets and catalogue belong together."""
    meta = {"targets.json": _meta_file(targets), f"{CATALOGUE_ROLE}.json": _meta_file(catalogue)}
    return Snapshot(version=version, expires=now + SNAPSHOT_LASTS, meta=meta)


def new_timestamp(version: int, snapshot: bytes, now: datetime) -> Timestamp:
    """The heartbeat (心跳): which snapshot is current, and since when that is known."""
    return Timestamp(
        version=version,
        expires=now + TIMESTAMP_LASTS,
        snapshot_meta=_meta_file(snapshot),
        unrecognized_fields={SIGNED_AT_FIELD: now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")},
    )


def signed_at(timestamp: Timestamp) -> datetime:
    """The instant of verified contact that a timestamp states."""
    return datetime.fromisoformat(timestamp.unrecognized_fields[SIGNED_AT_FIELD])


def wants_signing(content: Root | Snapshot | Targets, lasts: timedelta, now: datetime) -> bool:
    """Whether so much of a role's life is over that it is to be signed again."""
    return content.expires - now <= lasts * SIGN_AGAIN_AT


def newest_root(folder: Folder) -> Root:
    """The newest trust root in the folder.

    Raises:
        SettingsError: There is none.
    """
    return newest_root_signed(folder).signed


def newest_root_signed(folder: Folder) -> Metadata[Root]:
    """The newest trust root in the folder, with its signatures.

    Raises:
        SettingsError: There is none.
    """
    versions = (path.name.partition(".")[0] for path in folder.metadata.glob("*.root.json"))
    version = max((int(version) for version in versions if version.isdecimal()), default=0)
    data = folder.read_metadata(f"{version}.root.json")
    if data is None:
        raise SettingsError(
            f"{folder.metadata}中没有信任根，签名无人采信 / "
            f"there is no trust root under {folder.metadata}, so nothing can be signed that anybody believes.",
            hint="请从备份恢复该目录，或新建网关 / "
            "Restore the folder from a backup, or set the gateway up with: credit-gateway init HOME",
        )
    return Metadata[Root].from_bytes(data)


def _meta_file(data: bytes) -> MetaFile:
    version: int = Metadata.from_bytes(data).signed.version
    return MetaFile.from_data(version, data, ["sha256"])
