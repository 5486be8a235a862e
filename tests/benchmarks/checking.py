"""What a check costs, against a bare ``lmdb`` get of the same key in the same file, in the same run."""

import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import lmdb

from credit_sdk import CreditClient
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.subject import Subject
from credit_sdk.model.verdict import Verdict
from credit_sdk.replica.layout import RECORD
from credit_sdk.testing import FakeGateway, builders
from gateway.drafting.adoption import compile_law, compiled, shipped_law_directory
from tests.benchmarks.timing import each, line, seconds

MATTER = "procurement.award"
LISTS = ("judgment-defaulter", "major-tax-violation", "wage-arrears", "administrative-penalty", "abnormal-operation")
CALLS = 20_000
SCREENED = 1_000_000
SYNCS = 11


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
        _screening(credit, Path(scratch) / "replica", listed, entries)
        waiting = credit.status().outbox.records
        delivered = seconds(credit.sync)
        line("delivery of the records so far, to a gateway in memory", f"{waiting / delivered:,.0f} records/s")
        _one_change(gateway, credit, entries)


def _checks(credit: CreditClient, replica: Path, listed: list[Subject], entries: int) -> None:
    dice = random.Random(1)
    hits = [subject.code for subject in dice.sample(listed, min(CALLS, len(listed)))]
    misses = [builders.subject(entries + 10 + n).code for n in range(CALLS)]
    for _ in range(200):
        credit.check(misses[0], MATTER)
    credit.flush()
    with _bare(replica) as environment:
        keys = [RECORD + Subject.parse(code).key for code in misses]

        def fresh_get(key: bytes) -> object:
            with environment.begin() as transaction:
                return transaction.get(key)

        floor = each(fresh_get, keys)
        with environment.begin() as transaction:
            reused = each(transaction.get, keys)
    line(
        "bare lmdb get, a transaction each (the floor)", "1 x", f"{floor.p50_us:.2f} / {floor.p99_us:.2f} us, p50 / p99"
    )
    line("bare lmdb get, one transaction for all", reused.times(floor), f"{reused.p50_us:.2f} / {reused.p99_us:.2f} us")
    for name, codes in (("not listed", misses), ("listed, findings with their basis", hits)):
        for given, who in (
            ("parsed subject", [Subject.parse(code) for code in codes]),
            ("parsed and checked before", _keyed(codes)),
            ("from text", codes),
        ):
            timing = each(partial(_check, credit), who)
            line(f"check, {name}, {given}", timing.times(floor), f"{timing.p50_us:.1f} / {timing.p99_us:.1f} us")
            credit.flush()


def _keyed(codes: list[str]) -> list[Subject]:
    """Subjects whose key in the map was worked out already, as that of a bare get is."""
    subjects = [Subject.parse(code) for code in codes]
    for subject in subjects:
        assert subject.key
    return subjects


def _check(credit: CreditClient, subject: Subject | str) -> object:
    return credit.check(subject, MATTER)


def _screening(credit: CreditClient, replica: Path, listed: list[Subject], entries: int) -> None:
    hits = [subject.code for subject in random.Random(2).sample(listed, min(SCREENED // 10, len(listed)))]
    rows = [builders.subject(entries + 10 + n).code for n in range(SCREENED - len(hits))] + hits
    random.Random(2).shuffle(rows)
    keys = [RECORD + Subject.parse(row).key for row in rows]

    def floor(environment: lmdb.Environment) -> float:
        with environment.begin() as transaction:
            look_up = transaction.get
            began = time.process_time()
            for key in keys:
                look_up(key)
            return time.process_time() - began

    with _bare(replica) as environment:
        floor(environment)
        for given, who in (("parsed subjects", [Subject.parse(row) for row in rows]), ("from text", rows)):
            floors = [floor(environment)]
            began, worked = time.perf_counter(), time.process_time()
            found = 0
            for row in credit.screen(who, MATTER):
                if row.verdict is not Verdict.CLEAR:
                    found += 1
            credit.flush()
            wall, work = time.perf_counter() - began, time.process_time() - worked
            floors.append(floor(environment))
            line(
                f"screen of {len(rows):,}, {given}, up to 10 % listed",
                f"{len(rows) / wall:,.0f} rows/s",
                f"a record of each row on the disk; {work / len(rows) * 1e6:.2f} us of work a row, "
                f"{len(rows) / work:,.0f} rows/s of work, {2 * work / sum(floors):.1f} x a loop of bare gets "
                f"({sum(floors) / 2 / len(rows) * 1e6:.2f} us); {len(rows) - found:,} clear",
            )


def _one_change(gateway: FakeGateway, credit: CreditClient, entries: int) -> None:
    """The outbox is empty by now, so that only the change is timed."""
    nothing, change = [], []
    for number in range(SYNCS):
        nothing.append(seconds(credit.sync) * 1000)
        gateway.list(builders.subject(entries + 1 + number), LISTS[0])
        gateway.publisher.publish(datetime.now(UTC), with_pack=False)
        change.append(seconds(credit.sync) * 1000)
    line("sync of nothing new", f"{statistics.median(nothing):.1f} ms", f"median of {SYNCS}, files in memory")
    line("sync of one change", f"{statistics.median(change):.1f} ms", f"median of {SYNCS}, files in memory")


def _fill(gateway: FakeGateway, entries: int) -> list[Subject]:
    listed = [builders.subject(number) for number in range(entries)]
    for number, subject in enumerate(listed):
        entry = builders.entry(LISTS[number % len(LISTS)], id=f"e{number}")
        gateway.publisher.records[subject] = SubjectRecord((entry,))
    return listed


@contextmanager
def _bare(replica: Path) -> Iterator[lmdb.Environment]:
    with tempfile.TemporaryDirectory() as copy:
        # One process may open a file once; a copy of the same bytes is the same store.
        shutil.copy(replica / "replica" / "data.mdb", copy)
        environment = lmdb.open(copy, readonly=True, lock=False)
        yield environment
        environment.close()


def _shipped_law() -> bytes:
    return compiled(compile_law(shipped_law_directory())).data
