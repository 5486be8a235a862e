"""Publishing: what changed and nothing else, never half of it, whatever happens in between."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import delete, select

from credit_sdk.model.subject import Subject
from credit_sdk.publication import records, tree
from gateway.database.tables import adoptions, ledger, pending, publications, published_records
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import FourEyesError, PublishingError
from gateway.publishing.canary import CANARY_LIST
from gateway.publishing.chain import served
from gateway.publishing.release import Publisher
from tests.published_records import published
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway, company, law

STEPS = ["settle", "read", "build", "objects", "pack", "sign", "commit", "activate"]


def test_the_first_publication_holds_the_canary_alone(real: RealGateway) -> None:
    report = real.publish()
    statement = real.served()
    assert (report.serial, report.is_new, statement.subjects, statement.entries) == (1, True, 1, 1)
    record = records.decode(published(real, statement)[Subject.parse(statement.canary).key])
    assert [entry.list for entry in record.entries] == [CANARY_LIST]


def test_a_listing_is_published_with_its_count_and_declared_day(real: RealGateway) -> None:
    real.list_companies(range(25))
    real.declare()
    real.publish()
    statement = real.served()
    assert statement.lists[LISTED].entries == 25
    assert str(statement.lists[LISTED].complete_as_of) == "2026-03-02"
    assert statement.lists[CANARY_LIST].complete_as_of is None
    assert company(7).key in published(real, statement)


def test_nothing_new_makes_no_serial(real: RealGateway) -> None:
    real.publish()
    assert not real.publisher.wants_publishing(NOW)
    again = real.publish(1)
    assert (again.serial, again.is_new) == (1, False)
    with unit_of_work(real.engine, at=NOW) as work:
        work.mark_changed([company(1).key])
    assert real.publisher.wants_publishing(NOW)
    assert not real.publish(2).is_new
    assert not real.publisher.wants_publishing(NOW)


def test_what_is_built_from_changes_is_what_is_built_from_nothing(real: RealGateway) -> None:
    real.publish()
    for step, number in enumerate(range(0, 60, 12), start=1):
        real.list_companies(range(number, number + 12))
        assert not real.publish(step).is_whole
    real.remove([3, 30])
    real.publish(9)
    statement = real.served()
    with reading(real.engine) as connection:
        rows = {row.key: row.record for row in connection.execute(select(published_records))}
    assert rows == published(real, statement)
    assert tree.build(sorted(rows.items()), statement.shape).root.name == statement.map_root
    assert (statement.subjects, statement.lists[LISTED].entries) == (59, 58)


def test_natural_persons_are_in_no_publication(real: RealGateway) -> None:
    real.list_person("11010519491231002X")
    with unit_of_work(real.engine, at=NOW) as work:
        work.mark_changed([Subject.parse("11010519491231002X").key])
    real.publish()
    assert LISTED not in real.served().lists


@pytest.mark.parametrize("step", STEPS)
def test_a_stop_at_any_step_leaves_the_last_publication_and_the_next_run_completes(
    real: RealGateway, step: str
) -> None:
    class Stopped(BaseException):
        pass

    def stop(at: str) -> None:
        if at == step:
            raise Stopped

    real.list_companies(range(30))
    real.publish()
    before = real.served()
    real.list_companies([100])
    with pytest.raises(Stopped):
        Publisher(real.home, real.engine, watch=stop).publish(NOW + timedelta(seconds=5))
    assert real.served() == before
    assert len(published(real, real.served())) == 31

    report = real.publish(6)
    assert report.serial == 2
    assert company(100).key in published(real, real.served())
    assert not real.publisher.wants_publishing(NOW)
    with reading(real.engine) as connection:
        assert connection.scalars(select(publications.c.serial).order_by(publications.c.serial)).all() == [1, 2]
        acts = connection.scalars(select(ledger.c.act).where(ledger.c.act == "publication:serial:publish")).all()
        assert len(acts) == 2


def test_a_heartbeat_also_completes_what_was_committed(real: RealGateway) -> None:
    class Stopped(BaseException):
        pass

    def stop(at: str) -> None:
        if at == "activate":
            raise Stopped

    with pytest.raises(Stopped):
        Publisher(real.home, real.engine, watch=stop).publish(NOW)
    assert served(real.folder) is None
    real.publisher.heartbeat(NOW)
    assert real.served().serial == 1


def test_a_mark_set_while_publishing_stays(real: RealGateway) -> None:
    real.list_companies([1])

    def meanwhile(step: str) -> None:
        if step == "sign":
            with unit_of_work(real.engine, at=NOW + timedelta(seconds=1)) as work:
                work.mark_changed([company(1).key])

    Publisher(real.home, real.engine, watch=meanwhile).publish(NOW)
    with reading(real.engine) as connection:
        assert connection.scalars(select(pending.c.subject_key)).all() == [company(1).key]


def test_marks_of_every_instant_are_taken_away_once_they_are_published(real: RealGateway) -> None:
    real.list_companies(range(4))
    with unit_of_work(real.engine, at=NOW + timedelta(seconds=1)) as work:
        work.mark_changed([company(each).key for each in (1, 2)])
    real.publish()
    with reading(real.engine) as connection:
        assert connection.scalars(select(pending.c.subject_key)).all() == []


def test_two_publishers_publish_one_after_the_other(real: RealGateway) -> None:
    real.list_companies(range(5))
    serials: list[int] = []
    threads = [Thread(target=lambda: serials.append(real.publish().serial)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert serials == [1, 1, 1, 1]


def test_refuses_to_publish_without_a_law(real: RealGateway) -> None:
    with real.engine.begin() as connection:
        connection.execute(delete(adoptions))
    assert not real.publisher.wants_publishing(NOW)
    with pytest.raises(PublishingError, match="no law is in effect"):
        real.publish()


def test_a_new_law_is_published_with_the_lists(real: RealGateway) -> None:
    real.publish()
    digest = real.publisher.adopt_catalogue(law("2026-04"), LI, WANG, NOW)
    assert real.publisher.wants_publishing(NOW)
    assert real.publish(1).serial == 2
    assert real.served().catalogue.digest == digest


def test_the_law_is_adopted_by_two_people_with_the_right_roles(real: RealGateway) -> None:
    for by, confirmed_by in ((LI, LI), (LI, "陌生人"), (WANG, LI)):
        with pytest.raises(FourEyesError):
            real.publisher.adopt_catalogue(law("2026-04"), by, confirmed_by, NOW)


@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_bytes(b"spoiled")])
def test_a_lost_or_damaged_object_is_made_again(real: RealGateway, spoil: Callable[..., object]) -> None:
    real.list_companies(range(30))
    real.publish()
    spoil(real.folder.object_path(real.served().map_root))
    real.list_companies([99])
    assert real.publish(1).is_whole
    assert len(published(real, real.served())) == 32


def test_a_registry_restored_from_a_backup_never_repeats_a_serial(real: RealGateway) -> None:
    real.publish()
    real.list_companies([1])
    real.publish(1)
    with real.engine.begin() as connection:
        connection.execute(delete(publications).where(publications.c.serial == 2))
        connection.execute(delete(published_records).where(published_records.c.key == company(1).key))
    assert real.publish(2).serial == 3
