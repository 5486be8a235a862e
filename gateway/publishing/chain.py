"""The chain of signed files that is served: timestamp → snapshot → targets → publication statement, and the law.

Versions are the second of signing, or one more than the last where that is higher: a gateway restored from a backup
that lost its distribution folder so never signs a version that replicas have outgrown.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from securesystemslib.signer import Signer
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from credit_sdk.errors import SettingsError
from credit_sdk.publication.statement import CATALOGUE_ROLE, CATALOGUE_TARGET, PUBLICATION_TARGET, Publication
from gateway.publishing import roles
from gateway.publishing.files import Folder
from gateway.publishing.keyring import ONLINE_ROLES, Keyring

TIMESTAMP = "timestamp.json"


@dataclass(frozen=True, slots=True)
class Chain:
    """What ``timestamp.json`` leads to at this moment."""

    timestamp: Timestamp
    snapshot: Snapshot
    targets: Targets
    statement: bytes


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What the served timestamp says (心跳): when it was signed, and until when it holds."""

    signed_at: datetime
    expires_at: datetime


def heartbeat_of(folder: Folder) -> Heartbeat | None:
    """The heartbeat as served, None before the first publication."""
    data = folder.read_metadata(TIMESTAMP)
    if data is None:
        return None
    timestamp = Metadata[Timestamp].from_bytes(data).signed
    return Heartbeat(roles.signed_at(timestamp), timestamp.expires)


def served(folder: Folder) -> Chain | None:
    """Follow the chain from ``timestamp.json``; None before the first publication.

    Raises:
        SettingsError: A file that the chain names is not there.
    """
    data = folder.read_metadata(TIMESTAMP)
    if data is None:
        return None
    timestamp = Metadata[Timestamp].from_bytes(data).signed
    snapshot = Metadata[Snapshot].from_bytes(_named(folder, "snapshot", timestamp.snapshot_meta.version)).signed
    targets = Metadata[Targets].from_bytes(_named(folder, "targets", snapshot.meta["targets.json"].version)).signed
    digest = targets.targets[PUBLICATION_TARGET].hashes["sha256"]
    statement = folder.read_target(PUBLICATION_TARGET, digest)
    if statement is None:
        raise _incomplete(folder, f"{digest}.{PUBLICATION_TARGET}")
    return Chain(timestamp, snapshot, targets, statement)


def believed(folder: Folder) -> Chain | None:
    """The chain that is served, if it is signed as the newest root demands; None otherwise.

    What lies in the folder may have been put there by somebody else. It must never be signed again for that alone.

    Raises:
        SettingsError: A file that the chain names is not there.
    """
    current = served(folder)
    if current is None:
        return None
    root = roles.newest_root(folder)
    names = (TIMESTAMP, f"{current.snapshot.version}.snapshot.json", f"{current.targets.version}.targets.json")
    for role, name in zip(ONLINE_ROLES, names, strict=True):
        metadata = Metadata.from_bytes(folder.read_metadata(name) or b"")
        if not root.get_verification_result(role, metadata.signed_bytes, metadata.signatures):
            return None
    return current


