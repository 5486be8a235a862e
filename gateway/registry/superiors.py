"""Notices to the superior authority (通报上级主管机关) of a public body that is listed.

1. The confirmation that puts an entry of a public body on an adverse list into force makes the notice, in the same
   transaction: one for each entry, whatever is cut off when.
2. A public body is told by its code: registered by the staffing authorities (机构编制, GB 32100-2015: 11, 12, 13, 19),
   with the army's institutions (A1). A state-owned enterprise has the code of any enterprise; it is treated alike once
   its superior was set.
3. Who the superior is, two people set, with the source. Where nobody did, the notice says so and waits; it is never
   guessed from the code or the region.
4. The superior acknowledges it: who, when, under which number.
5. An entry that is revoked before that is told to nobody any more. One that is revoked afterwards is shown as such, so
   that the superior hears of it.
"""

from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.listing import ListClass
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import civil_day
from gateway.accounts import OperatorRole, require_operator, require_two
from gateway.database.columns import Json, instant_text
from gateway.database.engine import insert_missing, insert_or_update
from gateway.database.tables import entries, subjects, superior_notices, superiors
from gateway.database.unit_of_work import UnitOfWork
from gateway.problems import ConflictError, InvalidActError, NotFoundError
from gateway.registry.lifecycle import EntryAct, EntryState
from gateway.registry.lists import KnownLists
from gateway.registry.wording import written

PUBLIC_CATEGORIES = ("11", "12", "13", "19", "A1", "A9")
"""First two characters of the code of a public body (登记管理部门与机构类别)."""

MAX_SHOWN = 1_000


def set_superior(
    work: UnitOfWork, body: Subject, superior: Subject, *, name: str, source: str, by: str, confirmed_by: str
) -> int:
    """Say which authority is superior to a body; how many waiting notices it will get.

    Raises:
        FourEyesError: Not two people with the right roles.
        InvalidRequestError: One of the two is not named by its unified social credit code, or they are one.
        InvalidActError: Name or source is missing.
    """
    require_two(work.connection, by, confirmed_by)
    body_code, superior_code = _code(body), _code(superior)
    if body_code == superior_code:
        raise InvalidRequestError(
            "单位不能是自己的上级 / A body is not its own superior.",
            hint="请填写上级主管机关的代码 / Give the code of the superior authority.",
        )
    name, source = written(name), written(source)
    if not (name and source):
        raise InvalidActError(
            "上级主管机关须有名称和来源 / The superior authority needs its name and the source that says so.",
            hint="请填写名称和来源，如三定方案文号 / State both, for example the document that sets it up.",
        )
    row = {"body": body_code, "superior": superior_code, "superior_name": name, "source": source}
    people = {"set_by": by, "confirmed_by": confirmed_by, "set_at": work.at}
    insert_or_update(work.connection, superiors, [{**row, **people}], key=("body",))
    waiting = work.connection.execute(
        update(superior_notices)
        .where(superior_notices.c.body == body_code, superior_notices.c.acknowledged_at.is_(None))
        .values(superior=superior_code, superior_name=name)
    ).rowcount
    work.ledger.append("superior:body:set", by, {**row, "confirmed_by": confirmed_by, "notices": waiting})
    return waiting


def superiors_set(connection: Connection, body: Subject | None = None) -> list[dict[str, Json]]:
    """Which superior authorities are known, of one body or of all, by code."""
    asked = select(superiors).order_by(superiors.c.body)
    if body is not None:
        asked = asked.where(superiors.c.body == _code(body))
    return [
        {
            "body": row.body,
            "superior": row.superior,
            "superior_name": row.superior_name,
            "source": row.source,
            "set_by": row.set_by,
            "confirmed_by": row.confirmed_by,
            "set_at": instant_text(row.set_at),
        }
        for row in connection.execute(asked)
    ]


def notify_superiors(work: UnitOfWork, batch: str) -> int:
    """Make the notices for what the confirmation of a batch put into force; how many.

    Called by the confirmation, within its transaction.
    """
    public = or_(*(subjects.c.code.startswith(each) for each in PUBLIC_CATEGORIES), superiors.c.body.is_not(None))
    found = work.connection.execute(
        select(
            entries.c.id,
            entries.c.list,
            entries.c.document_no,
            entries.c.replaces,
            subjects.c.code,
            subjects.c.name,
            superiors.c.superior,
            superiors.c.superior_name,
        )
        .join(subjects, subjects.c.key == entries.c.subject_key)
        .join(superiors, superiors.c.body == subjects.c.code, isouter=True)
        .where(entries.c.batch == batch, entries.c.state == EntryState.PUBLISHED, public)
    ).all()
    known = KnownLists.load(work.connection, civil_day(work.at)) if found else None
    rows = [
        {
            "entry": each.id,
            "body": each.code,
            "body_name": each.name,
            "list": each.list,
            "act": EntryAct.CORRECT if each.replaces else EntryAct.CONFIRM,
            "document_no": each.document_no,
            "superior": each.superior,
            "superior_name": each.superior_name or "",
            "made_at": work.at,
            "reply_no": "",
        }
        for each in found
        if known and known.require(each.list).list_class is not ListClass.HONOUR
    ]
    if rows:
        insert_missing(work.connection, superior_notices, rows, key=("entry",))
        unknown = sum(row["superior"] is None for row in rows)
        work.ledger.append(
            "superior:notice:make",
            "registry",
            {"batch": batch, "entries": [row["entry"] for row in rows], "without_superior": unknown},
        )
    return len(rows)


