"""Performance of commitments (践诺): what the accepting authority found, and what a breach comes to.

=====================  ==================================  =======================================================
found                  who                                 what follows
=====================  ==================================  =======================================================
全部履行 fulfilled     one operator                        supervision ends (监管完成)
部分履行 partly        two people, document, notice given  an entry on the list ``commitment-breach``
全部未履行 unfulfilled two people, document, notice given  an entry on the list ``commitment-breach``
虚假承诺 false         two people, document, notice given  an entry on the list ``false-commitment``; supervision ends
=====================  ==================================  =======================================================

A finding against the committer is proposed by one person and takes effect when another confirms it. The entry goes
the way of every entry from then on: it can be objected to, repaired, removed and revoked, and decisions know it only
through the published list. Nothing here follows from silence: a commitment whose last day passes is not broken by that.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from credit_sdk.model.term import civil_day
from gateway.accounts import OperatorRole, require_operator, require_two
from gateway.database.columns import canonical_json
from gateway.database.tables import commitments, entries, performances
from gateway.database.unit_of_work import UnitOfWork
from gateway.ledger.contents import sha256_of_entry
from gateway.problems import ConflictError, InvalidActError
from gateway.registry.commitment_law import COMMITMENT_BREACH, FALSE_COMMITMENT, CommitmentLaw
from gateway.registry.commitments import CommitmentState, require_commitment
from gateway.registry.earlier_breaches import entry_standing, require_unused
from gateway.registry.lifecycle import EntryState
from gateway.registry.performance_finding import STATUS_TITLES, PerformanceFinding, require_whole
from gateway.registry.wording import written


class FindingState(StrEnum):
    """Where a finding stands."""

    PROPOSED = "proposed"
    DETERMINED = "determined"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Found:
    """What became of a finding.

    Attributes:
        entry: The entry it was published as, empty where there is none.
    """

    id: str
    commitment: str
    state: FindingState
    entry: str = ""


def perform(work: UnitOfWork, code: str, finding: PerformanceFinding, *, by: str, confirmed_by: str = "") -> Found:
    """Record what was found; against the committer it waits for a second person unless one confirms it at once.

    Raises:
        NotFoundError: No such commitment.
        FourEyesError: Not an operator, or not two people.
        InvalidActError: A particular is missing, or the days do not agree.
        ConflictError: A finding waits already, the commitment is done with, or the law has no list for the breach.
    """
    require_operator(work.connection, by, OperatorRole.OPERATOR)
    row = require_commitment(work.connection, code)
    require_whole(finding, row.made_on, civil_day(work.at))
    _require_open(work.connection, row, finding, civil_day(work.at))
    id_ = token_hex(10)
    state = FindingState.PROPOSED if finding.is_adverse else FindingState.DETERMINED
    if finding.is_adverse:
        CommitmentLaw.load(work.connection, civil_day(work.at)).require_list(_list_of(finding.is_false))
    work.connection.execute(
        insert(performances).values(
            id=id_,
            commitment=code,
            status=finding.status,
            is_false=finding.is_false,
            unperformed=written(finding.unperformed),
            liability_pursued=written(finding.liability_pursued),
            severity=finding.severity,
            determined_on=finding.determined_on,
            authority=written(finding.authority),
            authority_code=written(finding.authority_code),
            document_no=written(finding.document_no),
            notice_given_on=finding.notice_given_on,
            state=state,
            by=by,
            at=work.at,
            reason="",
        )
    )
    work.ledger.append(
        f"commitment:performance:{'propose' if finding.is_adverse else 'determine'}",
        by,
        {
            "commitment": code,
            "finding": id_,
            "status": finding.status,
            "is_false": finding.is_false,
            "document": written(finding.document_no),
        },
    )
    if not finding.is_adverse:
        _complete(work, code)
        return Found(id_, code, state)
    return confirm(work, code, by=confirmed_by) if confirmed_by else Found(id_, code, state)


def confirm(work: UnitOfWork, code: str, *, by: str) -> Found:
    """Confirm a finding against the committer as the second person (复核); it is published as an entry.

    Raises:
        NotFoundError: No such commitment.
        FourEyesError: The person who proposed it, or one without the role.
        ConflictError: Nothing waits for confirmation; or the law has no list for the breach.
    """
    row = require_commitment(work.connection, code)
    found = _waiting(work.connection, code)
    require_two(work.connection, found.by, by)
    entry = _publish(work, row, found, by)
    moved = work.connection.execute(
        update(performances)
        .where(performances.c.id == found.id, performances.c.state == FindingState.PROPOSED)
        .values(state=FindingState.DETERMINED, confirmed_by=by, confirmed_at=work.at, entry=entry)
    )
    _require_moved(moved.rowcount, code)
    if found.is_false:
        _complete(work, code)
    work.ledger.append(
        "commitment:performance:determine",
        found.by,
        {
            "commitment": code,
            "finding": found.id,
            "entry": entry,
            "entry_sha256": sha256_of_entry(work.connection, entry),
            "to": EntryState.PUBLISHED,
            "confirmed_by": by,
            "document": found.document_no,
        },
    )
    return Found(found.id, code, FindingState.DETERMINED, entry)


def reject(work: UnitOfWork, code: str, *, by: str, reason: str) -> Found:
    """Reject a finding that was proposed (不予认定); nothing of it is published.

    Raises:
        NotFoundError: No such commitment.
        FourEyesError: The person who proposed it, or one without the role.
        InvalidActError: No reason.
        ConflictError: Nothing waits for confirmation.
    """
    require_commitment(work.connection, code)
    found = _waiting(work.connection, code)
    require_two(work.connection, found.by, by)
    why = written(reason)
    if not why:
        raise InvalidActError(
            "不予认定须写明理由 / Rejecting a finding needs a reason.", hint="请填写理由 / State the reason."
        )
    moved = work.connection.execute(
        update(performances)
        .where(performances.c.id == found.id, performances.c.state == FindingState.PROPOSED)
        .values(state=FindingState.REJECTED, confirmed_by=by, confirmed_at=work.at, reason=why)
    )
    _require_moved(moved.rowcount, code)
    work.ledger.append(
        "commitment:performance:reject",
        by,
        {"commitment": code, "finding": found.id, "proposed_by": found.by, "reason": why},
    )
    return Found(found.id, code, FindingState.REJECTED)


def _publish(work: UnitOfWork, row: Row[Any], found: Row[Any], confirmed_by: str) -> str:
    list_id = _list_of(found.is_false)
    basis = CommitmentLaw.load(work.connection, civil_day(work.at)).require_list(list_id)
    what = "虚假承诺" if found.is_false else STATUS_TITLES[found.status]
    content = {
        "list": list_id,
        "severity": found.severity,
        "authority": found.authority,
        "authority_code": found.authority_code,
        "document_no": found.document_no,
        "basis": basis,
        "fact": f"{what}：{row.cause}（承诺编码{row.code}）{found.unperformed}",
    }
    entry = f"commitment-{found.id}"
    require_unused(work.connection, row.subject_key, list_id, found.document_no)
    work.connection.execute(
        insert(entries).values(
            **content,
            id=entry,
            subject_key=row.subject_key,
            determined_on=found.determined_on,
            term_from=found.determined_on,
            term_until=None,
            notice_given_on=found.notice_given_on,
            fields={},
            extra={"commitment": row.code},
            content_sha256=sha256(canonical_json({**content, "entry": entry}).encode()).hexdigest(),
            state=EntryState.PUBLISHED,
            drafted_by=found.by,
            drafted_at=found.at,
            confirmed_by=confirmed_by,
            confirmed_at=work.at,
            is_person=row.is_person,
        )
    )
    if not row.is_person:
        work.mark_changed([row.subject_key])
    return entry


def _list_of(is_false: bool) -> str:
    return FALSE_COMMITMENT if is_false else COMMITMENT_BREACH


def _require_open(connection: Connection, row: Row[Any], finding: PerformanceFinding, on: date) -> None:
    waiting = connection.scalar(
        select(performances.c.id).where(
            performances.c.commitment == row.code, performances.c.state == FindingState.PROPOSED
        )
    )
    if waiting:
        raise ConflictError(
            f"承诺{row.code}已有认定待复核 / A finding on the commitment {row.code} waits for confirmation already.",
            hint="请先复核或不予认定：credit-gateway commitments confirm|reject / Decide on it first.",
        )
    if row.state == CommitmentState.COMPLETED and not finding.is_false:
        raise ConflictError(
            f"承诺{row.code}的监管已完成 / The supervision of the commitment {row.code} has ended.",
            hint="无需再次认定 / Nothing is left to find.",
        )
    standing = entry_standing(connection, row.code, _list_of(finding.is_false), on) if finding.is_adverse else ""
    if standing:
        raise ConflictError(
            f"承诺{row.code}此前已作相同认定，形成条目{standing} / "
            f"The same was found of the commitment {row.code} before and stands as entry {standing}.",
            hint="无需再次认定 / Nothing is left to find.",
        )


def _waiting(connection: Connection, code: str) -> Row[Any]:
    found = connection.execute(
        select(performances).where(performances.c.commitment == code, performances.c.state == FindingState.PROPOSED)
    ).first()
    if found is None:
        raise ConflictError(
            f"承诺{code}没有待复核的认定 / No finding on the commitment {code} waits for confirmation.",
            hint="查看承诺：credit-gateway commitments list HOME / Look at it with that command.",
        )
    return found


def _require_moved(rows: int, code: str) -> None:
    if rows != 1:
        raise ConflictError(
            f"承诺{code}的认定同时被他人办理 / "
            f"The finding on the commitment {code} was decided by somebody else at the same moment.",
            hint="请查看后重试 / Look at it and try again.",
        )


def _complete(work: UnitOfWork, code: str) -> None:
    work.connection.execute(
        update(commitments).where(commitments.c.code == code).values(state=CommitmentState.COMPLETED)
    )
