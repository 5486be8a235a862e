"""Stating who answers for an entry (责任人登记), and taking it back: two people, or with the entry they came with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from credit_sdk.model.measure import Role
from credit_sdk.model.subject import Subject
from gateway.accounts import require_operator, require_two
from gateway.database.columns import Json
from gateway.database.tables import responsible_persons
from gateway.database.unit_of_work import UnitOfWork
from gateway.problems import ConflictError, InvalidActError, NotFoundError
from gateway.registry.lifecycle import EntryState, require_entry
from gateway.registry.persons import RegistryKeys
from gateway.registry.responsible import ROLES, Span
from gateway.registry.titles import state_title
from gateway.registry.wording import written

NOT_STATED = Span()


@dataclass(frozen=True, slots=True)
class StatedPerson:
    """Somebody stated as answering for an entry, read and checked.

    Attributes:
        subject: By number; a natural person or an organisation, such as a controlling company.
        role: Not ``candidate``.
        is_named: Whether the decision itself names him responsible.
        source: Where that is taken from: the decision, a register, the department that reports.
        office: Since and until when he held the role.
        conduct: The days of the conduct the decision is about.
    """

    subject: Subject
    role: Role
    is_named: bool
    source: str
    name: str = ""
    office: Span = NOT_STATED
    conduct: Span = NOT_STATED


def state(
    work: UnitOfWork,
    keys: RegistryKeys,
    entry: str,
    persons: Sequence[StatedPerson],
    *,
    by: str,
    confirmed_by: str | None = None,
) -> int:
    """State who answers for an entry; how many.

    Args:
        work: The transaction.
        keys: Keys of subjects in this registry.
        entry: Id of the entry.
        persons: Who.
        by: The operator who states them, or who imports the entry.
        confirmed_by: The second person. None only for a draft: who confirms the entry confirms them with it.

    Raises:
        FourEyesError: Not an operator and a second person.
        NotFoundError: No such entry.
        InvalidActError: A role that answers for nothing, a masked number, no source, days in the wrong order.
        ConflictError: One is stated already, or a published entry is to be changed by one person.
    """
    held = require_entry(work.connection, entry)
    if confirmed_by is not None:
        require_two(work.connection, by, confirmed_by)
    elif held.state == EntryState.DRAFTED:
        require_operator(work.connection, by)
    else:
        raise ConflictError(
            f"条目{entry}的状态为“{state_title(held.state)}”，责任人须由两人登记 / "
            f"The entry {entry} is {held.state}: who answers for it is stated by two people.",
            hint="请由另一人复核 / Let another person confirm it.",
        )
    rows = [{**row_of(keys, entry, each, by=by, confirmed_by=confirmed_by), "stated_at": work.at} for each in persons]
    if not rows:
        return 0
    try:
        work.connection.execute(insert(responsible_persons), rows)
    except IntegrityError:
        raise ConflictError(
            f"条目{entry}已以同一身份登记此人 / Somebody is stated with the entry {entry} in the same role already.",
            hint="查看：credit-gateway entries show HOME ENTRY / Look at the entry.",
        ) from None
    work.ledger.append(
        f"entry:{held.list}:name-responsible",
        by,
        {
            "entry": entry,
            "confirmed_by": confirmed_by or "",
            "persons": [
                {"subject": each.subject.masked, "role": each.role, "named": each.is_named} for each in persons
            ],
        },
    )
    return len(rows)


def withdraw(work: UnitOfWork, id: int, *, by: str, confirmed_by: str, reason: str) -> str:
    """Take back that somebody answers for an entry; the entry's id.

    Raises:
        FourEyesError: Not two people with the right roles.
        InvalidActError: No reason.
        NotFoundError: Nobody stands under this number, or it was taken back already.
    """
    require_two(work.connection, by, confirmed_by)
    why = written(reason)
    if not why:
        raise InvalidActError(
            "撤回须写明理由 / Taking this back needs a reason.", hint="请填写理由 / State the reason."
        )
    found = work.connection.execute(select(responsible_persons).where(responsible_persons.c.id == id)).first()
    taken_back = work.connection.execute(
        update(responsible_persons)
        .where(responsible_persons.c.id == id, responsible_persons.c.withdrawn_at.is_(None))
        .values(withdrawn_by=by, withdrawal_confirmed_by=confirmed_by, withdrawn_at=work.at, withdrawn_why=why)
    )
    if found is None or taken_back.rowcount != 1:
        raise NotFoundError(
            f"编号{id}下没有责任人，或者已经收回 / Nobody stands under the number {id}, or it was taken back already.",
            hint="查看：credit-gateway entries show HOME ENTRY / Look at the entry.",
        )
    told: dict[str, Json] = {"entry": found.entry, "id": id, "subject": found.masked, "role": found.role}
    work.ledger.append("entry:responsible:withdraw", by, {**told, "confirmed_by": confirmed_by, "reason": why})
    entry: str = found.entry
    return entry


def _require_usable(person: StatedPerson) -> None:
    if person.role is Role.CANDIDATE:
        raise InvalidActError(
            "候选人不对条目所述事项承担责任 / A candidate answers for nothing an entry is about.",
            hint=f"角色 / One of: {', '.join(sorted(set(ROLES.values())))}.",
        )
    if person.subject.is_masked:
        raise InvalidActError(
            "号码已遮蔽，不能确定是谁 / A masked number could be several people.",
            hint="请提供完整号码 / Give the whole number.",
        )
    if not person.source.strip():
        raise InvalidActError(
            "须写明来源，否则日后无从说明为何列明此人 / "
            "Where it is taken from must be said, or nobody can tell later why he was named.",
            hint="请填写来源，如决定书文号 / State the source, for example the number of the decision.",
        )
    for span in (person.office, person.conduct):
        if span.from_on and span.until_on and span.until_on < span.from_on:
            raise InvalidActError(
                f"起止日期{span.from_on}、{span.until_on}先后颠倒 / "
                f"The days {span.from_on} to {span.until_on} are in the wrong order.",
                hint="请核对起止日期 / Check the days.",
            )


def row_of(
    keys: RegistryKeys, entry: str, person: StatedPerson, *, by: str, confirmed_by: str | None = None
) -> dict[str, str | bytes | bool | date | None]:
    """What is kept of somebody who answers for an entry, but for the instant he is stated.

    Raises:
        InvalidActError: As for :func:`state`.
    """
    _require_usable(person)
    subject = person.subject
    return {
        "entry": entry,
        "person_key": keys.key_of(subject),
        "code": None if subject.is_natural_person else subject.code,
        "masked": subject.masked,
        "name": written(person.name),
        "kind": subject.kind.value,
        "role": person.role.value,
        "is_named": person.is_named,
        "source": written(person.source),
        "office_from_on": person.office.from_on,
        "office_until_on": person.office.until_on,
        "conduct_from_on": person.conduct.from_on,
        "conduct_until_on": person.conduct.until_on,
        "stated_by": by,
        "confirmed_by": confirmed_by,
        "withdrawn_why": "",
    }
