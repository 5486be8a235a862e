"""A checkpoint is believed in one spelling, and only with a signature of a key that is known."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.ledger.note import Checkpoint, opened, origin_of, signed
from gateway.problems import CheckpointError

KEY, OTHER = Ed25519PrivateKey.from_private_bytes(b"1" * 32), Ed25519PrivateKey.from_private_bytes(b"2" * 32)
SAID = Checkpoint(origin_of("青海 虚构+1"), 17, b"r" * 32)


def raw(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


NOTE = signed(SAID, raw(KEY), KEY.sign)


def test_what_was_signed_comes_back() -> None:
    assert opened(NOTE, [raw(OTHER), raw(KEY)]) == SAID
    assert NOTE.splitlines()[:3] == ["青海%20虚构%2B1/ledger", "17", base64.b64encode(b"r" * 32).decode()]


def test_a_signature_of_somebody_else_beside_it_does_no_harm() -> None:
    assert opened(f"{NOTE}— witness.example.cn AAAAAA==\n", [raw(KEY)]) == SAID


@pytest.mark.parametrize("keys", [[], [raw(OTHER)]])
def test_refuses_a_key_that_did_not_sign(keys: list[bytes]) -> None:
    with pytest.raises(CheckpointError, match="not signed by a key"):
        opened(NOTE, keys)


@pytest.mark.parametrize(
    "text",
    [
        "",
        NOTE[:-1],
        NOTE.replace("\n17\n", "\n18\n"),
        NOTE.replace("\n17\n", "\n017\n"),
        NOTE.replace("\n17\n", "\n１７\n"),
        NOTE.replace("\n17\n", "\n-17\n"),
        NOTE.replace("\n\n", "\nmore\n\n"),
        NOTE.replace("—", "-"),
        NOTE + "\n",
        NOTE.replace("=\n\n", "\n\n"),
        NOTE.replace("/ledger", "/other"),
        NOTE + "— x " + "A" * 5000 + "\n",
    ],
)
def test_refuses_another_spelling(text: str) -> None:
    with pytest.raises(CheckpointError):
        opened(text, [raw(KEY)])


def test_refuses_any_changed_character() -> None:
    for index, character in enumerate(NOTE):
        spoiled = NOTE[:index] + ("A" if character != "A" else "B") + NOTE[index + 1 :]
        with pytest.raises(CheckpointError):
            opened(spoiled, [raw(KEY)])
