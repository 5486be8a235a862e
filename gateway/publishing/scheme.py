"""How this gateway's keys are made, stored and loaded (签名算法): the one place where a scheme is chosen.

The other side of the seam is :mod:`credit_sdk.publication.schemes`, which says what replicas believe. A scheme is taken
into use in this order: a class here and its verification registered with securesystemslib; its name accepted there, in
a release that every host has; then a ceremony that brings in keys of it, role by role.
"""

from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import CryptoSigner, Signer


class SignatureScheme(Protocol):
    """How keys are made, stored and loaded (签名算法)."""

    def generate(self) -> tuple[Signer, bytes]:
        """A new signer and its private key as bytes to be stored."""
        ...

    def load(self, stored: bytes) -> Signer:
        """The signer whose private key was stored; ValueError or TypeError if these bytes hold none."""
        ...


class Ed25519:
    """Ed25519 keys as unencrypted PKCS #8 in PEM; the file's permissions protect them."""

    def generate(self) -> tuple[Signer, bytes]:
        """A new Ed25519 signer."""
        signer = CryptoSigner.generate_ed25519()
        return signer, signer.private_bytes

    def load(self, stored: bytes) -> Signer:
        """The signer of a stored Ed25519 key."""
        key = load_pem_private_key(stored, None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError("not an Ed25519 key")
        return CryptoSigner(key)


CHOSEN: Final[SignatureScheme] = Ed25519()
"""What keys are made of unless a caller says otherwise."""
