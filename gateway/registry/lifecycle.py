"""The life of an entry (名单条目): its states, the acts that move it, and nothing else moves it.

==============  =============  =============  ==========================================================
from            act            to             what it means
==============  =============  =============  ==========================================================
drafted         confirm        published      a second person confirmed it (复核); it takes effect
drafted         discard        discarded      the draft was wrong; it never took effect
published       remove         removed        移出: it ends, looking forward
published       revoke         revoked        撤销: it ends as if it had never been
published       correct        corrected      更正: another entry takes its place
published       repair         repaired       信用修复: the subject has mended it
published       shield         shielded       屏蔽: a court approved the reorganisation; measures are suspended
published       lapse          lapsed         its publicity has ended by the calendar (公示期满)
shielded        unshield       published      the plan failed or ended without repair; back into publicity
shielded        remove         removed
shielded        revoke         revoked
shielded        repair         repaired       the plan was performed
shielded        lapse          lapsed
repaired        void           published      the repair rested on falsehood; it is published again
repaired        revoke         revoked        found to be wrong after it was repaired
removed         revoke         revoked        found to be wrong after it was removed
lapsed          revoke         revoked        found to be wrong after it had lapsed
==============  =============  =============  ==========================================================

``confirm`` is the determination (认定): from then on nothing but the next publication stands between the entry and the
systems that ask, a second while ``serve`` runs. That is no state, for it holds for every act, also for one that ends an
entry: :mod:`gateway.registry.awaited` says of which entries the publication still lags behind.

Only ``published`` entries are published. Every act is one person's and confirmed by another, but for two: one person
may give up a draft, and what the calendar ends is recorded by the publisher (:mod:`gateway.registry.lapses`).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from credit_sdk.model.citation import Bilingual
from gateway.accounts import require_two
from gateway.database.tables import acts, entries
from gateway.database.unit_of_work import UnitOfWork
from gateway.problems import ConflictError, InvalidActError, NotFoundError
from gateway.registry.titles import act_title, possible_acts, state_title
from gateway.registry.wording import written


class EntryState(StrEnum):
    """Where an entry stands."""

    DRAFTED = "drafted"
    DISCARDED = "discarded"
    PUBLISHED = "published"
    REMOVED = "removed"
    REVOKED = "revoked"
    CORRECTED = "corrected"
    REPAIRED = "repaired"
    SHIELDED = "shielded"
    LAPSED = "lapsed"


class EntryAct(StrEnum):
    """What moves an entry."""

    CONFIRM = "confirm"
    DISCARD = "discard"
    REMOVE = "remove"
    REVOKE = "revoke"
    CORRECT = "correct"
    REPAIR = "repair"
    SHIELD = "shield"
    UNSHIELD = "unshield"
    VOID = "void"
    LAPSE = "lapse"


MOVES: Mapping[tuple[EntryState, EntryAct], EntryState] = {
    (EntryState.DRAFTED, EntryAct.CONFIRM): EntryState.PUBLISHED,
    (EntryState.DRAFTED, EntryAct.DISCARD): EntryState.DISCARDED,
    (EntryState.PUBLISHED, EntryAct.REMOVE): EntryState.REMOVED,
    (EntryState.PUBLISHED, EntryAct.REVOKE): EntryState.REVOKED,
    (EntryState.PUBLISHED, EntryAct.CORRECT): EntryState.CORRECTED,
    (EntryState.PUBLISHED, EntryAct.REPAIR): EntryState.REPAIRED,
    (EntryState.PUBLISHED, EntryAct.SHIELD): EntryState.SHIELDED,
    (EntryState.PUBLISHED, EntryAct.LAPSE): EntryState.LAPSED,
    (EntryState.SHIELDED, EntryAct.UNSHIELD): EntryState.PUBLISHED,
    (EntryState.SHIELDED, EntryAct.REMOVE): EntryState.REMOVED,
    (EntryState.SHIELDED, EntryAct.REVOKE): EntryState.REVOKED,
    (EntryState.SHIELDED, EntryAct.REPAIR): EntryState.REPAIRED,
    (EntryState.SHIELDED, EntryAct.LAPSE): EntryState.LAPSED,
    (EntryState.REPAIRED, EntryAct.VOID): EntryState.PUBLISHED,
    (EntryState.REPAIRED, EntryAct.REVOKE): EntryState.REVOKED,
    (EntryState.REMOVED, EntryAct.REVOKE): EntryState.REVOKED,
    (EntryState.LAPSED, EntryAct.REVOKE): EntryState.REVOKED,
}

MAX_STATED_CHARACTERS = 2_000
"""Of a reason, and of a document's number."""
_STATED_NAMES = {"reason": "理由", "document": "文书号"}

