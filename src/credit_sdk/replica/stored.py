"""The Merkle map as stored (存储中的映射): records in key order, and the hashes of the subtrees above them.

A place of the map is either *cut*, with a table of its children's hashes, or a plain range of records. The
order of keys is the order of the trie, so a range is contiguous. Tables are only ever believed after the records below
them were hashed.
"""

from collections.abc import Iterator, Sequence

import lmdb

from credit_sdk.errors import IntegrityError
from credit_sdk.publication import merkle, objects, records, tree
from credit_sdk.publication.merkle import NOTHING, TOP, Extent, Node, Position, Record
from credit_sdk.publication.objects import Inner
from credit_sdk.replica import layout
from credit_sdk.replica.notes import Counts


class StoredMap:
    """The map inside one transaction.

    Args:
        transaction: Read or write.
        counts: What was counted before; kept up as records change.

    Attributes:
        changed: Records written or deleted so far.
    """

    def __init__(self, transaction: "lmdb.Transaction[bytes]", counts: Counts | None = None) -> None:
        self._transaction = transaction
        self._tables: dict[Position, Inner | None] = {}
        self._touched: set[Position] = set()
        self.counts = Counts() if counts is None else counts
        self.changed = 0

    def node(self, position: Position) -> Node:
        """The subtree at ``position``, from the tables as far as they reach, else from the records."""
        at, node = TOP, None
        while at.depth < position.depth:
            table = self._table(at)
            if table is None or at.depth + table.bits > position.depth:
                return merkle.subtree(records_below(self._transaction, position), position.depth)
            index = position.prefix >> (position.depth - at.depth - table.bits) & ((1 << table.bits) - 1)
            at, node = at.child(table.bits, index), table.children[index]
            if node.extent is Extent.NONE:
                return NOTHING
        return self._recomputed(TOP, thorough=False) if node is None else node

    def take(self, difference: tree.Difference) -> None:
        """Store a difference.

        Raises:
            IntegrityError: A record in it cannot be read, or what was stored is not the subtree it should be.
        """
        position = difference.position
        self._touched.update(
            Position(depth, position.prefix >> (position.depth - depth)) for depth in range(position.depth)
        )
        if isinstance(difference, tree.LeafDifference):
            self._drop_tables(position)
            self._replace(position, difference.records)
            objects.require_node(
                merkle.subtree(records_below(self._transaction, position), position.depth), difference.node
            )
            # Hashed as it is stored; only what is stored below it from now on has to be looked at again.
            self._touched.discard(position)
        else:
            self._touched.add(position)
            inner = Inner(difference.children)
            held = self._table(position)
            if held is not None and held.bits != inner.bits:
                self._drop_tables(position)
            self._transaction.put(layout.table(position), objects.encode_inner(inner.children))
            self._tables[position] = inner

    def clear(self) -> None:
        """Hold nothing, whatever was held."""
        with self._transaction.cursor() as cursor:
            for kind in (layout.TABLE, layout.RECORD):
                found = cursor.set_range(kind)
                while found and cursor.key().startswith(kind):
                    found = cursor.delete()
        self._tables.clear()
        self.counts.subjects = 0
        self.counts.entries.clear()

    def root(self, *, thorough: bool = False) -> Node:
        """The root, from what is stored.

        Args:
            thorough: Hash every record, not only those below places that were touched.

        Raises:
            IntegrityError: A table says something else than the records below it.
        """
        return self._recomputed(TOP, thorough=thorough)

    def all_records(self) -> Iterator[Record]:
        """Every record, by key."""
        return records_below(self._transaction, TOP)

    def _recomputed(self, position: Position, *, thorough: bool) -> Node:
        table = self._table(position)
        if table is None:
            return merkle.subtree(records_below(self._transaction, position), position.depth)
        for index, stated in enumerate(table.children):
            below = position.child(table.bits, index)
            if (thorough or below in self._touched) and self._recomputed(below, thorough=thorough) != stated:
                raise IntegrityError("A part of the map as stored does not give the hash that was published for it.")
        return merkle.joined_all(table.children)

    def _replace(self, position: Position, wanted: Sequence[Record]) -> None:
        first, last = layout.RECORD + position.first_key, layout.RECORD + position.last_key
        with self._transaction.cursor() as cursor:
            is_end = not cursor.set_range(first)
            if is_end or cursor.key() > last:
                self.counts.entries.update(records.require_all_canonical([value for _, value in wanted]))
                self.counts.subjects += len(wanted)
                cursor.putmulti([(layout.RECORD + key, value) for key, value in wanted], append=is_end)
                self.changed += len(wanted)
                return
        before, after = dict(records_below(self._transaction, position)), dict(wanted)
        new = [(key, value) for key, value in wanted if before.get(key) != value]
        gone = [key for key in before if key not in after]
        self.counts.entries.update(records.require_all_canonical([value for _, value in new]))
        for key in [*gone, *(key for key, _ in new if key in before)]:
            self.counts.entries.subtract(records.lists_of(before[key]))
        self.counts.subjects += len(after) - len(before)
        for key, value in new:
            self._transaction.put(layout.RECORD + key, value)
        for key in gone:
            self._transaction.delete(layout.RECORD + key)
        self.changed += len(new) + len(gone)

    def _table(self, position: Position) -> Inner | None:
        if position not in self._tables:
            data = self._transaction.get(layout.table(position)) if position.depth <= objects.MAX_DEPTH else None
            found = None if data is None else objects.decode(data)
            self._tables[position] = found if isinstance(found, Inner) else None
        return self._tables[position]

    def _drop_tables(self, position: Position) -> None:
        table = self._table(position)
        if table is None:
            return
        for index, node in enumerate(table.children):
            if node.extent is Extent.MANY:
                self._drop_tables(position.child(table.bits, index))
        self._transaction.delete(layout.table(position))
        self._tables[position] = None


def records_below(transaction: "lmdb.Transaction[bytes]", position: Position) -> Iterator[Record]:
    """Every record at or below a place, by key: a contiguous range."""
    last = layout.RECORD + position.last_key
    with transaction.cursor() as cursor:
        if not cursor.set_range(layout.RECORD + position.first_key):
            return
        for key, value in cursor:
            if key > last:
                return
            yield key[len(layout.RECORD) :], value
