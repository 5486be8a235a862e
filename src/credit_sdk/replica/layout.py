"""Which key means what in the replica's file (键的布局).

Everything stands in LMDB's one unnamed table, told apart by the first byte of the key: opening a named table would need
a write transaction, and so wait for a takeover under way in another process. Records come last, so that a first sync,
which brings them in order, fills every page.
"""

from credit_sdk.publication.merkle import Position

RECORD = b"r"
"""Followed by the key of a subject: its record. Records stand in the order of the trie, so a place is a range."""

TABLE = b"c"
"""Followed by a place: the hashes of the subtrees below it."""

FORMAT = b"nformat"
STATE = b"nstate"
PUBLICATION = b"npublication"
CATALOGUE = b"ncatalogue"
COUNTS = b"ncounts"


def table(position: Position) -> bytes:
    """The key of the table of children at a place."""
    return TABLE + bytes([position.depth]) + position.prefix.to_bytes((position.depth + 7) // 8)
