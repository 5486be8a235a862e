"""What the registry wants published (发布来源): the law adopted last and the subjects that changed."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select

from credit_sdk.publication import records
from gateway.database.tables import catalogues, pending
from gateway.publishing import canary
from gateway.publishing.builder import chunks
from gateway.registry.records import records_of


class Adopted(NamedTuple):
    """The law in force for publishing: the one adopted last."""

    digest: str
    length_bytes: int


def adopted(connection: Connection) -> Adopted | None:
    """The law adopted last, None before the first adoption."""
    row = connection.execute(
        select(catalogues.c.digest, func.length(catalogues.c.document).label("length_bytes"))
        .order_by(catalogues.c.adopted_at.desc(), catalogues.c.digest)
        .limit(1)
    ).first()
    return None if row is None else Adopted(row.digest, row.length_bytes)


def changed(connection: Connection) -> dict[bytes, datetime]:
    """Subjects marked as changed, and since when."""
    return {row.subject_key: row.since for row in connection.execute(select(pending))}


def anything_changed(connection: Connection) -> bool:
    """Whether any subject is marked as changed."""
    return connection.scalar(select(pending.c.subject_key).limit(1)) is not None


def wanted(connection: Connection, keys: Collection[bytes], canary_key: bytes) -> dict[bytes, bytes | None]:
    """The record each of these subjects should have in the map, None where it should have none.

    Natural persons never have one: the registry does not hand theirs out.
    """
    held = records_of(connection, keys)
    if canary_key in keys:
        held[canary_key] = canary.with_canary(held.get(canary_key))
    return {key: records.encode(held[key]) if key in held else None for key in keys}


def clear(connection: Connection, read: Mapping[bytes, datetime]) -> None:
    """Take away the marks that were read; one that was set again since stays."""
    by_instant: dict[datetime, list[bytes]] = {}
    for key, since in read.items():
        by_instant.setdefault(since, []).append(key)
    for since, keys in by_instant.items():
        for portion in chunks(keys):
            connection.execute(delete(pending).where(pending.c.since == since, pending.c.subject_key.in_(portion)))
