"""The register of superseded files and the folder agree, whatever stopped a publisher or was put in their place."""

import random
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from gateway.database.engine import open_engine
from gateway.database.tables import superseded_files
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import ConflictError
from gateway.publishing import superseded
from gateway.publishing.release import Publisher
from gateway.publishing.removal import prune
from tests.published_records import published
from tests.real_gateway import NOW, RealGateway, company
from tests.removal_case import Stopped, changed, files, living, pruned, register


@pytest.mark.parametrize("step", ["objects", "pack", "sign", "commit", "activate", "remove", "forget"])
def test_what_an_interrupted_publisher_left_behind_is_found(real: RealGateway, step: str) -> None:
    real.list_companies(range(30))
    real.publish()
    changed(real, range(30, 33), 60)

    def stop(at: str) -> None:
        if at == step:
            raise Stopped

    real.list_companies(range(40, 80))
    with pytest.raises(Stopped):
        Publisher(real.home, real.engine, watch=stop).publish(NOW + timedelta(days=8))
    assert living(real) <= files(real)
    real.list_companies(range(80, 83))
    real.publish(8 * 86_400 + 60)
    assert files(real) - living(real) <= register(real)
    pruned(real, timedelta(days=16))
    assert files(real) == living(real)
    assert not register(real)


def test_a_file_that_was_left_half_written_is_found(real: RealGateway) -> None:
    real.publish()
    left = real.folder.metadata / ".5.snapshot.json.0a1b2c3d"
    left.write_bytes(b"{")
    mine = real.folder.objects / "README"
    mine.write_text("mine")
    assert pruned(real, timedelta(0)).waiting == 1
    pruned(real, timedelta(days=8))
    assert not left.exists()
    assert mine.exists()


def test_files_of_before_there_was_a_register_go_as_well(real: RealGateway) -> None:
    real.publish()
    gone = changed(real, range(3), 60)
    with unit_of_work(real.engine, at=NOW) as work:
        work.connection.execute(delete(superseded_files))
    (real.home.path / "accounted").unlink()
    real.publisher.heartbeat(NOW + timedelta(days=1))
    assert register(real) == gone
    pruned(real, timedelta(days=7))
    assert gone <= files(real)
    pruned(real, timedelta(days=8, seconds=1))
    assert files(real) == living(real)


def test_a_map_that_was_built_whole_leaves_nothing_behind(real: RealGateway) -> None:
    real.list_companies(range(200))
    real.publish()
    old = living(real)
    real.list_companies(range(200, 700))
    assert real.publish(60).is_whole
    assert old - living(real) <= register(real)
    pruned(real, timedelta(days=8))
    assert files(real) == living(real)


def test_a_registry_that_was_set_back_removes_nothing_and_is_published_whole(real: RealGateway, tmp_path: Path) -> None:
    real.list_companies(range(600))
    real.publish()
    copy = tmp_path / "copy.sqlite"
    with closing(sqlite3.connect(real.home.database_file)) as of_registry, closing(sqlite3.connect(copy)) as of_copy:
        of_registry.backup(of_copy)
    real.remove(range(5, 9))
    real.list_companies([700])
    real.publish(60)
    real.list_companies([701])
    real.publish(8 * 86_400)
    real.publish(16 * 86_400)

    real.engine.dispose()
    for path in real.home.path.glob("registry.sqlite*"):
        path.unlink()
    shutil.move(copy, real.home.database_file)
    older = RealGateway(real.home, open_engine(real.home.database_url))
    try:
        before = files(older)
        assert older.publisher.heartbeat(NOW + timedelta(days=17))
        assert before <= files(older)
        with pytest.raises(ConflictError, match="未清理"):
            pruned(older, timedelta(days=17))
        report = older.publisher.publish(NOW + timedelta(days=17), serial_above=older.served().serial)
        assert report.is_whole
        assert company(7).key in published(older, older.served()), "an object that had been removed is there again"
        assert files(older) - living(older) <= register(older)
    finally:
        older.close()


def test_a_damaged_map_loses_nothing_more(real: RealGateway, caplog: pytest.LogCaptureFixture) -> None:
    real.list_companies(range(600))
    real.publish()
    changed(real, range(600, 603), 60)
    (real.home.path / "accounted").unlink()
    real.folder.object_path(real.served().map_root).unlink()
    before = files(real)
    real.publisher.heartbeat(NOW + timedelta(days=8))
    assert before <= files(real)
    assert "superseded files were not removed" in caplog.text


def test_a_row_that_names_something_else_removes_nothing(real: RealGateway) -> None:
    real.publish()
    rows = ["metadata/1.root.json", "../trust/root.json", "metadata/timestamp.json", "objects/../../gateway.toml"]
    with unit_of_work(real.engine, at=NOW) as work:
        superseded.replaced(work.connection, rows, (), NOW)
    assert pruned(real, timedelta(days=8)).removed.files == 0
    assert all((real.folder.path / row).resolve().exists() for row in rows[:3])
    assert (real.home.path / "gateway.toml").exists()
    assert not set(rows) & register(real)


def test_a_row_about_a_file_that_is_served_is_put_right_before_anything_goes(real: RealGateway) -> None:
    real.publish()
    with unit_of_work(real.engine, at=NOW) as work:
        superseded.replaced(work.connection, living(real), (), NOW)
    assert pruned(real, timedelta(days=8)).removed.files == 0
    assert living(real) <= files(real)


def test_whatever_is_published_in_whatever_order_what_is_served_is_whole(real: RealGateway) -> None:
    """Chance lists, removes, waits, stops the publisher and signs again; every kind of file is held against a walk."""
    dice = random.Random(20260302)
    listed, at = set[int](), NOW
    real.publish()
    for _ in range(30):
        at += timedelta(hours=dice.randrange(1, 60))
        new = {dice.randrange(10_000) for _ in range(dice.choice([1, 3, 40]))} - listed
        real.list_companies(sorted(new))
        listed |= new
        stop_at = dice.choice(["", "", "", "objects", "sign", "commit", "activate", "remove", "forget"])
        _published(real, at, stop_at)
        real.publisher.heartbeat(at + timedelta(minutes=1))
        assert living(real) <= files(real)
        assert files(real) - living(real) <= register(real) | (set() if real.folder.is_accounted else files(real))
        assert not living(real) & register(real)
    prune(real.home, real.engine, at + timedelta(days=8))
    assert files(real) == living(real)
    with reading(real.engine) as connection:
        assert connection.scalars(select(superseded_files.c.path)).all() == []


def _published(real: RealGateway, at: datetime, stop_at: str) -> None:
    def stop(step: str) -> None:
        if step == stop_at:
            raise Stopped

    with suppress(Stopped):
        Publisher(real.home, real.engine, watch=stop).publish(at)
