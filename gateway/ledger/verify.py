"""Proving that no row of the ledger (台账) was edited, removed, moved or put in between.

Rows are appended by :class:`gateway.database.chain.LedgerWriter`, in the transaction of the act. Their names read
``subject:object:action``, for example ``entry:batch:import``.

The chain shows any change that leaves a later row as it was; the head shows a tail that is missing. Somebody who may
write everything can rewrite chain, head and the checkpoints in the registry. What he cannot rewrite is a checkpoint
that somebody else holds: it is held against the Merkle root over as many lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from gateway.database.chain import FIRST_PREVIOUS
from gateway.ledger import checkpoints
from gateway.ledger.merkle import Frontier, leaf_hash
from gateway.ledger.note import Checkpoint
from gateway.ledger.rows import HINT, lines
from gateway.problems import LedgerBrokenError


@dataclass(frozen=True, slots=True)
class LedgerStanding:
    """What a verified ledger holds.

    Attributes:
        rows: Number of rows.
        digest: Digest of the last one; 64 zeros for an empty ledger.
        root: Root of the Merkle tree over them.
        checkpoints: How many checkpoints were held against it.
    """

    rows: int
    digest: str
    root: bytes
    checkpoints: int


def verify(connection: Connection, held: Sequence[Checkpoint] = ()) -> LedgerStanding:
    """Recompute the whole chain and the tree over it, in memory that does not grow with them.

    Args:
        connection: Sees one state of the database.
        held: Checkpoints that were kept elsewhere, their signatures already found good.

    Raises:
        LedgerBrokenError: Names the first row that does not verify.
    """
    frontier, digest, compared = Frontier(), FIRST_PREVIOUS, 0
    waiting = sorted(held, key=lambda each: each.size)
    kept = checkpoints.following(connection, -1)

    def compare() -> int:
        nonlocal kept
        count = 0
        while kept is not None and kept.size == frontier.size:
            if (kept.root, kept.digest) != (frontier.root(), digest):
                raise _differs(kept.size, "登记库中", "in the registry")
            kept, count = checkpoints.following(connection, kept.size), count + 1
        while waiting and waiting[0].size == frontier.size:
            if waiting.pop(0).root != frontier.root():
                raise _differs(frontier.size, "别处保存", "held elsewhere")
            count += 1
        return count

    compared += compare()
    for line in lines(connection):
        frontier.add(leaf_hash(line.data))
        digest = line.digest
        compared += compare()
    checkpoints.require_head(connection, frontier.size, digest)
    beyond = max(kept.size if kept else 0, waiting[-1].size if waiting else 0)
    if beyond:
        raise LedgerBrokenError(
            f"台账止于第{frontier.size}行，而检查点载明{beyond}行，末尾已被删去 / "
            f"The ledger ends with row {frontier.size} and a checkpoint speaks of {beyond}: its end was removed.",
            hint=HINT,
            seq=frontier.size + 1,
        )
    return LedgerStanding(frontier.size, digest, frontier.root(), compared)


def _differs(size: int, where_zh: str, where: str) -> LedgerBrokenError:
    return LedgerBrokenError(
        f"台账前{size}行与{where_zh}的检查点不符，台账链已被改写 / "
        f"The first {size} rows of the ledger are not those of the checkpoint {where}: the chain was rewritten.",
        hint=HINT,
        seq=1,
    )
