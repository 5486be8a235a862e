"""The batch (批次) an import makes: opened before its first row, closed with its quality report."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from gateway.database.columns import Json
from gateway.database.tables import batches
from gateway.database.unit_of_work import UnitOfWork
from gateway.intake.files import SourceFile
from gateway.intake.report import report_path
from gateway.registry.lists import KnownList
from gateway.settings import GatewayHome


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did.

    Attributes:
        batch: Id of the batch.
        accepted: Rows drafted or known already.
        rejected: Rows set aside.
        report: The quality report.
        report_file: Where it lies.
        is_repeated: The file was imported before, as this batch; nothing was created.
    """

    batch: str
    accepted: int
    rejected: int
    report: Mapping[str, Json]
    report_file: Path
    is_repeated: bool


def open_batch(work: UnitOfWork, batch: str, source: SourceFile, target: KnownList, by: str) -> None:
    """Enter a batch, so that its rows have something to belong to."""
    work.connection.execute(
        insert(batches).values(
            id=batch,
            list=target.id,
            file_name=source.name,
            file_sha256=source.sha256,
            imported_by=by,
            imported_at=work.at,
            accepted=0,
            rejected=0,
            report={},
        )
    )


def close_batch(work: UnitOfWork, report: Mapping[str, Json]) -> None:
    """Keep the quality report with the batch and write the import into the ledger."""
    work.connection.execute(
        update(batches)
        .where(batches.c.id == report["batch"])
        .values(accepted=report["accepted"], rejected=report["rejected"], report=report)
    )
    told = ("batch", "list", "file_sha256", "drafted", "corrections", "unchanged", "rejected")
    work.ledger.append("entry:batch:import", str(report["imported_by"]), {name: report[name] for name in told})


def earlier_import(
    connection: Connection, home: GatewayHome, source: SourceFile, target: KnownList
) -> ImportResult | None:
    """The earlier import of the same bytes, unless it set rows aside that may have become acceptable."""
    row = connection.execute(
        select(batches)
        .where(batches.c.file_sha256 == source.sha256, batches.c.list == target.id, batches.c.discarded_by.is_(None))
        .order_by(batches.c.imported_at.desc())
        .limit(1)
    ).first()
    if row is None or (row.confirmed_by is not None and row.rejected):
        return None
    path = report_path(home, row.id)
    return ImportResult(row.id, row.accepted, row.rejected, row.report, path, is_repeated=True)
