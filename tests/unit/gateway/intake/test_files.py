"""A file is read whole, whatever its encoding, or refused whole."""

import contextlib
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from gateway.intake import files
from gateway.intake.files import SourceFile
from gateway.problems import IntakeError

TEXT = '统一社会信用代码,名称\r\n916301007105500078,虚构公司甲\r\n\r\n91632900MA7550001L,"虚构,公司乙"\r\n'
CELLS = [
    ("统一社会信用代码", "名称"),
    ("916301007105500078", "虚构公司甲"),
    (),
    ("91632900MA7550001L", "虚构,公司乙"),
]


def cells(path: Path) -> list[tuple[str, ...]]:
    return [row.cells for row in SourceFile.inspect(path).rows()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "名单.csv"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_reads_text_in_every_usual_encoding(file: Path, encoding: str) -> None:
    file.write_bytes(TEXT.encode(encoding))
    assert cells(file) == CELLS


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_reads_other_delimiters(file: Path, delimiter: str) -> None:
    file.write_text(f"统一社会信用代码{delimiter}名称\n1{delimiter}2,3\n", encoding="utf-8")
    assert cells(file) == [("统一社会信用代码", "名称"), ("1", "2,3")]


def test_numbers_rows_as_a_spreadsheet_does(file: Path) -> None:
    file.write_text(TEXT, encoding="utf-8")
    assert [row.number for row in SourceFile.inspect(file).rows() if not row.is_blank] == [1, 2, 4]


def test_the_last_line_needs_no_end(file: Path) -> None:
    file.write_text("a,b\n1,2", encoding="utf-8")
    assert cells(file) == [("a", "b"), ("1", "2")]


@pytest.mark.parametrize("cut_bytes", range(1, 40))
def test_a_cut_text_is_refused_or_what_is_left_is_whole_rows(file: Path, cut_bytes: int) -> None:
    whole = TEXT.encode()
    file.write_bytes(whole[:-cut_bytes])
    found: list[tuple[str, ...]] = []
    with contextlib.suppress(IntakeError):
        found = cells(file)
    assert all(len(each) in {0, 2} for each in found)


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_refuses_a_text_cut_within_a_row(file: Path, encoding: str) -> None:
    file.write_bytes(TEXT.encode(encoding)[:-27])
    with pytest.raises(IntakeError, match="cut off"):
        cells(file)


@pytest.mark.parametrize("content", [b'a,b\n1,"2\n3,4\n', b"a,b\n1,\xff\xff\xff\n", b"", b"\xd0\xcf\x11\xe0old"])
def test_refuses_what_cannot_be_read(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(IntakeError):
        cells(file)


def test_refuses_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(IntakeError):
        SourceFile.inspect(tmp_path / "nothing.csv")
    with pytest.raises(IntakeError):
        SourceFile.inspect(tmp_path)


def test_refuses_too_large_a_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    with pytest.raises(IntakeError, match="at most 10"):
        SourceFile.inspect(file)
    monkeypatch.setattr(files, "MAX_BYTES", 10_000)
    monkeypatch.setattr(files, "MAX_ROWS", 1)
    with pytest.raises(IntakeError, match="more than 1 rows"):
        cells(file)


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["统一社会信用代码", "认定日期", "金额", "是否", "空"])
    sheet.append(["916301007105500078", date(2026, 1, 5), 2000000, True, None])
    sheet.append([916301007105500078, datetime(2026, 1, 5, 8, 30), 0.5, False, "  x "])  # noqa: DTZ001 - a cell has no zone
    sheet.append([None, None, None])
    sheet.append([630000000000017, 46027, 3.0])
    path = tmp_path / "名单.xlsx"
    book.save(path)
    return path


def test_reads_a_spreadsheet(workbook: Path) -> None:
    found = cells(workbook)
    assert found[1] == ("916301007105500078", "2026-01-05", "2000000", "是")
    assert found[2] == ("9.1630100711E+17", "2026-01-05T08:30:00", "0.5", "否", "x")
    assert found[3] == ()
    assert found[4] == ("630000000000017", "46027", "3")


@pytest.mark.parametrize("left_percent", [10, 50, 90, 99])
def test_refuses_a_cut_spreadsheet(workbook: Path, left_percent: int) -> None:
    whole = workbook.read_bytes()
    workbook.write_bytes(whole[: len(whole) * left_percent // 100])
    with pytest.raises(IntakeError, match="cut off"):
        cells(workbook)


def test_refuses_a_damaged_spreadsheet(workbook: Path) -> None:
    whole = bytearray(workbook.read_bytes())
    with zipfile.ZipFile(workbook) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 80
    whole[start : start + 40] = bytes(40)
    workbook.write_bytes(whole)
    with pytest.raises(IntakeError, match="damaged"):
        cells(workbook)


def test_refuses_an_archive_that_is_no_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(IntakeError):
        cells(path)


def test_refuses_an_archive_that_unpacks_to_too_much(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_MAX_UNPACKED_BYTES", 100)
    with pytest.raises(IntakeError, match="unpacks"):
        cells(workbook)
