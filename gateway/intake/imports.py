"""Importing a file (导入): it is taken in whole or not at all.

First the file is read and every row checked. That takes as long as it takes and holds no lock, so that the checks and
outcomes of host systems go on being taken in. Then one transaction compares them with the registry and inserts.

For each row, by list, subject and document number:

* nothing known of it → a new draft;
* the same is known → nothing to do, counted as unchanged;
* something else is published → a draft that will take its place once confirmed (更正);
* another draft waits → set aside until that batch is confirmed or discarded;
* the entry has ended (removed, revoked, repaired …) → set aside: no import brings an entry back.

A row missing from a later file is no removal. A file that was imported before creates nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, text

from credit_sdk.model.term import civil_day
from gateway.accounts import OperatorRole, require_operator
from gateway.database.bound import BoundRow
from gateway.database.columns import Json, instant_text
from gateway.database.tables import rejected_rows
from gateway.database.unit_of_work import UnitOfWork, reading, unit_of_work
from gateway.intake import report
from gateway.intake.batches import ImportResult, close_batch, earlier_import, open_batch
from gateway.intake.checking import CheckedFile, Import, Inserts
from gateway.intake.comparison import Comparison, Standing
from gateway.intake.files import SourceFile
from gateway.intake.remarks import Remark
from gateway.intake.staging import StagedRow, Staging
from gateway.problems import ConflictError
from gateway.registry.lists import KnownLists
from gateway.registry.persons import RegistryKeys
from gateway.settings import GatewayHome

_IMPORT_LOCK = 0x63726564_696D7074
"""Number of the advisory lock under which PostgreSQL takes in one file at a time; SQLite has one writer anyway."""


def import_file(
    home: GatewayHome,
    engine: Engine,
    path: Path,
    list_id: str,
    *,
    by: str,
    full: bool = False,
    at: datetime | None = None,
) -> ImportResult:
    """Turn a file into drafts and a quality report.

    Args:
        home: The gateway's folder; the report goes to its spool.
        engine: Its database.
        path: CSV or XLSX.
        list_id: The list the rows belong to.
        by: The operator who imports.
        full: Whether the file claims to be the whole list; then what it no longer has is shown, and nothing is removed.
        at: The instant of the import; now, unless given.

    Raises:
        IntakeError: The file cannot be read to its end; nothing was stored.
        FourEyesError: Not an operator.
        NotFoundError: The law knows no such list.
        ConflictError: Another edition of the law was adopted while the file was being read.
    """
    keys = RegistryKeys.load(home)
    today = civil_day(at or datetime.now(UTC))
    with reading(engine) as connection:
        require_operator(connection, by, OperatorRole.OPERATOR)
        lists = KnownLists.load(connection, today)
        target = lists.require(list_id)
        source = SourceFile.inspect(path)
        # A plain digest of a file of few rows would let somebody try numbers until it fits.
        source = replace(source, sha256=keys.fingerprint(source.sha256))
        earlier = earlier_import(connection, home, source, target)
    if earlier is not None and not full:
        return earlier
    about = Import.new(source, lists, target, by, today)
    inserts = Inserts.into(engine.dialect)
    with Staging.inside(home.spool) as staging:
        checked = CheckedFile(about, inserts, keys, staging)
        with unit_of_work(engine, at=at) as work:
            _await_other_imports(work.connection)
            # Asked again, because everything may have changed while the file was being read.
            require_operator(work.connection, by, OperatorRole.OPERATOR)
            _require_same_law(work.connection, lists, today)
            earlier = earlier_import(work.connection, home, source, target)
            if earlier is not None and not full:
                return earlier
            return _Taking(home, work, about, checked, inserts, full=full).run()


def _await_other_imports(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _IMPORT_LOCK})


def _require_same_law(connection: Connection, lists: KnownLists, today: date) -> None:
    if KnownLists.load(connection, today) != lists:
        raise ConflictError(
            "Another edition of the law was adopted while the file was being read, so its rows must be checked anew.",
            hint="请重新导入 / Import the file again.",
        )


class _Taking:
    """The transaction of one import."""

    def __init__(
        self, home: GatewayHome, work: UnitOfWork, about: Import, checked: CheckedFile, inserts: Inserts, *, full: bool
    ) -> None:
        self._home = home
        self._work = work
        self._about = about
        self._checked = checked
        self._inserts = inserts
        self._full = full
        self._at = instant_text(work.at)
        self._counts = {**checked.counts, "drafted": 0, "corrections": 0, "unchanged": 0, "rejected": 0}
        self._comparison = Comparison(work.connection, about.target.id, about.batch)

    def run(self) -> ImportResult:
        about = self._about
        open_batch(self._work, about.batch, about.source, about.target, about.by)
        sheet = report.RejectedSheet(report.rejected_path(self._home, about.batch), self._checked.header.titles)
        try:
            for chunk in self._checked.chunks():
                self._take(chunk, sheet)
            result = self._close_batch()
            sheet.keep()
        finally:
            sheet.drop()
        return result

    def _take(self, chunk: Sequence[StagedRow], sheet: report.RejectedSheet) -> None:
        known = self._comparison.load([row.subject_key for row in chunk if not row.reasons])
        rejected: list[tuple[StagedRow, tuple[Remark, ...]]] = []
        new: list[BoundRow] = []
        about: dict[bytes, BoundRow] = {}
        for row in chunk:
            if row.reasons:
                rejected.append((row, row.remarks))
                continue
            match self._comparison.standing(known, row):
                case Standing(reason=reason) if reason is not None:
                    self._checked.reasons.add(row.number, (reason,))
                    rejected.append((row, (reason,)))
                case Standing(is_known=True):
                    self._counts["unchanged"] += 1
                case Standing(replaces=replaces):
                    self._counts["corrections" if replaces else "drafted"] += 1
                    about[row.subject_key] = row.subject
                    new.append((*row.entry, replaces, self._at))
        self._inserts.subjects.execute(self._work.connection, list(about.values()))
        self._inserts.entries.execute(self._work.connection, new)
        self._set_aside(rejected, sheet)

    def _set_aside(self, rejected: list[tuple[StagedRow, tuple[Remark, ...]]], sheet: report.RejectedSheet) -> None:
        if not rejected:
            return
        self._counts["rejected"] += len(rejected)
        stored = []
        for row, reasons in rejected:
            sheet.add(row.number, row.cells, reasons)
            stored.append(
                {
                    "batch": self._about.batch,
                    "row_no": row.number,
                    "reasons": [{"code": reason.code, "text": reason.text} for reason in reasons],
                    "raw": self._checked.raw(row),
                }
            )
        self._work.connection.execute(insert(rejected_rows), stored)

    def _close_batch(self) -> ImportResult:
        counts, about = self._counts, self._about
        accepted = counts["drafted"] + counts["corrections"] + counts["unchanged"]
        missing = self._comparison.missing() if self._full else []
        content: dict[str, Json] = {
            **counts,
            "batch": about.batch,
            "list": about.target.id,
            "list_title": about.target.title,
            "file": about.source.name,
            "file_sha256": about.source.sha256,
            "encoding": about.source.encoding or "xlsx",
            "imported_by": about.by,
            "accepted": accepted,
            "reasons": self._checked.reasons.as_json(),
            "warnings": self._checked.warnings.as_json(),
            "full": self._full,
            "missing": len(missing),
        }
        close_batch(self._work, content)
        if self._full:
            report.write_missing(self._home, about.batch, missing)
        report.write_report(self._home, about.batch, content)
        path = report.report_path(self._home, about.batch)
        return ImportResult(about.batch, accepted, counts["rejected"], content, path, is_repeated=False)
