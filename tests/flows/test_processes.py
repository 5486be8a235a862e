"""Flow: one host, many processes, no configuration: all see a publication, one syncs, nothing promised is lost."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from credit_sdk.testing import FakeGateway, subject
from tests.flows import halls
from tests.flows.hall_pool import WORKERS
from tests.flows.halls import FREE, LISTED, Hall, Town, everyone, terminated, town, until

MATTER = "procurement.award"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path) as made:
        yield made


def _lived_through(here: Town, hall: Hall, end: Callable[[], int]) -> None:
    """A day in a hall: every worker follows a publication, reports, and goes home; what they did is counted once."""
    answered = everyone(hall, "checked", FREE, "上午")
    assert {answer["verdict"] for answer in answered.values()} == {"CLEAR"}

    serial = here.put_on_a_list(FREE)
    answered |= (followed := everyone(hall, "checked", FREE, "下午", serial=serial))
    assert {(answer["verdict"], answer["recorded"]) for answer in followed.values()} == {("DENY", True)}
    assert len(followed) == WORKERS

    seen = everyone(hall, "standing", FREE, "下午")
    assert {answer["leader"] for answer in seen.values()} == {here.syncer}
    assert sum(bool(answer["leads"]) for answer in seen.values()) == (here.syncer in seen)
    assert {answer["error"] for answer in seen.values()} == {None}

    reported = everyone(hall, "applied", LISTED, "下午")
    last = hall.ask("checked", FREE, "下班")  # with the hand on the door: nothing has been written yet
    assert end() == 0
    assert here.syncer is None
    here.deliver_the_rest()
    records, outcomes = here.records(), here.outcomes()
    assert len(set(records)) == len(records)
    assert len(set(outcomes)) == len(outcomes)
    assert {answer["id"] for answer in [*answered.values(), *reported.values(), *last]} <= set(records)
    assert {answer["id"] for answer in reported.values()} <= set(outcomes)


@pytest.mark.parametrize(
    "options",
    [("--preload",), pytest.param(("--preload", "--threads", "4"), marks=pytest.mark.soak)],
    ids=["processes", "threads"],
)
def test_gunicorn_that_opens_before_it_forks(here: Town, tmp_path: Path, options: tuple[str, ...]) -> None:
    with halls.gunicorn(here, tmp_path, *options) as hall:
        assert here.syncer == hall.process.pid  # it opened first, and goes on living
        _lived_through(here, hall, terminated(hall))


def test_celery_with_forked_workers(here: Town, tmp_path: Path) -> None:
    with halls.celery(here, tmp_path) as hall:
        _lived_through(here, hall, terminated(hall))


def test_a_worker_of_celery_that_ends_after_its_task_forgets_nothing(here: Town, tmp_path: Path) -> None:
    """Celery ends it from outside as soon as it says that it is done, past everything Python runs at an end."""
    with halls.celery(here, tmp_path, "--max-tasks-per-child", "1") as hall:
        answered = [*hall.ask("checked", FREE, "上午"), *hall.ask("checked", FREE, "下午")]
        assert {answer["recorded"] for answer in answered} == {True}
        ended = {int(str(answer["pid"])) for answer in answered}
        assert len(ended) == len(answered)
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in ended))
    here.deliver_the_rest()
    assert {answer["id"] for answer in answered} <= set(here.records())


@pytest.mark.parametrize("method", ["fork", "spawn", pytest.param("forkserver", marks=pytest.mark.soak)])
def test_multiprocessing(here: Town, tmp_path: Path, method: str) -> None:
    with halls.pool(here, tmp_path, method) as hall:
        _lived_through(here, hall, hall.end)


_BUSY = """
import os, signal, sys, threading, traceback
from credit_sdk import CreditClient, Outcome
home, code, other = sys.argv[1:]
credit = CreditClient.open(home)
is_over = threading.Event()

def check():
    assert credit.check(code, "procurement.award").recorded

def report():
    decision = credit.check(code, "procurement.award")
    credit.report(decision, Outcome.applied(decision.findings[0], document="1"))

def look():
    list(credit.screen([code, other], "procurement.award"))
    credit.status()

def again_and_again(work):
    while not is_over.wait(0.005):
        work()

threads = [threading.Thread(target=again_and_again, args=(work,)) for work in (check, report, credit.sync, look)]
for thread in threads:
    thread.start()
failed = 0
for number in range(12):
    child = os.fork()
    if child == 0:
        signal.alarm(120)
        try:
            decision = credit.check(code, "procurement.award")
            credit.report(decision, Outcome.applied(decision.findings[0], document="2"))
            look()
            if number % 4 == 0:
                credit.sync()
            credit.close()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os.write(1, f"{decision.id}\\n".encode())
        os._exit(0)
    failed += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
is_over.set()
for thread in threads:
    thread.join()
credit.close()
sys.exit(failed)
"""


def test_a_child_of_a_busy_process_waits_for_nobody(here: Town) -> None:
    """A thread that held a lock when its process forked does not exist in the child, and never lets go."""
    command = [sys.executable, "-W", "ignore", "-c", _BUSY, str(here.home), LISTED, FREE]
    with subprocess.Popen(
        command, env=here.environment(), stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            while process.poll() is None:
                here.gateway.publish()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.1)
            out, _ = process.communicate()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 0
    here.deliver_the_rest()
    assert len(out.split()) == 12
    assert set(out.split()) <= set(here.records())
    assert set(out.split()) <= set(here.outcomes())


def test_thirty_two_threads_follow_without_a_step_back(tmp_path: Path) -> None:
    listed = subject(7).code
    with FakeGateway() as gateway, gateway.open_client(tmp_path / "credit", background=True) as credit:
        is_over, longest = threading.Event(), [0.0] * 32
        ids: list[list[str]] = [[] for _ in range(32)]

        def visit(number: int) -> list[int]:
            serials = []
            while not is_over.wait(0.05):  # as many as the writer keeps up with
                began = time.monotonic()
                decision = credit.check(listed, MATTER)
                longest[number] = max(longest[number], time.monotonic() - began)
                assert decision.recorded
                # What was published first is the answer that belongs to it.
                assert (decision.verdict.value == "DENY") == (decision.evidence.serial % 2 == 0)
                serials.append(decision.evidence.serial)
                ids[number].append(decision.id)
            return serials

        with ThreadPoolExecutor(32) as visitors:
            visits = [visitors.submit(visit, number) for number in range(32)]
            try:
                for step in range(6):
                    if step % 2:
                        gateway.remove(listed, "E")
                    else:
                        gateway.list(listed, "judgment-defaulter", id="E")
                    gateway.publish()
            finally:
                is_over.set()
            for each in visits:
                serials = each.result()
                assert serials == sorted(serials)
        assert credit.check(listed, MATTER).evidence.serial == 7
        # Whoever waits for another waits longer: 25 s for news, 30 s for the disk, 60 s for growth.
        assert max(longest) < 20
        credit.sync()
        asked = [id for each in ids for id in each]
        assert len(set(asked)) == len(asked)
        assert set(asked) <= {row["id"] for row in gateway.checks}
