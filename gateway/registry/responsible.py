"""Responsible persons (相关责任人): who answers for what an entry is about, and when that reaches them.

A measure bites a company through its legal representative, controller or responsible person in two ways. He may be
listed himself; that needs nothing from here. Or an entry of *another* organisation names him, and the law extends the
measure of that entry to his role (食品安全法第一百三十五条、限制高消费规定第三条 and the like). For the second:

==========================================  =====  ===================================================================
what is stated                              bites  why
==========================================  =====  ===================================================================
the decision names him                      yes    it alone determines who is responsible (谁认定谁负责)
a register or a department says he was it   no     that somebody held an office is no determination; it is shown
in office only before or after the conduct  no     even where named: the two contradict, a person must look
day of office or of conduct not stated      yes    where named; what is not known is said beside it
withdrawn                                   no     he should never have been stated
==========================================  =====  ===================================================================

An entry has no day of conduct of its own (the national tables carry none), so it is stated here with the person or it
is not known. Where an entry was corrected, those stated with the correction count; where none were, those before.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from credit_sdk.model.measure import Role
from credit_sdk.model.subject import Subject
from gateway.database.columns import Json, day_text
from gateway.database.tables import entries, responsible_persons
from gateway.registry.lifecycle import EntryState
from gateway.registry.persons import RegistryKeys

ROLES = {
    "法定代表人": Role.LEGAL_REPRESENTATIVE,
    "实际控制人": Role.ACTUAL_CONTROLLER,
    "主要负责人": Role.RESPONSIBLE_PERSON,
    "直接负责的主管人员": Role.RESPONSIBLE_PERSON,
    "直接责任人": Role.RESPONSIBLE_PERSON,
    "其他直接责任人员": Role.RESPONSIBLE_PERSON,
    **{role.value: role for role in Role if role is not Role.CANDIDATE},
}
"""Roles as decisions and files write them; whoever merely applies (``candidate``) answers for nothing."""


class Reach(StrEnum):
    """Whether an entry reaches a person it was stated with."""

    NAMED = "named"
    NOT_NAMED = "not-named"
    NOT_IN_OFFICE = "not-in-office"
    WITHDRAWN = "withdrawn"


class Span(NamedTuple):
    """Days from and until (起止日); None where one is not stated."""

    from_on: date | None = None
    until_on: date | None = None

    @property
    def is_known(self) -> bool:
        """Whether any day is stated."""
        return self.from_on is not None or self.until_on is not None

    def certainly_misses(self, other: "Span") -> bool:
        """Whether the two have no day in common, whatever is not stated."""
        return _before(self, other) or _before(other, self)


def _before(one: Span, other: Span) -> bool:
    return one.until_on is not None and other.from_on is not None and one.until_on < other.from_on


class NamingEntry(NamedTuple):
    """An entry in force that a person was stated with.

    Attributes:
        row: The entry, as the table has it.
        role: The role he answers in.
        reach: Whether it reaches him.
        unknown: What cannot be known, in sentences.
    """

    row: Row[Any]
    role: Role
    reach: Reach
    unknown: tuple[str, ...]


def stated_with(connection: Connection, entry: str) -> list[dict[str, Json]]:
    """Who was stated with an entry, as it is shown: numbers of persons masked, those taken back among them."""
    found = connection.execute(
        select(responsible_persons).where(responsible_persons.c.entry == entry).order_by(responsible_persons.c.id)
    )
    return [
        {
            "id": row.id,
            "subject": row.masked,
            "name": row.name,
            "role": row.role,
            "reach": _reach(row),
            "unknown": list(_unknown(row)),
            "source": row.source,
            **{name: day_text(getattr(row, name)) for name in _DAYS},
            "stated_by": row.stated_by,
            "confirmed_by": row.confirmed_by or "",
            "withdrawn_why": row.withdrawn_why,
        }
        for row in found
    ]


def entries_naming(connection: Connection, keys: RegistryKeys, person: Subject) -> Iterator[NamingEntry]:
    """The published entries that somebody was stated with, in the order he was stated."""
    found = connection.execute(
        select(responsible_persons)
        .where(responsible_persons.c.person_key == keys.key_of(person), responsible_persons.c.withdrawn_at.is_(None))
        .order_by(responsible_persons.c.id)
    ).all()
    for link in found:
        entry = _in_its_place(connection, link.entry)
        if entry is not None:
            yield NamingEntry(entry, Role(link.role), _reach(link), _unknown(link))


_DAYS = ("office_from_on", "office_until_on", "conduct_from_on", "conduct_until_on")


def _in_its_place(connection: Connection, id: str) -> Row[Any] | None:
    """The entry, or the correction that took its place and says nothing else about persons; None when it has ended."""
    row = connection.execute(select(entries).where(entries.c.id == id)).one()
    while row.state == EntryState.CORRECTED:
        following = connection.execute(
            select(entries).where(
                entries.c.replaces == row.id, entries.c.state.in_([EntryState.PUBLISHED, EntryState.CORRECTED])
            )
        ).first()
        if following is None or _has_own(connection, following.id):
            return None
        row = following
    return row if row.state == EntryState.PUBLISHED else None


def _has_own(connection: Connection, entry: str) -> bool:
    own = select(responsible_persons.c.id).where(responsible_persons.c.entry == entry).limit(1)
    return connection.scalar(own) is not None


def _reach(row: Row[Any]) -> Reach:
    if row.withdrawn_at is not None:
        return Reach.WITHDRAWN
    if not row.is_named:
        return Reach.NOT_NAMED
    return Reach.NOT_IN_OFFICE if _office(row).certainly_misses(_conduct(row)) else Reach.NAMED


def _unknown(row: Row[Any]) -> tuple[str, ...]:
    said = []
    if not _conduct(row).is_known:
        said.append("未载明行为发生日，无法判断行为时是否在任 / the day of the conduct is not stated")
    if not _office(row).is_known:
        said.append("未载明任职起止日 / since and until when he held the role is not stated")
    return tuple(said)


def _office(row: Row[Any]) -> Span:
    return Span(row.office_from_on, row.office_until_on)


def _conduct(row: Row[Any]) -> Span:
    # Conduct on one day is written with its first day alone.
    return Span(row.conduct_from_on, row.conduct_until_on or row.conduct_from_on)
