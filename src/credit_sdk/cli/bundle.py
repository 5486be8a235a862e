"""``credit bundle``: the exchange of one installation behind an air gap with a connected one, by files."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import click

from credit_sdk.cli.terminal import as_json, directory, print_object, print_table
from credit_sdk.client import connected, isolated
from credit_sdk.client.bundle_reports import ImportReport, ListChange, MatterReach
from credit_sdk.client.clock import now_utc
from credit_sdk.model.evidence import Freshness

_FAILED = 1
_FRESHNESS = {
    Freshness.EMPTY: "无数据",
    Freshness.FRESH: "新鲜",
    Freshness.AGING: "趋旧",
    Freshness.STALE: "过旧",
    Freshness.EXPIRED: "已失效",
}


@click.group()
def bundle() -> None:
    """离线交换：数据包进，回传文件出。Exchange across an air gap: a bundle in, an outbox file out.

    \b
    联网一侧 connected side:  fetch 制作数据包    deliver 送达回传文件
    离线一侧 isolated side:   import 导入数据包   export 导出回传文件
    """  # noqa: D301 — \b is for click


_file = click.argument("file", metavar="FILE", type=click.Path(path_type=Path))


@bundle.command()
@directory
@_file
@as_json
def fetch(directory: Path, file: Path, *, as_json: bool) -> None:
    """联网一侧：同步后制作数据包。On the connected machine: sync, and write what is held into a new FILE."""
    done = connected.fetch(directory, file, clock=now_utc)
    if as_json:
        print_object(done)
        return
    print_table(
        "数据包已制作 Bundle made",
        [
            ("文件 file", f"{done.file}（{done.size_bytes:,} 字节 bytes）"),
            ("发布方 origin", done.origin),
            ("序号 serial", done.serial),
            ("数据截至 as of", done.contact_at),
            ("最迟导入 import before", done.expires_at),
            ("带回回执 receipts", done.receipts),
        ],
    )


@bundle.command("import")
@directory
@_file
@as_json
def import_(directory: Path, file: Path, *, as_json: bool) -> int:
    """离线一侧：核验并导入数据包，登记回执。On the isolated host: verify FILE, take it over, note its receipts."""
    done = isolated.import_(directory, file, clock=now_utc)
    if as_json:
        print_object(done)
    else:
        _print_import(done)
    if done.is_clock_behind:
        click.echo(
            "问题 Problem: 本机时钟早于数据签发时刻，无法判断数据新旧，请先校准时钟。"
            "This host's clock is behind the signed instant, so the age is not known: set the clock.",
            err=True,
        )
    if done.faults:
        click.echo(
            f"问题 Problem: 网关拒收 {done.faults} 条记录，记录仍留在本机；请与信用中心核对。"
            "The gateway refused that many records; they are kept.",
            err=True,
        )
    if done.delivery_error is not None:
        click.echo(f"错误 Error: {done.delivery_error}", err=True)
    return 0 if done.delivery_error is None else _FAILED


@bundle.command()
@directory
@_file
@as_json
def export(directory: Path, file: Path, *, as_json: bool) -> None:
    """离线一侧：导出尚无回执的记录和反馈。On the isolated host: write what has no receipt yet into a new FILE."""
    done = isolated.export(directory, file, clock=now_utc)
    if as_json:
        print_object(done)
        return
    print_table(
        "回传文件已导出 Outbox file written",
        [
            ("文件 file", f"{done.file}（{done.size_bytes:,} 字节 bytes）"),
            ("核查记录 records", done.records),
            ("反馈 outcomes", done.outcomes),
            ("留待下次 for the next file", done.remaining),
            ("送达方 to be delivered by", done.courier or "任一联网安装 any connected installation"),
        ],
    )
    click.echo("记录仍留在本机，直至数据包带回回执。They stay here until a bundle brings the receipts.")


@bundle.command()
@directory
@_file
@click.option(
    "--in-place-of",
    default="",
    metavar="ID",
    help="本安装接替另一联网安装时，写明后者的标识。This installation has the place of that connected one.",
)
@as_json
def deliver(directory: Path, file: Path, *, in_place_of: str, as_json: bool) -> int:
    """联网一侧：把回传文件送达网关，回执随下一个数据包带回。On the connected machine: deliver FILE to the gateway."""
    done = connected.deliver(directory, file, clock=now_utc, in_place_of=in_place_of)
    if as_json:
        print_object(done)
    else:
        gaps = [f"{kind} {first}–{last}" for kind, holes in done.gaps.items() for first, last in holes]
        print_table(
            "回传文件已送达 Outbox file delivered",
            [
                ("文件 file", done.file),
                ("来自 from", done.outbox),
                ("导出于 exported at", done.made_at),
                ("核查记录 records", done.records),
                ("反馈 outcomes", done.outcomes),
                ("被拒收 refused", done.faults),
                ("网关所缺编号 missing at the gateway", " ".join(gaps) or None),
            ],
        )
        click.echo("请再制作数据包，带回回执：credit bundle fetch。Now fetch a bundle: it takes the receipts back.")
    return _FAILED if done.faults else 0


def _print_import(done: ImportReport) -> None:
    print_table(
        "数据包已导入 Imported" if done.changed else "数据包已导入，名单无变化 Imported, nothing new",
        [
            ("发布方 origin", done.origin),
            ("序号 serial", f"{done.previous_serial or '—'} → {done.serial}"),
            ("法律目录 law", _law(done)),
            ("数据截至 as of", done.contact_at),
            ("新鲜度 freshness", f"{_FRESHNESS[done.freshness]} {done.freshness.value}（{_span(done.age_s)}）"),
            ("全部失效 nothing holds after", done.expires_at),
            ("已获回执 receipts noted", f"核查记录 {done.received_records}，反馈 {done.received_outcomes}"),
            ("尚无回执 without receipt", f"核查记录 {done.waiting_records}，反馈 {done.waiting_outcomes}"),
        ],
    )
    changed = [("·", _list(each)) for each in done.lists if each.title and each.is_changed]
    if changed:
        print_table("名单变化 Lists that changed", changed)
    elif done.changed:
        click.echo("各名单条数未变，个别条目有变化。The lists are as long as before; entries in them changed.")
    for title, rows in _limits(done.matters):
        print_table(title, rows)
    print_table("离线运行的限制 What offline gives up", [("·", sentence) for sentence in done.gives_up])


def _law(done: ImportReport) -> str:
    is_same = done.law_edition == done.previous_law_edition
    return done.law_edition if is_same else f"{done.previous_law_edition or '—'} → {done.law_edition}"


def _list(each: ListChange) -> str:
    before = "—" if each.previous_entries is None else str(each.previous_entries)
    change = f"{each.entries} 条" if before == str(each.entries) else f"{before} → {each.entries} 条"
    until = f"完整截至 {each.complete_as_of}" if each.complete_as_of else "未声明完整，查无不等于没有"
    return f"{each.title}（{each.list}）：{change}，{until}"


def _limits(matters: Iterable[MatterReach]) -> Iterator[tuple[str, list[tuple[str, object]]]]:
    """One table for all matters with the same limits, the shortest first."""
    alike: dict[tuple[datetime, datetime], list[str]] = {}
    for each in matters:
        alike.setdefault((each.clear_until, each.adverse_until), []).append(each.title)
    for (clear_until, adverse_until), titles in sorted(alike.items()):
        yield (
            "时限 How long it may be relied on",
            [
                ("可作“可以办理”依据至 clear until", clear_until),
                ("可作“应当拒绝”依据至 deny until", adverse_until),
                ("适用事项 matters", "、".join(titles)),
            ],
        )


def _span(age_s: int | None) -> str:
    if age_s is None:
        return "—"
    hours, minutes = age_s // 3600, age_s % 3600 // 60
    return f"{hours} 小时 {minutes} 分前签发"
