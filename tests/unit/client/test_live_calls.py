"""However many ask and however the gateway behaves, few calls are under way, and nobody waits beyond the bound."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from credit_sdk.catalogue.confirmation import is_confirmed
from credit_sdk.client.follower import Failures
from credit_sdk.client.live import CALLS_MAX, PAUSE_S, LiveDesk
from credit_sdk.errors import GatewayRefusedError
from credit_sdk.model.decision import Decision, Verdict
from tests.unit.catalogue.builders import NOW, company
from tests.unit.client.live_desk import AWAY, BOUND_S, Gateway, Timer, desk_of, local, refuse, settings, settled


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
