"""Taking in what systems did (反馈接收): delivered at least once, counted once.

1. A record is named by (client, outbox, seq). The same record again gets the same receipt; other content under the same
   name is refused, for one of the two would be lost.
2. The receipt is the SHA-256 of the record as stored: canonical JSON, every subject by the registry's key, so that no
   personal number can be tried out against it.
3. Everything in a batch is stored, or nothing.
4. Holes in the numbering are told to the sender, who still has what is missing.
5. A waiver that comes in lifts nothing: it waits for another person at the gateway (:mod:`gateway.registry.waivers`).
"""

from collections.abc import Callable, Collection, Sequence
from hashlib import sha256
from threading import Lock
from typing import TypeVar

from cachetools import LRUCache
from sqlalchemy import Connection, Engine, Table, func, select

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model.outcome import OutcomeState
from credit_sdk.model.subject import Subject
from credit_sdk.publication import canonical
from gateway.database.engine import insert_missing
from gateway.database.tables import checks, clients, outcomes
from gateway.database.unit_of_work import UnitOfWork, reading
from gateway.feedback.applied import note_applied
from gateway.feedback.leaning import note_checks, note_outcomes
from gateway.feedback.records import (
    CheckBatch,
    CheckRecord,
    OutcomeBatch,
    OutcomeRecord,
    Receipt,
    Receipts,
    SheetRecord,
)
from gateway.intake.values import without_personal_numbers
from gateway.problems import ConflictError
from gateway.registry.waiver_register import take_in

MAX_GAPS = 100
_REMEMBERED_OUTBOXES = 10_000
_SEQS_AT_A_TIME = 500

_WRITTEN = ("case", "document", "reason", "by")
"""What people write freely in a record."""

R = TypeVar("R", CheckRecord, SheetRecord, OutcomeRecord, CheckRecord | SheetRecord)

KeyOf = Callable[[Subject], bytes]
"""The registry's key of a subject: the published one, or an HMAC for natural persons."""


class Intake:
    """Takes in batches for one gateway.

    Args:
        engine: The registry.
        key_of: The registry's key of a subject.
    """

    def __init__(self, engine: Engine, key_of: KeyOf) -> None:
        self._engine = engine
        self._key_of = key_of
        # Up to where an outbox is whole. Records are never taken away, so what was true once stays true.
        self._whole_until: LRUCache[tuple[str, str, str], int] = LRUCache(_REMEMBERED_OUTBOXES)
        self._lock = Lock()

    def checks(self, work: UnitOfWork, client: str, batch: CheckBatch) -> tuple[Receipt, ...]:
        """Take in records of checks.

        Raises:
            ConflictError: Another record was received under one of these numbers.
        """
        outbox = str(batch.outbox)
        rows = [self._check_row(work, client, outbox, _masked(record)) for record in batch.records]
        fresh = _store(work, checks, client, outbox, rows)
        if fresh:
            note_checks(work.connection, client, [row for row in rows if row["seq"] in fresh])
            work.ledger.append("feedback:check:receive", client, _summary(outbox, rows, fresh))
        return _receipts(rows)

    def outcomes(self, work: UnitOfWork, client: str, batch: OutcomeBatch) -> tuple[Receipt, ...]:
        """Take in outcomes; waivers among them wait to be confirmed.

        Raises:
            ConflictError: Another record was received under one of these numbers.
        """
        outbox = str(batch.outbox)
        rows = [self._outcome_row(work, client, outbox, _masked(record)) for record in batch.outcomes]
        fresh = _store(work, outcomes, client, outbox, rows)
        if fresh:
            note_outcomes(work.connection, client, {str(row["decision_id"]) for row in rows if row["seq"] in fresh})
            note_applied(work.connection, client, [row for row in rows if row["seq"] in fresh])
            work.ledger.append("feedback:outcome:receive", client, _summary(outbox, rows, fresh))
            # A record that comes twice in one batch asks once; a number that identifies nobody asks for nobody.
            waived = {row["seq"]: row for row in rows if row["seq"] in fresh and row["state"] == OutcomeState.WAIVED}
            take_in(work, client, [row for row in waived.values() if row["subject_key"]])
        return _receipts(rows)

    def answer(self, client: str, outbox: str, table: Table, receipts: tuple[Receipt, ...]) -> Receipts:
        """The receipts, and what of this outbox is still missing."""
        name = (client, outbox, table.name)
        with self._lock:
            floor = self._whole_until.get(name, 0)
        with reading(self._engine) as connection:
            highest, gaps = _gaps(connection, table, client, outbox, floor)
        next_seq = gaps[0][0] if gaps else highest + 1
        with self._lock:
            self._whole_until[name] = max(next_seq - 1, self._whole_until.get(name, 0))
        return Receipts(receipts=receipts, next_seq=next_seq, gaps=tuple(gaps))

    def _check_row(
        self, work: UnitOfWork, client: str, outbox: str, record: CheckRecord | SheetRecord
    ) -> dict[str, object]:
        kind = "check"
        about: dict[str, object]
        if isinstance(record, SheetRecord):
            kind, keys = "sheet", [self._stored_key(code).hex() for code in record.subjects]
            entries = [list(found) for found in record.entries]
            about = {"subject_key": b"", "subjects": len(keys), "subject_keys": keys, "entries": entries}
        else:
            key = self._stored_key(record.subject)
            about = {"subject_key": key, "subjects": 1, "subject_keys": [], "entries": list(record.entries)}
        row: dict[str, object] = {
            **about,
            "client": client,
            "outbox": outbox,
            "seq": record.seq,
            "decision_id": record.id,
            "matter": record.matter,
            "case_ref": record.case or "",
            "on_day": record.on,
            "serial": record.serial,
            "map_root": record.map_root,
            "verdict": record.verdict.value,
            "digest": record.digest,
            "decided_at": record.decided_at,
        }
        return {**row, "received_at": work.at, "receipt": _receipt(kind, row, record)}

    def _outcome_row(self, work: UnitOfWork, client: str, outbox: str, record: OutcomeRecord) -> dict[str, object]:
        row: dict[str, object] = {
            "client": client,
            "outbox": outbox,
            "seq": record.seq,
            "decision_id": record.decision_id,
            "entry": record.entry,
            "measure": record.measure,
            "list": record.list,
            "state": record.state.value,
            "matter": record.matter,
            "subject_key": self._stored_key(record.subject),
            "case_ref": record.case or "",
            "document_no": record.document,
            "reason": record.reason,
            "by": record.by,
            "until_on": record.until_on,
            "reported_at": record.reported_at,
        }
        return {**row, "received_at": work.at, "receipt": _receipt("outcome", row, record)}

    def _stored_key(self, code: str) -> bytes:
        """The registry's key; empty for a number that identifies nobody, whose record is kept all the same."""
        subject = _parsed(code)
        return b"" if subject is None or subject.is_masked else self._key_of(subject)