ENDED = frozenset({EntryState.REMOVED, EntryState.REVOKED, EntryState.REPAIRED, EntryState.LAPSED, EntryState.SHIELDED})
"""States out of which no import brings an entry back: a subject that is free stays free."""

WITHOUT_DOCUMENT = frozenset({EntryAct.CONFIRM, EntryAct.DISCARD, EntryAct.LAPSE})
"""Acts that :func:`move` does not carry out: batches are confirmed whole, and the calendar needs no document."""

EFFECTS: Mapping[EntryState, Bilingual] = {
    EntryState.DRAFTED: Bilingual(zh="草稿，尚未生效", en="a draft; not in force"),
    EntryState.DISCARDED: Bilingual(zh="草稿已放弃，从未生效", en="a draft given up; it never took effect"),
    EntryState.PUBLISHED: Bilingual(zh="公示中", en="published"),
    EntryState.REMOVED: Bilingual(
        zh="移出：自移出之日起不再列入，此前的列入有效（向后）",
        en="removed: ends from that day on; it stood until then",
    ),
    EntryState.REVOKED: Bilingual(
        zh="撤销：视为自始未列入，此前据以作出的决定应当复查（溯及既往）",
        en="revoked: as if it had never been; what was decided on it is to be looked at again",
    ),
    EntryState.CORRECTED: Bilingual(zh="更正：由另一条目代替", en="corrected: another entry has taken its place"),
    EntryState.REPAIRED: Bilingual(
        zh="信用修复：终止公示，停止共享和使用，措施同步解除",
        en="repaired: no longer shown, shared or used; its measures are lifted",
    ),
    EntryState.SHIELDED: Bilingual(
        zh="屏蔽：重整期间暂停公示和措施", en="shielded: publicity and measures are suspended during reorganisation"
    ),
    EntryState.LAPSED: Bilingual(zh="公示期满，自动终止公示", en="its publicity has ended by the calendar"),
}
"""What each state means for the subject; whether an end looks forward or back stands here for those who ask."""


def after(state: EntryState, act: EntryAct) -> EntryState:
    """The state an act leads to.

    Raises:
        ConflictError: The table has no such move.
    """
    reached = MOVES.get((state, act))
    if reached is None:
        possible = possible_acts(each for each in EntryAct if (state, each) in MOVES)
        raise ConflictError(
            f"状态为“{state_title(state)}”的条目不能办理“{act_title(act)}” / "
            f"An entry that is {state} cannot be changed by the act {act}.",
            hint=f"此状态下可办理 / Possible in this state: {possible}.",
        )
    return reached


def move(
    work: UnitOfWork, entry: str, act: EntryAct, *, by: str, confirmed_by: str, reason: str, document_no: str
) -> EntryState:
    """Carry out an act on one published entry: state, act, ledger and the publisher's mark in one transaction.

    Args:
        work: The transaction.
        entry: Id of the entry.
        act: One of the acts of the table that need a document.
        by: Who acts.
        confirmed_by: The second person.
        reason: Why, as the document says.
        document_no: Number of the document (文书号).

    Raises:
        FourEyesError: Not two people with the right roles.
        InvalidActError: Reason or document is missing.
        NotFoundError: No such entry.
        ConflictError: Its state does not allow the act.
    """
    if act in WITHOUT_DOCUMENT:
        raise ValueError(f"{act} is no act of two people on one entry")
    require_two(work.connection, by, confirmed_by)
    require_stated(act, reason, document_no)
    reason, document_no = written(reason), written(document_no)
    row = require_entry(work.connection, entry)
    reached = after(EntryState(row.state), act)
    # Compared once more while writing: another process may have moved the entry meanwhile.
    try:
        moved = work.connection.execute(
            update(entries).where(entries.c.id == entry, entries.c.state == row.state).values(state=reached)
        )
    except IntegrityError as error:
        raise ConflictError(
            f"条目{entry}不能恢复公示：同一名单、主体、文书的另一条目公示中 / "
            f"The entry {entry} cannot be published again: another of the same list, subject and document is.",
            hint="请先核对两个条目，撤销重复的一个 / Compare the two and revoke the one too many.",
        ) from error
    if moved.rowcount != 1:
        raise ConflictError(
            f"条目{entry}同时被他人办理 / The entry {entry} was changed by somebody else at the same moment.",
            hint="请查看后重试 / Look at it and try again.",
        )
    work.connection.execute(
        insert(acts).values(
            entry=entry,
            act=act,
            by=by,
            confirmed_by=confirmed_by,
            at=work.at,
            document_no=document_no,
            reason=reason,
        )
    )
    if not row.is_person:
        work.mark_changed([row.subject_key])
    work.ledger.append(
        f"entry:{row.list}:{act}",
        by,
        {
            "entry": entry,
            "from": row.state,
            "to": reached,
            "confirmed_by": confirmed_by,
            "reason": reason,
            "document": document_no,
        },
    )
    return reached


