"""A power cut, a full disk or a lost connection in the middle of a command leaves all of it or nothing."""

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from gateway.database.tables import batches, ledger
from gateway.database.unit_of_work import snapshot
from tests.killing import LONGEST_S, Killer, finished, started
from tests.real_gateway import LI, LISTED, WANG

SEED = 20260401
IMPORT = ("--list", LISTED, "--by", LI)


@pytest.fixture(params=["sqlite", "postgresql"])
def killer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Killer]:
    database = "" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    made = Killer(tmp_path, database, SEED)
    yield made
    made.close()


def test_kill_9_leaves_all_or_nothing(killer: Killer) -> None:
    for _ in range(2):
        killer.day(rows=60)
    assert sum(killer.done.values()) == 14


@pytest.mark.soak
def test_kill_9_two_hundred_times_leaves_all_or_nothing(killer: Killer) -> None:
    while killer.kills < 200:
        killer.day(rows=400)
    for name, number in sorted(killer.done.items()):
        print(killer.office.gateway.engine.dialect.name, name, number)


def test_a_stopped_publisher_is_waited_for_and_goes_on(killer: Killer) -> None:
    stopped = None
    while stopped is None:
        process = started("publish", killer.home)
        until = time.monotonic() + LONGEST_S
        while process.exitcode is None and time.monotonic() < until:
            if _is_held(killer.home / "publisher.lock") and process.pid:
                os.kill(process.pid, signal.SIGSTOP)
                stopped = process if _is_held(killer.home / "publisher.lock") else None
                break
        if stopped is None and process.pid and process.exitcode is None:
            os.kill(process.pid, signal.SIGCONT)
            process.join(LONGEST_S)
    other = started("publish", killer.home)
    other.join(0.5)
    assert other.exitcode is None
    assert stopped.pid
    os.kill(stopped.pid, signal.SIGCONT)
    for each in (stopped, other):
        each.join(LONGEST_S)
        assert each.exitcode == 0
    killer.require_whole()


def _is_held(path: Path) -> bool:
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def test_a_full_disk_leaves_nothing_and_is_survived(killer: Killer) -> None:
    sheet = killer.sheet(200)
    home, backup = killer.home, killer.folder / "full.zip"
    number = _acts(killer)
    for largest in (1, 4_096):
        assert finished("entries", "import", home, sheet, *IMPORT, largest_file_bytes=largest) in {0, 1}
        assert finished("backup", home, backup, largest_file_bytes=largest) == 1
        assert not backup.exists()
        killer.require_whole()
    assert _acts(killer) - number in {0, 1}
    assert finished("entries", "import", home, sheet, *IMPORT) == 0
    batch = killer.waiting()
    finished("entries", "confirm", home, batch, "--by", WANG, largest_file_bytes=4_096)
    killer.require_whole()
    finished("entries", "confirm", home, batch, "--by", WANG)
    assert finished("publish", home, largest_file_bytes=300) == 1
    killer.require_whole()
    assert finished("publish", home) == 0
    killer.require_whole()
    assert killer.host.sync().serial == 2


def test_a_lost_connection_leaves_all_or_nothing(tmp_path: Path, postgresql_url: str) -> None:
    killer = Killer(tmp_path, postgresql_url, SEED)
    try:
        for rows in (50, 500):
            sheet = killer.sheet(rows)
            process = started("entries", "import", killer.home, sheet, *IMPORT)
            while process.exitcode is None:
                _cut_off(killer)
                process.join(0.02)
            assert process.exitcode in {0, 1}
            killer.require_whole()
            assert finished("entries", "import", killer.home, sheet, *IMPORT) == 0
        with snapshot(killer.office.gateway.engine) as connection:
            assert connection.scalar(select(func.count()).select_from(batches)) == 2
    finally:
        killer.close()


def _cut_off(killer: Killer) -> None:
    """Cut every other connection to the database."""
    with killer.office.gateway.engine.connect() as connection:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))


def _acts(killer: Killer) -> int:
    with snapshot(killer.office.gateway.engine) as connection:
        return connection.scalar(select(func.max(ledger.c.seq))) or 0
