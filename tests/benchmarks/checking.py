"""What a check costs, against a bare ``lmdb`` get of the same key in the same file, in the same run."""

import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import lmdb

from credit_sdk import CreditClient
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.subject import Subject
from credit_sdk.testing import FakeGateway, builders
from gateway.drafting.adoption import compile_law, compiled, shipped_law_directory
from tests.benchmarks.timing import each, line, seconds

MATTER = "procurement.award"
LISTS = ("judgment-defaulter", "major-tax-violation", "wage-arrears", "administrative-penalty", "abnormal-operation")
CALLS = 20_000


def run(entries: int) -> None:
    """Print the cost of a first sync, of checks, of a screening, and of the sync of one change."""
    print(f"\nchecks on {entries:,} entries, shipped law, records kept")
    with tempfile.TemporaryDirectory() as scratch, FakeGateway(catalogue=_shipped_law()) as gateway:
        listed = _fill(gateway, entries)
        line("publish (whole map, in memory)", f"{seconds(gateway.publish):.1f} s")
        began = time.perf_counter()
        credit = gateway.open_client(Path(scratch) / "replica")
        line(
            "first sync",
            f"{time.perf_counter() - began:.1f} s",
            f"{entries / (time.perf_counter() - began):,.0f} entries/s",
        )
        _checks(credit, Path(scratch) / "replica", listed, entries)
        _screening(credit, listed, entries)
        gateway.list(builders.subject(entries + 1), LISTS[0])
        gateway.publisher.publish(datetime.now(UTC), with_pack=False)
        line("sync of one change", f"{seconds(credit.sync) * 1000:.0f} ms")


def _checks(credit: CreditClient, replica: Path, listed: list[Subject], entries: int) -> None:
    dice = random.Random(1)
    hits = [subject.code for subject in dice.sample(listed, min(CALLS, len(listed)))]
    misses = [builders.subject(entries + 10 + n).code for n in range(CALLS)]
    for _ in range(200):
        credit.check(misses[0], MATTER)
    credit.flush()
    with _bare(replica) as (environment, database):
        keys = [Subject.parse(code).key for code in misses]

        def fresh_get(key: bytes) -> object:
            with environment.begin() as transaction:
                return transaction.get(key, db=database)

        floor = each(fresh_get, keys)
        with environment.begin() as transaction:
            reused = each(lambda key: transaction.get(key, db=database), keys)
    line("bare lmdb get, a transaction each (the floor)", f"{floor.p50_us:.2f} / {floor.p99_us:.2f} us", "p50 / p99")
    line("bare lmdb get, one transaction for all", f"{reused.p50_us:.2f} / {reused.p99_us:.2f} us")
    for name, codes in (("not listed", misses), ("listed, findings with their basis", hits)):
        known = [Subject.parse(code) for code in codes]
        timing = each(lambda who: credit.check(who, MATTER), known)
        credit.flush()
        line(f"check, {name}, parsed subject", timing.times(floor), f"{timing.p50_us:.1f} / {timing.p99_us:.1f} us")
        timing = each(lambda who: credit.check(who, MATTER), codes)
        credit.flush()
        line(f"check, {name}, from text", timing.times(floor), f"{timing.p50_us:.1f} / {timing.p99_us:.1f} us")


def _screening(credit: CreditClient, listed: list[Subject], entries: int) -> None:
    rows = [builders.subject(entries + 10 + n).code for n in range(90_000)]
    rows += [subject.code for subject in listed[:10_000]]
    random.Random(2).shuffle(rows)
    took = seconds(lambda: sum(1 for _ in credit.screen(rows, MATTER)))
    line("screen of 100,000 subjects, up to 10 % listed", f"{len(rows) / took:,.0f} rows/s")


def _fill(gateway: FakeGateway, entries: int) -> list[Subject]:
    listed = [builders.subject(number) for number in range(entries)]
    for number, subject in enumerate(listed):
        entry = builders.entry(LISTS[number % len(LISTS)], id=f"e{number}")
        gateway.publisher.records[subject] = SubjectRecord((entry,))
    return listed


@contextmanager
def _bare(replica: Path) -> Iterator[tuple[lmdb.Environment, object]]:
    with tempfile.TemporaryDirectory() as copy:
        # One process may open a file once; a copy of the same bytes is the same store.
        shutil.copy(replica / "replica" / "data.mdb", copy)
        environment = lmdb.open(copy, max_dbs=8, readonly=True, lock=False)
        yield environment, environment.open_db(b"records", create=False)
        environment.close()


def _shipped_law() -> bytes:
    return compiled(compile_law(shipped_law_directory())).data
