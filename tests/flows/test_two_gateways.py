"""Two gateways on one registry: both answer, one publishes at a time, and when it is killed the other takes over."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gateway.database.unit_of_work import snapshot
from gateway.ledger.verify import verify
from gateway.publishing.chain import served_serial
from tests.flows.test_http import free_port
from tests.real_gateway import RealGateway
from tests.replica_host import beside

WAIT_S = 120


class Serving:
    """``credit-gateway serve`` with everything it starts, in a group of its own."""

    def __init__(self, home: Path) -> None:
        port = free_port()
        command = [sys.executable, "-m", "gateway.cli", "serve", str(home), "--port", str(port)]
        self.process = subprocess.Popen(
            command, env=beside(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        self.url = f"http://127.0.0.1:{port}"

    def serial(self, at_least: int) -> int:
        """Wait until it serves a serial."""
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            try:
                answer = httpx.get(f"{self.url}/readyz", timeout=WAIT_S)
            except httpx.TransportError:
                pass
            else:
                if answer.status_code == 200 and answer.json()["serial"] >= at_least:
                    return int(answer.json()["serial"])
            time.sleep(0.05)
        raise AssertionError(f"{self.url} does not serve {at_least}")

    def kill(self) -> None:
        """As a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(WAIT_S)


@pytest.fixture(params=["sqlite", "postgresql"])
def real(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RealGateway]:
    database = "" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    made = RealGateway.make(tmp_path, database=database)
    made.list_companies(range(9))
    made.declare()
    yield made
    made.close()


def test_whichever_is_killed_the_other_goes_on_publishing(real: RealGateway) -> None:
    pair = [Serving(real.home.path), Serving(real.home.path)]
    try:
        for each in pair:
            each.serial(1)
        for number in range(3):
            real.repair(number)
            for each in pair:
                each.serial(number + 2)
        pair[0].kill()
        real.repair(3)
        assert pair[1].serial(5) == 5
        pair[0] = Serving(real.home.path)
        pair[0].serial(5)
        pair[1].kill()
        real.repair(4)
        assert pair[0].serial(6) == 6
    finally:
        for each in pair:
            if each.process.poll() is None:
                each.kill()
    assert served_serial(real.folder) == 6
    with snapshot(real.engine) as connection:
        verify(connection)
