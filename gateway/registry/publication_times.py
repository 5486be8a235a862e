"""Whether entries were put into force in time (公示及时性): from the day of the document to their confirmation here.

A last day never comes earlier for a later document. So of what was confirmed on one day, all that is late is older than
one bound, and a day is counted by one question to an index, however many entries it has.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, case, false, func, or_, select, true

from credit_sdk.model.term import SHANGHAI
from gateway.database.tables import entries
from gateway.registry.periods import PeriodLaw
from gateway.registry.time_limits import LawAct, TimeLimit
from gateway.registry.working_days import is_working_day

WINDOW_DAYS = 90
FIRST_JUDGED_ON = date(2006, 1, 1)
"""Before it the holiday notices are not known, so no term can be followed back."""
LAST_JUDGED_ON = date(2099, 12, 31)


@dataclass(frozen=True, slots=True)
class PublicationTimes:
    """How many entries were confirmed lately, organisations only.

    Attributes:
        since_on: Entries confirmed since that day are counted.
        late: After the last day of their term (迟报).
        unknown: Nobody can say, for want of a calendar.
    """

    since_on: date
    published: int
    late: int
    unknown: int


def publication_times(connection: Connection, law: PeriodLaw, today: date) -> PublicationTimes:
    """How many entries were confirmed in the last 90 days, and how many of them after their term."""
    since_on = today - timedelta(days=WINDOW_DAYS)
    published = late = unknown = 0
    rules = list(_rules(law))
    for number in range(WINDOW_DAYS + 1):
        day = since_on + timedelta(days=number)
        begins_at = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
        is_late: list[ColumnElement[bool]] = [false()]
        is_unknown: list[ColumnElement[bool]] = [false()]
        bounds = {limit: _bounds(law, limit, day) for limit in {limit for *_, limit in rules}}
        for named, first, last, limit in rules:
            late_until, unknown_from = bounds[limit]
            is_late.append(and_(named, entries.c.determined_on.between(first, min(last, late_until))))
            if unknown_from is not None:
                is_unknown.append(and_(named, entries.c.determined_on.between(max(first, unknown_from), last)))
        row = connection.execute(
            select(
                func.count(),
                func.sum(case((or_(*is_late), 1), else_=0)),
                func.sum(case((or_(*is_unknown), 1), else_=0)),
            ).where(
                entries.c.confirmed_at >= begins_at,
                entries.c.confirmed_at < begins_at + timedelta(days=1),
                entries.c.is_person == false(),
            )
        ).one()
        published, late, unknown = published + row[0], late + (row[1] or 0), unknown + (row[2] or 0)
    return PublicationTimes(since_on, published, late, unknown)


def _rules(law: PeriodLaw) -> Iterator[tuple[ColumnElement[bool], date, date, TimeLimit]]:
    """For which lists of which sector, and for documents of which days, a limit holds."""
    sectors = law.sectors(LawAct.PUBLICITY)
    named = sorted({*law.lists_named(LawAct.PUBLICITY), *sectors.lists})
    others: ColumnElement[bool] = entries.c.list.not_in(named) if named else true()
    for sector, determined in sectors.entries():
        for list_id, which in [("", others), *((each, entries.c.list == each) for each in named)]:
            if sector and list_id not in sectors.lists:
                continue
            # Of a list that no sector has a rule for, who determined is not even asked.
            asked = and_(which, determined) if list_id in sectors.lists else which
            for first, last, limit in law.spans(LawAct.PUBLICITY, list_id, sector):
                if limit.due(first) is not None:
                    yield asked, first, last, limit


def _bounds(law: PeriodLaw, limit: TimeLimit, day: date) -> tuple[date, date | None]:
    """The last day of a document that is late on ``day``, and from which on nobody can say; None where it is known."""
    start, unknown_from = day, None
    while True:
        due = law.due(limit, start)
        is_overdue = due.is_overdue(day) if due else False
        if is_overdue:
            return start, unknown_from
        if is_overdue is None:
            if is_working_day(start) is None:
                # Nothing of a year without a calendar can be known; it is passed over whole.
                start = start.replace(month=1, day=1)
            unknown_from = start
        start -= timedelta(days=1)