def require_entry(connection: Connection, entry: str) -> Row[Any]:
    """The row of an entry.

    Raises:
        NotFoundError: No such entry.
    """
    row = connection.execute(select(entries).where(entries.c.id == entry)).first()
    if row is None:
        raise no_entry(entry)
    return row


def no_entry(entry: str) -> NotFoundError:
    """The refusal of an id that no entry has."""
    return NotFoundError(
        f"没有条目{entry} / There is no entry {entry}.",
        hint="查看条目：credit-gateway entries list HOME / Find it with that command.",
    )


def require_stated(act: str, reason: str, document_no: str) -> None:
    """Refuse an act without its reason or document.

    Raises:
        InvalidActError: One is missing, or longer than anybody reads.
    """
    for name, text in (("reason", reason), ("document", document_no)):
        if not text.strip():
            raise InvalidActError(
                f"缺少{_STATED_NAMES[name]} / The act {act} needs a {name}, or nobody can tell later why it was right.",
                hint="请填写理由和文书号 / State the reason and the number of the document.",
            )
        if len(text) > MAX_STATED_CHARACTERS:
            raise InvalidActError(
                f"{_STATED_NAMES[name]}超过{MAX_STATED_CHARACTERS}字 / "
                f"The {name} of the act {act} is longer than {MAX_STATED_CHARACTERS} characters.",
                hint="请缩短，详情留在文书中 / Shorten it; the document has the rest.",
            )


def remove(work: UnitOfWork, entry: str, *, by: str, confirmed_by: str, reason: str, document_no: str) -> EntryState:
    """Remove an entry (移出): it ends, looking forward."""
    return move(work, entry, EntryAct.REMOVE, by=by, confirmed_by=confirmed_by, reason=reason, document_no=document_no)


def revoke(work: UnitOfWork, entry: str, *, by: str, confirmed_by: str, reason: str, document_no: str) -> EntryState:
    """Revoke an entry (撤销): it ends as if it had never been."""
    return move(work, entry, EntryAct.REVOKE, by=by, confirmed_by=confirmed_by, reason=reason, document_no=document_no)


def grant_repair(
    work: UnitOfWork, entry: str, *, by: str, confirmed_by: str, reason: str, document_no: str
) -> EntryState:
    """Grant a repair (信用修复): the measures of the entry end everywhere."""
    return move(work, entry, EntryAct.REPAIR, by=by, confirmed_by=confirmed_by, reason=reason, document_no=document_no)


def shield(work: UnitOfWork, entry: str, *, by: str, confirmed_by: str, reason: str, document_no: str) -> EntryState:
    """Shield an entry (屏蔽) whose subject reorganises under a plan a court approved (国办发〔2025〕22号)."""
    return move(work, entry, EntryAct.SHIELD, by=by, confirmed_by=confirmed_by, reason=reason, document_no=document_no)


def unshield(work: UnitOfWork, entry: str, *, by: str, confirmed_by: str, reason: str, document_no: str) -> EntryState:
    """End the shielding (恢复公示): publicity and measures resume."""
    return move(
        work, entry, EntryAct.UNSHIELD, by=by, confirmed_by=confirmed_by, reason=reason, document_no=document_no
    )
