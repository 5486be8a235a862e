"""A worker that checks, with nothing loaded that a host would not load: its memory is what a host pays."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from credit_sdk import CreditClient, Subject
from credit_sdk.transport.folder import FolderTransport
from tests.benchmarks.apart import private_mb

MATTER = "procurement.award"
SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Done:
    """How much one process did, and what it holds.

    Attributes:
        private_mb: Memory of its own; ``mapped_mb`` is what it touched of the file, shared by all who map it.
    """

    checks_a_second: float
    private_mb: float
    mapped_mb: float


def checking(replica: Path, distribution: Path, codes: Sequence[str], threads: int, begin_at: float) -> Done:
    """Check for some seconds from an instant on, records kept; together, in so many threads."""
    asked = [Subject.parse(code) for code in codes]
    credit = CreditClient.open(replica, background=False, transport=FolderTransport(distribution))
    for subject in asked[:200]:
        credit.check(subject, MATTER)
    time.sleep(max(0.0, begin_at - time.time()))
    with ThreadPoolExecutor(threads) as pool:
        began = time.perf_counter()
        counts = list(pool.map(partial(_until, credit, asked), [began + SECONDS] * threads))
        lasted = time.perf_counter() - began
    private, mapped = private_mb("data.mdb")
    credit.close()
    return Done(sum(counts) / lasted, private, mapped)


def _until(credit: CreditClient, asked: Sequence[Subject], end: float) -> int:
    count = 0
    while True:
        for subject in asked:
            credit.check(subject, MATTER)
            count += 1
            if time.perf_counter() >= end:
                return count
