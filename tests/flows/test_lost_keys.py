"""Flow *keys* (密钥): what is done when a key, or all of them, are lost; each line of `docs/how-to/keys.md`."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from credit_sdk import CreditClient
from credit_sdk.errors import CreditError, SettingsError
from gateway.problems import ConflictError
from gateway.publishing.keyring import LEAVING_LASTS, ONLINE_ROLES
from gateway.publishing.planning import Wanted
from gateway.publishing.public_keys import make, public_path, read
from tests.key_office import ZHAO, Office, PowerCutError, answers, now
from tests.real_gateway import LI, WANG


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office.make(tmp_path)) as made:
        yield made


@pytest.fixture
def host(office: Office) -> Iterator[CreditClient]:
    """A host that was set up on the first day."""
    with office.host("host") as client:
        yield client


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
