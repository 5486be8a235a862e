"""Signatures: what is served is signed in time, in one order and with the keys the trust root names."""

from datetime import timedelta

import pytest

from credit_sdk.errors import SettingsError
from gateway.accounts import OperatorRole, add_operator
from gateway.database.unit_of_work import unit_of_work
from gateway.publishing.ceremony import change_trust
from gateway.publishing.chain import heartbeat_of, served
from gateway.publishing.keyring import Keyring
from gateway.publishing.planning import Wanted
from tests.published_records import published
from tests.real_gateway import LI, NOW, RealGateway, law


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
