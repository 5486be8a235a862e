"""Possible matches (疑似同一主体): older numbers that may be the former number of a subject with a code.

Two things suggest it, and neither proves it: a table stated both numbers of one subject, or a subject with a code has
exactly the same name. They are shown to a clerk with where they come from; nothing is ever applied by the machine, and
no answer knows of them: who carries only the old number, or only the name, is a possible match, never a match.

What is asked for costs by the subjects known by an older number without a link, which an index holds apart; those with
a code are looked up by it one by one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, func, or_, select, text

from credit_sdk.model.scheme import IdentifierScheme
from gateway.database.columns import Json
from gateway.database.tables import entries, former_numbers, stated_numbers, subjects
from gateway.registry.lifecycle import EntryState

OLDER_SCHEMES = frozenset(
    {IdentifierScheme.REGISTRATION_NUMBER, IdentifierScheme.LEGACY_NUMBER, IdentifierScheme.ORGANISATION_CODE}
)
"""Numberings of organisations before there was one code: 15 and 13 digits of registration, 9 characters of GB 11714."""
MAX_PROPOSED = 1_000
MAX_NAMESAKES = 10
"""Codes of one name that are shown; who has more namesakes needs a document anyway."""
# In words of the statement, not as parameters: only so does SQLite see that its partial index applies.
IS_OLDER = text("subjects.scheme <> 'uscc' AND subjects.kind <> 'natural-person'")
_s = subjects.c


@dataclass(frozen=True, slots=True)
class Proposal:
    """An older number and the codes it may belong to (疑似匹配).

    Attributes:
        name: As it is registered with the older number.
        published: How many published entries stand under the older number.
        candidates: Each with ``code``, ``name`` and ``why``: ``stated`` with list, document and batch of the row that
            states both numbers, or ``name``.
    """

    number: str
    name: str
    published: int
    candidates: tuple[Mapping[str, Json], ...]


def is_unlinked() -> ColumnElement[bool]:
    """Whether a subject known by an older number is linked to no code."""
    linked = exists().where(former_numbers.c.number_key == _s.key, former_numbers.c.ended_at.is_(None))
    return ~linked


def proposals(connection: Connection, *, limit: int = 100) -> tuple[Proposal, ...]:
    """Older numbers that may be former numbers, in the order of the numbers' keys, at most ``limit``."""
    rows = connection.execute(_suggested(_s.key, _s.code, _s.name).order_by(_s.key).limit(min(limit, MAX_PROPOSED)))
    return tuple(_proposal(connection, row) for row in rows.all())


def count(connection: Connection) -> int:
    """How many there are; counted to a thousand."""
    few = _suggested(_s.key).limit(MAX_PROPOSED).subquery()
    return connection.scalar(select(func.count()).select_from(few)) or 0


def _suggested(*columns: ColumnElement[Any]) -> Select[Any]:
    other = subjects.alias("other")
    namesake = exists().where(other.c.name == _s.name, other.c.scheme == IdentifierScheme.USCC.value, _s.name != "")
    stated = exists().where(stated_numbers.c.number_key == _s.key)
    return select(*columns).where(IS_OLDER, is_unlinked(), or_(stated, namesake))


def _proposal(connection: Connection, row: Row[Any]) -> Proposal:
    stated = connection.execute(
        select(stated_numbers, _s.name)
        .join(subjects, _s.key == stated_numbers.c.code_key, isouter=True)
        .where(stated_numbers.c.number_key == row.key)
        .order_by(stated_numbers.c.code)
        .limit(MAX_NAMESAKES)
    ).all()
    found: list[dict[str, Json]] = [
        {
            "code": each.code,
            "name": each.name or "",
            "why": "stated",
            "list": each.list,
            "document": each.document_no,
            "batch": each.batch,
        }
        for each in stated
    ]
    known = {each.code_key for each in stated}
    if row.name:
        namesakes = connection.execute(
            select(_s.key, _s.code, _s.name)
            .where(_s.name == row.name, _s.scheme == IdentifierScheme.USCC.value)
            .order_by(_s.key)
            .limit(MAX_NAMESAKES)
        )
        found += [
            {"code": each.code, "name": each.name, "why": "name", "list": "", "document": "", "batch": ""}
            for each in namesakes
            if each.key not in known
        ]
    published = connection.scalar(
        select(func.count()).where(entries.c.subject_key == row.key, entries.c.state == EntryState.PUBLISHED)
    )
    return Proposal(row.code, row.name, published or 0, tuple(found))
