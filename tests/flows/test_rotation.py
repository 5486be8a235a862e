"""Flow *keys* (密钥): the online keys are rotated, and no host notices, wherever the power fails."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from credit_sdk import CreditClient, Verdict, verify_receipt
from credit_sdk.transport.folder import FolderTransport
from credit_sdk.trust.refresh import TrustedRefresh
from gateway.ledger.verify import verify
from gateway.publishing.keyring import LEAVING_LASTS, ONLINE_ROLES
from gateway.publishing.planning import Wanted
from tests.key_office import AWARD, LISTED, Office, PowerCutError, answers, now, online_keyids

STEPS = ["bridge", "ledger", "root", "settle", *(f"promote {role}" for role in ONLINE_ROLES), "done"]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office.make(tmp_path)) as made:
        yield made


@pytest.fixture
def host(office: Office) -> Iterator[CreditClient]:
    """A host that was set up on the first day."""
    with office.host("host") as client:
        yield client


def test_a_rotation_is_followed_at_every_step_of_it(office: Office, host: CreditClient) -> None:
    before, seen = online_keyids(office), []

    def look(step: str) -> None:
        seen.append(step)
        assert answers(host), step

    office.change(Wanted(rotate=True), watch=look)
    assert answers(host)
    assert seen == STEPS
    after = online_keyids(office)
    assert not set(before.values()) & set(after.values())
    assert {role: office.keyring.online(role).public_key.keyid for role in ONLINE_ROLES} == after


def test_five_rotations_are_followed_one_by_one_and_all_at_once(office: Office, host: CreditClient) -> None:
    with office.host("asleep") as asleep:
        for _ in range(5):
            office.change(Wanted(rotate=True))
            office.gateway.publisher.heartbeat(now())
            assert answers(host)
        assert office.root.signed.version == 6
        assert answers(asleep), "a host that slept through all of them follows from the root it was given"
    with office.host("new", root=office.home.trust_root.read_bytes()) as new:
        assert answers(new)


def test_a_host_that_asked_for_the_root_just_before_and_for_the_rest_just_after_is_not_disturbed(
    office: Office, host: CreditClient
) -> None:
    """The narrowest moment: the root is looked up, the whole rotation happens, then the timestamp is fetched."""

    class Interrupted(FolderTransport):
        done = False

        def fetch_stream(self, path: str, *, max_bytes: int, timeout_s: float | None = None) -> Iterator[bytes]:
            if path == "metadata/timestamp.json" and not self.done:
                self.done = True
                office.change(Wanted(rotate=True))
                office.gateway.publisher.heartbeat(now())
            return super().fetch_stream(path, max_bytes=max_bytes, timeout_s=timeout_s)

    trust = Interrupted(office.home.distribution)
    folder = office.folder / "interrupted"
    refreshed = TrustedRefresh(folder / "metadata", folder / "targets", trust, office.first_root).refresh()
    assert (trust.done, refreshed.publication.serial) == (True, 1)
    assert office.root.signed.version == 2


def test_replaced_online_keys_sign_beside_the_new_ones_for_an_hour_and_are_then_deleted(office: Office) -> None:
    at = now()
    before = office.keyring.online("timestamp").public_key.keyid
    office.change(Wanted(rotate=True), at=at)
    signing = {each.public_key.keyid for each in office.keyring.online_signers("timestamp", at)}
    assert signing == {before, office.root.signed.roles["timestamp"].keyids[0]}
    office.gateway.publisher.heartbeat(at + LEAVING_LASTS)
    assert not list((office.home.keys / "online" / "leaving").iterdir())
    assert len(office.keyring.online_signers("timestamp", at)) == 1


@pytest.mark.parametrize("step", STEPS)
def test_a_power_cut_in_a_rotation_leaves_the_old_state_or_the_new_one_and_doing_it_again_finishes_it(
    office: Office, host: CreditClient, step: str
) -> None:
    before = online_keyids(office)

    def cut(name: str) -> None:
        if name == step:
            raise PowerCutError(name)

    with pytest.raises(PowerCutError):
        office.change(Wanted(rotate=True), watch=cut)
    is_new = STEPS.index(step) > STEPS.index("root")
    assert (office.root.signed.version, online_keyids(office) != before) == ((2, True) if is_new else (1, False))
    assert answers(host)
    office.gateway.publisher.heartbeat(now())
    assert answers(host), "a gateway that was never told of the cut goes on signing"

    def look(name: str) -> None:
        assert answers(host), name

    office.change(Wanted(rotate=True), watch=look)
    with office.gateway.engine.connect() as connection:
        verify(connection)
    assert {role: office.keyring.online(role).public_key.keyid for role in ONLINE_ROLES} == online_keyids(office)
    assert (
        office.home.trust_root.read_bytes()
        == (office.gateway.folder.metadata / f"{office.root.signed.version}.root.json").read_bytes()
    )


def test_a_ceremony_killed_by_the_system_lets_the_next_one_in(office: Office, host: CreditClient) -> None:
    """No Python runs after SIGKILL: neither a lock nor a half-written file may stay."""
    script = f"""
import os, signal
from pathlib import Path
from gateway.database.engine import open_engine
from gateway.publishing.ceremony import change_trust
from gateway.publishing.planning import Wanted
from gateway.settings import GatewayHome
from tests.key_office import now
home = GatewayHome.open({str(office.home.path)!r})
def kill(step):
    if step == "promote snapshot":
        os.kill(os.getpid(), signal.SIGKILL)
keys = [Path({str(office.folder)!r}) / "media" / f"root-{{number}}.pem" for number in (1, 2)]
change_trust(home, open_engine(home.database_url), Wanted(rotate=True), now(), keys=keys, watch=kill)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(
        [sys.executable, "-c", script], check=False, env=environment, capture_output=True, timeout=120
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert office.root.signed.version == 2
    assert answers(host)
    office.gateway.publisher.heartbeat(now())
    assert answers(host)
    office.change(Wanted())
    assert {role: office.keyring.online(role).public_key.keyid for role in ONLINE_ROLES} == online_keyids(office)


def test_a_receipt_from_before_a_rotation_verifies_after_it(office: Office, host: CreditClient) -> None:
    before = host.receipt(host.check(LISTED, AWARD))
    for wanted in (Wanted(rotate=True), Wanted(rotate=True), Wanted()):
        office.change(wanted)
    host.sync()
    after = host.receipt(host.check(LISTED, AWARD))
    trust = office.folder / "court.json"
    trust.write_bytes(office.first_root)
    assert {verify_receipt(each, trust=trust).verdict for each in (before, after)} == {Verdict.DENY}
