"""A department's system fetches the quality report of its batch, in the form it asks for."""

import io
import json
from http import HTTPStatus
from pathlib import Path

import pytest
from openpyxl import load_workbook

from gateway.accounts import DRAFTING
from gateway.intake.imports import import_file
from tests.real_gateway import LI, LISTED, NOW, RealGateway, company

SYSTEM = "虚构市财政局系统"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def batch(real: RealGateway, tmp_path: Path) -> str:
    file = tmp_path / "rows.csv"
    row = f"{company(1).code},<b>虚构</b>市财政局,1号,2026-01-05"
    file.write_text(
        f"统一社会信用代码,认定部门,文书号,认定日期\n{row}\n无,虚构市财政局,2号,2026-01-05\n", encoding="utf-8"
    )
    return import_file(real.home, real.engine, file, LISTED, by=LI, at=NOW, channel=SYSTEM).batch


def test_the_report_comes_as_json_page_and_workbook(real: RealGateway, batch: str) -> None:
    path = f"/v1/batches/{batch}/report"
    with real.asked(key=real.client(SYSTEM, [DRAFTING])) as asking:
        for wanted in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
            answer = asking.get(path, headers=wanted)
            assert answer.status_code == HTTPStatus.OK
            found = json.loads(answer.data)
            assert (found["accepted"], found["rejected"]) == (1, 1)
            assert found["quality"]["total"]["compliance_percent"] == 50.0
        shown = asking.get(path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        assert shown.mimetype == "text/html"
        assert "&lt;b&gt;虚构&lt;/b&gt;市财政局" in shown.text
        assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
        assert (shown.headers["Vary"], shown.headers["Cache-Control"]) == ("Accept", "no-store")
        book = load_workbook(io.BytesIO(asking.get(path, headers={"Accept": XLSX}).data))
        assert book.sheetnames[0] == "概要"


def test_another_form_is_refused_and_an_unknown_batch_not_found(real: RealGateway, batch: str) -> None:
    with real.asked(key=real.client(SYSTEM, [DRAFTING])) as asking:
        refused = asking.get(f"/v1/batches/{batch}/report", headers={"Accept": "image/png"})
        assert (refused.status_code, json.loads(refused.data)["code"]) == (HTTPStatus.NOT_ACCEPTABLE, "http.406")
        missing = asking.get("/v1/batches/nothing/report")
        assert (missing.status_code, json.loads(missing.data)["code"]) == (HTTPStatus.NOT_FOUND, "not-found")


def test_a_key_that_only_asks_reads_no_batch(real: RealGateway, batch: str) -> None:
    with real.asked() as asking:
        assert asking.get(f"/v1/batches/{batch}/report").status_code == HTTPStatus.FORBIDDEN


def test_a_system_reads_what_was_wrong_in_its_own_rows_alone(real: RealGateway, batch: str) -> None:
    with real.asked(key=real.client("虚构市税务局系统", [DRAFTING, "*"])) as asking:
        missing = asking.get(f"/v1/batches/{batch}/report")
    assert (missing.status_code, json.loads(missing.data)["code"]) == (HTTPStatus.NOT_FOUND, "not-found")
