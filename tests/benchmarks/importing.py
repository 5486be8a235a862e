"""What an import costs (导入): rows a second beside a bare ``executemany`` of the same rows, and memory.

Each import runs in a process of its own, so that its memory is its own. Figures are of CPU time as well as of the
clock: on a machine with other work only the first says something about the program. On PostgreSQL the server's work is
not in the CPU time, of the import as little as of the floor.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, select

from examples.office import REPOSITORY
from gateway.database.bound import BoundInsert, BoundRow
from gateway.database.engine import WRITING, open_engine
from gateway.database.schema import migrate
from gateway.database.tables import batches, entries, operators, subjects
from gateway.demo.province import as_csv, organisation_code
from gateway.intake.imports import import_file
from tests.benchmarks.timing import line
from tests.postgresql import PostgresqlServer
from tests.real_gateway import LI, LISTED, RealGateway

_CHUNK_ROWS = 10_000


def run(rows: int) -> None:
    """Print the figures on both databases."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "rows.csv"
        write_rows(file, rows)
        print(f"\nimport of {rows:,} rows (CSV → drafts, quality report), file of {file.stat().st_size / 1e6:,.0f} MB")
        _figures("SQLite", "", "", file, rows)
        with _postgresql() as urls:
            _figures("PostgreSQL", urls[0], urls[1], file, rows)


def write_rows(file: Path, rows: int) -> None:
    """A table of fictional companies on one list, every row of another company."""
    with file.open("wb") as output:
        for start in range(0, rows, _CHUNK_ROWS):
            chunk = as_csv([_row(number) for number in range(start, min(start + _CHUNK_ROWS, rows))])
            output.write(chunk if start == 0 else chunk.partition(b"\n")[2])


def alone(database: str, floor: str, file: str) -> None:
    """One import and its floor, in this process; prints the figures as JSON."""
    with tempfile.TemporaryDirectory(dir=Path(file).parent) as folder:
        made = RealGateway.make(Path(folder), database=database)
        bare = open_engine(floor or f"sqlite:///{folder}/floor.sqlite")
        migrate(bare)
        before_kib = _peak_kib()
        spent = _spent(lambda: import_file(made.home, made.engine, Path(file), LISTED, by=LI))
        peak_kib = _peak_kib()
        inserted = _inserted(made.engine, bare)
        print(
            json.dumps(
                {
                    "cpu_s": spent[0],
                    "wall_s": spent[1],
                    "floor_cpu_s": inserted[0],
                    "floor_wall_s": inserted[1],
                    "before_mb": before_kib / 1024,
                    "peak_mb": peak_kib / 1024,
                }
            )
        )
        bare.dispose()
        made.close()


def _figures(name: str, database: str, floor: str, file: Path, rows: int) -> None:
    call = f"from tests.benchmarks import importing; importing.alone({database!r}, {floor!r}, {str(file)!r})"
    done = subprocess.run([sys.executable, "-c", call], cwd=REPOSITORY, stdout=subprocess.PIPE, check=True)
    found = json.loads(done.stdout)
    line(
        f"{name}: import",
        f"{rows / found['cpu_s']:,.0f} rows/s CPU",
        f"{rows / found['wall_s']:,.0f} rows/s by the clock",
    )
    line(
        f"{name}: bare executemany of the same rows",
        f"{rows / found['floor_cpu_s']:,.0f} rows/s CPU",
        f"{rows / found['floor_wall_s']:,.0f} rows/s by the clock",
    )
    line(
        f"{name}: import ÷ bare executemany",
        f"{found['cpu_s'] / found['floor_cpu_s']:.1f} x CPU",
        f"{found['wall_s'] / found['floor_wall_s']:.1f} x by the clock",
    )
    line(f"{name}: peak memory", f"{found['peak_mb']:,.0f} MB", f"{found['before_mb']:,.0f} MB before the import")


def _inserted(source: Engine, bare: Engine) -> tuple[float, float]:
    """CPU and wall seconds of inserting the rows of one registry into the empty tables of another."""
    tables = (operators, batches, subjects, entries)
    inserts = {each.name: BoundInsert(bare.dialect, each, each.c.keys()) for each in tables}
    cpu = wall = 0.0
    with source.connect() as reading, bare.execution_options(**WRITING).begin() as writing:
        for table in tables:
            insert = inserts[table.name]
            result = reading.execution_options(yield_per=_CHUNK_ROWS).execute(select(table))
            for chunk in result.mappings().partitions():
                bound: list[BoundRow] = [insert.bind(dict(row)) for row in chunk]
                began = time.process_time(), time.perf_counter()
                insert.execute(writing, bound)
                cpu, wall = cpu + time.process_time() - began[0], wall + time.perf_counter() - began[1]
        began = time.process_time(), time.perf_counter()
        writing.commit()
    return cpu + time.process_time() - began[0], wall + time.perf_counter() - began[1]


def _spent(call: object) -> tuple[float, float]:
    assert callable(call)
    began = time.process_time(), time.perf_counter()
    call()
    return time.process_time() - began[0], time.perf_counter() - began[1]


def _peak_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@contextmanager
def _postgresql() -> Iterator[tuple[str, str]]:
    """The URLs of two empty databases."""
    with tempfile.TemporaryDirectory(prefix="credit-pg-") as folder:
        server = PostgresqlServer(Path(folder))
        server.start()
        try:
            with server.connect() as connection:
                connection.execute("CREATE DATABASE taken")
                connection.execute("CREATE DATABASE bare")
            url = f"postgresql+psycopg://postgres@/{{}}?host={server.data}"
            yield url.format("taken"), url.format("bare")
        finally:
            server.stop()


def _row(number: int) -> dict[str, str]:
    return {
        "subject_code": organisation_code(number),
        "subject_name": f"虚构测速{number}号有限公司",
        "list": LISTED,
        "authority": f"虚构市第{number % 40}财政局",
        "document_no": f"虚财罚〔2026〕{number}号",
        "basis": "《中华人民共和国政府采购法》第七十七条",
        "determined_on": f"2026-01-{number % 28 + 1:02}",
        "term_from": "",
        "term_until": "2028-01-04",
        "severity": "严重",
        "fact": f"在第{number}号项目中提供虚假材料谋取中标",
        "notice_given_on": "2025-12-01",
    }
