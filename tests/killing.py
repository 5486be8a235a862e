"""Commands of the gateway in processes of their own, killed where chance wants it, and what must hold afterwards.

The programs are loaded once, in a server of processes; every command is a process forked from it that runs the command
line, so that the time it takes is the time of its work.
"""

import csv
import os
import random
import resource
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, text

from gateway.backup.archive import BackupReader
from gateway.cli import run
from gateway.database.engine import open_engine
from gateway.database.schema import require_current, revision_of
from gateway.database.tables import acts, batches, checkpoints, entries, publications
from gateway.database.unit_of_work import snapshot
from gateway.ledger.note import opened
from gateway.ledger.replay import compare
from gateway.ledger.verify import verify
from gateway.publishing.checkpoints import followed, published_roots, signing_keys
from gateway.settings import GatewayHome, GatewaySettings
from tests.first_schema import ACTS, first_registry
from tests.key_office import Office
from tests.real_gateway import LI, LISTED, WANG, company

LONGEST_S = 120
STATED = ("--by", LI, "--confirmed-by", WANG, "--reason", "已履行", "--document", "虚财修〔2026〕1号")
_USUAL_S = 0.4
_DECIDED_BY = func.coalesce(batches.c.confirmed_by, batches.c.discarded_by)
_context = get_context("forkserver")
_context.set_forkserver_preload(["tests.killing", "gateway.wsgi"])


