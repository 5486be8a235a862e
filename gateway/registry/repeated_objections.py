"""Repeated objections (重复异议): the same against the same entry once more, after it was rejected with reasons.

Every objection marks its entry until it is decided, and while it is marked a bar is only scrutinised. No provision in
force was found that limits how often somebody may object, or that takes the mark from a second objection; none is made
up here. So each is taken in, marked, and decided in time and with reasons. What is told is that it repeats another:
the same point of the same entry, in the same words. And two people may decide, on a document and with reasons, that
this one does not mark the entry again (不再标注), where it repeats one that was rejected; words may differ then, since
people judge it. It is decided as any other all the same. An entry that was corrected since is another entry: an
objection to it repeats nothing.
"""

import unicodedata
from typing import Any

from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.exc import IntegrityError

from gateway.accounts import require_two
from gateway.database.tables import declined_marks, objections
from gateway.database.unit_of_work import UnitOfWork
from gateway.intake.values import without_personal_numbers
from gateway.problems import ConflictError, InvalidActError
from gateway.registry.lifecycle import require_entry, require_stated
from gateway.registry.objections import ObjectionState, mark_entry, show
from gateway.registry.titles import state_title


def repeats(connection: Connection, row: Row[Any]) -> str:
    """The rejected objection that this one repeats in the same words, the last of them; empty where there is none."""
    words = _words(row.grounds)
    found = connection.execute(
        select(objections.c.id, objections.c.grounds)
        .where(
            objections.c.entry == row.entry,
            objections.c.about == row.about,
            objections.c.state == ObjectionState.REJECTED,
            objections.c.id != row.id,
            objections.c.decided_at <= row.received_at,
        )
        .order_by(objections.c.decided_at.desc(), objections.c.id)
    )
    return next((str(each.id) for each in found if _words(each.grounds) == words), "")


def is_marked(connection: Connection, row: Row[Any]) -> bool:
    """Whether the entry is marked for this objection."""
    declined = select(declined_marks.c.objection).where(declined_marks.c.objection == row.id)
    return row.state == ObjectionState.FILED and connection.scalar(declined) is None


def decline_mark(
    work: UnitOfWork, objection: str, *, by: str, confirmed_by: str, reason: str, document_no: str, earlier: str = ""
) -> str:
    """Decide that a repeated objection does not mark its entry again (不再标注); the objection it repeats.

    Args:
        work: The transaction.
        objection: The open objection.
        by: Who acts.
        confirmed_by: The second person.
        reason: Why it is the same again.
        document_no: Number of the document that says so.
        earlier: The rejected one it repeats; found by its words unless given.

    Raises:
        FourEyesError: Not two people with the right roles.
        InvalidActError: Reason or document is missing; it repeats nothing, or not what was given.
        NotFoundError: No such objection.
        ConflictError: It is decided, or was declined before.
    """
    require_two(work.connection, by, confirmed_by)
    require_stated("unmark", reason, document_no)
    row = show(work.connection, objection)
    if row.state != ObjectionState.FILED:
        raise ConflictError(
            f"异议{objection}的状态为“{state_title(row.state)}”，不再标注 / "
            f"The objection {objection} is {row.state}, so it marks nothing.",
            hint="无需办理 / Nothing is left to do.",
        )
    earlier = earlier or repeats(work.connection, row)
    if not earlier:
        raise InvalidActError(
            f"没有与异议{objection}字句相同的异议 / The objection {objection} repeats none in the same words.",
            hint="确系重复的，请写明所重复的异议：--repeats / Say which rejected one it repeats with that option.",
        )
    _require_repeated(row, show(work.connection, earlier))
    stated = {
        "reason": without_personal_numbers(reason.strip()),
        "document_no": without_personal_numbers(document_no.strip()),
    }
    try:
        work.connection.execute(
            insert(declined_marks).values(
                **stated, objection=objection, repeats=earlier, by=by, confirmed_by=confirmed_by, at=work.at
            )
        )
    except IntegrityError as error:
        raise ConflictError(
            f"异议{objection}此前已决定不标注 / The mark of the objection {objection} was declined before.",
            hint="无需再次办理 / Nothing is left to do.",
        ) from error
    mark_entry(work, require_entry(work.connection, row.entry))
    told = {"objection": objection, "entry": row.entry, "repeats": earlier, "confirmed_by": confirmed_by}
    work.ledger.append("objection:entry:unmark", by, {**told, **stated})
    return earlier


def _require_repeated(row: Row[Any], earlier: Row[Any]) -> None:
    is_same = earlier.entry == row.entry and earlier.about == row.about and earlier.id != row.id
    if not is_same or earlier.state != ObjectionState.REJECTED or earlier.decided_at > row.received_at:
        raise InvalidActError(
            f"异议{row.id}不能算作重复{earlier.id}：只有针对同一条目同一方面、且先前已被驳回的才算 / "
            f"The objection {row.id} cannot repeat {earlier.id}: only one about the same point of the same entry that "
            "was rejected before it came in.",
            hint="请核对；其他异议一律标注 / Every other objection marks the entry.",
        )


def _words(grounds: str) -> str:
    """What is said, without spaces, punctuation and width."""
    plain = unicodedata.normalize("NFKC", grounds).casefold()
    return "".join(each for each in plain if each.isalnum())
