"""SHA-256 and SM3 of the same bytes, by the examples of the standards."""

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes

from credit_sdk.errors import SettingsError
from credit_sdk.publication.digests import DigestKind, digest_of, digests_of


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_gives_what_the_examples_of_its_standard_give(data: bytes, expected: str) -> None:
    assert digest_of(data, DigestKind.SM3) == expected


def test_sha256_is_what_is_given_unless_asked() -> None:
    assert digest_of(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_machine_without_sm3_says_so_and_gives_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: hashes.HashAlgorithm) -> hashes.Hash:
        raise UnsupportedAlgorithm("no SM3")

    monkeypatch.setattr(hashes, "Hash", refuse)
    with pytest.raises(SettingsError, match="has no SM3"):
        digest_of(b"abc", DigestKind.SM3)
    assert digests_of(b"abc").keys() == {"sha256"}
