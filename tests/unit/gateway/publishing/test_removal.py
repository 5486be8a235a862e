"""What is superseded goes when its time is over, and nothing else ever does."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from credit_sdk.publication import pack
from gateway.database.tables import entries
from gateway.database.unit_of_work import unit_of_work
from gateway.publishing.ceremony import ceremony
from gateway.publishing.removal import Outlook, Removal, Removed
from tests.real_gateway import LI, NOW, WANG, RealGateway, company
from tests.removal_case import changed, files, living, pruned, register

KEPT = timedelta(days=7)


DAY_S = 86_400


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RealGateway]:
    database = "" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    made = RealGateway.make(tmp_path, database=database)
    yield made
    made.close()


def test_superseded_files_go_when_their_days_are_over_and_not_before(either: RealGateway) -> None:
    real = either
    real.list_companies(range(600))
    real.publish()
    gone = changed(real, range(600, 603), 60)
    assert len([path for path in gone if path.startswith("objects/")]) >= 2
    assert len([path for path in gone if path.startswith(("metadata/", "targets/"))]) == 3
    assert gone == register(real) == files(real) - living(real)

    real.publisher.heartbeat(NOW + KEPT + timedelta(seconds=59))
    assert gone <= files(real)
    real.publisher.heartbeat(NOW + KEPT + timedelta(seconds=61))
    assert not gone & files(real)
    assert living(real) <= files(real)
    assert not gone & register(real)


def test_publishing_says_what_it_removed(real: RealGateway) -> None:
    real.list_companies(range(300))
    real.publish()
    gone = changed(real, range(300, 302), 60)
    size_bytes = sum((real.folder.path / path).stat().st_size for path in gone)
    real.list_companies([400])
    report = real.publish(8 * DAY_S)
    assert report.removed == Removed(len(gone), size_bytes, len(gone))
    assert real.publish(8 * DAY_S + 1).removed == Removed()


def test_nothing_new_and_nothing_signed_removes_all_the_same(real: RealGateway) -> None:
    real.publish()
    gone = changed(real, range(2), 60)
    assert not (report := real.publish(8 * DAY_S)).is_new
    assert report.removed.files == len(gone)


def test_what_comes_back_stays_and_its_age_begins_anew(either: RealGateway) -> None:
    real = either
    real.list_companies(range(3))
    real.publish()
    first = living(real)
    real.remove([1])
    real.publish(60, allow_shrink=["procurement-serious"])
    back = {path for path in first - living(real) if path.startswith("objects/") and "packs" not in path}
    assert back <= register(real)
    with unit_of_work(real.engine, at=NOW) as work:
        work.connection.execute(entries.update().values(state="published"))
        work.mark_changed([company(1).key])
    real.publish(6 * DAY_S)
    assert back <= living(real)
    assert not back & register(real)
    real.publisher.heartbeat(NOW + timedelta(days=8))
    assert back <= files(real)
    assert living(real) <= files(real)

    real.list_companies([7])
    real.publish(9 * DAY_S)
    assert back & register(real)
    real.publisher.heartbeat(NOW + timedelta(days=15))
    assert back & register(real) == back & files(real) - living(real)
    real.publisher.heartbeat(NOW + timedelta(days=17))
    assert not back & register(real)


def test_what_is_signed_again_supersedes_what_was_signed_before(real: RealGateway) -> None:
    real.publish()
    before = living(real)
    real.publisher.heartbeat(NOW + timedelta(days=4))
    gone = before - living(real)
    assert sorted(path.rpartition(".")[0].rpartition(".")[2] for path in gone) == ["snapshot", "targets"]
    assert register(real) == gone
    with ceremony(real.home, real.engine, NOW + timedelta(days=5)) as held:
        held.sign_law_again(LI, WANG, NOW + timedelta(days=5))
    real.publisher.heartbeat(NOW + timedelta(days=5, hours=1))
    assert len(register(real)) == 4


def test_what_people_signed_and_proofs_need_never_goes(real: RealGateway) -> None:
    real.publish()
    real.publisher.checkpoints.make(NOW)
    with ceremony(real.home, real.engine, NOW) as held:
        held.sign_law_again(LI, WANG, NOW + timedelta(seconds=10))
    kept = {
        path.relative_to(real.folder.path)
        for pattern in ("metadata/*.root.json", "*/*.catalogue.json", "metadata/timestamp.json", "ledger/*")
        for path in real.folder.path.glob(pattern)
    }
    assert len(kept) >= 7
    changed(real, range(3), 60)
    assert pruned(real, timedelta(days=3650)).removed.files
    assert all((real.folder.path / path).exists() for path in kept)


def test_a_pack_goes_once_another_has_taken_its_place(real: RealGateway) -> None:
    real.list_companies(range(20))
    real.publish()
    first = real.served().pack
    real.list_companies(range(20, 40))
    real.publish(60)
    second = real.served().pack
    assert first
    assert second
    assert first != second
    real.publisher.heartbeat(NOW + timedelta(days=8))
    assert not (real.folder.path / pack.path_of(first.map_root)).exists()
    assert (real.folder.path / pack.path_of(second.map_root)).exists()


def test_file_times_count_for_nothing(real: RealGateway) -> None:
    real.publish()
    gone = changed(real, range(3), 60)
    for path in files(real):
        os.utime(real.folder.path / path, (0, 0))
    pruned(real, timedelta(days=7))
    assert gone <= files(real)
    for path in files(real):
        os.utime(real.folder.path / path, (NOW.timestamp() + 30 * DAY_S,) * 2)
    pruned(real, timedelta(days=8))
    assert files(real) == living(real)


def test_a_turn_removes_so_much_and_no_more(real: RealGateway) -> None:
    real.list_companies(range(600))
    real.publish()
    gone = changed(real, range(600, 640), 60)
    removal = Removal(real.engine, real.folder, kept_days=7)
    later = NOW + timedelta(days=8)
    assert len(gone) > 5
    assert removal.turn(later, limit=2).files == 2
    assert len(gone & files(real)) == len(gone) - 2
    assert removal.turn(later, limit=1_000).files == len(gone) - 2


def test_a_dry_run_says_what_would_go_and_changes_nothing(real: RealGateway) -> None:
    assert pruned(real, timedelta(0), is_trial=True) == Outlook(Removed(), 0)
    real.publish()
    early = changed(real, range(3), 60)
    late = changed(real, range(3, 6), 5 * DAY_S)
    (real.home.path / "accounted").unlink()
    before = files(real)
    seen = pruned(real, timedelta(days=8), is_trial=True)
    assert files(real) == before
    assert not (real.home.path / "accounted").exists()
    done = pruned(real, timedelta(days=8))
    assert (seen.removed.files, seen.removed.size_bytes, seen.waiting) == (
        done.removed.files,
        done.removed.size_bytes,
        done.waiting,
    )
    assert (seen.removed.files, seen.waiting) == (len(early), len(late - early))
