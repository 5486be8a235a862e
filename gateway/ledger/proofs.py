"""Proofs (证明) from the ledger that hold without it: a line stands in it, and it begins with what it once was.

A proof is canonical JSON: what it shows, the hashes that lead to the root of a checkpoint, the checkpoint, and the
trust roots since the first, so that whoever pinned an older one can follow. The format is told in
docs/reference/ledger.md.
"""

import json
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection, select

from gateway.database.chain import FIRST_PREVIOUS
from gateway.database.columns import canonical_json
from gateway.database.tables import ledger
from gateway.ledger.checkpoints import Kept
from gateway.ledger.merkle import (
    Frontier,
    consistency_path,
    inclusion_path,
    is_consistent,
    leaf_hash,
    root_of_inclusion,
)
from gateway.ledger.note import MAX_NOTE_BYTES, Checkpoint
from gateway.ledger.rows import Line, lines
from gateway.problems import CheckpointError, NotFoundError

FORMAT: Literal["credit-ledger-proof/1"] = "credit-ledger-proof/1"
MAX_PROOF_BYTES = 8 * 1024 * 1024
_HASHES_AT_MOST = 128
_Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Number = Annotated[int, Field(ge=1, lt=2**53)]


class Proof(BaseModel):
    """A proof (证明) as it is written to a file.

    Attributes:
        kind: ``inclusion``: the line stands in the ledger; ``consistency``: it begins with an earlier one.
        checkpoint: Signed note that the hashes lead to.
        path: The hashes.
        seq / line: Of an inclusion: number of the row and the text that is hashed.
        from_size / from_root: Of a consistency: the earlier ledger.
        roots: Trust roots in their order, as they were published.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["credit-ledger-proof/1"] = FORMAT
    kind: Literal["inclusion", "consistency"]
    checkpoint: Annotated[str, Field(max_length=MAX_NOTE_BYTES)]
    path: Annotated[tuple[_Hash, ...], Field(max_length=_HASHES_AT_MOST)]
    seq: _Number | None = None
    line: str | None = None
    from_size: _Number | None = None
    from_root: _Hash | None = None
    roots: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        return canonical_json(self.model_dump(exclude_none=True)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Proof":
        """Read a proof.

        Raises:
            CheckpointError: It is none.
        """
        try:
            return cls.model_validate(json.loads(data))
        except (ValueError, RecursionError, ValidationError):
            raise CheckpointError(
                f"这不是台账证明（{FORMAT}） / This is no proof from a ledger ({FORMAT}).",
                hint="请用 credit-gateway ledger prove 重新生成 / Make it anew with that command.",
            ) from None


def prove_line(connection: Connection, seq: int, kept: Kept, roots: Sequence[str]) -> Proof:
    """That a row stands in the ledger of a checkpoint (包含证明).

    Raises:
        NotFoundError: The checkpoint has no such row.
    """
    if not 1 <= seq <= kept.size:
        raise NotFoundError(
            f"检查点处台账共{kept.size}行，没有第{seq}行 / "
            f"The ledger has {kept.size} rows at its checkpoint, and no row {seq}.",
            hint="先制作检查点：credit-gateway ledger checkpoint HOME / Make a checkpoint first.",
        )
    reading = _Reading(connection, wanted=seq)
    path = inclusion_path(seq - 1, kept.size, reading.hash_of)
    line = reading.line()
    if root_of_inclusion(leaf_hash(line.data), seq - 1, kept.size, path) != kept.root:
        raise _rewritten(kept.size)
    return Proof(
        kind="inclusion",
        checkpoint=kept.note,
        path=tuple(each.hex() for each in path),
        seq=seq,
        line=line.data.decode(),
        roots=tuple(roots),
    )


def prove_growth(connection: Connection, size: int, kept: Kept, roots: Sequence[str]) -> Proof:
    """That the ledger of a checkpoint begins with the ledger as it was at ``size`` (一致性证明).

    Raises:
        NotFoundError: The checkpoint has fewer rows.
    """
    if not 1 <= size <= kept.size:
        raise NotFoundError(
            f"检查点处台账共{kept.size}行，不可能由{size}行增长而来 / "
            f"The ledger has {kept.size} rows at its checkpoint, so it cannot have grown from {size}.",
            hint="先制作检查点：credit-gateway ledger checkpoint HOME / Make a checkpoint first.",
        )
    reading = _Reading(connection)
    before = reading.hash_of(0, size)
    path = consistency_path(size, kept.size, reading.hash_of)
    if not is_consistent(size, before, kept.size, kept.root, path):
        raise _rewritten(kept.size)
    return Proof(
        kind="consistency",
        checkpoint=kept.note,
        path=tuple(each.hex() for each in path),
        from_size=size,
        from_root=before.hex(),
        roots=tuple(roots),
    )


def require_holds(proof: Proof, checkpoint: Checkpoint, held: Checkpoint | None = None) -> None:
    """Refuse a proof that does not lead to its checkpoint.

    Args:
        proof: The proof.
        checkpoint: What its note says, the signature already found good.
        held: The earlier checkpoint that a proof of consistency is to begin at, where somebody kept one.

    Raises:
        CheckpointError: It does not hold.
    """
    path = [bytes.fromhex(each) for each in proof.path]
    if proof.kind == "inclusion" and proof.seq is not None and proof.line is not None:
        root = root_of_inclusion(leaf_hash(proof.line.encode()), proof.seq - 1, checkpoint.size, path)
        holds = root == checkpoint.root and _number_of(proof.line) == proof.seq and held is None
    elif proof.kind == "consistency" and proof.from_size is not None and proof.from_root is not None:
        before = bytes.fromhex(proof.from_root)
        holds = is_consistent(proof.from_size, before, checkpoint.size, checkpoint.root, path) and (
            held is None or (held.origin, held.size, held.root) == (checkpoint.origin, proof.from_size, before)
        )
    else:
        holds = False
    if not holds:
        raise CheckpointError(
            f"该证明（{proof.kind}）与其检查点不符，不能证明任何事项 / "
            f"The proof of {proof.kind} does not hold against its checkpoint, so it shows nothing.",
            hint="请保全证明与检查点，向审计报告 / Keep proof and checkpoint, and tell the auditor.",
        )


class _Reading:
    """Computes subtrees from the rows, each row read once; picks one of them out on the way."""

    def __init__(self, connection: Connection, wanted: int = 0) -> None:
        self._connection = connection
        self._wanted = wanted

    def hash_of(self, start: int, end: int) -> bytes:
        frontier = Frontier()
        for line in lines(self._connection, after=start, previous=self._digest(start), until=end):
            frontier.add(leaf_hash(line.data))
        return frontier.root()

    def line(self) -> Line:
        return next(lines(self._connection, after=self._wanted - 1, previous=self._digest(self._wanted - 1)))

    def _digest(self, seq: int) -> str:
        if seq == 0:
            return FIRST_PREVIOUS
        return self._connection.scalar(select(ledger.c.digest).where(ledger.c.seq == seq)) or ""


def _number_of(line: str) -> int | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row[0] if isinstance(row, list) and row and type(row[0]) is int else None


def _rewritten(size: int) -> CheckpointError:
    return CheckpointError(
        f"台账前{size}行与其检查点不符，不能据以证明 / "
        f"The first {size} rows of the ledger are not those of its checkpoint, so nothing can be proved from them.",
        hint="请核验台账：credit-gateway ledger verify HOME / Verify the ledger.",
    )
