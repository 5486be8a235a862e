"""A receipt whose every byte is fixed: keys from fixed seeds, a fixed instant, issued without a replica."""

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.publication import objects
from credit_sdk.publication.proof import from_objects, prove
from credit_sdk.publication.receipt import Receipt, SignedFiles
from credit_sdk.publication.receipt_view import ReceiptView
from credit_sdk.testing import subject
from credit_sdk.testing.law import fictional_law
from credit_sdk.testing.publisher import Publisher
from credit_sdk.trust import signed_chain
from tests.conformance import inputs


class _Distributed:
    """Objects as a publisher laid them out."""

    def __init__(self, publisher: Publisher) -> None:
        self._files = publisher.files

    def read(self, name: str) -> bytes:
        return objects.decompress(self._files[objects.path_of(name)])


def _seeded(role: str, number: int) -> CryptoSigner:
    return CryptoSigner(Ed25519PrivateKey.from_private_bytes(sha256(f"{role} {number}".encode()).digest()))


def receipt_and_root() -> tuple[bytes, bytes]:
    """The receipt of a listed company's check under the second root, and the first root."""
    publisher = Publisher(
        fictional_law(),
        {inputs.LISTED: SubjectRecord((inputs.ENTRY,)), **{subject(each): SubjectRecord() for each in range(10, 30)}},
        origin="credit.example/vectors",
        root_threshold=2,
        catalogue_threshold=2,
    )
    law = Catalogue.from_bytes(publisher.catalogue)
    publisher.declared = {each.id: inputs.DAY for each in law.document.lists}
    for role, signers in publisher.signers.items():
        publisher.signers[role] = [_seeded(role, number) for number in range(len(signers))]
    publisher.publish(inputs.CONTACT)
    publisher.rotate_root(inputs.CONTACT)
    publication = publisher.publish(inputs.CONTACT)

    def file(name: str) -> bytes:
        return publisher.files[f"metadata/{name}.json"]

    first, second = (Metadata[Root].from_bytes(file(f"{version}.root")).signed for version in (1, 2))
    files = SignedFiles(
        roots=(signed_chain.one_spelling(file("2.root"), second, first),),
        timestamp=signed_chain.one_spelling(file("timestamp"), second),
        snapshot=file("2.snapshot"),
        targets=file("2.targets"),
        catalogue=file("1.catalogue"),
    )
    proof = prove(inputs.LISTED.key, publication.root, from_objects(_Distributed(publisher)))
    view = ReceiptView(publication, law, signed_chain.verified(publisher.trust_root, files), [proof])
    decision = evaluate(
        inputs.LISTED,
        "procurement.award",
        inputs.DAY,
        view,
        inputs.NOW,
        case="青采2026-17",
        decision_id="019503d8-0000-7000-8000-000000000009",
    )
    made = Receipt(decision.to_json(), (proof,), publication.to_bytes(), publisher.catalogue, files)
    return made.to_bytes(), publisher.trust_root
