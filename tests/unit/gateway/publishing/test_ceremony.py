"""Who is trusted changes only with the root keys, and hosts can follow every step."""

from datetime import timedelta
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, Root

from credit_sdk.errors import InvalidRequestError, SettingsError
from credit_sdk.publication.signers import LAW_SIGNERS_FIELD
from gateway.publishing.ceremony import add_person, create_keys, rotate_online
from gateway.publishing.keyring import Keyring
from gateway.settings import GatewayHome, GatewaySettings
from tests.real_gateway import LI, NOW, WANG

ZHAO = "赵新来"


@pytest.fixture
def home(tmp_path: Path) -> GatewayHome:
    return GatewayHome.create(tmp_path / "home", GatewaySettings())


def take_away_root_keys(home: GatewayHome, count: int) -> None:
    for path in list((home.keys / "root").glob("*.pem"))[:count]:
        path.unlink()


def newest(home: GatewayHome) -> Metadata[Root]:
    return Metadata[Root].from_file(str(home.trust_root))


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


def test_the_trust_root_pins_who_signs_the_law(home: GatewayHome) -> None:
    create_keys(home, [LI, WANG], NOW)
    people = Keyring(home.keys).people()
    root = newest(home).signed
    keyids = sorted(people[name].keyid for name in (LI, WANG))
    assert root.unrecognized_fields == {LAW_SIGNERS_FIELD: {"keyids": keyids, "threshold": 2}}
    assert {root.keys[keyid].keyval["public"] for keyid in keyids} == {
        people[name].keyval["public"] for name in (LI, WANG)
    }


def test_a_further_person_is_pinned_by_a_root_that_follows_from_the_one_before(home: GatewayHome) -> None:
    create_keys(home, [LI, WANG], NOW)
    first = newest(home)
    key = add_person(home, ZHAO, NOW + timedelta(days=30))
    second = newest(home)
    first.signed.verify_delegate("root", second.signed_bytes, second.signatures)
    assert (second.signed.version, second.signed.keys[key.keyid]) == (2, key)
    assert len(second.signed.unrecognized_fields[LAW_SIGNERS_FIELD]["keyids"]) == 3
    assert second.signed.unrecognized_fields[LAW_SIGNERS_FIELD]["threshold"] == 2
    assert (home.distribution / "metadata" / "2.root.json").read_bytes() == home.trust_root.read_bytes()
    assert key.keyid in newest(home).signed.keys
    rotate_online(home, NOW + timedelta(days=31))
    assert key.keyid in newest(home).signed.unrecognized_fields[LAW_SIGNERS_FIELD]["keyids"]


def test_without_the_root_keys_nobody_is_added_and_nothing_is_changed(home: GatewayHome) -> None:
    create_keys(home, [LI, WANG], NOW)
    before = {path: path.read_bytes() for path in home.path.rglob("*") if path.is_file() and "root-" not in path.name}
    take_away_root_keys(home, 2)
    with pytest.raises(SettingsError, match="2 root keys are needed to change keys and 1 are here") as refused:
        add_person(home, ZHAO, NOW)
    assert str(home.keys / "root") in refused.value.hint
    assert "run the command again" in refused.value.hint
    after = {path: path.read_bytes() for path in home.path.rglob("*") if path.is_file() and "root-" not in path.name}
    assert after == before


def test_a_person_whose_adding_broke_off_is_added_by_doing_it_again(home: GatewayHome) -> None:
    create_keys(home, [LI, WANG], NOW)
    key = Keyring(home.keys).make_person(ZHAO)  # and then the power went
    assert add_person(home, ZHAO, NOW).keyid == key.keyid
    assert key.keyid in newest(home).signed.unrecognized_fields[LAW_SIGNERS_FIELD]["keyids"]
    with pytest.raises(InvalidRequestError, match=f"{ZHAO} has a key already"):
        add_person(home, ZHAO, NOW)
    assert newest(home).signed.version == 2


def test_a_gateway_without_a_trust_root_says_so(home: GatewayHome) -> None:
    with pytest.raises(SettingsError, match="there is no trust root"):
        add_person(home, ZHAO, NOW)


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
