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

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, text

from credit_sdk.model.term import civil_day
from gateway.accounts import DESK, OperatorRole, require_operator
from gateway.database.bound import BoundRow
from gateway.database.columns import Json, instant_text
from gateway.database.engine import insert_missing
from gateway.database.tables import proposed_removals, rejected_rows
from gateway.database.unit_of_work import UnitOfWork, reading, unit_of_work
from gateway.intake import report
from gateway.intake.batches import TAKEN, ImportResult, close_batch, earlier_import, open_batch
from gateway.intake.checking import READING_SHARE, CheckedFile, Import, Progress, format_of
from gateway.intake.files import SourceFile
from gateway.intake.formats.known import PLAIN
from gateway.intake.quality import QualityCount
from gateway.intake.registers import LICENCES, Destination, Inserts
from gateway.intake.rejected import RejectedSheet
from gateway.intake.remarks import Remark
from gateway.intake.staging import StagedRow, Staging
from gateway.intake.subjects import Subjects
from gateway.problems import ConflictError, InvalidActError
from gateway.registry.lists import KnownLists
from gateway.registry.periods import PeriodLaw
from gateway.registry.persons import RegistryKeys
from gateway.settings import GatewayHome

_IMPORT_LOCK = 0x63726564_696D7074
"""Number of the advisory lock under which PostgreSQL takes in one file at a time; SQLite has one writer anyway."""


def import_file(
    home: GatewayHome,
    engine: Engine,
    path: Path,
    list_id: str = "",
    *,
    by: str,
    format: str = "",
    authority: str = "",
    full: bool = False,
    channel: str = DESK,
    all_or_nothing: bool = False,
    at: datetime | None = None,
    progress: Progress = lambda done: None,
) -> ImportResult:
    """Turn a file into drafts and a quality report.

    Args:
        home: The gateway's folder; the report goes to its spool.
        engine: Its database.
        path: CSV or XLSX.
        list_id: The list the rows belong to; may be empty where the format says.
        by: The operator who imports.
        format: Name of the format; told by the header, unless given.
        authority: Who determined, for files without such a column.
        full: Whether the file claims to be the whole list; then what it no longer has is shown, and nothing is removed.
        channel: The department's system it came through.
        all_or_nothing: Whether a row that would be set aside refuses the whole, of which nothing is stored then.
        at: The instant of the import; now, unless given.
        progress: Is told how much is done.

    Raises:
        IntakeError: The file cannot be read to its end, or is of another list; nothing was stored.
        FourEyesError: Not an operator.
        NotFoundError: The law knows no such list, or nobody such a format.
        InvalidActError: No list is named, licences are claimed to be a full list, or a row refuses the whole.
        ConflictError: Another edition of the law was adopted while the file was being read.
    """
    keys = RegistryKeys.load(home)
    today = civil_day(at or datetime.now(UTC))
    with reading(engine) as connection:
        require_operator(connection, by, OperatorRole.OPERATOR)
        lists = KnownLists.load(connection, today)
        if list_id and not format:
            # Said before the file is opened: a slip in the name of the list is no fault of the file.
            _require_known(list_id, lists)
        source = SourceFile.inspect(path)
        # A plain digest of a file of few rows would let somebody try numbers until it fits.
        source = replace(source, digest=keys.fingerprint(source.digest))
        destination = Destination.of(format_of(source, format), list_id, lists)
        if full and destination.target is None:
            raise InvalidActError(
                "行政许可没有全量文件 / No file is the whole of all licences.",
                hint="请去掉 --full / Leave --full out.",
            )
        earlier = earlier_import(connection, home, source, destination.list_id)
        periods = PeriodLaw.load(connection, today)
    if earlier is not None and not full:
        return earlier
    about = Import.new(source, lists, destination, by, today, authority=authority.strip(), channel=channel)
    inserts = Inserts.into(engine.dialect, destination)
    with Staging.inside(home.spool) as staging:
        checked = CheckedFile(about, inserts, keys, staging, progress=progress)
        with unit_of_work(engine, at=at) as work:
            _await_other_imports(work.connection)
            # Asked again, because everything may have changed while the file was being read.
            require_operator(work.connection, by, OperatorRole.OPERATOR)
            _require_same_law(work.connection, lists, today)
            earlier = earlier_import(work.connection, home, source, destination.list_id)
            if earlier is not None and not full:
                return earlier
            quality = QualityCount(periods, destination.list_id, today)
            done = _Taking(home, work, about, checked, quality, progress=progress, full=full).run(all_or_nothing)
    progress(1.0)
    return done


def _require_known(list_id: str, lists: KnownLists) -> None:
    if list_id != LICENCES:
        lists.require(list_id)


def _await_other_imports(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _IMPORT_LOCK})


def _require_same_law(connection: Connection, lists: KnownLists, today: date) -> None:
    if KnownLists.load(connection, today) != lists:
        raise ConflictError(
            "读取文件期间采用了另一版法律目录，各行须重新检查 / "
            "Another edition of the law was adopted while the file was being read, so its rows must be checked anew.",
            hint="请重新导入 / Import the file again.",
        )