def _command(arguments: list[str], largest_file_bytes: int) -> None:
    """In the process: the command line, quiet."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    if largest_file_bytes:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file_bytes, largest_file_bytes))
    os._exit(run(arguments))


def started(*arguments: object, largest_file_bytes: int = 0) -> ForkServerProcess:
    """A command at work."""
    process = _context.Process(target=_command, args=([str(each) for each in arguments], largest_file_bytes))
    process.start()
    return process


def finished(*arguments: object, largest_file_bytes: int = 0) -> int:
    """The exit code of a command that was let work to its end."""
    process = started(*arguments, largest_file_bytes=largest_file_bytes)
    process.join(LONGEST_S)
    assert process.exitcode is not None, f"{arguments} does not end"
    return process.exitcode


def killed(arguments: tuple[object, ...], after_s: float) -> bool:
    """Kill a command so many seconds after it began; whether that was before its end."""
    process = started(*arguments)
    process.join(after_s)
    if process.pid and process.exitcode is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
    process.join(LONGEST_S)
    return process.exitcode == -signal.SIGKILL


class Killer:
    """A day in an office whose computer loses its power again and again.

    Args:
        folder: Where everything lies.
        database: URL, empty for SQLite.
        seed: Of chance.

    Attributes:
        done: How often each command was killed, and what was left of it.
    """

    def __init__(self, folder: Path, database: str, seed: int) -> None:
        self.folder = folder
        self.office = Office.make(folder, database=database, companies=())
        self.home = self.office.home.path
        self.host = self.office.host("host")
        self.done: Counter[str] = Counter()
        self._dice = random.Random(seed)
        self._durations: dict[str, float] = {}
        self._files = 0

    def close(self) -> None:
        """Leave nothing open."""
        self.host.close()
        self.office.close()

    @property
    def kills(self) -> int:
        """How many commands were killed before their end."""
        return sum(number for name, number in self.done.items() if "had ended" not in name)

    def day(self, rows: int) -> None:
        """Import, confirm, grant, publish, checkpoint, backup and upgrade, each struck once."""
        sheet = self.sheet(rows)
        importing = ("entries", "import", self.home, sheet, "--list", LISTED, "--by", LI)
        self._strike("import", lambda: self._count(batches.c.id), *importing)
        confirming = ("entries", "confirm", self.home, self.waiting(), "--by", WANG)
        self._strike("confirm", lambda: self._count(batches.c.confirmed_by), *confirming)
        entry = self._one(select(entries.c.id).where(entries.c.state == "published").order_by(entries.c.id))
        self._strike("grant", lambda: self._count(acts.c.id), "repairs", "grant", self.home, entry, *STATED)
        self._strike("publish", lambda: self._highest(publications.c.serial), "publish", self.home)
        assert finished("publish", self.home) == 0
        assert self.host.sync().serial == self._highest(publications.c.serial)
        self._strike("checkpoint", lambda: self._highest(checkpoints.c.size), "ledger", "checkpoint", self.home)
        backup = self.folder / f"{self._files}.zip"
        self._strike("backup", backup.exists, "backup", self.home, backup, "--with-keys")
        with BackupReader.opened(backup) as reader:
            assert reader.manifest.ledger_rows > 0
        backup.unlink()
        self._upgrade()

    def _upgrade(self) -> None:
        """Upgrade a registry of the first version, struck once."""
        with self._older() as home:
            engine = open_engine(home.database_url)
            try:
                self._strike("upgrade", lambda: revision_of(engine), "upgrade", home.path)
                require_current(engine)
                with snapshot(engine) as connection:
                    assert verify(connection).rows == len(ACTS)
                    assert compare(connection).differences == ()
            finally:
                engine.dispose()

    @contextmanager
    def _older(self) -> Iterator[GatewayHome]:
        """A home whose registry is of the first version; it is gone afterwards."""
        url, name = self.office.gateway.engine.url, f"older_{self._files}"
        server = self.office.gateway.engine.execution_options(isolation_level="AUTOCOMMIT")
        database = ""
        if url.get_backend_name() == "postgresql":
            name = f"{url.database}_{name}"
            database = url.set(database=name).render_as_string(hide_password=False)
            with server.connect() as connection:
                connection.execute(text(f'CREATE DATABASE "{name}"'))
        home = GatewayHome.create(self.folder / name, GatewaySettings(database=database))
        engine = open_engine(home.database_url)
        first_registry(engine)
        engine.dispose()
        yield home
        if database:
            with server.connect() as connection:
                connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        shutil.rmtree(home.path)

    def _strike(self, name: str, left: Callable[[], object], *arguments: object) -> None:
        """Kill a command at a random time of its usual duration; then all of it is there or nothing.

        Args:
            name: Of the command.
            left: What it changes.
            arguments: Of the command, which succeeds if it is let.
        """
        before = left()
        usual_s = self._durations.get(name, _USUAL_S)
        was_killed = killed(arguments, self._dice.uniform(0, 1.1 * usual_s))
        is_done = left() != before
        said = "had ended" if not was_killed else "killed, all of it" if is_done else "killed, nothing of it"
        self.done[f"{name}: {said}"] += 1
        assert was_killed or is_done, f"{name} fails by itself"
        self.require_whole()
        if not is_done:
            # The same again must do all of it, in spite of whatever lies about.
            began = time.monotonic()
            assert finished(*arguments) == 0, f"{name} again"
            self._durations[name] = (usual_s + time.monotonic() - began) / 2
            assert left() != before, f"{name} again"

    def require_whole(self) -> None:
        """Ledger, entries, batches and checkpoints agree, and a replica takes what is served."""
        engine, folder = self.office.gateway.engine, self.office.gateway.folder
        require_current(engine)
        held = []
        if (folder.ledger / "checkpoint").exists():
            first, *later = published_roots(folder)
            note = (folder.ledger / "checkpoint").read_text("utf-8")
            held.append(opened(note, signing_keys(followed(first.encode(), later))))
        with snapshot(engine) as connection:
            verify(connection, held)
            assert compare(connection).differences == ()
            found = (
                select(batches.c.id, batches.c.accepted, _DECIDED_BY, func.count(entries.c.id))
                .join(entries, entries.c.batch == batches.c.id, isouter=True)
                .group_by(batches.c.id)
            )
            for batch, accepted, decided_by, number in connection.execute(found).all():
                assert number == accepted, f"half a batch: {batch}"
                drafts = select(func.count()).where(entries.c.batch == batch, entries.c.state == "drafted")
                assert connection.scalar(drafts) == (0 if decided_by else number), f"half confirmed: {batch}"
        assert self.host.sync().serial >= 1

    def waiting(self) -> str:
        """A batch that waits for the second person."""
        return self._one(select(batches.c.id).where(batches.c.confirmed_by.is_(None), batches.c.discarded_by.is_(None)))

    def sheet(self, rows: int) -> Path:
        """A file of entries nobody has seen."""
        self._files += 1
        path = self.folder / f"{self._files}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["统一社会信用代码", "名称", "认定部门", "文书号", "认定日期", "截止日期"])
            for each in range(self._files * rows, (self._files + 1) * rows):
                named = (company(each).code, f"虚构{each}", "虚构市财政局", f"虚〔2026〕{each}号")
                writer.writerow([*named, "2026-01-05", "2028-01-04"])
        return path

    def _count(self, column: ColumnElement[Any]) -> int:
        return int(self._one(select(func.count(column))))

    def _highest(self, column: ColumnElement[Any]) -> int:
        return int(self._one(select(func.coalesce(func.max(column), 0))))

    def _one(self, statement: Select[Any]) -> str:
        with snapshot(self.office.gateway.engine) as connection:
            return str(connection.scalar(statement))
