"""``objections …``: objections (异议) are taken in, decided by two people, or withdrawn."""

from datetime import UTC, date, datetime
from pathlib import Path

import click
from sqlalchemy import Connection

from credit_sdk.model.term import civil_day
from gateway.commands.stated import BY, CONFIRMED_BY, CORRECTIONS, DOCUMENT, REASON, corrected
from gateway.commands.terminal import AS_JSON, HOME, CivilDay, answer, desk, table
from gateway.database.columns import Json
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.registry import objections as registry
from gateway.registry.objections import ObjectionAbout, ObjectionState, Remedy
from gateway.registry.periods import PeriodLaw
from gateway.registry.repeated_objections import decline_mark
from gateway.registry.replies import objection_json
from gateway.registry.requests import MAX_ROWS
from gateway.registry.rulings import Ruling, rule_on
from gateway.registry.time_limits import reminders_of
from gateway.settings import GatewaySettings

_SHOWN = ("objection", "state", "entry", "about", "filed_on", "reply")


@click.group()
def objections() -> None:
    """异议：登记、处理、撤回、查询。

    Objections: take in, decide, withdraw, list.
    """


@objections.command("file")
@HOME
@click.argument("entry")
@click.option(
    "--about",
    required=True,
    type=click.Choice([str(each) for each in ObjectionAbout]),
    help="针对内容、期限或修复结果 / what is contested",
)
@click.option("--applicant", required=True, metavar="NAME", help="异议人 / who objects")
@click.option("--grounds", required=True, metavar="TEXT", help="理由 / why")
@click.option("--needs-verification", default="", metavar="TEXT", help="为何需要核查 / why it takes a verification")
@click.option("--filed-on", type=CivilDay(), default=None, metavar="DATE", help="提出之日 / when; today unless given")
@BY
@AS_JSON
def file_objection(
    home: Path,
    *,
    entry: str,
    about: str,
    applicant: str,
    grounds: str,
    needs_verification: str,
    filed_on: date | None,
    by: str,
    as_json: bool,
) -> None:
    """登记对一个条目的异议；条目随下次发布标注。

    Take in an objection to an entry, which is marked with the next publication.
    """
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        number = registry.file(
            work,
            entry,
            about=ObjectionAbout(about),
            applicant=applicant,
            grounds=grounds,
            by=by,
            filed_on=filed_on,
            needs_verification=needs_verification,
        )
        content = _told(work.connection, number, open_desk.home.settings)
    following = f"下一步 / Next: credit-gateway objections decide {home} {number} --upheld|--rejected …"
    answer(content, [number, str(content["reply"]), following], as_json=as_json)


@objections.command()
@HOME
@click.argument("objection")
@click.option("--upheld", is_flag=True, help="成立 / right")
@click.option("--rejected", is_flag=True, help="不成立 / wrong")
@click.option(
    "--remedy",
    type=click.Choice([str(each) for each in Remedy]),
    default=None,
    help="成立的：撤销、移出、更正或另行处理 / what an upheld one leads to",
)
@click.option("--to-do", default="", metavar="TEXT", help="另行处理的内容 / what else is to be done, and by whom")
@CORRECTIONS
@BY
@CONFIRMED_BY
@REASON
@DOCUMENT
@AS_JSON
def decide(
    home: Path,
    *,
    objection: str,
    upheld: bool,
    rejected: bool,
    remedy: str | None,
    to_do: str,
    corrections: tuple[tuple[str, str | date | None], ...],
    by: str,
    confirmed_by: str,
    reason: str,
    document: str,
    as_json: bool,
) -> None:
    """处理异议（双人）；成立的当即撤销、移出或更正。

    Decide an objection, by two people. What an upheld one asks for is done in the same act.
    """
    if upheld == rejected:
        raise click.UsageError("请写明成立还是不成立 / say either --upheld or --rejected")
    ruling = Ruling(upheld, Remedy(remedy) if remedy else None, to_do, corrected(corrections))
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        rule_on(work, objection, ruling, by=by, confirmed_by=confirmed_by, reasons=reason, document_no=document)
        content = _told(work.connection, objection, open_desk.home.settings)
    answer(content, [str(content["reply"])], as_json=as_json)


@objections.command()
@HOME
@click.argument("objection")
@BY
@REASON
@AS_JSON
def withdraw(home: Path, *, objection: str, by: str, reason: str, as_json: bool) -> None:
    """记录异议人撤回异议 / Note that the subject no longer asks."""
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        registry.withdraw(work, objection, by=by, reason=reason)
        content = _told(work.connection, objection, open_desk.home.settings)
    answer(content, [str(content["reply"])], as_json=as_json)


@objections.command()
@HOME
@click.argument("objection")
@click.option(
    "--repeats", "earlier", default="", metavar="OBJECTION", help="所重复的异议 / the rejected one it repeats"
)
@BY
@CONFIRMED_BY
@REASON
@DOCUMENT
@AS_JSON
def unmark(
    home: Path, *, objection: str, earlier: str, by: str, confirmed_by: str, reason: str, document: str, as_json: bool
) -> None:
    """不再标注重复的异议（双人）；异议仍须处理。

    Decide, by two people, that an objection which repeats a rejected one does not mark the entry again.
    """
    stated = {"by": by, "confirmed_by": confirmed_by, "reason": reason, "document_no": document}
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        decline_mark(work, objection, earlier=earlier, **stated)
        content = _told(work.connection, objection, open_desk.home.settings)
    answer(content, [str(content["reply"])], as_json=as_json)


@objections.command("list")
@HOME
@click.option("--state", type=click.Choice([str(each) for each in ObjectionState]), help="状态 / in this state")
@click.option("--entry", default="", metavar="ENTRY", help="条目 / about this entry")
@click.option("--limit", default=100, type=click.IntRange(1, MAX_ROWS), show_default=True)
@AS_JSON
def list_objections(home: Path, *, state: str | None, entry: str, limit: int, as_json: bool) -> None:
    """查询异议和办理期限。

    Find objections, with the limit of each.
    """
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        law = _law(connection, open_desk.home.settings)
        found = registry.find(connection, state=ObjectionState(state) if state else None, entry=entry, limit=limit)
        content = [objection_json(connection, row, law) for row in found]
    rows = [[each[name] for name in _SHOWN] for each in content]
    answer({"objections": content}, table(_SHOWN, rows), as_json=as_json)


def _told(connection: Connection, number: str, settings: GatewaySettings) -> dict[str, Json]:
    return objection_json(connection, registry.show(connection, number), _law(connection, settings))


def _law(connection: Connection, settings: GatewaySettings) -> PeriodLaw:
    return PeriodLaw.load(connection, civil_day(datetime.now(UTC)), reminders_of(settings))
