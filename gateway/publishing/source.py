"""What the registry wants published (发布来源): the subjects that changed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from heapq import merge
from itertools import groupby

from sqlalchemy import Connection, delete, func, select

from credit_sdk.publication import records
from gateway.database.engine import among
from gateway.database.tables import entries, pending
from gateway.publishing import canary
from gateway.publishing.builder import CHUNK_KEYS, chunks
from gateway.publishing.spool import Spool
from gateway.registry.lifecycle import EntryState
from gateway.registry.periods import PeriodLaw
from gateway.registry.records import records_of
from gateway.registry.same_subject import any_links, with_former_numbers

Mark = tuple[bytes, datetime]
"""A subject that was marked as changed, and since when."""


def anything_changed(connection: Connection) -> bool:
    """Whether any subject is marked as changed."""
    return connection.scalar(select(pending.c.subject_key).limit(1)) is not None


def ended_by_calendar(connection: Connection) -> dict[str, int]:
    """By list, how many entries of the subjects marked as changed the calendar has ended (公示期满)."""
    # Not the bare column: to group by it SQLite would go through all entries in the order of lists, instead of asking
    # for those of the few subjects that changed.
    list_id = (entries.c.list + "").label("list")
    statement = (
        select(list_id, func.count().label("times"))
        .where(entries.c.subject_key.in_(select(pending.c.subject_key)), entries.c.state == EntryState.LAPSED)
        .group_by(list_id)
    )
    return {row.list: row.times for row in connection.execute(statement)}


def wanted(
    connection: Connection, marked: Spool[Mark], law: PeriodLaw, canary_key: bytes, *further: bytes
) -> Iterator[Mapping[bytes, bytes | None]]:
    """The record that each marked subject should have in the map, None where it should have none.

    Natural persons never have one: the registry does not hand theirs out. A subject with former numbers has one under
    each of its numbers, and all of them are asked for when one is marked.

    Args:
        connection: Reads the registry.
        marked: Takes the marks as they are read.
        law: The periods by which publicity ends.
        canary_key: Whose record has the entry of the canary; asked for whether it was marked or not.
        further: Keys that are asked for as well.

    Yields:
        Records by key, in portions in the order of keys.
    """
    for portion in _changed(connection):
        marked.add(portion)
    # After the marks, so that whoever links meanwhile leaves marks for the next publication.
    linked = _linked(connection, marked)
    keys = merge((key for key, _ in marked), sorted({canary_key, *further, *linked}))
    for asked in chunks(key for key, _ in groupby(keys)):
        yield _records(connection, asked, canary_key, law)


def _linked(connection: Connection, marked: Spool[Mark]) -> set[bytes]:
    """Keys of the same subjects as those that are marked."""
    if not any_links(connection):
        return set()
    return {
        key
        for portion in marked.portions()
        for one in with_former_numbers(connection, [key for key, _ in portion]).values()
        for key in one.keys
    }


def _changed(connection: Connection) -> Iterator[list[Mark]]:
    rows = connection.execute(
        select(pending.c.subject_key, pending.c.since)
        .order_by(pending.c.subject_key)
        .execution_options(yield_per=CHUNK_KEYS)
    )
    return chunks((key, since) for key, since in rows)


def _records(
    connection: Connection, keys: Collection[bytes], canary_key: bytes, law: PeriodLaw
) -> dict[bytes, bytes | None]:
    held = records_of(connection, keys, law)
    if canary_key in keys:
        held[canary_key] = canary.with_canary(held.get(canary_key))
    return {key: records.encode(held[key]) if key in held else None for key in keys}


def clear(connection: Connection, read: Iterable[Mark]) -> None:
    """Take away the marks that were read; one that was set again since stays."""
    for portion in chunks(read):
        # By the instant, of which there are few: whatever a batch put into force was marked at one.
        marked: dict[datetime, list[bytes]] = defaultdict(list)
        for key, since in portion:
            marked[since].append(key)
        for since, keys in marked.items():
            connection.execute(
                delete(pending).where(among(connection, pending.c.subject_key, keys), pending.c.since == since)
            )
