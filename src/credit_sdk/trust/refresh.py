"""One refresh of trust (信任刷新): from the pinned root to a publication and a law that may be believed.

python-tuf verifies, in the order of the TUF client workflow: the chain of roots, then timestamp, snapshot and
targets, each with its threshold, expiry and version; then the targets by length and hash. Added here:

1. ``catalogue.json`` counts only from the delegated role ``catalogue``, and that one only with keys that the root pins:
   whoever holds the server's keys can neither sign law nor say who may (:mod:`credit_sdk.trust.delegation`).
2. Publication and law belong together: the digest the publication states is that of the law.
3. Every size and number of steps is bounded.

One process at a time may use the metadata folder: the elected syncer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from tuf.api import exceptions
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from credit_sdk.errors import CreditError, GatewayRefusedError, IntegrityError, ReplicaError, TransportError, TrustError
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
from credit_sdk.trust.roots import MAX_ROOT_BYTES

LIMITS = UpdaterConfig(
    max_root_rotations=64,
    max_delegations=2,
    root_max_length=MAX_ROOT_BYTES,
    timestamp_max_length=16 * 1024,
    snapshot_max_length=64 * 1024,
    targets_max_length=256 * 1024,
)

_NOT_FOUND = 404
_STAYS = "What is held stays in use until it expires."


@dataclass(frozen=True, slots=True)
class Trusted:
    """What a refresh established.

    Attributes:
        publication: The statement; ``publication_bytes`` as signed.
        catalogue: Bytes of the law catalogue it belongs with.
        signed_at: Signed instant of this contact.
        expires: When the signatures of each role end.
    """

    publication: Publication
    publication_bytes: bytes
    catalogue: bytes
    signed_at: datetime
    expires: Mapping[str, datetime]

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
        self._target_dir = target_dir
        self._transport = transport
        self._root_bytes = root_bytes

    def refresh(self) -> Trusted:
        """Ask the gateway what is published now.

        Raises:
            TrustError: Signatures, versions or expiry do not hold.
            IntegrityError: A target does not match its hash, or publication and law do not belong together.
            TransportError: The files could not be had.
            ReplicaError: The folders cannot be written.
        """
        try:
            self._metadata_dir.mkdir(parents=True, exist_ok=True)
            self._target_dir.mkdir(parents=True, exist_ok=True)
            return self._refreshed()
        except exceptions.RepositoryError as error:
            raise _as_trust_error(error) from error
        except exceptions.DownloadError as error:
            raise _as_transport_error(error) from error
        except OSError as error:
            raise ReplicaError(
                f"The folder {self._metadata_dir.parent} cannot be used ({error.strerror}); nothing was taken over.",
                hint="Make room on the disk and let the account that runs this write there.",
            ) from error

    def _refreshed(self) -> Trusted:
        updater = Updater(
            str(self._metadata_dir),
            "metadata/",
            str(self._target_dir),
            "targets/",
            fetcher=_Fetcher(self._transport),
            config=LIMITS,
            bootstrap=self._root_bytes,
        )
        updater.refresh()
        # The verified metadata is what the updater keeps in its folder.
        root = Metadata[Root].from_bytes(self._stored("root")).signed
        timestamp = Metadata[Timestamp].from_bytes(self._stored("timestamp")).signed
        snapshot = Metadata[Snapshot].from_bytes(self._stored("snapshot")).signed
        targets = Metadata[Targets].from_bytes(self._stored("targets")).signed
        require_law_of_people(root, targets)
        statement = self._target(updater, PUBLICATION_TARGET, MAX_STATEMENT_BYTES)
        law = self._target(updater, CATALOGUE_TARGET, MAX_CATALOGUE_BYTES)
        catalogue = Metadata[Targets].from_bytes(self._stored(CATALOGUE_ROLE)).signed
        publication = Publication.from_bytes(statement)
        if sha256(law).hexdigest() != publication.catalogue.digest or len(law) != publication.catalogue.length:
            raise IntegrityError(
                f"Publication {publication.serial} and the law that came with it do not belong together.",
                hint=f"{_STAYS} If this does not pass in a minute, the gateway's release is at fault.",
            )
        return Trusted(
            publication=publication,
            publication_bytes=statement,
            catalogue=law,
            signed_at=read_instant(timestamp.unrecognized_fields.get(SIGNED_AT_FIELD)),
            expires={
                "root": root.expires,
                "timestamp": timestamp.expires,
                "snapshot": snapshot.expires,
                "targets": targets.expires,
                CATALOGUE_ROLE: catalogue.expires,
            },
        )

    def _stored(self, role: str) -> bytes:
        return (self._metadata_dir / f"{role}.json").read_bytes()

    def _target(self, updater: Updater, name: str, max_bytes: int) -> bytes:
        target = updater.get_targetinfo(name)
        if target is None:
            raise TrustError(f"The signed metadata names no {name}, so there is nothing to take over.", hint=_STAYS)
        if target.length > max_bytes:
            raise TrustError(f"{name} is announced with {target.length} bytes; {max_bytes} is the most.", hint=_STAYS)
        path = updater.find_cached_target(target) or updater.download_target(target)
        return Path(path).read_bytes()


class _Fetcher(FetcherInterface):
    """Lets python-tuf fetch through our transport."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def _fetch(self, url: str) -> Iterator[bytes]:
        try:
            yield from self._transport.fetch_stream(url, max_bytes=MAX_CATALOGUE_BYTES)
        except GatewayRefusedError as refused:
            if refused.status == _NOT_FOUND:
                raise exceptions.DownloadHTTPError(str(refused), _NOT_FOUND) from refused
            raise


def _as_trust_error(error: exceptions.RepositoryError) -> CreditError:
    detail = str(error).rstrip(".").splitlines()[0] if str(error) else type(error).__name__
    if isinstance(error, exceptions.ExpiredMetadataError):
        return TrustError(
            f"The signatures of the publication have ended ({detail}); somebody may be holding newer ones back.",
            hint="Check this machine's clock, then ask the gateway's operator whether its heartbeat runs.",
        )
    if isinstance(error, exceptions.LengthOrHashMismatchError):
        return IntegrityError(f"A file of the publication is not the one that was signed ({detail}).", hint=_STAYS)
    if isinstance(error, exceptions.BadVersionNumberError):
        return TrustError(f"The gateway serves metadata older than what was seen before ({detail}).", hint=_STAYS)
    if isinstance(error, exceptions.UnsignedMetadataError):
        return TrustError(
            f"The publication is not signed by the keys this replica trusts ({detail}).",
            hint="Compare the key identifiers of `credit doctor` with those the gateway's operator states.",
        )
    return TrustError(f"The signed metadata cannot be believed ({detail}).", hint=_STAYS)


def _as_transport_error(error: exceptions.DownloadError) -> CreditError:
    cause = error.__cause__
    if isinstance(cause, CreditError):
        return cause
    if isinstance(error, exceptions.DownloadLengthMismatchError):
        return IntegrityError(f"A file of the publication is longer than it may be ({error}).", hint=_STAYS)
    return TransportError(f"The publication could not be fetched ({error}).", hint="It is tried again by itself.")
