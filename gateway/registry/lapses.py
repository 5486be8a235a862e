"""What the calendar ends (公示期满): noted once, by the publisher, so that registry and publication say the same.

Answers end by the term at read time anyway. This pass notes it: a published or shielded entry whose publicity is over
becomes lapsed, and of a repaired one whose publicity would be over by now the content is erased (停止共享和使用,
信用修复管理办法第三条), because no voided repair could publish it again. Once a civil day the registry is gone through
by id, a bounded portion at a time, each in a transaction of its own; what a stop interrupts is found again. Waivers
whose last day is over are noted with them (:mod:`gateway.registry.waivers`).

That a list may lose so many entries at once is signed by the publisher (:mod:`gateway.publishing.statements`).

The pass also finds what was published with another last day than the law gives it by now, as after the adoption of a
law that limits what no law limited before, and has it published anew: systems that ask hold the end itself.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, final

from sqlalchemy import Connection, Engine, Row, insert, select, update

from credit_sdk.model.term import civil_day
from credit_sdk.publication import records
from gateway.database.engine import among
from gateway.database.tables import entries, lapses, published_records
from gateway.database.unit_of_work import UnitOfWork, reading, unit_of_work
from gateway.ledger.contents import sha256_of_entry
from gateway.registry.lifecycle import EntryAct, EntryState, after
from gateway.registry.periods import PeriodLaw
from gateway.registry.publicity import Listed, Publicity, publicity_of
from gateway.registry.waivers import expire

ACTOR = "publisher"
"""Who notes it in the ledger: a program, no operator."""

PORTION = 500
_LAPSING = (EntryState.PUBLISHED, EntryState.SHIELDED)


class Noted(NamedTuple):
    """What one portion of the pass did.

    Attributes:
        lapsed: Ids of entries that lapsed.
        erased: Ids of repaired entries whose content was erased.
        next: Id to go on behind; None at the end.
    """

    lapsed: tuple[str, ...]
    erased: tuple[str, ...]
    next: str | None


@final
@dataclass
class Calendar:
    """Goes through the registry once a civil day, a portion with each turn.

    Attributes:
        engine: The registry.
    """

    engine: Engine
    _done_on: date | None = field(default=None, init=False)
    _behind: str = field(default="", init=False)
    _law: PeriodLaw | None = field(default=None, init=False)

    def turn(self, now: datetime) -> int:
        """Look at the next portion, unless today's pass is done; how many entries lapsed."""
        today = civil_day(now)
        if self._done_on == today:
            return 0
        if self._law is None:
            with reading(self.engine) as connection:
                self._law = PeriodLaw.load(connection, today)
        noted = note(self.engine, self._law, now, behind=self._behind)
        self._behind = noted.next or ""
        if not expire(self.engine, now).is_more and noted.next is None:
            self._done_on, self._law = today, None
        return len(noted.lapsed)


def note(engine: Engine, law: PeriodLaw, now: datetime, *, behind: str) -> Noted:
    """Note what of the next portion of entries the calendar has ended.

    Args:
        engine: The registry.
        law: The periods of the law.
        now: The instant; its civil day counts.
        behind: Id of the last entry looked at.
    """
    today = civil_day(now)
    with reading(engine) as connection:
        rows = connection.execute(
            select(entries)
            .where(entries.c.id > behind, entries.c.state.in_([*_LAPSING, EntryState.REPAIRED]))
            .order_by(entries.c.id)
            .limit(PORTION)
        ).all()
        told = [(row, publicity_of(Listed.row(row), law)) for row in rows]
        over = [(row, found) for row, found in told if found.is_over(today)]
        ended = [(row, found) for row, found in over if row.state in _LAPSING]
        shown = {row.id: found.ends_on for row, found in told if row.state == EntryState.PUBLISHED}
        moved = _published_otherwise(connection, {row.subject_key for row, _ in told if row.id in shown}, shown)
    useless = [row for row, _ in over if row.state == EntryState.REPAIRED and _has_content(row)]
    next_behind = rows[-1].id if len(rows) == PORTION else None
    if not ended and not useless and not moved:
        return Noted((), (), next_behind)
    with unit_of_work(engine, at=now) as work:
        work.mark_changed(moved)
        lapsed = [row.id for row, found in ended if _lapse(work, row, found)]
        erased = [row.id for row in useless if _erase(work, row)]
    return Noted(tuple(lapsed), tuple(erased), next_behind)


def _published_otherwise(
    connection: Connection, subject_keys: Collection[bytes], shown: Mapping[str, date | None]
) -> set[bytes]:
    """Subjects of whose entries one is carried by the last publication with another last day than these."""
    if not subject_keys:
        return set()
    carried = select(published_records).where(among(connection, published_records.c.key, sorted(subject_keys)))
    return {
        row.key
        for row in connection.execute(carried)
        if any(each.id in shown and each.term.until_on != shown[each.id] for each in records.decode(row.record).entries)
    }


def _lapse(work: UnitOfWork, row: Row[Any], found: Publicity) -> bool:
    reached = after(EntryState(row.state), EntryAct.LAPSE)
    moved = work.connection.execute(
        update(entries).where(entries.c.id == row.id, entries.c.state == row.state).values(state=reached)
    )
    if moved.rowcount != 1:
        return False  # An act came first.
    by_law = found.rule is not None and found.ends_on == found.maximum_on
    period = found.rule.id if found.rule is not None and by_law else ""
    work.connection.execute(insert(lapses).values(entry=row.id, last_on=found.ends_on, period=period, at=work.at))
    if not row.is_person:
        work.mark_changed([row.subject_key])
    work.ledger.append(
        f"entry:{row.list}:{EntryAct.LAPSE}",
        ACTOR,
        {
            "entry": row.id,
            "from": row.state,
            "to": reached,
            "last_day": found.ends_on.isoformat() if found.ends_on else None,
            "period": period,
            "basis": found.rule.basis if found.rule is not None and by_law else "",
            "document": row.document_no,
        },
    )
    return True


def _has_content(row: Row[Any]) -> bool:
    return bool(row.fact or row.basis or row.fields or row.extra)


def _erase(work: UnitOfWork, row: Row[Any]) -> bool:
    digest = sha256_of_entry(work.connection, row.id)
    emptied = work.connection.execute(
        update(entries)
        .where(entries.c.id == row.id, entries.c.state == EntryState.REPAIRED)
        .values(fact="", basis="", fields={}, extra={})
    )
    if emptied.rowcount != 1:
        return False
    work.ledger.append(
        f"entry:{row.list}:erase",
        ACTOR,
        {"entry": row.id, "content_sha256": row.content_sha256, "entry_sha256": digest},
    )
    return True