def _masked(record: R) -> R:
    """The record without personal numbers in what people wrote; a digest of them would give them away as well."""
    written = {name: text for name in _WRITTEN if isinstance(text := getattr(record, name, None), str)}
    return record.model_copy(update={name: without_personal_numbers(text) for name, text in written.items()})


def _parsed(code: str) -> Subject | None:
    try:
        return Subject.parse(code)
    except InvalidSubjectError:
        return None


def _receipt(kind: str, row: dict[str, object], record: CheckRecord | SheetRecord | OutcomeRecord) -> str:
    stated = record.model_dump(mode="json", exclude={"subject", "subjects"})
    key = row["subject_key"]
    named = {"kind": kind, "client": row["client"], "outbox": row["outbox"]}
    named["subject_key"] = key.hex() if isinstance(key, bytes) else ""
    if row.get("subject_keys"):
        named["subject_keys"] = row["subject_keys"]
    return sha256(canonical.dumps({**stated, **named})).hexdigest()


def _store(work: UnitOfWork, table: Table, client: str, outbox: str, rows: Sequence[dict[str, object]]) -> set[object]:
    """Store what is not there yet; the numbers that were new."""
    # One batch of a client at a time, so that a repetition on its way at the same moment is seen as one.
    work.connection.execute(select(clients.c.name).where(clients.c.name == client).with_for_update())
    receipts: dict[object, object] = {}
    for row in rows:
        if receipts.setdefault(row["seq"], row["receipt"]) != row["receipt"]:
            raise _contradiction(outbox, row["seq"])
    held = _held(work.connection, table, client, outbox, [row["seq"] for row in rows])
    for seq, receipt in held.items():
        if receipts[seq] != receipt:
            raise _contradiction(outbox, seq)
    fresh = {row["seq"]: row for row in rows if row["seq"] not in held}
    insert_missing(work.connection, table, list(fresh.values()), key=("client", "outbox", "seq"))
    return set(fresh)


def _held(
    connection: Connection, table: Table, client: str, outbox: str, seqs: Sequence[object]
) -> dict[object, object]:
    held: dict[object, object] = {}
    for start in range(0, len(seqs), _SEQS_AT_A_TIME):
        portion = table.c.seq.in_(seqs[start : start + _SEQS_AT_A_TIME])
        found = select(table.c.seq, table.c.receipt).where(table.c.client == client, table.c.outbox == outbox, portion)
        held.update((row.seq, row.receipt) for row in connection.execute(found))
    return held


def _gaps(
    connection: Connection, table: Table, client: str, outbox: str, floor: int
) -> tuple[int, list[tuple[int, int]]]:
    """The highest number held, and the holes above ``floor``, up to which nothing is missing."""
    before = func.coalesce(func.lag(table.c.seq).over(order_by=table.c.seq), floor).label("before")
    above = (
        select(table.c.seq, before)
        .where(table.c.client == client, table.c.outbox == outbox, table.c.seq > floor)
        .subquery()
    )
    holes = select(above).where(above.c.seq > above.c.before + 1).order_by(above.c.seq).limit(MAX_GAPS)
    gaps = [(row.before + 1, row.seq - 1) for row in connection.execute(holes)]
    of_outbox = select(func.max(table.c.seq)).where(table.c.client == client, table.c.outbox == outbox)
    return connection.scalar(of_outbox) or 0, gaps


def _receipts(rows: Sequence[dict[str, object]]) -> tuple[Receipt, ...]:
    return tuple(Receipt.model_validate({"seq": row["seq"], "receipt": row["receipt"]}) for row in rows)


def _summary(outbox: str, rows: Sequence[dict[str, object]], fresh: Collection[object]) -> dict[str, str | int]:
    """What the ledger keeps of a batch: one line, whatever its size, that pins every receipt in it."""
    receipts = sorted(str(row["receipt"]) for row in rows if row["seq"] in fresh)
    return {
        "outbox": outbox,
        "records": len(receipts),
        "receipts_sha256": sha256("".join(receipts).encode()).hexdigest(),
    }


def _contradiction(outbox: str, seq: object) -> ConflictError:
    return ConflictError(
        f"待发箱{outbox}的第{seq}号已收到过另一条记录，本批一条未收，以免丢失其一 / "
        f"Another record was received as number {seq} of outbox {outbox}; one of the two would be lost, so "
        "nothing of this batch was taken.",
        hint="两个待发箱用了同一标识，或其一由备份恢复，请另立标识 / "
        "Two outboxes share one identity, or one was restored from a backup: give the outbox a new identity.",
    )
