"""Determinations (认定) on their way into force: a batch of drafts is confirmed by a second person, or discarded."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, false, func, or_, select, union, update
from sqlalchemy.exc import IntegrityError

from credit_sdk.model.term import civil_day
from gateway.accounts import OperatorRole, require_operator, require_two
from gateway.database.tables import batches, entries, objections, repairs
from gateway.database.unit_of_work import UnitOfWork
from gateway.ledger.contents import contents_of_batch
from gateway.problems import ConflictError, InvalidActError, NotFoundError
from gateway.registry.corrections import follow
from gateway.registry.lifecycle import EntryAct, EntryState, after
from gateway.registry.names import take_names
from gateway.registry.periods import PeriodLaw
from gateway.registry.superior_notices import notify_superiors
from gateway.registry.time_limits import LawAct
from gateway.registry.wording import written

MAX_NAMED = 5
"""Drafts a refusal names; the others are counted."""

_CONFIRMED = after(EntryState.DRAFTED, EntryAct.CONFIRM)
_DISCARDED = after(EntryState.DRAFTED, EntryAct.DISCARD)
_CORRECTED = after(EntryState.PUBLISHED, EntryAct.CORRECT)


class BatchState(StrEnum):
    """Where a batch stands (批次状态).

    ``SET_ASIDE`` is kept for its quality report, and so is ``WITHOUT_DRAFTS``: what was known already, stated removals,
    and licences, which are registered at once. Neither waits for anybody.
    """

    DRAFTED = "drafted"
    CONFIRMED = "confirmed"
    DISCARDED = "discarded"
    SET_ASIDE = "set-aside"
    WITHOUT_DRAFTS = "without-drafts"


@dataclass(frozen=True, slots=True)
class Batch:
    """One import (批次).

    Attributes:
        drafted: Drafts of it that still wait for confirmation.
    """

    id: str
    list: str
    file_name: str
    imported_by: str
    imported_at: datetime
    accepted: int
    rejected: int
    drafted: int
    confirmed_by: str
    confirmed_at: datetime | None
    discarded_by: str

    @property
    def state(self) -> BatchState:
        """Where it stands."""
        if self.confirmed_by:
            return BatchState.CONFIRMED
        if self.discarded_by:
            return BatchState.DISCARDED
        if self.drafted:
            return BatchState.DRAFTED
        if self.rejected and not self.accepted:
            return BatchState.SET_ASIDE
        return BatchState.WITHOUT_DRAFTS


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a confirmation put into force.

    Attributes:
        published: Entries in force by it, corrections among them.
        corrected: Entries that a correction took the place of.
        discarded: Corrections whose entry had ended meanwhile; they did not take effect.
    """

    batch: str
    published: int
    corrected: int
    discarded: int


def confirm(work: UnitOfWork, batch: str, *, by: str) -> Confirmation:
    """Put the drafts of a batch into force, by another person than the one who imported it (复核).

    Raises:
        NotFoundError: No such batch.
        FourEyesError: The same person, or one without the role.
        InvalidActError: The law demands prior notice, and a draft does not say when it was given.
        ConflictError: It was confirmed or discarded already.
    """
    row = _open_batch(work.connection, batch)
    require_two(work.connection, row.imported_by, by)
    drafts = (entries.c.batch == batch, entries.c.state == EntryState.DRAFTED)
    _require_notice(work.connection, row, civil_day(work.at))
    corrections = select(entries.c.replaces).where(*drafts, entries.c.replaces.is_not(None))
    # Held until the end: an entry that is published here must not be ended by somebody else before this is written.
    held = select(entries.c.id).where(entries.c.id.in_(corrections)).order_by(entries.c.id).with_for_update()
    work.connection.execute(select(func.count()).select_from(held.subquery()))
    # A subject that is free stays free: a correction of an entry that ended meanwhile must not bring it back.
    old = entries.alias("old")
    ended = select(old.c.id).where(old.c.id.in_(corrections), old.c.state != EntryState.PUBLISHED)
    discarded = work.connection.execute(
        update(entries).where(*drafts, entries.c.replaces.in_(ended)).values(state=_DISCARDED)
    ).rowcount
    corrected = work.connection.execute(
        update(entries)
        .where(entries.c.id.in_(corrections), entries.c.state == EntryState.PUBLISHED)
        .values(state=_CORRECTED)
    ).rowcount
    replaced = _asked_about(work.connection, batch)
    try:
        published = work.connection.execute(
            update(entries).where(*drafts).values(state=_CONFIRMED, confirmed_by=by, confirmed_at=work.at)
        ).rowcount
    except IntegrityError as error:
        raise ConflictError(
            f"批次{batch}中有条目与已公示的同一文书条目相同 / "
            f"A draft of the batch {batch} says what another published entry of the same document says already.",
            hint="该文书的条目在导入之后生效：放弃本批次后重新导入 / Discard the batch and import the file again.",
        ) from error
    follow(work.connection, replaced)
    claimed = work.connection.execute(
        update(batches)
        .where(batches.c.id == batch, batches.c.confirmed_by.is_(None), batches.c.discarded_by.is_(None))
        .values(confirmed_by=by, confirmed_at=work.at)
    )
    if claimed.rowcount != 1:
        raise ConflictError(
            f"批次{batch}同时被他人办理 / The batch {batch} was decided by somebody else at the same moment.",
            hint="请查看后重试 / Look at it and try again.",
        )
    take_names(work, batch)
    notify_superiors(work, batch)
    changed = select(entries.c.subject_key).where(entries.c.batch == batch, entries.c.is_person == false())
    work.mark_changed_among(changed)
    work.ledger.append(
        "entry:batch:confirm",
        by,
        {
            "batch": batch,
            "list": row.list,
            "imported_by": row.imported_by,
            "published": published,
            "corrected": corrected,
            "discarded": discarded,
            "contents": contents_of_batch(work.connection, batch, _CONFIRMED),
        },
    )
    return Confirmation(batch, published, corrected, discarded)


