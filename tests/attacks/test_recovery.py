"""What stolen keys did is undone by new ones: nothing that was signed with the old ones stands in the way."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tuf.api.metadata import MetaFile

from credit_sdk.errors import CreditError, GatewayRefusedError, RollbackError, ShrunkenError, TrustError
from credit_sdk.trust import roots, workflow
from tests.attacks.stage import MATTER, SERIAL, UNLISTED, Stage, barred
from tests.attacks.stolen_keys import resign, signer
from tests.replica_host import now

ONLINE = ("timestamp", "snapshot", "targets")
LAST_SERIAL = 2**53 - 1
LAST_VERSION = 2**53 - 1


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.close()


@pytest.fixture
def robbed(stage: Stage) -> Stage:
    """The client believed the thief: the last serial there is, the last version of every role, and a false entry."""
    versions, publication, files = (
        dict(stage.publisher.versions),
        stage.publisher.publication,
        dict(stage.publisher.files),
    )
    stage.publisher.records[UNLISTED] = barred()
    stage.publisher.publish(now(), serial=LAST_SERIAL)
    for role in ONLINE[::-1]:
        resign(stage.publisher, role, lambda content: setattr(content, "version", LAST_VERSION - 1))
    assert stage.client.sync().serial == LAST_SERIAL
    assert stage.client.check(UNLISTED, MATTER).verdict.value == "DENY"

    del stage.publisher.records[UNLISTED]
    stage.publisher.versions, stage.publisher.publication = versions, publication
    stage.publisher.files.clear()
    stage.publisher.files.update(files)
    return stage


def test_under_the_stolen_keys_nothing_genuine_is_believed_any_more(robbed: Stage) -> None:
    """Why new keys are needed: to a client the thief's publications are the newer ones."""
    robbed.publish()
    with pytest.raises(TrustError, match="older than what was seen before"):
        robbed.client.sync()
    assert robbed.client.status().sync.error


def test_new_online_keys_end_a_fast_forward_of_versions_and_serial(robbed: Stage) -> None:
    robbed.publisher.rotate_root(now(), roles=ONLINE)
    robbed.publish()
    assert robbed.client.sync().serial == SERIAL + 1
    after = robbed.answers()
    assert (after.listed, after.newly_listed, after.unlisted) == ("DENY", "DENY", "CLEAR")
    robbed.restart()
    assert robbed.answers() == after
    assert robbed.client.status().sync.error is None


def test_a_serial_of_the_thief_that_is_used_again_does_not_stand_in_the_way(stage: Stage) -> None:
    versions, publication = dict(stage.publisher.versions), stage.publisher.publication
    stage.publisher.records[UNLISTED] = barred()
    stage.publisher.publish(now())
    assert stage.client.sync().serial == SERIAL + 1
    del stage.publisher.records[UNLISTED]
    stage.publisher.versions, stage.publisher.publication = versions, publication
    stage.publisher.rotate_root(now(), roles=ONLINE)
    stage.publish()
    assert stage.client.sync().serial == SERIAL + 1
    assert stage.answers().unlisted == "CLEAR"


def test_new_keys_for_other_roles_do_not_let_the_serial_go_back(robbed: Stage) -> None:
    """Who may sign a publication is still whoever could sign the one held."""
    robbed.publisher.rotate_root(now(), roles=["timestamp", "snapshot"])
    robbed.publish()
    with pytest.raises(RollbackError, match="which is held and stays"):
        robbed.client.sync()


def test_one_key_that_stays_does_not_let_the_serial_go_back(robbed: Stage) -> None:
    publisher = robbed.publisher
    publisher.rotate_root(now(), roles=["timestamp", "snapshot"])
    publisher.signers["targets"][1] = signer()
    publisher.rotate_root(now())
    robbed.publish()
    with pytest.raises(RollbackError):
        robbed.client.sync()


def test_after_new_keys_the_order_holds_again(robbed: Stage) -> None:
    robbed.publisher.rotate_root(now(), roles=ONLINE)
    robbed.publish(serial=SERIAL + 3)
    robbed.client.sync()
    robbed.publish(serial=SERIAL + 2)
    with pytest.raises(RollbackError, match=f"older than {SERIAL + 3}"):
        robbed.client.sync()
    assert robbed.answers().serial == SERIAL + 3


def test_new_keys_do_not_excuse_a_list_that_shrank(stage: Stage) -> None:
    stage.publisher.rotate_root(now(), roles=ONLINE)
    stage.publisher.records.clear()
    stage.publisher.publish(now(), serial=SERIAL - 1)
    with pytest.raises(ShrunkenError):
        stage.client.sync()
    assert stage.answers().listed == "DENY"


@pytest.mark.parametrize("role", ["snapshot", "catalogue"])
def test_a_version_nobody_signed_is_forgotten_with_the_keys_that_named_it(stage: Stage, role: str) -> None:
    """Named by a thief who holds the keys above: the file does not exist, but its version was seen."""
    before = stage.answers()
    versions = dict(stage.publisher.versions)
    if role == "snapshot":
        far = MetaFile(LAST_VERSION)
        resign(stage.publisher, "timestamp", lambda content: setattr(content, "snapshot_meta", far))
    else:
        resign(
            stage.publisher, "snapshot", lambda content: content.meta.update({"catalogue.json": MetaFile(LAST_VERSION)})
        )
    with pytest.raises(GatewayRefusedError, match="404"):
        stage.client.sync()
    assert stage.answers() == before
    stage.publisher.versions = versions
    stage.publish()
    with pytest.raises(CreditError):
        stage.client.sync()
    assert stage.answers() == before
    stage.publisher.rotate_root(now(), roles=ONLINE)
    stage.publish()
    assert stage.client.sync().changed
    assert stage.answers().newly_listed == "DENY"


def test_a_chain_of_roots_is_walked_and_every_key_replaced(stage: Stage) -> None:
    for role in ("root", "timestamp", "snapshot", "targets", "catalogue", "root"):
        stage.publisher.rotate_root(now(), roles=[role])
    stage.publish()
    assert stage.client.sync().serial == SERIAL + 1
    stage.restart()
    assert stage.answers().newly_listed == "DENY"


def test_a_chain_longer_than_one_refresh_walks_is_walked_on_by_the_next(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Endless roots end each refresh; but many years of genuine ones lock nobody out."""
    monkeypatch.setattr(workflow, "LIMITS", replace(workflow.LIMITS, max_root_rotations=3))
    before = stage.answers()
    for _ in range(7):
        stage.publisher.rotate_root(now(), roles=["root", *ONLINE])
    stage.publish()
    for reached in (4, 7):
        with pytest.raises(TrustError, match="not signed by the keys"):
            stage.client.sync()
        assert stage.answers() == before
        assert stage.client.status().sync.error
        assert roots.in_force(stage.home / "trust", stage.publisher.trust_root).version == reached
    stage.restart()
    assert stage.client.sync().changed
    for _ in range(5):
        stage.publisher.rotate_root(now(), roles=["root", *ONLINE])
        stage.publish()
        assert stage.client.sync().changed
    assert stage.answers().newly_listed == "DENY"
