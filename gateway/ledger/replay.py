"""Replaying the ledger (台账): the state that its acts give entries, waivers and links, held against the registry.

What a line of the ledger may say of entries:

* ``entry:batch:import`` with ``batch``, ``drafted`` and ``corrections``: so many drafts began in the batch;
* ``entry:batch:confirm`` with ``batch``, ``published``, ``corrected`` and ``discarded``: its drafts took effect, those
  whose earlier entry had ended did not, and the earlier entries that they correct ended;
* ``entry:batch:discard`` with ``batch`` and ``discarded``: its drafts were given up;
* any line with ``entry`` (or ``entries``) and ``to``: these moved, out of the state ``from`` where that is stated;
  without ``from`` they began there;
* any line with ``waiver`` and ``to``: that waiver moved. Each begins pending, also one that an older registry kept
  without a line, so that none can be in force without somebody's act;
* any line with ``link`` and ``to``: that link of a former number (原注册号) was made or ended.

What lines state of the contents is held against the registry by :mod:`gateway.ledger.pins`.

The acts wait in a file without a name that SQLite keeps beside, so memory grows with neither acts nor entries.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Connection, select

from gateway.database.tables import former_numbers, waivers
from gateway.ledger import pins
from gateway.ledger.contents import link_sha256, stored_entries, waiver_sha256
from gateway.ledger.rows import ROWS_AT_A_TIME, Line, lines

MANY_DIFFERENCES = 100
"""After so many nobody reads on."""

_SCHEMA = """
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;
    CREATE TABLE moves (entry TEXT, seq INTEGER, come TEXT, go TEXT, PRIMARY KEY (entry, seq)) WITHOUT ROWID;
    CREATE TABLE imports (batch TEXT PRIMARY KEY, seq INTEGER, drafts INTEGER) WITHOUT ROWID;
    CREATE TABLE decisions (batch TEXT PRIMARY KEY, seq INTEGER, act TEXT, published INTEGER, corrected INTEGER,
        discarded INTEGER) WITHOUT ROWID;
    CREATE TABLE held (entry TEXT PRIMARY KEY, batch TEXT, replaces TEXT, state TEXT) WITHOUT ROWID;
    CREATE TABLE corrections (entry TEXT, seq INTEGER, batch TEXT, PRIMARY KEY (entry, seq)) WITHOUT ROWID;
    CREATE TABLE tally (batch TEXT, what TEXT, number INTEGER, PRIMARY KEY (batch, what)) WITHOUT ROWID;
"""
_DRAFTED, _PUBLISHED, _DISCARDED, _CORRECTED = "drafted", "published", "discarded", "corrected"
_WAIVER, _PENDING = "waiver ", "pending"
"""What a waiver is called among entries, whose ids hold no space; and how each begins."""
_LINK = "link "
"""What a link of a former number is called among them."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where registry and ledger disagree (不一致).

    Attributes:
        about: Id of the entry or the batch, or the number of the waiver or the link.
        stated: What the ledger says.
        held: What the registry holds.
    """

    about: str
    stated: str
    held: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a replay found.

    Attributes:
        entries: How many entries were compared.
        contents: How many entries and waivers were found to say what was confirmed, or not: the ledger pins them.
        differences: The first hundred at most.
    """

    entries: int
    contents: int
    differences: tuple[Difference, ...]


def compare(connection: Connection) -> Comparison:
    """Replay every act and compare each entry's and waiver's state with the one the registry holds.

    Args:
        connection: Sees one state of the database, whose ledger was verified.
    """
    with closing(sqlite3.connect("", isolation_level=None)) as aside:
        aside.executescript(_SCHEMA + pins.SCHEMA)
        _note_acts(aside, connection)
        number = _note_entries(aside, connection)
        found = []
        for difference in _differences(aside):
            found.append(difference)
            if len(found) >= MANY_DIFFERENCES:
                break
        return Comparison(number, pins.compared(aside), tuple(found))


def _note_acts(aside: sqlite3.Connection, connection: Connection) -> None:
    aside.execute("BEGIN")
    for line in lines(connection):
        payload = json.loads(line.payload)
        if isinstance(payload, dict):
            _note(aside, line, payload)
    aside.execute("COMMIT")


def _note(aside: sqlite3.Connection, line: Line, payload: dict[str, object]) -> None:
    batch = payload.get("batch")
    if line.act == "entry:batch:import":
        drafts = sum(_number(payload.get(name)) for name in ("drafted", "corrections"))
        aside.execute("INSERT OR REPLACE INTO imports VALUES (?, ?, ?)", (batch, line.seq, drafts))
    elif line.act in {"entry:batch:confirm", "entry:batch:discard"}:
        counts = [_number(payload.get(name)) for name in (_PUBLISHED, _CORRECTED, _DISCARDED)]
        act = line.act.rpartition(":")[2]
        aside.execute("INSERT OR REPLACE INTO decisions VALUES (?, ?, ?, ?, ?, ?)", (batch, line.seq, act, *counts))
        pins.note_batch(aside, batch, payload.get("contents"))
    elif line.act.endswith(":erase"):
        pins.note_line(aside, line.act, str(payload.get("entry")), payload)
    elif "to" in payload:
        named = payload.get("entries", [payload["entry"]] if "entry" in payload else [])
        about = next((each for each in (_WAIVER, _LINK) if each.strip() in payload), "")
        if about:
            named = [f"{about}{payload[about.strip()]}"]
        if isinstance(named, list) and len(named) == 1:
            pins.note_line(aside, line.act, str(named[0]), payload)
        for entry in named if isinstance(named, list) else []:
            move = (str(entry), line.seq, payload.get("from"), payload["to"])
            aside.execute("INSERT OR REPLACE INTO moves VALUES (?, ?, ?, ?)", move)


