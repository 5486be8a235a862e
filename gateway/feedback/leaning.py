"""What a recorded check leaned on (依据的条目): kept beside the record, in the same transaction.

From here recall knows whom to tell of an entry that was wrong, and deadlines know which decisions wait for feedback.
An outcome may arrive before its check, and a check more than once under other numbers: neither waits twice.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, select

from credit_sdk.model.sheet import decision_id_at
from credit_sdk.model.term import civil_day
from gateway.database.engine import insert_missing
from gateway.database.tables import awaited_outcomes, check_entries, outcomes

_DECISIONS_AT_A_TIME = 500


class Leaning(NamedTuple):
    """One recorded decision and the ids of the entries it found."""

    id: str
    subject_key: bytes
    entries: tuple[str, ...]


def note_checks(connection: Connection, client: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep the entries of checks that were just stored, and await their outcomes.

    The caller holds the lock on the client, so that no outcome of the same decision passes by unseen.
    """
    found = {each.id: (each, row) for row in rows for each in decisions_of(row) if each.entries}
    leaned = [
        {
            "client": client,
            "outbox": row["outbox"],
            "seq": row["seq"],
            "decision_id": each.id,
            "subject_key": each.subject_key,
            "entry": entry,
        }
        for row in rows
        for each in decisions_of(row)
        for entry in dict.fromkeys(each.entries)
    ]
    insert_missing(connection, check_entries, leaned, key=("client", "outbox", "seq", "decision_id", "entry"))
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
            "subject_key": each.subject_key,
            "entry": min(each.entries),
            "decided_on": civil_day(_instant(row["decided_at"])),
        }
        for decision, (each, row) in found.items()
        if decision not in answered
    ]
    insert_missing(connection, awaited_outcomes, awaited, key=("client", "decision_id"))


def decisions_of(row: Mapping[str, Any]) -> Iterator[Leaning]:
    """The decisions that one row of ``checks`` records; a sheet of a screening records many."""
    if not row["subject_keys"]:
        yield Leaning(row["decision_id"], row["subject_key"], tuple(row["entries"]))
        return
    found = row["entries"] or [()] * len(row["subject_keys"])
    for place, (key, entries) in enumerate(zip(row["subject_keys"], found, strict=True)):
        yield Leaning(decision_id_at(row["decision_id"], place), bytes.fromhex(key), tuple(entries))


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


def _instant(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError("a record says when it was decided")
    return value
