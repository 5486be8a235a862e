"""Flow: a process of a host is killed or told to end; another goes on, and nothing promised is lost."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from credit_sdk.outbox.store import OUTBOX_FILE, Outbox
from tests.flows import halls
from tests.flows.hall_pool import WORKERS
from tests.flows.halls import FREE, LISTED, Answer, Town, everyone, terminated, town, until


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path) as made:
        yield made


_ASKED = """
import sys
from credit_sdk import CreditClient
with CreditClient.open(sys.argv[1]) as credit:
    while True:
        print(credit.check(sys.argv[2], "procurement.award").evidence.serial, flush=True)
        if not sys.stdin.readline():
            break
"""


def test_when_the_syncer_is_killed_one_of_those_left_takes_over(here: Town) -> None:
    command = [sys.executable, "-c", _ASKED, str(here.home), FREE]
    with ExitStack() as host:
        programs = [
            host.enter_context(
                subprocess.Popen(
                    command, env=here.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
                )
            )
            for _ in range(3)
        ]
        for each in programs:
            assert each.stdout
            assert each.stdout.readline() == "1\n"
        (killed,) = (each for each in programs if each.pid == here.syncer)
        left = [each for each in programs if each is not killed]
        killed.kill()
        killed.wait()
        until(lambda: here.syncer)
        assert here.syncer in {each.pid for each in left}
        serial = here.put_on_a_list(FREE)

        def follows(each: "subprocess.Popen[str]") -> bool:
            assert each.stdin
            assert each.stdout
            each.stdin.write("\n")
            each.stdin.flush()
            return int(each.stdout.readline()) == serial

        for each in left:
            until(partial(follows, each))


def test_when_a_server_replaces_the_killed_syncer_no_outcome_is_lost(here: Town, tmp_path: Path) -> None:
    with halls.gunicorn(here, tmp_path) as hall:
        everyone(hall, "checked", FREE, "上午")
        reported = everyone(hall, "applied", LISTED, "上午")
        killed = until(lambda: here.syncer)
        os.kill(killed, signal.SIGKILL)
        successor = until(lambda: here.syncer if here.syncer != killed else None)
        serial = here.put_on_a_list(FREE)
        followed = everyone(hall, "checked", FREE, "下午", serial=serial)
        assert {answer["verdict"] for answer in followed.values()} == {"DENY"}
        assert killed not in followed
        assert here.syncer == successor
        assert terminated(hall)() == 0
    here.deliver_the_rest()
    outcomes = here.outcomes()
    assert len(set(outcomes)) == len(outcomes)
    assert {answer["id"] for answer in reported.values()} <= set(outcomes)
    assert {answer["id"] for answer in followed.values()} <= set(here.records())


def test_told_to_end_in_the_middle_of_work_nobody_forgets_what_was_answered(here: Town, tmp_path: Path) -> None:
    answered: list[Answer] = []
    with halls.gunicorn(here, tmp_path, "--preload") as hall, ThreadPoolExecutor(WORKERS) as visitors:
        everyone(hall, "checked", FREE, "上午")

        def visit() -> None:
            while (answer := hall.one("checked", FREE, "下午")) is not None:
                answered.append(answer)

        visits = [visitors.submit(visit) for _ in range(WORKERS)]
        until(lambda: len(answered) > 3 * WORKERS)
        assert terminated(hall)() == 0
        for each in visits:
            each.result()
    here.deliver_the_rest()
    records = here.records()
    assert len(set(records)) == len(records)
    assert {answer["id"] for answer in answered if answer["recorded"]} <= set(records)
    assert all(answer["recorded"] for answer in answered)


_REPORTS = """
import sys, time
from credit_sdk import CreditClient, Outcome
credit = CreditClient.open(sys.argv[1])
decision = credit.check(sys.argv[2], "procurement.award")
credit.report(decision, Outcome.applied(decision.findings[0], document="1"))
print(decision.id, flush=True)
time.sleep(600)
"""


def test_killed_right_after_a_report_the_outcome_is_there(here: Town) -> None:
    command = [sys.executable, "-c", _REPORTS, str(here.home), LISTED]
    with subprocess.Popen(command, env=here.environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        decision = process.stdout.readline().strip()
        process.kill()
    here.deliver_the_rest()
    assert here.outcomes() == [decision]


def test_what_a_killed_process_had_written_down_goes_out_with_the_next(here: Town) -> None:
    program = (
        "import os, signal, sys\n"
        "from credit_sdk import CreditClient\n"
        "credit = CreditClient.open(sys.argv[1], background=False)\n"
        "print(credit.check(sys.argv[2], 'procurement.award').id, flush=True)\n"
        "credit.flush()\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    command = [sys.executable, "-c", program, str(here.home), LISTED]
    done = subprocess.run(command, env=here.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    with Outbox(here.home / OUTBOX_FILE) as outbox:
        assert outbox.depth().records == 1
    here.deliver_the_rest()
    assert here.records() == [done.stdout.strip()]
