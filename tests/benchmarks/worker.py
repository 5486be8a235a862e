"""A worker that checks. Run by itself it prints what memory is its own, with nothing loaded that a host would not load.

``python -m tests.benchmarks.worker REPLICA DISTRIBUTION CODE…``
"""

import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from credit_sdk import CreditClient, Subject
from credit_sdk.transport.folder import FolderTransport
from tests.benchmarks.apart import private_mb

MATTER = "procurement.award"
SECONDS = 3.0


def checking(replica: Path, distribution: Path, codes: Sequence[str], threads: int, begin_at: float) -> float:
    """Checks a second, over some seconds from an instant on, records kept; by so many threads together."""
    asked = [Subject.parse(code) for code in codes]
    credit = CreditClient.open(replica, background=False, transport=FolderTransport(distribution))
    for subject in asked[:200]:
        credit.check(subject, MATTER)
    time.sleep(max(0.0, begin_at - time.time()))
    with ThreadPoolExecutor(threads) as pool:
        began = time.perf_counter()
        counts = list(pool.map(partial(_until, credit, asked), [began + SECONDS] * threads))
        lasted = time.perf_counter() - began
    credit.close()
    return sum(counts) / lasted


def _until(credit: CreditClient, asked: Sequence[Subject], end: float) -> int:
    count = 0
    while True:
        for subject in asked:
            credit.check(subject, MATTER)
            count += 1
            if time.perf_counter() >= end:
                return count


def main() -> None:
    """Check every code once; print what memory is this process's and what it mapped of the file, in MB; wait."""
    replica, distribution, *codes = sys.argv[1:]
    with CreditClient.open(replica, background=False, transport=FolderTransport(distribution)) as credit:
        for code in codes:
            credit.check(code, MATTER)
        print(*private_mb("data.mdb"), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
