"""Digests (摘要) of whole files, for people and archives to compare: SHA-256, and SM3 where 国密 is asked for.

Nothing that is signed or published is named by SM3: the map, the targets and the receipts stay as they are. A file is
the same file under either digest, so an archive that must keep SM3 can be compared with one that keeps SHA-256.
"""

from enum import StrEnum
from hashlib import sha256

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes

from credit_sdk.errors import SettingsError


class DigestKind(StrEnum):
    """Which digest: SHA-256, or SM3 (GB/T 32905-2016, ISO/IEC 10118-3)."""

    SHA256 = "sha256"
    SM3 = "sm3"


def digests_of(data: bytes) -> dict[str, str]:
    """Every digest this machine can make, by kind; SM3 is left out where it was built without."""
    found = {}
    for kind in DigestKind:
        try:
            found[str(kind)] = digest_of(data, kind)
        except SettingsError:
            continue
    return found


def digest_of(data: bytes, kind: DigestKind = DigestKind.SHA256) -> str:
    """The digest of these bytes, 64 hex digits.

    Raises:
        SettingsError: The cryptographic library of this machine was built without SM3.
    """
    if kind is DigestKind.SHA256:
        return sha256(data).hexdigest()
    try:
        digest = hashes.Hash(hashes.SM3())
    except UnsupportedAlgorithm as error:
        raise SettingsError(
            "The cryptographic library of this machine has no SM3, so no SM3 digest can be given.",
            hint="Install the `cryptography` wheel from the package index, or an OpenSSL that was built with SM3.",
        ) from error
    digest.update(data)
    return digest.finalize().hex()
