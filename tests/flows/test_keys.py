"""Flow *keys* (密钥): who is trusted changes, and no host notices. Each line of `docs/how-to/keys.md` has its story."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from credit_sdk import CreditClient, Verdict, verify_receipt
from credit_sdk.errors import CreditError, SettingsError
from credit_sdk.transport.folder import FolderTransport
from credit_sdk.trust.refresh import TrustedRefresh
from gateway.ledger.verify import verify
from gateway.problems import ConflictError
from gateway.publishing.keyring import LEAVING_LASTS, ONLINE_ROLES
from gateway.publishing.planning import Wanted
from gateway.publishing.public_keys import make, public_path, read
from gateway.publishing.root_request import RootRequest
from tests.key_office import AWARD, LISTED, ZHAO, Office, now
from tests.real_gateway import LI, WANG

STEPS = ["bridge", "ledger", "root", "settle", *(f"promote {role}" for role in ONLINE_ROLES), "done"]


class PowerCutError(BaseException):
    """The power fails in the middle."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office.make(tmp_path)) as made:
        yield made


@pytest.fixture
def host(office: Office) -> Iterator[CreditClient]:
    """A host that was set up on the first day."""
    with office.host("host") as client:
        yield client


def answers(client: CreditClient) -> bool:
    """Whether a host follows without a word and judges by what is published."""
    client.sync()
    status = client.status()
    return status.sync.error is None and client.check(LISTED, AWARD).verdict is Verdict.DENY


def online_keyids(office: Office) -> dict[str, str]:
    return {role: office.root.signed.roles[role].keyids[0] for role in ONLINE_ROLES}


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


def test_the_root_is_renewed_and_nothing_else_changes(office: Office, host: CreditClient) -> None:
    office.change(Wanted())
    assert answers(host)
    at = now() + timedelta(days=300)
    done = office.change(Wanted(), at=at)
    assert (done.root.version, done.root.expires) == (3, at + timedelta(days=365))
    assert not any(each.is_any for each in done.changes)


def test_root_keys_sign_elsewhere_and_never_come_to_the_gateway(office: Office, host: CreditClient) -> None:
    signed = office.request(Wanted(rotate=True), keys=(3, 1))
    assert office.root.signed.version == 1
    assert answers(host)
    assert office.accept(signed).is_new
    assert answers(host)
    assert list((office.home.keys / "root").iterdir()) == []
    assert not office.accept(signed).is_new, "handed in twice, it changes nothing"
    assert office.root.signed.version == 2


def test_copies_signed_in_two_places_add_up(office: Office) -> None:
    one = office.request(Wanted(), keys=(1,))
    key = office.keyring.load_root(*office.media(3))
    other = RootRequest(one.before, type(one.root)(one.root.signed), one.names).signed_with([key])
    for alone in (one, other):
        with pytest.raises(ConflictError, match="1 more signatures of root keys are needed"):
            office.accept(alone)
    assert office.accept(one.merged_with(other)).is_new


def test_of_two_requests_only_the_one_made_from_the_root_in_force_is_taken(office: Office) -> None:
    late = office.request(Wanted(rotate=True))
    office.change(Wanted())
    with pytest.raises(ConflictError, match="follows trust root 1; another one, version 2, is in force"):
        office.accept(late)
    first = office.request(Wanted(rotate=True))
    office.request(Wanted(rotate=True))
    with pytest.raises(ConflictError, match="a later one has replaced it"):
        office.accept(first)


def test_one_root_key_lost(office: Office, host: CreditClient) -> None:
    (office.folder / "media" / "root-3.pem").unlink()
    lost = next(each for each in office.root.signed.roles["root"].keyids if each not in signing(office, 1, 2))
    with pytest.raises(ConflictError, match="2 root keys of which 2 must sign are not safe"):
        office.change(Wanted(drop_root=[lost]))
    new = office.folder / "media" / "root-4.pem"
    make(new)
    office.change(Wanted(drop_root=[lost[:12]], add_root=[read(public_path(new))]))
    assert lost not in office.root.signed.keys
    assert answers(host)
    office.change(Wanted(rotate=True), keys=(2, 4))
    assert answers(host)


def signing(office: Office, *numbers: int) -> list[str]:
    return [office.keyring.load_root(path).public_key.keyid for path in office.media(*numbers)]


def test_the_threshold_is_raised_with_keys_to_spare(office: Office, host: CreditClient) -> None:
    with pytest.raises(ConflictError, match="3 root keys of which 3 must sign are not safe"):
        office.change(Wanted(threshold=3))
    new = [office.folder / "media" / f"root-{number}.pem" for number in (4, 5)]
    for path in new:
        make(path)
    with pytest.raises(ConflictError, match="1 more signatures"):
        office.change(Wanted(threshold=3, add_root=[read(public_path(path)) for path in new]))
    office.change(Wanted(threshold=3, add_root=[read(public_path(path)) for path in new]), keys=(1, 2, 3))
    assert answers(host)
    with pytest.raises(SettingsError, match="3 root keys are needed to change keys and 2 are here"):
        office.change(Wanted(rotate=True))
    office.change(Wanted(rotate=True), keys=(1, 4, 5))
    assert answers(host)


