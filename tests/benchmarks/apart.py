"""What is measured in a process of its own, so that its memory is its own and nothing was opened before."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_STATUS = Path("/proc/self/status")
_SMAPS = Path("/proc/self/smaps")


@dataclass(frozen=True, slots=True)
class Spent:
    """What one call cost.

    Attributes:
        wall_s / cpu_s: Seconds on the wall, and of this process on a core.
        before_mb / peak_mb: Resident memory before the call, and the most there was.
    """

    wall_s: float
    cpu_s: float
    before_mb: float
    peak_mb: float


def apart(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call in a new process that inherits nothing, and wait for what it returns."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        return alone.submit(call, *args, **kwargs).result()


def spent(call: Callable[[], R]) -> tuple[R, Spent]:
    """Call, and say what it cost."""
    before = _status_mb("VmRSS")
    wall, cpu = time.perf_counter(), time.process_time()
    result = call()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return result, Spent(wall, cpu, before, _status_mb("VmHWM"))


def private_mb(shared_file: str) -> tuple[float, float]:
    """Memory that is this process's alone, and how much of ``shared_file`` it has mapped and touched, in MB.

    Pages of a file that nobody else happens to have open count as private to the kernel; those of ``shared_file`` are
    left out of the first figure and make up the second.
    """
    private = mapped = 0
    name = ""
    for line in _SMAPS.read_text().splitlines():
        if head := re.match(r"^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \S+\s*(.*)$", line):
            name = head[1]
        elif found := re.match(r"^(Private_Clean|Private_Dirty|Rss):\s+(\d+) kB", line):
            kind, size_kb = found[1], int(found[2])
            if name.endswith(shared_file):
                mapped += size_kb if kind == "Rss" else 0
            elif kind != "Rss":
                private += size_kb
    return private / 1024, mapped / 1024


def _status_mb(name: str) -> float:
    found = re.search(rf"^{name}:\s+(\d+) kB", _STATUS.read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0
