"""Holding the contents of entries, waivers and links against the digests that the ledger states of them (内容核对).

What is pinned: a waiver, a link of a former number and an entry put into force one by one, each by a digest of its own;
the entries of a batch by digests over parts of it (:mod:`gateway.ledger.contents`). An entry whose contents were erased
is known by the digest that the line of the erasure states. Lines of older programs state none; of their entries nothing
is compared.

All of it waits in the file without a name that the replay keeps, so memory grows with neither lines nor entries.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Row

from gateway.ledger.contents import entry_sha256, in_parts, is_erased, part_of

SCHEMA = """
    CREATE TABLE contents (about TEXT PRIMARY KEY, stated TEXT) WITHOUT ROWID;
    CREATE TABLE erased (entry TEXT PRIMARY KEY, digest TEXT) WITHOUT ROWID;
    CREATE TABLE pins (batch TEXT, part TEXT, digest TEXT, PRIMARY KEY (batch, part)) WITHOUT ROWID;
    CREATE TABLE digests (about TEXT PRIMARY KEY, batch TEXT, digest TEXT) WITHOUT ROWID;
"""
_NAMED = 5


class Differing(NamedTuple):
    """What does not say what was confirmed.

    Attributes:
        about: The entry, the waiver, or the batch where several entries share a part.
        held: What is there instead.
    """

    about: str
    held: str


def note_line(aside: sqlite3.Connection, act: str, about: str, payload: dict[str, object]) -> None:
    """Note what a line that moves or erases one entry or waiver states of its contents."""
    stated = payload.get("entry_sha256") or payload.get("content_sha256")
    if act.endswith(":erase"):
        if payload.get("entry_sha256"):
            aside.execute("INSERT OR REPLACE INTO erased VALUES (?, ?)", (about, stated))
    elif stated:
        aside.execute("INSERT OR REPLACE INTO contents VALUES (?, ?)", (about, stated))


def note_batch(aside: sqlite3.Connection, batch: object, contents: object) -> None:
    """Note what the confirmation of a batch states of the contents of its entries."""
    if isinstance(contents, dict):
        rows = [(batch, part, digest) for part, digest in contents.items()]
        aside.executemany("INSERT OR REPLACE INTO pins VALUES (?, ?, ?)", rows)


def note_entry(aside: sqlite3.Connection, row: Row[Any]) -> None:
    """Note the digest of an entry as the registry holds it; all lines were noted before."""
    digest = entry_sha256(row)
    if is_erased(row):
        known = aside.execute("SELECT digest FROM erased WHERE entry = ?", (row.id,)).fetchone()
        digest = known[0] if known else digest
    # What was given up never took effect, and no confirmation speaks of it.
    batch = None if row.state == "discarded" else row.batch
    aside.execute("INSERT INTO digests VALUES (?, ?, ?)", (row.id, batch, digest))


def note_other(aside: sqlite3.Connection, about: str, digest: str) -> None:
    """Note the digest of a waiver, or of the link of a former number, as the registry holds it."""
    aside.execute("INSERT INTO digests VALUES (?, NULL, ?)", (about, digest))


def compared(aside: sqlite3.Connection) -> int:
    """How many entries and waivers are held against a digest."""
    one_by_one = "SELECT count(*) FROM contents JOIN digests USING (about)"
    in_batches = "SELECT count(*) FROM digests WHERE batch IN (SELECT batch FROM pins)"
    return sum(int(aside.execute(each).fetchone()[0]) for each in (one_by_one, in_batches))


def differing(aside: sqlite3.Connection) -> Iterator[Differing]:
    """What does not say what was confirmed."""
    changed = "SELECT about FROM contents JOIN digests USING (about) WHERE digest <> stated ORDER BY about"
    for (about,) in aside.execute(changed):
        yield Differing(about, "另一内容 / something else")
    held = aside.execute(
        "SELECT batch, about, digest FROM digests WHERE batch IN (SELECT batch FROM pins) ORDER BY batch, about"
    )
    seen = set()
    for batch, rows in groupby(held, key=lambda row: row[0]):
        seen.add(batch)
        yield from _of_batch(aside, batch, ((about, digest) for _, about, digest in rows))
    for (batch,) in aside.execute("SELECT DISTINCT batch FROM pins ORDER BY batch"):
        if batch not in seen:
            yield Differing(batch, "没有其条目 / none of its entries")


def _of_batch(aside: sqlite3.Connection, batch: str, digests: Iterator[tuple[str, str]]) -> Iterator[Differing]:
    named: dict[str, list[str]] = defaultdict(list)
    numbers: dict[str, int] = defaultdict(int)

    def noted() -> Iterator[tuple[str, str]]:
        for about, digest in digests:
            part = part_of(about)
            numbers[part] += 1
            if len(named[part]) < _NAMED:
                named[part].append(about)
            yield about, digest

    held = in_parts(noted())
    stated = dict(aside.execute("SELECT part, digest FROM pins WHERE batch = ?", (batch,)).fetchall())
    for part in sorted(held.keys() | stated.keys()):
        if held.get(part) == stated.get(part):
            continue
        if numbers[part] == 1 and part in stated:
            yield Differing(named[part][0], "另一内容 / something else")
        else:
            more = " …" if numbers[part] > _NAMED else ""
            yield Differing(
                batch,
                f"{numbers[part]}个条目中有一个内容不同：{', '.join(named[part])}{more} / "
                f"one of {numbers[part]} entries says something else",
            )
