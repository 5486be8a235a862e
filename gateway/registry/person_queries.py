"""Queries about natural persons (自然人查询): why each may be asked, and the record that it was (查询记录).

1. Nobody is asked about without a purpose, a legal basis and the document it stands on
   (个人信息保护法第十三条、第三十四条).
2. Every query leaves a record before it is answered: who asked, when, in which matter, why. It is kept so many years as
   the settings say (``person_query_years``); no national law in force states a period, some provincial rules do.
3. A person may see who asked (个人信息保护法第四十五条). That look is a query as well and is recorded the same way.
4. No number is kept: the person stands under the registry's own key, and numbers in the texts stated are masked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from sqlalchemy import Connection, delete, func, insert, select

from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.legal_basis import LegalBasis
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import civil_day, months_after
from gateway.accounts import OperatorRole, require_operator, require_two
from gateway.database.columns import Json, instant_text
from gateway.database.tables import person_queries
from gateway.database.unit_of_work import UnitOfWork
from gateway.registry.persons import RegistryKeys
from gateway.registry.wording import written

MAX_STATED_CHARACTERS = 500
MAX_SHOWN = 10_000
_HINT = (
    "请依个人信息保护法第十三条写明查询目的 purpose、依据 legal_basis（CONSENT 本人同意、STATUTORY_DUTY 法定职责）和"
    "文书 basis_document / State all three; they are kept with the query."
)


@dataclass(frozen=True, slots=True)
class Warrant:
    """Why a natural person may be asked about (查询目的与依据); masked, as it is kept.

    Attributes:
        purpose: What the answer is used for.
        legal_basis: Consent or statutory duty.
        document_no: Number of the authorisation, or the article that sets the duty.
    """

    purpose: str
    legal_basis: LegalBasis
    document_no: str

    @classmethod
    def stated(cls, purpose: str, legal_basis: str, document_no: str) -> Self:
        """The warrant as somebody stated it.

        Raises:
            InvalidRequestError: One of the three is missing, too long, or no legal basis.
        """
        if legal_basis not in set(LegalBasis) or not (purpose.strip() and document_no.strip()):
            raise InvalidRequestError(
                "查询自然人须写明目的、依据（CONSENT本人同意、STATUTORY_DUTY法定职责）和依据文书 / "
                "A natural person may only be asked about for a stated purpose, on a legal basis (CONSENT or "
                "STATUTORY_DUTY) and with the document it stands on.",
                hint=_HINT,
            )
        if max(len(purpose), len(document_no)) > MAX_STATED_CHARACTERS:
            raise InvalidRequestError(
                f"查询目的或依据文书超过{MAX_STATED_CHARACTERS}字 / "
                f"The purpose or the document is longer than {MAX_STATED_CHARACTERS} characters.",
                hint=_HINT,
            )
        return cls(
            written(purpose),
            LegalBasis(legal_basis),
            written(document_no),
        )

    def as_json(self) -> dict[str, Json]:
        """As the ledger and answers have it."""
        return {"purpose": self.purpose, "legal_basis": self.legal_basis, "document": self.document_no}


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and through which door.

    Attributes:
        by: Name of the client or operator.
        door: ``check``, ``entries`` (an operator looked the person up) or ``rights`` (the person asked).
        matter: The matter of a check, else empty.
        decision_id / digest: Of the decision that answered a check, else empty.
    """

    by: str
    door: str
    matter: str = ""
    decision_id: str = ""
    digest: str = ""


