"""Packs (整包): when to write one, and writing it without compressing anything twice.

A pack is written with the first publication and again once more than a tenth of the subjects changed since the last; in
between a first sync takes the older pack and walks the difference, which stays bounded. How much has changed is kept in
``HOME/pack.json``; losing that file costs one pack too many.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from credit_sdk.publication import objects, pack, tree
from credit_sdk.publication.merkle import Extent, Node
from credit_sdk.publication.shape import Shape
from credit_sdk.publication.statement import PackStatement
from gateway.publishing.builder import StoredObjects
from gateway.publishing.files import Folder, write_whole

WORTH_A_PACK = 0.1


class Packer:
    """Decides about packs and writes them."""

    def __init__(self, folder: Folder, notes: Path) -> None:
        self._folder = folder
        self._notes = notes

    def packed(
        self, root: Node, shape: Shape, *, serial: int, subjects: int, changed: int, last: PackStatement | None
    ) -> PackStatement | None:
        """The pack that the publication names: the last one while it will do, else a new one.

        Args:
            root: Root of the map, whose objects are in the folder.
            shape: How the map is cut.
            serial: Of the publication in the making.
            subjects: Records in the map.
            changed: How many of them changed since the publication before.
            last: The pack that one named.
        """
        if root.extent is Extent.NONE:
            return None
        since = self._changed_since(last) + changed
        if last is not None and since <= subjects * WORTH_A_PACK and self._folder.pack_path(last.map_root).exists():
            self._note(last.map_root, since)
            return last
        written = self._written(root, shape, serial)
        self._note(written.map_root, 0)
        return written

    def _written(self, root: Node, shape: Shape, serial: int) -> PackStatement:
        path = self._folder.pack_path(root.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        digest, length = hashlib.sha256(), 0
        try:
            with beside.open("xb") as file:
                for piece in self._pieces(root):
                    digest.update(piece)
                    length += file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        return PackStatement(map_root=root.name, serial=serial, shape=shape, length=length, sha256=digest.hexdigest())

    def _pieces(self, root: Node) -> Iterator[bytes]:
        """As :func:`credit_sdk.publication.pack.write`, with the objects as they lie compressed in the folder."""
        yield pack.MAGIC
        for name, data in tree.walk(root, StoredObjects(self._folder)):
            yield pack.framed(self._folder.read_object(name) or objects.compress(data))

    def _changed_since(self, last: PackStatement | None) -> int:
        if last is None or not self._notes.exists():
            return 0
        noted: dict[str, object] = json.loads(self._notes.read_bytes())
        changed = noted.get("changed_subjects")
        return changed if noted.get("map_root") == last.map_root and isinstance(changed, int) else 0

    def _note(self, map_root: str, changed: int) -> None:
        write_whole(
            self._notes, json.dumps({"map_root": map_root, "changed_subjects": changed}).encode(), durable=False
        )