def discard(work: UnitOfWork, batch: str, *, by: str, reason: str) -> int:
    """Give up the drafts of a batch that was imported wrongly; how many.

    Raises:
        NotFoundError: No such batch.
        FourEyesError: Not an operator.
        InvalidActError: No reason.
        ConflictError: It was confirmed or discarded already.
    """
    row = _open_batch(work.connection, batch)
    reason = written(reason)
    require_operator(work.connection, by, OperatorRole.OPERATOR)
    if not reason:
        raise InvalidActError(
            "放弃批次须写明理由 / Giving up a batch needs a reason.", hint="请填写理由 / State the reason."
        )
    discarded = work.connection.execute(
        update(entries).where(entries.c.batch == batch, entries.c.state == EntryState.DRAFTED).values(state=_DISCARDED)
    ).rowcount
    claimed = work.connection.execute(
        update(batches)
        .where(batches.c.id == batch, batches.c.confirmed_by.is_(None), batches.c.discarded_by.is_(None))
        .values(discarded_by=by, discarded_at=work.at)
    )
    if claimed.rowcount != 1:
        raise ConflictError(
            f"批次{batch}同时被他人办理 / The batch {batch} was decided by somebody else at the same moment.",
            hint="请查看后重试 / Look at it and try again.",
        )
    work.ledger.append(
        "entry:batch:discard",
        by,
        {"batch": batch, "list": row.list, "discarded": discarded, "reason": reason},
    )
    return discarded


def all_batches(connection: Connection, *, limit: int = 100) -> tuple[Batch, ...]:
    """The last batches, newest first."""
    waiting = (
        select(func.count())
        .where(entries.c.batch == batches.c.id, entries.c.state == EntryState.DRAFTED)
        .scalar_subquery()
    )
    statement = select(batches, waiting.label("drafted")).order_by(batches.c.imported_at.desc()).limit(limit)
    return tuple(
        Batch(
            id=row.id,
            list=row.list,
            file_name=row.file_name,
            imported_by=row.imported_by,
            imported_at=row.imported_at,
            accepted=row.accepted,
            rejected=row.rejected,
            drafted=row.drafted,
            confirmed_by=row.confirmed_by or "",
            confirmed_at=row.confirmed_at,
            discarded_by=row.discarded_by or "",
        )
        for row in connection.execute(statement)
    )


def _open_batch(connection: Connection, batch: str) -> Row[Any]:
    row = connection.execute(select(batches).where(batches.c.id == batch)).first()
    if row is None:
        raise NotFoundError(
            f"没有批次{batch} / There is no batch {batch}.",
            hint="查看批次：credit-gateway entries batches HOME / List them with that command.",
        )
    decided_by = row.confirmed_by or row.discarded_by
    if decided_by:
        raise ConflictError(
            f"批次{batch}已由{decided_by}{'复核' if row.confirmed_by else '放弃'} / "
            f"The batch {batch} was {'confirmed' if row.confirmed_by else 'discarded'} by {decided_by} already.",
            hint="无需再次办理 / Nothing is left to do.",
        )
    return row


def _require_notice(connection: Connection, batch: Row[Any], today: date) -> None:
    """Refuse drafts without notice before the determination where the law of that day demands it (事先告知)."""
    law = PeriodLaw.load(connection, today)
    lacking = connection.execute(
        select(entries.c.id, entries.c.document_no, entries.c.determined_on)
        .where(
            entries.c.batch == batch.id,
            entries.c.state == EntryState.DRAFTED,
            or_(entries.c.notice_given_on.is_(None), entries.c.notice_given_on > entries.c.determined_on),
        )
        .order_by(entries.c.id)
    )
    wrong: list[str] = []
    basis, count = "", 0
    for row in lacking:
        rule = law.handling(LawAct.NOTICE, batch.list, row.determined_on)
        # A rule for all lists is none of this list's law.
        if rule is not None and batch.list in rule.version.lists:
            count += 1
            basis = rule.basis
            if len(wrong) < MAX_NAMED:
                wrong.append(row.document_no)
    if count:
        raise InvalidActError(
            f"{basis}要求认定前告知，{count}条待复核条目未载明此前已告知 / "
            f"{basis} demands notice before the determination, and {count} drafts do not say it was given by then: "
            f"{', '.join(wrong)}{' …' if count > len(wrong) else ''}.",
            hint="补齐告知日期后重新导入：先放弃本批次 / Discard the batch and import it again with the day of notice.",
        )


def _asked_about(connection: Connection, batch: str) -> list[tuple[str, str]]:
    """Entries that the drafts of a batch replace and about which something is asked, each with its draft."""
    asked = union(
        select(objections.c.entry).where(objections.c.state == "filed"),
        select(repairs.c.entry).where(repairs.c.state.in_(["applied", "supplement", "accepted"])),
    )
    drafts = select(entries.c.replaces, entries.c.id).where(
        entries.c.batch == batch, entries.c.state == EntryState.DRAFTED, entries.c.replaces.in_(asked)
    )
    return [(row.replaces, row.id) for row in connection.execute(drafts)]
