"""How things are timed: many short rounds, the garbage collector off, medians and 99th percentiles of single calls."""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Timing:
    """Single calls of one thing, in microseconds."""

    p50_us: float
    p99_us: float

    def times(self, floor: "Timing") -> str:
        """How this compares with ``floor``, as printed."""
        return f"{self.p50_us / floor.p50_us:5.1f} x / {self.p99_us / floor.p99_us:5.1f} x"


def each(call: Callable[[Item], object], items: Sequence[Item]) -> Timing:
    """Time ``call`` on every item by itself; the cost of reading the clock is taken off."""
    clock = time.perf_counter_ns
    overhead = statistics.median(-clock() + clock() for _ in range(2_000))
    spent = []
    for item in items[: len(items) // 10]:
        call(item)
    gc.disable()
    try:
        for item in items:
            began = clock()
            call(item)
            spent.append(clock() - began - overhead)
    finally:
        gc.enable()
    spent.sort()
    return Timing(spent[len(spent) // 2] / 1_000, spent[len(spent) * 99 // 100] / 1_000)


def seconds(call: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def line(name: str, figure: str, remark: str = "") -> None:
    """Print one row."""
    print(f"  {name:<58} {figure:>18}   {remark}", flush=True)
