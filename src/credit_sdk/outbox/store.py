"""What the outbox keeps (发件箱): several processes of a host write into one, and nothing in it is dropped unsent.

Rules:

1. Every kind of row has its own numbers, without gaps: a number is taken in the transaction that writes the row, so
   that the gateway sees what it has not received.
2. A row is on the disk when the call that wrote it returns.
3. A row leaves only after the gateway's receipt and a time of keeping; an applied measure and its decision stay until
   the measure is lifted.
4. A look for what waits reads that alone, though what was delivered stays for a month: the queries name their index,
   for the planner would choose to read through everything.
5. A damaged or missing file is an error with a remedy. It is never replaced by an empty one: that would forget what
   was promised.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Self

from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.sheet import PREFIX_CHARACTERS
from credit_sdk.outbox.file import OutboxFile
from credit_sdk.outbox.records import (
    CheckRecord,
    OutcomeRecord,
    ReportableDecision,
    ReportableSheet,
    instant,
    reportable_from,
)

OUTBOX_FILE = "outbox.sqlite3"
_AT_ONCE = 2000
"""Records in one statement, where this SQLite takes four values for each. After every statement the writer waits for
its turn with the interpreter, so few are best; while one runs, the host goes on."""

_INSERT_ROW = "INSERT INTO rows (kind, seq, id, wire) VALUES (?, ?, ?, ?)"
_AND_A_ROW = ", (?, ?, ?, ?)"
_INSERT_DECISION = "INSERT INTO decisions VALUES (?, ?)"
_AND_A_DECISION = ", (?, ?)"
_BEYOND = "\U0010ffff"
"""Sorts after whatever may follow in an id."""
_PARTICULARS = ("document", "reason", "by", "until_on")


class Kind(StrEnum):
    """The two sorts of rows, named as the gateway's requests name them."""

    RECORDS = "records"
    OUTCOMES = "outcomes"


@dataclass(frozen=True, slots=True)
class Depth:
    """How much waits in the outbox (待送数量).

    Attributes:
        records / outcomes: Rows without a receipt.
        faults: Rows the gateway refused; they stay until somebody looks.
    """

    records: int
    outcomes: int
    faults: int


