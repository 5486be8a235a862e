"""Halls of several worker processes, started as in production: gunicorn, Celery, `multiprocessing`."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

import httpx
from pydantic import SecretStr

from credit_sdk import CreditClient
from credit_sdk.client.clock import now_utc
from credit_sdk.client.setup import set_up
from credit_sdk.replica.election import holder
from credit_sdk.settings import Settings
from credit_sdk.testing import FakeGateway, subject
from credit_sdk.testing.gateway import API_KEY
from tests.flows.queueing import answered, send
from tests.flows.served import served
from tests.replica_host import beside

REPOSITORY = Path(__file__).resolve().parents[2]
WORKERS = 4
LONGEST_S = 120.0
"""Nothing here takes a twentieth of it; a machine that does something else for a while is no finding."""

LISTED, FREE = subject(1).code, subject(2).code

T = TypeVar("T")
Answer = dict[str, object]


def until(condition: Callable[[], T | None], within_s: float = LONGEST_S) -> T:
    """What a condition gives as soon as it gives something."""
    ends = time.monotonic() + within_s
    while not (found := condition()):
        assert time.monotonic() < ends, f"not within {within_s:g} s"
        time.sleep(0.01)
    return found


@dataclass
class Town:
    """A gateway on loopback, and an installation of the library that follows it."""

    gateway: FakeGateway
    home: Path

    @property
    def syncer(self) -> int | None:
        """The process that keeps the installation current."""
        return holder(self.home)

    def environment(self) -> dict[str, str]:
        """Of a hall in this town."""
        return {**beside(), "CREDIT_HOME": str(self.home), "PYTHONWARNINGS": "ignore"}

    def put_on_a_list(self, code: str) -> int:
        """List a company and publish; the serial."""
        self.gateway.list(code, "judgment-defaulter")
        return self.gateway.publish()

    def deliver_the_rest(self) -> None:
        """What another process does with an outbox that was left behind."""
        with CreditClient.open(self.home, background=False) as credit:
            done = credit.sync()
            assert (done.delivery_error, done.faults) == (None, 0)
            depth = credit.status().outbox
            assert (depth.records, depth.outcomes) == (0, 0)

    def records(self) -> list[str]:
        """The ids of all checks that were delivered, each number of the outbox once and without a gap."""
        seqs = sorted(int(str(row["seq"])) for row in self.gateway.checks)
        assert seqs == list(range(1, len(seqs) + 1))
        return [str(row["id"]) for row in self.gateway.checks]

    def outcomes(self) -> list[str]:
        """The ids of the decisions that outcomes were delivered about."""
        return [str(row["decision_id"]) for row in self.gateway.outcomes]


@contextmanager
def town(folder: Path) -> Iterator[Town]:
    """A town whose gateway has published once."""
    with FakeGateway() as gateway:
        gateway.list(LISTED, "judgment-defaulter")
        gateway.publish()
        trust = folder / "root.json"
        trust.write_bytes(gateway.publisher.trust_root)
        with served(gateway) as url:
            settings = Settings(home=folder / "credit", gateway_url=url, api_key=SecretStr(API_KEY), trust=trust)
            set_up(settings, clock=now_utc)
            try:
                yield Town(gateway, settings.home)
            finally:
                gateway.transport.is_reachable = False
                gateway.transport.announce(0)  # whoever still waits for a pulse is let go


class Hall(Protocol):
    """Workers that answer, and the process they belong to."""

    process: "subprocess.Popen[str]"

    def ask(self, desk: str, code: str, case: str) -> list[Answer]:
        """Ask; at least one worker answers."""
        ...


def everyone(hall: Hall, desk: str, code: str, case: str, *, serial: int = 0) -> dict[int, Answer]:
    """An answer of every worker by process, on a serial or a later one."""
    answers: dict[int, Answer] = {}

    def all_answered() -> bool:
        for answer in hall.ask(desk, code, case):
            if int(str(answer.get("serial", serial))) >= serial:
                answers[int(str(answer["pid"]))] = answer
        return len(answers) >= WORKERS

    until(all_answered)
    return answers


def terminated(hall: Hall) -> Callable[[], int]:
    """How a hall is told to end; what its main process ends with."""

    def end() -> int:
        hall.process.terminate()
        return hall.process.wait(LONGEST_S)

    return end


@contextmanager
def _running(town: Town, folder: Path, *command: str, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    """A program with its children, none of which outlives the block."""
    with (folder / "hall.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=REPOSITORY,
            env={**town.environment(), **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        except BaseException:
            print((folder / "hall.log").read_text(errors="replace")[-4000:])
            raise
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None and not pipe.closed:
                    pipe.close()


@dataclass
class Gunicorn:
    """The hall behind gunicorn, asked over HTTP."""

    process: "subprocess.Popen[str]"
    url: str
    asking: ThreadPoolExecutor
    lines: httpx.Client

    def one(self, desk: str, code: str, case: str) -> Answer | None:
        """The answer of some worker; None where there was none."""
        try:
            answer = self.lines.get(f"{self.url}/{desk}/{code}/{case}")
        except httpx.TransportError:
            return None
        assert answer.is_success, answer.text
        body = answer.json()
        assert isinstance(body, dict)
        return body

    def ask(self, desk: str, code: str, case: str) -> list[Answer]:
        asked = [self.asking.submit(self.one, desk, code, case) for _ in range(2 * WORKERS)]
        return [answer for each in asked if (answer := each.result()) is not None]


@contextmanager
def gunicorn(town: Town, folder: Path, *options: str) -> Iterator[Gunicorn]:
    """Gunicorn with four workers."""
    command = ["gunicorn", "--workers", str(WORKERS), "--bind", "127.0.0.1:0", "--no-control-socket", *options]
    log = folder / "hall.log"
    with (
        _running(town, folder, *command, "tests.flows.hall:application") as process,
        ThreadPoolExecutor(2 * WORKERS) as asking,
        httpx.Client(timeout=LONGEST_S, headers={"Connection": "close"}, trust_env=False) as lines,
    ):
        url = until(lambda: re.search(r"Listening at: (http://\S+)", log.read_text(errors="replace")))
        yield Gunicorn(process, url[1], asking, lines)


@dataclass
class Pool:
    """The hall with workers of `multiprocessing`, asked through its standard input."""

    process: "subprocess.Popen[str]"

    def ask(self, desk: str, code: str, case: str) -> list[Answer]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([desk, code, case]) + "\n")
        self.process.stdin.flush()
        answers = json.loads(self.process.stdout.readline())
        assert isinstance(answers, list)
        return answers

    def end(self) -> int:
        """Let everybody go home; what the main process ends with."""
        assert self.process.stdin
        self.process.stdin.close()
        return self.process.wait(LONGEST_S)


@contextmanager
def pool(town: Town, folder: Path, method: str) -> Iterator[Pool]:
    """Workers forked or spawned."""
    with _running(town, folder, "tests.flows.hall_pool", method) as process:
        yield Pool(process)


@dataclass
class Queue:
    """The hall behind a task queue of Celery."""

    process: "subprocess.Popen[str]"
    folder: Path

    def ask(self, desk: str, code: str, case: str) -> list[Answer]:
        sent = [send(self.folder, "desk", (desk, code, case)) for _ in range(2 * WORKERS)]
        return [until(partial(answered, self.folder, number)) for number in sent]


@contextmanager
def celery(town: Town, folder: Path, *options: str) -> Iterator[Queue]:
    """Celery with four forked workers."""
    command = [
        "celery",
        "--app",
        "tests.flows.hall_queue",
        "worker",
        "--pool",
        "prefork",
        "--concurrency",
        str(WORKERS),
    ]
    quiet = ["--without-mingle", "--without-gossip", "--without-heartbeat", "--loglevel", "INFO"]
    with _running(town, folder, *command, *quiet, *options, HALL_QUEUE=str(folder / "queue")) as process:
        yield Queue(process, folder / "queue")
