"""What a recorded check leaned on (依据的条目): kept beside the record, in the same transaction.

From here recall knows whom to tell of an entry that was wrong, and deadlines know which decisions wait for feedback.
An outcome may arrive before its check, and a check more than once under other numbers: neither waits twice.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from credit_sdk.model.term import civil_day
from gateway.database.engine import insert_missing
from gateway.database.tables import awaited_outcomes, check_entries, outcomes

_DECISIONS_AT_A_TIME = 500


def note_checks(connection: Connection, client: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Keep the entries of checks that were just stored, and await their outcomes.

    The caller holds the lock on the client, so that no outcome of the same decision passes by unseen.
    """
    leaned = [
        {"client": client, "outbox": row["outbox"], "seq": row["seq"], "entry": entry}
        for row in rows
        for entry in dict.fromkeys(_texts(row["entries"]))
    ]
    insert_missing(connection, check_entries, leaned, key=("client", "outbox", "seq", "entry"))
    found = {str(row["decision_id"]): row for row in rows if row["entries"]}
    answered: set[str] = set()
    for portion in _portions(list(found)):
        answered.update(
            connection.scalars(
                select(outcomes.c.decision_id).where(outcomes.c.client == client, outcomes.c.decision_id.in_(portion))
            )
        )
    awaited = [
        {
            "client": client,
            "decision_id": decision,
            "matter": row["matter"],
            "case_ref": row["case_ref"],
            "subject_key": row["subject_key"],
            "entry": min(_texts(row["entries"])),
            "decided_on": civil_day(_instant(row["decided_at"])),
        }
        for decision, row in found.items()
        if decision not in answered
    ]
    insert_missing(connection, awaited_outcomes, awaited, key=("client", "decision_id"))


def note_outcomes(connection: Connection, client: str, decisions: Collection[str]) -> None:
    """Decisions that an outcome came for wait no longer."""
    for portion in _portions(sorted(decisions)):
        connection.execute(
            delete(awaited_outcomes).where(
                awaited_outcomes.c.client == client, awaited_outcomes.c.decision_id.in_(portion)
            )
        )


def _portions(decisions: Sequence[str]) -> list[Sequence[str]]:
    return [decisions[start : start + _DECISIONS_AT_A_TIME] for start in range(0, len(decisions), _DECISIONS_AT_A_TIME)]


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _instant(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError("a record says when it was decided")
    return value
