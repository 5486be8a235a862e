"""The figures of the loop say what happened."""

from datetime import timedelta

import pytest

from gateway.database.unit_of_work import reading, unit_of_work
from gateway.feedback.figures import LoopFigures, loop_figures
from gateway.feedback.intake import Intake
from gateway.feedback.records import CheckBatch, OutcomeBatch
from gateway.registry.persons import RegistryKeys
from tests.real_gateway import NOW, RealGateway
from tests.unit.gateway.feedback.test_intake import OUTBOX, check_record, outcome_record

PLATFORM, APPROVAL = "电子招投标平台", "行政审批系统"


def take(real: RealGateway, client: str, found: list[dict[str, object]], done: list[dict[str, object]]) -> None:
    intake = Intake(real.engine, RegistryKeys.load(real.home).key_of)
    with unit_of_work(real.engine, at=NOW) as work:
        if found:
            intake.checks(work, client, CheckBatch.model_validate({"outbox": OUTBOX, "records": found}))
        if done:
            intake.outcomes(work, client, OutcomeBatch.model_validate({"outbox": OUTBOX, "outcomes": done}))


def figures(real: RealGateway, client: str | None = None) -> LoopFigures:
    with reading(real.engine) as connection:
        return loop_figures(connection, client=client)


def test_an_empty_loop_has_no_rates(real: RealGateway) -> None:
    found = figures(real)
    assert (found.total.checks, found.total.execution_rate, found.total.feedback_rate) == (0, None, None)


def test_counts_what_was_checked_found_answered_and_done(real: RealGateway) -> None:
    real.client(PLATFORM)
    real.client(APPROVAL)
    take(
        real,
        PLATFORM,
        [check_record(1), check_record(2), check_record(3), check_record(4, verdict="CLEAR", entries=())],
        [
            outcome_record(1, "applied"),
            outcome_record(2, "not-applied", reason="非依法必须招标项目"),
            outcome_record(4, "applied"),
        ],
    )
    take(real, APPROVAL, [check_record(1, verdict="REVIEW")], [outcome_record(1, "granted")])
    found = figures(real)
    platform = found.clients[1] if found.clients[1].client == PLATFORM else found.clients[0]
    assert (platform.checks, platform.triggered, platform.answered, platform.executed) == (4, 3, 2, 1)
    assert platform.by_verdict == {"DENY": 3, "CLEAR": 1}
    assert platform.by_outcome == {"applied": 2, "not-applied": 1}
    assert platform.feedback_rate == pytest.approx(2 / 3)
    assert platform.execution_rate == pytest.approx(1 / 3)
    assert (found.total.checks, found.total.triggered, found.total.executed) == (5, 4, 2)
    assert [(each.reason, each.times) for each in found.not_applied] == [("非依法必须招标项目", 1)]
    assert [each.client for each in figures(real, APPROVAL).clients] == [APPROVAL]


def test_an_outcome_of_another_system_answers_nothing_here(real: RealGateway) -> None:
    real.client(PLATFORM)
    real.client(APPROVAL)
    take(real, PLATFORM, [check_record(1)], [])
    take(real, APPROVAL, [], [outcome_record(1, "applied")])
    assert figures(real).total.answered == 0


def test_the_repair_clock_runs_from_the_grant_to_the_publication(real: RealGateway) -> None:
    real.client(PLATFORM)
    real.list_companies([1])
    real.publish()
    entry = real.repair(1, NOW + timedelta(seconds=10))
    take(real, PLATFORM, [], [outcome_record(1, "applied", entry=entry)])
    (clock,) = figures(real).repairs
    assert (clock.published_at, clock.seconds, clock.still_applied_by) == (None, None, (PLATFORM,))
    real.publish(11.5)
    take(real, PLATFORM, [], [outcome_record(2, "lifted", entry=entry, reason="已修复", decision_id="decision-1")])
    (clock,) = figures(real).repairs
    assert (clock.serial, clock.seconds, clock.still_applied_by) == (2, 1.5, ())