def record_queries(
    work: UnitOfWork,
    keys: RegistryKeys,
    persons: Sequence[tuple[Subject, str]],
    asking: Asking,
    warrant: Warrant,
    *,
    keep_years: int,
) -> None:
    """Keep one record for each natural person asked about, and one line in the ledger for them together.

    Args:
        work: The transaction; commit it before the answer goes out.
        keys: Keys of persons in this registry.
        persons: Each with the role he was asked about in, empty for the subject itself.
        asking: Who asks.
        warrant: Why.
        keep_years: How long the records are kept.
    """
    keep_until_on = months_after(civil_day(work.at), 12 * keep_years)
    work.connection.execute(
        insert(person_queries),
        [
            {
                "at": work.at,
                "asked_by": asking.by,
                "door": asking.door,
                "matter": asking.matter,
                "role": role,
                "subject_key": keys.key_of(person),
                "masked": person.masked,
                "purpose": warrant.purpose,
                "legal_basis": warrant.legal_basis.value,
                "document_no": warrant.document_no,
                "decision_id": asking.decision_id,
                "digest": asking.digest,
                "keep_until_on": keep_until_on,
            }
            for person, role in persons
        ],
    )
    work.ledger.append(
        f"person:{asking.door}:query",
        asking.by,
        {
            "persons": [{"subject": person.masked, "role": role} for person, role in persons],
            "matter": asking.matter,
            "decision": asking.decision_id,
            "digest": asking.digest,
            **warrant.as_json(),
        },
    )


def queries_about(connection: Connection, keys: RegistryKeys, person: Subject) -> list[dict[str, Json]]:
    """Who asked about a person, newest first, at most 10,000; nothing in it says the number."""
    asked = (
        select(person_queries)
        .where(person_queries.c.subject_key == keys.key_of(person))
        .order_by(person_queries.c.id.desc())
        .limit(MAX_SHOWN)
    )
    return [
        {
            "at": instant_text(row.at),
            "asked_by": row.asked_by,
            "door": row.door,
            "matter": row.matter,
            "role": row.role,
            "purpose": row.purpose,
            "legal_basis": row.legal_basis,
            "document": row.document_no,
            "keep_until": row.keep_until_on.isoformat(),
        }
        for row in connection.execute(asked)
    ]


def show_to_the_person(
    work: UnitOfWork, keys: RegistryKeys, person: Subject, *, by: str, proof: str, keep_years: int
) -> list[dict[str, Json]]:
    """Who asked about a person, for the person himself (查阅权, 个人信息保护法第四十五条).

    Args:
        work: The transaction.
        keys: Keys of persons in this registry.
        person: Who wants to know.
        by: The operator who saw the proof.
        proof: What shows that it is he, or that he authorised somebody: kind and number of the document.
        keep_years: How long the record of this look is kept.

    Raises:
        FourEyesError: Not an operator.
        InvalidRequestError: Not a natural person's whole number, or no proof.
    """
    require_operator(work.connection, by, OperatorRole.OPERATOR)
    require_person(person)
    warrant = Warrant.stated("本人查阅被查询记录（个人信息保护法第四十五条）", LegalBasis.CONSENT, proof)
    before = queries_about(work.connection, keys, person)
    record_queries(work, keys, [(person, "")], Asking(by, "rights"), warrant, keep_years=keep_years)
    return before


def require_person(person: Subject) -> None:
    """Refuse what is not the whole number of a natural person.

    Raises:
        InvalidRequestError: It is another number, or partly hidden.
    """
    if not person.is_natural_person or person.is_masked:
        raise InvalidRequestError(
            "此处只查自然人，须用18位完整号码 / This is for natural persons, by their whole number of 18 characters.",
            hint="请输入完整的公民身份号码 / Give the whole resident number.",
        )


def expire(work: UnitOfWork, on: date, *, by: str, confirmed_by: str) -> int:
    """Delete the records whose time to be kept is over (最小必要保存期, 个人信息保护法第十九条); how many.

    Raises:
        FourEyesError: Not two people with the right roles.
    """
    require_two(work.connection, by, confirmed_by)
    over = person_queries.c.keep_until_on < on
    first, last = work.connection.execute(
        select(func.min(person_queries.c.id), func.max(person_queries.c.id)).where(over)
    ).one()
    deleted = work.connection.execute(delete(person_queries).where(over)).rowcount
    if deleted:
        work.ledger.append(
            "person:queries:expire",
            by,
            {"records": deleted, "first": first, "last": last, "before": on.isoformat(), "confirmed_by": confirmed_by},
        )
    return deleted
