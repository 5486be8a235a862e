"""Restoring a backup (恢复): the gateway as it was, and a publication that replicas take over.

Replicas refuse what is older than what they hold, and they may hold what was published after the backup was made.
Therefore the restored gateway publishes at once:

* with a serial that lies above all that the lost gateway can have reached: a hundred for each second since the backup,
  where a publisher looks for changes five times a second;
* with the law signed again by two people, where its signatures were renewed after the backup;
* with versions of signed files as far ahead of the clock, for those of the lost gateway may have run ahead of it.

Nobody can know which lists lost entries since: where a replica refuses a list as shrunken, an operator allows it.
"""

import math
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect

from gateway.accounts import require_two
from gateway.backup import tables
from gateway.backup.archive import ANOTHER_BACKUP, BackupReader, Manifest
from gateway.database.columns import Json
from gateway.database.schema import migrate_within, rebuilding, revisions
from gateway.database.unit_of_work import unit_of_work
from gateway.ledger.note import Checkpoint
from gateway.ledger.verify import verify
from gateway.problems import BackupError, ConflictError
from gateway.publishing.ceremony import ceremony
from gateway.publishing.files import write_whole
from gateway.publishing.release import Publisher
from gateway.publishing.report import PublishReport
from gateway.registry.persons import RegistryKeys
from gateway.settings import FILE_MODE, GatewayHome

SERIALS_A_SECOND = 100
SERIALS_AT_LEAST = 1_000


