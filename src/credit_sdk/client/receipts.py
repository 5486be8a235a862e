"""Receipts (回执), issued and verified; what that takes is loaded with the first one."""

from pathlib import Path

from credit_sdk.client.loading import loading
from credit_sdk.model.decision import Decision
from credit_sdk.replica.store import Replica


def issued(replica: Replica, decision: Decision) -> bytes:
    """The receipt of a decision made from a replica; see :meth:`credit_sdk.CreditClient.receipt`.

    Raises:
        ReceiptUnavailableError: Another publication was taken over since.
        InvalidRequestError: It is about a natural person, or about a group.
        ReplicaError: The replica is damaged.
    """
    with loading():
        from credit_sdk.replica import proving
    return proving.receipt(replica, decision)


def verify_receipt(data: bytes, *, trust: Path | str) -> Decision:
    """The decision of a receipt that holds; needs no network, no replica and no gateway.

    Args:
        data: The receipt.
        trust: File of the trust root, the one the issuer was given or another one before the check.

    Raises:
        PublicationRefusedError: The receipt, or something in it, must not be believed.
        SettingsError: The trust root cannot be read.
        LawError: The law in it cannot be used by this version.
    """
    with loading():
        from credit_sdk.trust import roots, verification
    return verification.examine(data, roots.load(Path(trust))).decision
