"""How much of what took effect lately did so after its term."""

from datetime import date, datetime

import pytest
from sqlalchemy import update

from gateway.database.tables import entries
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.registry.periods import PeriodLaw
from gateway.registry.publication_times import publication_times
from gateway.registry.time_limits import TimeLimit
from gateway.registry.working_days import Due
from tests.real_gateway import NOW, RealGateway
from tests.unit.gateway.registry.duties import TODAY, entry_of, times_of, under_the_shipped_law


@pytest.fixture
def held(registry: RealGateway) -> RealGateway:
    return under_the_shipped_law(registry)


def test_publications_after_their_term_are_counted(held: RealGateway) -> None:
    confirmed = {1: "2026-05-07T15:59:59Z", 2: "2026-05-07T16:00:00Z", 3: "2026-05-08T01:00:00Z"}
    with unit_of_work(held.engine, at=NOW) as work:
        for number, at in confirmed.items():
            # Seven working days after 2026-04-23 is 2026-05-07, which ends at 16:00 UTC.
            values = {"determined_on": date(2026, 4, 23), "confirmed_at": datetime.fromisoformat(at)}
            work.connection.execute(update(entries).where(entries.c.id == entry_of(number)).values(**values))
    with reading(held.engine) as connection:
        times = publication_times(connection, PeriodLaw.load(connection, TODAY), TODAY)
    assert (times.published, times.late, times.unknown) == (10, 2 + 7, 0)


@pytest.mark.parametrize(("today", "unknown"), [(date(2099, 12, 31), 1), (date(2006, 1, 1), 0)])
def test_a_day_far_from_every_known_calendar_is_judged_at_once(
    held: RealGateway, monkeypatch: pytest.MonkeyPatch, today: date, unknown: int
) -> None:
    asked = []

    def counted(limit: TimeLimit, since: date) -> Due | None:
        asked.append(since)
        return limit.due(since)

    with unit_of_work(held.engine, at=NOW) as work:
        confirmed_at = datetime(today.year, today.month, today.day, tzinfo=NOW.tzinfo)
        row = {"list": "administrative-penalty", "determined_on": today, "confirmed_at": confirmed_at}
        work.connection.execute(update(entries).where(entries.c.id == entry_of(1)).values(**row))
    with reading(held.engine) as connection:
        law = PeriodLaw.load(connection, TODAY)
        monkeypatch.setattr(law, "due", counted)
        times = publication_times(connection, law, today)
    assert (times.published, times.late, times.unknown) == (1, 0, unknown)
    assert len(asked) < 91 * 500


def test_what_market_supervisors_determined_is_late_after_twenty_working_days(held: RealGateway) -> None:
    def confirmed(number: int, on: str, authority: str) -> None:
        values = {"determined_on": date(2026, 4, 1), "confirmed_at": datetime.fromisoformat(f"{on}T04:00:00Z")}
        whose = {"list": "administrative-penalty", "authority": authority}
        with unit_of_work(held.engine, at=NOW) as work:
            work.connection.execute(update(entries).where(entries.c.id == entry_of(number)).values(**values, **whose))

    today = date(2026, 6, 20)
    # Twenty working days after 2026-04-01 is 2026-04-30, seven 2026-04-13.
    for number, on in enumerate(["2026-04-30", "2026-05-06"]):
        confirmed(number, on, "虚构市市场监督管理局")
    for number, on in enumerate(["2026-04-13", "2026-04-14", "2026-04-30"], start=2):
        confirmed(number, on, "虚构市生态环境局")
    times = times_of(held, today)
    assert (times.published, times.late, times.unknown) == (5, 1 + 2, 0)
