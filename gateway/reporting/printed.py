"""A report as it is printed (版式): the same sentences for pages and screen, read from the signed JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import segno

from credit_sdk.model import canonical
from gateway.registry.report_words import ADVICE, NO_RECORD, NOT_COLLECTED, TITLE
from gateway.reporting.report_file import SignedReport

_BEIJING = timezone(timedelta(hours=8))
_NUMERALS = "零一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class PrintedItem:
    """One item, line by line."""

    title: str
    mark: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PrintedSection:
    """One section.

    Attributes:
        heading: With its Chinese numeral.
        remarks: What is said below the items: that there is nothing, or what nothing is known of.
    """

    heading: str
    items: tuple[PrintedItem, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Printed:
    """Everything that stands on the pages.

    Attributes:
        counts: Title and what is printed as its number, of each section.
        code_text: What the QR code holds.
    """

    title: str
    name: str
    code: str
    labels: tuple[str, ...]
    number: str
    issuer: str
    issued: str
    data_as_of: str
    serial: str
    digest: str
    verification: str
    counts: tuple[tuple[str, str], ...]
    sections: tuple[PrintedSection, ...]
    advice: tuple[str, ...]
    advice_heading: str
    statement: tuple[str, ...]

    @property
    def code_text(self) -> str:
        """What the QR code holds."""
        return f"公共信用信息报告 编号{self.number} 验证码{self.verification} 摘要{self.digest}"

    @property
    def characters(self) -> str:
        """Every character that is printed."""
        texts = [self.title, self.name, self.code, self.number, self.issuer, self.issued, self.data_as_of]
        texts += [self.serial, self.digest, self.verification, self.advice_heading]
        texts += [*self.labels, *self.advice, *self.statement, *(text for pair in self.counts for text in pair)]
        for section in self.sections:
            texts += [section.heading, *section.remarks]
            for item in section.items:
                texts += [item.title, item.mark, *(text for line in item.lines for text in line)]
        return "".join(texts)


def printed(made: SignedReport) -> Printed:
    """The report as it is printed."""
    report = json.loads(canonical.dumps(dict(made.report)))
    subject, data = report["subject"], report["data"]
    return Printed(
        title=TITLE,
        name=subject["name"] or "（名称未归集）",
        code=subject["code"],
        labels=tuple(report["labels"]),
        number=made.number,
        issuer=report["issuer"],
        issued=_instant(report["issued_at"]),
        data_as_of=_instant(data["published_at"]),
        serial=str(data["serial"]),
        digest=made.digest,
        verification=made.code,
        counts=tuple(
            _count(each, is_partly_missing=bool(section["missing"] or section["incomplete"]))
            for each, section in zip(report["summary"], report["sections"], strict=True)
            if section["number"] != 1
        ),
        sections=tuple(_section(each) for each in report["sections"]),
        advice=tuple(report["advice"]),
        advice_heading=f"{_NUMERALS[10]}、{ADVICE}",
        statement=tuple(report["statement"]),
    )


def qr_svg(text: str) -> str:
    """A QR code to stand in a page."""
    return segno.make(text, error="m", micro=False).svg_inline(scale=2, border=2, title="验证二维码")


def _section(section: dict[str, object]) -> PrintedSection:
    said = json.loads(canonical.dumps(section))
    numeral = f"{_NUMERALS[said['number']]}、" if said["number"] else ""
    items = tuple(
        PrintedItem(each["title"], each["mark"], tuple((label, text) for label, text in each["lines"]))
        for each in said["items"]
    )
    covered = [f"{each['title']}（截至{each['complete_as_of']}）" for each in said["covered"]]
    return PrintedSection(f"{numeral}{said['title']}", items, tuple(_remarks(said, covered)))


def _remarks(section: Mapping[str, Any], covered: Sequence[str]) -> Iterator[str]:
    if section["state"] == "none":
        yield NO_RECORD + "。"
    elif section["state"] == "partial":
        yield f"{NO_RECORD}（仅限下列已完整归集的名单）。"
    if covered:
        yield f"已完整归集：{'、'.join(covered)}。"
    if section["incomplete"]:
        yield f"有记录但未声明完整归集：{'、'.join(section['incomplete'])}。"
    if section["missing"]:
        yield f"{NOT_COLLECTED}：{'、'.join(section['missing'])}。"


def _count(summary: dict[str, object], *, is_partly_missing: bool) -> tuple[str, str]:
    title = str(summary["title"])
    if summary["state"] == "not-collected":
        return title, NOT_COLLECTED
    return title, f"{summary['count']} 条" + "（部分未归集）" * is_partly_missing


def _instant(text: str) -> str:
    at = datetime.fromisoformat(text).astimezone(_BEIJING)
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M:%S}（北京时间）"
