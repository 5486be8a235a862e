"""Verifying a receipt (回执验证): offline, with nothing but the trust root.

1. Form: sealed, in one spelling, within bounds (:mod:`credit_sdk.publication.receipt`).
2. Signatures: from the pinned root to the statement and the law, at the instant they were made
   (:mod:`credit_sdk.trust.signed_chain`).
3. The statement names the law, and every proof leads to its root.
4. The answer is decided anew from what is now established, and is the one the receipt states, byte for byte
   (:mod:`credit_sdk.publication.receipt_view`). A proof it did not need is refused.

So a receipt is believed for what it says: *of this subject, in this matter, with these facts, these lists and this law
said this*. What the host itself stated - its facts, its case number, the instant of its clock - nobody has signed; the
digest of the decision in the gateway's record of the check ties it down.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.errors import IntegrityError
from credit_sdk.model.decision import Decision
from credit_sdk.publication.receipt import Receipt
from credit_sdk.publication.receipt_envelope import MAX_RECEIPT_BYTES
from credit_sdk.publication.receipt_view import ReceiptView, replayed
from credit_sdk.publication.statement import Publication
from credit_sdk.trust import signed_chain
from credit_sdk.trust.signed_chain import SignedChain

_HINT = "Take it again from the case file, byte for byte; if it was kept so, it is not what was issued."


@dataclass(frozen=True, slots=True)
class VerifiedReceipt:
    """A receipt that holds (已验证回执).

    Attributes:
        decision: Decided anew, and the same as stated.
        publication: The statement that was signed.
        edition: Of the law.
        chain: Under which root, when, and until when.
        present: Whether something is published, by key in hex.
        digest: SHA-256 of the decision's canonical JSON, as the record of the check states it.
    """

    decision: Decision
    publication: Publication
    edition: str
    chain: SignedChain
    present: Mapping[str, bool]
    digest: str


def examine(data: bytes, pinned: bytes) -> VerifiedReceipt:
    """Verify a receipt and say what was established.

    Args:
        data: The receipt.
        pinned: The trust root, checked before.

    Raises:
        PublicationRefusedError: The receipt, or something in it, must not be believed.
        LawError: The law in it cannot be used by this version.
    """
    return examined(Receipt.from_bytes(data), pinned)


def examined(receipt: Receipt, pinned: bytes, *, compiled: Catalogue | None = None) -> VerifiedReceipt:
    """Verify a receipt that was read or is about to be issued.

    Args:
        receipt: The receipt.
        pinned: The trust root, checked before.
        compiled: The law, where it was compiled before; used if it is the one in the receipt.

    Raises:
        PublicationRefusedError: The receipt, or something in it, must not be believed.
        LawError: The law in it cannot be used by this version.
    """
    chain = signed_chain.verified(pinned, receipt.files)
    chain.require(receipt.publication, receipt.law)
    publication = Publication.from_bytes(receipt.publication)
    digest = sha256(receipt.law).hexdigest()
    if (digest, len(receipt.law)) != (publication.catalogue.digest, publication.catalogue.length):
        raise IntegrityError("The publication and the law in the receipt do not belong together.", hint=_HINT)
    for proof in receipt.proofs:
        proof.require(publication.map_root)
    law = compiled if compiled and compiled.digest == digest else Catalogue.from_bytes(receipt.law)
    view = ReceiptView(publication, law, chain, receipt.proofs)
    decision = replayed(receipt.decision, view)
    if view.unasked:
        raise IntegrityError("The receipt proves something that its answer does not rest on.", hint=_HINT)
    return VerifiedReceipt(
        decision=decision,
        publication=publication,
        edition=law.document.edition,
        chain=chain,
        present={proof.key.hex(): proof.is_present for proof in receipt.proofs},
        digest=sha256(receipt.decision).hexdigest(),
    )


def read_file(path: Path) -> bytes:
    """A receipt from a file, no larger than one can be.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return file.read(MAX_RECEIPT_BYTES + 1)
