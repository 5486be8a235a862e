"""What was found of a commitment before (此前的认定): one finding stands once, and one document lists nobody twice."""

from datetime import date

from sqlalchemy import Connection, select

from gateway.database.tables import entries, performances
from gateway.intake.values import document_identity
from gateway.problems import ConflictError
from gateway.registry.lifecycle import EntryState
from gateway.registry.periods import PeriodLaw
from gateway.registry.publicity import Listed, publicity_of
from gateway.registry.same_subject import all_keys


def entry_standing(connection: Connection, code: str, list_id: str, on: date) -> str:
    """The entry as which the same was found of a commitment and still stands on a day; empty where there is none."""
    before = connection.execute(
        select(entries)
        .join(performances, performances.c.entry == entries.c.id)
        .where(
            performances.c.commitment == code,
            entries.c.list == list_id,
            entries.c.state.in_([EntryState.PUBLISHED, EntryState.SHIELDED]),
        )
        .order_by(entries.c.id)
    ).all()
    law = PeriodLaw.load(connection, on) if before else None
    return next((str(each.id) for each in before if law and not publicity_of(Listed.row(each), law).is_over(on)), "")


def require_unused(connection: Connection, subject_key: bytes, list_id: str, document_no: str) -> None:
    """Refuse a document that made an entry of the subject before, whether or not that has ended.

    Raises:
        ConflictError: It did.
    """
    wanted = document_identity(document_no)
    made = connection.execute(
        select(entries.c.id, entries.c.document_no)
        .where(
            entries.c.subject_key.in_(all_keys(connection, subject_key)),
            entries.c.list == list_id,
            entries.c.state != EntryState.DISCARDED,
        )
        .order_by(entries.c.id)
    )
    used = next((each.id for each in made if document_identity(each.document_no) == wanted), None)
    if used:
        raise ConflictError(
            f"文书{document_no}已形成该主体的条目{used} / "
            f"The document {document_no} has made the entry {used} of this subject already.",
            hint="已修复、移出的不得凭原文书再次公示 / A new finding needs a document of its own.",
        )
