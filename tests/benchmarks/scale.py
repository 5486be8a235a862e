"""What publication and sync cost as the lists grow: each figure beside its floor, or beside a small gateway's.

The path is the real one: registry (SQLite) → builder → objects → signatures → files → sync from that folder → checks.
Whatever has a memory or a first time of its own is measured in a process of its own (:mod:`tests.benchmarks.apart`).
"""

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from credit_sdk.client.setup import set_up
from credit_sdk.publication.statement import Publication
from credit_sdk.replica import sync
from credit_sdk.replica.store import Replica
from credit_sdk.settings import Settings
from credit_sdk.transport.folder import FolderTransport
from examples import office
from gateway.database.engine import open_engine
from gateway.publishing.chain import served
from gateway.publishing.files import Folder
from gateway.publishing.release import Publisher
from gateway.publishing.report import PublishReport
from gateway.settings import GatewayHome
from tests.benchmarks import province, sharing
from tests.benchmarks.apart import Spent, apart, spent
from tests.benchmarks.floors import Floor, measured
from tests.benchmarks.timing import line

SMALL = 10_000
ROUNDS = 11


def run(entries: int, folder: Path | None = None) -> None:
    """Print the figures.

    Args:
        entries: Size of the large registry.
        folder: Where to put, and keep, what is built; what lies there from another run is used again.
    """
    print(f"\nscale: {entries:,} entries beside {SMALL:,}, registry in SQLite, files and replica on the same disk")
    with _place(folder) as place:
        small, large = _gateway(place, SMALL), _gateway(place, entries)
        replica = place / f"replica-{entries}"
        shutil.rmtree(replica, ignore_errors=True)
        _first_sync(large, replica, entries)
        _cold_open(replica)
        _one_change(small, large, replica, entries)
        sharing.run(replica, large / "distribution", entries)


