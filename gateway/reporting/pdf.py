"""A report as PDF, with its font in the file, page numbers, and number and code at the foot of every page."""

import io
from collections.abc import Iterator, Sequence
from functools import partial
from threading import Lock
from xml.sax.saxutils import escape

import segno
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from gateway.reporting.fonts import font_with
from gateway.reporting.printed import Printed, PrintedItem, PrintedSection, printed
from gateway.reporting.report_file import SignedReport

_FONT = "credit-report"
_ONE_AT_A_TIME = Lock()
"""The PDF library knows fonts by name for the whole process; each report has its own under this one name."""

_INK, _QUIET, _LINE, _ACCENT, _TINT = map(HexColor, ("#1b1f24", "#57606a", "#c9d1d9", "#0b4f8a", "#f3f6fa"))
_MARGIN = 18 * mm
_PADDING = 6
"""What the library leaves free inside a frame, in points."""
_WIDTH = A4[0] - 2 * (_MARGIN + _PADDING)
_LABEL = 32 * mm
_FIXED = (
    "统一社会信用代码报告编号生成时间出具单位数据截至第号发布验证码报告摘要"
    "信息概要类别数量报告说明第页共页，。、　【】〔〕" + "".join(map(chr, range(32, 127)))
)


def pdf(made: SignedReport) -> bytes:
    """The report as PDF, without a seal; the same report gives the same pages."""
    report = printed(made)
    with _ONE_AT_A_TIME:
        _use(font_with(report.characters + _FIXED))
        # Twice: how many pages there are is known only when they have been laid out.
        _, pages = _laid_out(report, 0)
        written, _ = _laid_out(report, pages)
    return written


class _ReportFont(TTFont):
    """The font of the report that is being made."""

    def renew(self, data: bytes) -> None:
        """Hold other characters from now on."""
        TTFont.__init__(self, _FONT, io.BytesIO(data))


def _use(data: bytes) -> None:
    if _FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(_ReportFont(_FONT, io.BytesIO(data)))
        return
    # A name that is registered keeps its font, so that font is given the characters of this report.
    font = pdfmetrics.getFont(_FONT)
    if isinstance(font, _ReportFont):
        font.renew(data)


def _laid_out(report: Printed, pages: int) -> tuple[bytes, int]:
    written = io.BytesIO()
    document = SimpleDocTemplate(
        written,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=18 * mm,
        bottomMargin=20 * mm,
        title=f"{report.title} {report.number}",
        author=report.issuer,
        subject=report.code_text,
        lang="zh-CN",
        invariant=1,
        initialFontName=_FONT,
    )
    foot = partial(_foot, report, pages)
    document.build(list(_story(report)), onFirstPage=foot, onLaterPages=foot)
    return written.getvalue(), document.page


def _style(size: float, *, colour: Color = _INK, before: float = 0, after: float = 0) -> ParagraphStyle:
    return ParagraphStyle(
        f"{_FONT}-{size}",
        fontName=_FONT,
        fontSize=size,
        leading=size * 1.6,
        textColor=colour,
        wordWrap="CJK",
        spaceBefore=before,
        spaceAfter=after,
    )


_KIND = _style(12, colour=_ACCENT, after=2)
_NAME = _style(20, after=4)
_CHIP = _style(10, colour=_ACCENT)
_TEXT = _style(9.5)
_SMALL = _style(6.8)
_HEADING = _style(12, colour=_ACCENT, before=10, after=4)
_TITLE = _style(10)
_REMARK = _style(9, colour=_QUIET)
_LABELS = _style(9, colour=_QUIET)


def _story(report: Printed) -> Iterator[Flowable]:
    yield Paragraph(escape(report.title), _KIND)
    yield Paragraph(escape(report.name), _NAME)
    if report.labels:
        yield Paragraph("　".join(f"【{escape(each)}】" for each in report.labels), _CHIP)
    yield Spacer(1, 3 * mm)
    yield _cover(report)
    yield Paragraph("信息概要", _HEADING)
    yield _summary(report)
    for section in report.sections[:-1]:
        yield from _section(section)
    yield from _headed(report.advice_heading, [Paragraph(escape(each), _TEXT) for each in report.advice])
    yield from _section(report.sections[-1])
    numbered = [f"{number}. {escape(sentence)}" for number, sentence in enumerate(report.statement, 1)]
    yield from _headed("报告说明", [Paragraph(each, _REMARK) for each in numbered])


