"""A quality report for people (质量报告): a page to print, without any outer asset or script, and a workbook."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.cell.cell import Cell as AnyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from gateway.database.columns import Json
from gateway.intake.report import spreadsheet_safe
from gateway.intake.tables import METHOD, Cell, printed_instant, tables

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)
_WIDTH = 22
_SHEET_TITLE_CHARACTERS = 31


def heading(report: Mapping[str, Json]) -> str:
    """What stands above a report."""
    if "batch" in report:
        return f"数据质量报告 批次{report['batch']} / Quality report"
    return f"数据质量报告 {report['from']}至{report['until']} / Quality report"


def page(report: Mapping[str, Json], *, as_of: datetime) -> str:
    """The report as a page.

    Args:
        report: Of a batch or a period.
        as_of: Until when its data go.
    """
    return _PAGES.get_template("quality.html").render(
        heading=heading(report), as_of=printed_instant(as_of), tables=tables(report), method=METHOD
    )


def workbook(report: Mapping[str, Json], *, as_of: datetime) -> bytes:
    """The report as XLSX, one sheet a table; what a spreadsheet would compute is neutralised."""
    book = Workbook(write_only=True)
    for number, table in enumerate(tables(report)):
        title = table.title.partition(" / ")[0].replace("/", "、")[:_SHEET_TITLE_CHARACTERS]
        sheet = book.create_sheet(title)
        for column in range(1, len(table.titles) + 1):
            sheet.column_dimensions[get_column_letter(column)].width = _WIDTH
        if number == 0:
            sheet.append(_cells(sheet, (heading(report),), is_bold=True))
            sheet.append(_cells(sheet, (f"数据截至 / as of {printed_instant(as_of)}",)))
        sheet.append(_cells(sheet, table.titles, is_bold=True))
        for row in table.rows:
            sheet.append(_cells(sheet, row))
    sheet = book.create_sheet("计算口径")
    for line in METHOD:
        sheet.append(_cells(sheet, (line,)))
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def _cells(sheet: WriteOnlyWorksheet, row: Sequence[Cell], *, is_bold: bool = False) -> list[AnyCell]:
    cells = []
    for value in row:
        shown = spreadsheet_safe(ILLEGAL_CHARACTERS_RE.sub("", value)) if isinstance(value, str) else value
        cell: AnyCell = WriteOnlyCell(sheet, value=shown)
        cell.font = Font(bold=is_bold)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cells.append(cell)
    return cells
