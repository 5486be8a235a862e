"""What waits for somebody (待办), read from the tables and grouped by the day its term began.

Groups, because everything of one group has one deadline: a million drafts are counted without reading a million rows.
Of natural persons nothing is published, so neither publicity nor withdrawal waits for one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Label,
    Row,
    Select,
    Text,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    literal_column,
    select,
    text,
    true,
)

from credit_sdk.model.term import civil_day
from gateway.database.tables import (
    acts,
    awaited_outcomes,
    entries,
    former_numbers,
    objections,
    pending,
    publications,
    repairs,
    subjects,
    waivers,
)
from gateway.registry.lifecycle import EntryAct, EntryState
from gateway.registry.sectors import Sectors
from gateway.registry.time_limits import LawAct


class Duty(StrEnum):
    """What must be done in time."""

    PUBLICITY = "publicity"
    OBJECTION = "objection"
    REPAIR_ACCEPTANCE = "repair-acceptance"
    REPAIR_DECISION = "repair-decision"
    WITHDRAWAL = "withdrawal"
    WAIVER = "waiver"
    FEEDBACK = "feedback"


REVIEWER, PUBLISHER, APPLICANT = "复核人员 reviewer", "网关发布 publisher", "申请人 applicant"

_WITHDRAWAL_ACTS = {EntryAct.REVOKE.value: LawAct.WITHDRAWAL, EntryAct.REMOVE.value: LawAct.REMOVAL}

_REPAIR_ACTS = {"applied": LawAct.REPAIR_ACCEPTANCE, "supplement": None, "accepted": LawAct.REPAIR_DECISION}

# In words of the statement, not as parameters: only so does SQLite see that its partial indexes apply.
_DRAFTED = literal_column("entries.state") == literal_column("'drafted'")
_FILED = literal_column("objections.state") == literal_column("'filed'")
# Asked for each row of the few since the last publication, and not the other way round: much may wait to be published.
_IS_PENDING = exists().where(pending.c.subject_key == entries.c.subject_key)
_OPEN_REPAIR = text("repairs.state IN ('applied', 'supplement', 'accepted')")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything that waits for one act since one day.

    Attributes:
        law_act: The act as periods of the law name it; None where nobody here can act.
        since_on: Day the term began.
        count: How many.
        kind: Reads everything of this kind: reference, entry, list, masked, matter, case_ref, who; in a fixed order.
        group: Columns of ``kind`` and the values that single this group out.
        began: Other days that a period may count from, by its word for them.
        sector: Whose own rule the authorities that determined are under, empty for the general one.
    """

    duty: Duty
    law_act: LawAct | None
    list: str
    since_on: date
    count: int
    kind: Select[Any]
    group: tuple[tuple[ColumnElement[Any], object], ...]
    began: Mapping[str, date] = field(default_factory=dict)
    sector: str = ""

    def rows(self) -> Select[Any]:
        """Reads the rows of this group."""
        return self.kind.where(*(each.is_(None) if value is None else each == value for each, value in self.group))


def waiting(connection: Connection, sectors: Sectors, *, client: str | None = None) -> Iterator[Waiting]:
    """All that waits; of one system, only the feedback it owes.

    Args:
        connection: Reads the registry.
        sectors: Who has rules of their own for publication; what their authorities determined is grouped apart.
        client: The system.
    """
    if client is None:
        last = connection.scalar(select(func.max(publications.c.published_at)))
        unpublished: ColumnElement[bool] = true() if last is None else entries.c.confirmed_at > last
        unwithdrawn: ColumnElement[bool] = true() if last is None else acts.c.at > last
        for sector, determined in sectors.entries():
            yield from _drafts(connection, sector, determined)
            yield from _confirmed(connection, sector, determined, unpublished)
        yield from _objections(connection)
        yield from _repairs(connection)
        yield from _withdrawals(connection, unwithdrawn)
        yield from _waivers(connection)
    yield from _feedback(connection, client)


def _drafts(connection: Connection, sector: str, determined: ColumnElement[bool]) -> Iterator[Waiting]:
    kind = _of_entry(entries.c.id, literal(REVIEWER)).where(_DRAFTED, entries.c.is_person == false(), determined)
    yield from _to_publish(connection, kind, entries.c.list, sector)


def _confirmed(
    connection: Connection, sector: str, determined: ColumnElement[bool], unpublished: ColumnElement[bool]
) -> Iterator[Waiting]:
    """Confirmed, and the publisher has not come to it yet."""
    kind = _of_entry(entries.c.id, literal(PUBLISHER)).where(
        entries.c.confirmed_at.is_not(None),
        unpublished,
        entries.c.state == EntryState.PUBLISHED.value,
        entries.c.is_person == false(),
        _IS_PENDING,
        determined,
    )
    # Not the bare columns: to group or order by them SQLite would go through everything that is published.
    kind = kind.order_by(None).order_by(entries.c.id + "")
    yield from _to_publish(connection, kind, (entries.c.list + "").label("list"), sector)


def _to_publish(
    connection: Connection, kind: Select[Any], list_id: ColumnElement[str], sector: str
) -> Iterator[Waiting]:
    act = LawAct.PUBLICITY
    for row, group in _grouped(connection, kind, list_id, entries.c.determined_on):
        yield Waiting(Duty.PUBLICITY, act, row.list, row.determined_on, row.times, kind, group, sector=sector)


