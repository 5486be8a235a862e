"""A copy of a SQLite registry beside it (数据库副本), complete even while others write (SQLite's backup interface)."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from gateway.settings import FILE_MODE

_PAGES_AT_A_TIME = 4096


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database into a new file that only its owner may read; it appears under its name whole or not at all."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        unfinished.touch(mode=FILE_MODE)
        with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(unfinished)) as writing:
            reading.backup(writing, pages=_PAGES_AT_A_TIME)
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        for each in (
            unfinished,
            *(unfinished.with_name(unfinished.name + end) for end in ("-wal", "-shm", "-journal")),
        ):
            each.unlink(missing_ok=True)
