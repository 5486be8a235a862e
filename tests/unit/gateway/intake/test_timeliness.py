"""Whether departments report in time is counted by the rule each of them is under, and the report names it."""

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from gateway.database.columns import Json
from gateway.database.unit_of_work import reading
from gateway.intake.batches import reports_between
from gateway.intake.imports import import_file
from gateway.intake.printing import page, workbook
from gateway.intake.quality import over
from gateway.intake.report import as_text
from tests.real_gateway import LI, RealGateway, company
from tests.unit.gateway.intake.sheets import LICENCE, PENALTY, write_csv
from tests.unit.gateway.registry.statute import adopt_shipped_law

MARKET, OTHER = "虚构市市场监督管理局", "虚构市生态环境局"
ARTICLE_9 = "《市场监督管理行政处罚信息公示规定》（国家市场监督管理总局令第45号）第九条"
GENERAL = "《关于进一步完善行政许可和行政处罚等信用信息公示工作的指导意见》（发改办财金〔2018〕424号）"
EIGHT_WORKING_DAYS_LATER = datetime(2026, 9, 11, 2, tzinfo=UTC)
"""After 2026-09-01."""


def penalty(number: int, authority: str, on: str) -> dict[str, str]:
    said = {"CF_XDR_SHXYM": company(number).code, "CF_WSH": f"虚罚〔2026〕{number}号", "CF_GSJZQ": ""}
    return {**PENALTY, **said, "CF_CFJG": authority, "CF_JDRQ": on}


def taken(registry: RealGateway, file: Path, *rows: dict[str, str], at: datetime) -> Mapping[str, Json]:
    done = import_file(registry.home, registry.engine, write_csv(file, rows), by=LI, at=at)
    assert done.rejected == 0, done.report["reasons"]
    return done.report


@pytest.fixture
def held(registry: RealGateway) -> RealGateway:
    adopt_shipped_law(registry)
    return registry


def test_each_department_is_counted_by_the_rule_it_is_under(held: RealGateway, tmp_path: Path) -> None:
    rows = [penalty(1, MARKET, "2026-09-01"), penalty(2, OTHER, "2026-09-01"), penalty(3, MARKET, "2026-08-03")]
    report = taken(held, tmp_path / "rows.csv", *rows, at=EIGHT_WORKING_DAYS_LATER)
    quality = report["quality"]
    assert isinstance(quality, dict)
    told = {each["authority"]: (each["timely"], each["late"]) for each in quality["departments"]}
    assert told == {MARKET: (1, 1), OTHER: (0, 1)}
    limits = [
        (each["period"], each["instrument"], each["basis"], each["working_days"], each["documents"])
        for each in quality["limits"]
    ]
    assert limits == [
        ("penalty-publication", "double-publicity-424-2018", GENERAL, 7, 1),
        ("penalty-publication-market", "market-penalty-publication-45", ARTICLE_9, 20, 2),
    ]


def test_the_article_is_named_wherever_the_report_is_read(held: RealGateway, tmp_path: Path) -> None:
    at = EIGHT_WORKING_DAYS_LATER
    rows = [penalty(1, MARKET, "2026-09-01"), penalty(2, OTHER, "2026-09-01")]
    report = taken(held, tmp_path / "rows.csv", *rows, at=at)
    said = (f"7个工作日内，{GENERAL}：1件", f"20个工作日内，{ARTICLE_9}：1件")
    cells = {str(cell) for row in load_workbook(io.BytesIO(workbook(report, as_of=at)))["概要"].values for cell in row}
    text, shown = as_text(report), page(report, as_of=at)
    for each in said:
        assert each in text
        assert each in shown
        assert each in cells
    taken(held, tmp_path / "more.csv", penalty(3, MARKET, "2026-09-02"), at=at)
    with reading(held.engine) as connection:
        counted = over(reports_between(connection, date(2026, 9, 1), date(2026, 9, 30)))
    shown = page({"from": "2026-09-01", "until": "2026-09-30", "batches": 2, "quality": counted}, as_of=at)
    assert f"20个工作日内，{ARTICLE_9}：2件" in shown


@pytest.mark.parametrize("on", ["2026-09-01", "2026-11-27"])
def test_a_permit_of_theirs_has_the_days_of_every_permit(held: RealGateway, tmp_path: Path, on: str) -> None:
    row = {**LICENCE, "XK_XKJG": MARKET, "XK_JDRQ": on, "XK_YXQZ": on}
    report = taken(held, tmp_path / "rows.csv", row, at=datetime(2026, 12, 20, 2, tzinfo=UTC))
    quality = report["quality"]
    assert isinstance(quality, dict)
    assert [(each["period"], each["documents"]) for each in quality["limits"]] == [("penalty-publication", 1)]
    assert (quality["total"]["late"], quality["total"]["unlimited"]) == (1, 0)
