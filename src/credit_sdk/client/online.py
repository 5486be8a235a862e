"""Natural persons (自然人) are asked at the gateway, with a purpose and a legal basis (个人信息保护法第十三条)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from msgspec.structs import replace

from credit_sdk.catalogue.wire import from_json
from credit_sdk.client.follower import Failures
from credit_sdk.client.line import Line
from credit_sdk.errors import IntegrityError, InvalidRequestError, TransportError
from credit_sdk.model.decision import Decision
from credit_sdk.model.finding import Principal
from credit_sdk.model.legal_basis import LegalBasis
from credit_sdk.model.subject import Subject
from credit_sdk.transport import Transport

CHECK_PATH = "/v1/check"
MAX_STATED_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Warrant:
    """Why a natural person may be asked about (查询目的与法律依据); both are kept by the gateway."""

    purpose: str
    legal_basis: LegalBasis
    basis_document: str

    @classmethod
    def stated(cls, purpose: str | None, legal_basis: str | None, basis_document: str | None) -> Self:
        """The warrant as it was stated.

        Raises:
            InvalidRequestError: One is missing, empty or too long, or the legal basis is none of the two.
        """
        if legal_basis is not None and legal_basis not in set(LegalBasis):
            raise InvalidRequestError(
                f"a legal basis is one of {', '.join(LegalBasis)}, and nobody may be asked about without one.",
                hint="State which of the two it is, and the document in `basis_document`.",
            )
        for name, text in (("purpose", purpose), ("legal_basis", legal_basis), ("basis_document", basis_document)):
            if text is None or not text.strip() or len(text) > MAX_STATED_CHARACTERS:
                raise InvalidRequestError(
                    f"asking about a natural person needs a {name} of 1 to {MAX_STATED_CHARACTERS} characters.",
                    hint="State all three: what the answer is used for, the legal basis, and its document.",
                )
        return cls(purpose or "", LegalBasis(legal_basis or ""), basis_document or "")


class OnlineDesk:
    """Where natural persons are asked about (在线核查).

    Args:
        line: The way to the gateway.
        failures: Where it is noted that nobody answers.
    """

    def __init__(self, line: Line, failures: Failures) -> None:
        self._line = line
        self._failures = failures

    def ask(
        self,
        subject: Subject,
        matter: str,
        on: date,
        warrant: Warrant,
        *,
        principals: Sequence[Principal],
        facts: Mapping[str, bool | int | str] | None,
        case: str | None,
    ) -> Decision | None:
        """The gateway's decision; None where no natural person is concerned or the gateway gives no answer.

        Raises:
            IntegrityError: What came is no answer to what was asked.
        """
        concerns_persons = subject.is_natural_person or any(each.subject.is_natural_person for each in principals)
        if not concerns_persons:
            return None
        try:
            answer = check_online(
                self._line.transport, subject, matter, on, warrant, principals=principals, facts=facts, case=case
            )
        except TransportError as error:
            # Evaluated from the replica instead, where persons are not held: that says UNDETERMINED, never CLEAR.
            self._failures.note(error)
            return None
        self._failures.clear()
        return answer


def check_online(
    transport: Transport,
    subject: Subject,
    matter: str,
    on: date,
    warrant: Warrant | None,
    *,
    principals: Sequence[Principal],
    facts: Mapping[str, bool | int | str] | None,
    case: str | None,
) -> Decision:
    """The gateway's own decision; about natural persons, whom no replica holds, with a warrant.

    Raises:
        TransportError: The gateway cannot be reached or refuses.
        IntegrityError: What it answered is no decision about this subject in this matter.
    """
    request = {
        "subject": subject.code,
        "matter": matter,
        "on": on.isoformat(),
        "principals": [{"role": each.role.value, "subject": each.subject.code} for each in principals],
        "facts": dict(facts or {}),
        "case": case,
    }
    if warrant is not None:
        request |= {
            "purpose": warrant.purpose,
            "legal_basis": warrant.legal_basis.value,
            "basis_document": warrant.basis_document,
        }
    decision = from_json(transport.post(CHECK_PATH, json.dumps(request, ensure_ascii=False).encode()))
    if (decision.subject.masked, decision.matter, decision.on) != (subject.masked, matter, on):
        raise IntegrityError(
            "the gateway answered about another subject, matter or day, so the answer is not used.",
            hint="Look for a proxy between this system and the gateway that keeps answers.",
        )
    # The number came back masked, as it should; the host knows whom it asked about.
    return replace(decision, subject=subject)
