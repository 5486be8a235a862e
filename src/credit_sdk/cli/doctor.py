"""``credit doctor``: whether an installation works at all, what its trust rests on, and what will run out."""

from pathlib import Path

import click

from credit_sdk.cli.diagnosis import Diagnosis
from credit_sdk.cli.examination import ROLES, diagnosed, size
from credit_sdk.cli.state import rows_of
from credit_sdk.cli.terminal import as_json, directory, print_object, print_table

_FAILED = 1


@click.command()
@directory
@as_json
def doctor(directory: Path, *, as_json: bool) -> int:
    """诊断：能否打开、有无数据、是否新鲜、是否真正连通。Find out whether everything works; exit 1 if not."""
    found = diagnosed(directory)
    if as_json:
        print_object(found)
    else:
        print_table("诊断 Doctor", [*_probes(found), *_particulars(found)])
        if found.status:
            print_table("状态 Status", rows_of(found.status))
        for role in found.trust:
            click.echo(f"{ROLES[role.role]} {role.role}: {role.threshold}/{len(role.keys)}  {' '.join(role.keys)}")
    for problem in found.problems:
        click.echo(f"问题 Problem: {problem}", err=True)
    for warning in found.warnings:
        click.echo(f"注意 Warning: {warning}", err=True)
    return _FAILED if found.problems else 0


def _probes(found: Diagnosis) -> list[tuple[str, object]]:
    probes = (
        ("可打开 live", found.live),
        ("有数据 ready", found.ready),
        ("够新 fresh", found.fresh),
        ("已连通 wired", found.wired),
    )
    return [(name, "是 yes" if holds else "否 NO") for name, holds in probes]


def _particulars(found: Diagnosis) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = []
    if found.root:
        root = found.root
        rows.append(("信任根 trust root", f"第 {root.version} 版 version {root.version}，SHA-256 {root.sha256}"))
        rows.append(("交付时的信任根 handed over", f"第 {root.pinned_version} 版，SHA-256 {root.pinned_sha256}"))
    for role in found.trust:
        if role.role == "catalogue":
            people = f"{len(role.keys)} 人中的 {role.threshold} 人 {role.threshold} of {len(role.keys)}"
            rows.append(("法律签署人 law signed by", people))
    rows += [(f"{ROLES[role.role]}签名 {role.role}", _left(role.days_left)) for role in found.trust]
    if found.replica_bytes is not None and found.free_bytes is not None:
        rows.append(("副本大小 replica", f"{size(found.replica_bytes)}，磁盘剩余 free {size(found.free_bytes)}"))
    if found.clock_difference_s is not None:
        rows.append(("距网关签署 since signed", f"{found.clock_difference_s:.1f} s"))
    if found.live and found.syncer_pid is None:
        rows.append(("同步进程 syncer", "没有进程在持续同步 no process keeps it current"))
    return rows


def _left(days: float | None) -> str:
    if days is None:
        return "—"
    return f"还有 {days} 天 days left" if days > 0 else f"已到期 ended {-days} 天前 days ago"
