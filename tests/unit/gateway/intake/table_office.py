"""One who imports whole tables of departments: what tests of tables, licences and quality are told with."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from credit_sdk.catalogue.catalogue import CatalogueDocument
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.intake.batches import ImportResult
from gateway.intake.imports import import_file
from gateway.registry.determinations import confirm
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway, company, law
from tests.unit.gateway.intake.sheets import PENALTY, write_csv

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ABNORMAL = {
    "企业名称": "虚构公司",
    "统一社会信用代码": "916301007105500078",
    "列入日期": "2026-01-05",
    "列入原因": "未按期公示年报",
    "列入机关": "虚构市市场监督管理局",
    "移出日期": "",
    "移出原因": "",
    "移出机关": "",
}


def wider_law() -> bytes:
    """The law of the tests, with penalties, the directory of abnormal operations and the time limit of 双公示."""
    document = json.loads(law("2026-04"))
    pattern = next(each for each in document["lists"] if each["id"] == LISTED)
    for id, title, kind in (
        ("administrative-penalty", "行政处罚", "by-entry"),
        ("abnormal-operation", "经营异常名录", "abnormal"),
    ):
        version = {**pattern["versions"][0], "title": title, "list_class": kind}
        document["lists"].append({"id": id, "versions": [version]})
    document["lists"].sort(key=lambda each: str(each["id"]))
    document["periods"] = [
        {
            "id": "penalty-publication",
            "versions": [
                {
                    "from_on": "2018-04-02",
                    "source": "fictional",
                    "title": "行政许可、行政处罚信息公示期限",
                    "title_en": "Time to Publish",
                    "purpose": "handling",
                    "act": "double-publicity",
                    "unit": "working-days",
                    "maximum": 7,
                    "counts_from": "document",
                    "basis": [{"instrument": "procurement-law"}],
                }
            ],
        }
    ]
    return CatalogueDocument.model_validate(document).to_bytes()


class Office:
    """One who imports tables into a registry under the wider law."""

    def __init__(self, registry: RealGateway, folder: Path) -> None:
        self.registry = registry
        self.folder = folder
        self.files = 0
        registry.publisher.adopt_catalogue(wider_law(), LI, WANG, NOW + timedelta(seconds=1))

    def path(self, suffix: str) -> Path:
        self.files += 1
        return self.folder / f"file-{self.files}{suffix}"

    def take(
        self, rows: Sequence[Mapping[str, str]], list_id: str = "", *, full: bool = False, at: datetime = MONDAY
    ) -> ImportResult:
        return self.take_file(write_csv(self.path(".csv"), rows), list_id, full=full, at=at)

    def take_file(self, path: Path, list_id: str = "", *, full: bool = False, at: datetime = MONDAY) -> ImportResult:
        return import_file(self.registry.home, self.registry.engine, path, list_id, by=LI, full=full, at=at)

    def confirm(self, batch: str) -> None:
        with unit_of_work(self.registry.engine, at=MONDAY) as work:
            confirm(work, batch, by=WANG)

    def count(self, table: object) -> int:
        with reading(self.registry.engine) as connection:
            return connection.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


def penalty(number: int, **changed: str) -> dict[str, str]:
    """A penalty of the company of that number."""
    return {**PENALTY, "CF_XDR_SHXYM": company(number).code, "CF_WSH": f"虚市监罚〔2026〕{number}号", **changed}


def quality_of(done: ImportResult) -> dict[str, object]:
    quality = done.report["quality"]
    assert isinstance(quality, dict)
    total = quality["total"]
    assert isinstance(total, dict)
    return total
