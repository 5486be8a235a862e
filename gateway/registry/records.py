"""What is published of a subject (公开记录): its published entries and the waivers in force.

Natural persons are not published: an entry of one is never read here, whatever its state. An entry is published for as
long as its publicity lasts: the earlier of its own term and the maximum of the law (公示期).

A subject with former numbers (原注册号) has all its entries under its code, and the same again under each of them. What
stands there twice, because one determination came in under both numbers, is published once, as the code has it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, false, select

from credit_sdk.model.listing import Entry, FieldValue, Severity, SubjectRecord, Waiver
from credit_sdk.model.term import Term
from gateway.database.engine import among
from gateway.database.tables import entries
from gateway.intake.values import document_identity
from gateway.registry.lifecycle import EntryState
from gateway.registry.periods import PeriodLaw
from gateway.registry.publicity import Listed, publicity_of
from gateway.registry.same_subject import OneSubject, with_former_numbers
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
        asked = keys[start : start + _KEYS_AT_A_TIME]
        one = with_former_numbers(connection, asked)
        chunk = list({*asked, *(key for each in one.values() for key in each.keys)})
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
        waived = in_force(connection, chunk if one else found_entries)
        for key in asked:
            if key in one:
                record = record_of_one(key, one[key], found_entries, waived)
            else:
                record = SubjectRecord(tuple(found_entries.get(key, ())), waived.get(key, ()))
            if record.entries:
                found[key] = record
    return found


def record_of_one(
    key: bytes, one: OneSubject, listed: Mapping[bytes, Sequence[Entry]], waived: Mapping[bytes, Sequence[Waiver]]
) -> SubjectRecord:
    """What stands under one of the numbers of a subject, made from what stands in the registry under each."""
    return SubjectRecord(
        tuple(_each_once(one.keys, listed)),
        tuple(waiver for each in one.keys for waiver in waived.get(each, ())),
        "" if key == one.code_key else one.code,
    )


def _each_once(keys: Sequence[bytes], listed: Mapping[bytes, Sequence[Entry]]) -> Iterator[Entry]:
    seen: dict[tuple[str, str], bytes] = {}
    for key in keys:
        for entry in listed.get(key, ()):
            if seen.setdefault((entry.list, document_identity(entry.document_no)), key) == key:
                yield entry


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
