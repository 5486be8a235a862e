"""Editions of the law (法律目录版本): which document is in effect on a day, which waits for its day, which ever was.

An adoption takes effect on the day it names, at the beginning of that day in China, and lasts until the next. It never
names a day before the one that waits longest: what is adopted later is in effect later, so that nothing adopted
disappears again unnoticed. Who wants to be earlier withdraws first what waits.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, select, update

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.document import CatalogueDocument
from credit_sdk.model.term import civil_day
from gateway.accounts import require_two
from gateway.database.columns import Json, instant_text
from gateway.database.engine import insert_missing
from gateway.database.tables import adoptions, catalogues
from gateway.database.unit_of_work import UnitOfWork
from gateway.problems import ConflictError, InvalidActError, NotFoundError


@dataclass(frozen=True, slots=True)
class Edition:
    """One adoption (采用) of a document of the law.

    Attributes:
        id: Number of the adoption; a later one has a higher.
        digest: Of the document, SHA-256 hex.
        edition: What the document calls itself.
        length_bytes: Of the document.
        effective_on: First day it is in effect.
        withdrawn_at: When two people withdrew it before its day; None as a rule.
    """

    id: int
    digest: str
    edition: str
    length_bytes: int
    effective_on: date
    adopted_by: str
    confirmed_by: str
    adopted_at: datetime
    withdrawn_at: datetime | None
    withdrawal_reason: str

    def stage(self, today: date, in_effect: "Edition | None") -> str:
        """``withdrawn``, ``waiting``, ``in-effect`` or ``past``."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        if self.effective_on > today:
            return "waiting"
        return "in-effect" if in_effect is not None and self.id == in_effect.id else "past"

    def summary(self) -> dict[str, Json]:
        """As commands and the ledger tell it."""
        return {
            "digest": self.digest,
            "edition": self.edition,
            "effective_on": self.effective_on.isoformat(),
            "adopted_by": self.adopted_by,
            "confirmed_by": self.confirmed_by,
            "adopted_at": instant_text(self.adopted_at),
            "withdrawn_at": instant_text(self.withdrawn_at) if self.withdrawn_at else None,
            "withdrawal_reason": self.withdrawal_reason,
        }


def in_effect(connection: Connection, on: date) -> Edition | None:
    """The edition in effect on a day, None before the first."""
    return _first(connection, _stands(), adoptions.c.effective_on <= on)


def first(connection: Connection) -> Edition | None:
    """The edition that took effect first."""
    row = connection.execute(_select(_stands()).order_by(adoptions.c.id).limit(1)).first()
    return None if row is None else _edition(row)


def waiting(connection: Connection, on: date) -> tuple[Edition, ...]:
    """Editions whose day has not come by ``on``, the next first."""
    found = connection.execute(_select(_stands(), adoptions.c.effective_on > on).order_by(adoptions.c.id))
    return tuple(_edition(row) for row in found)


def history(connection: Connection, *, limit: int = 100) -> tuple[Edition, ...]:
    """Every adoption, the last first."""
    return tuple(
        _edition(row) for row in connection.execute(_select().order_by(adoptions.c.id.desc()).limit(limit)).all()
    )


def document_of(connection: Connection, digest: str) -> bytes:
    """The document with a digest, as it was adopted.

    Raises:
        NotFoundError: None was ever adopted.
    """
    data: bytes | None = connection.scalar(select(catalogues.c.document).where(catalogues.c.digest == digest))
    if data is None:
        raise NotFoundError(
            f"本网关从未采用摘要为{digest[:16]}…的法律目录 / "
            f"No law with the digest {digest[:16]}… was ever adopted here.",
            hint="查看采用记录：credit-gateway law editions HOME / List them with that command.",
        )
    return data


def law_in_effect(connection: Connection, on: date) -> CatalogueDocument | None:
    """What the edition in effect on a day says, None before the first."""
    found = in_effect(connection, on)
    return None if found is None else CatalogueDocument.model_validate_json(document_of(connection, found.digest))


def last_edition(connection: Connection) -> Edition | None:
    """The edition adopted last, whether or not its day has come."""
    return _first(connection, _stands())


def last_adopted(connection: Connection) -> CatalogueDocument | None:
    """What the edition adopted last says, whether or not its day has come; what is adopted next follows it."""
    found = last_edition(connection)
    return None if found is None else CatalogueDocument.model_validate_json(document_of(connection, found.digest))


