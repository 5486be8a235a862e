"""``credit-gateway publications``: the files of what was published."""

from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.commands.terminal import AS_JSON, HOME, answer, desk
from gateway.publishing.removal import prune as prune_files


@click.group()
def publications() -> None:
    """发布文件：清理早已被取代的文件。

    What was published: remove the files that were superseded long ago.
    """


@publications.command()
@HOME
@click.option("--dry-run", is_flag=True, help="只看不删 / only look")
@AS_JSON
def prune(home: Path, *, dry_run: bool, as_json: bool) -> None:
    """清理早已被取代、超过保留期的发布文件；发布时也会自动清理。

    Remove published files that were superseded longer ago than they are kept; publishing does so by itself.
    """
    with desk(home) as opened:
        found = prune_files(opened.home, opened.engine, datetime.now(UTC), is_trial=dry_run)
        kept_days = opened.home.settings.superseded_kept_days
    files, size_bytes, waiting = found.removed.files, found.removed.size_bytes, found.waiting
    zh, en = ("将清理", "would be removed") if dry_run else ("已清理", "removed")
    waits = f"{waiting} superseded files are kept until their {kept_days} days are over"
    answer(
        {
            "dry_run": dry_run,
            "kept_days": kept_days,
            "removed_files": files,
            "removed_bytes": size_bytes,
            "waiting_files": waiting,
        },
        [
            f"{zh}{files}个文件，{size_bytes}字节 / {files} files of {size_bytes} bytes {en}",
            f"已被取代、尚在{kept_days}天保留期内的文件{waiting}个 / {waits}",
        ],
        as_json=as_json,
    )
