"""Keys are made once, kept private, and used by name."""

import stat
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, Root

from credit_sdk.errors import InvalidRequestError, SettingsError
from gateway.publishing.keyring import Keyring, create_keys, rotate_online
from gateway.settings import GatewayHome, GatewaySettings
from tests.real_gateway import LI, NOW, WANG


@pytest.fixture
def home(tmp_path: Path) -> GatewayHome:
    return GatewayHome.create(tmp_path / "home", GatewaySettings())


def test_the_trust_root_is_signed_by_the_root_keys_and_names_the_online_ones(home: GatewayHome) -> None:
    path = create_keys(home, [LI, WANG], NOW)
    root = Metadata[Root].from_file(str(path))
    root.signed.verify_delegate("root", root.signed_bytes, root.signatures)
    assert root.signed.roles["root"].threshold == 2
    assert len(root.signed.roles["root"].keyids) == 3
    keyring = Keyring(home.keys)
    for role in ("timestamp", "snapshot", "targets"):
        assert root.signed.roles[role].keyids == [keyring.online(role).public_key.keyid]
    assert (home.distribution / "metadata" / "1.root.json").read_bytes() == path.read_bytes()


def test_only_the_owner_may_read_a_private_key(home: GatewayHome) -> None:
    create_keys(home, [LI, WANG], NOW)
    keys = sorted(home.keys.rglob("*.pem"))
    assert len(keys) == 3 + 3 + 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}
    assert {stat.S_IMODE(path.parent.stat().st_mode) for path in keys} == {0o700}


def test_refuses_to_make_keys_twice(home: GatewayHome) -> None:
    create_keys(home, [LI, WANG], NOW)
    before = {path: path.read_bytes() for path in home.keys.rglob("*.pem")}
    with pytest.raises(SettingsError, match="has keys already"):
        create_keys(home, [LI, WANG], NOW)
    assert {path: path.read_bytes() for path in home.keys.rglob("*.pem")} == before


@pytest.mark.parametrize("operators", [[], [LI], [LI, LI]])
def test_the_law_needs_two_people(home: GatewayHome, operators: list[str]) -> None:
    with pytest.raises(InvalidRequestError, match="two people"):
        create_keys(home, operators, NOW)


@pytest.mark.parametrize("name", ["", "../escape", "a/b", ".hidden", "x" * 65])
def test_refuses_a_name_that_could_leave_the_folder(home: GatewayHome, name: str) -> None:
    with pytest.raises(InvalidRequestError, match="cannot be the name"):
        Keyring(home.keys).add_person(name)


def test_says_whose_key_is_missing(home: GatewayHome) -> None:
    create_keys(home, [LI, WANG], NOW)
    keyring = Keyring(home.keys)
    with pytest.raises(InvalidRequestError, match="陌生人 is not an operator with a key"):
        keyring.person("陌生人")
    (home.keys / "people" / f"{LI}.pem").unlink()
    with pytest.raises(SettingsError, match=f"the key of {LI} is not at"):
        keyring.person(LI)
    (home.keys / "online" / "timestamp.pem").write_text("nothing")
    with pytest.raises(SettingsError, match="holds no usable key"):
        keyring.online("timestamp")


def test_refuses_the_key_of_somebody_else_under_an_operators_name(home: GatewayHome) -> None:
    create_keys(home, [LI, WANG], NOW)
    people = home.keys / "people"
    (people / f"{LI}.pem").write_bytes((people / f"{WANG}.pem").read_bytes())
    with pytest.raises(SettingsError, match="is not the one the publication names"):
        Keyring(home.keys).person(LI)


def test_new_online_keys_need_the_root_keys_and_follow_from_the_root_before(home: GatewayHome) -> None:
    first = Metadata[Root].from_file(str(create_keys(home, [LI, WANG], NOW)))
    assert rotate_online(home, NOW) == 2
    second = Metadata[Root].from_file(str(home.trust_root))
    first.signed.verify_delegate("root", second.signed_bytes, second.signatures)
    assert second.signed.roles["timestamp"].keyids != first.signed.roles["timestamp"].keyids
    for path in list((home.keys / "root").glob("*.pem"))[:2]:
        path.unlink()
    with pytest.raises(SettingsError, match="2 root keys are needed to change keys and 1 are here"):
        rotate_online(home, NOW)