def _cover(report: Printed) -> Table:
    lines = (
        ("统一社会信用代码", report.code, _TEXT),
        ("报告编号", report.number, _TEXT),
        ("生成时间", report.issued, _TEXT),
        ("出具单位", report.issuer, _TEXT),
        ("数据截至", f"{report.data_as_of}，第 {report.serial} 号发布", _TEXT),
        ("验证码", report.verification, _TEXT),
        ("报告摘要", f"SHA-256 {report.digest}", _SMALL),
    )
    rows = [[Paragraph(label, _LABELS), Paragraph(escape(text), style)] for label, text, style in lines]
    code = 34 * mm
    facts = Table(rows, colWidths=[_LABEL, _WIDTH - _LABEL - code], style=_tight())
    return Table(
        [[facts, _QrCode(report.code_text, code)]],
        colWidths=[_WIDTH - code, code],
        style=TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                ("LINEBELOW", (0, 0), (-1, -1), 1.2, _ACCENT),
            ]
        ),
    )


def _summary(report: Printed) -> Table:
    rows = [[Paragraph("类别", _LABELS), Paragraph("数量", _LABELS)]]
    rows += [[Paragraph(escape(title), _TEXT), Paragraph(escape(count), _TEXT)] for title, count in report.counts]
    return Table(
        rows,
        colWidths=[_WIDTH * 0.68, _WIDTH * 0.32],
        style=TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.5, _LINE),
                ("BACKGROUND", (0, 0), (-1, 0), _TINT),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        ),
    )


def _section(section: PrintedSection) -> Iterator[Flowable]:
    parts: list[Flowable] = [_item(each) for each in section.items]
    parts += [Paragraph(escape(each), _REMARK) for each in section.remarks]
    yield from _headed(section.heading, parts)


def _headed(heading: str, parts: Sequence[Flowable]) -> Iterator[Flowable]:
    """A heading never stands alone at the foot of a page."""
    yield KeepTogether([Paragraph(escape(heading), _HEADING), parts[0]])
    yield from parts[1:]


def _item(item: PrintedItem) -> Table:
    mark = f"　<font color='#9a3412'>〔{escape(item.mark)}〕</font>" if item.mark else ""
    rows = [[Paragraph(escape(item.title) + mark, _TITLE), ""]]
    rows += [[Paragraph(escape(label), _LABELS), Paragraph(escape(text), _TEXT)] for label, text in item.lines]
    return Table(
        rows,
        colWidths=[_LABEL, _WIDTH - _LABEL],
        spaceAfter=2 * mm,
        style=TableStyle(
            [
                ("SPAN", (0, 0), (-1, 0)),
                ("BACKGROUND", (0, 0), (-1, 0), _TINT),
                ("BOX", (0, 0), (-1, -1), 0.5, _LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
            ]
        ),
    )


def _tight() -> TableStyle:
    return TableStyle(
        [
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ]
    )


class _QrCode(Flowable):
    """A QR code as vector squares."""

    def __init__(self, text: str, side: float) -> None:
        super().__init__()
        self.width = self.height = side
        self._rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]

    def draw(self) -> None:
        """Draw it."""
        cell = self.width / (len(self._rows) + 4)
        for down, row in enumerate(self._rows):
            for along, is_dark in enumerate(row):
                if is_dark:
                    x, y = (along + 2) * cell, self.height - (down + 3) * cell
                    # A hair wider than a cell, so that no reader draws a gap between two.
                    self.canv.rect(x, y, cell * 1.02, cell * 1.02, stroke=0, fill=1)


def _foot(report: Printed, pages: int, canvas: Canvas, document: BaseDocTemplate) -> None:
    canvas.setFont(_FONT, 7.5)
    canvas.setFillColor(_QUIET)
    said = f"报告编号 {report.number}　验证码 {report.verification}　数据截至 {report.data_as_of}"
    canvas.drawString(_MARGIN + _PADDING, 11 * mm, said)
    canvas.drawRightString(A4[0] - _MARGIN - _PADDING, 11 * mm, f"第 {document.page} 页　共 {pages} 页")
