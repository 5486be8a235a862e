"""An office that takes files in: rows as they are sent, and what became of them."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from gateway.database.tables import entries
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.intake.batches import ImportResult
from gateway.intake.imports import import_file
from gateway.registry.corrections import correct
from gateway.registry.determinations import all_batches, confirm, discard
from gateway.registry.lifecycle import EntryState, grant_repair, remove
from gateway.registry.search import find_entries
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway, company

HEADER = ["统一社会信用代码", "名称", "认定部门", "文书号", "依据", "认定日期", "起始日期", "截止日期", "严重程度"]
HEADER += ["事实", "告知日期"]
PERSON = "639900199003070115"


def row(number: int, *, code: str = "", until: str = "2028-01-04", document: str = "") -> list[str]:
    return [
        code or company(number).code,
        f"虚构公司{number}",
        "虚构市财政局",
        document or f"虚财罚〔2026〕{number}号",
        "政府采购法第七十七条",
        "2026-01-05",
        "",
        until,
        "严重",
        "提供虚假材料谋取中标",
        "2025-12-01",
    ]


class Office:
    """One who imports files into a registry."""

    def __init__(self, registry: RealGateway, folder: Path) -> None:
        self.registry = registry
        self.folder = folder
        self.files = 0

    def file(self, rows: Sequence[Sequence[str]]) -> Path:
        self.files += 1
        path = self.folder / f"file-{self.files}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADER, *rows])
        return path

    def take(self, rows: Sequence[Sequence[str]], *, full: bool = False) -> ImportResult:
        return self.take_file(self.file(rows), full=full)

    def take_file(self, path: Path, *, full: bool = False, by: str = LI, list_id: str = LISTED) -> ImportResult:
        return import_file(self.registry.home, self.registry.engine, path, list_id, by=by, full=full, at=NOW)

    def confirm(self, batch: str) -> tuple[int, int, int]:
        with unit_of_work(self.registry.engine, at=NOW) as work:
            done = confirm(work, batch, by=WANG)
        return done.published, done.corrected, done.discarded

    def states(self) -> dict[str, int]:
        with reading(self.registry.engine) as connection:
            statement = select(entries.c.state, func.count().label("total")).group_by(entries.c.state)
            return {each.state: each.total for each in connection.execute(statement)}

    def end(self, number: int, act: str) -> None:
        with unit_of_work(self.registry.engine, at=NOW) as work:
            (entry,) = find_entries(
                work.connection, state=EntryState.PUBLISHED, subject_keys=company(number).lookup_keys
            )
            end = {"remove": remove, "repair": grant_repair}[act]
            end(work, str(entry["id"]), by=LI, confirmed_by=WANG, reason="已履行", document_no="虚财〔2026〕9号")

    def correct(self, number: int, changes: dict[str, str | date | None]) -> str:
        with unit_of_work(self.registry.engine, at=NOW) as work:
            (entry,) = find_entries(
                work.connection, state=EntryState.PUBLISHED, subject_keys=company(number).lookup_keys
            )
            stated = {"by": LI, "confirmed_by": WANG, "reason": "文书更正", "document_no": "虚更〔2026〕1号"}
            return correct(work, str(entry["id"]), changes, **stated)


def discard_all(office: Office) -> None:
    with unit_of_work(office.registry.engine, at=NOW) as work:
        for each in all_batches(work.connection):
            if each.drafted:
                discard(work, each.id, by=LI, reason="写法不同")
