"""``entries report|quality|template|formats|proposals``: what came in and how good it was (归集质量)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import click

from gateway.commands.terminal import AS_JSON, HOME, CivilDay, answer, desk, table
from gateway.database.columns import Json
from gateway.database.unit_of_work import reading
from gateway.intake.batches import report_of, reports_between
from gateway.intake.formats.known import FORMATS, PLAIN
from gateway.intake.printing import page, workbook
from gateway.intake.quality import over
from gateway.intake.removals import open_proposals
from gateway.intake.report import as_text
from gateway.intake.tables import tables
from gateway.intake.templates import write_template
from gateway.problems import InvalidActError
from gateway.registry.search import MAX_ROWS
from gateway.settings import write_private

_HTML = click.option(
    "--html", type=click.Path(path_type=Path), metavar="FILE", help="写成可打印网页 / as a page to print"
)
_XLSX = click.option("--xlsx", type=click.Path(path_type=Path), metavar="FILE", help="写成 XLSX / as a workbook")


@click.command()
@HOME
@click.argument("batch")
@_HTML
@_XLSX
@AS_JSON
def report(home: Path, *, batch: str, html: Path | None, xlsx: Path | None, as_json: bool) -> None:
    """一个批次的数据质量报告：合规率、及时率、缺漏。

    The quality report of one batch: compliance, timeliness, omissions.
    """
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        found = report_of(connection, batch)
    _hand_out(found, as_text(found).splitlines(), html, xlsx, as_json=as_json)


@click.command()
@HOME
@click.option(
    "--from", "first_on", type=CivilDay(), required=True, metavar="DATE", help="第一日 / first day of imports"
)
@click.option(
    "--until", "last_on", type=CivilDay(), required=True, metavar="DATE", help="最后一日 / last day of imports"
)
@_HTML
@_XLSX
@AS_JSON
def quality(home: Path, *, first_on: date, last_on: date, html: Path | None, xlsx: Path | None, as_json: bool) -> None:
    """一段时间内各部门、各名单的数据质量。

    The quality of what was imported in a period, by department and list.
    """
    if last_on < first_on:
        raise InvalidActError(
            f"止日{last_on}早于起日{first_on} / The period ends ({last_on}) before it begins ({first_on}).",
            hint="请更正起止日期 / Correct the days.",
        )
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        counted = over(reports_between(connection, first_on, last_on))
    found: dict[str, Json] = {
        "from": first_on.isoformat(),
        "until": last_on.isoformat(),
        "batches": counted["batches"],
        "quality": counted,
    }
    summary, departments, *_ = tables(found)
    lines = [f"{name}\t{value}" for name, value in summary.rows]
    _hand_out(found, [*lines, "", *table(departments.titles, departments.rows)], html, xlsx, as_json=as_json)


@click.command()
@click.argument("format", type=click.Choice([PLAIN, *FORMATS]), metavar="FORMAT")
@click.argument("file", type=click.Path(path_type=Path))
@AS_JSON
def template(*, format: str, file: Path, as_json: bool) -> None:
    """写出一种格式的 XLSX 填报模板，附填写说明和下拉选项。

    Write the XLSX template of a format, with explanations and drop-downs. Formats: `entries formats`.
    """
    made = write_template(format, file)
    answer(
        {"format": made.id, "file": str(file), "columns": len(made.columns)},
        [f"{made.title}：{file}（{len(made.columns)} 列 / columns）"],
        as_json=as_json,
    )


@click.command()
@AS_JSON
def formats(*, as_json: bool) -> None:
    """列出能识别的报送格式 / List the formats that are recognised."""
    content: list[Json] = [
        {
            "format": each.id,
            "title": each.title,
            "source": each.source,
            "takes": each.takes,
            "list": each.list_id,
            "columns": [column.code for column in each.columns],
        }
        for each in FORMATS.values()
    ]
    rows = [(each.id, each.list_id or each.takes, each.title, each.source) for each in FORMATS.values()]
    titles = ("格式 format", "去向 goes to", "名称 title", "依据 source")
    answer({"formats": content}, table(titles, rows), as_json=as_json)


@click.command()
@HOME
@click.option("--limit", default=100, type=click.IntRange(1, MAX_ROWS), show_default=True)
@AS_JSON
def proposals(home: Path, *, limit: int, as_json: bool) -> None:
    """来源已移出、本网关仍列入的条目：逐条凭移出决定办理（entries remove）。

    Entries that their source has removed and that are still in force here; each needs its own removal by a document.
    """
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        found = open_proposals(connection, limit=limit)
    shown = ("entry", "list", "subject", "name", "removed_on", "authority", "reason", "batch")
    rows = [[each[name] for name in shown] for each in found]
    answer({"proposals": found}, table(shown, rows), as_json=as_json)


def _hand_out(
    found: Mapping[str, Json], lines: list[str], html: Path | None, xlsx: Path | None, *, as_json: bool
) -> None:
    as_of = datetime.now(UTC)
    written: list[str] = []
    if html is not None:
        write_private(html, page(found, as_of=as_of).encode())
        written.append(str(html))
    if xlsx is not None:
        write_private(xlsx, workbook(found, as_of=as_of))
        written.append(str(xlsx))
    said = [f"已写出 / Written: {path}" for path in written]
    answer({**found, "written": written}, said or lines, as_json=as_json)
