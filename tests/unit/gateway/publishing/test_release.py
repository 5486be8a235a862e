"""Publishing: what changed and nothing else, never half of it, whatever happens in between."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import delete, select

from credit_sdk.errors import IntegrityError, SettingsError, ShrunkenError
from credit_sdk.model.subject import Subject
from credit_sdk.publication import records, tree
from credit_sdk.publication.objects import Leaf, decode
from credit_sdk.publication.statement import Publication
from credit_sdk.publication.succession import require_successor
from gateway.accounts import OperatorRole, add_operator
from gateway.database.tables import adoptions, ledger, pending, publications, published_records
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import FourEyesError, PublishingError
from gateway.publishing.builder import StoredObjects
from gateway.publishing.canary import CANARY_LIST
from gateway.publishing.ceremony import change_trust
from gateway.publishing.chain import heartbeat_of, served
from gateway.publishing.keyring import Keyring
from gateway.publishing.planning import Wanted
from gateway.publishing.release import Publisher, publish
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway, company, law

STEPS = ["settle", "read", "build", "objects", "pack", "sign", "commit", "activate"]


def published(real: RealGateway, statement: Publication) -> dict[bytes, bytes]:
    """Every record of a publication, read and verified from its objects."""
    found: dict[bytes, bytes] = {}
    for _, data in tree.walk(statement.root, StoredObjects(real.folder)):
        held = decode(data)
        if isinstance(held, Leaf):
            found.update(held.records)
    return found


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


def test_refuses_to_publish_a_list_that_lost_too_much_unless_it_is_meant(real: RealGateway) -> None:
    real.list_companies(range(40))
    real.publish()
    real.remove(range(9))
    with pytest.raises(ShrunkenError, match=f"loses over 20 % of {LISTED}"):
        real.publish(1)
    with pytest.raises(ShrunkenError):
        real.publish(1, allow_shrink=["tax-a"])
    assert real.served().serial == 1
    report = real.publish(2, allow_shrink=[LISTED])
    assert report.allowed_losses == (LISTED,)
    assert real.served().allowed_losses == {LISTED: 2}
    real.list_companies([200])
    assert real.publish(3).allowed_losses == ()
    # Whoever was away is told still, from which serial on.
    assert real.served().allowed_losses == {LISTED: 2}


def test_what_a_list_lost_in_small_steps_is_allowed_to_those_who_see_it_as_one(real: RealGateway) -> None:
    real.list_companies(range(40))
    real.publish()
    held = real.served()
    for step in range(3):
        real.remove(range(7 * step, 7 * step + 5))
        assert real.publish(step + 1).is_new
        require_successor(held, real.served())
    assert real.served().allowed_losses == {LISTED: 3}
    assert real.served().lists[LISTED].peak == 30
    real.remove([38, 39])
    real.publish(9)
    require_successor(held, real.served())


def test_refuses_to_publish_under_another_origin_what_every_replica_would_refuse(real: RealGateway) -> None:
    real.publish()
    home = type(real.home)(real.home.path, real.home.settings.model_copy(update={"origin": "another"}))
    with pytest.raises(IntegrityError, match="lists are not mixed"):
        publish(home, NOW + timedelta(seconds=1), engine=real.engine)
    assert real.served().serial == 1


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


def test_metadata_versions_never_go_back_even_without_the_folder(real: RealGateway) -> None:
    real.publish()
    before = served(real.folder)
    assert before
    for path in (*real.folder.metadata.glob("*.json"), *real.folder.objects.rglob("*")):
        if path.is_file() and ".catalogue." not in path.name and ".root." not in path.name:
            path.unlink()
    real.publish(60)
    after = served(real.folder)
    assert after
    assert after.timestamp.version > before.timestamp.version
    assert after.snapshot.version > before.snapshot.version
    assert after.targets.version > before.targets.version
    assert len(published(real, real.served())) == 1


def test_the_heartbeat_carries_its_instant_and_changes_nothing_else(real: RealGateway) -> None:
    real.publish()
    before = served(real.folder)
    assert before
    beat = real.publisher.heartbeat(NOW + timedelta(seconds=30))
    assert beat
    assert beat.signed_at == NOW + timedelta(seconds=30)
    assert beat == heartbeat_of(real.folder)
    after = served(real.folder)
    assert after
    assert (after.snapshot, after.statement) == (before.snapshot, before.statement)


def test_roles_are_signed_again_well_before_they_expire(real: RealGateway) -> None:
    real.publish()
    before = served(real.folder)
    assert before
    real.publisher.heartbeat(NOW + timedelta(days=4))
    after = served(real.folder)
    assert after
    assert after.snapshot.expires == NOW + timedelta(days=11)
    assert after.statement == before.statement


def test_a_further_operator_may_sign_the_law_from_the_next_heartbeat_on(real: RealGateway) -> None:
    real.publish()
    change_trust(real.home, real.engine, Wanted(grant=["赵新来"]), NOW)
    key = Keyring(real.home.keys).people()["赵新来"]
    real.publisher.heartbeat(NOW + timedelta(seconds=30))
    chain = served(real.folder)
    assert chain
    assert chain.targets.delegations
    assert chain.targets.delegations.keys[key.keyid] == key
    with unit_of_work(real.engine, at=NOW) as work:
        add_operator(work, "赵新来", roles=[OperatorRole.REVIEWER], actor="test")
    real.publisher.adopt_catalogue(law("2026-05"), LI, "赵新来", NOW + timedelta(seconds=31))


def test_a_key_the_trust_root_does_not_name_signs_no_law_and_is_delegated_nothing(real: RealGateway) -> None:
    """Whoever can write the gateway's folder could add a key to it; hosts would refuse everything that names it."""
    real.publish()
    key = Keyring(real.home.keys).make_person("赵新来")
    with unit_of_work(real.engine, at=NOW) as work:
        add_operator(work, "赵新来", roles=[OperatorRole.REVIEWER], actor="test")
    with pytest.raises(SettingsError, match="does not name the key of 赵新来"):
        real.publisher.adopt_catalogue(law("2026-05"), LI, "赵新来", NOW)
    real.publisher.heartbeat(NOW + timedelta(days=80))
    chain = served(real.folder)
    assert chain
    assert chain.targets.delegations
    assert key.keyid not in chain.targets.delegations.keys


def test_everything_is_signed_with_new_keys_after_a_rotation(real: RealGateway) -> None:
    real.publish()
    change_trust(real.home, real.engine, Wanted(rotate=True), NOW)
    assert real.publish(2).serial == 1


def test_a_pack_is_written_first_and_again_when_a_tenth_changed(real: RealGateway) -> None:
    real.list_companies(range(100))
    real.publish()
    first = real.served().pack
    assert first
    assert real.folder.pack_path(first.map_root).stat().st_size == first.length
    real.list_companies(range(200, 206))
    real.publish(1)
    assert real.served().pack == first
    real.list_companies(range(300, 310))
    real.publish(2)
    assert real.served().pack != first


def test_a_changed_setting_is_published(real: RealGateway) -> None:
    real.publish()
    settings = real.home.settings.model_copy(update={"heartbeat_s": 7, "canary": company(77).code})
    home = type(real.home)(real.home.path, settings)
    assert Publisher(home, real.engine).wants_publishing(NOW)
    assert publish(home, NOW + timedelta(seconds=1), engine=real.engine).serial == 2
    statement = real.served()
    assert (statement.pace.heartbeat_s, statement.subjects) == (7, 1)
    assert list(published(real, statement)) == [company(77).key]
