"""A bar on old data is confirmed at the gateway by one bounded call, and a gateway that is away is never felt twice."""

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from credit_sdk.catalogue.confirmation import awaiting, is_confirmed
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.client.follower import Failures
from credit_sdk.client.line import Line
from credit_sdk.client.live import CALLS_MAX, KEPT_S, PAUSE_S, LiveDesk
from credit_sdk.errors import GatewayRefusedError, GatewayUnreachableError
from credit_sdk.model.decision import Decision, Verdict
from credit_sdk.model.finding import Principal
from credit_sdk.model.matter import MatterVersion
from credit_sdk.model.measure import Role, Strength
from credit_sdk.model.subject import Subject
from credit_sdk.settings import Settings
from credit_sdk.testing.memory import MemoryTransport
from tests.unit.catalogue.builders import (
    AWARD,
    COMPANY,
    NOW,
    TODAY_ON,
    HeldView,
    application,
    catalogue,
    company,
    entry,
    holding,
    matter,
    measure,
    person,
    record,
)

BOUND_S, ADVERSE_S = 30.0, 600
"""So long that a test that reaches it has failed."""

LAW = catalogue(
    measure("a1", application(Strength.BAR, matters=[AWARD, "funds.grant"])),
    matters=[
        matter(adverse_max_age_s=ADVERSE_S, live_confirmation=True),
        matter("funds.grant", adverse_max_age_s=ADVERSE_S, live_confirmation=True),
    ],
)
HELD = HeldView(
    LAW,
    holding(*((each, record(entry(id=f"E-{each.code[-4:]}"))) for each in (COMPANY, *map(company, range(2, 14))))),
    contact_at=NOW - timedelta(hours=2),
)
GATEWAY = replace(HELD, contact_at=NOW)


class Gateway(MemoryTransport):
    """Answers ``POST /v1/check``, or does what it is told to do instead."""

    def __init__(self) -> None:
        super().__init__({}, lambda question: b"")
        self.asked: list[dict[str, object]] = []
        self.view = GATEWAY
        self.meanwhile: Callable[[], None] = lambda: None

    def post(self, path: str, body: bytes) -> bytes:
        assert path == "/v1/check"
        question = json.loads(body)
        self.asked.append(question)
        self.meanwhile()
        decision = evaluate(
            Subject.parse(question["subject"]),
            question["matter"],
            datetime.fromisoformat(question["on"]).date(),
            self.view,
            NOW,
            principals=[
                Principal(Subject.parse(each["subject"]), Role(each["role"])) for each in question["principals"]
            ],
            facts=question["facts"],
            case=question["case"],
            decision_id="the-gateway-s-own",
        )
        return decision.to_json()


class Timer:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.s = 0.0

    def __call__(self) -> float:
        return self.s


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


def settings(home: Path, **changed: object) -> Settings:
    values = {"home": home, "gateway_url": "http://gateway.example", "trust": home, "api_key": SecretStr("k")}
    return Settings.model_validate({**values, **changed})


def desk_of(
    told: Settings, gateway: Gateway | None, timer: Timer, failures: Failures, *, timeout_s: float = BOUND_S
) -> LiveDesk:
    return LiveDesk(Line(told, gateway), failures, timeout_s=timeout_s, timer=timer)


def local(
    subject: Subject = COMPANY, matter_id: str = AWARD, *, case: str | None = None, id: str = "made-here"
) -> Decision:
    return evaluate(subject, matter_id, TODAY_ON, HELD, NOW, case=case, decision_id=id)


def law(decision: Decision) -> MatterVersion:
    found = awaiting(decision, HELD.state)
    assert found
    return found


def settled(desk: LiveDesk, decision: Decision) -> Decision:
    return desk.settled(decision, law(decision))


def refuse(error: Exception) -> Callable[[], None]:
    def raise_it() -> None:
        raise error

    return raise_it


AWAY = GatewayUnreachableError("The gateway cannot be reached.")


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


def test_callers_of_the_same_question_share_one_call(desk: LiveDesk, gateway: Gateway) -> None:
    all_came = threading.Barrier(4, timeout=BOUND_S)
    is_held = threading.Event()

    def hold() -> None:
        # Long enough for all to ask; one who came later still would find the answer kept.
        assert is_held.wait(BOUND_S)
        time.sleep(0.05)

    def ask(number: int) -> Decision:
        decision = local(id=f"D-{number}")
        all_came.wait()
        is_held.set()
        return settled(desk, decision)

    gateway.meanwhile = hold
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, range(4)))
    assert len(gateway.asked) == 1
    assert {(each.id, each.verdict) for each in answers} == {(f"D-{number}", Verdict.DENY) for number in range(4)}


