"""Importing a file (导入): one transaction from its first row to its last, so it is taken in whole or not at all.

For each row, by list, subject and document number:

* nothing known of it → a new draft;
* the same is known → nothing to do, counted as unchanged;
* something else is published → a draft that will take its place once confirmed (更正);
* another draft waits → set aside until that batch is confirmed or discarded;
* the entry has ended (removed, revoked, repaired …) → set aside: no import brings an entry back.

A row missing from a later file is no removal. A file that was imported before creates nothing.
"""

import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, insert

from credit_sdk.model.term import civil_day
from gateway.accounts import OperatorRole, require_operator
from gateway.database.columns import Json
from gateway.database.engine import insert_missing
from gateway.database.tables import entries, rejected_rows, subjects
from gateway.database.unit_of_work import UnitOfWork, unit_of_work
from gateway.intake import report, values
from gateway.intake.batches import ImportResult, close_batch, earlier_import, open_batch
from gateway.intake.columns import Header
from gateway.intake.comparison import Comparison, Standing
from gateway.intake.files import SheetRow, SourceFile
from gateway.intake.remarks import Remark
from gateway.intake.rows import Draft, RowReader
from gateway.problems import IntakeError
from gateway.registry.lifecycle import EntryState
from gateway.registry.lists import KnownList, KnownLists
from gateway.registry.persons import RegistryKeys
from gateway.settings import GatewayHome

