"""The repair clock runs from the grant to the publication and on to the last system that is free."""

from datetime import timedelta

from gateway.database.unit_of_work import reading, unit_of_work
from gateway.feedback.intake import Intake
from gateway.feedback.records import OutcomeBatch
from gateway.feedback.repair_clock import RepairClock, repair_clocks, repair_times
from gateway.registry.persons import RegistryKeys
from tests.real_gateway import LISTED, NOW, RealGateway, company, entry_id
from tests.unit.gateway.feedback.test_intake import OUTBOX, outcome_record

PLATFORM, APPROVAL = "电子招投标平台", "行政审批系统"


def report(real: RealGateway, client: str, after_s: float, *outcomes: dict[str, object]) -> None:
    intake = Intake(real.engine, RegistryKeys.load(real.home).key_of)
    with unit_of_work(real.engine, at=NOW + timedelta(seconds=after_s)) as work:
        intake.outcomes(work, client, OutcomeBatch.model_validate({"outbox": OUTBOX, "outcomes": outcomes}))


def clocks(real: RealGateway) -> tuple[RepairClock, ...]:
    with reading(real.engine) as connection:
        return repair_clocks(connection)


def test_it_stops_when_the_last_system_reports_everything_lifted(registry: RealGateway) -> None:
    entry = entry_id(company(1).key, LISTED)
    registry.list_companies([1])
    registry.publish()
    for name in (PLATFORM, APPROVAL):
        registry.client(name)
        report(registry, name, 5, outcome_record(1, "applied", entry=entry))
    registry.repair(1, NOW + timedelta(seconds=10))
    assert [(each.published_at, each.cleared_at) for each in clocks(registry)] == [(None, None)]
    registry.publish(12)
    lifted = outcome_record(2, "lifted", entry=entry, reason="已修复", decision_id="decision-1")
    report(registry, PLATFORM, 20, lifted)
    (clock,) = clocks(registry)
    assert (clock.seconds, clock.still_applied_by, clock.clear_seconds) == (2.0, (APPROVAL,), None)
    report(registry, APPROVAL, 40, lifted)
    (clock,) = clocks(registry)
    assert (clock.still_applied_by, clock.clear_seconds) == ((), 30.0)


def test_where_nobody_applied_anything_the_publication_frees(registry: RealGateway) -> None:
    registry.list_companies([1, 2, 3])
    registry.publish()
    for number, after_s in ((1, 10), (2, 20), (3, 60)):
        registry.repair(number, NOW + timedelta(seconds=after_s))
    registry.publish(30)
    times = repair_times(clocks(registry))
    assert (times.granted, times.published, times.cleared) == (3, 2, 2)
    assert (times.median_published_s, times.slowest_published_s) == (15.0, 20.0)
    assert (times.median_cleared_s, times.slowest_cleared_s) == (15.0, 20.0)


def test_without_repairs_there_are_no_figures() -> None:
    times = repair_times(())
    assert (times.granted, times.median_published_s, times.slowest_cleared_s) == (0, None, None)
