"""Checking in several threads and processes at once, and what memory a worker has to itself.

One core's work is what one process does; two threads of one process share one interpreter, so together they can do what
one does; four processes on this machine's cores can do what the cores do. Figures are shares of that.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from credit_sdk.testing import builders
from examples import office
from tests.benchmarks import province
from tests.benchmarks.apart import apart
from tests.benchmarks.timing import line
from tests.benchmarks.worker import checking

ASKED = 5_000
ROUNDS = 3


def run(replica: Path, distribution: Path, entries: int) -> None:
    """Print the figures."""
    cores = os.cpu_count() or 1
    dice = random.Random(3)
    asked = [province.company(dice.randrange(entries)).code for _ in range(ASKED // 10)]
    asked += [builders.subject(10_900_000 + dice.randrange(90_000)).code for _ in range(ASKED - len(asked))]
    dice.shuffle(asked)
    work = partial(checking, replica, distribution, asked)
    one = max(apart(work, 1, time.time()) for _ in range(ROUNDS))
    line("checks, one process, one thread, a tenth of them listed", f"{one:,.0f} /s", f"best of {ROUNDS}")
    two = max(apart(work, 2, time.time()) for _ in range(ROUNDS))
    line("checks, two threads, beside one interpreter's share", f"{two / one:.2f} x", f"{two:,.0f} /s together")
    for processes in (2, 4):
        best = max(_at_once(work, processes) for _ in range(ROUNDS))
        line(
            f"checks, {processes} processes, beside {min(processes, cores)} cores' share",
            f"{best / one / min(processes, cores):.2f} x",
            f"{best:,.0f} /s together",
        )
    for count in (ASKED // 25, ASKED):
        codes = asked[:count]
        # Two, for what workers share only counts as shared where there is another.
        with _worker(replica, distribution, codes), _worker(replica, distribution, codes) as (private, mapped):
            line(
                f"a worker on {entries:,} entries after {count:,} checks, memory of its own",
                f"{private:.0f} MB",
                f"and {mapped:.0f} MB of the file mapped, shared with others",
            )


@contextmanager
def _worker(replica: Path, distribution: Path, codes: Sequence[str]) -> Iterator[tuple[float, float]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.worker", str(replica), str(distribution), *codes],
        cwd=office.REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        private, mapped = process.stdout.readline().split() if process.stdout else ("", "")
        yield float(private), float(mapped)


def _at_once(work: partial[float], processes: int) -> float:
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        begin_at = time.time() + 4  # all of them have opened the replica by then
        return sum(each.result() for each in [pool.submit(work, 1, begin_at) for _ in range(processes)])
