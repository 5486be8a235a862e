"""The TUF client workflow (更新流程) over our transport: from the pinned root to verified metadata and targets.

python-tuf does the work, in the order of the specification. Ours are the bounds, the way over which files come, and
what its refusals are called. Which roles there must be, and what the targets say, is not known here: that is the matter
of :mod:`credit_sdk.trust.refresh`.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from tuf.api import exceptions
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from credit_sdk.errors import CreditError, GatewayRefusedError, IntegrityError, ReplicaError, TransportError, TrustError
from credit_sdk.publication.statement import MAX_CATALOGUE_BYTES
from credit_sdk.transport import Transport
from credit_sdk.trust.roots import MAX_ROOT_BYTES, ROOT_HISTORY_FOLDER

LIMITS = UpdaterConfig(
    max_root_rotations=64,
    max_delegations=2,
    root_max_length=MAX_ROOT_BYTES,
    timestamp_max_length=16 * 1024,
    snapshot_max_length=64 * 1024,
    targets_max_length=256 * 1024,
)
"""Of one refresh. Roots that were reached before are not counted: a longer chain is walked over several refreshes."""

STAYS = "What is held stays in use until it expires."

_NOT_FOUND = 404
_SHOWN_CHARACTERS = 300

T = TypeVar("T")


class Workflow:
    """One walk through the workflow; made anew for each refresh.

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
        self._started: Updater | None = None

    def refresh(self) -> None:
        """Root, timestamp, snapshot and targets, each verified before it is stored.

        Raises:
            TrustError: Signatures, versions or expiry do not hold.
            IntegrityError: A file is not the one that is named above it.
            TransportError: The files could not be had.
            ReplicaError: The folders cannot be written.
        """
        self._as_ours(lambda: self._updater().refresh())

    def role(self, name: str) -> bytes:
        """The verified metadata of a role that was refreshed, or delegated to for a target."""
        return self._as_ours((self._metadata_dir / f"{name}.json").read_bytes)

    def target(self, name: str, *, max_bytes: int) -> bytes:
        """A verified target, fetched unless the one that is stored is still it.

        Args:
            name: Its path.
            max_bytes: More is refused before it is fetched.

        Raises:
            TrustError: No role that is trusted with it names it, or it is announced too large.
            IntegrityError: What came is not what was signed.
            TransportError: It could not be had.
            ReplicaError: The folder cannot be written.
        """
        return self._as_ours(lambda: self._target(self._updater(), name, max_bytes))

    def _target(self, updater: Updater, name: str, max_bytes: int) -> bytes:
        target = updater.get_targetinfo(name)
        if target is None:
            raise TrustError(f"The signed metadata names no {name}, so there is nothing to take over.", hint=STAYS)
        if target.length > max_bytes:
            raise TrustError(f"{name} is announced with {target.length} bytes; {max_bytes} is the most.", hint=STAYS)
        path = updater.find_cached_target(target) or updater.download_target(target)
        return Path(path).read_bytes()

    def _updater(self) -> Updater:
        if self._started is None:
            self._metadata_dir.mkdir(parents=True, exist_ok=True)
            self._target_dir.mkdir(parents=True, exist_ok=True)
            walked = sum(1 for _ in (self._metadata_dir / ROOT_HISTORY_FOLDER).glob("*.root.json"))
            self._started = Updater(
                str(self._metadata_dir),
                "metadata/",
                str(self._target_dir),
                "targets/",
                fetcher=_Fetcher(self._transport),
                # Every walk begins at the pinned root, so what was walked before must not use up the bound.
                config=replace(LIMITS, max_root_rotations=LIMITS.max_root_rotations + max(walked - 1, 0)),
                bootstrap=self._root_bytes,
            )
        return self._started

    def _as_ours(self, step: Callable[[], T]) -> T:
        try:
            return step()
        except exceptions.RepositoryError as error:
            raise _as_trust_error(error) from error
        except exceptions.DownloadError as error:
            raise _as_transport_error(error) from error
        except OSError as error:
            raise ReplicaError(
                f"The folder {self._metadata_dir.parent} cannot be used ({error.strerror}); nothing was taken over.",
                hint="Make room on the disk and let the account that runs this write there.",
            ) from error


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
    detail = _shown(error)
    if isinstance(error, exceptions.ExpiredMetadataError):
        return TrustError(
            f"The signatures of the publication have ended ({detail}); somebody may be holding newer ones back.",
            hint="Check this machine's clock, then ask the gateway's operator whether its heartbeat runs.",
        )
    if isinstance(error, exceptions.LengthOrHashMismatchError):
        return IntegrityError(f"A file of the publication is not the one that was signed ({detail}).", hint=STAYS)
    if isinstance(error, exceptions.BadVersionNumberError):
        return TrustError(f"The gateway serves metadata older than what was seen before ({detail}).", hint=STAYS)
    if isinstance(error, exceptions.UnsignedMetadataError):
        return TrustError(
            f"The publication is not signed by the keys this replica trusts ({detail}).",
            hint="Compare the key identifiers of `credit doctor` with those the gateway's operator states.",
        )
    return TrustError(f"The signed metadata cannot be believed ({detail}).", hint=STAYS)


def _as_transport_error(error: exceptions.DownloadError) -> CreditError:
    cause = error.__cause__
    if isinstance(cause, CreditError):
        return cause
    if isinstance(error, exceptions.DownloadLengthMismatchError):
        return IntegrityError(f"A file of the publication is longer than it may be ({_shown(error)}).", hint=STAYS)
    return TransportError(
        f"The publication could not be fetched ({_shown(error)}).", hint="It is tried again by itself."
    )


def _shown(error: Exception) -> str:
    """What python-tuf says, as part of one line; some of it may have been written by whoever is refused."""
    text = str(error).partition("\n")[0][:_SHOWN_CHARACTERS].rstrip(".")
    return "".join(each if each.isprintable() else "?" for each in text) or type(error).__name__
