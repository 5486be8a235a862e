"""What the pages and ``/metrics`` of a large gateway cost: deadlines, notices, standing measures, figures of the loop.

The registry is filled straight into its tables, as many checks as entries; what waits, what was wrong and what ended is
a part of it. Every route is asked the way a client asks, without the network.
"""

import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from credit_sdk.model.term import civil_day
from examples import office
from gateway import create_app
from gateway.accounts import add_client
from gateway.database.engine import open_engine
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.feedback.standing import law_today
from gateway.settings import GatewayHome
from tests.benchmarks.databases import databases
from tests.benchmarks.filling import SYSTEMS, Filling
from tests.benchmarks.timing import line

ROUNDS = 5
ROUTES = (
    "/metrics",
    "/v1/loop",
    "/v1/deadlines",
    "/v1/deadlines?overdue=true",
    "/v1/standing",
    "/v1/notices",
    "/v1/subjects?name=虚构",
)


def run(count: int) -> None:
    """Print the figures for so many entries and as many checks, on both databases."""
    for name, database in databases():
        print(f"\nregistry: {count:,} entries, {count:,} checks, {len(SYSTEMS)} systems, registry in {name}")
        with tempfile.TemporaryDirectory() as folder, database as url:
            home = Path(folder) / "gateway"
            keys = fill(home, url, count)
            ask(home, keys)


def ask(home: Path, keys: Sequence[str]) -> None:
    """Print what each route costs: for a key that sees every system, and for one system's own."""
    everybody, own = keys
    for who, key, routes in (("every system's", everybody, ROUTES), ("one system's own", own, ROUTES[1:6])):
        for route in routes:
            spent, size = _asked(home, key, route)
            worst = f"slowest of {ROUNDS} {max(spent):,.0f} ms, {size / 1000:,.0f} kB"
            line(f"GET {route}, {who}", f"{statistics.median(spent):,.1f} ms", worst)


def _asked(home: Path, key: str, route: str) -> tuple[list[float], int]:
    spent, size = [], 0
    for _ in range(ROUNDS):
        # A new one each time: what an app remembers for a minute is counted as well.
        app = create_app(GatewayHome.open(home))
        asking = app.test_client()
        asking.get("/healthz")
        began = time.perf_counter()
        answer = asking.get(route, headers={"Authorization": f"Bearer {key}"})
        spent.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.text
        size = len(answer.data)
    return spent, size


def fill(home: Path, url: str, count: int) -> tuple[str, str]:
    """Make a gateway of that size; the key of a client that sees everything, and of one that sees its own."""
    office.gateway("init", str(home), "--database", url)
    engine = open_engine(GatewayHome.open(home).database_url)
    now = datetime.now(UTC)
    with unit_of_work(engine, at=now) as work:
        everybody = add_client(work, SYSTEMS[0], ["*"], actor="benchmark")
        own, *_ = [add_client(work, name, ["procurement.award"], actor="benchmark") for name in SYSTEMS[1:]]
    with reading(engine) as connection:
        law = law_today(connection, civil_day(now))
        assert law is not None
        pairs = sorted(
            (list_id, id)
            for id, version in law.on(civil_day(now)).measures.items()
            for application in version.applies
            for list_id in application.lists
        )
    Filling(engine, count, now, pairs).run()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # What PostgreSQL does by itself within a minute, and SQLite needs not.
        connection.exec_driver_sql("VACUUM ANALYZE" if url else "PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return everybody, own
