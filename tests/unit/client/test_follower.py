"""The background leads or stands by, tries again after failures, later each time, and stops when told."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

from credit_sdk.client.follower import Follower
from credit_sdk.errors import GatewayUnreachableError

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Chair:
    """An election of one seat."""

    def __init__(self, *, free: bool = True) -> None:
        self.free = free
        self.released = 0

    def acquire(self) -> bool:
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
        return 5.0

    following = follower(chair, refresh, delivered.set, stop.wait)
    following.start()
    assert refreshed.wait(10)
    following.wake()
    assert delivered.wait(10)
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
        return 5.0

    def news(longest_s: float) -> bool:
        done.set()
        return go_on.wait(longest_s)

    following = follower(Chair(), refresh, lambda: None, news)
    following.start()
    assert done.wait(10)
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