def _note_entries(aside: sqlite3.Connection, connection: Connection) -> int:
    number = 0
    aside.execute("BEGIN")
    with connection.execute(stored_entries(), execution_options={"yield_per": ROWS_AT_A_TIME}) as rows:
        for row in rows:
            aside.execute("INSERT INTO held VALUES (?, ?, ?, ?)", (row.id, row.batch, row.replaces, row.state))
            pins.note_entry(aside, row)
            number += 1
    for row in connection.execute(select(waivers), execution_options={"yield_per": ROWS_AT_A_TIME}):
        about = f"{_WAIVER}{row.id}"
        aside.execute("INSERT INTO held VALUES (?, NULL, NULL, ?)", (about, row.state))
        if row.effective_until_on is not None:
            pins.note_other(aside, about, waiver_sha256({**row._mapping}))
    for row in connection.execute(select(former_numbers), execution_options={"yield_per": ROWS_AT_A_TIME}):
        about = f"{_LINK}{row.id}"
        state = "linked" if row.ended_at is None else "ended"
        aside.execute("INSERT INTO held VALUES (?, NULL, NULL, ?)", (about, state))
        pins.note_other(aside, about, link_sha256({**row._mapping}))
    aside.execute(
        "INSERT OR REPLACE INTO corrections SELECT held.replaces, decisions.seq, held.batch FROM held JOIN decisions "
        "USING (batch) WHERE held.replaces IS NOT NULL AND decisions.act = 'confirm'"
    )
    aside.execute("COMMIT")
    return number


def _differences(aside: sqlite3.Connection) -> Iterator[Difference]:
    gone = "SELECT DISTINCT entry FROM moves WHERE entry NOT IN (SELECT entry FROM held)"
    for (entry,) in aside.execute(gone):
        yield Difference(entry, "有对它的登记 / acts on it", "没有该条目 / no such entry")
    for about, held in pins.differing(aside):
        yield Difference(about, "复核时的内容 / what was confirmed", held)
    writing = aside.cursor()
    writing.execute("BEGIN")
    for entry, batch, replaces, state in aside.execute("SELECT entry, batch, replaces, state FROM held ORDER BY entry"):
        stated = _replayed(writing, entry, batch, replaces, state)
        if stated != state:
            yield Difference(entry, stated, state)
    yield from _batches(writing)
    writing.execute("ROLLBACK")


def _replayed(aside: sqlite3.Cursor, entry: str, batch: str | None, replaces: str | None, state: str) -> str:
    """The state that the acts lead to, or what is wrong with them."""
    imported = aside.execute("SELECT seq FROM imports WHERE batch = ?", (batch,)).fetchone()
    decided = aside.execute("SELECT seq, act FROM decisions WHERE batch = ?", (batch,)).fetchone()
    events = aside.execute("SELECT seq, come, go, '' FROM moves WHERE entry = ?", (entry,)).fetchall()
    events += aside.execute("SELECT seq, NULL, ?, batch FROM corrections WHERE entry = ?", (_CORRECTED, entry))
    reached = _PENDING if entry.startswith(_WAIVER) else ""
    if imported:
        reached = _DRAFTED
        _count(aside, batch, "drafts")
    if decided:
        events.append((decided[0], _DRAFTED, "", batch))
    took_effect = state != _DISCARDED
    for seq, come, go, by in sorted(events, key=lambda each: each[0]):
        if go == _CORRECTED and by:
            if reached == _PUBLISHED:
                reached = _CORRECTED
                _count(aside, by, _CORRECTED)
        elif by:
            if reached != _DRAFTED:
                return (
                    f"第{seq}行对草稿作出决定，而当时为{reached or '未起草'} / "
                    f"row {seq} decides a draft, but it was {reached or 'never drafted'}"
                )
            # A correction may have come too late; how many did is in the ledger, and counted below.
            late = decided[1] == "discard" or (replaces is not None and not took_effect)
            reached = _DISCARDED if late else _PUBLISHED
            _count(aside, by, reached)
        elif come is not None and come != reached:
            return (
                f"第{seq}行使其离开{come}，而当时为{reached or '未起草'} / "
                f"row {seq} moves it out of {come}, but it was {reached or 'never drafted'}"
            )
        else:
            reached = go
    return reached or "没有登记它的记录 / no act that made it"


def _count(aside: sqlite3.Cursor, batch: str | None, what: str) -> None:
    aside.execute(
        "INSERT INTO tally VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET number = number + 1", (batch or "", what)
    )


def _batches(aside: sqlite3.Cursor) -> Iterator[Difference]:
    stated = aside.execute(
        "SELECT batch, 'drafts', drafts FROM imports UNION ALL SELECT batch, 'published', published FROM decisions "
        "UNION ALL SELECT batch, 'corrected', corrected FROM decisions "
        "UNION ALL SELECT batch, 'discarded', discarded FROM decisions"
    ).fetchall()
    for batch, what, number in stated:
        row = aside.execute("SELECT number FROM tally WHERE batch = ? AND what = ?", (batch, what)).fetchone()
        held = row[0] if row else 0
        if held != number:
            yield Difference(str(batch), f"{number} {what}", f"{held} {what}")


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