def notices(connection: Connection, *, only_open: bool = False, limit: int = MAX_SHOWN) -> list[dict[str, Json]]:
    """Notices, newest first; ``state`` is ``superior-unknown``, ``open``, ``acknowledged`` or ``void``.

    ``void``: the entry was revoked before the superior had the notice, so nothing of it is to be told. Of one that was
    acknowledged ``entry_state`` says what became of the entry: who was told of it has to be told that too.

    What was repaired is told to nobody any more (信用修复管理办法第三条).
    """
    asked = (
        select(superior_notices, entries.c.state.label("entry_state"))
        .join(entries, entries.c.id == superior_notices.c.entry)
        .where(entries.c.state != EntryState.REPAIRED)
        .order_by(superior_notices.c.made_at.desc(), superior_notices.c.entry)
    )
    if only_open:
        asked = asked.where(superior_notices.c.acknowledged_at.is_(None), entries.c.state != EntryState.REVOKED)
    return [
        {
            "entry": row.entry,
            "state": _state(row),
            "entry_state": row.entry_state,
            "body": row.body,
            "body_name": row.body_name,
            "list": row.list,
            "act": row.act,
            "document": row.document_no,
            "superior": row.superior or "",
            "superior_name": row.superior_name,
            "made_at": instant_text(row.made_at),
            "acknowledged_by": row.acknowledged_by or "",
            "acknowledged_at": instant_text(row.acknowledged_at) if row.acknowledged_at else "",
            "reply": row.reply_no,
        }
        for row in connection.execute(asked.limit(min(limit, MAX_SHOWN)))
    ]


def acknowledge(work: UnitOfWork, entry: str, *, acknowledged_by: str, reply_no: str, received_by: str) -> None:
    """Note that the superior authority has the notice (签收).

    Args:
        work: The transaction.
        entry: The entry the notice is about.
        acknowledged_by: Who at the superior authority.
        reply_no: Number of the receipt or reply.
        received_by: The operator who took it in.

    Raises:
        FourEyesError: Not an operator.
        InvalidActError: Nobody is named, or no number.
        NotFoundError: No such notice.
        ConflictError: Nobody knows the superior yet, or it was acknowledged before.
    """
    require_operator(work.connection, received_by, OperatorRole.OPERATOR)
    who, reply = written(acknowledged_by), written(reply_no)
    if not (who and reply):
        raise InvalidActError(
            "签收须写明签收人和文号 / An acknowledgement names who gave it and under which number.",
            hint="请填写签收人和回执或复函文号 / State both.",
        )
    row = work.connection.execute(select(superior_notices).where(superior_notices.c.entry == entry)).first()
    if row is None:
        raise NotFoundError(
            f"没有关于条目{entry}的通报 / There is no notice about the entry {entry}.",
            hint="查看：credit-gateway superiors notices HOME / List them with that command.",
        )
    if row.superior is None:
        raise ConflictError(
            f"{row.body}的上级主管机关未登记，不可能已签收通报 / "
            f"The superior authority of {row.body} is not known, so nobody can have acknowledged the notice.",
            hint="先登记：credit-gateway superiors set HOME BODY SUPERIOR / Set it first.",
        )
    noted = work.connection.execute(
        update(superior_notices)
        .where(superior_notices.c.entry == entry, superior_notices.c.acknowledged_at.is_(None))
        .values(acknowledged_by=who, acknowledged_at=work.at, reply_no=reply, received_by=received_by)
    )
    if noted.rowcount != 1:
        raise ConflictError(
            f"关于条目{entry}的通报此前已签收 / The notice about {entry} was acknowledged before.",
            hint="无需再次办理 / Nothing to do.",
        )
    work.ledger.append(
        "superior:notice:acknowledge", received_by, {"entry": entry, "acknowledged_by": who, "reply": reply}
    )


def _state(row: Row[Any]) -> str:
    if row.acknowledged_at is not None:
        return "acknowledged"
    if row.entry_state == EntryState.REVOKED:
        return "void"
    return "open" if row.superior else "superior-unknown"


def _code(body: Subject) -> str:
    if body.uscc is None:
        raise InvalidRequestError(
            f"{body.masked}不是统一社会信用代码，单位以统一社会信用代码区分 / "
            f"{body.masked} is no unified social credit code, and bodies are told apart by theirs.",
            hint="请填写18位统一社会信用代码 / Give the code of 18 characters.",
        )
    return body.uscc