def _objections(connection: Connection) -> Iterator[Waiting]:
    verified = (objections.c.needs_verification != "").label("verified")
    kind = _of_entry(objections.c.id, entries.c.authority, objections).where(_FILED)
    for row, group in _grouped(connection, kind, entries.c.list, objections.c.filed_on, verified):
        act = LawAct.VERIFIED_OBJECTION if row.verified else LawAct.OBJECTION
        yield Waiting(Duty.OBJECTION, act, row.list, row.filed_on, row.times, kind, group)


def _repairs(connection: Connection) -> Iterator[Waiting]:
    who = case((repairs.c.state == "supplement", APPLICANT), else_=entries.c.authority)
    kind = _of_entry(repairs.c.id, who, repairs).where(_OPEN_REPAIR)
    by = (entries.c.list, repairs.c.state, repairs.c.applied_on, repairs.c.accepted_on)
    for row, group in _grouped(connection, kind, *by):
        duty = Duty.REPAIR_DECISION if row.state == "accepted" else Duty.REPAIR_ACCEPTANCE
        began = {"acceptance": row.accepted_on} if row.accepted_on else {}
        yield Waiting(duty, _REPAIR_ACTS[row.state], row.list, row.applied_on, row.times, kind, group, began)


def _withdrawals(connection: Connection, unwithdrawn: ColumnElement[bool]) -> Iterator[Waiting]:
    """Ended in the registry and still shown: the publisher has not come to it yet."""
    kind = _of_entry(entries.c.id, literal(PUBLISHER), acts).where(
        acts.c.act.in_(list(_WITHDRAWAL_ACTS)),
        unwithdrawn,
        entries.c.is_person == false(),
        _IS_PENDING,
    )
    for row, group in _grouped(connection, kind, entries.c.list, acts.c.act, acts.c.at):
        act = _WITHDRAWAL_ACTS[row.act]
        yield Waiting(Duty.WITHDRAWAL, act, row.list, civil_day(row.at), row.times, kind, group)


def _waivers(connection: Connection) -> Iterator[Waiting]:
    """Asked for by a system, and nobody at the gateway has decided."""
    kind = select(
        cast(waivers.c.id, Text).label("reference"),
        waivers.c.entry,
        waivers.c.list,
        _masked(waivers.c.subject_key),
        waivers.c.matter,
        waivers.c.case_ref,
        literal(REVIEWER).label("who"),
    )
    kind = kind.select_from(waivers).where(waivers.c.state == "pending").order_by(waivers.c.id)
    for row, group in _grouped(connection, kind, waivers.c.list, waivers.c.received_at):
        act, since_on = LawAct.WAIVER_CONFIRMATION, civil_day(row.received_at)
        yield Waiting(Duty.WAIVER, act, row.list, since_on, row.times, kind, group)


def _feedback(connection: Connection, client: str | None) -> Iterator[Waiting]:
    kind = select(
        awaited_outcomes.c.decision_id.label("reference"),
        awaited_outcomes.c.entry,
        literal("").label("list"),
        _masked(awaited_outcomes.c.subject_key),
        awaited_outcomes.c.matter,
        awaited_outcomes.c.case_ref,
        awaited_outcomes.c.client.label("who"),
    )
    kind = kind.select_from(awaited_outcomes).order_by(awaited_outcomes.c.decision_id)
    if client is not None:
        kind = kind.where(awaited_outcomes.c.client == client)
    for row, group in _grouped(connection, kind, awaited_outcomes.c.client, awaited_outcomes.c.decided_on):
        yield Waiting(Duty.FEEDBACK, LawAct.FEEDBACK, "", row.decided_on, row.times, kind, group)


def _grouped(
    connection: Connection, kind: Select[Any], *by: ColumnElement[Any]
) -> Iterator[tuple[Row[*tuple[Any, ...]], tuple[tuple[ColumnElement[Any], object], ...]]]:
    """The groups of one kind: each with its values, how many ``times`` it is there, and what singles it out."""
    statement = kind.with_only_columns(*by, func.count().label("times"))
    for row in connection.execute(statement.order_by(None).group_by(*by)):
        yield row, tuple(zip(by, row[: len(by)], strict=True))


def _of_entry(reference: ColumnElement[str], who: ColumnElement[str], source: FromClause | None = None) -> Select[Any]:
    """Rows about entries; ``source`` is the table that names the entry, unless it is the entry itself."""
    statement = select(
        reference.label("reference"),
        entries.c.id.label("entry"),
        entries.c.list,
        _masked(entries.c.subject_key),
        literal("").label("matter"),
        literal("").label("case_ref"),
        who.label("who"),
    )
    about = entries if source is None else entries.join(source, source.c.entry == entries.c.id)
    return statement.select_from(about).order_by(reference)


def _masked(subject_key: ColumnElement[bytes]) -> Label[str]:
    # Asked for each row shown, and not joined: groups are counted without reading a subject.
    linked = former_numbers.c
    code = select(linked.code).where(linked.number_key == subject_key, linked.ended_at.is_(None)).scalar_subquery()
    found = select(subjects.c.masked).where(subjects.c.key == subject_key).scalar_subquery()
    return func.coalesce(code, found, "").label("masked")
