"""Issuing receipts (签发回执): proofs from the replica, with the signatures its publication was believed by.

A receipt is of the publication the decision was made on. The replica holds one publication at a time, so the receipt is
taken at the time of the check; once another publication was taken over it cannot be had any more, and that is said.
What is issued was verified first, by the same rules as anybody verifies it later.
"""

from tuf.api.metadata import Metadata, Root

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.confirmation import as_made_here, is_confirmed
from credit_sdk.errors import InvalidRequestError, PublicationRefusedError, ReceiptUnavailableError
from credit_sdk.model.decision import Decision
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.subject import Subject
from credit_sdk.publication import proof
from credit_sdk.publication.receipt import Receipt, SignedFiles
from credit_sdk.publication.receipt_view import ReceiptView, replayed, require_receiptable
from credit_sdk.publication.statement import Publication
from credit_sdk.replica import retention
from credit_sdk.replica.notes import damaged
from credit_sdk.replica.offering import StoredObjects
from credit_sdk.replica.store import Replica
from credit_sdk.replica.view import ReplicaView
from credit_sdk.trust import signed_chain, verification


def receipt(replica: Replica, decision: Decision) -> bytes:
    """The receipt of a decision made on what the replica holds.

    Of a consortium every member's decision has a receipt of its own. That the gateway did not confirm an answer is no
    part of what lists and law say: the receipt is of the answer without that notice.

    Args:
        replica: The replica it was made on.
        decision: Of one subject.

    Raises:
        ReceiptUnavailableError: Another publication was taken over since, or the gateway confirmed the decision live.
        InvalidRequestError: It is about a natural person, or about a group.
        ReplicaError: The replica is damaged or cannot be read.
    """
    if not isinstance(decision, Decision):
        raise InvalidRequestError(
            "a receipt is of one subject; a group has one for each member.",
            hint="Take a receipt of every decision in group.members.",
        )
    if is_confirmed(decision):
        raise ReceiptUnavailableError(
            "The gateway confirmed this decision live, on its own data, so it is proved there and not by this replica.",
            hint="The first notice names the gateway's record of it; after a sync, check again for a receipt of here.",
        )
    decision = as_made_here(decision)
    require_receiptable(decision.subject)
    with replica.view() as view:
        publication = _of_the_same(view, decision)
        pinned, files = _files(replica, decision)
        try:
            return _issued(view, publication, pinned, files, decision)
        except PublicationRefusedError as refused:
            raise ReceiptUnavailableError(
                f"The decision cannot be proved from this replica: {str(refused).rstrip('.')}.",
                hint="What was answered online or elsewhere is proved there; `credit doctor` says whether all is well.",
            ) from refused


def _issued(
    view: ReplicaView, publication: Publication, pinned: bytes, files: SignedFiles, decision: Decision
) -> bytes:
    chain = signed_chain.verified(pinned, files)
    law = view.state.catalogue
    if law is None:
        raise damaged("its law is missing")
    written = decision.to_json()
    asking = _AskingView(view, publication, law, chain)
    replayed(written, asking)
    made = Receipt(
        decision=written,
        proofs=tuple(proof.prove(key, publication.root, StoredObjects(view).opened) for key in sorted(asking.asked)),
        publication=publication.to_bytes(),
        law=law.document.to_bytes(),
        files=files,
    )
    verification.examined(made, pinned, compiled=law)
    return made.to_bytes()


def _of_the_same(view: ReplicaView, decision: Decision) -> Publication:
    evidence, state, publication = decision.evidence, view.state, view.publication
    if publication is None or not evidence.serial:
        raise ReceiptUnavailableError(
            "The replica held no publication when this was decided, so there is nothing to prove.",
            hint="Run `credit sync`, check again, and take the receipt of that decision.",
        )
    if (evidence.origin, evidence.serial, evidence.map_root) != (
        view.state.origin,
        view.state.serial,
        view.state.map_root,
    ):
        raise ReceiptUnavailableError(
            f"The decision was made on publication {evidence.serial}; the replica holds {state.serial} by now and "
            "cannot prove it any more.",
            hint="Check again, and take the receipt at the time of the check.",
        )
    return publication


def _files(replica: Replica, decision: Decision) -> tuple[bytes, SignedFiles]:
    """The first root this replica was given, and the signed files of the contact the decision states."""
    contact_at = decision.evidence.contact_at
    kept = None if contact_at is None else retention.of_contact(replica.directory, contact_at)
    if kept is None:
        raise ReceiptUnavailableError(
            "The signatures of the contact this was decided on are not kept any more, so it cannot be proved.",
            hint="Check again, and take the receipt at the time of the check.",
        )
    in_force = Metadata[Root].from_bytes(kept.roots[-1]).signed
    return kept.roots[0], SignedFiles(
        roots=signed_chain.handed_over(kept.roots),
        timestamp=signed_chain.one_spelling(kept.timestamp, in_force),
        snapshot=kept.snapshot,
        targets=kept.targets,
        catalogue=kept.catalogue,
    )


class _AskingView(ReceiptView):
    """The replica as the decision saw it, noting which keys the answer rests on."""

    def __init__(
        self, view: ReplicaView, publication: Publication, law: Catalogue, contact: signed_chain.SignedChain
    ) -> None:
        super().__init__(publication, law, contact, ())
        self._view = view
        self.asked: set[bytes] = set()

    def record(self, subject: Subject) -> SubjectRecord | None:
        """What the replica holds about ``subject``."""
        self.asked.update(subject.lookup_keys)
        return self._view.record(subject)
