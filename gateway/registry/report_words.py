"""The fixed sentences of a credit report (报告用语)."""

from collections.abc import Mapping
from typing import Final

from credit_sdk.model.scheme import SubjectKind

TITLE: Final = "法人和非法人组织公共信用信息报告"
NO_RECORD: Final = "查询期内无相关记录"
NOT_COLLECTED: Final = "未归集"
SUPPLEMENT: Final = "公共信用信息地方补充内容"
ADVICE: Final = "信用状况提升建议"

ADVICE_NONE: Final = "在已归集的名单范围内，未发现需要修复或者更正的信息；未归集的部分不作判断。"

STATEMENT: Final = (
    "本报告由出具单位依据其归集并公布的公共信用信息自动生成，客观中立，不对信用主体作出评价，不代替法律法规规定的查询和认定。",
    "“查询期内无相关记录”仅指已声明完整归集的名单内没有记录；标明“未归集”的部分，出具单位没有数据，不得理解为没有记录。",
    "已经信用修复、移出、撤销或者期限届满的信息不在本报告内。处于异议处理期间的信息已注明，以处理结果为准。",
    "自主申报信息由信用主体自行填报并承诺真实，不作为惩戒依据。",
    "信用主体认为信息有误的，可以向认定单位或者出具单位提出异议；信用修复不收取任何费用。",
    "本报告的真伪可以凭报告编号和验证码向出具单位查验，也可以凭信任根离线验证电子文件。报告生成后信息可能变化，查验结果会说明是否已被新的信息取代。",
)
"""报告说明, a paragraph each."""

ZH_KINDS: Final[Mapping[SubjectKind, str]] = {
    SubjectKind.LEGAL_PERSON: "法人",
    SubjectKind.SOLE_TRADER: "个体工商户",
    SubjectKind.UNINCORPORATED: "非法人组织",
    SubjectKind.GOVERNMENT: "机关法人",
    SubjectKind.UNKNOWN: "未识别",
}
"""主体类型 as printed."""

SEVERITIES: Final[Mapping[str, str]] = {"minor": "轻微", "general": "一般", "serious": "严重"}
"""失信程度 as printed; an entry without one says nothing."""

PERFORMANCES: Final[Mapping[str, str]] = {"fulfilled": "全部履行", "partly": "部分履行", "unfulfilled": "全部未履行"}
"""履行状态 as printed."""

DECLARED: Final[Mapping[str, str]] = {
    "qualification": "资质证照",
    "business": "市场经营",
    "contract": "合同履约",
    "charity": "社会公益",
}
"""自主申报类别 as printed."""

VERIFIED: Final[Mapping[str, str]] = {"unverified": "未经核实", "verified": "已核实", "rejected": "核实不符"}
"""核实状态 as printed."""
