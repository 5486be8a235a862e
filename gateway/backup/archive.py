"""The file of a backup (备份文件): a ZIP archive with a manifest that names every part with its digest.

===================  ==============================================================================================
``manifest.json``    what it is, of which gateway, schema and instant; every part with its length and SHA-256
``tables/…jsonl``    one line for each row of a table
``files/…``          files of the gateway's folder, under their own paths
===================  ==============================================================================================

Nothing of a backup is believed before all of it has been read once and every digest was found right.
"""

import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway.problems import BackupError
from gateway.settings import FILE_MODE

FORMAT: Literal["credit-gateway-backup/1"] = "credit-gateway-backup/1"
MAX_MANIFEST_BYTES = 16 * 1024 * 1024
MAX_LINE_BYTES = 64 * 1024 * 1024
MAX_FILE_BYTES = 64 * 1024 * 1024
_MANIFEST = "manifest.json"
_LEVEL = 3
_READ_BYTES = 1024 * 1024
_Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
ANOTHER_BACKUP = "请换一份备份 / Use another backup."


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TablePart(_Strict):
    """A table in a backup."""

    name: Annotated[str, Field(pattern=r"^[a-z_]{1,63}$")]
    columns: tuple[str, ...]
    rows: int
    sha256: _Digest

    @property
    def member(self) -> str:
        """Its name in the archive."""
        return f"tables/{self.name}.jsonl"


class FilePart(_Strict):
    """A file in a backup; ``path`` is relative to the gateway's folder."""

    path: str
    length: int
    sha256: _Digest

    @property
    def member(self) -> str:
        """Its name in the archive."""
        return f"files/{self.path}"


class Manifest(_Strict):
    """What a backup says of itself (备份清单).

    Attributes:
        settings: Those of the gateway, but for the address of its database.
        made_at: Instant of the state it holds.
        revision: Schema of the tables.
        serial: Of the last publication, 0 before the first.
        ledger_rows / ledger_digest: Where the ledger ended.
        has_keys: Whether private keys are in it.
    """

    format: Literal["credit-gateway-backup/1"] = FORMAT
    settings: dict[str, str | int]
    made_at: datetime
    revision: str
    serial: int
    ledger_rows: int
    ledger_digest: _Digest
    has_keys: bool
    tables: tuple[TablePart, ...]
    files: tuple[FilePart, ...]


class BackupWriter:
    """Writes the parts, then the manifest; made by :func:`written`."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.tables: list[TablePart] = []
        self.files: list[FilePart] = []

    def add_table(self, name: str, columns: tuple[str, ...], lines: Iterable[bytes]) -> None:
        """Write a table."""
        digest, rows = hashlib.sha256(), 0
        with self._archive.open(f"tables/{name}.jsonl", "w", force_zip64=True) as member:
            for line in lines:
                data = line + b"\n"
                digest.update(data)
                member.write(data)
                rows += 1
        self.tables.append(TablePart(name=name, columns=columns, rows=rows, sha256=digest.hexdigest()))

    def add_file(self, path: str, data: bytes) -> None:
        """Write a file of the gateway's folder."""
        part = FilePart(path=path, length=len(data), sha256=hashlib.sha256(data).hexdigest())
        self._archive.writestr(part.member, data)
        self.files.append(part)

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest."""
        self._archive.writestr(_MANIFEST, manifest.model_dump_json(indent=1))


@contextmanager
def written(path: Path) -> Iterator[BackupWriter]:
    """A new backup that only its owner may read; it appears under its name whole or not at all.

    Raises:
        BackupError: The file is there already.
    """
    if path.exists():
        raise BackupError(
            f"{path}已存在，备份从不覆盖已有文件 / {path} is there already, and a backup is never written over.",
            hint="请换一个文件名 / Name another file.",
        )
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        handle = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, FILE_MODE)
        with os.fdopen(handle, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
                yield BackupWriter(archive)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


class BackupReader:
    """A backup whose every digest was found right; made by :meth:`opened`.

    Attributes:
        manifest: What it says of itself.
    """

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self.manifest = manifest

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[Self]:
        """Open a backup and read all of it once.

        Raises:
            BackupError: It is none, is damaged, or holds what its manifest does not name.
        """
        try:
            with zipfile.ZipFile(path) as archive:
                reader = cls(archive, _manifest(archive))
                reader._require_whole()
                yield reader
        except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError) as error:
            raise BackupError(
                f"{path}不是网关的备份，或已损坏 / {path} is no backup of a gateway, or is damaged ({error}).",
                hint=ANOTHER_BACKUP,
            ) from None

    def file(self, part: FilePart) -> bytes:
        """A file of the gateway's folder."""
        return self._archive.read(part.member)

    def lines(self, part: TablePart) -> Iterator[bytes]:
        """The lines of a table."""
        with self._archive.open(part.member) as member:
            while line := member.readline(MAX_LINE_BYTES):
                yield line

    def _require_whole(self) -> None:
        parts: list[TablePart | FilePart] = [*self.manifest.tables, *self.manifest.files]
        if sorted(self._archive.namelist()) != sorted([_MANIFEST, *(part.member for part in parts)]):
            raise BackupError(
                "备份的内容与其清单不符 / The backup holds other parts than its manifest names.", hint=ANOTHER_BACKUP
            )
        for file in self.manifest.files:
            _require_inside(file.path)
            if self._archive.getinfo(file.member).file_size != file.length or file.length > MAX_FILE_BYTES:
                raise BackupError(
                    f"备份中{file.path}的长度与清单不符 / "
                    f"{file.path} of the backup has another length than its manifest says.",
                    hint=ANOTHER_BACKUP,
                )
        for part in parts:
            digest = hashlib.sha256()
            try:
                with self._archive.open(part.member) as member:
                    while data := member.read(_READ_BYTES):
                        digest.update(data)
            # What the decompressor says of damaged bytes depends on where they are.
            except (zipfile.BadZipFile, zlib.error, EOFError) as error:
                raise BackupError(
                    f"备份中{part.member}已损坏 / {part.member} of the backup is damaged ({error}).",
                    hint=ANOTHER_BACKUP,
                ) from None
            if digest.hexdigest() != part.sha256:
                raise BackupError(
                    f"备份中{part.member}与清单不符 / {part.member} of the backup is not what its manifest says.",
                    hint=ANOTHER_BACKUP,
                )


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        if archive.getinfo(_MANIFEST).file_size > MAX_MANIFEST_BYTES:
            raise BackupError("备份清单过长 / The manifest of the backup is too long.", hint=ANOTHER_BACKUP)
        return Manifest.model_validate_json(archive.read(_MANIFEST))
    except (KeyError, ValidationError, zlib.error, EOFError):
        raise BackupError(
            f"该文件没有备份清单（{FORMAT}） / The file has no manifest of a backup ({FORMAT}).", hint=ANOTHER_BACKUP
        ) from None


def _require_inside(path: str) -> None:
    parts = PurePosixPath(path).parts
    if not parts or path != "/".join(parts) or parts[0] not in {"trust", "keys", "distribution"} or ".." in parts:
        raise BackupError(
            f"{path}不属于网关的目录 / {path} does not belong into the folder of a gateway.", hint=ANOTHER_BACKUP
        )