class _Taking:
    """The transaction of one import."""

    def __init__(
        self,
        home: GatewayHome,
        work: UnitOfWork,
        about: Import,
        checked: CheckedFile,
        quality: QualityCount,
        *,
        progress: Progress,
        full: bool,
    ) -> None:
        self._home = home
        self._work = work
        self._about = about
        self._checked = checked
        self._inserts = checked.inserts
        self._quality = quality
        self._progress = progress
        self._full = full
        self._at = instant_text(work.at)
        self._in_common = (self._at, *about.destination.in_common(about.batch, about.by))
        self._counts = {**checked.counts, **dict.fromkeys(TAKEN, 0)}
        self._comparison = about.destination.comparison(work.connection, about.batch)
        self._subjects = Subjects(work.connection, checked.inserts.subjects, about.batch, about.destination.list_id)

    def run(self, all_or_nothing: bool) -> ImportResult:
        about, taken = self._about, 0
        open_batch(
            self._work, about.batch, about.source, list_id=about.destination.list_id, by=about.by, channel=about.channel
        )
        with tempfile.TemporaryFile(dir=self._home.spool) as rejected:
            path = report.rejected_path(self._home, about.batch)
            sheet = RejectedSheet(path, self._checked.header.titles, rejected)
            try:
                for chunk in self._checked.chunks():
                    self._take(chunk, sheet)
                    taken += len(chunk)
                    self._progress(READING_SHARE + (1 - READING_SHARE) * taken / self._counts["rows"])
                if all_or_nothing and self._counts["rejected"]:  # In the transaction: neither batch nor line is left.
                    raise self._checked.refusal()
                result = self._close_batch()
                sheet.keep()
            finally:
                sheet.drop()
        return result

    def _take(self, chunk: Sequence[StagedRow], sheet: RejectedSheet) -> None:
        known = self._comparison.load([row.subject_key for row in chunk if not row.reasons])
        rejected: list[tuple[StagedRow, tuple[Remark, ...]]] = []
        new: list[BoundRow] = []
        drafted: list[StagedRow] = []
        answering: list[BoundRow] = []
        ended: dict[str, tuple[str, str, str]] = {}
        replaced: list[str] = []
        for row in chunk:
            if row.reasons:
                self._quality.add(row, is_new=False)
                rejected.append((row, row.remarks))
                continue
            compared = self._comparison.compared(known, row)
            self._quality.add(
                row, is_new=not (compared.reason or compared.is_known or compared.replaces or row.removal)
            )
            if compared.reason is not None:
                self._checked.reasons.add(row.number, (compared.reason,))
                rejected.append((row, (compared.reason,)))
            elif compared.ends is not None and row.removal is not None:
                ended[compared.ends] = row.removal
            elif compared.is_known:
                self._counts["unchanged"] += 1
            else:
                self._counts["corrections" if compared.replaces else "drafted"] += 1
                if compared.replaces:
                    replaced.append(compared.replaces)
                drafted.append(row)
                new.append((*row.record, compared.replaces, *self._in_common))
                if row.answering:
                    answering += [(*each, self._at) for each in row.answering]
        self._subjects.take(drafted, [row for row in chunk if row.older_key and not row.reasons])
        self._comparison.replace(replaced, self._at)
        self._inserts.records.execute(self._work.connection, new)
        self._inserts.answering.execute(self._work.connection, answering)
        self._counts["answering"] += len(answering)
        self._propose(ended)
        self._set_aside(rejected, sheet)

    def _propose(self, ended: Mapping[str, tuple[str, str, str]]) -> None:
        if not ended:
            return
        rows = [
            {
                "batch": self._about.batch,
                "entry": entry,
                "removed_on": date.fromisoformat(removed_on),
                "reason": reason,
                "authority": authority,
            }
            for entry, (removed_on, reason, authority) in ended.items()
        ]
        insert_missing(self._work.connection, proposed_removals, rows, key=("batch", "entry"))
        self._counts["proposed_removals"] += len(rows)

    def _set_aside(self, rejected: list[tuple[StagedRow, tuple[Remark, ...]]], sheet: RejectedSheet) -> None:
        if not rejected:
            return
        self._counts["rejected"] += len(rejected)
        stored = []
        for row, reasons in rejected:
            sheet.add(row.number, row.written, reasons)
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
        counts, about, checked = self._counts, self._about, self._checked
        accepted = counts["rows"] - counts["rejected"]
        missing = self._comparison.missing() if self._full else []
        is_list = about.destination.target is not None
        content: dict[str, Json] = {
            **counts,
            **self._subjects.settled(self._work, in_force=not is_list),
            "batch": about.batch,
            "list": about.destination.list_id,
            "list_title": about.destination.title,
            "format": about.destination.format.id if about.destination.format else PLAIN,
            "file": about.source.name,
            "file_digest": about.source.digest,
            "encoding": about.source.encoding or "xlsx",
            "imported_by": about.by,
            "imported_at": self._at,
            "accepted": accepted,
            "reasons": checked.reasons.as_json(),
            "doubts": checked.doubts.as_json(),
            "warnings": checked.warnings.as_json(),
            "full": self._full,
            "missing": len(missing),
            "quality": self._quality.as_json(missing=missing),
        }
        close_batch(self._work, content, "entry:batch:import" if is_list else "licence:batch:register")
        if self._full:
            report.write_missing(self._home, about.batch, missing)
        report.write_report(self._home, about.batch, content)
        path = report.report_path(self._home, about.batch)
        return ImportResult(about.batch, accepted, counts["rejected"], content, path, is_repeated=False)