def served_serial(folder: Folder) -> int:
    """Serial of the publication that replicas see, 0 before the first."""
    current = served(folder)
    return Publication.from_bytes(current.statement).serial if current else 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A signed publication that nobody sees until its timestamp is written."""

    snapshot: bytes
    timestamp_version: int
    root: Root


@dataclass(frozen=True, slots=True)
class Bridge:
    """How to sign so that hosts on either side of a change of roots believe it (过渡签名).

    Attributes:
        root: The root that is about to follow; the online keys it names must be here.
        people: Who may sign the law under both roots.
    """

    root: Root
    people: roles.People


class Signatures:
    """Signs and writes the chain, bottom up, so that whatever is named is there before it is named.

    Args:
        folder: The distribution.
        keyring: The keys.
        versions_ahead: How far ahead of the clock versions begin. A publisher that signs more than once a second runs
            ahead of it; who was restored from a backup knows not how far, and must not sign a version twice.
    """

    def __init__(self, folder: Folder, keyring: Keyring, *, versions_ahead: int = 0) -> None:
        self._folder = folder
        self._keyring = keyring
        self._versions_ahead = versions_ahead

    def adopt(self, document: bytes, people: tuple[str, str], now: datetime) -> int:
        """Sign the law in the names of two people; the version of the delegated role."""
        signers = {name: self._keyring.person(name) for name in people}
        self._require_pinned(signers)
        version = self._later(max(self._catalogue_versions(), default=0), now)
        self._folder.write_target(CATALOGUE_TARGET, document)
        metadata = roles.signed(roles.new_catalogue(version, document, now), list(signers.values()))
        self._folder.write_metadata(f"{version}.{CATALOGUE_ROLE}.json", metadata)
        return version

    def prepare(
        self,
        statement: bytes,
        catalogue_digest: str,
        before: Chain | None,
        now: datetime,
        *,
        bridge: Bridge | None = None,
    ) -> Prepared:
        """Write statement, targets and snapshot; ``timestamp.json`` still names the publication before.

        Args:
            statement: What is published.
            catalogue_digest: The law it belongs with.
            before: What is served.
            now: The instant of signing.
            bridge: Signed so that it also holds under the trust root that is about to follow.

        Raises:
            SettingsError: An online key or the signatures under the law are not those that the trust root names.
        """
        root = roles.newest_root(self._folder)
        people = bridge.people if bridge else roles.pinned(root)
        named = bridge.root if bridge else root
        self._folder.leave_accounts()
        self._folder.write_target(PUBLICATION_TARGET, statement)
        version = self._later(before.targets.version if before else 0, now)
        targets = roles.new_targets(version, statement, people, now)
        catalogue = self._catalogue(catalogue_digest, people)
        signed = roles.signed(targets, self._signers("targets", named, now))
        self._folder.write_metadata(f"{version}.targets.json", signed)
        version = self._later(before.snapshot.version if before else 0, now)
        snapshot = roles.signed(
            roles.new_snapshot(version, signed, catalogue, now), self._signers("snapshot", named, now)
        )
        self._folder.write_metadata(f"{version}.snapshot.json", snapshot)
        return Prepared(snapshot, before.timestamp.version if before else 0, named)

    def activate(self, prepared: Prepared, now: datetime) -> None:
        """Write ``timestamp.json``: from here on the prepared publication is the one that is served."""
        timestamp = roles.new_timestamp(self._later(prepared.timestamp_version, now), prepared.snapshot, now)
        signers = self._signers("timestamp", prepared.root, now)
        self._folder.write_metadata(TIMESTAMP, roles.signed(timestamp, signers))
        self._keyring.drop_left(now)

    def sign_again(
        self, last: Publication, before: Chain | None, now: datetime, *, bridge: Bridge | None = None
    ) -> None:
        """Prepare what was published last, as it is, and activate it at once; see :meth:`prepare`."""
        self.activate(self.prepare(last.to_bytes(), last.catalogue.digest, before, now, bridge=bridge), now)

    def beat(self, current: Chain, now: datetime) -> None:
        """Sign the timestamp again over the snapshot that is served (心跳)."""
        snapshot = _named(self._folder, "snapshot", current.snapshot.version)
        self.activate(Prepared(snapshot, current.timestamp.version, roles.newest_root(self._folder)), now)

    def wants_signing(self, current: Chain, now: datetime) -> bool:
        """Whether targets or snapshot near their end, people signed the law anew, or the root pins others for it."""
        delegations = current.targets.delegations
        named = set(delegations.keys) if delegations else set()
        return (
            roles.wants_signing(current.targets, roles.TARGETS_LASTS, now)
            or roles.wants_signing(current.snapshot, roles.SNAPSHOT_LASTS, now)
            or named != roles.pinned(roles.newest_root(self._folder)).keys.keys()
            or self._is_law_signed_anew(current)
        )

    def require_law(self, digest: str, people: roles.People) -> None:
        """Refuse people who have not signed this law in sufficient number; nothing is written.

        Raises:
            SettingsError: Too few of them signed it.
        """
        self._catalogue(digest, people)

    def _is_law_signed_anew(self, current: Chain) -> bool:
        people = roles.pinned(roles.newest_root(self._folder))
        newest = self._catalogue(Publication.from_bytes(current.statement).catalogue.digest, people)
        version: int = Metadata[Targets].from_bytes(newest).signed.version
        return version != current.snapshot.meta[f"{CATALOGUE_ROLE}.json"].version

    def _require_pinned(self, signers: Mapping[str, Signer]) -> None:
        known = roles.pinned(roles.newest_root(self._folder)).keys
        for name, signer in signers.items():
            if signer.public_key.keyid not in known:
                raise SettingsError(
                    f"信任根没有列入{name}的密钥，以其签署的法律目录会被拒绝 / "
                    f"the trust root does not name the key of {name}, so a law signed with it would be refused.",
                    hint="请完成该操作员的添加 / "
                    f"Finish adding that operator: credit-gateway operators add HOME {name} --role reviewer",
                )

    def _later(self, version: int, now: datetime) -> int:
        return max(version + 1, int(now.timestamp()) + self._versions_ahead)

    def _signers(self, role: str, root: Root, now: datetime) -> list[Signer]:
        """Every online key that is here for a role, one of which the root names."""
        signers = self._keyring.online_signers(role, now) or [self._keyring.online(role)]
        if not any(signer.public_key.keyid in root.roles[role].keyids for signer in signers):
            raise SettingsError(
                f"{role}的在线密钥不是信任根所列的那一把，副本会拒绝其签名 / "
                f"the online key of the role {role} is not the one the trust root names, so replicas would refuse what "
                "it signs.",
                hint="请恢复最近一次更换之后的备份，或更换在线密钥：credit-gateway keys rotate HOME / "
                "Restore it from a backup made after the last rotation, or replace the online keys.",
            )
        return signers

    def _catalogue(self, digest: str, people: roles.People) -> bytes:
        """The newest signed metadata that names this law; enough of these people must have signed it."""
        delegator = Targets(delegations=roles.delegation(people))
        for version in sorted(self._catalogue_versions(), reverse=True):
            data = _named(self._folder, CATALOGUE_ROLE, version)
            metadata = Metadata[Targets].from_bytes(data)
            if metadata.signed.targets[CATALOGUE_TARGET].hashes["sha256"] != digest:
                continue
            # An older one may be good, but versions never go back.
            if not delegator.get_verification_result(CATALOGUE_ROLE, metadata.signed_bytes, metadata.signatures):
                raise SettingsError(
                    f"法律目录{digest[:16]}…的签署人中，信任根所列的人数不足，副本会拒绝 / "
                    f"the law {digest[:16]}… is not signed by enough of the people whom the trust root names, so "
                    "replicas would refuse it.",
                    hint="请由仍在任的两人重新签署：credit-gateway law sign HOME --by A --confirmed-by B / "
                    "Let two of those people sign it again.",
                )
            return data
        raise SettingsError(
            f"{self._folder.metadata}中没有列明法律目录{digest[:16]}…的已签署元数据，无法发布 / "
            f"no signed metadata under {self._folder.metadata} names the law {digest[:16]}…; it cannot be published.",
            hint="请重新采纳 / Adopt the law again with: credit-gateway law adopt HOME DIR --by A --confirmed-by B",
        )

    def _catalogue_versions(self) -> list[int]:
        names = (path.name.partition(".")[0] for path in self._folder.metadata.glob(f"*.{CATALOGUE_ROLE}.json"))
        return [int(name) for name in names if name.isdecimal()]


def digest_of(data: bytes) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(data).hexdigest()


def _named(folder: Folder, role: str, version: int) -> bytes:
    name = f"{version}.{role}.json"
    data = folder.read_metadata(name)
    if data is None:
        raise _incomplete(folder, name)
    return data


def _incomplete(folder: Folder, name: str) -> SettingsError:
    return SettingsError(
        f"{folder.path}缺少{name}，而已签署的元数据列有该文件，副本无法跟进 / "
        f"{name} is missing under {folder.path}, though signed metadata names it; replicas cannot follow.",
        hint="请从备份恢复该目录，或将其移走后重新发布 / "
        "Restore the folder from a backup, or move it away and publish anew.",
    )
