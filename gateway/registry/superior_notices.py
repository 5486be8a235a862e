"""What superior authorities are told (通报上级主管机关) of a public body that is listed, and of what became of it.

1. The act that puts an entry of a public body on an adverse list into force makes the notice, in the same transaction:
   one for each entry, whatever is cut off when. A correction is told by the notice of the entry that takes its place.
2. A public body is told by its code: registered by the staffing authorities (机构编制, GB 32100-2015: 11, 12, 13, 19),
   with the army's institutions (A1). A state-owned enterprise has the code of any enterprise; it is treated alike once
   its superior was set. Where nobody set one, the notice says so and waits.
3. The superior acknowledges it: who, when, under which number.
4. Whoever acknowledged that an entry was made is told by a second notice that it was removed or revoked (移出、撤销),
   and acknowledges that likewise. It follows from the act and from the first acknowledgement, as they stand in the
   registry, so none is missing and none is there twice.
5. An entry that is revoked before anybody acknowledged it, or one it replaced, is told to nobody any more; nor is one
   that was repaired (信用修复管理办法第三条).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Connection, Row, Select, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from credit_sdk.model.listing import ListClass
from credit_sdk.model.term import civil_day
from gateway.accounts import OperatorRole, require_operator
from gateway.database.columns import Json, instant_text
from gateway.database.engine import insert_missing
from gateway.database.tables import acts, entries, subjects, superior_acknowledgements, superior_notices, superiors
from gateway.database.unit_of_work import UnitOfWork
from gateway.problems import ConflictError, InvalidActError, NotFoundError
from gateway.registry.lifecycle import EFFECTS, EntryAct, EntryState
from gateway.registry.lists import KnownLists
from gateway.registry.titles import act_title
from gateway.registry.wording import written

PUBLIC_CATEGORIES = ("11", "12", "13", "19", "A1", "A9")
"""First two characters of the code of a public body (登记管理部门与机构类别)."""

MAX_SHOWN = 1_000

_ENDS = {EntryAct.REMOVE.value: EntryState.REMOVED, EntryAct.REVOKE.value: EntryState.REVOKED}


def notify_superiors(work: UnitOfWork, batch: str) -> int:
    """Make the notices for what the confirmation of a batch put into force; how many.

    Called by the confirmation, within its transaction.
    """
    return _notify(work, entries.c.batch == batch, {"batch": batch})


def notify_of_correction(work: UnitOfWork, replacement: str) -> int:
    """Make the notice for an entry that took the place of another at the desk (更正); how many.

    Called by the correction, within its transaction.
    """
    return _notify(work, entries.c.id == replacement, {})


def _notify(work: UnitOfWork, put_into_force: ColumnElement[bool], by: Mapping[str, Json]) -> int:
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
        .where(put_into_force, entries.c.state == EntryState.PUBLISHED, public)
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
            {**by, "entries": [row["entry"] for row in rows], "without_superior": unknown},
        )
    return len(rows)


def notices(connection: Connection, *, only_open: bool = False, limit: int = MAX_SHOWN) -> list[dict[str, Json]]:
    """Notices, newest first; ``state`` is ``superior-unknown``, ``open``, ``acknowledged`` or ``void``.

    ``act`` is what is told: that an entry was confirmed or corrected, and afterwards that it was removed or revoked;
    ``says`` puts it into words. ``void``: a later revocation leaves nothing of it to be told.
    """
    at_most = min(limit, MAX_SHOWN)
    found = [(row.made_at, row.entry, _first(row)) for row in connection.execute(_firsts(only_open).limit(at_most))]
    found += [(row.at, row.entry, _second(row)) for row in connection.execute(_seconds(only_open).limit(at_most))]
    found.sort(key=_newest)
    return [said for _, _, said in found[:at_most]]


def _newest(each: tuple[datetime, str, object]) -> tuple[float, str]:
    return -each[0].timestamp(), each[1]


def acknowledge(work: UnitOfWork, entry: str, *, acknowledged_by: str, reply_no: str, received_by: str) -> EntryAct:
    """Note that the superior authority has the open notice about an entry (签收); what that notice told.

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
        ConflictError: Nobody knows the superior yet, or all that is to be told was acknowledged before.
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
    who_when = {"acknowledged_by": who, "acknowledged_at": work.at, "reply_no": reply, "received_by": received_by}
    act = EntryAct(row.act)
    if row.acknowledged_at is None:
        is_noted = _note_first(work, entry, who_when)
    else:
        second = _seconds(only_open=True).where(superior_notices.c.entry == entry)
        ended = work.connection.execute(second).first()
        act = EntryAct(ended.ended_by) if ended else act
        is_noted = ended is not None and _note_second(work, entry, act, who_when)
    if not is_noted:
        raise ConflictError(
            f"关于条目{entry}的通报此前已签收 / The notice about {entry} was acknowledged before.",
            hint="无需再次办理 / Nothing to do.",
        )
    told = {"entry": entry, "act": act, "acknowledged_by": who, "reply": reply}
    work.ledger.append("superior:notice:acknowledge", received_by, told)
    return act


