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

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select, text, true, tuple_, union_all

from credit_sdk.catalogue.catalogue import Catalogue, CatalogueDocument
from credit_sdk.catalogue.law import Law
from credit_sdk.model.citation import Version
from credit_sdk.model.term import civil_day, months_after
from gateway.database.tables import acts, applied_measures, entries, lapses, outcomes, subjects
from gateway.registry import editions
from gateway.registry.lifecycle import EntryState

_STANDS = ("id", "state", "replaces", "term_until", "confirmed_at")
_APPLIED = applied_measures.c
_PLACE = (_APPLIED.received_at, _APPLIED.client, _APPLIED.outbox, _APPLIED.seq)
# In words of the statement, not as a parameter: only so does SQLite see that its partial index applies.
_ENDED = text("applied_measures.state <> 'published'")
_PUBLISHED = _APPLIED.state == EntryState.PUBLISHED.value


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
    law = catalogue.on(today) if catalogue else None
    # Each way to be without a basis by itself, so that of none more is read than is shown.
    first = (
        select(*_PLACE).where(each).order_by(*_PLACE).limit(limit).subquery()
        for each in _without_basis(connection, law, today, client)
    )
    places = union_all(*(select(each) for each in first)).subquery()
    statement = (
        select(outcomes, func.coalesce(subjects.c.masked, "").label("masked"))
        .join(
            places,
            and_(
                outcomes.c.client == places.c.client,
                outcomes.c.outbox == places.c.outbox,
                outcomes.c.seq == places.c.seq,
            ),
        )
        .outerjoin(subjects, subjects.c.key == outcomes.c.subject_key)
        .order_by(outcomes.c.received_at, outcomes.c.client, outcomes.c.outbox, outcomes.c.seq)
        .limit(limit)
    )
    rows = connection.execute(statement).all()
    carried = _what_took_its_place(connection, {row.entry for row in rows})
    ended = _first_days_without(connection, {*carried, *(each.id for each in carried.values())})
    return tuple(_standing(row, carried[row.entry], ended, catalogue, today) for row in rows)


def standing_counts(
    connection: Connection, catalogue: Catalogue | None, today: date, *, client: str | None = None
) -> dict[str, int]:
    """How many measures each system applies without a basis; systems without any are left out."""
    found: Counter[str] = Counter()
    for each in _without_basis(connection, catalogue.on(today) if catalogue else None, today, client):
        counted = select(_APPLIED.client, func.count().label("times")).where(each).group_by(_APPLIED.client)
        found.update({row.client: row.times for row in connection.execute(counted)})
    return dict(found)


def _without_basis(
    connection: Connection, law: Law | None, today: date, client: str | None
) -> Iterator[ColumnElement[bool]]:
    """The ways to be without a basis, each a condition on the measures applied; no measure fulfils two of them."""
    mine = true() if client is None else _APPLIED.client == client
    carried = and_(_APPLIED.state == EntryState.CORRECTED.value, _APPLIED.entry.in_(_carried_on(today)))
    within = and_(_PUBLISHED, or_(_APPLIED.term_until.is_(None), _APPLIED.term_until >= today))
    yield and_(mine, _ENDED, ~carried)
    yield and_(mine, _PUBLISHED, _APPLIED.term_until < today)
    if law is None:
        return
    pairs = _pairs(connection)
    unfounded = pairs - _joined(law)
    lasting = {pair: ends for pair, ends in _lasting(law, today).items() if pair in pairs - unfounded}
    if unfounded:
        yield and_(mine, or_(within, carried), or_(*(_is_pair(pair) for pair in sorted(unfounded))))
    if lasting:
        yield and_(mine, or_(within, carried), or_(*(_has_lasted(*each) for each in sorted(lasting.items()))))


def _carried_on(today: date) -> Select[tuple[str]]:
    """Entries that were corrected and whose place was taken, however often, by one that is in force."""
    # With state and term on the way, so that no entry is read but those that took a place.
    steps = (
        select(entries.c.id.label("origin"), entries.c.id.label("id"), entries.c.state, entries.c.term_until)
        .where(entries.c.id.in_(select(_APPLIED.entry).where(_ENDED, _APPLIED.state == EntryState.CORRECTED.value)))
        .cte("steps", recursive=True)
    )
    later = entries.alias("later")
    steps = steps.union(
        select(steps.c.origin, later.c.id, later.c.state, later.c.term_until).join(
            later, and_(later.c.replaces == steps.c.id, later.c.confirmed_at.is_not(None))
        )
    )
    return select(steps.c.origin).where(
        steps.c.state == EntryState.PUBLISHED.value,
        or_(steps.c.term_until.is_(None), steps.c.term_until >= today),
    )


def _pairs(connection: Connection) -> set[tuple[str, str]]:
    """Every measure that is applied somewhere and the list it is applied for."""
    found: set[tuple[str, str]] = set()
    place = tuple_(_APPLIED.list, _APPLIED.measure)
    # From one pair to the next in the index: a million measures have a few dozen.
    following = select(_APPLIED.list, _APPLIED.measure).order_by(_APPLIED.list, _APPLIED.measure).limit(1)
    row = connection.execute(following).first()
    while row is not None:
        found.add((row.measure, row.list))
        row = connection.execute(following.where(place > (row.list, row.measure))).first()
    return found


def _is_pair(pair: tuple[str, str]) -> ColumnElement[bool]:
    measure, list_id = pair
    return and_(_APPLIED.list == list_id, _APPLIED.measure == measure)


def _has_lasted(pair: tuple[str, str], ends: Sequence[tuple[str, date]]) -> ColumnElement[bool]:
    """Whether the time is over for which the law lets the measure last on that list."""
    days = {"determined_on": _APPLIED.determined_on, "from_on": _APPLIED.term_from}
    return and_(_is_pair(pair), *(days[name] < first for name, first in ends))


def _joined(law: Law) -> set[tuple[str, str]]:
    return {
        (id, list_id)
        for id, version in law.measures.items()
        for application, _ in law.founded(version)
        for list_id in application.lists
        if list_id in law.lists
    }


def _lasting(law: Law, today: date) -> dict[tuple[str, str], list[tuple[str, date]]]:
    """By measure and list, the first day an entry must count from to carry it still; none where it lasts as long."""
    found: dict[tuple[str, str], list[tuple[str, date]]] = {}
    unbounded: set[tuple[str, str]] = set()
    for id, version in law.measures.items():
        for application, _ in law.founded(version):
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


def _first_days_without(connection: Connection, ids: set[str]) -> dict[str, date]:
    """By entry, the day an act or the calendar ended it."""
    noted = select(lapses.c.entry, lapses.c.last_on).where(lapses.c.entry.in_(ids))
    found = {row.entry: row.last_on + timedelta(days=1) for row in connection.execute(noted)}
    statement = select(acts.c.entry, func.max(acts.c.at).label("at")).where(acts.c.entry.in_(ids))
    for row in connection.execute(statement.group_by(acts.c.entry)):
        found.setdefault(row.entry, civil_day(row.at))
    return found


def _standing(
    row: Row[Any], stands: Row[Any], ended: Mapping[str, date], catalogue: Catalogue | None, today: date
) -> Standing:
    state = EntryState(stands.state)
    over_on = stands.term_until + timedelta(days=1) if stands.term_until else None
    since_on: date | None = None
    if state is not EntryState.PUBLISHED:
        reason = "lapsed" if state is EntryState.LAPSED else "gone"
        since_on = ended.get(stands.id, over_on if state is EntryState.LAPSED else None)
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
