"""Published entries, page by page (公示条目): what stands in the registry as published, organisations only."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, false, func, or_, select

from credit_sdk.model.listing import Entry
from credit_sdk.model.subject import Subject
from gateway.database.tables import entries, former_numbers, subjects
from gateway.registry.lifecycle import EntryState
from gateway.registry.periods import PeriodLaw
from gateway.registry.records import published_entry
from gateway.registry.same_subject import keys_of


class Published(NamedTuple):
    """An entry with the subject it names, by its code where it came in under a former number."""

    entry: Entry
    code: str
    name: str


def published_entries(
    connection: Connection,
    on: date,
    *,
    list_id: str = "",
    subject: Subject | None = None,
    authority: str = "",
    after: str = "",
    limit: int,
) -> tuple[Published, ...]:
    """Entries whose term reaches ``on``, by id, behind ``after``; a page never shifts while entries come and go."""
    statement = (
        select(
            entries,
            func.coalesce(former_numbers.c.code, subjects.c.masked).label("subject_code"),
            subjects.c.name.label("subject_name"),
        )
        .join(subjects, subjects.c.key == entries.c.subject_key)
        .outerjoin(
            former_numbers,
            (former_numbers.c.number_key == entries.c.subject_key) & former_numbers.c.ended_at.is_(None),
        )
        .where(
            entries.c.state == EntryState.PUBLISHED.value,
            entries.c.is_person == false(),
            # Terms lapse by the calendar, whether or not somebody has noted it.
            or_(entries.c.term_until.is_(None), entries.c.term_until >= on),
        )
        .order_by(entries.c.id)
        .limit(limit)
    )
    if list_id:
        statement = statement.where(entries.c.list == list_id)
    if authority:
        statement = statement.where(entries.c.authority == authority)
    if subject is not None:
        statement = statement.where(entries.c.subject_key.in_(keys_of(connection, subject)))
    law = PeriodLaw.load(connection, on)
    found: list[Published] = []
    # What the law's maximum has ended is known only once it is read: a page is read on until it is full.
    while len(found) < limit:
        rows = connection.execute(statement.where(entries.c.id > after)).all()
        for row in rows:
            entry = published_entry(row, law)
            if entry is not None and entry.term.until_on is not None and entry.term.until_on < on:
                entry = None
            if entry is not None:
                found.append(Published(entry, row.subject_code, row.subject_name))
        if len(rows) < limit:
            break
        after = rows[-1].id
    return tuple(found[:limit])
