"""Measures still applied without a basis (应解除未解除): reported as applied, not as lifted, carried by nothing.

The library says the same of its own system from its replica (``credit.standing()``); the gateway says it of every
system, and of natural persons too. ``reason`` is in the same words:

``gone``
    The entry is in force no longer: removed, revoked, repaired, shielded, or corrected and what took its place is not
    in force either.
``lapsed``
    Its term is over, or the time for which the law lets the measure last.
``unfounded``
    The law in force has the measure or the list no longer, or does not join them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    and_,
    false,
    func,
    literal_column,
    or_,
    select,
)

from credit_sdk.catalogue.catalogue import Catalogue, CatalogueDocument
from credit_sdk.catalogue.law import Law
from credit_sdk.model.citation import Version
from credit_sdk.model.outcome import OutcomeState
from credit_sdk.model.term import civil_day, months_after
from gateway.database.tables import acts, entries, outcomes, subjects
from gateway.feedback.repair_clock import is_lifted
from gateway.registry import editions
from gateway.registry.lifecycle import EntryState

_STANDS = ("id", "state", "replaces", "term_until", "confirmed_at")
_APPLIED = literal_column("outcomes.state") == literal_column(f"'{OutcomeState.APPLIED.value}'")


@dataclass(frozen=True, slots=True)
class Standing:
    """A measure one system still applies though its basis is gone: to be lifted (应予解除).

    Attributes:
        client: The system.
        subject: Masked; empty where the registry does not hold the subject.
        reason: ``gone``, ``lapsed`` or ``unfounded``.
        state: State of the entry, or of what took its place.
        since_on: First day without a basis; None where the registry does not know it.
    """

    client: str
    subject: str
    matter: str
    case: str
    entry: str
    measure: str
    list: str
    decision_id: str
    document: str
    reported_at: datetime
    reason: str
    state: EntryState
    since_on: date | None


def law_today(connection: Connection, today: date) -> Catalogue | None:
    """The law in effect today; None before any is."""
    edition = editions.in_effect(connection, today)
    return None if edition is None else Catalogue.from_stored(editions.document_of(connection, edition.digest))


def standing(
    connection: Connection, catalogue: Catalogue | None, today: date, *, client: str | None = None, limit: int = 100
) -> tuple[Standing, ...]:
    """Measures applied without a basis, those applied longest first, at most ``limit``; of every system or of one."""
    statement = (
        _without_basis(
            catalogue.on(today) if catalogue else None,
            today,
            client,
            outcomes,
            func.coalesce(subjects.c.masked, "").label("masked"),
        )
        .outerjoin(subjects, subjects.c.key == outcomes.c.subject_key)
        .order_by(outcomes.c.received_at, outcomes.c.client, outcomes.c.outbox, outcomes.c.seq)
        .limit(limit)
    )
    rows = connection.execute(statement).all()
    carried = _what_took_its_place(connection, {row.entry for row in rows})
    ended = _last_acts(connection, {*carried, *(each.id for each in carried.values())})
    return tuple(_standing(row, carried[row.entry], ended, catalogue, today) for row in rows)


def standing_counts(
    connection: Connection, catalogue: Catalogue | None, today: date, *, client: str | None = None
) -> dict[str, int]:
    """How many measures each system applies without a basis; systems without any are left out."""
    statement = _without_basis(
        catalogue.on(today) if catalogue else None, today, client, outcomes.c.client, func.count().label("times")
    )
    return {row.client: row.times for row in connection.execute(statement.group_by(outcomes.c.client))}


def _without_basis(
    law: Law | None, today: date, client: str | None, *columns: FromClause | ColumnElement[Any]
) -> Select[Any]:
    statement = (
        select(*columns)
        .select_from(outcomes)
        .join(entries, entries.c.id == outcomes.c.entry)
        .where(
            _APPLIED,
            ~is_lifted(),
            or_(
                and_(
                    or_(entries.c.state != EntryState.PUBLISHED.value, entries.c.term_until < today),
                    ~_is_carried_on(today),
                ),
                _is_unfounded(law),
                _has_lasted(law, today),
            ),
        )
    )
    return statement if client is None else statement.where(outcomes.c.client == client)


def _is_carried_on(today: date) -> ColumnElement[bool]:
    """Whether the entry was corrected and what took its place, however often, is in force."""
    # With state and term on the way, so that no entry is read but those that took a place.
    steps = (
        select(entries.c.id.label("origin"), entries.c.id.label("id"), entries.c.state, entries.c.term_until)
        .where(
            entries.c.state == EntryState.CORRECTED.value,
            entries.c.id.in_(select(outcomes.c.entry).where(_APPLIED)),
        )
        .cte("steps", recursive=True)
    )
    later = entries.alias("later")
    steps = steps.union(
        select(steps.c.origin, later.c.id, later.c.state, later.c.term_until).join(
            later, and_(later.c.replaces == steps.c.id, later.c.confirmed_at.is_not(None))
        )
    )
    carried = select(steps.c.origin).where(
        steps.c.state == EntryState.PUBLISHED.value,
        or_(steps.c.term_until.is_(None), steps.c.term_until >= today),
    )
    return entries.c.id.in_(carried)


# One text for measure and list: a database looks a text up in a set, and goes through pairs one by one.
_PAIR = outcomes.c.measure + "@" + outcomes.c.list


def _is_unfounded(law: Law | None) -> ColumnElement[bool]:
    return false() if law is None else _PAIR.not_in(sorted("@".join(pair) for pair in _joined(law)))


def _joined(law: Law) -> set[tuple[str, str]]:
    return {
        (id, list_id)
        for id, version in law.measures.items()
        if id not in law.unfounded
        for application in version.applies
        for list_id in application.lists
        if list_id in law.lists
    }


def _has_lasted(law: Law | None, today: date) -> ColumnElement[bool]:
    """Whether the time is over for which the law lets the measure last on that list."""
    if law is None:
        return false()
    days = {"determined_on": entries.c.determined_on, "from_on": entries.c.term_from}
    bounded = {"@".join(pair): ends for pair, ends in _lasting(law, today).items()}
    return and_(
        _PAIR.in_(sorted(bounded)),
        or_(
            false(),
            *(and_(_PAIR.in_([pair]), *(days[name] < first for name, first in ends)) for pair, ends in bounded.items()),
        ),
    )


def _lasting(law: Law, today: date) -> dict[tuple[str, str], list[tuple[str, date]]]:
    """By measure and list, the first day an entry must count from to carry it still; none where it lasts as long."""
    found: dict[tuple[str, str], list[tuple[str, date]]] = {}
    unbounded: set[tuple[str, str]] = set()
    for id, version in law.measures.items():
        for application in version.applies:
            for list_id in application.lists:
                if application.lasting is None:
                    unbounded.add((id, list_id))
                else:
                    first = _first_day(today, 12 * application.lasting.years)
                    found.setdefault((id, list_id), []).append((application.lasting.counts_from, first))
    return {pair: ends for pair, ends in found.items() if pair not in unbounded}


def _first_day(today: date, months: int) -> date:
    first = months_after(today, -months)
    return first if months_after(first, months) >= today else first + timedelta(days=1)


def _what_took_its_place(connection: Connection, origins: set[str]) -> dict[str, Row[Any]]:
    """Of each entry, the entry that stands for it now: itself, unless it was corrected."""
    wanted = [entries.c[name] for name in _STANDS]
    rows = connection.execute(select(*wanted).where(entries.c.id.in_(origins)))
    stands: dict[str, Row[Any]] = {row.id: row for row in rows}
    while corrected := {row.id for row in stands.values() if row.state == EntryState.CORRECTED.value}:
        later = {
            row.replaces: row
            for row in connection.execute(
                select(*wanted)
                .where(entries.c.replaces.in_(corrected), entries.c.confirmed_at.is_not(None))
                .order_by(entries.c.confirmed_at.desc(), entries.c.id)
            )
        }
        if not later:
            break
        stands = {origin: later.get(row.id, row) for origin, row in stands.items()}
    return stands


def _last_acts(connection: Connection, ids: set[str]) -> dict[str, datetime]:
    statement = select(acts.c.entry, func.max(acts.c.at).label("at")).where(acts.c.entry.in_(ids))
    return {row.entry: row.at for row in connection.execute(statement.group_by(acts.c.entry))}


def _standing(
    row: Row[Any], stands: Row[Any], ended: Mapping[str, datetime], catalogue: Catalogue | None, today: date
) -> Standing:
    state = EntryState(stands.state)
    over_on = stands.term_until + timedelta(days=1) if stands.term_until else None
    since_on: date | None = None
    if state is not EntryState.PUBLISHED:
        reason = "lapsed" if state is EntryState.LAPSED else "gone"
        at = ended.get(stands.id)
        since_on = civil_day(at) if at else over_on if state is EntryState.LAPSED else None
    elif over_on is not None and over_on <= today:
        reason, since_on = "lapsed", over_on
    elif catalogue is not None and (row.measure, row.list) not in _joined(catalogue.on(today)):
        reason, since_on = "unfounded", _unfounded_since(catalogue.document, row.measure, row.list, today)
    else:
        reason = "lapsed"
    return Standing(
        client=row.client,
        subject=row.masked,
        matter=row.matter,
        case=row.case_ref,
        entry=row.entry,
        measure=row.measure,
        list=row.list,
        decision_id=row.decision_id,
        document=row.document_no,
        reported_at=row.reported_at,
        reason=reason,
        state=state,
        since_on=since_on,
    )


def _unfounded_since(document: CatalogueDocument, measure: str, list_id: str, today: date) -> date | None:
    """The day after the measure's or the list's last one; where both are in force, the day they were last changed."""
    versions: list[Sequence[Version]] = [each.versions for each in document.measures if each.id == measure]
    versions += [each.versions for each in document.lists if each.id == list_id]
    held = [next((each for each in group if each.covers(today)), None) for group in versions]
    ends = [
        max((each.until_on for each in group if each.until_on and each.until_on < today), default=None)
        for group, now in zip(versions, held, strict=True)
        if now is None
    ]
    if ends:
        known = [each for each in ends if each]
        return min(known) + timedelta(days=1) if known else None
    return max((each.from_on for each in held if each), default=None)
