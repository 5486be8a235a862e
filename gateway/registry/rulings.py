"""Deciding objections (异议处理): two people rule, and what an upheld one asks for is done in the same act."""

from dataclasses import dataclass

from gateway.accounts import require_two
from gateway.database.unit_of_work import UnitOfWork
from gateway.problems import InvalidActError
from gateway.registry import lifecycle
from gateway.registry.corrections import Changes, correct
from gateway.registry.lifecycle import require_entry, require_stated
from gateway.registry.objections import (
    ObjectionAct,
    ObjectionState,
    Remedy,
    after,
    claim,
    mark_entry,
    show,
)
from gateway.registry.wording import MAX_TEXT_CHARACTERS, written


@dataclass(frozen=True, slots=True)
class Ruling:
    """How an objection is decided (异议处理结果).

    Attributes:
        upheld: Whether it is right.
        remedy: What it leads to; required where upheld.
        to_do: For ``OTHER``: what is to be done, and by whom.
        changes: For ``CORRECT``: what is right instead.
    """

    upheld: bool
    remedy: Remedy | None = None
    to_do: str = ""
    changes: Changes | None = None


def rule_on(
    work: UnitOfWork, objection: str, ruling: Ruling, *, by: str, confirmed_by: str, reasons: str, document_no: str
) -> ObjectionState:
    """Decide an objection (处理异议); what it asks for is done in the same transaction.

    Raises:
        FourEyesError: Not two people with the right roles.
        InvalidActError: Reasons, document, remedy or what is to be done is missing, or too much is said.
        NotFoundError: No such objection.
        ConflictError: It is decided already, or the entry's state does not allow the remedy.
    """
    require_two(work.connection, by, confirmed_by)
    require_stated("decide", reasons, document_no)
    _check(ruling)
    row = show(work.connection, objection)
    act = ObjectionAct.UPHOLD if ruling.upheld else ObjectionAct.REJECT
    reached = after(ObjectionState(row.state), act)
    claim(
        work,
        row,
        {
            "state": reached,
            "remedy": ruling.remedy,
            "to_do": written(ruling.to_do),
            "decided_by": by,
            "confirmed_by": confirmed_by,
            "decided_at": work.at,
            "reasons": written(reasons),
            "document_no": written(document_no),
        },
    )
    entry = row.entry
    statement = {"by": by, "confirmed_by": confirmed_by, "reason": reasons, "document_no": document_no}
    match ruling.remedy:
        case Remedy.REVOKE:
            lifecycle.revoke(work, entry, **statement)
        case Remedy.REMOVE:
            lifecycle.remove(work, entry, **statement)
        case Remedy.CORRECT:
            entry = correct(work, entry, ruling.changes or {}, **statement)
    mark_entry(work, require_entry(work.connection, entry))
    if entry != row.entry:
        mark_entry(work, require_entry(work.connection, row.entry))
    work.ledger.append(
        f"objection:entry:{act}",
        by,
        {
            "objection": objection,
            "entry": row.entry,
            "confirmed_by": confirmed_by,
            "remedy": ruling.remedy,
            "document": written(document_no),
        },
    )
    return reached


def _check(ruling: Ruling) -> None:
    if not ruling.upheld and (ruling.remedy or ruling.to_do or ruling.changes):
        raise InvalidActError(
            "异议不成立的没有处理方式 / A rejected objection leads to nothing, so no remedy can go with it.",
            hint="请核对：成立还是不成立 / Uphold it, or leave the remedy out.",
        )
    if ruling.upheld and ruling.remedy is None:
        raise InvalidActError(
            "异议成立的须有处理方式 / An upheld objection must lead to something, or the subject has won nothing.",
            hint=f"请写明处理方式 / Say which: {', '.join(Remedy)}.",
        )
    if (ruling.remedy is Remedy.CORRECT) != bool(ruling.changes):
        raise InvalidActError(
            "更正须写明更正后的内容，其他处理方式不写 / "
            "A correction needs what is right instead, and nothing else does.",
            hint="请写明更正的内容 / Give the corrected particulars with the remedy correct.",
        )
    if ruling.remedy is Remedy.OTHER and not ruling.to_do.strip():
        raise InvalidActError(
            "另行处理的须写明内容 / What is to be done must be named, or nobody will do it.",
            hint="请写明由谁做什么 / Say what is to be done, and by whom.",
        )
    if len(ruling.to_do) > MAX_TEXT_CHARACTERS:
        raise InvalidActError("另行处理的内容太长 / What is to be done is too long.", hint="请缩短 / Shorten it.")
