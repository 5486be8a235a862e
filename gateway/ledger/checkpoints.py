"""Checkpoints (检查点) of the ledger as the registry keeps them, and going on from the last one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from gateway.database.chain import FIRST_PREVIOUS
from gateway.database.engine import insert_or_update
from gateway.database.tables import checkpoints, ledger_head
from gateway.ledger.merkle import Frontier, leaf_hash
from gateway.ledger.rows import HINT, lines
from gateway.problems import LedgerBrokenError


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint in the registry.

    Attributes:
        size: Lines of the ledger when it was made.
        digest: Of the last of them; 64 zeros for none.
        root: Root of the Merkle tree over them.
        frontier: Where the tree grows on.
        note: The signed text.
        at: When it was made.
    """

    size: int
    digest: str
    root: bytes
    frontier: tuple[bytes, ...]
    note: str
    at: datetime


def last(connection: Connection) -> Kept | None:
    """The newest checkpoint, None before the first."""
    row = connection.execute(select(checkpoints).order_by(checkpoints.c.size.desc()).limit(1)).first()
    return None if row is None else _kept(row)


def following(connection: Connection, size: int) -> Kept | None:
    """The first checkpoint over more than ``size`` lines, None where there is none."""
    found = select(checkpoints).where(checkpoints.c.size > size).order_by(checkpoints.c.size).limit(1)
    row = connection.execute(found).first()
    return None if row is None else _kept(row)


def grown(connection: Connection, kept: Kept | None) -> tuple[Frontier, str]:
    """The tree of today and the digest of its last line, hashing only the lines since a checkpoint.

    Raises:
        LedgerBrokenError: A line since then was edited, removed or inserted, or the end is missing.
    """
    frontier = Frontier(kept.size, kept.frontier) if kept else Frontier()
    digest = kept.digest if kept else FIRST_PREVIOUS
    for line in lines(connection, after=frontier.size, previous=digest):
        frontier.add(leaf_hash(line.data))
        digest = line.digest
    require_head(connection, frontier.size, digest)
    return frontier, digest


def require_head(connection: Connection, size: int, digest: str) -> None:
    """Refuse a ledger that does not end where its last act was.

    Raises:
        LedgerBrokenError: It does not.
    """
    head = connection.execute(select(ledger_head)).first()
    expected = (head.seq, head.digest) if head else (0, FIRST_PREVIOUS)
    if (size, digest) != expected:
        raise LedgerBrokenError(
            f"台账止于第{size}行，而最后一次登记为第{expected[0]}行，末尾已被改动 / "
            f"The ledger ends with row {size} and its last act was row {expected[0]}: rows at its end were changed.",
            hint=HINT,
            seq=min(size, expected[0]) + 1,
        )


def keep(connection: Connection, kept: Kept) -> None:
    """Enter a checkpoint; the same one signed by a newer key takes the place of the older."""
    row = {
        "size": kept.size,
        "digest": kept.digest,
        "root": kept.root.hex(),
        "frontier": [each.hex() for each in kept.frontier],
        "note": kept.note,
        "at": kept.at,
    }
    insert_or_update(connection, checkpoints, [row], key=("size",))


def _kept(row: Row[Any]) -> Kept:
    frontier = tuple(bytes.fromhex(each) for each in row.frontier)
    return Kept(row.size, row.digest, bytes.fromhex(row.root), frontier, row.note, row.at)
