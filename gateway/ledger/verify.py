"""Reading the ledger (台账) and proving that no row of it was edited, removed or inserted.

Rows are appended by :class:`gateway.database.chain.LedgerWriter`, in the transaction of the act. Their names read
``subject:object:action``, for example ``entry:batch:import``.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Text, select, type_coerce

from gateway.database.chain import FIRST_PREVIOUS, LedgerRow
from gateway.database.tables import ledger, ledger_head
from gateway.problems import LedgerBrokenError

_ROWS_AT_A_TIME = 1_000
_HINT = "请保全数据库并与备份核对 / Keep the database as it is and compare it with the last backup."


@dataclass(frozen=True, slots=True)
class LedgerStanding:
    """What a verified ledger holds: note down the digest, and nothing before it can be changed unseen.

    Attributes:
        rows: Number of rows.
        digest: Digest of the last one; 64 zeros for an empty ledger.
    """

    rows: int
    digest: str


def verify(connection: Connection) -> LedgerStanding:
    """Recompute the whole chain.

    Raises:
        LedgerBrokenError: Names the first row that does not verify.
    """
    head = connection.execute(select(ledger_head)).first()
    seq, previous = 0, FIRST_PREVIOUS
    # Instants and JSON as the text they are stored as: what an intruder left there need not be readable.
    as_stored = [type_coerce(column, Text).label(column.name) for column in ledger.c if column.name != "seq"]
    statement = select(ledger.c.seq, *as_stored).order_by(ledger.c.seq).execution_options(yield_per=_ROWS_AT_A_TIME)
    with connection.execute(statement) as rows:
        for row in rows:
            seq += 1
            _check(row, seq, previous)
            previous = row.digest
    expected = (head.seq, head.digest) if head else (0, FIRST_PREVIOUS)
    if (seq, previous) != expected:
        raise LedgerBrokenError(
            f"The ledger ends with row {seq} and its last act was row {expected[0]}: rows at its end were changed.",
            hint=_HINT,
            seq=seq + 1,
        )
    return LedgerStanding(seq, previous)


def _check(row: Row[Any], seq: int, previous: str) -> None:
    """Refuse a row that is not the one that was written at this place."""
    if row.seq != seq:
        message = f"Row {seq} of the ledger is missing: row {row.seq} follows on row {seq - 1}."
    elif row.previous != previous:
        message = f"Row {seq} of the ledger does not follow on row {seq - 1}: one of the two was replaced."
    elif LedgerRow(row.at, row.actor, row.act, row.payload).digest(seq, previous) != row.digest:
        message = f"Row {seq} of the ledger ({row.act} by {row.actor}) was edited after it was written."
    else:
        return
    raise LedgerBrokenError(message, hint=_HINT, seq=seq)
