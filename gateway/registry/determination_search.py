"""What became of determinations (认定办理情况), for the systems of departments that handed them in; persons masked."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from gateway.database.tables import batches, entries, subjects
from gateway.intake.values import document_identity
from gateway.registry.awaited import Awaited, awaited
from gateway.registry.lifecycle import EFFECTS, EntryState
from gateway.registry.same_subject import all_keys

MAX_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Determination:
    """A determination as it was handed in (认定), and where it stands.

    Attributes:
        id: Of the entry it became.
        batch: What it came in.
        subject: Number of the subject, masked for natural persons.
        state: Where it stands.
        awaits: What the next publication will do about it; None where the last one agrees with the registry.
        meaning: What that means for the subject, Chinese.
        replaces: The entry whose place it takes once confirmed, empty where there is none (更正).
        confirmed_by: The second person, empty as long as nobody has confirmed it.
    """

    id: str
    batch: str
    list: str
    subject: str
    document_no: str
    authority: str
    determined_on: date
    state: EntryState
    awaits: Awaited | None
    meaning: str
    replaces: str
    drafted_by: str
    drafted_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None


def determinations_through(
    connection: Connection,
    channel: str,
    *,
    batch: str = "",
    state: EntryState | None = None,
    document_no: str = "",
    after: str = "",
    limit: int = 100,
) -> tuple[Determination, ...]:
    """Those handed in through a department's system that match every condition given, by id behind ``after``."""
    statement = _statement().where(batches.c.channel == channel, entries.c.id > after)
    if batch:
        statement = statement.where(entries.c.batch == batch)
    if state is not None:
        statement = statement.where(entries.c.state == state)
    if document_no:
        statement = statement.where(entries.c.document_no == document_no)
    rows = connection.execute(statement.order_by(entries.c.id).limit(min(limit, MAX_ROWS))).all()
    awaiting = awaited(connection, rows)
    return tuple(_determination(row, awaiting.get(row.id)) for row in rows)


def latest_determination(
    connection: Connection, list_id: str, subject_key: bytes, document_no: str
) -> Determination | None:
    """What was handed in last of a subject on a list by a document, through whatever door; a draft given up is not."""
    statement = _statement().where(
        entries.c.list == list_id,
        entries.c.subject_key.in_(all_keys(connection, subject_key)),
        entries.c.state != EntryState.DISCARDED,
    )
    rows = connection.execute(statement.order_by(entries.c.drafted_at.desc(), entries.c.id.desc()))
    wanted = document_identity(document_no)
    row = next((row for row in rows if document_identity(row.document_no) == wanted), None)
    return None if row is None else _determination(row, awaited(connection, [row]).get(row.id))


def _statement() -> Select[Any]:
    return (
        select(entries, subjects.c.masked)
        .join(batches, batches.c.id == entries.c.batch)
        .join(subjects, subjects.c.key == entries.c.subject_key)
    )


def _determination(row: Row[Any], awaits: Awaited | None) -> Determination:
    state = EntryState(row.state)
    return Determination(
        id=row.id,
        batch=row.batch,
        list=row.list,
        subject=row.masked,
        document_no=row.document_no,
        authority=row.authority,
        determined_on=row.determined_on,
        state=state,
        awaits=awaits,
        meaning=EFFECTS[state].zh,
        replaces=row.replaces or "",
        drafted_by=row.drafted_by,
        drafted_at=row.drafted_at,
        confirmed_by=row.confirmed_by or "",
        confirmed_at=row.confirmed_at,
    )
