"""The closed words that conditions may use (条件用语): published entry fields and the values they take.

A field that is not here cannot be spoken of in a law file, so a slip of the pen is a complaint and never a condition
that nobody satisfies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

PENALTY_KINDS = (
    "警告",
    "通报批评",
    "罚款",
    "没收违法所得",
    "没收非法财物",
    "暂扣许可证件",
    "降低资质等级",
    "吊销许可证件",
    "限制开展生产经营活动",
    "责令停产停业",
    "责令关闭",
    "限制从业",
    "行政拘留",
    "其他",
)
"""Kinds of penalty (行政处罚种类), 行政处罚法（2021修订）第九条; a revoked business licence is 吊销许可证件."""


class FieldType(StrEnum):
    """What an entry field holds."""

    YES_NO = "是/否"
    NUMBER = "整数"
    TEXT = "文字"
    WORDS = "若干词"


@dataclass(frozen=True, slots=True)
class EntryField:
    """One published field of an entry (名单条目字段) that conditions may speak of.

    Attributes:
        holds: Its type.
        meaning_zh: What it says and from where it is taken.
        words: The only words it may hold, if they are closed.
    """

    holds: FieldType
    meaning_zh: str
    words: tuple[str, ...] = ()


ENTRY_FIELDS: Mapping[str, EntryField] = {
    "severity": EntryField(FieldType.TEXT, "失信程度，取自条目本身", ("none", "minor", "general", "serious")),
    "fine_yuan": EntryField(FieldType.NUMBER, "罚款金额，单位元；双公示表以万元填报的须换算"),
    "penalty_kinds": EntryField(FieldType.WORDS, "处罚种类，只用行政处罚法第九条的十四个词", PENALTY_KINDS),
    "decision_law": EntryField(FieldType.WORDS, "决定所依据的法条，写作“法律简称第几条”，如“招标投标法第五十三条”"),
    "publisher_grade": EntryField(FieldType.TEXT, "发布机关自己评定的等级，如A、B、M、C、D；不得单独作为惩戒依据"),
    "year": EntryField(FieldType.NUMBER, "评价或认定的年度，四位数字"),
    "is_large_enterprise": EntryField(FieldType.YES_NO, "认定时是否为大型企业"),
    "is_construction_unit": EntryField(FieldType.YES_NO, "是否为工程建设单位（业主）"),
    "defaulter_situation": EntryField(FieldType.TEXT, "失信被执行人行为具体情形，照录执行法院公布的原文"),
    "personally_responsible": EntryField(FieldType.YES_NO, "决定是否认定该人对违法行为负有个人责任"),
    "bidding_disqualified": EntryField(
        FieldType.YES_NO, "决定是否取消其参加依法必须招标项目的投标资格，条目期限即取消期限"
    ),
    "lifelong_ban": EntryField(FieldType.YES_NO, "决定是否终身禁业"),
    "travel_restricted": EntryField(
        FieldType.YES_NO, "是否已按发改财金〔2018〕384号、385号公示为限制乘坐火车、民航的特定严重失信人"
    ),
}
