"""Measures that are still applied (仍在采取的措施): kept beside the outcomes, in the same transaction.

From here standing and the repair clock know what is left to be lifted, without going through what was lifted long ago.
A report that a measure was lifted may arrive before the one that it was applied: then nothing is left either.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, FromClause, delete, exists, insert, literal_column, select
from sqlalchemy.sql.elements import ColumnElement

from credit_sdk.model.outcome import OutcomeState
from gateway.database.tables import applied_measures, entries, outcomes

_ROWS_AT_A_TIME = 500
_OF_OUTCOME = ("client", "outbox", "seq", "decision_id", "entry", "measure", "list", "received_at")
_OF_ENTRY = ("state", "determined_on", "term_from", "term_until")


def note_applied(connection: Connection, client: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what was just reported as applied, and give up what was reported as lifted.

    Args:
        connection: In the transaction that stored the outcomes; holds the lock on the client.
        client: The system.
        rows: The outcomes that were new, of one outbox.
    """
    applied = [row for row in rows if row["state"] == OutcomeState.APPLIED]
    for portion in _portions(applied):
        about = sorted({row["entry"] for row in portion})
        # Held until the end: whatever moves one of them waits, and then carries its state over to what is kept here.
        connection.execute(
            select(entries.c.id).where(entries.c.id.in_(about)).order_by(entries.c.id).with_for_update(read=True)
        ).all()
        kept = (
            select(*(outcomes.c[name] for name in _OF_OUTCOME), *(entries.c[name] for name in _OF_ENTRY))
            .join(entries, entries.c.id == outcomes.c.entry)
            .where(
                outcomes.c.client == client,
                outcomes.c.outbox == portion[0]["outbox"],
                outcomes.c.seq.in_([row["seq"] for row in portion]),
                ~_is_lifted(outcomes),
            )
        )
        connection.execute(insert(applied_measures).from_select([*_OF_OUTCOME, *_OF_ENTRY], kept))
    lifted = [row for row in rows if row["state"] == OutcomeState.LIFTED]
    for portion in _portions(lifted):
        connection.execute(
            delete(applied_measures).where(
                applied_measures.c.client == client,
                applied_measures.c.decision_id.in_({row["decision_id"] for row in portion}),
                _is_lifted(applied_measures),
            )
        )


def _is_lifted(applied: FromClause) -> ColumnElement[bool]:
    """Whether a measure applied was reported as lifted in the same decision."""
    lifted = outcomes.alias("lifted")
    return exists().where(
        lifted.c.client == applied.c.client,
        lifted.c.decision_id == applied.c.decision_id,
        lifted.c.entry == applied.c.entry,
        lifted.c.measure == applied.c.measure,
        # In words of the statement, not as a parameter: only so does SQLite see that its partial index applies.
        literal_column("lifted.state") == literal_column(f"'{OutcomeState.LIFTED.value}'"),
    )


def _portions(rows: Sequence[Mapping[str, Any]]) -> list[Sequence[Mapping[str, Any]]]:
    return [rows[start : start + _ROWS_AT_A_TIME] for start in range(0, len(rows), _ROWS_AT_A_TIME)]
