"""A registry in which things wait for somebody, as stories about deadlines need it."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert, update

from gateway.database.tables import entries, objections, repairs
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.drafting.adoption import compile_law, compiled, shipped_law_directory
from gateway.feedback.intake import Intake
from gateway.feedback.records import CheckBatch, OutcomeBatch
from gateway.registry.deadlines import Deadline, DeadlineCount, counts, deadlines
from gateway.registry.lifecycle import revoke
from gateway.registry.periods import PeriodLaw
from gateway.registry.persons import RegistryKeys
from gateway.registry.publication_times import PublicationTimes, publication_times
from gateway.registry.time_limits import reminders_of
from gateway.registry.waiting import Duty
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway, company, entry_id
from tests.unit.gateway.feedback.test_intake import OUTBOX

PLATFORM = "电子招投标平台"
AUTHORITY = "虚构市财政局"
TODAY = date(2026, 5, 8)
SHIPPED = compiled(compile_law(shipped_law_directory())).data


def entry_of(number: int) -> str:
    return entry_id(company(number).key, LISTED)


def under_the_shipped_law(registry: RealGateway) -> RealGateway:
    """The shipped law, ten published companies, nothing that waits."""
    registry.publisher.adopt_catalogue(SHIPPED, LI, WANG, NOW + timedelta(seconds=1))
    registry.list_companies(range(10))
    registry.client(PLATFORM)
    registry.publish(2)
    return registry


def due(
    real: RealGateway, today: date = TODAY, *, client: str | None = None, overdue: bool = False, limit: int = 100
) -> list[Deadline]:
    return list(both(real, today, client=client, overdue=overdue, limit=limit)[0])


def both(
    real: RealGateway, today: date = TODAY, *, client: str | None = None, overdue: bool = False, limit: int = 100
) -> tuple[tuple[Deadline, ...], dict[Duty, DeadlineCount]]:
    with reading(real.engine) as connection:
        law = PeriodLaw.load(connection, today, reminders_of(real.home.settings))
        found, counted = deadlines(connection, law, today, client=client, overdue_only=overdue, limit=limit)
        assert counts(connection, law, today, client=client) == counted
    return found, {each.duty: each for each in counted}


def draft(
    real: RealGateway,
    number: int,
    on: date,
    list_id: str = "administrative-penalty",
    *,
    authority: str = AUTHORITY,
) -> None:
    """Turn an entry into a draft of a determination of that day."""
    with unit_of_work(real.engine, at=NOW) as work:
        work.connection.execute(
            update(entries)
            .where(entries.c.id == entry_of(number))
            .values(
                state="drafted",
                confirmed_by=None,
                confirmed_at=None,
                determined_on=on,
                list=list_id,
                authority=authority,
            )
        )


def revoke_on(real: RealGateway, number: int, on: date, list_id: str) -> None:
    with unit_of_work(real.engine, at=datetime(on.year, on.month, on.day, 4, tzinfo=UTC)) as work:
        work.connection.execute(update(entries).where(entries.c.id == entry_of(number)).values(list=list_id))
        revoke(work, entry_of(number), by=LI, confirmed_by=WANG, reason="认定被撤销", document_no="虚撤2号")


def object_to(real: RealGateway, number: int, on: date, *, verification: str = "") -> None:
    with unit_of_work(real.engine, at=NOW) as work:
        work.connection.execute(
            insert(objections).values(
                id=f"objection-{number}",
                entry=entry_of(number),
                applicant="虚构公司",
                about="entry",
                grounds="已履行",
                filed_on=on,
                received_by=LI,
                received_at=NOW,
                state="filed",
                needs_verification=verification,
                reasons="",
                document_no="",
            )
        )


def apply_for_repair(real: RealGateway, number: int, on: date, state: str, accepted_on: date | None = None) -> None:
    with unit_of_work(real.engine, at=NOW) as work:
        work.connection.execute(
            insert(repairs).values(
                id=f"repair-{number}",
                entry=entry_of(number),
                applicant="虚构公司",
                regime="repair-measures-36",
                proof="缴款凭证",
                commitment="C1",
                applied_on=on,
                received_by=LI,
                received_at=NOW,
                state=state,
                accepted_by=LI if accepted_on else None,
                accepted_on=accepted_on,
                reasons="",
                document_no="",
            )
        )


def send(real: RealGateway, found: list[dict[str, object]], done: list[dict[str, object]]) -> None:
    intake = Intake(real.engine, RegistryKeys.load(real.home).key_of)
    with unit_of_work(real.engine, at=NOW) as work:
        if done:
            intake.outcomes(work, PLATFORM, OutcomeBatch.model_validate({"outbox": OUTBOX, "outcomes": done}))
        if found:
            intake.checks(work, PLATFORM, CheckBatch.model_validate({"outbox": OUTBOX, "records": found}))


def times_of(real: RealGateway, today: date = TODAY) -> PublicationTimes:
    with reading(real.engine) as connection:
        return publication_times(connection, PeriodLaw.load(connection, today), today)
