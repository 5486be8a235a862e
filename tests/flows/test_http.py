"""The gateway as it runs: a process that serves, publishes by itself, and stops when told."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.real_gateway import RealGateway, company

ROOT = Path(__file__).parents[2]
WAIT_S = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
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
                answer = httpx.get(f"{self.url}/readyz", timeout=5)
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


def test_serves_publishes_by_itself_and_stops_when_told(real: RealGateway, running: Running) -> None:
    running.ready()
    answers: list[tuple[int, float]] = []

    def wait_for_the_next() -> None:
        answer = httpx.get(f"{running.url}/distribution/pulse", params={"after": 1, "wait_s": 25}, timeout=30)
        answers.append((answer.json()["serial"], time.monotonic()))

    waiting = [threading.Thread(target=wait_for_the_next) for _ in range(34)]
    for thread in waiting:
        thread.start()
    with httpx.Client(headers={"Authorization": f"Bearer {real.client()}"}, base_url=running.url) as client:
        check = {"subject": company(3).code, "matter": "procurement.award"}
        assert client.post("/v1/check", json=check).json()["verdict"] == "DENY"
        real.repair(3)
        granted = time.monotonic()
        for thread in waiting:
            thread.join()
        assert client.post("/v1/check", json=check).json()["verdict"] == "CLEAR"
    woken = [at - granted for serial, at in answers if serial == 2]
    assert len(woken) >= 32
    assert max(woken) < 10

    late = threading.Thread(
        target=lambda: httpx.get(f"{running.url}/distribution/pulse", params={"after": 2, "wait_s": 25}, timeout=30)
    )
    late.start()
    time.sleep(0.3)
    began = time.monotonic()
    assert running.stop() == 0
    late.join()
    assert time.monotonic() - began < 10


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
