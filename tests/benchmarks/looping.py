"""What an office waits for: publish → enforced in another process, a large import, an idle client's memory."""

import os
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from credit_sdk.replica.election import holder
from examples import office
from gateway.database.engine import open_engine
from gateway.database.unit_of_work import unit_of_work
from gateway.demo.province import as_csv, organisation_code
from gateway.intake.imports import import_file
from gateway.registry import determinations, lifecycle, search
from gateway.settings import GatewayHome
from tests.benchmarks import alone
from tests.benchmarks.timing import line, seconds

ROUNDS = 15
IMPORTED = 100_000
TAKEOVERS = 5
OPERATOR, REVIEWER = "jingban", "fuhe"
MATTER, LIST = "procurement.award", "judgment-defaulter"


def run(port: int = 8699) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as scratch:
        home, replica = Path(scratch) / "gateway", Path(scratch) / "replica"
        made = office.gateway("init", str(home), "--demo")
        with office.serving(home, port) as address:
            key = str(office.gateway("clients", "add", str(home), "bench", "--matters", "*")["api_key"])
            office.library("init", str(replica), "--gateway", address, "--key", key, "--trust", str(made["trust_root"]))
            _enforced(home, replica)
            _idle(replica, Path(scratch) / "library")
        _import(home, Path(scratch))


def _enforced(home: Path, replica: Path) -> None:
    print("\npublish → enforced, default settings, gateway and host system in processes of their own")
    registry = GatewayHome.open(home)
    engine = open_engine(registry.database_url)
    listed, freed = [], []
    for number in range(ROUNDS):
        code = organisation_code(900_000 + number)
        file = home.parent / f"{number}.csv"
        file.write_bytes(as_csv([_row(code, f"（2026）虚执{number}号")]))
        batch = import_file(registry, engine, file, LIST, by=OPERATOR).batch
        with office.awaiting(replica, code, MATTER, "DENY") as watching:
            with unit_of_work(engine) as work:
                determinations.confirm(work, batch, by=REVIEWER)
            committed = time.time()
            listed.append(watching.reached_at() - committed)
        with engine.connect() as connection:
            entry = str(search.find_entries(connection, batch=batch)[0]["id"])
        with office.awaiting(replica, code, MATTER, "CLEAR") as watching:
            with unit_of_work(engine) as work:
                lifecycle.grant_repair(
                    work,
                    entry,
                    by=OPERATOR,
                    confirmed_by=REVIEWER,
                    reason="（虚构）已履行",
                    document_no=f"虚修{number}号",
                )
            committed = time.time()
            freed.append(watching.reached_at() - committed)
    engine.dispose()
    for name, waits in (("listed → DENY", listed), ("repaired → CLEAR", freed)):
        line(f"{name}, {ROUNDS} rounds", f"{statistics.median(waits):.2f} s", f"slowest {max(waits):.2f} s")


_IDLE = f"""
import re, sys
from credit_sdk import CreditClient
credit = CreditClient.open(sys.argv[1])
credit.check("{organisation_code(1)}", "{MATTER}")
print("checked", flush=True)
sys.stdin.readline()
held = open("/proc/self/smaps_rollup").read()
sizes = {{name: int(size) for name, size in re.findall(r"^(\\w+): +(\\d+) kB", held, re.M)}}
print(sizes["Rss"], sizes["Private_Clean"] + sizes["Private_Dirty"], credit.status().sync.is_leader, flush=True)
sys.stdin.readline()
credit.close()
"""


def _idle(replica: Path, library: Path) -> None:
    library.mkdir()
    python = alone.command(library)
    print("\nidle clients of one host, the library alone, default settings, each after one check")
    with ExitStack() as host:
        clients = [host.enter_context(_idle_client(replica, python)) for _ in range(3)]
        time.sleep(3)
        for client in clients:
            resident, private, leads = _told(client).split()
            name = "resident, the process that syncs" if leads == "True" else "resident, another process"
            line(name, f"{int(resident) / 1024:.1f} MB", f"of it its own {int(private) / 1024:.1f} MB")
    print("\nthe process that syncs is killed, two others are there")
    line(f"until another syncs, {TAKEOVERS} rounds", *_takeovers(replica, python))


def _takeovers(replica: Path, python: list[str]) -> tuple[str, str]:
    waits = []
    for _ in range(TAKEOVERS):
        with ExitStack() as host:
            for _ in range(3):
                host.enter_context(_idle_client(replica, python))
            killed = holder(replica)
            assert killed
            os.kill(killed, signal.SIGKILL)
            began = time.monotonic()
            while holder(replica) in {None, killed}:
                time.sleep(0.01)
            waits.append(time.monotonic() - began)
    return f"{statistics.median(waits):.1f} s", f"slowest {max(waits):.1f} s"


@contextmanager
def _idle_client(replica: Path, python: list[str]) -> Iterator["subprocess.Popen[str]"]:
    command = [*python, _IDLE, str(replica)]
    with subprocess.Popen(
        command, cwd=office.REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "checked\n"
        yield process
        if process.poll() is None:
            _told(process)


def _told(process: "subprocess.Popen[str]") -> str:
    assert process.stdin
    assert process.stdout
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline()


def _import(home: Path, scratch: Path) -> None:
    print(f"\nimport of {IMPORTED:,} rows (CSV → drafts, quality report), then confirmation")
    file = scratch / "large.csv"
    file.write_bytes(as_csv([_row(organisation_code(n), f"（2026）虚大{n}号") for n in range(IMPORTED)]))
    registry = GatewayHome.open(home)
    engine = open_engine(registry.database_url)
    imported = seconds(lambda: import_file(registry, engine, file, LIST, by=OPERATOR))
    with engine.connect() as connection:
        batch = determinations.all_batches(connection, limit=1)[0].id

    def confirm() -> None:
        with unit_of_work(engine) as work:
            determinations.confirm(work, batch, by=REVIEWER)

    confirmed = seconds(confirm)
    line("import", f"{imported:.1f} s", f"{IMPORTED / imported:,.0f} rows/s")
    line("confirm", f"{confirmed:.1f} s")
    from gateway.publishing.release import publish

    line("publish them", f"{seconds(lambda: publish(registry, datetime.now(UTC), engine=engine)):.1f} s")
    engine.dispose()


def _row(code: str, document_no: str) -> dict[str, str]:
    return {
        "subject_code": code,
        "subject_name": "虚构测速有限公司",
        "list": LIST,
        "authority": "虚构市中级人民法院",
        "document_no": document_no,
        "basis": "法释〔2017〕7号",
        "determined_on": "2026-01-05",
        "term_from": "2026-01-05",
        "severity": "serious",
        "fact": "（虚构）测速",
        "notice_given_on": "2025-12-01",
    }
