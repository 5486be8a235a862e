"""From changed subjects to the next map (构建): work grows with what changed, not with what is published.

Only when there is no map yet, when the number of subjects asks for another shape, or when an object on the disk is
missing or damaged, the whole map is built anew from the records as last published.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from credit_sdk.errors import IntegrityError
from credit_sdk.publication import objects, records, tree
from credit_sdk.publication.shape import Shape, choose_shape
from credit_sdk.publication.statement import Publication
from gateway.database.tables import published_records
from gateway.publishing.files import Folder

_CHUNK_KEYS = 500
"""Keys in one ``IN``; SQLite and PostgreSQL both take many more."""


@dataclass(frozen=True, slots=True)
class MapDraft:
    """The map to be published.

    Attributes:
        built: Its root and the objects that are new.
        shape: How it is cut.
        subjects: Records in it.
        entries: Entries by list; the canary's list among them.
        changes: Records that differ from the last publication, None for those that go.
        is_whole: Whether it was built from nothing instead of from what changed.
    """

    built: tree.Changed
    shape: Shape
    subjects: int
    entries: Mapping[str, int]
    changes: Mapping[bytes, bytes | None]
    is_whole: bool


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
            raise IntegrityError(f"Object {name} is missing from {self._folder.objects}.")
        return objects.decompress(data)


def drafted(
    connection: Connection, before: Publication | None, wanted: Mapping[bytes, bytes | None], folder: Folder
) -> MapDraft:
    """The map after ``before`` in which these subjects have these records.

    Args:
        connection: Reads the records as last published.
        before: The last publication, or None.
        wanted: Record by key, None for a subject without one; equal to what is published counts as no change.
        folder: Where the objects of ``before`` lie.
    """
    held = _published(connection, wanted)
    changes = {key: record for key, record in wanted.items() if held.get(key) != record}
    if before is None:
        return whole(connection, None, changes)
    subjects = before.subjects + sum((record is not None) - (key in held) for key, record in changes.items())
    if choose_shape(subjects, held=before.shape) != before.shape:
        return whole(connection, before.shape, changes)
    try:
        built = tree.change(before.root, before.shape, changes, StoredObjects(folder))
    except IntegrityError:
        # The registry holds every record: the map can be made again, and is, before anybody misses the object.
        return whole(connection, before.shape, changes)
    counts = Counter({name: stated.entries for name, stated in before.lists.items()})
    counts.subtract(_counted(held[key] for key in changes if key in held))
    counts.update(_counted(record for record in changes.values() if record is not None))
    return MapDraft(built, before.shape, subjects, +counts, changes, is_whole=False)


def whole(connection: Connection, shape: Shape | None, changes: Mapping[bytes, bytes | None]) -> MapDraft:
    """The map from the records as last published and ``changes``, built from nothing."""
    everything = {row.key: row.record for row in connection.execute(select(published_records))}
    for key, record in changes.items():
        if record is None:
            everything.pop(key, None)
        else:
            everything[key] = record
    shape = choose_shape(len(everything), held=shape)
    built = tree.build(sorted(everything.items()), shape)
    return MapDraft(built, shape, len(everything), _counted(everything.values()), changes, is_whole=True)


def chunks(keys: Iterable[bytes]) -> Iterable[Sequence[bytes]]:
    """Keys in portions that one statement takes."""
    remaining = list(keys)
    for start in range(0, len(remaining), _CHUNK_KEYS):
        yield remaining[start : start + _CHUNK_KEYS]


def _published(connection: Connection, keys: Iterable[bytes]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for portion in chunks(keys):
        rows = connection.execute(select(published_records).where(published_records.c.key.in_(portion)))
        found.update((row.key, row.record) for row in rows)
    return found


def _counted(encoded: Iterable[bytes]) -> Counter[str]:
    return Counter(name for record in encoded for name in records.lists_of(record))
