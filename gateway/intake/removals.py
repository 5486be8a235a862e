"""Removals that a source states (移出建议), until the entry is ended by two people on a document."""

from sqlalchemy import Connection, func, select

from gateway.database.columns import Json
from gateway.database.tables import entries, proposed_removals, subjects
from gateway.registry.lifecycle import EntryState


def open_proposals(connection: Connection, *, limit: int = 100) -> list[dict[str, Json]]:
    """Entries still in force that their source has removed, the longest ago first; each once, by its last statement."""
    p = proposed_removals.c
    last = (
        select(p.entry, func.max(p.batch).label("batch"))
        .join(entries, (entries.c.id == p.entry) & (entries.c.state == EntryState.PUBLISHED))
        .group_by(p.entry)
        .subquery()
    )
    statement = (
        select(proposed_removals, entries.c.list, subjects.c.masked, subjects.c.name)
        .join(last, (last.c.entry == p.entry) & (last.c.batch == p.batch))
        .join(entries, entries.c.id == p.entry)
        .join(subjects, subjects.c.key == entries.c.subject_key)
        .order_by(p.removed_on, p.entry)
        .limit(limit)
    )
    return [
        {
            "entry": row.entry,
            "list": row.list,
            "subject": row.masked,
            "name": row.name,
            "removed_on": row.removed_on.isoformat(),
            "authority": row.authority,
            "reason": row.reason,
            "batch": row.batch,
        }
        for row in connection.execute(statement)
    ]
