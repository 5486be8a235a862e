"""Which column of a file is which: the header row (表头), in English or Chinese."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.intake.answering import AnsweringPlaces, answering_places
from gateway.intake.files import MAX_COLUMNS, SheetRow
from gateway.intake.formats.format import Format, Holds, plain_title
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
        known: Places that fill each of our columns, the one that counts first.
        extra: Place and name of every other column; they are kept as ``extra``.
        codes: Place of each column of the format by its code.
        extra_days: Places among ``extra`` that hold a day.
        personal: Places that hold a number of a person.
        only_where: For places that fill ours only in some rows: another place and the word that must stand there.
        answering: Where the rows give those who answer for what they are about.
        format: The adapter by which the header was understood; None for our own columns.
    """

    titles: tuple[str, ...]
    known: Mapping[str, tuple[int, ...]]
    extra: Sequence[tuple[int, str]]
    codes: Mapping[str, int] = field(default_factory=dict)
    extra_days: frozenset[int] = frozenset()
    personal: frozenset[int] = frozenset()
    only_where: Mapping[int, tuple[int, str]] = field(default_factory=dict)
    answering: tuple[AnsweringPlaces, ...] = ()
    format: Format | None = None

    @classmethod
    def read(cls, row: SheetRow, format: Format | None = None, *, given: Collection[str] = ()) -> "Header":
        """Understand a header row.

        Args:
            row: The row.
            format: The adapter; our own columns unless given.
            given: Columns of ours that the operator states for the whole file.

        Raises:
            IntakeError: A required column is missing, or one stands there twice.
        """
        if len(row.cells) > MAX_COLUMNS:
            raise IntakeError(
                f"文件有{len(row.cells)}列，超过{MAX_COLUMNS}列 / "
                f"The file has {len(row.cells)} columns, more than {MAX_COLUMNS}.",
                hint="请删除多余的列 / Remove the columns that are not needed.",
            )
        header = _plainly(row.cells) if format is None else _by_format(row.cells, format)
        needed = set(REQUIRED) - set(given)
        if format is not None and format.is_unnumbered:
            needed.discard("document_no")
        missing = [name for name in REQUIRED if name in needed and name not in header.known]
        if missing:
            raise IntakeError(
                f"表头缺少{'、'.join(_told(name, format) for name in missing)}，各行无法读懂 / "
                f"The header row lacks {', '.join(_told(name, format) for name in missing)}, "
                "so no row can be understood.",
                hint="首行应为表头；编码应为 UTF-8 或 GBK；缺认定部门一列的可用 --authority 写明 "
                "/ The first row must be the header, in UTF-8 or GBK; state a missing authority with --authority.",
            )
        return header

    def value(self, cells: Sequence[str], column: str) -> str:
        """What a row says in a column of ours; empty where the column or the cell is missing."""
        return next((cell for cell in self.filling(column, cells) if cell), "")

    def filling(self, column: str, cells: Sequence[str]) -> list[str]:
        """The cells of a row that may fill a column of ours, the one that counts first."""
        return [
            cells[place] for place in self.known.get(column, ()) if place < len(cells) and self._counts(place, cells)
        ]

    def _counts(self, place: int, cells: Sequence[str]) -> bool:
        if place not in self.only_where:
            return True
        where, word = self.only_where[place]
        return where < len(cells) and word in cells[where]


def _plainly(titles: tuple[str, ...]) -> Header:
    known: dict[str, int] = {}
    extra: dict[str, int] = {}
    for place, title in enumerate(titles):
        name = COLUMNS.get(plain_title(title))
        if name is None and not title:
            continue
        among = extra if name is None else known
        _place_once(among, title if name is None else name, title, place)
    answering = answering_places({}, extra, None)
    return Header(
        titles,
        {name: (place,) for name, place in known.items()},
        tuple((place, title) for title, place in extra.items()),
        personal=frozenset(each.number for each in answering),
        answering=answering,
    )


def _by_format(titles: tuple[str, ...], format: Format) -> Header:
    codes: dict[str, int] = {}
    extra: dict[str, int] = {}
    for place, title in enumerate(titles):
        column = format.by_header.get(plain_title(title))
        if column is not None:
            _place_once(codes, column.code, title, place)
        elif title:
            _place_once(extra, title, title, place)
    present = [column for column in format.columns if column.code in codes]
    answering = answering_places(codes, extra, format)
    known: dict[str, tuple[int, ...]] = {}
    for column in present:
        if column.fills:
            known[column.fills] = (*known.get(column.fills, ()), codes[column.code])
        else:
            extra[column.code] = codes[column.code]
    return Header(
        titles,
        known,
        tuple((place, name) for name, place in extra.items()),
        codes,
        frozenset(codes[column.code] for column in present if column.holds is Holds.DAY),
        frozenset(codes[column.code] for column in present if column.holds is Holds.PERSONAL)
        | {each.number for each in answering},
        {
            codes[column.code]: (codes[column.only_where[0]], column.only_where[1])
            if column.only_where[0] in codes
            else (len(titles), column.only_where[1])
            for column in present
            if column.only_where
        },
        answering,
        format,
    )


def _place_once(among: dict[str, int], column: str, title: str, place: int) -> None:
    if column in among:
        raise IntakeError(
            f"有两列都叫“{title}”或含义相同，分不清以哪一列为准 / "
            f"Two columns are headed {title!r} or mean the same, so it is not clear which one counts.",
            hint="请只保留一列 / Keep one of them.",
        )
    among[column] = place


def _told(name: str, format: Format | None) -> str:
    theirs = [column.title for column in format.columns if column.fills == name] if format else []
    return f"{'/'.join(theirs) or TITLES[name]} ({name})"
