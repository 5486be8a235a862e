"""The signed roles of The Update Framework as this gateway writes them; python-tuf at the replica verifies them.

``root`` → ``timestamp`` → ``snapshot`` → ``targets`` (``publication.json``) → ``catalogue`` (``catalogue.json``).
The last one is delegated and terminating: nobody but the people named may sign the law, not even the gateway.

How long each lasts is set here; all are signed again well before, so that an expired role means that nobody has
published for a long time, and never that nobody has thought of it.
"""

from collections.abc import Mapping, Sequence
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


def new_root(root_keys: Sequence[Key], threshold: int, online: Mapping[str, Key], now: datetime) -> Root:
    """The first trust root (信任根)."""
    root = Root(version=1, expires=now + ROOT_LASTS, consistent_snapshot=True)
    for key in root_keys:
        root.add_key(key, "root")
    root.roles["root"] = Role(root.roles["root"].keyids, threshold)
    for role, key in online.items():
        root.add_key(key, role)
    return root


def new_catalogue(version: int, document: bytes, now: datetime) -> Targets:
    """The delegated role that names the law catalogue (法律目录)."""
    target = TargetFile.from_data(CATALOGUE_TARGET, document, ["sha256"])
    return Targets(version=version, expires=now + CATALOGUE_LASTS, targets={CATALOGUE_TARGET: target})


def new_targets(version: int, statement: bytes, people: Mapping[str, Key], threshold: int, now: datetime) -> Targets:
    """The role that names the publication statement and delegates the law to people."""
    keys = {key.keyid: key for key in people.values()}
    delegated = DelegatedRole(
        name=CATALOGUE_ROLE, keyids=sorted(keys), threshold=threshold, terminating=True, paths=[CATALOGUE_TARGET]
    )
    return Targets(
        version=version,
        expires=now + TARGETS_LASTS,
        targets={PUBLICATION_TARGET: TargetFile.from_data(PUBLICATION_TARGET, statement, ["sha256"])},
        delegations=Delegations(keys, {CATALOGUE_ROLE: delegated}),
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


def newest_root(folder: Folder) -> int:
    """Version of the newest trust root in the folder, 0 if there is none."""
    versions = (path.name.partition(".")[0] for path in folder.metadata.glob("*.root.json"))
    return max((int(version) for version in versions if version.isdecimal()), default=0)


def _meta_file(data: bytes) -> MetaFile:
    version: int = Metadata.from_bytes(data).signed.version
    return MetaFile.from_data(version, data, ["sha256"])
