"""Linking a former number (原注册号) to the code of its subject, and ending such a link.

1. A link is a registry act like any other: by an operator, confirmed by a reviewer, on a document, with a reason, its
   line in the ledger in the same commit. No machine makes one: neither an equal name nor a table that states both
   numbers links anything (:mod:`gateway.registry.possible_links` only shows them).
2. It goes from an older number of an organisation to a unified social credit code (统一社会信用代码, GB 32100-2015).
   An older number has less than 18 characters, so nothing can be linked to itself, in a chain or in a circle.
3. One number is one subject's; a code may have had several. A person's number is never linked.
4. Nothing is rewritten: every entry keeps the number its document stated. What is published, shown and counted is put
   together when it is read, so that ending a link (解除关联) leaves no trace of it but its history: from then on it is
   as if the two had never been linked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.subject import Subject
from gateway.accounts import require_two
from gateway.database.columns import Json, instant_text
from gateway.database.tables import entries, former_numbers
from gateway.database.unit_of_work import UnitOfWork
from gateway.intake.values import document_identity
from gateway.ledger.contents import link_sha256
from gateway.problems import ConflictError, NotFoundError
from gateway.registry.lifecycle import EntryState, require_stated
from gateway.registry.possible_links import OLDER_SCHEMES
from gateway.registry.wording import written

MAX_SHOWN = 100
_f = former_numbers.c


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link changes for answers (关联的影响).

    Attributes:
        entries: Published entries of the former number, which a check of the code finds from now on.
        twice: Determinations that came in under both numbers: the entry of each and how the two stand. Only the code's
            is published while both are; where one has ended and the other has not, people must look.
    """

    number: str
    code: str
    entries: tuple[str, ...]
    twice: tuple[Mapping[str, Json], ...]


@dataclass(frozen=True, slots=True)
class Unlinked:
    """What the end of a link changes for answers (解除关联的影响).

    Attributes:
        entries: Published entries of the number, which a check of the code does not find any more.
    """

    number: str
    code: str
    entries: tuple[str, ...]


def link(
    work: UnitOfWork, number: Subject, code: Subject, *, by: str, confirmed_by: str, document_no: str, reason: str
) -> Linked:
    """Link a former number to the code of its subject (关联原注册号).

    Raises:
        FourEyesError: Not two people with the right roles.
        InvalidRequestError: One is no older number of an organisation, or the other no code.
        InvalidActError: Document or reason is missing.
        ConflictError: The number is linked already.
    """
    require_two(work.connection, by, confirmed_by)
    require_stated("link", reason, document_no)
    _require_numbers(number, code)
    values = {
        "number": number.code,
        "number_key": number.key,
        "code": code.code,
        "code_key": code.key,
        "by": by,
        "confirmed_by": confirmed_by,
        "document_no": written(document_no),
        "reason": written(reason),
    }
    held = _standing(work.connection, number)
    if held is not None:
        raise _linked_already(number, held.code)
    try:
        work.connection.execute(insert(former_numbers).values(**values, at=work.at, end_document_no="", end_reason=""))
    except IntegrityError as error:
        raise _linked_already(number, "") from error
    work.mark_changed([number.key, code.key])
    made = _standing(work.connection, number)
    if made is None:
        raise LookupError("the link that was just made is not there")
    _record(
        work, "link", made, by, confirmed_by, document_no=made.document_no, reason=made.reason, to="linked", pinned=True
    )
    return Linked(
        number.code,
        code.code,
        _published(work.connection, number.key),
        tuple(_twice(work.connection, number.key, code.key)),
    )


def unlink(work: UnitOfWork, number: Subject, *, by: str, confirmed_by: str, document_no: str, reason: str) -> Unlinked:
    """End the link of a number (解除关联): it looks back, as if it had never been linked.

    Decisions about the code that found an entry of the number are recalled (:mod:`gateway.feedback.recall`).

    Raises:
        FourEyesError: Not two people with the right roles.
        InvalidActError: Document or reason is missing.
        NotFoundError: The number is not linked.
        ConflictError: Somebody else ended the link at the same moment.
    """
    require_two(work.connection, by, confirmed_by)
    require_stated("unlink", reason, document_no)
    row = _standing(work.connection, number)
    if row is None:
        raise NotFoundError(
            f"{number.masked}没有关联任何统一社会信用代码 / {number.masked} is linked to no code.",
            hint="查看：credit-gateway subjects links HOME / List the links with that command.",
        )
    document_no, reason = written(document_no), written(reason)
    # Compared once more while writing: another process may have ended it meanwhile.
    ended = work.connection.execute(
        update(former_numbers)
        .where(_f.id == row.id, _f.ended_at.is_(None))
        .values(
            ended_by=by,
            ended_confirmed_by=confirmed_by,
            ended_at=work.at,
            end_document_no=document_no,
            end_reason=reason,
        )
    )
    if ended.rowcount != 1:
        raise ConflictError(
            f"{number.code}的关联同时被他人解除 / The link of {number.code} was ended by somebody else just now.",
            hint="请查看后重试 / Look at it and try again.",
        )
    work.mark_changed([row.number_key, row.code_key])
    _record(work, "unlink", row, by, confirmed_by, document_no=document_no, reason=reason, to="ended")
    return Unlinked(row.number, row.code, _published(work.connection, row.number_key))


