"""Which column of a file is which: the header row (表头), in English or Chinese."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.intake.files import MAX_COLUMNS, SheetRow
from gateway.problems import IntakeError

FINE_IN_WAN_YUAN = "fine_wan_yuan"
_SYNONYMS = {
    "subject_code": "统一社会信用代码 信用代码 社会信用代码 主体代码 证件号码 统一社会信用代码/证件号码",
    "subject_name": "名称 主体名称 单位名称 企业名称 机构名称 姓名 名称/姓名",
    "list": "名单 名单名称 名单类型",
    "authority": "认定部门 认定机关 认定单位 列入机关",
    "authority_code": "认定部门代码 认定机关代码 认定部门统一社会信用代码",
    "document_no": "文书号 文号 决定书文号 认定文号 认定文书号",
    "basis": "依据 认定依据 列入依据 法律依据",
    "determined_on": "认定日期 决定日期 列入日期",
    "term_from": "起始日期 开始日期 有效期自",
    "term_until": "截止日期 终止日期 有效期至 有效期限至",
    "severity": "严重程度 失信程度 失信严重程度",
    "fact": "事实 失信事实 事实摘要 认定事实 列入事由",
    "notice_given_on": "告知日期 事先告知日期",
    "fine_yuan": "罚款金额(元) 罚款金额",
    FINE_IN_WAN_YUAN: "罚款金额(万元)",
    "penalty_kinds": "处罚类别 处罚种类",
    "decision_law": "决定所依据的法条",
    "publisher_grade": "信用等级 评定等级 信用级别",
    "year": "年度 评价年度 认定年度",
    "is_large_enterprise": "大型企业 是否大型企业",
    "is_construction_unit": "工程建设单位 是否工程建设单位",
    "defaulter_situation": "失信被执行人行为具体情形 失信行为具体情形",
    "personally_responsible": "负有个人责任 是否负有个人责任",
    "bidding_disqualified": "取消投标资格 是否取消投标资格",
    "lifelong_ban": "终身禁业 是否终身禁业",
    "travel_restricted": "限制乘坐火车、民航 是否限制乘坐火车、民航",
}
COLUMNS: Mapping[str, str] = {
    synonym: name for name, synonyms in _SYNONYMS.items() for synonym in (name, *synonyms.split())
}
"""Every header that is understood, and the column it names."""

REQUIRED = ("subject_code", "authority", "document_no", "determined_on")
TITLES: Mapping[str, str] = {name: synonyms.split()[0] for name, synonyms in _SYNONYMS.items()}
"""The Chinese title of every column."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the header row says.

    Attributes:
        titles: As written.
        known: Place of each known column.
        extra: Place and title of every other column; they are kept as ``extra``.
    """

    titles: tuple[str, ...]
    known: Mapping[str, int]
    extra: Sequence[tuple[int, str]]

    @classmethod
    def read(cls, row: SheetRow) -> "Header":
        """Understand a header row.

        Raises:
            IntakeError: A required column is missing, or one stands there twice.
        """
        known: dict[str, int] = {}
        extra: dict[str, int] = {}
        if len(row.cells) > MAX_COLUMNS:
            raise IntakeError(
                f"The file has {len(row.cells)} columns, more than {MAX_COLUMNS}.",
                hint="请删除多余的列 / Remove the columns that are not needed.",
            )
        for place, title in enumerate(row.cells):
            name = COLUMNS.get(_plain(title))
            if name is None and not title:
                continue
            among = extra if name is None else known
            column = title if name is None else name
            if column in among:
                raise IntakeError(
                    f"Two columns are headed {title!r} or mean the same, so it is not clear which one counts.",
                    hint="请只保留一列 / Keep one of them.",
                )
            among[column] = place
        missing = [f"{TITLES[name]} ({name})" for name in REQUIRED if name not in known]
        if missing:
            raise IntakeError(
                f"The header row lacks {', '.join(missing)}, so no row can be understood.",
                hint="首行应为表头；编码应为 UTF-8 或 GBK / The first row must be the header, in UTF-8 or GBK.",
            )
        return cls(row.cells, known, tuple((place, title) for title, place in extra.items()))

    def value(self, row: SheetRow, column: str) -> str:
        """What a row says in a known column; empty where the column or the cell is missing."""
        place = self.known.get(column, len(row.cells))
        return row.cells[place] if place < len(row.cells) else ""


def _plain(title: str) -> str:
    """A title without what templates put around it: spaces, asterisks, full-width brackets, 必填."""
    text = unicodedata.normalize("NFKC", title).strip().lower()
    for noise in ("*", " ", "\n", "(必填)", "(选填)", "\ufeff"):
        text = text.replace(noise, "")
    return text
