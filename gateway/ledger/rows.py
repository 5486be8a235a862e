"""The rows of the ledger (台账) as they are stored, page by page: memory does not grow with the ledger."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, Text, bindparam, select, type_coerce

from gateway.database.chain import FIRST_PREVIOUS, LedgerRow
from gateway.database.tables import ledger
from gateway.problems import LedgerBrokenError

ROWS_AT_A_TIME = 5_000
HINT = "请保全数据库并与备份核对 / Keep the database as it is and compare it with the last backup."


class Line(NamedTuple):
    """A row whose place in the chain holds.

    Attributes:
        seq: Its number, from 1.
        data: The bytes that are hashed.
        digest: Their SHA-256, hex, to which the next row refers.
    """

    seq: int
    actor: str
    act: str
    payload: str
    data: bytes
    digest: str


# Instants and JSON as the text they are stored as: what an intruder left there need not be readable.
_ROWS = (
    select(
        ledger.c.seq,
        *(type_coerce(column, Text).label(column.name) for column in ledger.c if column.name != "seq"),
    )
    .where(ledger.c.seq > bindparam("after"), ledger.c.seq <= bindparam("until"))
    .order_by(ledger.c.seq)
    # One question that is answered bit by bit: asked for page by page, PostgreSQL may sort all that is left each time.
    .execution_options(yield_per=ROWS_AT_A_TIME)
)
_EVERY = 2**62


def lines(
    connection: Connection, *, after: int = 0, previous: str = FIRST_PREVIOUS, until: int = _EVERY
) -> Iterator[Line]:
    """The rows in their order, each found to follow on the one before.

    Args:
        connection: Sees one state of the database.
        after: Number of the row to begin behind.
        previous: Digest of that row.
        until: The last row wanted.

    Raises:
        LedgerBrokenError: Names the first row that was edited, removed, moved or put in between.
    """
    seq = after
    with connection.execute(_ROWS, {"after": seq, "until": until}) as rows:
        for number, at, actor, act, payload, before, digest in rows:
            seq += 1
            line = _line(seq, (number, before, digest), (at, actor, act, payload), previous)
            previous = line.digest
            yield line


def _line(seq: int, place: tuple[int, str, str], content: tuple[str, str, str, str], previous: str) -> Line:
    number, before, digest = place
    if number != seq:
        raise LedgerBrokenError(
            f"台账第{seq}行缺失：第{seq - 1}行之后是第{number}行 / "
            f"Row {seq} of the ledger is missing: row {number} follows on row {seq - 1}.",
            hint=HINT,
            seq=seq,
        )
    if before != previous:
        raise LedgerBrokenError(
            f"台账第{seq}行与第{seq - 1}行不相衔接，其一已被替换 / "
            f"Row {seq} of the ledger does not follow on row {seq - 1}: one of the two was replaced.",
            hint=HINT,
            seq=seq,
        )
    at, actor, act, payload = content
    row = LedgerRow(at, actor, act, payload)
    # SQLite keeps what it is given: an intruder's bytes or numbers are no text of ours.
    if not all(isinstance(each, str) for each in content) or row.digest(seq, previous) != digest:
        raise LedgerBrokenError(
            f"台账第{seq}行（{actor!s}的{act!s}）写入后被改动 / "
            f"Row {seq} of the ledger ({act!s} by {actor!s}) was edited after it was written.",
            hint=HINT,
            seq=seq,
        )
    return Line(seq, actor, act, payload, row.line(seq, previous), digest)
