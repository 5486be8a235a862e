"""The batch (批次) an import makes: opened before its first row, closed with its quality report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from credit_sdk.model.term import SHANGHAI
from gateway.database.columns import Json
from gateway.database.tables import batches
from gateway.database.unit_of_work import UnitOfWork
from gateway.intake.files import SourceFile
from gateway.intake.report import report_path
from gateway.problems import NotFoundError
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


TAKEN = ("drafted", "corrections", "unchanged", "rejected", "proposed_removals", "answering")
"""What is counted of the rows of a batch; ``answering`` are those who answer for an entry (责任人)."""


def open_batch(work: UnitOfWork, batch: str, source: SourceFile, *, list_id: str, by: str, channel: str) -> None:
    """Enter a batch, so that its rows have something to belong to."""
    work.connection.execute(
        insert(batches).values(
            id=batch,
            list=list_id,
            file_name=source.name,
            file_digest=source.digest,
            imported_by=by,
            imported_at=work.at,
            channel=channel,
            accepted=0,
            rejected=0,
            report={},
        )
    )


def close_batch(work: UnitOfWork, report: Mapping[str, Json], act: str) -> None:
    """Keep the quality report with the batch and write the import into the ledger as ``act``."""
    work.connection.execute(
        update(batches)
        .where(batches.c.id == report["batch"])
        .values(accepted=report["accepted"], rejected=report["rejected"], report=report)
    )
    told = ("batch", "list", "file_digest", *TAKEN)
    work.ledger.append(act, str(report["imported_by"]), {name: report[name] for name in told})


def report_of(connection: Connection, batch: str, *, channel: str | None = None) -> Mapping[str, Json]:
    """The quality report of a batch.

    Args:
        connection: Reads it.
        batch: Its id.
        channel: Only of a batch that came through this system; of any unless given.

    Raises:
        NotFoundError: No such batch.
    """
    statement = select(batches.c.report).where(batches.c.id == batch)
    if channel is not None:
        statement = statement.where(batches.c.channel == channel)
    report: Mapping[str, Json] | None = connection.scalar(statement)
    if report is None:
        raise NotFoundError(
            f"没有批次{batch} / There is no batch {batch}.",
            hint="查看批次：credit-gateway entries batches HOME / List them with that command.",
        )
    return report


def reports_between(connection: Connection, first_on: date, last_on: date) -> Iterator[Mapping[str, Json]]:
    """The reports of the batches imported from the first to the last civil day; given up batches are left out."""
    since, until = (_begin_of(day) for day in (first_on, last_on + timedelta(days=1)))
    statement = (
        select(batches.c.report)
        .where(batches.c.imported_at >= since, batches.c.imported_at < until, batches.c.discarded_by.is_(None))
        .order_by(batches.c.imported_at)
    )
    for row in connection.execution_options(yield_per=100).execute(statement):
        yield row.report


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def earlier_import(connection: Connection, home: GatewayHome, source: SourceFile, list_id: str) -> ImportResult | None:
    """The earlier import of the same bytes, unless it set rows aside that may have become acceptable.

    That is so once it was confirmed, and where it set all rows aside: there is nothing to confirm or to wait for.
    """
    row = connection.execute(
        select(batches)
        .where(batches.c.file_digest == source.digest, batches.c.list == list_id, batches.c.discarded_by.is_(None))
        .order_by(batches.c.imported_at.desc())
        .limit(1)
    ).first()
    if row is None or (row.rejected and (row.confirmed_by is not None or not row.accepted)):
        return None
    path = report_path(home, row.id)
    return ImportResult(row.id, row.accepted, row.rejected, row.report, path, is_repeated=True)
