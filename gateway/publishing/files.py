"""The distribution folder: what a static server or a content network serves.

What is named by its content or its version is written once under that name; only ``timestamp.json`` and
``ledger/checkpoint`` are ever replaced. What is superseded is removed much later (:mod:`gateway.publishing.removal`).

Durability: every file appears under its name whole or not at all (written beside it, then renamed). Before a
publication is committed, everything it names has reached the disk: few files are synchronised one by one, many by one
``sync`` of the system. A power cut can therefore lose files nobody was told of, never one that signed metadata names.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

MANY_FILES = 64
"""From here on one ``sync`` of the system is cheaper than one for each file."""


def write_whole(path: Path, data: bytes, *, mode: int = 0o644, durable: bool = True) -> None:
    """Put ``data`` at ``path`` so that a reader sees the old bytes or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    if durable:
        _synchronise_folder(path.parent)


def _synchronise_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Folder:
    """The folder ``HOME/distribution`` and its parts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.metadata = self.path / "metadata"
        self.targets = self.path / "targets"
        self.objects = self.path / "objects"
        self.ledger = self.path / "ledger"
        # Beside the folder: what lies in it is served.
        self._accounted = self.path.with_name("accounted")

    @property
    def is_accounted(self) -> bool:
        """Whether every file that nothing reaches is known to stand in the register of superseded files."""
        return self._accounted.exists()

    def leave_accounts(self) -> None:
        """Note, before files are written that may never be reached, that this is not known any more."""
        self._accounted.unlink(missing_ok=True)

    def settle_accounts(self) -> None:
        """Note that it is known."""
        self._accounted.touch(mode=0o600)

    def paths(self) -> Iterator[str]:
        """Every file by its path below the folder, but for the checkpoints of the ledger."""
        folders = [self.metadata, self.targets, *(path for path in self.objects.glob("*") if path.is_dir())]
        for folder in folders:
            with suppress(FileNotFoundError), os.scandir(folder) as found:
                beginning = folder.relative_to(self.path).as_posix()
                yield from (f"{beginning}/{entry.name}" for entry in found if entry.is_file(follow_symlinks=False))

    def size_bytes(self, path: str) -> int | None:
        """The size of a file by its path below the folder, None if it is not there."""
        try:
            return (self.path / path).stat().st_size
        except FileNotFoundError:
            return None

    def remove(self, path: str) -> int | None:
        """Remove a file by its path below the folder; its size, None if it was not there."""
        size_bytes = self.size_bytes(path)
        (self.path / path).unlink(missing_ok=True)
        return size_bytes

    def read_metadata(self, name: str) -> bytes | None:
        """Signed metadata by file name, None while it was never written."""
        return _read(self.metadata / name)

    def write_metadata(self, name: str, data: bytes) -> None:
        """Write signed metadata under its file name."""
        write_whole(self.metadata / name, data)

    def read_target(self, name: str, digest: str) -> bytes | None:
        """A target by its name and SHA-256 (consistent snapshot), None while it was never written."""
        return _read(self.targets / f"{digest}.{name}")

    def write_target(self, name: str, data: bytes) -> str:
        """Write a target under its hash; the SHA-256, hex."""
        digest = hashlib.sha256(data).hexdigest()
        write_whole(self.targets / f"{digest}.{name}", data)
        return digest

    def object_path(self, name: str) -> Path:
        """Where the object of this name lies."""
        return self.objects / name[:2] / name

    def read_object(self, name: str) -> bytes | None:
        """A compressed object, None if it is not held."""
        return _read(self.object_path(name))

    def write_objects(self, objects: Iterable[tuple[str, bytes]]) -> tuple[int, int]:
        """Write compressed objects and wait until they are on the disk; how many, and their bytes.

        One that is there already is written again: after a power cut it may be there in name only.
        """
        written: list[Path] = []
        size_bytes = 0
        for name, data in objects:
            path = self.object_path(name)
            write_whole(path, data, durable=False)
            written.append(path)
            size_bytes += len(data)
        if len(written) >= MANY_FILES:
            os.sync()
        else:
            for path in written:
                _synchronise_file(path)
                _synchronise_folder(path.parent)
        return len(written), size_bytes

    def pack_path(self, map_root: str) -> Path:
        """Where the pack of this root lies."""
        return self.objects / "packs" / map_root


def _synchronise_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
