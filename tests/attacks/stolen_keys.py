"""Somebody who holds the server's keys: signs whatever they can sign, and serves it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner, Key, SSlibKey
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from credit_sdk.publication.statement import (
    CATALOGUE_ROLE,
    CATALOGUE_TARGET,
    PUBLICATION_TARGET,
    SIGNED_AT_FIELD,
    CatalogueStatement,
    instant_text,
)
from credit_sdk.testing.publisher import Publisher

LATER = timedelta(days=1)

Signed = TypeVar("Signed", Root, Timestamp, Snapshot, Targets)


def signer() -> CryptoSigner:
    """A key of the thief's own."""
    return CryptoSigner.generate_ed25519()


def signer_under(keyid: str) -> CryptoSigner:
    """A key of the thief's own that says it is another."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw().hex()
    return CryptoSigner(private, SSlibKey(keyid, "ed25519", "ed25519", {"public": public}))


class StolenServerKeys:
    """The server's keys in other hands.

    Args:
        publisher: Whose keys they are, and whose distribution is written over.
        law: The law that is to pass for the people's.
    """

    def __init__(self, publisher: Publisher, law: bytes) -> None:
        self._publisher = publisher
        self._law = law
        assert publisher.publication is not None
        stated = CatalogueStatement(digest=sha256(law).hexdigest(), length=len(law))
        serial = publisher.publication.serial + 1
        self._statement = publisher.publication.model_copy(update={"serial": serial, "catalogue": stated}).to_bytes()
        self._version = 1000

    def publish(
        self,
        signers: Sequence[CryptoSigner],
        threshold: int,
        *,
        role: str = CATALOGUE_ROLE,
        paths: Sequence[str] = (CATALOGUE_TARGET,),
        beside: Sequence[Key] = (),
    ) -> None:
        """Publish the law in ``role``, delegated to ``signers``; ``beside``: keys of the true role, named after it."""
        now = datetime.now(UTC).replace(microsecond=0)
        keys: dict[str, Key] = {each.public_key.keyid: each.public_key for each in signers}
        roles = {role: DelegatedRole(role, list(keys), threshold, terminating=True, paths=list(paths))}
        if beside:
            people = {key.keyid: key for key in beside}
            roles[CATALOGUE_ROLE] = DelegatedRole(
                CATALOGUE_ROLE, list(people), len(people), terminating=True, paths=[CATALOGUE_TARGET]
            )
            keys |= people
        law = self._target(CATALOGUE_TARGET, self._law)
        statement = self._target(PUBLICATION_TARGET, self._statement)
        lists = {PUBLICATION_TARGET: statement}
        self._write(role, Targets(self._version, expires=now + LATER, targets={CATALOGUE_TARGET: law}), signers)
        targets = Targets(self._version, expires=now + LATER, targets=lists, delegations=Delegations(keys, roles))
        self._write("targets", targets, self._publisher.signers["targets"])
        meta = {f"{name}.json": self._meta(name) for name in {"targets", role}}
        if beside:
            meta[f"{CATALOGUE_ROLE}.json"] = self._meta(CATALOGUE_ROLE, 1)
        self._write("snapshot", Snapshot(self._version, expires=now + LATER, meta=meta), self._online("snapshot"))
        beat = Timestamp(
            self._version,
            expires=now + LATER,
            snapshot_meta=self._meta("snapshot"),
            unrecognized_fields={SIGNED_AT_FIELD: instant_text(now)},
        )
        self._write("timestamp", beat, self._online("timestamp"))

    def _online(self, role: str) -> Sequence[CryptoSigner]:
        return self._publisher.signers[role]

    def _target(self, name: str, data: bytes) -> TargetFile:
        target = TargetFile.from_data(name, data, ["sha256"])
        self._publisher.files[f"targets/{target.hashes['sha256']}.{name}"] = data
        return target

    def _meta(self, role: str, version: int | None = None) -> MetaFile:
        version = version or self._version
        return MetaFile.from_data(version, self._publisher.files[f"metadata/{version}.{role}.json"], ["sha256"])

    def _write(self, role: str, content: Signed, signers: Sequence[CryptoSigner]) -> None:
        name = "timestamp.json" if role == "timestamp" else f"{self._version}.{role}.json"
        self._publisher.files[f"metadata/{name}"] = signed(content, signers)


def signed(content: Signed, signers: Sequence[CryptoSigner]) -> bytes:
    """A role as its signers would hand it out."""
    metadata = Metadata(content)
    for each in signers:
        metadata.sign(each, append=True)
    return metadata.to_bytes()


_BELOW_SNAPSHOT = {CATALOGUE_ROLE, "targets"}


def path_of(publisher: Publisher, role: str) -> str:
    """Where the metadata of a role that was signed last is served."""
    return f"metadata/{'' if role == 'timestamp' else f'{publisher.versions[role]}.'}{role}.json"


def resign(publisher: Publisher, role: str, edit: Callable[[Any], None]) -> None:
    """Sign a role anew, changed by ``edit``, and those above it so that they name it."""
    content = Metadata.from_bytes(publisher.files[path_of(publisher, role)]).signed
    content.version += 1
    edit(content)
    publisher.versions[role] = content.version
    data = signed(content, publisher.signers[role])
    publisher.files[path_of(publisher, role)] = data
    meta = MetaFile.from_data(content.version, data, ["sha256"])
    if role == "snapshot":
        resign(publisher, "timestamp", lambda above: setattr(above, "snapshot_meta", meta))
    elif role in _BELOW_SNAPSHOT:
        resign(publisher, "snapshot", lambda above: above.meta.update({f"{role}.json": meta}))