def test_two_root_keys_lost(office: Office, host: CreditClient) -> None:
    """Nothing can be changed any more; what is served goes on until the root ends."""
    with pytest.raises(SettingsError, match="2 root keys are needed to change keys and 1 are here"):
        office.change(Wanted(rotate=True), keys=(1,))
    with pytest.raises(ConflictError, match="1 more signatures"):
        office.accept(office.request(Wanted(rotate=True), keys=(1,)))
    office.gateway.list_companies([2])
    office.gateway.publisher.publish(now())
    assert answers(host)
    assert host.status().serial == 2


def test_an_online_key_lost(office: Office, host: CreditClient) -> None:
    """Nothing can be signed until it is restored or all are replaced; hosts go on with what they hold meanwhile."""
    kept = (office.home.keys / "online" / "timestamp.pem").read_bytes()
    (office.home.keys / "online" / "timestamp.pem").unlink()
    with pytest.raises(SettingsError, match="the online key of the role timestamp is not at"):
        office.gateway.publisher.heartbeat(now())
    assert answers(host)
    office.change(Wanted(rotate=True))
    assert answers(host)
    (office.home.keys / "online" / "timestamp.pem").write_bytes(kept)
    with pytest.raises(SettingsError, match="is not the one the trust root names"):
        office.gateway.publisher.heartbeat(now() + LEAVING_LASTS)


def test_an_operators_key_lost(office: Office, host: CreditClient) -> None:
    """With two people the law rests on both: a third comes first, signs in the place of the one, who gets a new key."""
    with pytest.raises(ConflictError, match="1 people would be left of whom 2 sign the law"):
        office.change(Wanted(revoke=[WANG]))
    office.add_person(ZHAO)
    lost = office.keyring.people()[WANG].keyid
    with pytest.raises(SettingsError, match="is not signed by enough of the people") as refused:
        office.change(Wanted(revoke=[WANG]))
    assert "law sign" in refused.value.hint
    assert lost in office.root.signed.keys
    office.sign_law_again(LI, ZHAO)
    assert answers(host)

    def look(step: str) -> None:
        assert answers(host), step

    office.change(Wanted(revoke=[WANG]), watch=look)
    assert lost not in office.root.signed.keys
    assert not office.keyring.has_person(WANG)
    with pytest.raises(CreditError, match=f"{WANG} is not an operator with a key"):
        office.sign_law_again(LI, WANG)
    office.change(Wanted(grant=[WANG]))
    office.gateway.publisher.heartbeat(now())
    assert office.keyring.people()[WANG].keyid != lost
    office.sign_law_again(WANG, ZHAO)
    assert answers(host)


@pytest.mark.parametrize("step", ["bridge", "ledger", "root", "settle", f"forget {WANG}", "done"])
def test_a_power_cut_while_a_key_is_revoked_never_brings_it_back(office: Office, host: CreditClient, step: str) -> None:
    office.add_person(ZHAO)
    office.sign_law_again(LI, ZHAO)
    lost = office.keyring.people()[WANG].keyid

    def cut(name: str) -> None:
        if name == step:
            raise PowerCutError(name)

    with pytest.raises(PowerCutError):
        office.change(Wanted(revoke=[WANG]), watch=cut)
    assert answers(host)
    if lost in office.root.signed.keys:
        office.change(Wanted(revoke=[WANG]))
    office.change(Wanted(grant=[WANG]))
    assert lost not in office.root.signed.keys
    assert answers(host)


def test_everything_lost_but_a_backup_from_before_the_rotation(office: Office, host: CreditClient) -> None:
    """An old backup holds online keys that no root names any more: the gateway says so, and a rotation mends it."""
    old = {role: (office.home.keys / "online" / f"{role}.pem").read_bytes() for role in ONLINE_ROLES}
    office.change(Wanted(rotate=True))
    for folder in ("leaving", "next"):
        for path in (office.home.keys / "online" / folder).iterdir():
            path.unlink()
    for role, data in old.items():
        (office.home.keys / "online" / f"{role}.pem").write_bytes(data)
    with pytest.raises(SettingsError, match="is not the one the trust root names") as refused:
        office.gateway.publisher.heartbeat(now())
    assert "keys rotate HOME" in refused.value.hint
    assert answers(host)
    office.change(Wanted(rotate=True))
    assert answers(host)
