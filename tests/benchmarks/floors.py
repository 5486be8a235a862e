"""What lies below a first sync: its bytes copied and hashed at once, and each part of its work done alone."""

import hashlib
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import ParamSpec, TypeVar

import lmdb

from credit_sdk.publication import merkle, objects, records, tree
from credit_sdk.publication.objects import Leaf
from credit_sdk.publication.statement import Publication
from credit_sdk.replica import layout
from credit_sdk.replica.environment import DEFAULT_MAP_BYTES
from gateway.publishing.files import Folder
from tests.benchmarks.timing import line

_ROUNDS = 5
_HASHES = 100_000
_HASHES_A_RECORD = 2 + 1.4427
"""Value and leaf, and 1/ln 2 inner nodes for each record of a binary trie over random keys."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Floor:
    """What there is below a first sync, in seconds of work on a core.

    Attributes:
        subjects: Records in the map.
        packed_bytes / plain_bytes: Of the pack, and of its objects unpacked.
        packed_s / plain_s: To copy and hash them at once.
        hash_s: The short hashes of the map, called one after the other and nothing else.
        parts_s: Each part of the work alone, by what it is.
    """

    subjects: int
    packed_bytes: int = 0
    packed_s: float = 0.0
    plain_bytes: int = 0
    plain_s: float = 0.0
    hash_s: float = 0.0
    parts_s: dict[str, float] = field(default_factory=dict)

    def told(self, work_s: float) -> None:
        """Print a first sync of ``work_s`` beside it."""
        for name, size_bytes, floor_s in (
            ("the pack", self.packed_bytes, self.packed_s),
            ("its bytes unpacked", self.plain_bytes, self.plain_s),
        ):
            line(
                f"  beside copying and hashing {name} at once",
                f"{work_s / floor_s:.1f} x",
                f"{size_bytes / 1e6:.0f} MB in {floor_s:.2f} s",
            )
        alone = [*self.parts_s.items(), ("short hashes and nothing else", self.hash_s)]
        for name, part_s in alone:
            line(
                f"  alone: {name}",
                f"{part_s:.2f} s",
                f"{part_s / self.subjects * 1e6:.2f} us a record, {part_s / self.packed_s:.1f} x the pack, "
                f"{part_s / self.plain_s:.1f} x its bytes unpacked",
            )


def measured(folder: Folder, publication: Publication) -> Floor:
    """The floor of a first sync of what a gateway published."""
    found = Floor(publication.subjects)
    packed = folder.pack_path(publication.pack.map_root if publication.pack else "").read_bytes()
    found.packed_bytes, found.packed_s = len(packed), _least(lambda: hashlib.sha256(bytearray(packed)).digest())
    short = bytes(1 + 2 * merkle.KEY_BYTES)
    one_s = _least(lambda: [hashlib.sha256(short).digest() for _ in range(_HASHES)]) / _HASHES
    found.hash_s = one_s * _HASHES_A_RECORD * publication.subjects
    with tempfile.TemporaryDirectory() as scratch:
        _parts(found, folder, publication, Path(scratch))
    # At the same pace: so many bytes at once would measure the memory.
    found.plain_s = found.packed_s / found.packed_bytes * found.plain_bytes
    return found


def _parts(found: Floor, folder: Folder, publication: Publication, scratch: Path) -> None:
    source, depth = _Unpacking(folder, found), sum(publication.shape)
    with lmdb.open(str(scratch), map_size=DEFAULT_MAP_BYTES) as file:
        transaction = file.begin(write=True)
        with transaction.cursor() as cursor:
            for _, data in tree.walk(publication.root, source):
                found.plain_bytes += len(data)
                read = _timed(found, "reading the form of objects", objects.decode, data)
                if not isinstance(read, Leaf):
                    continue
                values = [value for _, value in read.records]
                ready = [(layout.RECORD + key, value) for key, value in read.records]
                _timed(found, "reading each record and writing it again", records.require_all_canonical, values)
                _timed(found, "hashing records and what lies above", merkle.subtree, read.records, depth)
                _timed(found, "storing what is ready", cursor.putmulti, ready, append=True)
        _timed(found, "storing what is ready", transaction.commit)


class _Unpacking:
    """The objects in the folder; what it takes to unpack them is noted."""

    def __init__(self, folder: Folder, found: Floor) -> None:
        self._folder = folder
        self._found = found

    def read(self, name: str) -> bytes:
        """Canonical bytes of an object."""
        data = self._folder.read_object(name)
        if data is None:
            raise SystemExit(f"object {name} is missing")
        return _timed(self._found, "unpacking", objects.decompress, data)


def _timed(found: Floor, name: str, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    began = time.process_time()
    result = call(*args, **kwargs)
    found.parts_s[name] = found.parts_s.get(name, 0.0) + time.process_time() - began
    return result


def _least(call: Callable[[], object]) -> float:
    """Seconds on a core, the least of some rounds: other processes of the machine do not count."""
    taken = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        call()
        taken.append(time.process_time() - began)
    return min(taken)
