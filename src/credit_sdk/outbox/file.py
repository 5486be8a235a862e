"""The outbox as a file (发件箱文件): made whole, opened by several processes, closed across ``fork``, never replaced.

Every call is one transaction on the disk (SQLite in WAL mode, ``synchronous=FULL``). What SQLite complains about is
said as an :class:`OutboxError` with a remedy.
"""

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from urllib.parse import quote
from weakref import ref

from credit_sdk.errors import OutboxError

BUSY_S = 5.0
"""How long a transaction waits for another process."""

_FORMAT = 1
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
CREATE TABLE rows (
    kind TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL, wire TEXT NOT NULL,
    receipt TEXT, received_at TEXT, fault TEXT,
    PRIMARY KEY (kind, seq), UNIQUE (kind, id)
) WITHOUT ROWID;
CREATE INDEX waiting ON rows (kind, seq) WHERE receipt IS NULL AND fault IS NULL;
CREATE INDEX faulty ON rows (kind, seq) WHERE fault IS NOT NULL;
CREATE INDEX delivered ON rows (kind, received_at) WHERE receipt IS NOT NULL;
CREATE TABLE decisions (id TEXT PRIMARY KEY, document BLOB NOT NULL);
CREATE TABLE outcomes (
    id TEXT PRIMARY KEY, decision_id TEXT NOT NULL, entry TEXT NOT NULL, measure TEXT NOT NULL, state TEXT NOT NULL,
    holder TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX outcomes_of_decision ON outcomes (decision_id);
CREATE VIEW open_measures AS SELECT id, decision_id FROM outcomes
    WHERE state = 'applied' AND NOT EXISTS (
        SELECT 1 FROM outcomes AS later WHERE later.decision_id = outcomes.decision_id
        AND later.entry = outcomes.entry AND later.measure = outcomes.measure AND later.state = 'lifted');
"""
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_REMEDIES = {
    sqlite3.SQLITE_FULL: "Free space on that disk; nothing that was kept is lost.",
    sqlite3.SQLITE_BUSY: "Another process holds it for too long; look for one that hangs.",
    sqlite3.SQLITE_READONLY: "Let the account that runs this write to the directory.",
}


class OutboxFile:
    """One outbox file, open in this process, used by one thread at a time.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        _close_across_fork(self)

    def create(self) -> None:
        """Make the file where there is none.

        It is made under another name first: nobody ever opens half an outbox, and of two makers one wins.
        """
        if self._path.exists():
            return
        draft = self._path.with_name(f"{self._path.name}.{uuid.uuid4().hex}")
        try:
            connection = sqlite3.connect(draft, isolation_level=None)
            try:
                connection.executescript(f"BEGIN; {_SCHEMA}")
                rows = [("outbox", str(uuid.uuid4())), ("next_records", 1), ("next_outcomes", 1)]
                connection.executemany("INSERT INTO meta VALUES (?, ?)", rows)
                connection.execute(f"PRAGMA user_version = {_FORMAT}")
                connection.execute("COMMIT")
                connection.execute("PRAGMA journal_mode = WAL")
            finally:
                connection.close()
            draft.chmod(0o600)
            os.link(draft, self._path)
        except FileExistsError:
            return
        except (sqlite3.Error, OSError) as found:
            raise self._refusal(found) from found
        finally:
            draft.unlink(missing_ok=True)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A transaction that sees one state."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is on the disk when the block ends, or has left no trace when it raises."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def close(self) -> None:
        """Close this process's handle."""
        with self._lock:
            self._disconnect()

    def before_fork(self) -> None:
        """Let go of the connection, which SQLite forbids carrying across ``fork``, and keep other threads from it."""
        self._lock.acquire()
        self._disconnect()

    def after_fork(self) -> None:
        """Go on, in the parent and in the child; each opens a connection of its own when it needs one."""
        self._lock.release()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                connection = self._connection or self._connect()
                connection.execute(begin)
                try:
                    yield connection
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
            except (sqlite3.Error, OSError) as found:
                self._disconnect()
                raise self._refusal(found) from found

    def _connect(self) -> sqlite3.Connection:
        if not self._path.exists():
            raise OutboxError(
                f"the outbox {self._path} is missing, so records of checks and outcomes cannot be kept.",
                hint="Restore the file from the backup of this directory, or run `credit init` into a new directory.",
            )
        uri = f"file:{quote(str(self._path.absolute()))}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=BUSY_S)
        self._connection = connection
        if connection.execute("PRAGMA user_version").fetchone()[0] != _FORMAT:
            raise sqlite3.DatabaseError("it is not an outbox of this version")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _refusal(self, found: sqlite3.Error | OSError) -> OutboxError:
        code = getattr(found, "sqlite_errorcode", 0) & 0xFF
        if code in _DAMAGED or type(found) is sqlite3.DatabaseError:
            return OutboxError(
                f"the outbox {self._path} is damaged ({found}); it may hold records that were not delivered.",
                hint="Keep the file; restore it from the backup of this directory or run `sqlite3 FILE .recover`.",
            )
        return OutboxError(
            f"the outbox {self._path} cannot be used ({found}), so nothing new can be kept.",
            hint=_REMEDIES.get(code, "See to the disk and to the permissions of the directory."),
        )


def _close_across_fork(file: OutboxFile) -> None:
    weak = ref(file)

    def before() -> None:
        if (alive := weak()) is not None:
            alive.before_fork()

    def after() -> None:
        if (alive := weak()) is not None:
            alive.after_fork()

    os.register_at_fork(before=before, after_in_parent=after, after_in_child=after)
