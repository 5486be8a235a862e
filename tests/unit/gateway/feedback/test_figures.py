"""The figures of the loop say what happened."""

from datetime import timedelta

import pytest

from gateway.database.unit_of_work import reading, unit_of_work
from gateway.feedback.figures import LoopFigures, loop_figures
from gateway.feedback.intake import Intake
from gateway.feedback.records import CheckBatch, OutcomeBatch
from gateway.registry.persons import RegistryKeys
from tests.real_gateway import NOW, RealGateway, company
from tests.unit.gateway.feedback.test_intake import OUTBOX, check_record, decision_id, outcome_record, sheet_record

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


def test_of_a_sheet_every_subject_was_checked_and_found_and_each_is_answered_by_himself(real: RealGateway) -> None:
    real.client(PLATFORM)
    real.client(APPROVAL)
    codes = [company(number).code for number in (1, 2, 3)]
    sheet = sheet_record(1, *codes, verdict="DENY", entries=[["e1"], ["e2"], ["e3"]])
    done = [
        {**outcome_record(1, "applied"), "decision_id": decision_id(1, 2), "entry": "e3"},
        {**outcome_record(2, "not-applied", reason="非依法必须招标项目"), "decision_id": decision_id(1)},
        {**outcome_record(3, "not-applied", reason="另案处理"), "decision_id": decision_id(1)},
        {**outcome_record(4, "applied"), "decision_id": decision_id(2)},
    ]
    take(real, PLATFORM, [sheet, sheet_record(2, *codes), check_record(3)], [*done, outcome_record(5, "applied")])
    take(real, APPROVAL, [], done)
    platform = next(each for each in figures(real).clients if each.client == PLATFORM)
    assert platform.by_verdict == {"DENY": 4, "CLEAR": 3}
    assert (platform.checks, platform.triggered, platform.answered, platform.executed) == (7, 4, 2, 1)
    assert figures(real).total.answered == 2


def test_a_check_made_at_the_gateway_that_the_system_recorded_too_was_found_once(real: RealGateway) -> None:
    real.client(PLATFORM)
    take(real, PLATFORM, [check_record(1), {**check_record(2), "id": "decision-1"}], [outcome_record(1, "applied")])
    platform = figures(real).clients[0]
    assert (platform.triggered, platform.answered, platform.executed) == (1, 1, 1)


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
