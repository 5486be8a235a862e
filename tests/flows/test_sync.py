"""Sync, start to finish: whatever was missed, the replica ends at the state that is published."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from credit_sdk.catalogue.freshness import Age, age_of
from credit_sdk.errors import GatewayRefusedError, GatewayUnreachableError
from credit_sdk.model.evidence import Freshness
from credit_sdk.replica.store import Replica
from credit_sdk.testing.builders import subject
from credit_sdk.testing.publisher import Publisher
from tests.replica_host import LAW, OTHER_LAW, Host, ago, listed, many, now


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    host = Host.at(tmp_path, Publisher(LAW, many(600)))
    host.publisher.publish(ago(minutes=10))
    host.serve()
    yield host
    host.replica.close()


def test_an_empty_replica_takes_the_pack(host: Host) -> None:
    report = host.sync()
    assert (report.used_pack, report.pack_refused, report.objects_fetched) == (True, "", 0)
    assert (report.serial, report.previous_serial, report.changed) == (1, 0, True)
    assert report.records_changed == 601  # the canary is one of them
    assert host.record(subject(17)) == listed(17)
    assert host.record(subject(9999)) is None
    assert host.replica.verify().canary_found


def test_without_a_pack_everything_comes_as_objects(host: Host) -> None:
    shutil.rmtree(host.distribution / "objects/packs")
    report = host.sync()
    assert not report.used_pack
    assert "There is no objects/packs/" in report.pack_refused
    assert report.objects_fetched > 1
    assert host.replica.verify().subjects == 601


def test_a_pack_of_an_earlier_publication_is_completed_with_objects(host: Host) -> None:
    packed = host.publisher.publication
    assert packed is not None
    host.publisher.records[subject(17)] = listed(17, entries=2)
    host.publisher.publish(ago(minutes=5), with_pack=False)
    assert host.publisher.publication is not None
    later = host.publisher.publication.model_copy(update={"pack": packed.pack})
    host.publisher.sign(later.to_bytes(), ago(minutes=5))
    host.serve()
    report = host.sync()
    assert report.used_pack
    assert report.objects_fetched == 2
    assert host.record(subject(17)) == listed(17, entries=2)


def test_only_what_differs_is_fetched(host: Host) -> None:
    host.sync()
    host.publisher.records[subject(17)] = listed(17, entries=2)
    host.publisher.publish(ago(minutes=5))
    host.serve()
    report = host.sync()
    assert (report.objects_fetched, report.records_changed, report.changed) == (2, 1, True)
    assert host.record(subject(17)) == listed(17, entries=2)


def test_missing_a_week_is_missing_a_second(host: Host, tmp_path: Path) -> None:
    """Delta = full: a replica that followed every step and one that starts now hold the same."""
    host.sync()
    for step in range(5):
        host.publisher.records[subject(17 + step)] = listed(17 + step, entries=3)
        host.publisher.records.update(many(40, first=1000 + 40 * step))
        del host.publisher.records[subject(100 + step)]
        host.publisher.publish(ago(minutes=5))
    host.serve()
    host.sync()
    newcomer = Host.at(tmp_path / "newcomer", host.publisher)
    newcomer.serve()
    newcomer.sync()
    assert host.replica.verify() == newcomer.replica.verify()
    assert host.serial() == newcomer.serial() == 6
    assert host.record(subject(100)) is None
    assert host.record(subject(1000)) == listed(1000)
    newcomer.replica.close()


@pytest.mark.parametrize("shape", [(), (2,), (1, 1), (3, 3), (4, 2)])
def test_a_map_cut_anew_is_not_sent_anew(host: Host, shape: tuple[int, ...]) -> None:
    host.sync()
    host.publisher.records[subject(17)] = listed(17, entries=2)
    host.publisher.publish(ago(minutes=5), held_shape=shape)
    host.serve()
    report = host.sync()
    assert report.records_changed == 1
    assert host.replica.verify().entries == 602
    host.publisher.publish(ago(minutes=4))
    host.publisher.records[subject(18)] = listed(18, entries=2)
    host.publisher.publish(ago(minutes=4))
    host.serve()
    assert host.sync().records_changed == 1
    assert host.replica.verify().entries == 603


def test_nothing_new_is_noted_as_contact(host: Host) -> None:
    first = host.sync()
    host.publisher.heartbeat(at := ago(seconds=30))
    host.serve()
    report = host.sync()
    assert (report.changed, report.objects_fetched) == (False, 0)
    assert report.contact_at == at > first.contact_at
    with host.replica.view() as view:
        assert (view.state.contact_at, view.state.expires_at) == (at, report.expires_at)


def test_contact_is_the_signed_instant_whatever_the_hosts_clock_reads(host: Host) -> None:
    host.publisher.heartbeat(at := ago(minutes=10))
    host.serve()
    report = host.sync(at - timedelta(minutes=50))
    assert report.contact_at == at
    assert report.clock_ahead_s == 50 * 60
    with host.replica.view() as view:
        assert view.state.contact_at == at
        assert age_of(view.state, ago(hours=1)) == Age(Freshness.STALE, 0, is_clock_behind=True)
        assert age_of(view.state, at - timedelta(minutes=4)) == Age(Freshness.FRESH, 0)


def test_a_gateway_whose_clock_was_set_right_is_believed_again(host: Host) -> None:
    host.publisher.heartbeat(now() + timedelta(hours=3))
    host.serve()
    host.sync()
    host.publisher.heartbeat(at := ago(minutes=1))
    host.serve()
    assert host.sync().contact_at == at


def test_law_and_lists_become_effective_together(host: Host) -> None:
    host.sync()
    before = host.replica.view()
    host.publisher.catalogue = OTHER_LAW
    host.publisher.records[subject(17)] = listed(17, entries=2)
    host.publisher.publish(ago(minutes=5))
    host.serve()
    host.sync()
    with before, host.replica.view() as after:
        assert before.state.catalogue is not None
        assert after.state.catalogue is not None
        assert (before.state.serial, before.state.catalogue.document.edition) == (1, "first")
        assert (after.state.serial, after.state.catalogue.document.edition) == (2, "later")
        assert before.record(subject(17)) == listed(17)
        assert after.record(subject(17)) == listed(17, entries=2)


def test_another_process_sees_the_new_publication(host: Host) -> None:
    host.sync()
    host.replica.close()
    host.replica = Replica.open(host.home)
    assert host.serial() == 1
    assert host.sync().changed is False


def test_every_list_is_covered_only_as_declared(host: Host) -> None:
    host.publisher.declared["major-tax-violation"] = now().date()
    host.publisher.publish(ago(minutes=5))
    host.serve()
    host.sync()
    with host.replica.view() as view:
        covered = {name: (each.complete_as_of, each.entries) for name, each in view.state.coverage.items()}
    assert covered == {
        "canary": (None, 1),
        "wage-arrears": (None, 600),
        "major-tax-violation": (now().date(), 0),
    }


def test_rotated_keys_are_followed(host: Host) -> None:
    host.sync()
    host.publisher.rotate_root(ago(minutes=5), roles=["timestamp", "snapshot", "targets", "root"])
    host.publisher.publish(ago(minutes=5))
    host.serve()
    assert host.sync().serial == 2


def test_all_lists_may_become_empty_when_the_publisher_says_so(host: Host) -> None:
    host.sync()
    host.publisher.records.clear()
    host.publisher.has_canary = False
    host.publisher.publish(ago(minutes=5), allowing_losses=["wage-arrears"])
    host.serve()
    host.sync()
    assert host.replica.verify().subjects == 0
    host.publisher.records.update(many(3))
    host.publisher.publish(ago(minutes=4))
    host.serve()
    host.sync()
    assert host.replica.verify().subjects == 3


def test_a_gateway_that_has_not_published_is_told_apart_from_one_that_is_gone(host: Host) -> None:
    host.sync()
    shutil.rmtree(host.distribution / "metadata")
    with pytest.raises(GatewayRefusedError, match=r"There is no metadata/timestamp\.json"):
        host.sync()
    shutil.rmtree(host.distribution)
    with pytest.raises(GatewayUnreachableError, match="There is no folder"):
        host.sync()
    assert host.serial() == 1
