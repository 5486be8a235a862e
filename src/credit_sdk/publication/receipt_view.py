"""Replaying (重演): the answer of a receipt once more, from what was signed and proved and from nothing else.

1. The inputs are those the decision states: subject, matter, day, facts, principals, case, instant of the check.
2. The view is put together from the statement, the law, the signed instant of contact and the proved records. A record
   that is asked for and not proved is refused, never taken for absent.
3. Only the version of the library that decided is taken over from the decision; everything else must come out again,
   byte for byte.

A natural person beside the subject is written with his number masked. Records of persons are in no map, so his number
decides nothing but his place among the principals, which is kept.
"""

import dataclasses
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from msgspec.structs import replace

from credit_sdk.catalogue import wire
from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.view import View
from credit_sdk.errors import CallerError, IntegrityError, InvalidRequestError
from credit_sdk.model.decision import Decision
from credit_sdk.model.finding import Principal
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.release import LIBRARY_VERSION
from credit_sdk.model.subject import Subject
from credit_sdk.publication import records
from credit_sdk.publication.proof import Proof
from credit_sdk.publication.statement import Publication


class Contact(Protocol):
    """When what was published was last known to be current, and until when that holds."""

    @property
    def signed_at(self) -> datetime:
        """Signed instant of contact."""
        ...

    @property
    def expires_at(self) -> datetime:
        """The earliest end of the signatures."""
        ...


class ReceiptView:
    """One publication as far as a receipt proves it (回执视图).

    Attributes:
        state: Lists and law but the records.
        unasked: Keys that are proved and were not asked for yet.
    """

    def __init__(
        self, publication: Publication, catalogue: Catalogue, contact: Contact, proofs: Iterable[Proof]
    ) -> None:
        self.state = publication.state(catalogue, contact_at=contact.signed_at, expires_at=contact.expires_at)
        self._proofs = {proof.key: proof for proof in proofs}
        self.unasked = set(self._proofs)

    def record(self, subject: Subject) -> SubjectRecord | None:
        """What is proved about ``subject``.

        Raises:
            IntegrityError: Nothing is.
        """
        for key in subject.lookup_keys:
            proof = self._proofs.get(key)
            if proof is None:
                raise IntegrityError(
                    f"The receipt proves nothing about {subject.masked}, on whom its answer depends.",
                    hint="Take the receipt again where the check was made.",
                )
            self.unasked.discard(key)
            if proof.value is not None:
                return records.decode(proof.value)
        return None


def replayed(data: bytes, view: View) -> Decision:
    """The decision that ``data`` is the canonical JSON of, decided anew on ``view``.

    Raises:
        InvalidRequestError: It is about a natural person.
        IntegrityError: Something else comes out, or the decision cannot be read.
    """
    stated = wire.from_json(data)
    require_receiptable(stated.subject)
    try:
        decided = evaluate(
            Subject.parse(stated.subject.code),
            stated.matter,
            stated.on,
            view,
            stated.decided_at,
            principals=[_in_place(number, principal) for number, principal in enumerate(stated.principals)],
            facts=dict(stated.facts),
            case=stated.case,
            decision_id=stated.id,
        )
    except CallerError as error:
        raise _otherwise(stated) from error
    evidence = dataclasses.replace(decided.evidence, library_version=stated.evidence.library_version)
    decided = replace(decided, evidence=evidence)
    if decided.to_json() != data:
        raise _otherwise(stated)
    # The places taken by hidden digits are nobody's number, and must not be taken for one.
    return replace(decided, principals=stated.principals)


def require_receiptable(subject: Subject) -> None:
    """Refuse a subject whose checks have no receipt.

    Raises:
        InvalidRequestError: It is a natural person, whose number would have to stand in it.
    """
    if subject.is_natural_person:
        raise InvalidRequestError(
            "a check of a natural person has no receipt: it would have to carry the number, and no map holds persons.",
            hint="The record of the check at the gateway is the evidence.",
        )


def _in_place(number: int, principal: Principal) -> Principal:
    """A principal as evaluation takes it; the hidden digits of a person's number become his place in the order."""
    subject = principal.subject
    if not subject.is_natural_person:
        return Principal(Subject.parse(subject.code), principal.role)
    code = f"{subject.code[:6]}{number:0{len(subject.code) - 10}d}{subject.code[-4:]}"
    return Principal(Subject(subject.scheme, code, subject.kind, subject.warnings), principal.role)


def _otherwise(stated: Decision) -> IntegrityError:
    by = stated.evidence.library_version
    hint = "It was decided by this version, so it is not what these lists and this law say."
    if by != LIBRARY_VERSION:
        hint = f"It was decided by version {by[:20]}, this is {LIBRARY_VERSION}: verify it with that version."
    return IntegrityError(
        "From the signed lists and law another answer follows than the receipt states, so it is not believed.",
        hint=hint,
    )
