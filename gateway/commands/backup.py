"""``backup`` and ``restore``: a gateway in one file, and a gateway from it."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import click

from credit_sdk.model.canonical import LARGEST_INTEGER
from gateway.backup.archive import BackupReader, Manifest
from gateway.backup.making import make_backup
from gateway.backup.restoring import (
    Restoration,
    publish_restored,
    require_usable,
    restore_files,
    restore_tables,
)
from gateway.commands.new_files import require_new
from gateway.commands.particulars import value_words
from gateway.commands.setup import drop_tables, made_beside
from gateway.commands.terminal import AS_JSON, HOME, answer, desk
from gateway.database.columns import Json
from gateway.database.engine import open_engine
from gateway.ledger.note import MAX_NOTE_BYTES, Checkpoint, opened
from gateway.problems import CheckpointError
from gateway.publishing.checkpoints import followed, published_roots, signing_keys
from gateway.publishing.files import Folder
from gateway.publishing.report import PublishReport
from gateway.settings import GatewayHome, GatewaySettings, require_unused

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@HOME
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--with-keys/--without-keys",
    default=True,
    show_default=True,
    help="私钥（根密钥除外） / private keys but root keys",
)
@AS_JSON
def backup(home: Path, file: Path, *, with_keys: bool, as_json: bool) -> None:
    """备份：登记数据、设置、已签署的法律与信任根，一个文件。

    Back the gateway up into one new file; it may go on serving meanwhile.
    """
    require_new(file)
    with desk(home) as open_desk:
        made = make_backup(open_desk.home, open_desk.engine, file, datetime.now(UTC), with_keys=with_keys)
    with file.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    rows = sum(table.rows for table in made.tables)
    answer(
        {
            "file": str(file),
            "size_bytes": file.stat().st_size,
            "sha256": digest,
            "made_at": made.made_at.isoformat(),
            "schema": made.revision,
            "serial": made.serial,
            "tables": len(made.tables),
            "rows": rows,
            "ledger_rows": made.ledger_rows,
            "keys": with_keys,
        },
        [
            f"已备份 / Backed up: {file}（{rows} 行 rows，{len(made.tables)} 表 tables）",
            f"SHA-256: {digest}",
            "含私钥，请严加保管 / It holds private keys: keep it as one."
            if with_keys
            else "不含私钥；keys 目录须另行保存 / It holds no keys: keep the folder keys/ apart.",
        ],
        as_json=as_json,
    )


@click.command()
@click.argument("file", type=_FILE)
@HOME
@click.option("--by", default="", metavar="OPERATOR", help="办理人，重签法律目录 / who signs the law again")
@click.option("--confirmed-by", default="", metavar="REVIEWER", help="复核人，重签法律目录 / the second person")
@click.option("--database", default="", metavar="URL", help="PostgreSQL URL；缺省为 SQLite / instead of SQLite")
@click.option("--keys", type=_FOLDER, metavar="DIR", help="另行保存的 keys 目录 / the folder of keys kept apart")
@click.option("--checkpoint", type=_FILE, metavar="FILE", help="他处保存的台账检查点 / a checkpoint kept elsewhere")
@click.option("--allow-shrink", multiple=True, metavar="LIST", help="允许该名单大幅减少 / let this list lose much")
@click.option(
    "--serial-above",
    default=0,
    type=click.IntRange(0, LARGEST_INTEGER // 2),
    metavar="N",
    help="已知副本所持序号 / a serial replicas are known to hold",
)
@AS_JSON
def restore(
    file: Path,
    home: Path,
    *,
    by: str,
    confirmed_by: str,
    database: str,
    keys: Path | None,
    checkpoint: Path | None,
    allow_shrink: tuple[str, ...],
    serial_above: int,
    as_json: bool,
) -> None:
    """恢复：由备份重建网关，重新签署并发布，副本即可接续。

    Make a gateway from a backup in a new HOME, whole or not at all, and publish so that replicas follow.
    """
    if bool(by) != bool(confirmed_by):
        raise click.UsageError("--by 与 --confirmed-by 须同时给出 / name both people, or neither")
    require_unused(home)
    with BackupReader.opened(file) as reader:
        manifest = reader.manifest
        require_usable(manifest, keys)
        with made_beside(home) as unfinished:
            made = GatewayHome.create(
                unfinished, GatewaySettings.model_validate({**manifest.settings, "database": database})
            )
            restore_files(reader, made, keys)
            held = (_held(made, checkpoint),) if checkpoint else ()
            restoration = Restoration(by, confirmed_by, datetime.now(UTC), serial_above, allow_shrink, held)
            done = _restored(reader, made, manifest, restoration)
    content: dict[str, Json] = {
        "home": str(home),
        "made_at": manifest.made_at.isoformat(),
        "schema": manifest.revision,
        "rows": sum(table.rows for table in manifest.tables),
        "ledger_rows": manifest.ledger_rows,
        "serial_before": manifest.serial,
        "serial": done.serial,
    }
    answer(
        content,
        [
            f"网关已恢复 / Restored: {home}（备份于 {value_words('made_at', manifest.made_at.isoformat())}）",
            f"已发布第 {done.serial} 号（备份时第 {manifest.serial} 号） / published, so that replicas follow",
            "备份之后的办理须重新录入 / What was done after the backup must be entered again.",
            f"下一步 / Next: credit-gateway serve {home}",
        ],
        as_json=as_json,
    )


def _restored(reader: BackupReader, home: GatewayHome, manifest: Manifest, restoration: Restoration) -> PublishReport:
    engine = open_engine(home.database_url)
    try:
        restore_tables(reader, engine, restoration)
        try:
            return publish_restored(home, engine, manifest, restoration)
        except BaseException:
            drop_tables(engine)
            raise
    finally:
        engine.dispose()


def _held(home: GatewayHome, file: Path) -> Checkpoint:
    first, *later = published_roots(Folder(home.distribution))
    with file.open("rb") as source:
        data = source.read(MAX_NOTE_BYTES + 1)
    try:
        return opened(data.decode(), signing_keys(followed(first.encode(), later)))
    except UnicodeDecodeError:
        raise CheckpointError(
            f"{file}不是检查点 / {file} is no checkpoint.", hint="请核对文件 / Name the right file."
        ) from None
