"""The register of superseded files (已被取代的文件): what no publication needs any more, and since when.

It stands in the registry, so that it changes together with the publication that superseded them, and so that the age of
a file does not hang on what a copy, a restored volume or ``touch`` makes of its times.
"""

from collections.abc import Collection, Iterable, Sequence, Set
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select

from gateway.database.engine import insert_missing, insert_or_update
from gateway.database.tables import superseded_files

_GOING = delete(superseded_files).where(superseded_files.c.path == bindparam("gone"))
_ROWS_AT_A_TIME = 1_000


def replaced(connection: Connection, gone: Iterable[str], living: Iterable[str], at: datetime) -> None:
    """Enter what a publication superseded, and take out what it needs anew; their age begins at ``at``."""
    insert_or_update(
        connection, superseded_files, [{"path": path, "superseded_at": at} for path in sorted(gone)], key=("path",)
    )
    forget(connection, sorted(living))


def found(connection: Connection, unreached: Collection[str], living: Set[str], at: datetime) -> None:
    """Enter what nothing reaches, from ``at`` on unless it stands there already, and take out what is reached."""
    insert_missing(
        connection, superseded_files, [{"path": path, "superseded_at": at} for path in sorted(unreached)], key=("path",)
    )
    forget(connection, sorted(paths(connection) & living))


def due(connection: Connection, until: datetime, limit: int | None) -> list[str]:
    """Files superseded before an instant, the first of them first."""
    when = superseded_files.c.superseded_at
    question = select(superseded_files.c.path).where(when < until).order_by(when, superseded_files.c.path)
    return list(connection.scalars(question.limit(limit)))


def paths(connection: Connection) -> set[str]:
    """All that stand there."""
    return set(connection.scalars(select(superseded_files.c.path).execution_options(yield_per=_ROWS_AT_A_TIME)))


def number(connection: Connection) -> int:
    """How many stand there."""
    return connection.scalar(select(func.count()).select_from(superseded_files)) or 0


def forget(connection: Connection, paths: Sequence[str]) -> None:
    """Take files out."""
    if paths:
        connection.execute(_GOING, [{"gone": path} for path in paths])
