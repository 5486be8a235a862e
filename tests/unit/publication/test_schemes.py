"""Which signature schemes are believed is stated once; everything else is refused by name."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from securesystemslib.signer import KEY_FOR_TYPE_AND_SCHEME, CryptoSigner, SSlibKey

from credit_sdk.errors import TrustError
from credit_sdk.publication.schemes import ACCEPTED_SCHEMES, require_accepted


def ecdsa() -> CryptoSigner:
    return CryptoSigner(ec.generate_private_key(ec.SECP256R1()))


def rsa_pss() -> CryptoSigner:
    return CryptoSigner(rsa.generate_private_key(65537, 2048))


def test_ed25519_alone_is_believed_unless_more_is_accepted() -> None:
    key = ecdsa().public_key
    require_accepted([CryptoSigner.generate_ed25519().public_key])
    require_accepted([key], ACCEPTED_SCHEMES | {(key.keytype, key.scheme)})
    assert frozenset({("ed25519", "ed25519")}) == ACCEPTED_SCHEMES


@pytest.mark.parametrize("make", [ecdsa, rsa_pss])
def test_a_scheme_that_the_library_could_verify_is_refused_all_the_same(make: Callable[[], CryptoSigner]) -> None:
    key = make().public_key
    assert (key.keytype, key.scheme) in KEY_FOR_TYPE_AND_SCHEME
    with pytest.raises(TrustError, match=f"{key.keytype}/{key.scheme}, which is not believed") as refused:
        require_accepted([CryptoSigner.generate_ed25519().public_key, key])
    assert "ed25519" in refused.value.hint


def test_a_scheme_that_nothing_here_can_verify_is_refused() -> None:
    with pytest.raises(TrustError, match="sm2/sm2-sm3, which is not believed"):
        require_accepted([SSlibKey("00" * 32, "sm2", "sm2-sm3", {"public": "04"})])
