"""Which signature schemes are believed (签名算法): a policy of ours, the same on both sides.

The library that verifies signatures knows a dozen schemes, and a root may name a key of any of them. What counts is
stated here and nowhere else: a key of another scheme is refused in whatever role it stands, even if its signature is
good. To take a further scheme into use (SM2, say) is a release that adds it here, *before* a root names such a key.
"""

from collections.abc import Collection, Iterable
from typing import Final, Protocol

from credit_sdk.errors import TrustError

ED25519: Final = ("ed25519", "ed25519")

ACCEPTED_SCHEMES: Final[frozenset[tuple[str, str]]] = frozenset({ED25519})
"""Kind of key and scheme, as signed metadata spells them."""


class SchemedKey(Protocol):
    """A public key that says what it is for."""

    keyid: str
    keytype: str
    scheme: str


def require_accepted(keys: Iterable[SchemedKey], accepted: Collection[tuple[str, str]] = ACCEPTED_SCHEMES) -> None:
    """Refuse keys of a scheme that is not believed.

    Args:
        keys: The keys, in whatever role.
        accepted: What is believed; Ed25519 alone unless given.

    Raises:
        TrustError: One of them is of another scheme.
    """
    for key in keys:
        if (key.keytype, key.scheme) not in accepted:
            raise TrustError(
                f"The key {key.keyid[:16]}… is of the signature scheme {key.keytype}/{key.scheme}, "
                "which is not believed here.",
                hint="Take a version of this library that knows the scheme, or ask the gateway's operator for keys of: "
                + ", ".join(sorted(scheme for _, scheme in accepted)),
            )
