"""The gateway as it runs: a process that serves, publishes by itself, and stops when told."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.real_gateway import RealGateway, company

ROOT = Path(__file__).parents[2]
WAIT_S = 120
WAITING_MAX = 32
"""So many may wait for the next publication at once."""


def free_port() -> int:
    """A port below those the kernel gives away by itself, so that nobody has it before the gateway does."""
    while True:
        number = secrets.choice(range(20_000, 32_000))
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", number))
            return number


class Running:
    """``credit-gateway serve`` in a process of its own."""

    def __init__(self, home: Path, port: int) -> None:
        program = f"from gateway.wsgi import serve; from pathlib import Path; serve(Path({str(home)!r}), {port})"
        paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
        self.log = (home / "log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": paths}, stderr=self.log, stdout=self.log
        )
        self.url = f"http://127.0.0.1:{port}"

    def ready(self, at_least: int = 1) -> dict[str, object]:
        """Wait until a serial is served."""
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            try:
                answer = httpx.get(f"{self.url}/readyz", timeout=WAIT_S)
                if answer.status_code == 200 and answer.json()["serial"] >= at_least:
                    body: dict[str, object] = answer.json()
                    return body
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(Path(self.log.name).read_text())

    def stop(self) -> int:
        """Tell it to stop; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(WAIT_S)
        self.log.close()
        return code


@pytest.fixture
def real(tmp_path: Path) -> Iterator[RealGateway]:
    made = RealGateway.make(tmp_path)
    made.list_companies(range(5))
    made.declare()
    yield made
    made.close()


@pytest.fixture
def running(real: RealGateway) -> Iterator[Running]:
    started = Running(real.home.path, free_port())
    yield started
    if started.process.poll() is None:
        started.stop()


def next_after(line: httpx.Client, serial: int) -> httpx.Response:
    return line.get("/distribution/pulse", params={"after": serial, "wait_s": 25})


def follow(line: httpx.Client, serial: int) -> httpx.Response:
    """What a host does: ask again when the time is over without news."""
    while (answer := next_after(line, serial)).json()["serial"] == serial and "Retry-After" not in answer.headers:
        pass
    return answer


def crowd(hosts: ThreadPoolExecutor, ask: Callable[[], httpx.Response]) -> list[Future[httpx.Response]]:
    """More hosts than may wait for the next publication; those for whom there is no room were answered."""
    sent = [hosts.submit(ask) for _ in range(WAITING_MAX + 2)]
    ends = time.monotonic() + WAIT_S
    while sum(each.done() for each in sent) < 2:
        assert time.monotonic() < ends
        time.sleep(0.01)
    return sent


def test_serves_publishes_by_itself_and_stops_when_told(real: RealGateway, running: Running) -> None:
    running.ready()
    with (
        ThreadPoolExecutor(WAITING_MAX + 2) as hosts,
        httpx.Client(base_url=running.url, timeout=WAIT_S, limits=httpx.Limits(max_connections=50)) as line,
    ):
        waiting = crowd(hosts, partial(follow, line, 1))
        key = {"Authorization": f"Bearer {real.client()}"}
        check = {"subject": company(3).code, "matter": "procurement.award"}
        assert line.post("/v1/check", json=check, headers=key).json()["verdict"] == "DENY"
        real.repair(3)
        answers = [each.result() for each in waiting]
        assert [each.json()["serial"] for each in answers if "Retry-After" not in each.headers] == [2] * WAITING_MAX
        assert line.post("/v1/check", json=check, headers=key).json()["verdict"] == "CLEAR"

        late = crowd(hosts, partial(next_after, line, 2))
        assert running.stop() == 0
        # Who was not let go would be cut off with the worker, which is killed long before their time is over.
        assert {(each.result().status_code, each.result().json()["serial"]) for each in late} == {(200, 2)}


def test_a_killed_gateway_goes_on_where_it_was(real: RealGateway, running: Running) -> None:
    running.ready()
    running.process.kill()
    running.process.wait()
    running.log.close()
    real.list_companies([50])
    again = Running(real.home.path, free_port())
    try:
        again.ready(at_least=2)
    finally:
        assert again.stop() == 0


def test_a_port_in_use_is_said_in_one_line(real: RealGateway) -> None:
    from credit_sdk.errors import SettingsError
    from gateway.wsgi import serve

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SettingsError, match="The gateway cannot listen on") as refused:
            serve(real.home, taken.getsockname()[1])
    assert "\n" not in refused.value.line
