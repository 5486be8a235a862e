"""A publisher (发布方) in memory: real keys, real signatures, the distribution files as a gateway serves them.

For tests and demonstrations only: the keys live in memory and everything is rebuilt at each publication.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from securesystemslib.signer import CryptoSigner
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

from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.subject import Subject
from credit_sdk.publication import objects, pack, records, shape, tree
from credit_sdk.publication.signers import LAW_SIGNERS_FIELD, LawSigners
from credit_sdk.publication.statement import (
    CATALOGUE_ROLE,
    CATALOGUE_TARGET,
    PUBLICATION_TARGET,
    SIGNED_AT_FIELD,
    CatalogueStatement,
    ListStatement,
    PaceStatement,
    PackStatement,
    Publication,
    instant_text,
)
from credit_sdk.testing.canary import CANARY, CANARY_RECORD

VALIDITY = {
    "root": timedelta(days=365),
    CATALOGUE_ROLE: timedelta(days=365),
    "targets": timedelta(days=90),
    "snapshot": timedelta(days=7),
    "timestamp": timedelta(days=1),
}
"""How long each role's signature holds from the moment it is made."""

PACE = PaceStatement(poll_s=5, heartbeat_s=60, fresh_s=300, aging_s=3600)

_ONLINE = ("timestamp", "snapshot", "targets")