def test_nobody_waits_longer_than_the_bound_and_a_late_answer_is_kept_for_the_next(
    gateway: Gateway, timer: Timer, failures: Failures, tmp_path: Path
) -> None:
    go_on, has_answered = threading.Event(), threading.Event()
    desk = desk_of(settings(tmp_path), gateway, timer, failures, timeout_s=0.05)

    def hold() -> None:
        assert go_on.wait(BOUND_S)
        has_answered.set()

    gateway.meanwhile = hold
    answer = settled(desk, local())
    assert answer.verdict is Verdict.REVIEW
    assert not has_answered.is_set()
    assert "网关没有应答" in answer.notices[0].zh
    assert failures.last
    assert "within 0.05 s" in failures.last.line
    go_on.set()
    until = time.monotonic() + BOUND_S
    while settled(desk, local()).verdict is not Verdict.DENY and time.monotonic() < until:
        time.sleep(0.01)
    assert settled(desk, local()).verdict is Verdict.DENY
    assert len(gateway.asked) == 1
    assert "方才没有应答" in settled(desk, local(company(2))).notices[0].zh


def test_after_a_failure_nobody_asks_for_a_while_and_then_one_alone(
    desk: LiveDesk, gateway: Gateway, timer: Timer, failures: Failures
) -> None:
    gateway.meanwhile = refuse(AWAY)
    for number in range(2, 6):
        assert settled(desk, local(company(number))).verdict is Verdict.REVIEW
    assert len(gateway.asked) == 1
    assert failures.last
    assert failures.last.line == AWAY.line

    timer.s += PAUSE_S + 1
    asked, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        asked.set()
        assert go_on.wait(BOUND_S)

    gateway.meanwhile = hold
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(settled, desk, local())
        assert asked.wait(BOUND_S)
        assert settled(desk, local(company(2))).verdict is Verdict.REVIEW
        go_on.set()
        assert first.result(BOUND_S).verdict is Verdict.DENY
    assert len(gateway.asked) == 2
    assert failures.last is None
    gateway.meanwhile = lambda: None
    assert settled(desk, local(company(2))).verdict is Verdict.DENY


def test_what_is_refused_in_one_matter_is_still_asked_in_another(desk: LiveDesk, gateway: Gateway) -> None:
    gateway.meanwhile = refuse(GatewayRefusedError("the key does not reach it", status=403))
    assert "网关拒绝答复" in settled(desk, local()).notices[0].zh
    gateway.meanwhile = lambda: None
    assert settled(desk, local(company(2))).verdict is Verdict.REVIEW
    assert settled(desk, local(matter_id="funds.grant")).verdict is Verdict.DENY


def test_only_so_many_calls_are_under_way_and_no_check_waits_for_room(desk: LiveDesk, gateway: Gateway) -> None:
    come, go_on = threading.Semaphore(0), threading.Event()

    def hold() -> None:
        come.release()
        assert go_on.wait(BOUND_S)

    gateway.meanwhile = hold
    with ThreadPoolExecutor(CALLS_MAX) as pool:
        asking = [pool.submit(settled, desk, local(company(number))) for number in range(2, 2 + CALLS_MAX)]
        for _ in asking:
            assert come.acquire(timeout=BOUND_S)
        assert "过多" in settled(desk, local()).notices[0].zh
        go_on.set()
        assert {each.result(BOUND_S).verdict for each in asking} == {Verdict.DENY}
    assert settled(desk, local()).verdict is Verdict.DENY


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


def test_a_forked_child_asks_by_itself(desk: LiveDesk, gateway: Gateway) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        asked.set()
        assert go_on.wait(BOUND_S)

    gateway.meanwhile = hold
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(settled, desk, local())
        assert asked.wait(BOUND_S)
        desk._begin()  # what a fork does in the child; the call under way is the parent's
        gateway.meanwhile = lambda: None
        assert is_confirmed(settled(desk, local()))
        go_on.set()
        assert is_confirmed(first.result(BOUND_S))
