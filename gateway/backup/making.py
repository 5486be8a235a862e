"""Making a backup (备份): one state of the registry, and the files without which it could not publish again."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select

from gateway.backup import tables
from gateway.backup.archive import Manifest, written
from gateway.database.schema import revisions
from gateway.database.tables import metadata, publications
from gateway.database.unit_of_work import snapshot
from gateway.ledger.verify import verify
from gateway.publishing.lock import only_publisher
from gateway.settings import GatewayHome

_LAW_AND_ROOTS = (
    "trust/root.json",
    "distribution/metadata/*.root.json",
    "distribution/metadata/*.catalogue.json",
    "distribution/targets/*.catalogue.json",
)
"""What people signed. The rest of the distribution is made again from the registry."""
_ROOT_KEYS = "root"


def make_backup(home: GatewayHome, engine: Engine, file: Path, now: datetime, *, with_keys: bool = False) -> Manifest:
    """Write a gateway into one file.

    Args:
        home: Its folder.
        engine: Its registry.
        file: A new file.
        now: The instant of the state.
        with_keys: Whether the private keys go in; root keys never do.

    Raises:
        BackupError: The file is there already.
        LedgerBrokenError: The ledger does not verify; a backup would only carry the damage on.
    """
    with written(file) as writer, snapshot(engine) as connection:
        with only_publisher(home.path, engine):
            # Under the lock, so that signed files and registry are of one moment; the long reading comes after it.
            serial = connection.scalar(select(publications.c.serial).order_by(publications.c.serial.desc()).limit(1))
            kept = {path: (home.path / path).read_bytes() for path in sorted(_wanted(home, with_keys=with_keys))}
        standing = verify(connection)
        for path, data in kept.items():
            writer.add_file(path, data)
        for table in metadata.sorted_tables:
            writer.add_table(table.name, tuple(table.columns.keys()), tables.lines(connection, table))
        manifest = Manifest(
            # The address may name people and passwords, and the next database has another one.
            settings=home.settings.model_dump(exclude={"database"}),
            made_at=now,
            revision=revisions()[-1],
            serial=serial or 0,
            ledger_rows=standing.rows,
            ledger_digest=standing.digest,
            has_keys=with_keys,
            tables=tuple(writer.tables),
            files=tuple(writer.files),
        )
        writer.finish(manifest)
    return manifest


def _wanted(home: GatewayHome, *, with_keys: bool) -> Iterator[str]:
    for pattern in _LAW_AND_ROOTS:
        yield from (path.relative_to(home.path).as_posix() for path in home.path.glob(pattern))
    if with_keys:
        for path in home.keys.rglob("*"):
            parts = path.relative_to(home.keys).parts
            if path.is_file() and parts[0] != _ROOT_KEYS and not path.name.startswith("."):
                yield path.relative_to(home.path).as_posix()
