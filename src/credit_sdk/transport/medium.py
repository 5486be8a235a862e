"""Files for a medium that is carried by hand (介质文件): there whole or not at all, and never over another file."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from credit_sdk.errors import InvalidRequestError, SettingsError


def require_new(path: Path) -> None:
    """Refuse a name that is taken, to be said before the work and not after it.

    Raises:
        InvalidRequestError: There is a file of that name: it may be the only one of its kind.
    """
    if path.exists():
        raise InvalidRequestError(
            f"{path} is there already and is not written over.", hint="Name a new file, or remove that one first."
        )


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A new file, readable by its owner alone; it has its name once everything is on the medium.

    Raises:
        InvalidRequestError: There is a file of that name.
        SettingsError: It cannot be written; nothing is left of it.
    """
    require_new(path)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
        _synchronise_folder(path.parent)
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written ({error.strerror}), and nothing was left of it.",
            hint="Make room on the medium, or use another one that this account may write.",
        ) from error
    finally:
        beside.unlink(missing_ok=True)


def _synchronise_folder(folder: Path) -> None:
    # Not every file system of a medium can; the file itself is there already.
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
