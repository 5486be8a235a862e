"""What a search in the registry costs, on each of the two databases: by number, and by how a name begins."""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, insert

from credit_sdk.model.subject import Subject
from gateway.accounts import OperatorRole, add_operator
from gateway.database.engine import open_engine
from gateway.database.schema import migrate
from gateway.database.tables import entries, subjects
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.registry.subjects import find_subjects
from tests import postgresql
from tests.benchmarks.province import OPERATOR, REVIEWER, company
from tests.benchmarks.timing import line

ASKED = 500
_PORTION = 20_000
_SYLLABLES = (
    "安邦昌诚达德东发丰福光广海和恒宏华汇吉佳建金锦景凯康利联龙茂明宁鹏启瑞盛顺泰天通旺祥新信兴旭耀益永友裕元泽正志中卓"
)
_TRADES = ("建筑工程", "商贸", "物流", "矿业", "生态农牧", "信息技术")


def run(count: int) -> None:
    """Print the figures for so many subjects with an entry each."""
    for name, database in (("SQLite", _sqlite), ("PostgreSQL", _postgresql)):
        print(f"\nsearch: {count:,} subjects with an entry each, registry in {name}")
        with database() as engine:
            names = _fill(engine, count)
            drawn = random.Random(1)
            _told(engine, "by number", [company(drawn.randrange(count)).code for _ in range(ASKED)])
            _told(engine, "by the whole name", [drawn.choice(names) for _ in range(ASKED)])
            _told(
                engine,
                "by 3 characters, thousands begin so",
                [drawn.choice(names)[:3] for _ in range(ASKED)],
            )
            _told(engine, "by 2 characters that all begin with", ["虚构"] * ASKED)
            _told(engine, "… and only those of whom something is published", ["虚构"] * ASKED, only_published=True)
            _told(engine, "by a name that nobody has", ["查无此名" + each[:2] for each in names[:ASKED]])


def _told(engine: Engine, what: str, asked: list[str], *, only_published: bool = False) -> None:
    def search(text: str) -> None:
        with reading(engine) as connection:
            find_subjects(connection, text, only_published=only_published, limit=100)

    search(asked[0])
    spent = sorted(_timed(search, text) for text in asked)
    line(what, f"{statistics.median(spent):.2f} / {spent[-len(spent) // 100]:.2f} ms", "median / 99th percentile")


def _timed(search: Callable[[str], None], text: str) -> float:
    began = time.perf_counter()
    search(text)
    return (time.perf_counter() - began) * 1000


def _fill(engine: Engine, count: int) -> list[str]:
    migrate(engine)
    now, drawn = datetime.now(UTC), random.Random(2)
    names: list[str] = []
    seen: set[Subject] = set()
    with unit_of_work(engine, at=now) as work:
        for name, role in ((OPERATOR, OperatorRole.OPERATOR), (REVIEWER, OperatorRole.REVIEWER)):
            add_operator(work, name, roles=[role], actor="benchmark")
    for start in range(0, count, _PORTION):
        who = sorted(
            {company(number) for number in range(start, min(start + _PORTION, count))} - seen,
            key=lambda each: each.code,
        )
        seen.update(who)
        named = [f"虚构{''.join(drawn.choices(_SYLLABLES, k=3))}{drawn.choice(_TRADES)}有限公司" for _ in who]
        names += named
        with unit_of_work(engine, at=now) as work:
            work.connection.execute(insert(subjects), [_subject(*each) for each in zip(who, named, strict=True)])
            work.connection.execute(insert(entries), [_entry(each, now) for each in who])
    # What PostgreSQL does by itself within a minute, and SQLite needs not.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    return names


def _subject(who: Subject, name: str) -> dict[str, object]:
    parts = {"key": who.key, "scheme": who.scheme.value, "code": who.code, "masked": who.masked}
    return {**parts, "name": name, "kind": who.kind.value}


def _entry(who: Subject, now: datetime) -> dict[str, object]:
    on = now.date()
    return {
        "id": f"S-{who.code}",
        "subject_key": who.key,
        "list": "procurement-serious",
        "severity": "serious",
        "authority": "虚构市财政局",
        "authority_code": "",
        "document_no": f"虚财罚{who.code[-8:]}号",
        "basis": "",
        "determined_on": on,
        "term_from": on,
        "fact": "",
        "fields": {},
        "extra": {},
        "content_sha256": who.key.hex(),
        "state": "published",
        "drafted_by": OPERATOR,
        "drafted_at": now,
        "confirmed_by": REVIEWER,
        "confirmed_at": now,
        "is_person": False,
    }


@contextmanager
def _sqlite() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'registry.sqlite'}")
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def _postgresql() -> Iterator[Engine]:
    with postgresql.running() as server, server.database() as url:
        engine = open_engine(url)
        try:
            yield engine
        finally:
            engine.dispose()
