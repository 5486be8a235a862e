"""How good the tables of departments are is counted by department and list, and shown as page and workbook."""

import io
from datetime import UTC, date, datetime

from openpyxl import load_workbook

from gateway.database.unit_of_work import reading
from gateway.intake.batches import report_of, reports_between
from gateway.intake.printing import page, workbook
from gateway.intake.quality import over
from tests.real_gateway import NOW
from tests.unit.gateway.intake.sheets import LICENCE, PROCUREMENT
from tests.unit.gateway.intake.table_office import Office, penalty, quality_of


def test_quality_is_counted_by_department(one_office: Office) -> None:
    done = one_office.take(
        [
            penalty(1, CF_JDRQ="2026-02-13", CF_CFJG="甲局"),
            penalty(2, CF_JDRQ="2026-02-12", CF_CFJG="甲局"),
            penalty(3, CF_JDRQ="2018-04-01", CF_GSJZQ="", CF_CFJG="甲局"),
            penalty(4, CF_NR="", CF_SJLY="/", CF_CFJG="乙局"),
            penalty(5, CF_NR_FK="", CF_CFJG="乙局"),
        ]
    )
    quality = done.report["quality"]
    assert isinstance(quality, dict)
    assert (quality["limit"]["working_days"], quality["limit"]["title"]) == (7, "行政许可、行政处罚信息公示期限")
    told = {each["authority"]: each for each in quality["departments"]}
    assert told.keys() == {"甲局", "乙局"}
    # 2026-02-13 and seven working days are 2026-03-02: the day of the import.
    assert {name: told["甲局"][name] for name in ("rows", "timely", "late", "unlimited")} == {
        "rows": 3,
        "timely": 1,
        "late": 1,
        "unlimited": 1,
    }
    assert (told["甲局"]["compliance_percent"], told["甲局"]["timeliness_percent"]) == (100.0, 50.0)
    assert {name: told["乙局"][name] for name in ("rows", "refused", "doubted", "empty", "compliance_percent")} == {
        "rows": 2,
        "refused": 1,
        "doubted": 1,
        "empty": 2,
        "compliance_percent": 0.0,
    }


def test_a_year_without_calendar_and_a_list_without_limit_are_said(one_office: Office) -> None:
    late = datetime(2031, 1, 20, 2, 0, tzinfo=UTC)
    done = one_office.take([penalty(1, CF_JDRQ="2031-01-02", CF_GSJZQ="")], at=late)
    total = quality_of(done)
    assert (total["unknown"], total["timely"], total["late"], total["timeliness_percent"]) == (1, 0, 0, None)
    assert "2031" in page(done.report, as_of=datetime(2031, 1, 20, tzinfo=UTC))
    other = one_office.take([PROCUREMENT])
    assert quality_of(other)["unlimited"] == 1
    assert "未设法定期限" in page(other.report, as_of=NOW)


def test_rows_known_already_are_not_late_a_second_time(one_office: Office) -> None:
    one_office.confirm(one_office.take([penalty(1)]).batch)
    later = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
    done = one_office.take([penalty(1), penalty(2, CF_JDRQ="2026-08-31")], at=later)
    total = quality_of(done)
    assert (total["rows"], total["timely"], total["late"]) == (2, 1, 0)


def test_a_row_set_aside_for_the_registry_s_sake_is_compliant(one_office: Office) -> None:
    one_office.take([penalty(1)])
    total = quality_of(one_office.take([penalty(1, CF_NR="罚款三万元")]))
    assert (total["rows"], total["refused"], total["compliance_percent"]) == (1, 0, 100.0)


def test_what_a_whole_file_lacks_counts_as_missing_of_its_department(one_office: Office) -> None:
    one_office.confirm(one_office.take([penalty(1), penalty(2, CF_CFJG="甲局")]).batch)
    done = one_office.take([penalty(1)], full=True)
    quality = done.report["quality"]
    assert isinstance(quality, dict)
    assert {each["authority"]: each["missing"] for each in quality["departments"]} == {
        "甲局": 1,
        "虚构市市场监督管理局": 0,
    }


def test_a_period_sums_its_batches_by_department_and_list(office: Office) -> None:
    office.take([penalty(1), penalty(2)])
    office.take([penalty(3, CF_NR="")])
    office.take([LICENCE])
    office.take([penalty(4)], at=datetime(2026, 3, 2, 16, 0, tzinfo=UTC))
    with reading(office.registry.engine) as connection:
        # Midnight in China: the last batch is of the next day.
        summed = over(reports_between(connection, date(2026, 3, 2), date(2026, 3, 2)))
    assert summed["batches"] == 3
    departments = summed["departments"]
    assert isinstance(departments, list)
    assert {(each["list"], each["rows"], each["doubted"]) for each in departments} == {
        ("administrative-penalty", 3, 1),
        ("licences", 1, 0),
    }


def test_the_page_and_the_workbook_run_nothing_that_a_file_says(one_office: Office) -> None:
    evil = "=HYPERLINK(1)<script>alert(1)</script>"
    done = one_office.take([penalty(1, CF_CFJG=evil), penalty(2, CF_CFJG="@SUM(1)\x07")])
    with reading(one_office.registry.engine) as connection:
        report = report_of(connection, done.batch)
    shown = page(report, as_of=NOW)
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
    assert "http" not in shown
    assert shown.index("合规率") < shown.index("compliance")
    assert "数据截至" in shown
    book = load_workbook(io.BytesIO(workbook(report, as_of=NOW)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any(evil in str(cell.value) for cell in cells)
    assert not [cell for cell in cells if cell.data_type == "f" or str(cell.value).startswith(("=", "@", "+"))]


def test_the_page_speaks_of_time_in_china_and_of_rows_that_are_not_alike(one_office: Office) -> None:
    done = one_office.take([penalty(1, CF_XDR_SHXYM="9.16301E+17"), penalty(2, CF_XDR_SHXYM="630100000000001")])
    assert done.report["imported_at"] == "2026-03-02T02:00:00.000000Z"
    shown = page(done.report, as_of=NOW)
    assert "2026-03-02 09:00（北京时间）" in shown
    assert "2026-03-02 10:00（北京时间）" in shown
    assert shown.count("其余各行不尽相同") == 1
    alike = one_office.take([penalty(1, CF_XDR_SHXYM="9.16301E+17"), penalty(2, CF_XDR_SHXYM="9.16302E+17")])
    assert "不尽相同" not in page(alike.report, as_of=NOW)