def _note_first(work: UnitOfWork, entry: str, who_when: Mapping[str, object]) -> bool:
    noted = work.connection.execute(
        update(superior_notices)
        .where(superior_notices.c.entry == entry, superior_notices.c.acknowledged_at.is_(None))
        .values(**who_when)
    )
    return noted.rowcount == 1


def _note_second(work: UnitOfWork, entry: str, act: EntryAct, who_when: Mapping[str, object]) -> bool:
    try:
        work.connection.execute(insert(superior_acknowledgements).values(entry=entry, act=act, **who_when))
    except IntegrityError:
        return False  # Somebody else noted it at the same moment.
    return True


def _told() -> CTE:
    """Entries that a superior knows of: the notice of one, or of one it replaced, was acknowledged."""
    known = select(superior_notices.c.entry).where(superior_notices.c.acknowledged_at.is_not(None))
    told = known.cte("told", recursive=True)
    return told.union(select(entries.c.id).join(told, entries.c.replaces == told.c.entry))


def _firsts(only_open: bool) -> Select[Any]:
    """What was put into force, newest first."""
    told = _told()
    is_void = and_(entries.c.state == EntryState.REVOKED, entries.c.id.not_in(select(told.c.entry)))
    asked = (
        select(
            superior_notices,
            entries.c.state.label("entry_state"),
            entries.c.replaces,
            is_void.label("is_void"),
        )
        .join(entries, entries.c.id == superior_notices.c.entry)
        .where(entries.c.state != EntryState.REPAIRED)
        .order_by(superior_notices.c.made_at.desc(), superior_notices.c.entry)
    )
    return asked.where(superior_notices.c.acknowledged_at.is_(None), ~is_void) if only_open else asked


def _seconds(only_open: bool) -> Select[Any]:
    """How entries ended that a superior had acknowledged, newest first."""
    noted = superior_acknowledgements
    # A removal that nobody acknowledged before the revocation is told with it.
    is_void = and_(acts.c.act == EntryAct.REMOVE.value, entries.c.state == EntryState.REVOKED)
    asked = (
        select(
            *(each for each in superior_notices.c if each.name not in noted.c),
            superior_notices.c.entry,
            entries.c.state.label("entry_state"),
            acts.c.act.label("ended_by"),
            acts.c.document_no.label("ended_document"),
            acts.c.at,
            acts.c.reason,
            *(each for each in noted.c if each.name not in ("entry", "act")),
            is_void.label("is_void"),
        )
        .join(entries, entries.c.id == superior_notices.c.entry)
        .join(acts, and_(acts.c.entry == superior_notices.c.entry, acts.c.act.in_(list(_ENDS))))
        .join(noted, and_(noted.c.entry == acts.c.entry, noted.c.act == acts.c.act), isouter=True)
        .where(superior_notices.c.acknowledged_at.is_not(None), entries.c.state != EntryState.REPAIRED)
        .order_by(acts.c.at.desc(), superior_notices.c.entry)
    )
    return asked.where(noted.c.acknowledged_at.is_(None), ~is_void) if only_open else asked


def _first(row: Row[Any]) -> dict[str, Json]:
    replaced = f"，代替条目{row.replaces}（更正）" if row.replaces else ""
    says = f"{row.body_name}：条目{row.entry}（文书{row.document_no}）已生效{replaced}"
    return _notice(row, row.act, row.document_no, row.made_at, says) | {"replaces": row.replaces or ""}


def _second(row: Row[Any]) -> dict[str, Json]:
    says = (
        f"{row.body_name}：此前通报的条目{row.entry}（文书{row.document_no}）已于{civil_day(row.at)}"
        f"{act_title(row.ended_by)}（{row.ended_document}）。{EFFECTS[_ENDS[row.ended_by]].zh}。理由：{row.reason}"
    )
    return _notice(row, row.ended_by, row.ended_document, row.at, says) | {"replaces": ""}


def _notice(row: Row[Any], act: str, document_no: str, made_at: datetime, says: str) -> dict[str, Json]:
    return {
        "entry": row.entry,
        "state": _state(row),
        "entry_state": row.entry_state,
        "body": row.body,
        "body_name": row.body_name,
        "list": row.list,
        "act": act,
        "document": document_no,
        "says": says,
        "superior": row.superior or "",
        "superior_name": row.superior_name,
        "made_at": instant_text(made_at),
        "acknowledged_by": row.acknowledged_by or "",
        "acknowledged_at": instant_text(row.acknowledged_at) if row.acknowledged_at else "",
        "reply": row.reply_no or "",
    }


def _state(row: Row[Any]) -> str:
    if row.acknowledged_at is not None:
        return "acknowledged"
    if row.is_void:
        return "void"
    return "open" if row.superior else "superior-unknown"
