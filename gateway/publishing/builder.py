"""From changed subjects to the next map (构建): work grows with what changed, not with what is published.

Only when there is no map yet, when the number of subjects asks for another shape, or when an object on the disk is
missing or damaged, the whole map is built anew from the records as last published. Either way one leaf object is held
in memory at a time; what changed and what was built waits in spools.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from typing import TypeVar

from sqlalchemy import Connection, select

from credit_sdk.errors import IntegrityError
from credit_sdk.publication import objects, records, tree
from credit_sdk.publication.merkle import Node, Record
from credit_sdk.publication.shape import Shape, choose_shape
from credit_sdk.publication.statement import Publication
from gateway.database.engine import among
from gateway.database.tables import published_records
from gateway.publishing.files import Folder
from gateway.publishing.spool import Spool, Spools

Compressed = tuple[str, bytes]
"""The name of an object and its bytes as they lie in the distribution."""

CHUNK_KEYS = 2_000
"""Keys in one question; each costs a way to the server and back, and SQLite takes many more."""

_ROWS_AT_A_TIME = 1_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MapDraft:
    """The map to be published.

    Attributes:
        root: Its root.
        objects: The objects that are new.
        shape: How it is cut.
        subjects: Records in it.
        entries: Entries by list; the canary's list among them.
        changes: Records that differ from the last publication by key, None for those that go.
        is_whole: Whether it was built from nothing instead of from what changed.
        superseded / anew: Names of the objects that it needs no more, and of those it needs anew; not known of a map
            that was built from nothing.
    """

    root: Node
    objects: Spool[Compressed]
    shape: Shape
    subjects: int
    entries: Mapping[str, int]
    changes: Spool[tree.Change]
    is_whole: bool
    superseded: Collection[str] = ()
    anew: Collection[str] = ()


class StoredObjects:
    """The objects in the distribution folder, as the map reads them."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def read(self, name: str) -> bytes:
        """Canonical bytes of an object.

        Raises:
            IntegrityError: It is missing or damaged.
        """
        data = self._folder.read_object(name)
        if data is None:
            raise IntegrityError(
                f"{self._folder.objects}缺少对象{name} / Object {name} is missing from {self._folder.objects}."
            )
        return objects.decompress(data)


def drafted(
    connection: Connection,
    before: Publication | None,
    wanted: Iterable[Mapping[bytes, bytes | None]],
    folder: Folder,
    spools: Spools,
    *,
    is_held: bool = True,
) -> MapDraft:
    """The map after ``before`` in which these subjects have these records.

    Args:
        connection: Reads the records as last published.
        before: The last publication, or None.
        wanted: Record by key, None for a subject without one, in portions in the order of keys; equal to what is
            published counts as no change.
        folder: Where the objects of ``before`` lie.
        spools: Hold what changed and what was built.
        is_held: Whether they all lie there; where something else is served, some may have been removed.
    """
    changes = spools.new(list[tree.Change])
    counts = Counter({name: stated.entries for name, stated in before.lists.items()} if before else {})
    subjects = before.subjects if before else 0
    for portion in wanted:
        held = _published(connection, portion)
        differing = [(key, record) for key, record in sorted(portion.items()) if held.get(key) != record]
        changes.add(differing)
        subjects += sum((record is not None) - (key in held) for key, record in differing)
        counts.subtract(_counted(held[key] for key, _ in differing if key in held))
        counts.update(_counted(record for _, record in differing if record is not None))
    if before is None or not is_held or choose_shape(subjects, held=before.shape) != before.shape:
        return whole(connection, before.shape if before else None, subjects, changes, spools)
    built = spools.new(list[Compressed])
    anew: list[str] = []
    keep = _compressing(built)

    def keep_named(name: str, data: bytes) -> None:
        anew.append(name)
        keep(name, data)

    try:
        made = tree.change(before.root, before.shape, changes, StoredObjects(folder), keep_named)
    except IntegrityError:
        # The registry holds every record: the map can be made again, and is, before anybody misses the object.
        return whole(connection, before.shape, subjects, changes, spools)
    return MapDraft(
        made.root,
        built,
        before.shape,
        subjects,
        +counts,
        changes,
        is_whole=False,
        superseded=made.superseded,
        anew=anew,
    )


def whole(
    connection: Connection, shape: Shape | None, subjects: int, changes: Spool[tree.Change], spools: Spools
) -> MapDraft:
    """The map from the records as last published and ``changes``, built from nothing.

    Args:
        connection: Reads those records.
        shape: As it is cut now, None for a first map.
        subjects: How many records it will have, to choose the shape by.
        changes: What differs.
        spools: Hold what was built.
    """
    shape = choose_shape(subjects, held=shape)
    built, counts = spools.new(list[Compressed]), Counter[str]()
    made = tree.build(_counting(_records_after(connection, changes), counts), shape, _compressing(built))
    return MapDraft(made.root, built, shape, made.subjects_added, counts, changes, is_whole=True)


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """Items in portions whose keys one statement takes."""
    remaining = iter(items)
    while portion := list(islice(remaining, CHUNK_KEYS)):
        yield portion


def _records_after(connection: Connection, changes: Iterable[tree.Change]) -> Iterator[Record]:
    """Every record of the map to be, by key."""
    rows = connection.execute(
        select(published_records.c.key, published_records.c.record)
        .order_by(published_records.c.key)
        .execution_options(yield_per=_ROWS_AT_A_TIME)
    )
    held: Iterator[tree.Change] = ((key, record) for key, record in rows)
    for key, versions in groupby(merge(held, changes, key=itemgetter(0)), key=itemgetter(0)):
        *_, (_, record) = versions  # as published, then as changed
        if record is not None:
            yield key, record


def _counting(found: Iterable[Record], counts: Counter[str]) -> Iterator[Record]:
    for record in found:
        counts.update(records.lists_of(record[1]))
        yield record


def _compressing(spool: Spool[Compressed]) -> tree.Keep:
    return lambda name, data: spool.add([(name, objects.compress(data))])


def _published(connection: Connection, keys: Iterable[bytes]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for portion in chunks(keys):
        held = among(connection, published_records.c.key, portion)
        rows = connection.execute(select(published_records).where(held))
        found.update((row.key, row.record) for row in rows)
    return found


def _counted(encoded: Iterable[bytes]) -> Counter[str]:
    return Counter(name for record in encoded for name in records.lists_of(record))
