"""The repair clock (修复时效): from the grant to the publication, and on to the last system that is free of it.

A system is free when every measure it applied for the entry is reported as lifted, decision by decision. Both ends are
read from the gateway's own clock: when the repair was granted, and when the report came in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import Connection, func, select

from credit_sdk.model.outcome import OutcomeState
from gateway.database.tables import acts, applied_measures, entries, outcomes, publications
from gateway.registry.lifecycle import ENDED, EntryAct

MAX_REPAIRS = 100


@dataclass(frozen=True, slots=True)
class RepairClock:
    """How long a repair took.

    Attributes:
        published_at: First publication since the grant, None while there is none.
        still_applied_by: Systems that applied a measure for the entry and have not reported it lifted.
        cleared_at: When the last system was free of it; None while one is not, or nothing is published.
    """

    entry: str
    granted_at: datetime
    published_at: datetime | None
    serial: int | None
    still_applied_by: tuple[str, ...]
    cleared_at: datetime | None

    @property
    def seconds(self) -> float | None:
        """Seconds from the grant to the publication."""
        return (self.published_at - self.granted_at).total_seconds() if self.published_at else None

    @property
    def clear_seconds(self) -> float | None:
        """Seconds from the grant until the last system was free of it."""
        return (self.cleared_at - self.granted_at).total_seconds() if self.cleared_at else None


@dataclass(frozen=True, slots=True)
class RepairTimes:
    """The last repairs together: how many, how fast in the middle, how slow at worst; None where none got so far."""

    granted: int
    published: int
    cleared: int
    median_published_s: float | None
    slowest_published_s: float | None
    median_cleared_s: float | None
    slowest_cleared_s: float | None


def repair_clocks(connection: Connection) -> tuple[RepairClock, ...]:
    """The last repairs that were granted and still stand, newest first, at most 100."""
    granted = (
        select(acts.c.entry, acts.c.at)
        .join(entries, entries.c.id == acts.c.entry)
        .where(acts.c.act == EntryAct.REPAIR.value, entries.c.state.in_([state.value for state in ENDED]))
        .order_by(acts.c.at.desc(), acts.c.id.desc())
        .limit(MAX_REPAIRS)
    )
    return tuple(_clock(connection, row.entry, row.at) for row in connection.execute(granted).all())


def repair_times(clocks: Sequence[RepairClock]) -> RepairTimes:
    """Median and slowest of several clocks."""
    published = [each.seconds for each in clocks if each.seconds is not None]
    cleared = [each.clear_seconds for each in clocks if each.clear_seconds is not None]
    return RepairTimes(
        granted=len(clocks),
        published=len(published),
        cleared=len(cleared),
        median_published_s=median(published) if published else None,
        slowest_published_s=max(published, default=None),
        median_cleared_s=median(cleared) if cleared else None,
        slowest_cleared_s=max(cleared, default=None),
    )


def _clock(connection: Connection, entry: str, granted_at: datetime) -> RepairClock:
    first = connection.execute(
        select(publications.c.serial, publications.c.published_at)
        .where(publications.c.published_at >= granted_at)
        .order_by(publications.c.published_at)
        .limit(1)
    ).first()
    still = (
        select(applied_measures.c.client)
        .distinct()
        .where(applied_measures.c.entry == entry)
        .order_by(applied_measures.c.client)
    )
    still_applied_by = tuple(connection.scalars(still))
    cleared_at = None
    if first is not None and not still_applied_by:
        reports = select(func.max(outcomes.c.received_at)).where(
            outcomes.c.entry == entry, outcomes.c.state == OutcomeState.LIFTED.value
        )
        cleared_at = max(first.published_at, connection.scalar(reports) or first.published_at)
    return RepairClock(
        entry=entry,
        granted_at=granted_at,
        published_at=first.published_at if first else None,
        serial=first.serial if first else None,
        still_applied_by=still_applied_by,
        cleared_at=cleared_at,
    )
