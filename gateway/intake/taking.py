"""The transaction of one import (入库): what was checked is compared with the registry, and taken in or set aside."""

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import insert

from gateway.database.bound import BoundRow
from gateway.database.columns import Json, instant_text
from gateway.database.engine import insert_missing
from gateway.database.tables import proposed_removals, rejected_rows
from gateway.database.unit_of_work import UnitOfWork
from gateway.intake import report
from gateway.intake.batches import TAKEN, ImportResult, close_batch, open_batch
from gateway.intake.checking import READING_SHARE, CheckedFile, Import, Progress
from gateway.intake.formats.known import PLAIN
from gateway.intake.quality import QualityCount
from gateway.intake.rejected import RejectedSheet
from gateway.intake.remarks import Remark
from gateway.intake.staging import StagedRow
from gateway.intake.subjects import Subjects
from gateway.settings import GatewayHome


class Taking:
    """Takes in one checked file; see :func:`gateway.intake.imports.import_file`."""

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
        """Take everything in.

        Args:
            all_or_nothing: Whether a row that would be set aside refuses the whole.

        Raises:
            InvalidActError: A row refuses the whole.
        """
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
