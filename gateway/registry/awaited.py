"""Where the publication lags behind the registry (待发布、待撤下): an entry was determined or ended since the last one.

An act takes effect in the registry when it is committed, and for the systems that ask with the next publication: within
a second while ``serve`` runs. In between a determined entry is not published yet, and an ended one is still carried.
Neither is a state of the entry: it holds for every act alike, and what was published last says it exactly.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select

from credit_sdk.publication import records
from gateway.database.engine import among
from gateway.database.tables import pending, published_records
from gateway.registry.lifecycle import EntryState


class Awaited(StrEnum):
    """What the next publication will do about an entry."""

    PUBLICATION = "publication"
    WITHDRAWAL = "withdrawal"


def awaited(connection: Connection, rows: Sequence[Row[Any]]) -> dict[str, Awaited]:
    """What the next publication will do, by id of the entry; those it will leave as they are have no line.

    Args:
        connection: Reads the registry.
        rows: Rows of the entries table.
    """
    keys = sorted({row.subject_key for row in rows if not row.is_person})
    changed = select(pending.c.subject_key).where(among(connection, pending.c.subject_key, keys))
    waiting = set(connection.scalars(changed))
    published = connection.scalars(select(published_records.c.record).where(published_records.c.key.in_(changed)))
    carried = {entry.id for record in published for entry in records.decode(record).entries}
    found: dict[str, Awaited] = {}
    for row in rows:
        is_wanted = row.state == EntryState.PUBLISHED
        if row.subject_key in waiting and is_wanted is not (row.id in carried):
            found[row.id] = Awaited.PUBLICATION if is_wanted else Awaited.WITHDRAWAL
    return found
