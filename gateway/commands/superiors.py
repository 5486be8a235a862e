"""``superiors …``: superior authorities of public bodies (上级主管机关) and the notices to them (通报)."""

from pathlib import Path

import click

from credit_sdk.model.subject import Subject
from gateway.commands.particulars import state_words
from gateway.commands.terminal import AS_JSON, HOME, answer, desk, table
from gateway.database.columns import Json
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.registry import superior_notices as told
from gateway.registry import superiors as registry
from gateway.registry.lifecycle import EntryAct
from gateway.registry.titles import act_title

_STATES = {
    "superior-unknown": "上级未登记，未能通报 / superior not known: not notified",
    "open": "待签收 / open",
    "acknowledged": "已签收 / acknowledged",
    "void": "条目已撤销，不再通报 / void",
}
_ENDS = (EntryAct.REMOVE, EntryAct.REVOKE)


@click.group()
def superiors() -> None:
    """机关、事业单位、国企的上级主管机关和通报。

    Superior authorities and notices to them.
    """


@superiors.command("set")
@HOME
@click.argument("body")
@click.argument("superior")
@click.option("--name", required=True, metavar="TEXT", help="上级名称 / its name")
@click.option("--source", required=True, metavar="TEXT", help="来源，如三定方案文号 / what says so")
@click.option("--by", required=True, metavar="OPERATOR", help="经办人 / who sets it")
@click.option("--confirmed-by", required=True, metavar="REVIEWER", help="复核人 / the second person")
@AS_JSON
def set_superior(
    home: Path, *, body: str, superior: str, name: str, source: str, by: str, confirmed_by: str, as_json: bool
) -> None:
    """登记一个单位的上级主管机关；此前未能送达的通报随即归它。

    Say which authority is superior to a body. Notices that waited for it are its own from now on.
    """
    one, other = Subject.parse(body), Subject.parse(superior)
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        waiting = registry.set_superior(work, one, other, name=name, source=source, by=by, confirmed_by=confirmed_by)
    answer(
        {"body": one.code, "superior": other.code, "notices": waiting},
        [f"{one.code} → {name}（{other.code}）；待签收通报 {waiting} 件 / notices waiting"],
        as_json=as_json,
    )


@superiors.command()
@HOME
@click.option("--body", default="", metavar="CODE", help="只看一个单位 / of one body")
@AS_JSON
def show(home: Path, *, body: str, as_json: bool) -> None:
    """显示已登记的上级主管机关；未登记的不推断。

    Show the superior authorities that were set. Where none was, none is inferred.
    """
    asked = Subject.parse(body) if body else None
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        found = registry.superiors_set(connection, asked)
    shown = ("body", "superior", "superior_name", "source")
    lines = table(shown, [[each[name] for name in shown] for each in found])
    if asked is not None and not found:
        lines = [f"{asked.code}：上级主管机关未登记 / its superior authority is not known"]
    answer({"superiors": found}, lines, as_json=as_json)


@superiors.command()
@HOME
@click.option("--open", "only_open", is_flag=True, help="只看未签收的 / only those not acknowledged")
@AS_JSON
def notices(home: Path, *, only_open: bool, as_json: bool) -> None:
    """列出向上级主管机关的通报，新的在前；已签收的条目移出、撤销后另有后续通报。

    List the notices, newest first. Whoever acknowledged one is told by a second that the entry has ended.
    """
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        found = told.notices(connection, only_open=only_open)
    shown = ("entry", "body", "body_name", "list")
    rows = [
        [
            _STATES[str(each["state"])],
            state_words(each["entry_state"]),
            *(each[name] for name in shown),
            f"{act_title(each['act'])} {each['act']}",
            *(each[name] for name in ("document", "superior_name", "says")),
        ]
        for each in found
    ]
    lines = table(("state", "entry_state", *shown, "act", "document", "superior_name", "says"), rows)
    ended = sum(each["state"] == "open" and each["act"] in _ENDS for each in found)
    if ended:
        lines.append(
            f"提示：有 {ended} 件是条目终止的后续通报，请送上级主管机关，消除影响 / "
            "These tell a superior authority that an entry it was told of has ended."
        )
    answer({"notices": found}, lines, as_json=as_json)


@superiors.command()
@HOME
@click.argument("entry")
@click.option("--acknowledged-by", required=True, metavar="TEXT", help="签收人及单位 / who at the superior authority")
@click.option("--reply", required=True, metavar="NO", help="回执或复函文号 / number of the receipt or reply")
@click.option("--by", required=True, metavar="OPERATOR", help="经办人 / who took it in")
@AS_JSON
def acknowledge(home: Path, *, entry: str, acknowledged_by: str, reply: str, by: str, as_json: bool) -> None:
    """记录上级主管机关的签收：先是列入的通报，条目移出、撤销后是后续通报。

    Note that the superior authority acknowledged the open notice about an entry.
    """
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        act = told.acknowledge(work, entry, acknowledged_by=acknowledged_by, reply_no=reply, received_by=by)
    content: dict[str, Json] = {"entry": entry, "act": act, "acknowledged_by": acknowledged_by}
    answer(content, [f"{entry}：{act_title(act)}的通报已签收 / acknowledged: {act}"], as_json=as_json)
