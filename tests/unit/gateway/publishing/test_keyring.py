"""Keys are made once, kept private, and used by name."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from credit_sdk.errors import InvalidRequestError, SettingsError
from gateway.publishing.founding import create_keys
from gateway.publishing.keyring import Keyring
from gateway.settings import GatewayHome, GatewaySettings
from tests.real_gateway import LI, NOW, WANG


@pytest.fixture
def home(tmp_path: Path) -> GatewayHome:
    return GatewayHome.create(tmp_path / "home", GatewaySettings())


def test_only_the_owner_may_read_a_private_key(home: GatewayHome) -> None:
    create_keys(home, [LI, WANG], NOW)
    keys = sorted(home.keys.rglob("*.pem"))
    assert len(keys) == 3 + 3 + 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}
    assert {stat.S_IMODE(path.parent.stat().st_mode) for path in keys} == {0o700}


@pytest.mark.parametrize("name", ["", "../escape", "a/b", ".hidden", "x" * 65])
def test_refuses_a_name_that_could_leave_the_folder(home: GatewayHome, name: str) -> None:
    with pytest.raises(InvalidRequestError, match="cannot be the name"):
        Keyring(home.keys).make_person(name)


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


def test_a_root_key_file_that_holds_none_is_named(home: GatewayHome) -> None:
    create_keys(home, [LI, WANG], NOW)
    (home.keys / "root" / "root-2.pem").write_text("nothing")
    with pytest.raises(SettingsError, match=r"root-2\.pem holds no usable key"):
        Keyring(home.keys).root()


def test_a_key_under_a_passphrase_is_refused_in_one_line(home: GatewayHome) -> None:
    create_keys(home, [LI, WANG], NOW)
    path = home.keys / "root" / "root-1.pem"
    private = load_pem_private_key(path.read_bytes(), None)
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")))
    with pytest.raises(SettingsError, match=r"root-1\.pem holds no usable key") as refused:
        Keyring(home.keys).root()
    assert "\n" not in refused.value.line


def test_an_end_of_leaving_keys_that_cannot_be_read_ends_them(home: GatewayHome) -> None:
    create_keys(home, [LI, WANG], NOW)
    keyring = Keyring(home.keys)
    keyring.make_next_online()
    keyring.promote("timestamp", NOW)
    assert len(keyring.online_signers("timestamp", NOW)) == 2
    (home.keys / "online" / "leaving" / "until").write_text("soon")
    assert len(keyring.online_signers("timestamp", NOW)) == 1
