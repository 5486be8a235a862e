"""Whole tables of departments on their way in: licences, stated removals, the same rows again, how good they are."""

import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from credit_sdk.catalogue.catalogue import CatalogueDocument
from credit_sdk.model.subject import Subject
from gateway.database.tables import batches, entries, ledger, licences, proposed_removals, subjects
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.intake.batches import ImportResult, report_of, reports_between
from gateway.intake.formats.known import FORMATS
from gateway.intake.imports import import_file
from gateway.intake.printing import page, workbook
from gateway.intake.quality import over
from gateway.intake.removals import open_proposals
from gateway.intake.templates import write_template
from gateway.ledger.verify import verify
from gateway.problems import ConflictError, IntakeError, InvalidActError, NotFoundError
from gateway.registry.determinations import confirm
from gateway.registry.licences import licences_of
from gateway.registry.lifecycle import remove
from gateway.registry.persons import RegistryKeys
from gateway.registry.records import records_of
from gateway.registry.subject_file import subject_file
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway, company, law
from tests.unit.gateway.intake.sheets import LICENCE, PENALTY, PERSON, PROCUREMENT, ROWS, write_csv, write_xlsx

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


@pytest.fixture
def office(registry: RealGateway, tmp_path: Path) -> Office:
    return Office(registry, tmp_path)


@pytest.fixture
def one_office(sqlite_registry: RealGateway, tmp_path: Path) -> Office:
    return Office(sqlite_registry, tmp_path)


def penalty(number: int, **changed: str) -> dict[str, str]:
    """A penalty of the company of that number."""
    return {**PENALTY, "CF_XDR_SHXYM": company(number).code, "CF_WSH": f"虚市监罚〔2026〕{number}号", **changed}


def quality_of(done: ImportResult) -> dict[str, object]:
    quality = done.report["quality"]
    assert isinstance(quality, dict)
    total = quality["total"]
    assert isinstance(total, dict)
    return total


def test_licences_are_registered_and_never_stand_on_a_list(office: Office) -> None:
    done = office.take([LICENCE, {**LICENCE, "XK_XKBH": "JY16301000000002"}])
    assert (done.accepted, done.rejected, done.report["drafted"]) == (2, 0, 2)
    assert office.count(entries) == 0
    with reading(office.registry.engine) as connection:
        found = licences_of(connection, Subject.parse(LICENCE["XK_XDR_SHXYM"]).lookup_keys)
        assert {each["certificate_no"] for each in found} == {"JY16301000000001", "JY16301000000002"}
        assert found[0]["valid_until"] == "2099-12-31"
        (one, _) = subject_file(connection, Subject.parse(LICENCE["XK_XDR_SHXYM"]), NOW.date()).licences
        assert (one.document_no, one.valid_until, one.authority) == (LICENCE["XK_WSH"], None, LICENCE["XK_XKJG"])
        acts = connection.scalars(select(ledger.c.act).order_by(ledger.c.seq)).all()
        assert acts[-1] == "licence:batch:register"
        verify(connection)


def test_a_corrected_licence_takes_the_place_of_the_old_which_is_kept(office: Office) -> None:
    office.take([LICENCE])
    again = office.take([LICENCE, LICENCE, {**LICENCE, "XK_XKBH": "JY2"}])
    assert (again.report["drafted"], again.report["unchanged"]) == (1, 2)
    done = office.take([{**LICENCE, "XK_ZT": "2"}, {**LICENCE, "XK_ZT": "1", "BZ": "x"}])
    assert (done.report["corrections"], done.rejected) == (1, 1)
    assert office.count(licences) == 3
    with reading(office.registry.engine) as connection:
        found = licences_of(connection, Subject.parse(LICENCE["XK_XDR_SHXYM"]).lookup_keys)
    assert {(each["certificate_no"], each["status"]) for each in found} == {
        ("JY16301000000001", "无效"),
        ("JY2", "有效"),
    }


def test_a_licence_of_a_person_keeps_no_number(office: Office) -> None:
    row = {**LICENCE, "XK_XDR_LB": "自然人", "XK_XDR_SHXYM": "", "XK_XDR_ZJHM": PERSON, "XK_XDR_MC": "虚构某"}
    assert office.take([row]).accepted == 1
    key = RegistryKeys.load(office.registry.home).key_of(Subject.parse(PERSON))
    with reading(office.registry.engine) as connection:
        assert len(licences_of(connection, [key])) == 1
        stored = [connection.execute(select(each)).all() for each in (subjects, licences, batches, ledger)]
    assert PERSON not in repr(stored)


def test_licences_go_to_no_list_and_lists_to_no_other(one_office: Office) -> None:
    with pytest.raises(IntakeError, match="never stand on a list"):
        one_office.take([LICENCE], LISTED)
    with pytest.raises(InvalidActError, match="whole of all licences"):
        one_office.take([LICENCE], full=True)
    with pytest.raises(IntakeError, match="not to procurement-serious"):
        one_office.take([penalty(1)], LISTED)
    with pytest.raises(InvalidActError, match="list must be named"):
        one_office.take([{"统一社会信用代码": "1", "认定部门": "", "文书号": "", "认定日期": ""}])
    with pytest.raises(NotFoundError):
        one_office.take([penalty(1)], "no-such-list")
    assert one_office.count(batches) == 0


