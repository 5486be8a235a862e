"""Correction (更正): another entry, with the right particulars, takes the place of one that says something wrong.

The wrong entry keeps its id and its history; whoever relied on it is told by the id. What was asked about it and is
not decided yet, objections and applications for repair, goes over to the entry that replaces it, with the mark.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from credit_sdk.model.listing import Severity
from credit_sdk.model.term import civil_day
from gateway.database.columns import Json
from gateway.database.tables import declined_marks, entries, objections, repairs
from gateway.database.unit_of_work import UnitOfWork
from gateway.intake.checking import random_name
from gateway.intake.drafts import digest_of
from gateway.ledger.contents import sha256_of_entry
from gateway.problems import ConflictError, InvalidActError
from gateway.registry.lifecycle import EntryAct, EntryState, move, require_entry
from gateway.registry.superior_notices import notify_of_correction
from gateway.registry.titles import field_title
from gateway.registry.wording import written

Changes = Mapping[str, str | date | None]
"""Particulars by column; None takes a day away."""

_TEXTS = {"authority": 200, "document_no": 128, "basis": 2048, "fact": 5000, "severity": 16}
_DAYS = ("determined_on", "term_from", "term_until", "notice_given_on")
CORRECTABLE = (*_TEXTS, *_DAYS)
"""What of an entry may be corrected; another subject or list is another determination."""

_CONTENT = (*CORRECTABLE, "authority_code", "fields", "extra")
_OPEN_REPAIRS = ("applied", "supplement", "accepted")


def correct(
    work: UnitOfWork,
    entry: str,
    changes: Changes,
    *,
    by: str,
    confirmed_by: str,
    reason: str,
    document_no: str,
) -> str:
    """Correct a published entry (更正); the id of the entry that replaces it.

    Args:
        work: The transaction.
        entry: The entry that is wrong.
        changes: What is right instead.
        by: Who acts.
        confirmed_by: The second person.
        reason: Why, as the document says.
        document_no: Number of the document that corrects.

    Raises:
        FourEyesError: Not two people with the right roles.
        InvalidActError: Nothing changes, or what is given cannot be.
        NotFoundError: No such entry.
        ConflictError: It is not published, or the subject has another published entry of that document.
    """
    row = require_entry(work.connection, entry)
    content = _corrected(row, changes, civil_day(work.at))
    move(work, entry, EntryAct.CORRECT, by=by, confirmed_by=confirmed_by, reason=reason, document_no=document_no)
    replacement = random_name(16)
    try:
        _put(work, row, content, replacement, by=by, confirmed_by=confirmed_by)
    except IntegrityError as error:
        raise ConflictError(
            f"该主体在此名单上另有文书{content['document_no']}的条目公示中 / "
            f"The subject has another published entry of the document {content['document_no']} on this list.",
            hint="请先核对：一份文书一个条目，多余的应当撤销 / Compare the two and revoke the one too many.",
        ) from error
    follow(work.connection, [(entry, replacement)])
    changed: dict[str, Json] = {name: _text(content[name]) for name in sorted(changes)}
    # The fact may hold what does not belong into the ledger; its digest is enough to tell one from another.
    if "fact" in changed:
        changed["fact"] = sha256(str(content["fact"]).encode()).hexdigest()
    work.ledger.append(
        f"entry:{row.list}:replace",
        by,
        {
            "entry": replacement,
            "to": EntryState.PUBLISHED,
            "replaces": entry,
            "changed": changed,
            "entry_sha256": sha256_of_entry(work.connection, replacement),
        },
    )
    notify_of_correction(work, replacement)
    return replacement


def _put(
    work: UnitOfWork, row: Row[Any], content: Mapping[str, Any], replacement: str, *, by: str, confirmed_by: str
) -> None:
    work.connection.execute(
        insert(entries).values(
            **content,
            id=replacement,
            subject_key=row.subject_key,
            list=row.list,
            is_person=row.is_person,
            content_sha256=digest_of(content),
            state=EntryState.PUBLISHED,
            batch=None,
            replaces=row.id,
            drafted_by=by,
            drafted_at=work.at,
            confirmed_by=confirmed_by,
            confirmed_at=work.at,
        )
    )


def follow(connection: Connection, replaced: Sequence[tuple[str, str]]) -> None:
    """Let open objections and applications follow from each entry to the one that replaces it."""
    for old, new in replaced:
        connection.execute(
            update(objections).where(objections.c.entry == old, objections.c.state == "filed").values(entry=new)
        )
        connection.execute(
            update(repairs).where(repairs.c.entry == old, repairs.c.state.in_(_OPEN_REPAIRS)).values(entry=new)
        )
        mark(connection, new)


def mark(connection: Connection, entry: str) -> date | None:
    """Set since when an objection to the entry is under way (异议标注), by the open ones that mark; None for none."""
    since_on: date | None = connection.scalar(
        select(func.min(objections.c.filed_on)).where(
            objections.c.entry == entry,
            objections.c.state == "filed",
            objections.c.id.not_in(select(declined_marks.c.objection)),
        )
    )
    connection.execute(update(entries).where(entries.c.id == entry).values(objection_on=since_on))
    return since_on


def _corrected(row: Row[Any], changes: Changes, today: date) -> dict[str, Any]:
    content = {name: getattr(row, name) for name in _CONTENT}
    before = dict(content)
    for name, value in changes.items():
        if name not in CORRECTABLE:
            raise InvalidActError(
                f"{name}不能更正：主体、名单不同即为另一认定 / "
                f"{name} cannot be corrected: another subject or list is another determination.",
                hint=f"可更正 / Correctable: {', '.join(CORRECTABLE)}.",
            )
        content[name] = value if name in _DAYS else _checked_text(name, str(value or ""))
    if content == before:
        raise InvalidActError(
            "没有更正任何内容 / Nothing is corrected: every particular is as it was.",
            hint="请写明更正的内容 / Say what is right instead.",
        )
    _check_days(content, today)
    _check_notice(content, before, changes)
    return content


def _checked_text(name: str, value: str) -> str:
    text = written(value)
    if len(text) > _TEXTS[name]:
        raise InvalidActError(
            f"{field_title(name)}超过{_TEXTS[name]}字 / {name} has more than {_TEXTS[name]} characters.",
            hint="请缩短 / Shorten it.",
        )
    if name == "severity" and text not in set(Severity):
        raise InvalidActError(
            f"“{text[:30]}”不是严重程度 / {text[:30]!r} is no severity.", hint=f"可选 / One of: {', '.join(Severity)}."
        )
    if not text and name in {"authority", "document_no"}:
        raise InvalidActError(
            f"条目不能没有{field_title(name)} / An entry cannot be without {name}.", hint="请填写 / Fill it in."
        )
    return text


def _check_days(content: Mapping[str, Any], today: date) -> None:
    determined_on, term_from, term_until = (content[name] for name in _DAYS[:3])
    if determined_on is None or term_from is None:
        raise InvalidActError(
            "条目须有文书日期和起始日期 / An entry needs the day of its document and the first day of its term.",
            hint="请填写日期 / Give the day.",
        )
    if determined_on > today:
        raise InvalidActError(
            f"认定日期{determined_on}晚于今天 / The day of the document ({determined_on}) is in the future.",
            hint="请核对日期 / Check the day.",
        )
    if term_until is not None and term_until < term_from:
        raise InvalidActError(
            f"截止日期早于起始日期 / The term would end ({term_until}) before it begins ({term_from}).",
            hint="请核对起止日期；期限已满请移出 / Check the days; remove the entry if its term is over.",
        )


def _check_notice(content: Mapping[str, Any], before: Mapping[str, Any], changes: Changes) -> None:
    given_on = content["notice_given_on"]
    if given_on is None and before["notice_given_on"] is not None:
        raise InvalidActError(
            "告知日期不能通过更正删去 / That notice was given cannot be corrected away.",
            hint="未曾告知的，应当撤销该条目 / If none was given, revoke the entry.",
        )
    is_touched = not {"notice_given_on", "determined_on"}.isdisjoint(changes)
    if is_touched and given_on is not None and given_on > content["determined_on"]:
        raise InvalidActError(
            f"告知应当在认定之前：告知{given_on}晚于认定{content['determined_on']} / "
            f"Notice is given before the determination: {given_on} is after {content['determined_on']}.",
            hint="请核对告知日期 / Check the day of notice.",
        )


def _text(value: Json | date) -> Json:
    return value.isoformat() if isinstance(value, date) else value
