"""The quality report (质量报告) of an import: what was accepted, what was set aside and why."""

import csv
import io
from bisect import insort
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from gateway.database.columns import Json, canonical_json
from gateway.intake.remarks import Remark
from gateway.settings import GatewayHome, write_private

_ROWS_NAMED = 10
_ROWS_DIFFER = "（此为首行情形，其余各行不尽相同 / of the first row; others differ）"
REMARKS = (("退回原因 / Set aside", "reasons"), ("疑问 / Doubts", "doubts"), ("提示 / Warnings", "warnings"))
"""The remarks of a report and how they are headed."""
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class Tally:
    """Counts remarks by code and remembers the first rows of each, in whatever order they are told."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._various: set[str] = set()
        self._first: dict[str, list[tuple[int, str]]] = {}

    def add(self, row_no: int, remarks: Sequence[Remark]) -> None:
        """Count the remarks on one row."""
        for remark in remarks:
            self._counts[remark.code] += 1
            first = self._first.setdefault(remark.code, [])
            if first and remark.text != first[0][1]:
                self._various.add(remark.code)
            if len(first) < _ROWS_NAMED or row_no < first[-1][0]:
                insort(first, (row_no, remark.text))
                del first[_ROWS_NAMED:]

    def as_json(self) -> list[dict[str, Json]]:
        """Most frequent first; ``example`` is the sentence on the first row, and says so where others are not alike."""
        ordered = sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))
        return [
            {"code": code, "rows": count, "example": self._example(code), "first_rows": [number for number, _ in first]}
            for code, count in ordered
            if (first := self._first[code])
        ]

    def examples(self) -> list[str]:
        """The sentence of each remark on the first row it was told of."""
        return [self._example(code) for code in self._counts]

    def _example(self, code: str) -> str:
        return self._first[code][0][1] + (_ROWS_DIFFER if code in self._various else "")


def spreadsheet_safe(cell: str) -> str:
    """The cell so that a spreadsheet shows it and does not compute it."""
    return f"'{cell}" if cell.startswith(_FORMULA_SIGNS) else cell


def report_path(home: GatewayHome, batch: str) -> Path:
    """Where the report of a batch lies; the Chinese text beside it ends in ``.txt``."""
    return home.spool / f"batch-{batch}-report.json"


def rejected_path(home: GatewayHome, batch: str) -> Path:
    """Where the rows a batch set aside lie."""
    return home.spool / f"batch-{batch}-rejected.csv"


def missing_path(home: GatewayHome, batch: str) -> Path:
    """Where the entries lie that a full file no longer has."""
    return home.spool / f"batch-{batch}-missing.csv"


def write_report(home: GatewayHome, batch: str, report: Mapping[str, Json]) -> None:
    """Write the report for programs and for people."""
    path = report_path(home, batch)
    write_private(path, canonical_json(report).encode() + b"\n")
    write_private(path.with_suffix(".txt"), as_text(report).encode("utf-8-sig"))


def write_missing(home: GatewayHome, batch: str, missing: Sequence[Mapping[str, str]]) -> None:
    """Write the entries a full file no longer has."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["条目", "主体", "名称", "文书号"])
    for each in missing:
        writer.writerow([spreadsheet_safe(each[name]) for name in ("entry", "subject", "name", "document_no")])
    write_private(missing_path(home, batch), text.getvalue().encode("utf-8-sig"))


def as_text(report: Mapping[str, Json]) -> str:
    """The report as a person reads it, Chinese first."""
    lines = [
        f"数据质量报告 / Quality report    批次 {report['batch']}",
        f"名单 {report['list']}（{report['list_title']}）  文件 {report['file']}",
        f"共 {report['rows']} 行（另有空行 {report['blank']}）：接收 {report['accepted']}，退回 {report['rejected']}",
        f"  新增 {report['drafted']}，更正 {report['corrections']}，未变 {report['unchanged']}",
    ]
    if report["proposed_removals"]:
        lines.append(f"  来源已移出 {report['proposed_removals']} 条，须逐条凭文书办理：entries proposals")
    if report.get("older_numbers"):
        lines.append(
            f"  仅有旧号码的 {report['older_numbers']} 条：按统一社会信用代码核查查不到，直到关联：subjects link"
        )
    if report.get("possible_links"):
        lines.append(f"  疑似同一主体的旧号码 {report['possible_links']} 个：subjects proposals")
    lines += _quality_lines(report["quality"])
    for title, key in REMARKS:
        remarks = report[key]
        if isinstance(remarks, Sequence) and remarks:
            lines += ["", f"{title}："]
            lines += [_remark_line(each) for each in remarks if isinstance(each, Mapping)]
    if report["full"]:
        lines += ["", f"全量文件中已不含的条目：{report['missing']}（移出须逐条凭文书办理：entries remove）"]
    return "\n".join(lines) + "\n"


def _quality_lines(quality: Json) -> list[str]:
    total = quality["total"] if isinstance(quality, Mapping) else None
    if not isinstance(quality, Mapping) or not isinstance(total, Mapping):
        return []
    within = "；".join(limits(quality)) or "未设法定期限"
    rates = f"合规率 {percent(total['compliance_percent'])}，及时率 {percent(total['timeliness_percent'])}（{within}）"
    return [f"  {rates}，应填未填 {total['empty']} 处，全量文件缺漏 {total['missing']} 条"]


def limits(quality: Mapping[str, Json]) -> list[str]:
    """The time limits that documents were judged by, with article and number of documents; else the one in force."""
    limit, applied = quality.get("limit"), quality.get("limits")
    each_of = [each for each in applied if isinstance(each, Mapping)] if isinstance(applied, Sequence) else []
    if not each_of and isinstance(limit, Mapping):
        each_of = [limit]
    return [_limit_text(each) for each in each_of]


def _limit_text(limit: Mapping[str, Json]) -> str:
    # Reports from before the article was counted name the title only.
    documents = f"：{limit['documents']}件" if "documents" in limit else ""
    return f"{limit['working_days']}个工作日内，{limit.get('basis', limit['title'])}{documents}"


def percent(value: Json) -> str:
    """A rate as people read it."""
    return "—" if value is None else f"{value}%"


def _remark_line(remark: Mapping[str, Json]) -> str:
    first = remark["first_rows"]
    named = list(first) if isinstance(first, Sequence) else []
    rows = "、".join(map(str, named)) + (" …" if remark["rows"] != len(named) else "")
    return f"  {remark['rows']} 行  {remark['example']}（行 {rows}）"
