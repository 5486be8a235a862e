"""Retained signatures (签名留存): the signed files of the last contacts, to prove a check a while later.

python-tuf keeps the newest metadata alone, and the timestamp is signed anew every half minute; a decision states the
instant of the one it was made on. Kept are therefore the last timestamps, and with each publication the files it was
signed by: some hundred small files. Only the elected syncer writes here; a file stands complete or not at all.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tuf.api.metadata import Metadata, Root, Snapshot, Timestamp

from credit_sdk.errors import ReplicaError
from credit_sdk.publication.statement import CATALOGUE_ROLE, SIGNED_AT_FIELD, read_instant
from credit_sdk.trust.roots import METADATA_FOLDER, ROOT_HISTORY_FOLDER, TRUST_FOLDER

RETAINED_FOLDER = "retained"
CONTACTS_MAX = 240
"""Two hours of heartbeats at one in half a minute."""

SNAPSHOTS_MAX = 8
_BELOW = ("snapshot", "targets", CATALOGUE_ROLE)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Retained:
    """The signed files of one contact, as published.

    Attributes:
        roots: From the first one this replica was given up to the one in force.
    """

    roots: tuple[bytes, ...]
    timestamp: bytes
    snapshot: bytes
    targets: bytes
    catalogue: bytes


def retain(directory: Path) -> None:
    """Keep what the last refresh verified, before it is taken over. Only the elected process may call it.

    Args:
        directory: Of the replica.

    Raises:
        ReplicaError: It cannot be written.
    """
    metadata, folder = _metadata(directory), directory / TRUST_FOLDER / RETAINED_FOLDER
    try:
        timestamp = (metadata / "timestamp.json").read_bytes()
        version = Metadata[Root].from_bytes((metadata / "root.json").read_bytes()).signed.version
        snapshot = Metadata[Snapshot].from_bytes((metadata / "snapshot.json").read_bytes()).signed.version
        place = folder / str(snapshot)
        place.mkdir(parents=True, exist_ok=True)
        for role in _BELOW:
            _write(place / f"{role}.json", (metadata / f"{role}.json").read_bytes())
        # Last, for it is looked for first: whoever finds it finds the others.
        _write(place / _name(_signed_at(timestamp), version), timestamp)
        _prune(folder)
    except OSError as error:
        raise ReplicaError(
            f"The folder {folder} cannot be written ({error.strerror}), so checks could not be proved later.",
            hint="Make room on the disk and let the account that runs this write there.",
        ) from error


def of_contact(directory: Path, contact_at: datetime) -> Retained | None:
    """The signed files of the contact signed at that instant, None if they are not kept any more.

    Raises:
        ReplicaError: They cannot be read.
    """
    try:
        # A file that goes while it is looked at was the oldest: then it is not kept any more.
        with suppress(FileNotFoundError):
            for place in _places(directory / TRUST_FOLDER / RETAINED_FOLDER):
                for found in place.glob(f"{_us(contact_at)}.*.json"):
                    return _read(directory, found, place, int(found.name.split(".")[1]))
        with suppress(FileNotFoundError):
            return _newest(directory, contact_at)
    except OSError as error:
        raise ReplicaError(
            f"The signed files under {directory / TRUST_FOLDER} cannot be read ({error.strerror}).",
            hint="Let the account that runs this read the folder.",
        ) from error
    return None


def _newest(directory: Path, contact_at: datetime) -> Retained | None:
    """What the last refresh verified, if it is of that contact; where nothing was retained yet."""
    metadata = _metadata(directory)
    if _signed_at((metadata / "timestamp.json").read_bytes()) != contact_at:
        return None
    version = Metadata[Root].from_bytes((metadata / "root.json").read_bytes()).signed.version
    return _read(directory, metadata / "timestamp.json", metadata, version)


def _read(directory: Path, timestamp: Path, place: Path, root_version: int) -> Retained | None:
    history = _metadata(directory) / ROOT_HISTORY_FOLDER
    versions = sorted(int(path.name.split(".")[0]) for path in history.glob("*.root.json"))
    if root_version not in versions:
        return None
    snapshot, targets, catalogue = ((place / f"{role}.json").read_bytes() for role in _BELOW)
    return Retained(
        roots=tuple((history / f"{each}.root.json").read_bytes() for each in versions if each <= root_version),
        timestamp=timestamp.read_bytes(),
        snapshot=snapshot,
        targets=targets,
        catalogue=catalogue,
    )


def _prune(folder: Path) -> None:
    places = list(_places(folder))
    for place in places[SNAPSHOTS_MAX:]:
        for file in place.iterdir():
            file.unlink()
        place.rmdir()
    kept = sorted(
        (file for place in places[:SNAPSHOTS_MAX] for file in place.glob("*.*.json")),
        key=lambda file: int(file.name.split(".")[0]),
    )
    for file in kept[:-CONTACTS_MAX]:
        file.unlink()


def _places(folder: Path) -> Iterator[Path]:
    """One for each snapshot, newest first."""
    yield from sorted(folder.iterdir(), key=lambda place: int(place.name), reverse=True)


def _metadata(directory: Path) -> Path:
    return directory / TRUST_FOLDER / METADATA_FOLDER


def _signed_at(timestamp: bytes) -> datetime:
    return read_instant(Metadata[Timestamp].from_bytes(timestamp).signed.unrecognized_fields.get(SIGNED_AT_FIELD))


def _name(signed_at: datetime, root_version: int) -> str:
    return f"{_us(signed_at)}.{root_version}.json"


def _us(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(microseconds=1)


def _write(path: Path, data: bytes) -> None:
    if path.exists():
        return
    beside = path.with_suffix(".new")
    beside.write_bytes(data)
    beside.replace(path)