@contextmanager
def _place(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    else:
        with tempfile.TemporaryDirectory() as scratch:
            yield Path(scratch)


def _gateway(place: Path, entries: int) -> Path:
    """A gateway whose registry has so many entries, all of them published."""
    home = place / f"gateway-{entries}"
    if not home.exists():
        office.gateway("init", str(home))
        engine = open_engine(GatewayHome.open(home).database_url)
        province.fill(engine, range(entries))
        engine.dispose()
    if served(Folder(home / "distribution")) is None:
        report, cost = apart(_published, home)
        line(
            f"publish {entries:,} entries for the first time",
            f"{cost.wall_s:.1f} s",
            f"{cost.cpu_s:.1f} s of work, peak {cost.peak_mb:.0f} MB, {report.bytes_written / 1e6:.0f} MB of objects",
        )
    return home


def _published(home: Path) -> tuple[PublishReport, Spent]:
    registry = GatewayHome.open(home)
    engine = open_engine(registry.database_url)
    done = spent(lambda: Publisher(registry, engine).publish(datetime.now(UTC)))
    engine.dispose()
    return done


def _first_sync(gateway: Path, replica: Path, entries: int) -> None:
    cost = apart(_taken_over, gateway, replica)
    floor = apart(_floor, gateway)
    line(
        f"first sync of {entries:,} entries, verified",
        f"{cost.wall_s:.1f} s",
        f"{cost.cpu_s:.2f} s of work, {entries / cost.cpu_s:,.0f} entries/s of work, "
        f"memory {cost.before_mb:.0f} → peak {cost.peak_mb:.0f} MB",
    )
    floor.told(cost.cpu_s)


def _taken_over(gateway: Path, home: Path) -> Spent:
    settings = Settings(home=home, gateway_url=str(gateway / "distribution"), trust=gateway / "trust" / "root.json")
    return spent(lambda: set_up(settings, clock=lambda: datetime.now(UTC)))[1]


def _floor(gateway: Path) -> Floor:
    folder = Folder(gateway / "distribution")
    return measured(folder, _statement(folder))


def _statement(folder: Folder) -> Publication:
    chain = served(folder)
    if chain is None:
        raise SystemExit("nothing was published")
    return Publication.from_bytes(chain.statement)


def _cold_open(replica: Path) -> None:
    opened_s = [apart(_opened, replica) for _ in range(3)]
    line("cold open, parts held against each other", f"{min(opened_s) * 1000:.1f} ms", "a new process, files in cache")


def _opened(replica: Path) -> float:
    began = time.perf_counter()
    with Replica.open(replica):
        return time.perf_counter() - began


@dataclass(frozen=True, slots=True)
class _Change:
    """What one change cost: publishing it at both gateways, and following the large one."""

    small: tuple[float, ...]
    large: tuple[float, ...]
    report: PublishReport
    synced: tuple[float, ...]
    synced_cpu: tuple[float, ...]
    moved_bytes: int
    objects: int


def _one_change(small: Path, large: Path, replica: Path, entries: int) -> None:
    found = apart(_changed, small, large, replica, entries)
    line(
        f"publish one change at {entries:,}, beside the same at {SMALL:,}",
        f"{statistics.median(found.large) / statistics.median(found.small):.2f} x",
        f"medians of {ROUNDS}: {_ms(found.large, statistics.median)} / {_ms(found.small, statistics.median)}, "
        f"least {_ms(found.large, min)} / {_ms(found.small, min)}",
    )
    line("  written", f"{found.report.objects_written} objects", f"{found.report.bytes_written / 1000:.0f} kB")
    line(
        f"sync of one change at {entries:,}",
        _ms(found.synced, statistics.median),
        f"least {_ms(found.synced, min)}, {_ms(found.synced_cpu, statistics.median)} of work; moved at most "
        f"{found.moved_bytes / 1000:.0f} kB with signatures, {found.objects} objects of it",
    )


class _Counting(FolderTransport):
    """The folder, counting what is fetched."""

    moved_bytes = 0

    def fetch_stream(self, path: str, *, max_bytes: int, timeout_s: float | None = None) -> Iterator[bytes]:
        for piece in super().fetch_stream(path, max_bytes=max_bytes, timeout_s=timeout_s):
            self.moved_bytes += len(piece)
            yield piece


def _changed(small: Path, large: Path, directory: Path, entries: int) -> _Change:
    times: dict[Path, list[float]] = {small: [], large: []}
    synced, synced_cpu, moved_bytes, fetched = [], [], 0, 0
    report = None
    transport = _Counting(large / "distribution")
    with Replica.open(directory) as replica:
        trust = sync.trusted_refresh(directory, transport, (large / "trust" / "root.json").read_bytes())
        sync.refresh(replica, trust, transport, datetime.now(UTC))
        for number in _free(large, ROUNDS, entries):
            for home in (small, large):
                registry = GatewayHome.open(home)
                engine = open_engine(registry.database_url)
                province.fill(engine, range(number, number + 1))
                began = time.perf_counter()
                report = Publisher(registry, engine).publish(datetime.now(UTC))
                times[home].append(time.perf_counter() - began)
                engine.dispose()
            transport.moved_bytes = 0
            done, cost = spent(lambda: sync.refresh(replica, trust, transport, datetime.now(UTC)))
            synced.append(cost.wall_s)
            synced_cpu.append(cost.cpu_s)
            moved_bytes, fetched = max(moved_bytes, transport.moved_bytes), max(fetched, done.objects_fetched)
    if report is None:
        raise SystemExit("nothing was measured")
    return _Change(
        tuple(times[small]), tuple(times[large]), report, tuple(synced), tuple(synced_cpu), moved_bytes, fetched
    )


def _free(home: Path, count: int, entries: int) -> range:
    """Numbers of companies that no run has entered, one for each change."""
    serial = _statement(Folder(home / "distribution")).serial
    first = max(entries, SMALL) + 10 * (serial // 10 + 1) * ROUNDS
    return range(first, first + 10 * count, 10)


def _ms(times: tuple[float, ...], which: Callable[[tuple[float, ...]], float]) -> str:
    return f"{which(times) * 1000:.0f} ms"
