"""``waivers …``: what systems ask not to apply (豁免) is confirmed or refused by a second person, withdrawn by two."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import click
from sqlalchemy import Connection

from credit_sdk.model.term import civil_day
from gateway.commands.particulars import listed
from gateway.commands.stated import BY, CONFIRMED_BY, DOCUMENT, REASON
from gateway.commands.terminal import AS_JSON, HOME, CivilDay, answer, desk, table
from gateway.database.columns import Json
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.registry import waivers as registry
from gateway.registry.periods import PeriodLaw
from gateway.registry.titles import WAIVER_STATES, state_title
from gateway.registry.waiver_register import MAX_ROWS, WaiverState, find
from gateway.registry.waiver_register import show as waiver_of
from gateway.registry.waiver_replies import waiver_file, waiver_json

_SHOWN = ("waiver", "state", "client", "subject", "matter", "measure", "by", "asked_until_on", "until_on", "reply")
WAIVER = click.argument("waiver", type=click.IntRange(1, 2**53 - 1))
REVIEWER = click.option("--by", required=True, metavar="REVIEWER", help="复核人，不得是经办人 / the second person")
APPROVAL = click.option("--document", required=True, metavar="NO", help="批准文号 / number of the approval")


@click.group()
def waivers() -> None:
    """豁免：查询、复核、不予同意、撤销。

    Waivers that systems ask for: list, confirm, refuse, withdraw.
    """


@waivers.command("list")
@HOME
@click.option("--state", type=click.Choice([str(each) for each in WaiverState]), help="状态 / in this state")
@click.option("--client", default=None, metavar="CLIENT", help="只列该系统的 / only this system's")
@click.option("--after", default=0, type=click.IntRange(0), metavar="ID", help="从该编号之后 / behind this number")
@click.option("--limit", default=100, type=click.IntRange(1, MAX_ROWS), show_default=True)
@AS_JSON
def list_waivers(home: Path, *, state: str | None, client: str | None, after: int, limit: int, as_json: bool) -> None:
    """查询豁免及其办理情况。

    Find waivers, and what became of each.
    """
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        asked = WaiverState(state) if state else None
        found = find(connection, state=asked, client=client, behind=after, limit=limit)
        law, today = _law(connection)
        content = [waiver_json(connection, row, law, today) for row in found]
    rows = [[_cell(each, name) for name in _SHOWN] for each in content]
    lines = table(["状态" if name == "state" else name for name in _SHOWN], rows) if rows else ["没有豁免 / no waivers"]
    answer({"waivers": content}, lines, as_json=as_json)


@waivers.command()
@HOME
@WAIVER
@AS_JSON
def show(home: Path, *, waiver: int, as_json: bool) -> None:
    """查看一项豁免：条目现状、最长期限，以及生效期间的核查。

    Show one waiver: its entry as it stands, how long the law allows, and the decisions that may have leaned on it.
    """
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        content = waiver_file(connection, waiver_of(connection, waiver), *_law(connection))
    answer(content, listed(_worded(content)), as_json=as_json)


@waivers.command()
@HOME
@WAIVER
@REVIEWER
@click.option(
    "--until",
    type=CivilDay(),
    default=None,
    metavar="DATE",
    help="最后一日；未设法定最长期限的必须写明 / last day; required where no law limits the term",
)
@REASON
@APPROVAL
@AS_JSON
def confirm(home: Path, *, waiver: int, by: str, until: date | None, reason: str, document: str, as_json: bool) -> None:
    """复核豁免，使其随下次发布生效；复核人不得是经办人。

    Confirm a waiver, which takes effect with the next publication. The officer who asked for it cannot.
    """
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        registry.confirm(work, waiver, by=by, reason=reason, document_no=document, until_on=until)
        content = _told(work.connection, waiver)
    answer(content, [str(content["reply"])], as_json=as_json)


@waivers.command()
@HOME
@WAIVER
@REVIEWER
@REASON
@APPROVAL
@AS_JSON
def refuse(home: Path, *, waiver: int, by: str, reason: str, document: str, as_json: bool) -> None:
    """不予同意一项豁免；它从未生效。

    Refuse a waiver; it never took effect.
    """
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        registry.refuse(work, waiver, by=by, reason=reason, document_no=document)
        content = _told(work.connection, waiver)
    answer(content, [str(content["reply"])], as_json=as_json)


@waivers.command()
@HOME
@WAIVER
@BY
@CONFIRMED_BY
@REASON
@DOCUMENT
@AS_JSON
def withdraw(home: Path, *, waiver: int, by: str, confirmed_by: str, reason: str, document: str, as_json: bool) -> None:
    """撤销生效的豁免（双人），随下次发布恢复适用。

    End a waiver before its last day, by two people. Decisions that may have leaned on it: `waivers show`.
    """
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        registry.withdraw(work, waiver, by=by, confirmed_by=confirmed_by, reason=reason, document_no=document)
        content = _told(work.connection, waiver)
    following = f"生效期间可能据以作出的决定 / Decisions of that time: credit-gateway waivers show {home} {waiver}"
    answer(content, [str(content["reply"]), following], as_json=as_json)


def _told(connection: Connection, waiver: int) -> dict[str, Json]:
    return waiver_json(connection, waiver_of(connection, waiver), *_law(connection))


def _cell(content: Mapping[str, Json], name: str) -> Json:
    value = content[name]
    if name == "state":
        return f"{state_title(value, WAIVER_STATES)} {value}"
    return "" if value is None else value


def _worded(content: Mapping[str, Json]) -> dict[str, Json]:
    """The waiver and the others beside it with their states as an officer reads them."""
    others = content["others"]
    worded: list[Json] = [
        {**each, "state": _cell(each, "state")}
        for each in (others if isinstance(others, list) else ())
        if isinstance(each, dict)
    ]
    return {**content, "state": _cell(content, "state"), "others": worded}


def _law(connection: Connection) -> tuple[PeriodLaw, date]:
    """The periods of the edition in effect today, and today."""
    today = civil_day(datetime.now(UTC))
    return PeriodLaw.load(connection, today), today