def test_a_penalty_of_a_person_is_listed_and_never_published(office: Office) -> None:
    person = penalty(1, CF_XDR_LB="自然人", CF_XDR_SHXYM="", CF_XDR_ZJHM=PERSON)
    done = office.take([penalty(2), person])
    office.confirm(done.batch)
    key = RegistryKeys.load(office.registry.home).key_of(Subject.parse(PERSON))
    with reading(office.registry.engine) as connection:
        assert records_of(connection, [key]) == {}
        assert records_of(connection, [company(2).key])
        stored = [connection.execute(select(each)).all() for each in (subjects, entries, batches, ledger)]
    assert PERSON not in repr(stored)


def test_the_same_rows_in_another_order_and_another_kind_of_file_change_nothing(office: Office) -> None:
    rows = [penalty(each, CF_YXQ="2027年2月3日", BZ="附注") for each in range(20)]
    office.confirm(office.take(rows).batch)
    before = office.count(entries)
    for path in (
        write_csv(office.path(".csv"), list(reversed(rows))),
        write_csv(office.path(".csv"), rows, encoding="gbk"),
        write_xlsx(office.path(".xlsx"), [{**each, "CF_YXQ": "2027/2/3"} for each in rows]),
    ):
        done = office.take_file(path)
        assert (done.report["unchanged"], done.report["drafted"], done.rejected) == (20, 0, 0)
    chinese = {column.code: column.title for column in FORMATS["penalty-2018"].columns}
    done = office.take([{chinese[code]: cell for code, cell in each.items()} for each in rows])
    assert (done.report["unchanged"], done.report["drafted"]) == (20, 0)
    assert office.count(entries) == before


def test_a_stated_removal_waits_for_its_own_document(office: Office) -> None:
    listed = [{**ABNORMAL, "统一社会信用代码": company(each).code} for each in (1, 2)]
    removed = [{**each, "移出日期": "2026-02-27", "移出原因": "补报年报", "移出机关": "虚构市局"} for each in listed]
    first = office.take(listed)
    waiting = office.take(removed[:1])
    assert "removal.waiting" in str(waiting.report["reasons"])
    office.confirm(first.batch)
    done = office.take([*removed, {**removed[0], "统一社会信用代码": company(3).code}])
    assert (done.report["proposed_removals"], done.report["unchanged"], done.rejected) == (2, 1, 0)
    with reading(office.registry.engine) as connection:
        proposals = open_proposals(connection)
        assert [(each["removed_on"], each["reason"]) for each in proposals] == [("2026-02-27", "补报年报")] * 2
        assert records_of(connection, [company(1).key])
    again = office.take([*reversed(removed)])
    assert again.report["proposed_removals"] == 2
    with unit_of_work(office.registry.engine, at=MONDAY) as work:
        assert len(open_proposals(work.connection)) == 2
        entry = str(proposals[0]["entry"])
        remove(work, entry, by=LI, confirmed_by=WANG, reason="补报年报", document_no="虚移出1号")
        assert entry not in {each["entry"] for each in open_proposals(work.connection)}
    assert office.count(proposed_removals) == 4


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


@pytest.mark.parametrize("name", ["plain", *FORMATS])
def test_a_template_that_was_filled_in_is_recognised_and_taken(one_office: Office, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.xlsx"
    format = write_template(name, path)
    with pytest.raises(ConflictError, match="not overwritten"):
        write_template(name, path)
    book = load_workbook(path)
    sheet, explained = book.worksheets
    plain = {"subject_code": company(1).code, "authority": "甲", "document_no": "1号", "determined_on": "2026-01-05"}
    row = {**ROWS.get(name, plain), **({"severity": "严重"} if name == "plain" else {})}
    for place, column in enumerate(format.columns, start=1):
        sheet.cell(2, place, row.get(column.code, ""))
    assert sheet.freeze_panes == "A2"
    drop_downs = {str(each.formula1) for each in sheet.data_validations.dataValidation}
    assert all(len(each) <= 255 for each in drop_downs)
    assert bool(drop_downs) == any(column.words for column in format.columns)
    told = {str(cell.value) for line in explained.iter_rows() for cell in line}
    assert {column.code for column in format.columns} <= told
    assert {rule.sentence for rule in format.across} <= told
    book.save(path)
    book.close()
    goes_to = {"plain": LISTED}.get(name, format.list_id or "licences")
    if goes_to not in {"licences", LISTED, "administrative-penalty", "abnormal-operation", "judgment-defaulter"}:
        with pytest.raises(NotFoundError, match=goes_to):
            one_office.take_file(path)
        return
    done = one_office.take_file(path, LISTED if name == "plain" else "")
    assert (done.accepted, done.rejected, done.report["doubts"]) == (1, 0, [])
    assert done.report["format"] == name


def test_progress_is_told_from_nothing_to_all(one_office: Office) -> None:
    told: list[float] = []
    path = write_csv(one_office.path(".csv"), [penalty(each) for each in range(2_500)])
    import_file(one_office.registry.home, one_office.registry.engine, path, by=LI, at=MONDAY, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 4
    assert 0 <= told[0] < 1
