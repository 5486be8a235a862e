"""Who may sign the law (法律签署人): people, named in the trust root, which is signed offline.

The server's role ``targets`` delegates the law to the role ``catalogue``, as The Update Framework has it. Whoever holds
the server's keys could delegate it to himself, so the root says beforehand whom it may be delegated to at all:

1. The field ``x-credit-catalogue`` of the root names identifiers of keys and how many of them must sign; the keys
   themselves stand among the keys of the root. Identifiers alone would not do: whoever delegates says which key one
   stands for.
2. A delegation may name fewer of these keys and ask for more signatures, never the other way round.
3. Who is named changes as everything in the root does: by a next root that the keys of the last one signed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from credit_sdk.errors import TrustError

LAW_SIGNERS_FIELD = "x-credit-catalogue"

_REMEDY = "Ask the gateway's operator; a new trust root, signed by the root keys, must name who signs the law."


@dataclass(frozen=True, slots=True)
class LawSigners:
    """Whose signatures make a law (法律签署人).

    Attributes:
        keyids: Identifiers of their keys, sorted.
        threshold: How many of them must sign.
    """

    keyids: tuple[str, ...]
    threshold: int

    @classmethod
    def of(cls, keyids: Collection[str], threshold: int) -> "LawSigners":
        """These keys, in the one order they are written in."""
        return cls(tuple(sorted(set(keyids))), threshold)

    @classmethod
    def from_field(cls, field: object) -> "LawSigners":
        """What a root pins.

        Raises:
            TrustError: It pins nobody, or not in the one form.
        """
        if field is None:
            raise TrustError("The trust root does not name who may sign the law, so no law is believed.", hint=_REMEDY)
        keyids, threshold = _parts(field)
        if not 1 <= threshold <= len(keyids) or list(keyids) != sorted(set(keyids)):
            raise TrustError(
                "The trust root names who may sign the law in a way that cannot be used, so no law is believed.",
                hint=_REMEDY,
            )
        return cls(keyids, threshold)

    def to_field(self) -> Mapping[str, object]:
        """The field of the root."""
        return {"keyids": list(self.keyids), "threshold": self.threshold}

    def require_within(self, keyids: Collection[str], threshold: int) -> None:
        """Refuse a delegation to anybody else, or to fewer.

        Raises:
            TrustError: A key is not pinned, or fewer signatures would do.
        """
        strangers = sorted(set(keyids) - set(self.keyids))
        if strangers:
            raise TrustError(
                f"The server lets a key sign the law that the trust root does not name ({strangers[0][:16]}…); "
                "somebody may have its keys.",
                hint="What is held stays in use. Tell the gateway's operator at once.",
            )
        if threshold < self.threshold:
            raise TrustError(
                f"The server asks for {threshold} signatures under the law where the trust root asks for "
                f"{self.threshold}; somebody may have its keys.",
                hint="What is held stays in use. Tell the gateway's operator at once.",
            )


def _parts(field: object) -> tuple[tuple[str, ...], int]:
    """Identifiers and threshold; none and 0 where they cannot be read."""
    if not isinstance(field, dict) or field.keys() != {"keyids", "threshold"}:
        return (), 0
    keyids, threshold = field["keyids"], field["threshold"]
    if not isinstance(keyids, list) or not all(isinstance(each, str) and each for each in keyids):
        return (), 0
    return tuple(keyids), threshold if type(threshold) is int else 0