def links(
    connection: Connection, subject: Subject | None = None, *, with_ended: bool = False, limit: int = MAX_SHOWN
) -> list[dict[str, Json]]:
    """Links by the newest, of one subject by any of its numbers or of all."""
    asked = select(former_numbers).order_by(_f.id.desc()).limit(limit)
    if not with_ended:
        asked = asked.where(_f.ended_at.is_(None))
    if subject is not None:
        keys = subject.lookup_keys
        asked = asked.where(_f.number_key.in_(keys) | _f.code_key.in_(keys))
    return [
        {
            "number": row.number,
            "code": row.code,
            "by": row.by,
            "confirmed_by": row.confirmed_by,
            "at": instant_text(row.at),
            "document": row.document_no,
            "reason": row.reason,
            "ended_at": instant_text(row.ended_at) if row.ended_at else "",
            "ended_by": row.ended_by or "",
            "ended_confirmed_by": row.ended_confirmed_by or "",
            "end_document": row.end_document_no,
            "end_reason": row.end_reason,
        }
        for row in connection.execute(asked)
    ]


def _require_numbers(number: Subject, code: Subject) -> None:
    if number.is_natural_person or code.is_natural_person:
        raise InvalidRequestError(
            "自然人的号码不能关联 / A number of a natural person is never linked.",
            hint="只关联组织的原注册号 / Link former numbers of organisations only.",
        )
    if number.scheme not in OLDER_SCHEMES:
        raise InvalidRequestError(
            f"{number.masked}不是原注册号，只有旧号码可以关联到统一社会信用代码 / "
            f"{number.masked} is no older number, and only such a number is linked to a code.",
            hint="先写15位注册号、13位旧号或9位组织机构代码，后写18位代码 / Give the older number first.",
        )
    if code.uscc is None:
        raise InvalidRequestError(
            f"{code.masked}不是统一社会信用代码 / {code.masked} is no unified social credit code.",
            hint="请填写该主体现在的18位统一社会信用代码 / Give the code of 18 characters the subject has now.",
        )


def _standing(connection: Connection, number: Subject) -> Row[Any] | None:
    return connection.execute(
        select(former_numbers).where(_f.number_key.in_(number.lookup_keys), _f.ended_at.is_(None))
    ).first()


def _linked_already(number: Subject, code: str) -> ConflictError:
    told = code or "另一代码"
    return ConflictError(
        f"{number.code}已关联{told}，一个号码只能属于一个主体 / "
        f"{number.code} is linked to {code or 'another code'} already, and one number is one subject's.",
        hint="有误的，先解除：credit-gateway subjects unlink HOME OLD / End that link first if it is wrong.",
    )


def _record(
    work: UnitOfWork,
    act: str,
    row: Row[Any],
    by: str,
    confirmed_by: str,
    *,
    document_no: str,
    reason: str,
    to: str,
    pinned: bool = False,
) -> None:
    said = {
        "link": row.id,
        "to": to,
        "number": row.number,
        "code": row.code,
        "confirmed_by": confirmed_by,
        "document": document_no,
        "reason": reason,
    }
    if pinned:
        # Who edits the row afterwards is found out: it says something else than what two people stated.
        said["content_sha256"] = link_sha256({**row._mapping})
    work.ledger.append(f"subject:number:{act}", by, said)


def _published(connection: Connection, key: bytes) -> tuple[str, ...]:
    found = select(entries.c.id).where(entries.c.subject_key == key, entries.c.state == EntryState.PUBLISHED)
    return tuple(connection.scalars(found.order_by(entries.c.id)))


def _twice(connection: Connection, number_key: bytes, code_key: bytes) -> list[dict[str, Json]]:
    c = entries.c
    rows = connection.execute(
        select(c.id, c.list, c.document_no, c.state, c.subject_key)
        .where(c.subject_key.in_([number_key, code_key]), c.state.not_in([EntryState.DISCARDED, EntryState.CORRECTED]))
        .order_by(c.id)
    ).all()
    older = {(row.list, document_identity(row.document_no)): row for row in rows if row.subject_key == number_key}
    return [
        {"entry": old.id, "state": old.state, "same_as": row.id, "same_as_state": row.state, "list": row.list}
        for row in rows
        if row.subject_key == code_key
        and (old := older.get((row.list, document_identity(row.document_no)))) is not None
    ]
