"""The chain of the ledger (台账): how a row is digested and appended.

``digest = SHA-256(canonical JSON of [seq, at, actor, act, payload, previous])``; ``at`` and ``payload`` are the text as
stored, the first ``previous`` is 64 zeros. A row can therefore be neither edited, removed nor inserted without every
later digest changing; that the last rows are all there is told by ``ledger_head``.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, insert, select, text

from gateway.database.columns import Json, canonical_json, instant_text
from gateway.database.engine import insert_or_update
from gateway.database.tables import ledger, ledger_head

FIRST_PREVIOUS = "0" * 64
_LEDGER_LOCK = 0x63726564_6C656467
"""Number of the advisory lock under which PostgreSQL appends one at a time; SQLite has one writer anyway."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row before it has a place in the chain; ``at`` and ``payload`` as they are stored."""

    at: str
    actor: str
    act: str
    payload: str

    def line(self, seq: int, previous: str) -> bytes:
        """The row at a place in the chain as the bytes that are hashed."""
        row: Json = [seq, self.at, self.actor, self.act, self.payload, previous]
        return canonical_json(row).encode()

    def digest(self, seq: int, previous: str) -> str:
        """The digest of the row at a place in the chain, hex."""
        return sha256(self.line(seq, previous)).hexdigest()


class LedgerWriter:
    """Collects the rows of one transaction and writes them at its end.

    At the end, because the lock on the chain must be the last one taken: then no two transactions wait for each other.
    """

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._rows: list[tuple[str, str, Json]] = []

    def append(self, act: str, actor: str, payload: Json) -> None:
        """Note an act; it is committed together with what it changed, or not at all.

        Args:
            act: Name of the act, ``subject:object:action``.
            actor: Who acted.
            payload: What was done; never a personal number.
        """
        self._rows.append((act, actor, payload))

    def flush(self, connection: Connection) -> None:
        """Write what was noted to the end of the chain."""
        if not self._rows:
            return
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LEDGER_LOCK})
        head = connection.execute(select(ledger_head.c.seq, ledger_head.c.digest)).first()
        seq, previous = (head.seq, head.digest) if head else (0, FIRST_PREVIOUS)
        chained = []
        for act, actor, payload in self._rows:
            seq += 1
            row = LedgerRow(instant_text(self._at), actor, act, canonical_json(payload))
            digest = row.digest(seq, previous)
            chained.append(
                {
                    "seq": seq,
                    "at": self._at,
                    "actor": actor,
                    "act": act,
                    "payload": payload,
                    "previous": previous,
                    "digest": digest,
                }
            )
            previous = digest
        connection.execute(insert(ledger), chained)
        insert_or_update(connection, ledger_head, [{"id": 1, "seq": seq, "digest": previous}], key=("id",))
        self._rows.clear()
