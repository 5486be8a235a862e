"""What only syncing takes is loaded by the process that syncs, and no fork falls into the middle of it."""

import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from credit_sdk.client.line import Line
from credit_sdk.client.loading import loading
from credit_sdk.settings import Settings
from credit_sdk.testing import FakeGateway, subject
from credit_sdk.transport import http
from tests.flows.served import served
from tests.replica_host import beside

WORKER = """
import sys
from credit_sdk import CreditClient, Outcome
with CreditClient.open(sys.argv[1]) as credit:
    decision = credit.check(sys.argv[2], "procurement.award")
    credit.report(decision, Outcome.applied(decision.findings[0], document="1"))
    list(credit.screen(sys.argv[2:], "procurement.award"))
    credit.flush()
    status = credit.status()
    assert not credit._installation.follower.stand()
    rooms = {name.partition(".")[0] for name in sys.modules}
    print(status.sync.is_leader, status.sync.leader_pid, *sorted(rooms & {"httpx", "tuf", "cryptography", "rich"}))
"""


def test_a_process_that_does_not_sync_loads_neither_httpx_nor_tuf(tmp_path: Path) -> None:
    listed = subject(1).code
    with FakeGateway() as gateway:
        gateway.list(listed, "procurement-serious")
        with gateway.open_client(tmp_path / "credit", background=True) as syncing:
            assert syncing.status().sync.is_leader
            done = subprocess.run(
                [sys.executable, "-c", WORKER, str(tmp_path / "credit"), listed],
                env=beside(),
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
    assert (done.returncode, done.stdout.split()) == (0, ["False", str(os.getpid())]), done.stderr


SYNCER = """
import sys, threading
from credit_sdk import CreditClient
main = threading.current_thread()
seen = []
class Spy:
    def find_spec(self, name, path=None, target=None):
        if threading.current_thread() is not main:
            seen.append(name)
sys.meta_path.insert(0, Spy())
with CreditClient.open(sys.argv[1]) as credit:
    follower = credit._installation.follower
    assert follower.is_leader
    credit.check(sys.argv[2], "procurement.award")
    credit.flush()
    while credit.status().outbox.records or credit.status().sync.error:
        follower.wake()
    print("httpx" in sys.modules, *seen)
"""


def test_a_process_that_syncs_loads_that_while_it_opens(tmp_path: Path) -> None:
    """Beside a host that is importing, a thread that imports meets its modules half made."""
    with FakeGateway() as gateway, served(gateway) as url:
        gateway.open_client(tmp_path / "credit").close()
        settings = tmp_path / "credit" / "settings.json"
        text = settings.read_text(encoding="utf-8").replace("http://fake-gateway.example", url)
        settings.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", SYNCER, str(tmp_path / "credit"), subject(1).code],
            env=beside(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert (done.returncode, done.stdout.split()) == (0, ["True"]), done.stderr


def test_a_fork_waits_until_nothing_is_half_loaded() -> None:
    loads, is_loaded = threading.Event(), threading.Event()

    def load() -> None:
        with loading():
            loads.set()
            time.sleep(0.05)
            is_loaded.set()

    assert _forked_after(load, loads, is_loaded)


def test_a_fork_waits_until_a_line_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child born while OpenSSL makes its first context never gets one of its own."""
    opens, is_open = threading.Event(), threading.Event()

    class Slow(http.HttpTransport):
        def __init__(self, url: str, api_key: SecretStr | None = None, *, timeout_s: float = 1.0) -> None:
            opens.set()
            time.sleep(0.05)
            super().__init__(url, api_key, timeout_s=timeout_s)
            is_open.set()

    monkeypatch.setattr(http, "HttpTransport", Slow)
    line = Line(Settings(home=tmp_path, gateway_url="http://gateway.example", trust=tmp_path / "root.json"))
    assert _forked_after(lambda: line.transport, opens, is_open)
    line.close()


def _forked_after(work: Callable[[], object], begun: threading.Event, done: threading.Event) -> bool:
    """Whether a fork while a thread is at work gives a child in which the work is done, and can be done again."""
    worker = threading.Thread(target=work)
    worker.start()
    assert begun.wait(60)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking with threads is what is tested
        child = os.fork()
    if child == 0:
        signal.alarm(120)
        if done.is_set():
            work()
        os._exit(0 if done.is_set() else 1)
    worker.join()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
