"""``lists …``: declaring and showing how complete each list is (归集完整性)."""

from datetime import UTC, date, datetime
from pathlib import Path

import click

from credit_sdk.model.term import civil_day
from gateway.commands.terminal import AS_JSON, HOME, CivilDay, answer, desk, table
from gateway.database.columns import Json
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.registry import coverage


@click.group()
def lists() -> None:
    """名单归集情况 / How complete each list is."""


@lists.command()
@HOME
@click.argument("list_id", metavar="LIST")
@click.option(
    "--complete-as-of", required=True, type=CivilDay(), metavar="DATE", help="截至该日完整 / complete until then"
)
@click.option("--by", required=True, metavar="OPERATOR", help="经办人 / who declares")
@click.option("--confirmed-by", required=True, metavar="REVIEWER", help="复核人 / the second person")
@AS_JSON
def declare(home: Path, *, list_id: str, complete_as_of: date, by: str, confirmed_by: str, as_json: bool) -> None:
    """声明名单截至某日完整（包括“完整且无条目”）。

    Declare that the registry holds all the list had until the end of a day. Never inferred from silence.
    """
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        declared = coverage.declare(work, list_id, complete_as_of, by=by, confirmed_by=confirmed_by)
        older = coverage.under_older_numbers(work.connection).get(declared, 0)
    lines = [f"{list_id}：已声明截至 {complete_as_of} 完整 / declared complete as of {complete_as_of}"]
    if older:
        lines.append(
            f"提示：其中 {older} 条公示中的条目只有旧号码，按统一社会信用代码核查查不到，请向认定部门索取代码并关联："
            "credit-gateway subjects proposals HOME / published entries under older numbers alone: a check of the code "
            "does not find them. Ask the authority for the codes and link them."
        )
    answer(
        {"list": list_id, "complete_as_of": complete_as_of.isoformat(), "under_older_numbers": older},
        lines,
        as_json=as_json,
    )


@lists.command()
@HOME
@AS_JSON
def show(home: Path, *, as_json: bool) -> None:
    """显示每个名单的条目数和完整日期。

    Show entries and coverage of each list.
    """
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        found = coverage.by_list(connection, civil_day(datetime.now(UTC)))
    content: list[Json] = [
        {
            "list": each.list,
            "title": each.title,
            "published": each.published,
            "drafted": each.drafted,
            "complete_as_of": each.complete_as_of.isoformat() if each.complete_as_of else None,
            "declared_by": each.declared_by,
            "confirmed_by": each.confirmed_by,
            "under_older_numbers": each.under_older_numbers,
        }
        for each in found
    ]
    rows = [
        (
            each.list,
            each.title,
            each.published,
            each.drafted,
            each.complete_as_of or "未覆盖 not covered",
            each.under_older_numbers or "",
        )
        for each in found
    ]
    titles = (
        *("名单 list", "名称 title", "生效 published", "待复核 drafted", "完整截至 complete as of"),
        "仅有旧号码 under older numbers",
    )
    answer({"lists": content}, table(titles, rows), as_json=as_json)
