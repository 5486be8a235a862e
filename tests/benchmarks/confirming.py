"""What it costs to put a large batch into force (复核, 发布), under the shipped law, on each of the two databases.

Confirming asks the law whether every draft needed a notice, looks for public bodies among the listed and lets what was
asked about corrected entries follow; publishing works out for each entry how long the law lets it be shown.
"""

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from examples import office
from gateway.database.engine import open_engine
from gateway.database.unit_of_work import unit_of_work
from gateway.intake.imports import import_file
from gateway.publishing.release import publish
from gateway.registry import determinations
from gateway.settings import GatewayHome
from tests.benchmarks.apart import spent
from tests.benchmarks.databases import databases
from tests.benchmarks.importing import write_rows
from tests.benchmarks.province import OPERATOR, REVIEWER
from tests.benchmarks.timing import line
from tests.real_gateway import LISTED


def run(rows: int) -> None:
    """Print the figures for a batch of so many rows."""
    for name, database in databases():
        print(f"\na batch of {rows:,} rows is put into force, shipped law, registry in {name}")
        with tempfile.TemporaryDirectory() as folder, database as url:
            _figures(Path(folder), url, rows)


def _figures(folder: Path, url: str, rows: int) -> None:
    home, file = folder / "gateway", folder / "rows.csv"
    office.gateway("init", str(home), "--database", url)
    write_rows(file, rows)
    registry = GatewayHome.open(home)
    engine = open_engine(registry.database_url)

    def confirm(batch: str) -> None:
        with unit_of_work(engine) as work:
            determinations.confirm(work, batch, by=REVIEWER)

    made = _told("import", lambda: import_file(registry, engine, file, LISTED, by=OPERATOR).batch)
    _told("confirm", lambda: confirm(made))
    _told("publish", lambda: publish(registry, datetime.now(UTC), engine=engine))
    engine.dispose()


def _told(what: str, act: Callable[[], object]) -> str:
    result, cost = spent(act)
    line(what, f"{cost.wall_s:.1f} s", f"{cost.cpu_s:.1f} s of work in this process")
    return str(result)
