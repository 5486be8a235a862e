"""A root key is made where it stays; only its public half is taken in."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from securesystemslib.signer import CryptoSigner

from credit_sdk.errors import InvalidRequestError, SettingsError, TrustError
from credit_sdk.model import canonical
from gateway.publishing.keyring import load_key
from gateway.publishing.public_keys import make, public_path, read


def test_the_public_half_names_the_private_one(tmp_path: Path) -> None:
    path = tmp_path / "root-4.pem"
    key = make(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(path, "the root key").public_key == key == read(public_path(path))


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "root-4.pem"
    make(path)
    before = path.read_bytes()
    with pytest.raises(SettingsError, match="is there already"):
        make(path)
    path.unlink()
    with pytest.raises(SettingsError, match=r"pub\.json is there already"):
        make(path)
    assert before


def test_anything_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    make(path)
    public = public_path(path).read_bytes()
    for data in (path.read_bytes(), b"", b"[]", b"{}", public.replace(b'"keyid":"', b'"keyid":"0'), public + b" "):
        (tmp_path / "other").write_bytes(data)
        with pytest.raises(InvalidRequestError, match="holds no public key"):
            read(tmp_path / "other")


def test_a_scheme_that_nobody_believes_is_refused(tmp_path: Path) -> None:
    key = CryptoSigner(ec.generate_private_key(ec.SECP256R1())).public_key
    (tmp_path / "key").write_bytes(canonical.dumps({"keyid": key.keyid, **key.to_dict()}))
    with pytest.raises(TrustError, match="not believed here"):
        read(tmp_path / "key")
