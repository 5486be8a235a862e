"""The map a replica holds, as objects (副本对象): to prove from it, and to hand it on whole."""

from collections.abc import Iterator

from credit_sdk.publication import objects
from credit_sdk.publication.merkle import TOP, Extent, Node, Position
from credit_sdk.publication.objects import Inner, Leaf
from credit_sdk.replica import layout
from credit_sdk.replica.stored import records_below
from credit_sdk.replica.view import ReplicaView


class StoredObjects:
    """The map as the replica stores it: tables of children down to object depth, and records by key below.

    Args:
        view: The state; it must stay open.
    """

    def __init__(self, view: ReplicaView) -> None:
        self._transaction = view.snapshot.transaction

    def opened(self, node: Node, position: Position) -> Leaf | Inner:
        """What lies below a place; a proof that comes out at the signed root bears it out."""
        del node
        if position.depth <= objects.MAX_DEPTH:
            table = self._transaction.get(layout.table(position))
            found = None if table is None else objects.decode(table)
            if isinstance(found, Inner):
                return found
        return Leaf(tuple(records_below(self._transaction, position)))

    def walk(self, root: Node) -> Iterator[tuple[str, bytes]]:
        """Name and canonical bytes of every object, parents first; each verified, so that no damage is handed on.

        Raises:
            IntegrityError: What is stored does not give ``root``.
        """
        pending = [(TOP, root)]
        while pending:
            position, node = pending.pop()
            if node.extent is Extent.NONE:
                continue
            found = self.opened(node, position)
            if isinstance(found, Inner):
                data = objects.encode_inner(found.children)
                below = [(position.child(found.bits, index), child) for index, child in enumerate(found.children)]
                pending.extend(reversed(below))
            else:
                data = objects.encode_leaf(found.records)
            objects.verified(data, node, position)
            yield node.name, data
