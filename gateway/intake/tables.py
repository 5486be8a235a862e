"""A quality report as tables (报告表格): what its page and its sheet both show, Chinese first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from credit_sdk.model.term import SHANGHAI
from gateway.database.columns import Json
from gateway.intake.quality import COUNTED
from gateway.intake.report import REMARKS, limits, percent
from gateway.problems import ConflictError

METHOD = (
    "合规率：没有因内容被退回、也没有违反报送标准任何一条规则的行，占全部行的比例。",
    "仅因本网关已有记录（待复核、已终止、自相矛盾）退回的，不算不合规。",
    "及时率：首次报送的文书中，自文书之日起（当日不计）在法定工作日内导入的，占及时与逾期之和的比例。",
    "期限按作出决定的机关适用：部门规章对本系统的行政处罚另有期限的从其规定，其余按双公示的期限；各按哪一条、多少件，见概要。",
    "重报、更正、移出不重复计算；未设法定期限的、节假日安排尚未公布无从计算的，另列，不作推测。",
    "缺漏：声明为全量的文件中已没有、而本网关仍有效的条目，以及标准要求填写而空着的单元格。",
    "文书号不连续不能说明缺漏，不计。",
)
"""How the figures are counted."""
_FIGURES = {
    "rows": "行数 rows",
    "refused": "因内容退回 refused",
    "doubted": "有疑问 doubted",
    "empty": "应填未填 empty",
    "missing": "全量缺漏 missing",
    "timely": "及时 timely",
    "late": "逾期 late",
    "unlimited": "未设期限 no limit",
    "unknown": "无从计算 unknown",
}
_RATES = {"compliance_percent": "合规率 compliance", "timeliness_percent": "及时率 timeliness"}
_SUMMARY = {
    "batch": "批次 batch",
    "list": "名单 list",
    "list_title": "名单名称 title",
    "format": "格式 format",
    "file": "文件 file",
    "imported_by": "经办人 imported by",
    "imported_at": "导入时间 imported at",
    "from": "起 from",
    "until": "止 until",
    "batches": "批次数 batches",
    "rows": "行数 rows",
    "accepted": "接收 accepted",
    "rejected": "退回 set aside",
    "drafted": "新增 new",
    "corrections": "更正 corrections",
    "unchanged": "未变 unchanged",
    "proposed_removals": "移出建议 removals proposed",
    "older_numbers": "仅有旧号码 older numbers",
}

Cell = str | int | float


@dataclass(frozen=True, slots=True)
class ReportTable:
    """One table.

    Attributes:
        title: Above it.
        titles: Of its columns.
        rows: What is in it.
    """

    title: str
    titles: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def tables(report: Mapping[str, Json]) -> tuple[ReportTable, ...]:
    """The tables of a batch's report, or of a period's."""
    quality = report.get("quality")
    if not isinstance(quality, Mapping):
        raise ConflictError(
            "该批次导入时尚未统计数据质量 / This batch was imported before quality was counted.",
            hint="请重新导入其文件 / Import its file again.",
        )
    summary = [(title, _summed_up(name, report[name])) for name, title in _SUMMARY.items() if name in report]
    summary += [(title, percent(_of(quality["total"], name))) for name, title in _RATES.items()]
    years, within = quality["unknown_years"], limits(quality)
    summary += [("报送期限 limit", each) for each in within]
    if not within and "batch" in report:
        summary.append(("报送期限 limit", "未设法定期限 / no statutory limit in force"))
    if isinstance(years, Sequence) and years:
        summary.append(("节假日安排未公布的年份 unknown years", "、".join(map(str, years))))
    return (
        ReportTable("概要 / Summary", ("项目 item", "内容 value"), summary),
        _departments(quality["departments"], report),
        *(_remarks(title, report[name]) for title, name in REMARKS if report.get(name)),
    )


def _departments(departments: Json, report: Mapping[str, Json]) -> ReportTable:
    rows = [
        (
            _cell(each["authority"]),
            _cell(each.get("list_title", report.get("list_title", ""))),
            *(_cell(each[name]) for name in COUNTED),
            *(percent(each[name]) for name in _RATES),
        )
        for each in (departments if isinstance(departments, Sequence) else ())
        if isinstance(each, Mapping)
    ]
    titles = ("部门 department", "名单 list", *(_FIGURES[name] for name in COUNTED), *_RATES.values())
    return ReportTable("分部门、分名单 / By department and list", titles, rows)


def _remarks(title: str, remarks: Json) -> ReportTable:
    rows = [
        (_cell(each["code"]), _cell(each["rows"]), _cell(each["example"]), _named(each["first_rows"]))
        for each in (remarks if isinstance(remarks, Sequence) else ())
        if isinstance(each, Mapping)
    ]
    return ReportTable(title, ("代码 code", "行数 rows", "说明 what", "最先的行 first rows"), rows)


def _named(rows: Json) -> str:
    return "、".join(map(str, rows)) if isinstance(rows, Sequence) else ""


def _of(counts: Json, name: str) -> Json:
    return counts[name] if isinstance(counts, Mapping) else None


def _summed_up(name: str, value: Json) -> Cell:
    return printed_instant(datetime.fromisoformat(str(value))) if name == "imported_at" else _cell(value)


def printed_instant(at: datetime) -> str:
    """An instant as it is printed for people in China."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}（北京时间）"


def _cell(value: Json) -> Cell:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