class Outbox:
    """One outbox, open in this process; made for threads and for ``fork``.

    Args:
        path: The file.
        create: Make a new one where there is none; else a missing file is an error.

    Attributes:
        id: UUID under which the gateway knows this outbox.

    Raises:
        OutboxError: It is missing, damaged, or cannot be written.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self._file = OutboxFile(path)
        if create:
            self._file.create()
        with self._file.reading() as connection:
            self.id = str(_meta(connection, "outbox"))

    def add_records(self, records: Sequence[CheckRecord]) -> None:
        """Keep check records, in this order, in one transaction; one that is already kept is left as it is."""
        with self._file.writing() as connection:
            seq = _next_seq(connection, Kind.RECORDS)
            at_once = min(_AT_ONCE, connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) // 4)
            for start in range(0, len(records), at_once):
                seq += _insert_records(connection, seq, records[start : start + at_once])
            _store_next_seq(connection, Kind.RECORDS, seq)

    def add_outcomes(self, outcomes: Iterable[OutcomeRecord]) -> tuple[str, ...]:
        """Keep outcomes, all or none, and return their keys; the same report again changes nothing.

        Raises:
            InvalidRequestError: The same finding was reported with this state before, but with other particulars.
            OutboxError: They could not be written; none of them counts.
        """
        keys = []
        with self._file.writing() as connection:
            seq = _next_seq(connection, Kind.OUTCOMES)
            for outcome in outcomes:
                key = outcome.key
                keys.append(key)
                earlier = connection.execute(
                    "SELECT wire FROM rows WHERE kind = ? AND id = ?", (Kind.OUTCOMES, key)
                ).fetchone()
                if earlier is not None:
                    _require_same(OutcomeRecord.from_wire(earlier[0], outcome.holder), outcome)
                    continue
                connection.execute(_INSERT_ROW, (Kind.OUTCOMES, seq, key, outcome.wire))
                connection.execute(
                    "INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?)",
                    (key, outcome.decision_id, outcome.entry, outcome.measure, outcome.state, outcome.holder),
                )
                seq += 1
            _store_next_seq(connection, Kind.OUTCOMES, seq)
        return tuple(keys)

    def decision(self, decision_id: str) -> ReportableDecision | None:
        """A decision that can be reported on; None where no such decision is kept."""
        # All decisions on a sheet are kept under the id of its first.
        alike = decision_id[:PREFIX_CHARACTERS]
        statement = "SELECT id, document FROM decisions WHERE id >= ? AND id < ?"
        with self._file.reading() as connection:
            rows = connection.execute(statement, (alike, alike + _BEYOND)).fetchall()
        for id, document in rows:
            kept = reportable_from(document)
            found = kept.decision(decision_id) if isinstance(kept, ReportableSheet) else kept
            if found is not None and (id == decision_id or found is not kept):
                return found
        return None

    def open_measures(self) -> list[OutcomeRecord]:
        """Measures reported as applied and not yet as lifted, oldest first."""
        statement = (
            "SELECT wire, holder FROM rows JOIN outcomes USING (id) "
            "WHERE kind = ? AND id IN (SELECT id FROM open_measures) ORDER BY seq"
        )
        with self._file.reading() as connection:
            rows = connection.execute(statement, (Kind.OUTCOMES,)).fetchall()
        return [OutcomeRecord.from_wire(wire, holder) for wire, holder in rows]

    def waiting(self, kind: Kind, *, after: int, limit: int) -> dict[int, str]:
        """Rows without a receipt by number, in order: the JSON objects the gateway reads."""
        statement = (
            "SELECT seq, wire FROM rows INDEXED BY waiting "
            "WHERE kind = ? AND seq > ? AND receipt IS NULL AND fault IS NULL ORDER BY seq LIMIT ?"
        )
        with self._file.reading() as connection:
            rows = connection.execute(statement, (kind, after, limit)).fetchall()
        # Put together as text: nothing in them need be read here, and a host waits while it is.
        return {seq: f'{{"seq": {seq}, {wire[1:]}' for seq, wire in rows}

    def acknowledge(self, kind: Kind, receipts: Iterable[tuple[int, str]], *, at: datetime) -> None:
        """Note the gateway's receipts (回执)."""
        with self._file.writing() as connection:
            connection.executemany(
                "UPDATE rows SET receipt = ?, received_at = ? WHERE kind = ? AND seq = ?",
                [(receipt, instant(at), kind, seq) for seq, receipt in receipts],
            )

    def mark_fault(self, kind: Kind, seq: int, reason: str) -> None:
        """Set a row aside that the gateway refuses, with what it said; it stays and is counted."""
        with self._file.writing() as connection:
            connection.execute("UPDATE rows SET fault = ? WHERE kind = ? AND seq = ?", (reason, kind, seq))

    def forgive_faults(self) -> None:
        """Let the rows that were set aside wait again."""
        with self._file.writing() as connection:
            connection.execute("UPDATE rows INDEXED BY faulty SET fault = NULL WHERE fault IS NOT NULL")

    def send_again(self, kind: Kind, gaps: Iterable[tuple[int, int]]) -> int:
        """Forget the receipts of rows the gateway lacks, by first and last number of each gap; how many there were."""
        statement = "UPDATE rows SET receipt = NULL WHERE kind = ? AND receipt IS NOT NULL AND seq BETWEEN ? AND ?"
        with self._file.writing() as connection:
            return sum(connection.execute(statement, (kind, *gap)).rowcount for gap in gaps)

    def forget_delivered(self, *, before: datetime) -> int:
        """Remove what was acknowledged before an instant and is not needed any more; how many rows."""
        limit = instant(before)
        with self._file.writing() as connection:
            outcomes = connection.execute(
                "DELETE FROM rows WHERE kind = ? AND receipt IS NOT NULL AND received_at < ? AND id NOT IN "
                "(SELECT id FROM outcomes WHERE decision_id IN (SELECT decision_id FROM open_measures))",
                (Kind.OUTCOMES, limit),
            ).rowcount
            records = connection.execute(
                # The decision may be one on a sheet, which is kept under the id of its first.
                "DELETE FROM rows WHERE kind = ? AND receipt IS NOT NULL AND received_at < ? AND substr(id, 1, ?) "
                "NOT IN (SELECT substr(decision_id, 1, ?) FROM open_measures)",
                (Kind.RECORDS, limit, PREFIX_CHARACTERS, PREFIX_CHARACTERS),
            ).rowcount
            if outcomes or records:
                connection.execute(
                    "DELETE FROM outcomes WHERE NOT EXISTS "
                    "(SELECT 1 FROM rows WHERE kind = 'outcomes' AND rows.id = outcomes.id)"
                )
                connection.execute(
                    "DELETE FROM decisions WHERE NOT EXISTS "
                    "(SELECT 1 FROM rows WHERE kind = 'records' AND rows.id = decisions.id)"
                )
        return outcomes + records

    def depth(self) -> Depth:
        """How much waits."""
        waiting = "SELECT count(*) FROM rows INDEXED BY waiting WHERE kind = ? AND receipt IS NULL AND fault IS NULL"
        with self._file.reading() as connection:
            records, outcomes = (connection.execute(waiting, (kind,)).fetchone()[0] for kind in Kind)
            faults = connection.execute(
                "SELECT count(*) FROM rows INDEXED BY faulty WHERE fault IS NOT NULL"
            ).fetchone()[0]
        return Depth(records, outcomes, faults)

    def close(self) -> None:
        """Close this process's handle; the file and other processes are not touched."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _meta(connection: sqlite3.Connection, name: str) -> str | int:
    row: tuple[str | int] | None = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise sqlite3.DatabaseError(f"its {name} is missing")
    return row[0]


def _next_seq(connection: sqlite3.Connection, kind: Kind) -> int:
    return int(_meta(connection, f"next_{kind}"))


def _store_next_seq(connection: sqlite3.Connection, kind: Kind, seq: int) -> None:
    connection.execute("UPDATE meta SET value = ? WHERE name = ?", (seq, f"next_{kind}"))


def _insert_records(connection: sqlite3.Connection, seq: int, records: Sequence[CheckRecord]) -> int:
    """Insert records, numbered from ``seq``; how many were new."""
    rows = [(Kind.RECORDS.value, seq + place, record.id, record.wire) for place, record in enumerate(records)]
    try:
        connection.execute(_INSERT_ROW + _AND_A_ROW * (len(rows) - 1), list(chain.from_iterable(rows)))
    except sqlite3.IntegrityError:
        # Some are kept already: a commit that seemed to fail did not. The numbers must have no gap.
        kept = "SELECT 1 FROM rows WHERE kind = ? AND id = ?"
        fresh: list[CheckRecord] = []
        for record in records:
            if connection.execute(kept, (Kind.RECORDS, record.id)).fetchone() is None:
                connection.execute(_INSERT_ROW, (Kind.RECORDS, seq + len(fresh), record.id, record.wire))
                fresh.append(record)
        records = fresh
    reportable = [(record.id, record.reportable) for record in records if record.reportable is not None]
    if reportable:
        statement = _INSERT_DECISION + _AND_A_DECISION * (len(reportable) - 1)
        connection.execute(statement, list(chain.from_iterable(reportable)))
    return len(records)


def _require_same(earlier: OutcomeRecord, now: OutcomeRecord) -> None:
    differing = [name for name in _PARTICULARS if getattr(earlier, name) != getattr(now, name)]
    if differing:
        raise InvalidRequestError(
            f"{now.state} was already reported for entry {now.entry} and measure {now.measure} with another "
            f"{', '.join(differing)}; what was reported is evidence and is not overwritten.",
            hint="Report the same particulars, or check again and report on the new decision.",
        )
