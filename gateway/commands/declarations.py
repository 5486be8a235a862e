"""``subjects declare|verify|show``: what a subject says of itself (自主申报), and its file (信用档案)."""

from datetime import UTC, date, datetime
from pathlib import Path

import click

from credit_sdk.model.subject import Subject
from credit_sdk.model.term import civil_day
from gateway.commands.terminal import AS_JSON, HOME, CivilDay, answer, desk, table
from gateway.database.columns import Json, day_text
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.registry.self_declarations import DeclaredCategory, declare_item, verify_item
from gateway.registry.subject_file import subject_file


@click.command()
@HOME
@click.argument("subject")
@click.option("--category", required=True, type=click.Choice([str(each) for each in DeclaredCategory]), help="类别")
@click.option("--title", required=True, metavar="TEXT", help="标题 / title")
@click.option("--content", required=True, metavar="TEXT", help="内容 / what is declared")
@click.option("--declared-on", required=True, type=CivilDay(), metavar="DATE", help="申报日期 / when it was declared")
@click.option("--commitment", required=True, metavar="CODE", help="真实性承诺编码 / the commitment to its truth")
@click.option("--by", required=True, metavar="OPERATOR", help="经办人 / who takes it in")
@AS_JSON
def declare(
    home: Path,
    *,
    subject: str,
    category: str,
    title: str,
    content: str,
    declared_on: date,
    commitment: str,
    by: str,
    as_json: bool,
) -> None:
    """登记主体自主申报的信息，标明未经核实。

    Take in what an organisation says of itself; it is shown as unverified and never used for a sanction.
    """
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        item = declare_item(
            work,
            Subject.parse(subject),
            DeclaredCategory(category),
            title=title,
            content=content,
            declared_on=declared_on,
            commitment=commitment,
            by=by,
        )
    answer({"item": item, "state": "unverified"}, [f"自主申报 {item}：未经核实 / unverified"], as_json=as_json)


@click.command()
@HOME
@click.argument("item")
@click.option("--rejected", is_flag=True, help="核实不符 / it is not so")
@click.option("--by", required=True, metavar="REVIEWER", help="复核人 / the second person")
@click.option("--reason", required=True, metavar="TEXT", help="核实情况 / what was seen")
@AS_JSON
def verify(home: Path, *, item: str, rejected: bool, by: str, reason: str, as_json: bool) -> None:
    """核实自主申报的信息。

    Say that an item was verified, or that it is not so.
    """
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        state = verify_item(work, item, is_right=not rejected, by=by, reason=reason)
    answer({"item": item, "state": state}, [f"自主申报 {item}：{state}"], as_json=as_json)


@click.command()
@HOME
@click.argument("subject")
@AS_JSON
def show(home: Path, *, subject: str, as_json: bool) -> None:
    """显示主体的承诺和自主申报。

    Show a subject's commitments and what it declared.
    """
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        found = subject_file(connection, Subject.parse(subject), civil_day(datetime.now(UTC)))
    declared: list[Json] = [
        {
            "id": each.id,
            "category": each.category,
            "title": each.title,
            "content": each.content,
            "declared_on": each.declared_on.isoformat(),
            "commitment": each.commitment,
            "state": each.state,
            "reason": each.reason,
        }
        for each in found.declarations
    ]
    rows = [(each.id, each.category, each.title, each.declared_on, each.state) for each in found.declarations]
    lines = [f"{found.name}：公开承诺 {len(found.commitments)} 份 / public commitments"]
    lines += table(("编号 id", "类别 category", "标题 title", "申报 declared", "状态 state"), rows)
    former: list[Json] = [
        {"name": each.name, "stated_on": day_text(each.stated_on), "document": each.document_no}
        for each in found.former_names
    ]
    lines += [f"曾用名 / former name: {each.name} {day_text(each.stated_on)}" for each in found.former_names]
    lines += [f"原注册号 / former number: {number}" for number in found.former_numbers]
    answer(
        {
            "name": found.name,
            "former_names": former,
            "former_numbers": list(found.former_numbers),
            "commitments": list(found.commitments),
            "self_declared": declared,
        },
        lines,
        as_json=as_json,
    )
