"""Receipts whose every byte is fixed: keys from fixed seeds, a fixed instant, issued without a replica."""

from collections.abc import Mapping
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.model.finding import Principal
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.measure import Role
from credit_sdk.model.subject import Subject
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


def _seeded(role: str, number: int, generation: int = 1) -> CryptoSigner:
    seed = sha256(f"{role} {number} {generation}".encode()).digest()
    return CryptoSigner(Ed25519PrivateKey.from_private_bytes(seed))


def _published() -> Publisher:
    """Under the third root: the second gave the root new keys, the third one a new key for timestamps."""
    publisher = Publisher(
        fictional_law(),
        {inputs.LISTED: SubjectRecord((inputs.ENTRY,)), **{subject(each): SubjectRecord() for each in range(10, 30)}},
        origin="credit.example/vectors",
        root_threshold=2,
        catalogue_threshold=2,
    )
    publisher.declared = {each.id: inputs.DAY for each in Catalogue.from_bytes(publisher.catalogue).document.lists}
    for role, signers in publisher.signers.items():
        publisher.signers[role] = [_seeded(role, number) for number in range(len(signers))]
    publisher.publish(inputs.CONTACT)
    for role in ("root", "timestamp"):
        before = list(publisher.signers["root"])
        publisher.signers[role] = [_seeded(role, number, 2) for number in range(len(publisher.signers[role]))]
        publisher._sign_root(inputs.CONTACT, before)
    publisher.publish(inputs.CONTACT)
    return publisher


def receipts_and_roots() -> tuple[Mapping[str, bytes], list[bytes]]:
    """Receipts by name, and the first roots."""
    publisher = _published()
    publication = publisher.publication
    assert publication
    law = Catalogue.from_bytes(publisher.catalogue)
    roots = [publisher.files[f"metadata/{version}.root.json"] for version in (1, 2, 3)]
    files = SignedFiles(
        roots=signed_chain.handed_over(roots),
        timestamp=signed_chain.one_spelling(
            publisher.files["metadata/timestamp.json"], Metadata[Root].from_bytes(roots[-1]).signed
        ),
        snapshot=publisher.files["metadata/2.snapshot.json"],
        targets=publisher.files["metadata/2.targets.json"],
        catalogue=publisher.files["metadata/1.catalogue.json"],
    )
    chain = signed_chain.verified(publisher.trust_root, files)
    asked: Mapping[str, tuple[Subject, str, list[Principal]]] = {
        "listed": (inputs.LISTED, "procurement.award", []),
        "not listed": (inputs.UNLISTED, "procurement.award", []),
        "through a principal": (
            inputs.UNLISTED,
            "company.officer",
            [Principal(inputs.LISTED, Role.LEGAL_REPRESENTATIVE)],
        ),
    }
    found = {}
    for number, (name, (who, matter, principals)) in enumerate(asked.items()):
        keys = sorted({who.key, *(each.subject.key for each in principals)})
        proofs = tuple(prove(key, publication.root, from_objects(_Distributed(publisher))) for key in keys)
        decision = evaluate(
            who,
            matter,
            inputs.DAY,
            ReceiptView(publication, law, chain, proofs),
            inputs.NOW,
            principals=principals,
            case="青采2026-17",
            decision_id=f"019503d8-0000-7000-8000-{number:012d}",
        )
        made = Receipt(decision.to_json(), proofs, publication.to_bytes(), publisher.catalogue, files)
        found[name] = made.to_bytes()
    return found, roots
