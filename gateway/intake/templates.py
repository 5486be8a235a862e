"""XLSX templates (填报模板): one sheet to fill in, with drop-downs, and one that explains every column and rule."""

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from gateway.intake.columns import COLUMNS, REQUIRED, TITLES
from gateway.intake.formats.format import Column, Format, Holds, Need, Takes
from gateway.intake.formats.known import PLAIN, named
from gateway.problems import ConflictError

_LAST_ROW = 1_048_576
_WIDTH = 24
_MAX_LIST_CHARACTERS = 255
"""A drop-down that is written out holds no more; a longer one is left to the explanations."""
_DAYS = frozenset({"determined_on", "term_from", "term_until", "notice_given_on"})
_TEXT = "@"


def write_template(name: str, path: Path) -> Format:
    """Write the template of a format to a new file.

    Args:
        name: The format, or ``plain``.
        path: Where; must not exist.

    Raises:
        NotFoundError: There is no such format.
        ConflictError: Something is there already.
    """
    format = named(name) or own_columns()
    book = Workbook()
    book.remove(book.worksheets[0])
    _fill_in(book.create_sheet("数据"), format)
    _explain(book.create_sheet("填写说明"), format)
    try:
        with path.open("xb") as file:
            book.save(file)
    except FileExistsError:
        raise ConflictError(
            f"{path}已存在，不覆盖 / {path} is there already and is not overwritten.",
            hint="请另写一个文件名 / Name another file.",
        ) from None
    return format


def own_columns() -> Format:
    """Our own columns, in the form of a format."""
    columns = tuple(
        Column(
            name,
            title,
            name,
            Need.REQUIRED if name in REQUIRED else Need.OPTIONAL,
            Holds.DAY if name in _DAYS else Holds.TEXT,
            words=("轻微", "一般", "严重") if name == "severity" else (),
            also=tuple(header for header, column in COLUMNS.items() if column == name),
        )
        for name, title in TITLES.items()
    )
    return Format(PLAIN, "通用名单", "本网关", Takes.ENTRIES, "", columns)


def _fill_in(sheet: Worksheet, format: Format) -> None:
    for place, column in enumerate(format.columns, start=1):
        letter = get_column_letter(place)
        title = column.title if column.need is Need.OPTIONAL else f"{column.title}（{column.need}）"
        cell = sheet.cell(1, place, title)
        cell.font = Font(bold=column.need is not Need.OPTIONAL)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[letter].width = _WIDTH
        # As text: a spreadsheet keeps 15 digits of a number, and rewrites days and document numbers as it likes.
        sheet.column_dimensions[letter].number_format = _TEXT
        choices = f'"{",".join(column.words)}"'
        if column.words and len(choices) <= _MAX_LIST_CHARACTERS:
            drop_down = DataValidation("list", formula1=choices, allow_blank=True, errorStyle="warning")
            drop_down.error = "不是标准用语；几项并列的用分号隔开，可以仍然填写"
            drop_down.add(f"{letter}2:{letter}{_LAST_ROW}")
            sheet.add_data_validation(drop_down)
    sheet.freeze_panes = "A2"


def _explain(sheet: Worksheet, format: Format) -> None:
    sheet.append([f"{format.title}（{format.id}）", f"依据：{format.source}"])
    goes_to = (
        "行政许可记录，不列入任何名单" if format.takes is Takes.LICENCES else format.list_id or "导入时以 --list 指明"
    )
    sheet.append(["去向", goes_to])
    sheet.append([])
    titles = ["列名", "代码", "是否必填", "内容", "最长（字）", "可填内容", "也可写作", "说明"]
    sheet.append(titles)
    for column in format.columns:
        sheet.append(
            [
                column.title,
                column.code,
                str(column.need),
                str(column.holds),
                column.max_characters or "",
                "、".join(column.words),
                "、".join(column.also),
                column.remark,
            ]
        )
    sheet.append([])
    sheet.append(["规则", "代码", "不符合时"])
    for rule in format.across:
        sheet.append([rule.sentence, rule.code, str(rule.weight)])
    sheet.append([])
    for line in (
        "必填：空着的行退回。应填：标准要求填写，空着的行照收，计为不合规。",
        "日期写作2026-01-05、2026/1/5、20260105或2026年1月5日；长期写2099-12-31或“长期”。没有内容的留空。",
        "号码列已设为文本：不要改为数值，否则末几位会丢失。统一社会信用代码为18位；15位注册号照收，但请补报统一社会信用代码。",
        "不在表中的列照收，作为附加内容保存，不公布。",
    ):
        sheet.append([line])
    for place in range(1, len(titles) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTH
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in (*sheet[1], *sheet[4]):
        cell.font = Font(bold=True)
