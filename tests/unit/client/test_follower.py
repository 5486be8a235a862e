"""The background leads or stands by, tries again after failures, later each time, and stops when told."""

import os
import threading
import warnings
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from credit_sdk.client import follower as follower_module
from credit_sdk.client.follower import Follower
from credit_sdk.errors import GatewayUnreachableError, ReplicaError

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Chair:
    """An election of one seat."""

    def __init__(self, *, free: bool = True) -> None:
        self.free = free
        self.fault: ReplicaError | None = None
        self.released = 0

    def acquire(self) -> bool:
        if self.fault is not None:
            raise self.fault
        return self.free

    def release(self) -> None:
        self.released += 1


def follower(
    chair: Chair, refresh: Callable[[], float], deliver: Callable[[], object], news: Callable[[float], bool]
) -> Follower:
    return Follower(chair, refresh, news, deliver, backoff_first_s=0.01, backoff_max_s=0.02, clock=lambda: NOW)


def test_leads_refreshes_delivers_and_lets_go() -> None:
    refreshed, delivered = threading.Event(), threading.Event()
    stop = threading.Event()
    chair = Chair()

    def refresh() -> float:
        refreshed.set()
        return 600.0

    following = follower(chair, refresh, delivered.set, stop.wait)
    following.start()
    assert refreshed.wait(60)
    following.wake()
    assert delivered.wait(60)
    assert following.is_leader
    stop.set()
    following.close()
    assert (chair.released, following.is_leader) == (1, False)


def test_a_failure_is_kept_until_a_success_follows() -> None:
    results = iter([GatewayUnreachableError("away"), GatewayUnreachableError("away"), None])
    done, go_on = threading.Event(), threading.Event()
    seen: list[str] = []

    def refresh() -> float:
        failure = next(results)
        if failure is not None:
            raise failure
        seen.append(following.sync_failures.last.line if following.sync_failures.last else "")
        return 600.0

    def news(longest_s: float) -> bool:
        done.set()
        return go_on.wait(longest_s)

    following = follower(Chair(), refresh, lambda: None, news)
    following.start()
    assert done.wait(60)
    assert seen == ["away"]
    assert following.sync_failures.last is None
    go_on.set()
    following.close()


def test_does_nothing_while_another_process_leads() -> None:
    touched = threading.Event()

    def refresh() -> float:
        touched.set()
        return 1.0

    following = follower(Chair(free=False), refresh, touched.set, lambda longest_s: True)
    following.start()
    following.wake()
    assert not touched.wait(0.2)
    following.close()
    assert not following.is_leader


def test_leads_from_the_moment_it_stood() -> None:
    chair = Chair()
    following = follower(chair, lambda: 600.0, lambda: None, lambda longest_s: True)
    assert following.stand()
    assert following.is_leader
    following.close()
    assert chair.released == 1


def test_that_nobody_can_be_elected_is_said_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower_module, "LOOK_FOR_LEADER_S", 0.01)
    refreshed, stop = threading.Event(), threading.Event()
    chair = Chair()
    chair.fault = ReplicaError("the lock cannot be written")

    def refresh() -> float:
        refreshed.set()
        return 600.0

    following = follower(chair, refresh, lambda: None, stop.wait)
    assert not following.stand()
    assert following.failure is not None
    assert following.failure.line == "the lock cannot be written"
    following.start()
    chair.fault = None
    assert refreshed.wait(60)
    stop.set()
    following.close()


def test_a_child_does_not_keep_the_failures_of_its_parent() -> None:
    """It never leads, so no success of its own would end them."""
    following = follower(Chair(free=False), lambda: 600.0, lambda: None, lambda longest_s: True)
    following.delivery_failures.note(GatewayUnreachableError("away"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other tests may have left threads
        child = os.fork()
    if child == 0:
        os._exit(0 if following.failure is None else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert following.failure is not None