def require_next(work: UnitOfWork, effective_on: date) -> None:
    """Refuse a day on which no new edition may take effect.

    Raises:
        InvalidActError: It has passed.
        ConflictError: An edition with a later day waits already.
    """
    today = civil_day(work.at)
    if effective_on < today:
        raise InvalidActError(
            f"法律目录不能自已经过去的{effective_on}起生效，此后已作出过答复 / "
            f"A law cannot take effect on {effective_on}, which has passed: answers were given since.",
            hint="请填写今天或以后的日期 / Give today or a later day.",
        )
    later = [each for each in waiting(work.connection, today) if each.effective_on > effective_on]
    if later:
        raise ConflictError(
            f"{later[0].edition}版已采用，自{later[0].effective_on}起生效，会取代本版 / "
            f"Edition {later[0].edition} was adopted already for {later[0].effective_on} and would undo this one.",
            hint=f"请先撤回：credit-gateway law withdraw HOME {later[0].digest[:16]} / Withdraw it first.",
        )


def enter(work: UnitOfWork, law: Catalogue, document: bytes, *, by: str, confirmed_by: str, effective_on: date) -> None:
    """Enter an adoption that two people signed.

    Raises:
        FourEyesError: Not two people with the right roles.
        InvalidActError: The day has passed.
        ConflictError: An edition with a later day waits already.
    """
    require_two(work.connection, by, confirmed_by)
    require_next(work, effective_on)
    row = {"digest": law.digest, "edition": law.document.edition, "document": document}
    insert_missing(work.connection, catalogues, [row], key=("digest",))
    work.connection.execute(
        insert(adoptions).values(
            digest=law.digest,
            adopted_by=by,
            confirmed_by=confirmed_by,
            adopted_at=work.at,
            effective_on=effective_on,
        )
    )
    work.ledger.append(
        "law:catalogue:adopt",
        by,
        {
            "digest": law.digest,
            "edition": law.document.edition,
            "effective_on": effective_on.isoformat(),
            "confirmed_by": confirmed_by,
        },
    )


def withdraw(work: UnitOfWork, digest: str, *, by: str, confirmed_by: str, reason: str) -> Edition:
    """Withdraw an edition whose day has not come (撤回); what is in effect is only ever followed by another.

    Args:
        work: The transaction.
        digest: Of the document, or the beginning of it.
        by: Who acts.
        confirmed_by: The second person.
        reason: Why.

    Raises:
        FourEyesError: Not two people with the right roles.
        InvalidActError: No reason.
        NotFoundError: No edition with this digest waits.
        ConflictError: More than one begins so.
    """
    require_two(work.connection, by, confirmed_by)
    if not reason.strip():
        raise InvalidActError(
            "撤回版本须写明理由 / Withdrawing an edition needs a reason.", hint="请填写理由 / State the reason."
        )
    found = [each for each in waiting(work.connection, civil_day(work.at)) if digest and each.digest.startswith(digest)]
    if not found:
        raise NotFoundError(
            f"没有摘要以{digest!r}开头、等待生效的版本 / No edition beginning with {digest!r} waits for its day.",
            hint="查看采用记录：credit-gateway law editions HOME / List them with that command.",
        )
    if len({each.digest for each in found}) > 1:
        raise ConflictError(
            f"摘要以{digest!r}开头的版本不止一个 / More than one edition begins with {digest!r}.",
            hint="请给出更长的摘要 / Give more of the digest.",
        )
    last = found[-1]
    withdrawn = work.connection.execute(
        update(adoptions)
        .where(adoptions.c.id == last.id, adoptions.c.withdrawn_at.is_(None))
        .values(
            withdrawn_by=by,
            withdrawal_confirmed_by=confirmed_by,
            withdrawn_at=work.at,
            withdrawal_reason=reason.strip(),
        )
    )
    if withdrawn.rowcount != 1:
        raise ConflictError(
            f"{last.edition}版同时被他人撤回 / "
            f"Edition {last.edition} was withdrawn by somebody else at the same moment.",
            hint="无需再次办理 / Nothing is left to do.",
        )
    work.ledger.append(
        "law:catalogue:withdraw",
        by,
        {
            "digest": last.digest,
            "edition": last.edition,
            "effective_on": last.effective_on.isoformat(),
            "confirmed_by": confirmed_by,
            "reason": reason.strip(),
        },
    )
    return last


def _stands() -> ColumnElement[bool]:
    return adoptions.c.withdrawn_at.is_(None)


def _select(*conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(adoptions, catalogues.c.edition, func.length(catalogues.c.document).label("length_bytes"))
        .join(catalogues, catalogues.c.digest == adoptions.c.digest)
        .where(*conditions)
    )


def _first(connection: Connection, *conditions: ColumnElement[bool]) -> Edition | None:
    row = connection.execute(_select(*conditions).order_by(adoptions.c.id.desc()).limit(1)).first()
    return None if row is None else _edition(row)


def _edition(row: Row[Any]) -> Edition:
    return Edition(
        id=row.id,
        digest=row.digest,
        edition=row.edition,
        length_bytes=row.length_bytes,
        effective_on=row.effective_on,
        adopted_by=row.adopted_by,
        confirmed_by=row.confirmed_by,
        adopted_at=row.adopted_at,
        withdrawn_at=row.withdrawn_at,
        withdrawal_reason=row.withdrawal_reason or "",
    )
