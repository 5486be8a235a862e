"""``credit sync`` and ``credit status``: bring an installation up to date, and say how it stands."""

from pathlib import Path

import click

from credit_sdk.cli.terminal import as_json, directory, print_object, print_table
from credit_sdk.client import CreditClient, Status
from credit_sdk.replica.store import Replica
from credit_sdk.settings import Settings

_FAILED = 1


@click.command()
@directory
@as_json
def sync(directory: Path, *, as_json: bool) -> int:
    """同步名单并送达反馈。Take over what is published now and deliver what waits."""
    # A replica that was moved aside because it was damaged is fetched anew; settings and outbox are never made here.
    Replica.create(Settings.from_directory(directory).home).close()
    with CreditClient.open(directory, background=False) as credit:
        done = credit.sync()
    if as_json:
        print_object(done)
    else:
        print_table(
            "已同步 Synced" if done.delivery_error is None else "已同步，反馈未送达 Synced, not delivered",
            [
                ("序号 serial", done.serial),
                ("有更新 changed", "是 yes" if done.changed else "否 no"),
                ("数据截至 as of", done.contact_at),
                ("已送达核查记录 records delivered", done.delivered_records),
                ("已送达反馈 outcomes delivered", done.delivered_outcomes),
            ],
        )
    if done.delivery_error is not None:
        click.echo(f"错误 Error: {done.delivery_error}", err=True)
    return 0 if done.delivery_error is None and not done.faults else _FAILED


@click.command()
@directory
@as_json
def status(directory: Path, *, as_json: bool) -> None:
    """显示运行状态。Show how the installation stands; asks nobody."""
    with CreditClient.open(directory, background=False) as credit:
        found = credit.status()
    if as_json:
        print_object(found)
    else:
        print_table("状态 Status", rows_of(found))
        for warning in found.warnings:
            click.echo(f"提醒 Warning: {warning}")


def rows_of(found: Status) -> list[tuple[str, object]]:
    """A status as people read it."""
    covered = [each.list for each in found.lists if each.complete_as_of]
    return [
        ("目录 directory", found.home),
        ("网关 gateway", found.gateway),
        ("发布方 origin", found.origin or None),
        ("序号 serial", found.serial or None),
        ("新鲜度 freshness", f"{found.freshness.value}（{found.age_s} s）"),
        ("数据截至 as of", found.contact_at),
        ("签名有效至 signed until", found.expires_at),
        ("覆盖名单 lists covered", f"{len(covered)}: {' '.join(covered)}"),
        ("待送达 to deliver", f"{found.outbox.records} + {found.outbox.outcomes}"),
        ("被拒收 refused", found.outbox.faults),
        ("同步进程 syncer", found.sync.leader_pid),
        ("故障 error", found.sync.error or found.outbox.error),
    ]
