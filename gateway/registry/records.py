"""What is published of a subject (公开记录): its published entries and the waivers in force.

Natural persons are not published: an entry of one is never read here, whatever its state. An entry is published for as
long as its publicity lasts: the earlier of its own term and the maximum of the law (公示期).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, false, select

from credit_sdk.model.listing import Entry, FieldValue, Severity, SubjectRecord
from credit_sdk.model.term import Term
from gateway.database.engine import among
from gateway.database.tables import entries
from gateway.registry.lifecycle import EntryState
from gateway.registry.periods import PeriodLaw
from gateway.registry.publicity import Listed, publicity_of
from gateway.registry.waiver_register import in_force

MAX_FACT_CHARACTERS = 120
_KEYS_AT_A_TIME = 2_000


def records_of(
    connection: Connection, subject_keys: Collection[bytes], law: PeriodLaw | None = None
) -> dict[bytes, SubjectRecord]:
    """What is to be published of these subjects; those of whom nothing is are left out.

    Args:
        connection: Reads the registry.
        subject_keys: Whose records.
        law: The periods of the law adopted last; read here unless given.
    """
    keys = list(subject_keys)
    law = law or PeriodLaw.load(connection)
    found: dict[bytes, SubjectRecord] = {}
    for start in range(0, len(keys), _KEYS_AT_A_TIME):
        chunk = keys[start : start + _KEYS_AT_A_TIME]
        found_entries: dict[bytes, list[Entry]] = defaultdict(list)
        for row in connection.execute(
            select(entries)
            .where(
                among(connection, entries.c.subject_key, chunk),
                entries.c.state == EntryState.PUBLISHED,
                entries.c.is_person == false(),
            )
            .order_by(entries.c.id)
        ):
            entry = published_entry(row, law)
            if entry is not None:
                found_entries[row.subject_key].append(entry)
        # A waiver without an entry has nothing to soften.
        waived = in_force(connection, found_entries)
        for key, listed in found_entries.items():
            found[key] = SubjectRecord(tuple(listed), waived.get(key, ()))
    return found


def published_entry(row: Row[Any], law: PeriodLaw) -> Entry | None:
    """A row of the entries table as it is published; None where its publicity ended before its term began."""
    ends_on = publicity_of(Listed.row(row), law).ends_on
    if ends_on is not None and ends_on < row.term_from:
        return None
    return Entry(
        id=row.id,
        list=row.list,
        severity=Severity(row.severity),
        authority=row.authority,
        authority_code=row.authority_code,
        document_no=row.document_no,
        determined_on=row.determined_on,
        term=Term(row.term_from, ends_on),
        fact=row.fact[:MAX_FACT_CHARACTERS],
        fact_digest=sha256(row.fact.encode()).digest(),
        basis=row.basis,
        objection_on=row.objection_on,
        fields=_fields(row.fields),
    )


def _fields(stored: Mapping[str, Any]) -> dict[str, FieldValue]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in sorted(stored.items())}
