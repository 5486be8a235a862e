"""``entries import|confirm|discard|batches``: what arrives together is decided together (批次)."""

from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.commands.particulars import state_words
from gateway.commands.stated import BY, REASON
from gateway.commands.terminal import AS_JSON, HOME, answer, desk, progress_bar, table
from gateway.database.columns import Json, instant_text
from gateway.database.unit_of_work import carried_out, reading, unit_of_work
from gateway.intake.imports import import_file
from gateway.intake.registers import LICENCES
from gateway.intake.report import as_text, missing_path, rejected_path
from gateway.registry import determinations
from gateway.registry.search import MAX_ROWS

_COUNTS = (
    *("rows", "blank", "drafted", "corrections", "unchanged", "proposed_removals"),
    *("older_numbers", "possible_links"),
)


@click.command("import")
@HOME
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--list", "list_id", default="", metavar="LIST", help="名单；格式已定的可省 / the list the rows belong to"
)
@BY
@click.option(
    "--format", "format_name", default="", metavar="FORMAT", help="格式；由表头识别，可指明 / see entries formats"
)
@click.option(
    "--authority", default="", metavar="NAME", help="认定部门，文件没有该列时用 / who determined, if no column says"
)
@click.option("--full", is_flag=True, help="文件为全量：列出已不在其中的条目 / show what a full file no longer has")
@AS_JSON
def import_entries(
    home: Path,
    *,
    file: Path,
    list_id: str,
    by: str,
    format_name: str,
    authority: str,
    full: bool,
    as_json: bool,
) -> None:
    """导入 CSV 或 XLSX：形成待复核条目和质量报告。

    Turn a CSV or XLSX file into drafts and a quality report. Rejected rows are set aside, not lost.
    """
    with desk(home) as open_desk, progress_bar("导入 Importing", is_shown=not as_json) as progress:
        done = import_file(
            open_desk.home,
            open_desk.engine,
            file,
            list_id,
            by=by,
            format=format_name,
            authority=authority,
            full=full,
            progress=progress,
        )
        rejected = rejected_path(open_desk.home, done.batch)
        missing = missing_path(open_desk.home, done.batch)
    content: dict[str, Json] = {
        "batch": done.batch,
        "accepted": done.accepted,
        "rejected": done.rejected,
        "report": str(done.report_file),
        "rejected_rows": str(rejected),
        "repeated": done.is_repeated,
        "list": done.report["list"],
        "format": done.report["format"],
        "counts": {name: done.report.get(name, 0) for name in _COUNTS},
        "quality": done.report["quality"],
        "reasons": done.report["reasons"],
        "doubts": done.report["doubts"],
        "warnings": done.report["warnings"],
    }
    if full:
        content |= {"missing": done.report["missing"], "missing_rows": str(missing)}
    lines = [f"该文件此前已导入，未重复创建 / imported before as batch {done.batch}; nothing was created"]
    if not done.is_repeated:
        lines = [*as_text(done.report).splitlines(), ""]
        lines.append(f"报告 / Report: {done.report_file}")
        if done.rejected:
            lines.append(f"退回行 / Rows set aside: {rejected}")
        if done.report["list"] != LICENCES:
            waits = done.report["drafted"] or done.report["corrections"]
            confirm_it = f"下一步 / Next: credit-gateway entries confirm {home} {done.batch} --by REVIEWER"
            lines.append(confirm_it if waits else "没有新增或更正，无需复核 / Nothing new: there is nothing to confirm")
    answer(content, lines, as_json=as_json)


@click.command()
@HOME
@click.argument("batch")
@click.option("--by", required=True, metavar="REVIEWER", help="复核人 / the second person")
@AS_JSON
def confirm(home: Path, *, batch: str, by: str, as_json: bool) -> None:
    """复核一个批次，使其生效。

    Confirm a batch as the second person; it takes effect with the next publication.
    """
    at = datetime.now(UTC)
    with desk(home) as open_desk:
        done = carried_out(open_desk.engine, lambda work: determinations.confirm(work, batch, by=by), at=at)
    answer(
        {
            "batch": done.batch,
            "published": done.published,
            "corrected": done.corrected,
            "discarded": done.discarded,
            "at": at.isoformat(),
        },
        [f"批次 {batch} 已复核：生效 {done.published} 条，更正 {done.corrected} 条 / confirmed"],
        as_json=as_json,
    )


@click.command()
@HOME
@click.argument("batch")
@BY
@REASON
@AS_JSON
def discard(home: Path, *, batch: str, by: str, reason: str, as_json: bool) -> None:
    """放弃一个尚未复核的批次。

    Give up a batch that was imported wrongly, before it is confirmed.
    """
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        discarded = determinations.discard(work, batch, by=by, reason=reason)
    answer(
        {"batch": batch, "discarded": discarded},
        [f"批次 {batch} 已放弃，草稿 {discarded} 条 / discarded"],
        as_json=as_json,
    )


@click.command()
@HOME
@click.option("--limit", default=20, type=click.IntRange(1, MAX_ROWS), show_default=True)
@AS_JSON
def batches(home: Path, *, limit: int, as_json: bool) -> None:
    """列出最近的批次和状态；全部退回的只留质量报告。

    List the last batches, and where each stands.
    """
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        found = determinations.all_batches(connection, limit=limit)
    content: list[Json] = [
        {
            "batch": each.id,
            "list": each.list,
            "file": each.file_name,
            "imported_by": each.imported_by,
            "imported_at": instant_text(each.imported_at),
            "accepted": each.accepted,
            "rejected": each.rejected,
            "drafted": each.drafted,
            "state": each.state,
            "confirmed_by": each.confirmed_by,
            "discarded_by": each.discarded_by,
        }
        for each in found
    ]
    rows = [
        (
            *(each.id, each.list, each.imported_by, each.accepted, each.rejected),
            state_words(each.state),
            each.confirmed_by or each.discarded_by,
        )
        for each in found
    ]
    titles = (
        *("批次 batch", "名单 list", "导入 by", "接收 accepted", "退回 rejected"),
        *("状态 state", "复核/放弃 decided by"),
    )
    answer({"batches": content}, table(titles, rows), as_json=as_json)
