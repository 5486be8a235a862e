"""A bar on old data is confirmed at the gateway by one bounded call, and a gateway that is away is never felt twice."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.client.follower import Failures
from credit_sdk.client.live import KEPT_S, LiveDesk
from credit_sdk.model.decision import Verdict
from credit_sdk.model.finding import Principal
from credit_sdk.model.measure import Role
from credit_sdk.model.subject import Subject
from tests.unit.catalogue.builders import AWARD, COMPANY, NOW, TODAY_ON, company, person
from tests.unit.client.live_desk import ADVERSE_S, GATEWAY, HELD, Gateway, Timer, desk_of, local, settings, settled


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def timer() -> Timer:
    return Timer()


@pytest.fixture
def failures() -> Failures:
    return Failures("confirming", lambda: NOW)


@pytest.fixture
def desk(gateway: Gateway, timer: Timer, failures: Failures, tmp_path: Path) -> LiveDesk:
    return desk_of(settings(tmp_path), gateway, timer, failures)


def test_asks_once_about_exactly_this_case_and_hands_out_what_the_gateway_says(
    desk: LiveDesk, gateway: Gateway
) -> None:
    answer = settled(desk, local(case="青采2026-17"))
    assert (answer.verdict, answer.id, answer.case) == (Verdict.DENY, "made-here", "青采2026-17")
    assert answer.evidence == evaluate(COMPANY, AWARD, TODAY_ON, GATEWAY, NOW).evidence
    (question,) = gateway.asked
    assert question == {
        "subject": COMPANY.code,
        "matter": AWARD,
        "on": TODAY_ON.isoformat(),
        "principals": [],
        "facts": {},
        "case": None,
    }


def test_one_answer_serves_the_same_question_for_a_short_while(desk: LiveDesk, gateway: Gateway, timer: Timer) -> None:
    for number in range(3):
        answer = settled(desk, local(case=f"C-{number}", id=f"D-{number}"))
        assert (answer.verdict, answer.id, answer.case) == (Verdict.DENY, f"D-{number}", f"C-{number}")
    assert len(gateway.asked) == 1
    settled(desk, local(company(2)))
    settled(desk, local(matter_id="funds.grant"))
    assert len(gateway.asked) == 3
    timer.s += KEPT_S + 1
    settled(desk, local())
    assert len(gateway.asked) == 4


def test_a_kept_answer_punishes_no_longer_than_the_law_allows(desk: LiveDesk, gateway: Gateway, timer: Timer) -> None:
    gateway.view = replace(GATEWAY, contact_at=NOW - timedelta(seconds=ADVERSE_S - 10))
    gateway.view = replace(gateway.view, pace=replace(GATEWAY.pace, fresh_s=ADVERSE_S))
    assert settled(desk, local()).verdict is Verdict.DENY
    timer.s += 10
    assert settled(desk, local()).verdict is Verdict.DENY
    timer.s += 1
    assert settled(desk, local()).verdict is Verdict.REVIEW
    assert len(gateway.asked) == 1


@pytest.mark.parametrize("changed", [{"gateway_url": "/media/files"}, {"api_key": None}])
def test_without_a_line_and_a_key_nobody_is_asked(
    changed: dict[str, object], timer: Timer, failures: Failures, tmp_path: Path
) -> None:
    answer = settled(desk_of(settings(tmp_path, **changed), None, timer, failures), local())
    assert answer.verdict is Verdict.REVIEW
    assert "不与网关联网" in answer.notices[0].zh
    assert failures.last is None


def test_a_natural_person_is_never_asked_about_this_way(desk: LiveDesk, gateway: Gateway) -> None:
    beside = [Principal(person(), Role.LEGAL_REPRESENTATIVE)]
    decision = evaluate(COMPANY, AWARD, TODAY_ON, HELD, NOW, principals=beside)
    answer = settled(desk, decision)
    assert (answer.verdict, gateway.asked) == (Verdict.REVIEW, [])
    assert "涉及自然人" in answer.notices[0].zh


def test_the_facts_and_principals_of_the_case_are_asked_about(desk: LiveDesk, gateway: Gateway) -> None:
    beside = [Principal(company(2), Role.ACTUAL_CONTROLLER)]
    decision = evaluate(COMPANY, AWARD, TODAY_ON, HELD, NOW, principals=beside)
    assert settled(desk, decision).verdict is Verdict.DENY
    assert gateway.asked[0]["principals"] == [{"role": "actual-controller", "subject": company(2).code}]
    settled(desk, local())
    assert len(gateway.asked) == 2


class AnswersAboutAnother(Gateway):
    """A proxy that keeps the answer to an earlier question."""

    def post(self, path: str, body: bytes) -> bytes:
        super().post(path, body)
        beside = [Principal(company(2), Role.ACTUAL_CONTROLLER)]
        return evaluate(COMPANY, AWARD, TODAY_ON, GATEWAY, NOW, principals=beside).to_json()


@pytest.mark.parametrize("subject", [COMPANY, company(3)])
def test_the_answer_to_another_question_is_not_used(
    subject: Subject, timer: Timer, failures: Failures, tmp_path: Path
) -> None:
    answer = settled(desk_of(settings(tmp_path), AnswersAboutAnother(), timer, failures), local(subject))
    assert answer.verdict is Verdict.REVIEW
    assert "答复不可用" in answer.notices[0].zh
    assert failures.last
    assert "proxy" in failures.last.line


def test_an_answer_that_is_none_is_not_used(desk: LiveDesk, gateway: Gateway) -> None:
    gateway.post = lambda path, body: b'{"verdict":"DENY"}'  # type: ignore[method-assign]  # another gateway
    assert settled(desk, local()).verdict is Verdict.REVIEW