@dataclass
class Publisher:
    """One origin with its keys, lists and law.

    Attributes:
        catalogue: Bytes of the law catalogue.
        records: What is published about whom.
        declared: Day up to which a list was declared complete, by list id; a list not named is not covered.
        has_canary: Whether the canary subject is published, as it is by every gateway that is well.
        root_threshold: Signatures a root needs, from as many keys plus one.
        catalogue_threshold: Signatures the law needs.
        online_threshold: Signatures each of timestamp, snapshot and targets needs.
        validity: How long each role's signature holds from the moment it is made.
        signers: Keys by role; who signs with others than a root names signs for nothing.
        versions: Version of each role signed last.
        files: The distribution, by path below ``distribution/``.
    """

    catalogue: bytes
    records: dict[Subject, SubjectRecord] = field(default_factory=dict)
    declared: dict[str, date] = field(default_factory=dict)
    origin: str = "credit.example/test"
    pace: PaceStatement = PACE
    canary: str = CANARY
    has_canary: bool = True
    max_loss_percent: int = 20
    root_threshold: int = 1
    catalogue_threshold: int = 1
    online_threshold: int = 1
    validity: dict[str, timedelta] = field(default_factory=VALIDITY.copy)
    files: dict[str, bytes] = field(default_factory=dict)
    publication: Publication | None = None

    def __post_init__(self) -> None:
        self.signers: dict[str, list[CryptoSigner]] = {
            "root": _keys(self.root_threshold + 1),
            CATALOGUE_ROLE: _keys(self.catalogue_threshold),
            **{role: _keys(self.online_threshold) for role in _ONLINE},
        }
        self.versions = dict.fromkeys(["root", CATALOGUE_ROLE, *_ONLINE], 0)
        self._catalogue_signed = b""
        self._pinned = b""

    @property
    def trust_root(self) -> bytes:
        """The first root, as an operator hands it to those who set up a replica.

        Raises:
            LookupError: Nothing was published yet.
        """
        if not self._pinned:
            raise LookupError("publish once before handing out the trust root")
        return self._pinned

    def publish(
        self,
        now: datetime,
        *,
        serial: int | None = None,
        allowing_losses: Sequence[str] = (),
        with_pack: bool = True,
        held_shape: shape.Shape | None = None,
    ) -> Publication:
        """Sign the state as it stands.

        Args:
            now: The instant of publication.
            serial: Another than the next one, to see what replicas do about it.
            allowing_losses: Lists that may lose more than ``max_loss_percent``.
            with_pack: Whether to offer a pack of this state.
            held_shape: Another shape than the one chosen by count.
        """
        if not self.versions["root"]:
            self._sign_root(now)
        published = self._published()
        encoded = sorted((subject.key, records.encode(record)) for subject, record in published.items())
        cut = shape.choose_shape(len(encoded)) if held_shape is None else held_shape
        built = tree.build(encoded, cut)
        self.files.update((objects.path_of(name), objects.compress(data)) for name, data in built.objects.items())
        if serial is None:
            serial = self.publication.serial + 1 if self.publication else 1
        packed = self._pack(built, serial, cut) if with_pack and encoded else None
        self.publication = Publication(
            origin=self.origin,
            serial=serial,
            map_root=built.root.name,
            shape=cut,
            subjects=len(encoded),
            entries=sum(len(record.entries) for record in published.values()),
            lists=self._lists(published.values()),
            catalogue=CatalogueStatement(digest=sha256(self.catalogue).hexdigest(), length=len(self.catalogue)),
            pack=packed,
            published_at=now,
            pace=self.pace,
            canary=self.canary,
            allowed_losses={
                **(self.publication.allowed_losses if self.publication else {}),
                **dict.fromkeys(allowing_losses, serial),
            },
            max_loss_percent=self.max_loss_percent,
        )
        self.sign(self.publication.to_bytes(), now)
        return self.publication

    def sign(self, statement: bytes, now: datetime) -> None:
        """Sign any bytes as the publication statement, with all metadata above them."""
        if self._catalogue_signed != self.catalogue:
            self._sign_catalogue(now)
        target = TargetFile.from_data(PUBLICATION_TARGET, statement, ["sha256"])
        self._put_target(target, statement)
        law = DelegatedRole(
            CATALOGUE_ROLE,
            [signer.public_key.keyid for signer in self.signers[CATALOGUE_ROLE]],
            self.catalogue_threshold,
            terminating=True,
            paths=[CATALOGUE_TARGET],
        )
        targets = Targets(
            self._next("targets"),
            expires=self._expiry(now, "targets"),
            targets={PUBLICATION_TARGET: target},
            delegations=Delegations(
                {signer.public_key.keyid: signer.public_key for signer in self.signers[CATALOGUE_ROLE]},
                {CATALOGUE_ROLE: law},
            ),
        )
        self._put_metadata("targets", Metadata(targets))
        self._sign_snapshot(now)
        self.heartbeat(now)

    def heartbeat(self, now: datetime) -> None:
        """Sign "nothing changed": a new timestamp, and with it the instant of contact."""
        timestamp = Timestamp(
            self._next("timestamp"),
            expires=self._expiry(now, "timestamp"),
            snapshot_meta=self._meta("snapshot"),
            unrecognized_fields={SIGNED_AT_FIELD: instant_text(now)},
        )
        self._put_metadata("timestamp", Metadata(timestamp))

    def rotate_root(self, now: datetime, *, roles: Iterable[str] = ()) -> None:
        """Sign a new root with the keys of the old one, giving ``roles`` new keys; those of the law sign it anew."""
        before = list(self.signers["root"])
        for role in roles:
            self.signers[role] = _keys(len(self.signers[role]))
            self._catalogue_signed = b"" if role == CATALOGUE_ROLE else self._catalogue_signed
        self._sign_root(now, before)

    def write(self, folder: Path) -> None:
        """Lay the distribution files into ``folder``."""
        for path, data in self.files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)

    def _published(self) -> dict[Subject, SubjectRecord]:
        canary = {Subject.parse(self.canary): CANARY_RECORD} if self.has_canary else {}
        return {**canary, **self.records}

    def _lists(self, published: Iterable[SubjectRecord]) -> Mapping[str, ListStatement]:
        stated = {name: ListStatement(entries=0, complete_as_of=day) for name, day in self.declared.items()}
        for record in published:
            for entry in record.entries:
                before = stated.get(entry.list, ListStatement(entries=0))
                stated[entry.list] = before.model_copy(update={"entries": before.entries + 1})
        return stated

    def _pack(self, built: tree.Changed, serial: int, cut: shape.Shape) -> PackStatement:
        data = b"".join(pack.write(built.root, _Built(built.objects)))
        self.files[pack.path_of(built.root.name)] = data
        return PackStatement(
            map_root=built.root.name, serial=serial, shape=cut, length=len(data), sha256=sha256(data).hexdigest()
        )

    def _sign_root(self, now: datetime, before: Sequence[CryptoSigner] = ()) -> None:
        root = Root(self._next("root"), expires=self._expiry(now, "root"), consistent_snapshot=True)
        for role in ("root", *_ONLINE):
            for signer in self.signers[role]:
                root.add_key(signer.public_key, role)
            root.roles[role].threshold = self.root_threshold if role == "root" else self.online_threshold
        people = {signer.public_key.keyid: signer.public_key for signer in self.signers[CATALOGUE_ROLE]}
        root.keys.update(people)
        root.unrecognized_fields[LAW_SIGNERS_FIELD] = LawSigners.of(people, self.catalogue_threshold).to_field()
        data = self._put_metadata("root", Metadata(root), before)
        self._pinned = self._pinned or data

    def _sign_catalogue(self, now: datetime) -> None:
        target = TargetFile.from_data(CATALOGUE_TARGET, self.catalogue, ["sha256"])
        self._put_target(target, self.catalogue)
        law = Targets(
            self._next(CATALOGUE_ROLE), expires=self._expiry(now, CATALOGUE_ROLE), targets={CATALOGUE_TARGET: target}
        )
        self._put_metadata(CATALOGUE_ROLE, Metadata(law))
        self._catalogue_signed = self.catalogue

    def _sign_snapshot(self, now: datetime) -> None:
        meta = {f"{role}.json": self._meta(role) for role in ("targets", CATALOGUE_ROLE)}
        snapshot = Snapshot(self._next("snapshot"), expires=self._expiry(now, "snapshot"), meta=meta)
        self._put_metadata("snapshot", Metadata(snapshot))

    def _expiry(self, now: datetime, role: str) -> datetime:
        return now.replace(microsecond=0) + self.validity[role]

    def _next(self, role: str) -> int:
        self.versions[role] += 1
        return self.versions[role]

    def _meta(self, role: str) -> MetaFile:
        version = self.versions[role]
        return MetaFile.from_data(version, self.files[f"metadata/{version}.{role}.json"], ["sha256"])

    def _put_metadata(
        self,
        role: str,
        metadata: Metadata[Root] | Metadata[Timestamp] | Metadata[Snapshot] | Metadata[Targets],
        before: Sequence[CryptoSigner] = (),
    ) -> bytes:
        for signer in {signer.public_key.keyid: signer for signer in [*before, *self.signers[role]]}.values():
            metadata.sign(signer, append=True)
        data = metadata.to_bytes()
        name = f"{role}.json" if role == "timestamp" else f"{metadata.signed.version}.{role}.json"
        self.files[f"metadata/{name}"] = data
        return data

    def _put_target(self, target: TargetFile, data: bytes) -> None:
        for path in target.get_prefixed_paths():
            self.files[f"targets/{path}"] = data


@dataclass(frozen=True)
class _Built:
    """The objects just built, as a source."""

    objects: Mapping[str, bytes]

    def read(self, name: str) -> bytes:
        return self.objects[name]


def _keys(count: int) -> list[CryptoSigner]:
    return [CryptoSigner.generate_ed25519() for _ in range(count)]
