"""Which file a replica is (文件标识): the same by every way to it, another once it was replaced."""

from pathlib import Path
from typing import NamedTuple


class FileIdentity(NamedTuple):
    """What makes a file the same file, whatever the way to it."""

    device: int
    number: int


def identity(directory: Path) -> FileIdentity | None:
    """The LMDB file in ``directory`` as it stands there now, None if there is none."""
    try:
        found = (directory / "data.mdb").stat()
    except OSError:
        return None
    return FileIdentity(found.st_dev, found.st_ino)
