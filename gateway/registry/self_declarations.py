"""What an organisation says of itself (自主申报): under its own commitment, never a ground for a sanction.

Nothing here is published to replicas, and no measure can speak of it. A second person may look at the proof and verify
or reject an item; until then it is shown as unverified.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from secrets import token_hex

from sqlalchemy import Connection, insert, select, update

from credit_sdk.model.subject import Subject
from credit_sdk.model.term import civil_day
from gateway.accounts import OperatorRole, require_operator, require_two
from gateway.database.tables import self_declarations
from gateway.database.unit_of_work import UnitOfWork
from gateway.problems import ConflictError, InvalidActError, NotFoundError
from gateway.registry.commitments import require_commitment
from gateway.registry.wording import written

MAX_TITLE, MAX_CONTENT, MAX_ITEMS = 200, 4_000, 200


class DeclaredCategory(StrEnum):
    """What an item is about: 资质证照、市场经营、合同履约、社会公益."""

    QUALIFICATION = "qualification"
    BUSINESS = "business"
    CONTRACT = "contract"
    CHARITY = "charity"


class Verification(StrEnum):
    """How far somebody looked at it: 未经核实 / 已核实 / 核实不符."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class SelfDeclaration:
    """One item (自主申报项).

    Attributes:
        commitment: Code of the commitment to its truth.
        reason: Why it was rejected, or what was seen.
    """

    id: str
    category: DeclaredCategory
    title: str
    content: str
    declared_on: date
    commitment: str
    state: Verification
    verified_at: datetime | None
    reason: str


def declare_item(
    work: UnitOfWork,
    subject: Subject,
    category: DeclaredCategory,
    *,
    title: str,
    content: str,
    declared_on: date,
    commitment: str,
    by: str,
) -> str:
    """Take in what an organisation says of itself; the id of the item.

    Raises:
        FourEyesError: ``by`` is no operator.
        InvalidActError: Of a natural person, without content, too long, or in the future.
        NotFoundError: No such commitment.
        ConflictError: The commitment is another subject's, or there are too many items.
    """
    require_operator(work.connection, by, OperatorRole.OPERATOR)
    if subject.is_natural_person or subject.is_masked:
        raise InvalidActError(
            "只有组织可以在此自主申报，且须用完整号码 / Only organisations declare items here, by their whole number.",
            hint="自主申报仅限法人和非法人组织 / Give the unified social credit code.",
        )
    title, content = written(title), written(content)
    if not title or not content or len(title) > MAX_TITLE or len(content) > MAX_CONTENT:
        raise InvalidActError(
            f"申报项目须有名称（最多{MAX_TITLE}字）和内容（最多{MAX_CONTENT}字） / "
            f"An item has a title of at most {MAX_TITLE} and a content of at most {MAX_CONTENT} characters.",
            hint="请填写或缩短后重试 / State both, or shorten them.",
        )
    if declared_on > civil_day(work.at):
        raise InvalidActError(
            f"申报日期{declared_on}不可信 / Nothing can have been declared on {declared_on}.",
            hint="请核对申报日期 / See to the day.",
        )
    if require_commitment(work.connection, commitment).subject_key not in subject.lookup_keys:
        raise ConflictError(
            f"承诺{commitment}是其他主体的，不能保证本项真实 / "
            f"The commitment {commitment} is another subject's, so it says nothing of the truth of this item.",
            hint="请先登记本主体的主动型承诺 / Register a commitment of this subject (type 6) first.",
        )
    if len(items_of(work.connection, subject.lookup_keys)) >= MAX_ITEMS:
        raise ConflictError(
            f"该主体已申报{MAX_ITEMS}项 / The subject has declared {MAX_ITEMS} items already.",
            hint="请先清理 / Reject some first.",
        )
    id_ = token_hex(8)
    work.connection.execute(
        insert(self_declarations).values(
            id=id_,
            subject_key=subject.key,
            category=category,
            title=title,
            content=content,
            declared_on=declared_on,
            commitment=commitment,
            state=Verification.UNVERIFIED,
            received_by=by,
            received_at=work.at,
            reason="",
        )
    )
    work.ledger.append("declaration:item:receive", by, {"item": id_, "category": category, "commitment": commitment})
    return id_


def verify_item(work: UnitOfWork, item: str, *, is_right: bool, by: str, reason: str) -> Verification:
    """Say that an item was verified, or that it is not so (核实); another person than the one who took it in.

    Raises:
        NotFoundError: No such item.
        FourEyesError: The same person, or one without the role.
        InvalidActError: No reason.
        ConflictError: It was verified or rejected already.
    """
    row = work.connection.execute(select(self_declarations).where(self_declarations.c.id == item)).first()
    if row is None:
        raise NotFoundError(
            f"没有自主申报项目{item} / There is no self-declared item {item}.",
            hint="查看：credit-gateway subjects show HOME SUBJECT / Find it with that command.",
        )
    require_two(work.connection, row.received_by, by)
    reason = written(reason)
    if not reason:
        raise InvalidActError(
            "请写明核实所见，或者不符之处 / Say what was seen, or why it is not so.",
            hint="请填写核实情况 / State the reason.",
        )
    state = Verification.VERIFIED if is_right else Verification.REJECTED
    moved = work.connection.execute(
        update(self_declarations)
        .where(self_declarations.c.id == item, self_declarations.c.state == Verification.UNVERIFIED)
        .values(state=state, verified_by=by, verified_at=work.at, reason=reason)
    )
    if moved.rowcount != 1:
        raise ConflictError(
            f"项目{item}已经核实过 / The item {item} was decided on already.",
            hint="无需再次办理 / Nothing is left to do.",
        )
    work.ledger.append(f"declaration:item:{'verify' if is_right else 'reject'}", by, {"item": item, "reason": reason})
    return state


def items_of(connection: Connection, subject_keys: Collection[bytes]) -> tuple[SelfDeclaration, ...]:
    """What a subject has said of itself, oldest first."""
    rows = connection.execute(
        select(self_declarations)
        .where(self_declarations.c.subject_key.in_(list(subject_keys)))
        .order_by(self_declarations.c.declared_on, self_declarations.c.id)
        .limit(MAX_ITEMS)
    )
    return tuple(
        SelfDeclaration(
            row.id,
            DeclaredCategory(row.category),
            row.title,
            row.content,
            row.declared_on,
            row.commitment,
            Verification(row.state),
            row.verified_at,
            row.reason,
        )
        for row in rows
    )