_ROWS_AT_A_TIME = 1_000
_ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


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
    """
    keys = RegistryKeys.load(home)
    with unit_of_work(engine, at=at) as work:
        require_operator(work.connection, by, OperatorRole.OPERATOR)
        lists = KnownLists.load(work.connection)
        target = lists.require(list_id)
        source = SourceFile.inspect(path)
        earlier = earlier_import(work.connection, home, source, target)
        if earlier is not None and not full:
            return earlier
        return _Import(home, work, source, lists=lists, target=target, keys=keys, by=by, full=full).run()


class _Import:
    """One import while it runs."""

    def __init__(
        self,
        home: GatewayHome,
        work: UnitOfWork,
        source: SourceFile,
        *,
        lists: KnownLists,
        target: KnownList,
        keys: RegistryKeys,
        by: str,
        full: bool,
    ) -> None:
        self._home = home
        self._work = work
        self._source = source
        self._lists = lists
        self._target = target
        self._keys = keys
        self._by = by
        self._full = full
        self.batch = f"{civil_day(work.at):%Y%m%d}-{_random(6)}"
        self._counts = {"rows": 0, "blank": 0, "drafted": 0, "corrections": 0, "unchanged": 0, "rejected": 0}
        self._reasons, self._warnings = report.Tally(), report.Tally()
        self._comparison = Comparison(work.connection, target.id, self.batch)

    def run(self) -> ImportResult:
        open_batch(self._work, self.batch, self._source, self._target, self._by)
        rows = self._source.rows()
        header = self._header(rows)
        sheet = report.RejectedSheet(report.rejected_path(self._home, self.batch), header.titles)
        try:
            reader = RowReader(header, self._lists, self._target, civil_day(self._work.at))
            for chunk in self._chunks(rows):
                self._take(chunk, reader, sheet, header)
            result = self._close_batch()
            sheet.keep()
        finally:
            sheet.drop()
        return result

    def _header(self, rows: Iterator[SheetRow]) -> Header:
        for row in rows:
            if not row.is_blank:
                return Header.read(row)
        raise IntakeError(
            f"{self._source.path.name} has no rows at all.", hint="请检查文件内容 / Check what is in the file."
        )

    def _chunks(self, rows: Iterator[SheetRow]) -> Iterator[list[SheetRow]]:
        chunk: list[SheetRow] = []
        blank = 0
        for row in rows:
            if row.is_blank:
                blank += 1
                continue
            # Blank rows behind the last one are how spreadsheets end, not rows of the file.
            self._counts["blank"] += blank
            blank = 0
            self._counts["rows"] += 1
            chunk.append(row)
            if len(chunk) == _ROWS_AT_A_TIME:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def _take(self, chunk: list[SheetRow], reader: RowReader, sheet: report.RejectedSheet, header: Header) -> None:
        rejected: list[tuple[SheetRow, tuple[Remark, ...]]] = []
        drafts: list[tuple[SheetRow, Draft, bytes]] = []
        for row in chunk:
            reading = reader.read(row)
            self._warnings.add(row.number, reading.warnings)
            if reading.draft is None:
                rejected.append((row, reading.reasons))
            else:
                drafts.append((row, reading.draft, self._keys.key_of(reading.draft.subject)))
        known = self._comparison.load([key for _, _, key in drafts])
        new: list[dict[str, object]] = []
        for row, draft, key in drafts:
            entry_id = _random(16)
            match self._comparison.standing(known, draft, key, entry_id):
                case Standing(reason=reason) if reason is not None:
                    rejected.append((row, (reason,)))
                case Standing(is_known=True):
                    self._counts["unchanged"] += 1
                case Standing(replaces=replaces):
                    self._counts["corrections" if replaces else "drafted"] += 1
                    new.append(self._entry(draft, key) | {"id": entry_id, "replaces": replaces})
        self._store(drafts, new)
        self._set_aside(rejected, sheet, header)

    def _entry(self, draft: Draft, key: bytes) -> dict[str, object]:
        return {
            **draft.columns,
            "subject_key": key,
            "list": self._target.id,
            "content_sha256": draft.content_sha256,
            "state": EntryState.DRAFTED,
            "batch": self.batch,
            "drafted_by": self._by,
            "drafted_at": self._work.at,
            "is_person": draft.subject.is_natural_person,
        }

    def _store(self, drafts: list[tuple[SheetRow, Draft, bytes]], new: list[dict[str, object]]) -> None:
        if not new:
            return
        about = {
            key: {
                "key": key,
                "scheme": draft.subject.scheme,
                "code": None if draft.subject.is_natural_person else draft.subject.code,
                "masked": draft.subject.masked,
                "name": draft.name,
                "kind": draft.subject.kind,
            }
            for _, draft, key in drafts
        }
        wanted = {entry["subject_key"] for entry in new}
        rows = [row for key, row in about.items() if key in wanted]
        insert_missing(self._work.connection, subjects, rows, key=("key",))
        self._work.connection.execute(insert(entries), new)

    def _set_aside(
        self, rejected: list[tuple[SheetRow, tuple[Remark, ...]]], sheet: report.RejectedSheet, header: Header
    ) -> None:
        if not rejected:
            return
        self._counts["rejected"] += len(rejected)
        stored = []
        for row, reasons in sorted(rejected, key=lambda each: each[0].number):
            self._reasons.add(row.number, reasons)
            sheet.add(row, reasons)
            stored.append(
                {
                    "batch": self.batch,
                    "row_no": row.number,
                    "reasons": [{"code": reason.code, "text": reason.text} for reason in reasons],
                    "raw": _raw(row, header),
                }
            )
        self._work.connection.execute(insert(rejected_rows), stored)

    def _close_batch(self) -> ImportResult:
        counts = self._counts
        accepted = counts["drafted"] + counts["corrections"] + counts["unchanged"]
        missing = self._comparison.missing() if self._full else []
        content: dict[str, Json] = {
            **counts,
            "batch": self.batch,
            "list": self._target.id,
            "list_title": self._target.title,
            "file": self._source.path.name,
            "file_sha256": self._source.sha256,
            "encoding": self._source.encoding or "xlsx",
            "imported_by": self._by,
            "accepted": accepted,
            "reasons": self._reasons.as_json(),
            "warnings": self._warnings.as_json(),
            "full": self._full,
            "missing": len(missing),
        }
        close_batch(self._work, content)
        if self._full:
            report.write_missing(self._home, self.batch, missing)
        report.write_report(self._home, self.batch, content)
        path = report.report_path(self._home, self.batch)
        return ImportResult(self.batch, accepted, counts["rejected"], content, path, is_repeated=False)


def _raw(row: SheetRow, header: Header) -> dict[str, str]:
    titles = [title or f"#{place}" for place, title in enumerate(header.titles, start=1)]
    titles += [f"#{place}" for place in range(len(titles) + 1, len(row.cells) + 1)]
    return {
        title: values.without_personal_numbers(cell) for title, cell in zip(titles, row.cells, strict=False) if cell
    }


def _random(characters: int) -> str:
    """Letters and digits that cannot be mistaken for each other, 5 random bits each."""
    return "".join(_ID_ALPHABET[byte & 31] for byte in secrets.token_bytes(characters))
