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

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from credit_sdk.model.term import civil_day
from gateway.accounts import DESK, OperatorRole, require_operator
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.intake.batches import ImportResult, earlier_import
from gateway.intake.checking import CheckedFile, Import, Progress, format_of
from gateway.intake.files import SourceFile
from gateway.intake.quality import QualityCount
from gateway.intake.registers import LICENCES, Destination, Inserts
from gateway.intake.staging import Staging
from gateway.intake.taking import Taking
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
            done = Taking(home, work, about, checked, quality, progress=progress, full=full).run(all_or_nothing)
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