_ACTOR = "administrator"
"""Who stands in the ledger where nobody is named."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """In whose names a gateway is restored, and what they allow.

    Attributes:
        by / confirmed_by: Two people whose keys sign the law again; empty where nobody signed it after the backup.
        now: The instant of the restoration.
        serial_above: A serial that replicas are known to hold; 0 where nobody knows.
        allow_shrink: Lists that may lose more than usual against what replicas hold.
        held: Checkpoints that were kept elsewhere, to hold the ledger of the backup against.
    """

    by: str
    confirmed_by: str
    now: datetime
    serial_above: int = 0
    allow_shrink: Collection[str] = ()
    held: tuple[Checkpoint, ...] = ()

    def serial_after(self, manifest: Manifest) -> int:
        """The serial that the first publication must exceed."""
        elapsed_s = max(0.0, (self.now - manifest.made_at).total_seconds())
        beyond = manifest.serial + SERIALS_AT_LEAST + math.ceil(elapsed_s * SERIALS_A_SECOND)
        return max(beyond, self.serial_above)


def require_usable(manifest: Manifest, keys: Path | None) -> None:
    """Refuse a backup of a newer program, or one that could not publish for want of keys.

    Raises:
        BackupError: It is of another version, has no keys and none are given, or has keys and others are given.
    """
    if manifest.revision not in revisions():
        raise BackupError(
            f"备份的数据库结构为{manifest.revision}，本程序不认识 / "
            f"The backup is of schema {manifest.revision}, which this program does not know.",
            hint="请使用制作备份的程序版本或更新的版本 / Use the version that made it, or a newer one.",
        )
    if manifest.has_keys == (keys is not None):
        raise BackupError(
            "备份中已有密钥，不能再放入另一套 / "
            "The backup holds the keys already, so others must not be put beside them."
            if keys
            else "备份中没有密钥，恢复后的网关无法签名 / "
            "The backup holds no keys, so the restored gateway could sign nothing.",
            hint="去掉 --keys / Leave --keys out."
            if keys
            else "请用 --keys 指明另行保存的 keys 目录 / Name the folder of keys that was kept apart with --keys.",
        )


def restore_files(reader: BackupReader, home: GatewayHome, keys: Path | None) -> None:
    """Put the files of a backup into a new home.

    Raises:
        BackupError: The folder of keys holds none.
        SettingsError: The key of natural persons is missing or damaged.
    """
    for part in reader.manifest.files:
        target = home.path / part.path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(target, reader.file(part), mode=FILE_MODE if part.path.startswith("keys/") else 0o644)
    if keys is not None:
        if not (keys / "people.json").is_file():
            raise BackupError(
                f"{keys}不是网关的密钥目录 / {keys} is not the folder of keys of a gateway.",
                hint="请核对目录 / Name the right folder.",
            )
        shutil.copytree(keys, home.keys, dirs_exist_ok=True)
        for path in home.keys.rglob("*"):
            path.chmod(FILE_MODE if path.is_file() else 0o700)
    RegistryKeys.load(home)


def restore_tables(reader: BackupReader, engine: Engine, restoration: Restoration) -> None:
    """Fill an empty database, bring it to this version and verify the ledger, in one transaction.

    Raises:
        ConflictError: The database is not empty.
        BackupError: The tables are not those of the manifest.
        FourEyesError: Not two people with the right roles.
        LedgerBrokenError: The ledger of the backup does not verify, or is not the one of a checkpoint.
    """
    manifest = reader.manifest
    with rebuilding(engine) as connection:
        if inspect(connection).get_table_names():
            raise ConflictError(
                "数据库中已有数据表，不能与恢复的网关混用 / "
                "The database holds tables already, and a restored gateway must not be mixed with them.",
                hint="请使用空数据库 / Use an empty database.",
            )
        migrate_within(connection, manifest.revision)
        for part in manifest.tables:
            number = tables.load(connection, part.name, part.columns, reader.lines(part))
            if number != part.rows:
                raise BackupError(
                    f"数据表{part.name}有{number}行，应为{part.rows}行 / "
                    f"The table {part.name} has {number} rows and should have {part.rows}.",
                    hint=ANOTHER_BACKUP,
                )
        _require_all(connection, manifest)
        migrate_within(connection)
        if restoration.by:
            require_two(connection, restoration.by, restoration.confirmed_by)
        standing = verify(connection, restoration.held)
        if (standing.rows, standing.digest) != (manifest.ledger_rows, manifest.ledger_digest):
            raise BackupError(
                "备份中的台账与清单不符 / The ledger of the backup is not the one its manifest names.",
                hint=ANOTHER_BACKUP,
            )


def publish_restored(home: GatewayHome, engine: Engine, manifest: Manifest, restoration: Restoration) -> PublishReport:
    """Publish what was restored so that replicas take it over, and sign the ledger.

    Raises:
        FourEyesError: Not two people with the right roles.
        SettingsError: Their keys, or the online keys, are not those that the trust root names.
    """
    now = restoration.now
    serial = restoration.serial_after(manifest)
    # Each publication signs every file once at most, so versions can have run no farther ahead than serials did.
    ahead = serial - manifest.serial
    publisher = Publisher(home, engine, versions_ahead=ahead)
    with unit_of_work(engine, at=now) as work:
        particulars: Json = {
            "made_at": manifest.made_at.isoformat(),
            "ledger_rows": manifest.ledger_rows,
            "serial": manifest.serial,
            "confirmed_by": restoration.confirmed_by,
        }
        work.ledger.append("gateway:backup:restore", restoration.by or _ACTOR, particulars)
    publisher.heartbeat(now)
    if restoration.by:
        with ceremony(home, engine, now, versions_ahead=ahead) as held:
            held.sign_law_again(restoration.by, restoration.confirmed_by, now)
    report = publisher.publish(now, allow_shrink=restoration.allow_shrink, serial_above=serial)
    publisher.checkpoints.make(now)
    return report


def _require_all(connection: Connection, manifest: Manifest) -> None:
    missing = set(inspect(connection).get_table_names()) - {"alembic_version"} - {part.name for part in manifest.tables}
    if missing:
        raise BackupError(
            f"备份缺少数据表{', '.join(sorted(missing))} / The backup lacks the tables {', '.join(sorted(missing))}.",
            hint="请换一份备份 / Use another backup.",
        )
