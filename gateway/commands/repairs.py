"""``repairs …``: applications for repair (信用修复) are taken in, accepted, decided by two people, and voided."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import click
from sqlalchemy import Connection

from credit_sdk.model.term import civil_day
from gateway.commands.particulars import state_words
from gateway.commands.stated import BY, CONFIRMED_BY, DOCUMENT, REASON
from gateway.commands.terminal import AS_JSON, HOME, CivilDay, answer, desk, table
from gateway.database.columns import Json
from gateway.database.unit_of_work import UnitOfWork, reading, unit_of_work
from gateway.registry import repair_applications, repair_decisions
from gateway.registry import repairs as registry
from gateway.registry.periods import PeriodLaw
from gateway.registry.repair_applications import Papers
from gateway.registry.repairs import RepairState
from gateway.registry.replies import repair_json
from gateway.registry.requests import MAX_ROWS

_SHOWN = ("repair", "state", "entry", "applied_on", "reply")
_PROOF = click.option("--proof", default="", metavar="TEXT", help="纠正并履行义务的证明材料 / proof of performance")
_COMMITMENT = click.option("--commitment", default="", metavar="NO", help="信用承诺书编号 / the public commitment")


@click.group()
def repairs() -> None:
    """信用修复：申请、受理、补正、决定、撤销。

    Credit repair: apply, accept, supplement, decide, void.
    """


@repairs.command()
@HOME
@click.argument("entry")
@click.option("--applicant", required=True, metavar="NAME", help="申请人 / who applies")
@_PROOF
@_COMMITMENT
@click.option("--applied-on", type=CivilDay(), default=None, metavar="DATE", help="申请之日 / when; today unless given")
@click.option(
    "--period", default="", metavar="PERIOD", help="适用的公示期，条目未载明时 / which publicity period holds"
)
@BY
@AS_JSON
def apply(
    home: Path,
    *,
    entry: str,
    applicant: str,
    proof: str,
    commitment: str,
    applied_on: date | None,
    period: str,
    by: str,
    as_json: bool,
) -> None:
    """登记信用修复申请；不收费，不要求培训、信用报告或公益活动。

    Take in an application for repair. It is free, and nothing but proof and commitment is asked for.
    """
    papers = Papers(proof, commitment)
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        number = repair_applications.apply(
            work, entry, papers, applicant=applicant, by=by, applied_on=applied_on, period=period
        )
        content = _told(work.connection, number)
    answer(content, [number, str(content["reply"]), *_following(home, content)], as_json=as_json)


@repairs.command()
@HOME
@click.argument("repair")
@BY
@AS_JSON
def accept(home: Path, *, repair: str, by: str, as_json: bool) -> None:
    """受理申请。

    Accept an application whose papers are complete.
    """
    _carried_out(home, repair, lambda work: repair_applications.accept(work, repair, by=by), as_json=as_json)


@repairs.command()
@HOME
@click.argument("repair")
@click.option("--missing", required=True, metavar="TEXT", help="须补正的内容 / what is missing")
@BY
@AS_JSON
def supplement(home: Path, *, repair: str, missing: str, by: str, as_json: bool) -> None:
    """告知须补正的材料 / Say what is missing."""
    _carried_out(
        home, repair, lambda work: repair_applications.supplement(work, repair, by=by, missing=missing), as_json=as_json
    )


@repairs.command()
@HOME
@click.argument("repair")
@_PROOF
@_COMMITMENT
@BY
@AS_JSON
def supply(home: Path, *, repair: str, proof: str, commitment: str, by: str, as_json: bool) -> None:
    """登记补正的材料 / Take in what was missing."""
    papers = Papers(proof, commitment)
    _carried_out(home, repair, lambda work: repair_applications.supply(work, repair, papers, by=by), as_json=as_json)


@repairs.command()
@HOME
@click.argument("repair")
@BY
@REASON
@AS_JSON
def decline(home: Path, *, repair: str, by: str, reason: str, as_json: bool) -> None:
    """不予受理，说明理由。

    Decline an application before it is looked into.
    """
    _carried_out(
        home, repair, lambda work: repair_applications.decline(work, repair, by=by, reason=reason), as_json=as_json
    )


@repairs.command()
@HOME
@click.argument("repair")
@BY
@REASON
@AS_JSON
def withdraw(home: Path, *, repair: str, by: str, reason: str, as_json: bool) -> None:
    """记录申请人撤回申请 / Note that the subject no longer asks."""
    _carried_out(
        home, repair, lambda work: repair_applications.withdraw(work, repair, by=by, reason=reason), as_json=as_json
    )


@repairs.command()
@HOME
@click.argument("entry")
@BY
@CONFIRMED_BY
@REASON
@DOCUMENT
@AS_JSON
def grant(home: Path, *, entry: str, by: str, confirmed_by: str, reason: str, document: str, as_json: bool) -> None:
    """准予信用修复：该条目的措施处处终止。有申请的，决定该申请；没有的，接收认定机关作出的修复。

    Grant a repair; its measures end. Decides the open application, else takes over what the authority granted.
    """
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        unmet = repair_decisions.unmet_by_the_authority(work.connection, entry, civil_day(work.at))
        state = repair_decisions.grant(
            work, entry, by=by, confirmed_by=confirmed_by, reason=reason, document_no=document
        )
    answer(
        {"entry": entry, "state": state, "at": work.at.isoformat(), "unmet": unmet},
        [
            f"条目 {entry}：{state_words(state)}",
            *([f"提示：没有申请，按认定机关自行作出的修复接收；已记入台账 / Taken over. {unmet}"] if unmet else []),
        ],
        as_json=as_json,
    )


@repairs.command()
@HOME
@click.argument("repair")
@BY
@CONFIRMED_BY
@REASON
@DOCUMENT
@AS_JSON
def deny(home: Path, *, repair: str, by: str, confirmed_by: str, reason: str, document: str, as_json: bool) -> None:
    """不予修复，说明理由（双人）。

    Refuse an accepted application, with reasons and by two people.
    """
    stated = {"by": by, "confirmed_by": confirmed_by, "reason": reason, "document_no": document}
    _carried_out(home, repair, lambda work: repair_decisions.deny(work, repair, **stated), as_json=as_json)


@repairs.command()
@HOME
@click.argument("repair")
@BY
@CONFIRMED_BY
@REASON
@DOCUMENT
@AS_JSON
def void(home: Path, *, repair: str, by: str, confirmed_by: str, reason: str, document: str, as_json: bool) -> None:
    """因虚假承诺或者虚假材料撤销修复，恢复公示（双人）。

    Void a repair that rests on falsehood; the entry is published again.
    """
    stated = {"by": by, "confirmed_by": confirmed_by, "reason": reason, "document_no": document}
    _carried_out(home, repair, lambda work: repair_decisions.void(work, repair, **stated), as_json=as_json)


@repairs.command("list")
@HOME
@click.option("--state", type=click.Choice([str(each) for each in RepairState]), help="状态 / in this state")
@click.option("--entry", default="", metavar="ENTRY", help="条目 / about this entry")
@click.option("--limit", default=100, type=click.IntRange(1, MAX_ROWS), show_default=True)
@AS_JSON
def list_repairs(home: Path, *, state: str | None, entry: str, limit: int, as_json: bool) -> None:
    """查询修复申请和办理期限。

    Find applications, with the limits of each.
    """
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        law = PeriodLaw.load(connection, civil_day(datetime.now(UTC)))
        found = registry.find(connection, state=RepairState(state) if state else None, entry=entry, limit=limit)
        content = [repair_json(connection, row, law) for row in found]
    rows = [[each[name] for name in _SHOWN] for each in content]
    answer({"repairs": content}, table(_SHOWN, rows), as_json=as_json)


def _carried_out(home: Path, repair: str, act: Callable[[UnitOfWork], RepairState], *, as_json: bool) -> None:
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        act(work)
        content = _told(work.connection, repair)
    answer(content, [str(content["reply"]), *_following(home, content)], as_json=as_json)


def _following(home: Path, repair: Mapping[str, Json]) -> list[str]:
    """What somebody has to do next about an application; nothing where it is decided."""
    number = repair["repair"]
    steps = {
        RepairState.APPLIED: f"repairs accept|supplement|decline {home} {number} …",
        RepairState.SUPPLEMENT: f"repairs supply {home} {number} …",
        RepairState.ACCEPTED: f"repairs grant {home} {repair['entry']} … | repairs deny {home} {number} …",
    }
    step = steps.get(RepairState(str(repair["state"])))
    return [f"下一步 / Next: credit-gateway {step}"] if step else []


def _told(connection: Connection, repair: str) -> dict[str, Json]:
    return repair_json(
        connection, registry.show(connection, repair), PeriodLaw.load(connection, civil_day(datetime.now(UTC)))
    )
