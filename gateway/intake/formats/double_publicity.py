"""双公示 tables (行政许可、行政处罚): what both generations and both kinds have in common.

2016-17: XK_* and CF_* with DFBM and SJC, as municipal platforms collected them. 2018 on: 发改办财金〔2018〕424号.
Lengths are in characters. Which columns a generation demands is the standard's; a row is set aside only where the
registry could not say whom, by whom, when or on which document without it.
"""

from gateway.intake.formats.format import Column, Holds, Need
from gateway.intake.formats.rules import AgencyCode, FilledWhere, IsDigits, Rule, Weight

ORGANISATIONS = ("法人及非法人组织", "法人", "非法人组织", "个体工商户")
PERSON = "自然人"
ID_KINDS = (
    "身份证",
    "护照号",
    "港澳居民来往内地通行证",
    "台湾居民来往大陆通行证",
    "外国人永久居留身份证",
    "其他",
)
STATES_2016 = ("0", "1", "2", "3")
USES_2016 = ("0", "1", "2")
LONG_TERM = "2099/12/31表示长期"


def subject_2018(table: str) -> tuple[Column, ...]:
    """The columns about the counterpart (行政相对人) since 2018; ``table`` is ``CF`` or ``XK``."""
    return (
        Column(f"{table}_XDR_MC", "行政相对人名称", "subject_name", Need.MANDATORY, max_characters=200),
        Column(
            f"{table}_XDR_LB",
            "行政相对人类别",
            "",
            Need.MANDATORY,
            Holds.WORD,
            words=("法人及非法人组织", PERSON, "个体工商户"),
        ),
        Column(
            f"{table}_XDR_SHXYM",
            "行政相对人代码_1(统一社会信用代码)",
            "subject_code",
            holds=Holds.NUMBER,
            max_characters=18,
            also=("统一社会信用代码",),
            remark="法人及非法人组织、个体工商户应填",
        ),
        Column(
            f"{table}_XDR_ZZJG", "行政相对人代码_3(组织机构代码)", "subject_code", holds=Holds.NUMBER, max_characters=9
        ),
        Column(
            f"{table}_XDR_GSZC", "行政相对人代码_2(工商注册号)", "subject_code", holds=Holds.NUMBER, max_characters=50
        ),
        Column(f"{table}_XDR_SWDJ", "行政相对人代码_4(税务登记号)", holds=Holds.NUMBER, max_characters=15),
        Column(f"{table}_XDR_SYDW", "行政相对人代码_5(事业单位证书号)", holds=Holds.NUMBER, max_characters=12),
        Column(f"{table}_XDR_SHZZ", "行政相对人代码_6(社会组织登记证号)", holds=Holds.NUMBER, max_characters=50),
        Column(f"{table}_FRDB", "法定代表人", max_characters=50),
        Column(f"{table}_FR_ZJLX", "法定代表人证件类型", holds=Holds.WORD, max_characters=64, words=ID_KINDS),
        Column(f"{table}_FR_ZJHM", "法定代表人证件号码", holds=Holds.PERSONAL, max_characters=64),
        Column(
            f"{table}_XDR_ZJLX", "证件类型", holds=Holds.WORD, max_characters=64, words=ID_KINDS, remark="自然人应填"
        ),
        Column(
            f"{table}_XDR_ZJHM",
            "证件号码",
            "subject_code",
            holds=Holds.PERSONAL,
            max_characters=64,
            only_where=(f"{table}_XDR_LB", PERSON),
            remark="自然人应填；只以密钥摘要保存，从不公开",
        ),
    )


def subject_2016(table: str, name: str, name_characters: int) -> tuple[Column, ...]:
    """The columns about the counterpart in 2016-17; one of the numbers has to be there."""
    before = f"{table}_XDR"
    return (
        Column(name, "行政相对人名称", "subject_name", Need.MANDATORY, max_characters=name_characters),
        Column(
            f"{before}_SHXYM",
            "行政相对人代码_1(统一社会信用代码)",
            "subject_code",
            holds=Holds.NUMBER,
            max_characters=64,
            also=("统一社会信用代码",),
        ),
        Column(
            f"{before}_ZDM", "行政相对人代码_2(组织机构代码)", "subject_code", holds=Holds.NUMBER, max_characters=64
        ),
        Column(f"{before}_GSDJ", "行政相对人代码_3(工商登记码)", "subject_code", holds=Holds.NUMBER, max_characters=64),
        Column(f"{before}_SWDJ", "行政相对人代码_4(税务登记号)", holds=Holds.NUMBER, max_characters=64),
        Column(
            f"{before}_SFZ", "行政相对人代码_5(居民身份证号)", "subject_code", holds=Holds.PERSONAL, max_characters=64
        ),
        Column(f"{table}_FR", "法定代表人姓名", max_characters=256),
    )


def place_and_time_2016() -> tuple[Column, ...]:
    """DFBM and SJC, by which the first generation is told from the second."""
    return (
        Column("DFBM", "地方编码", "", Need.MANDATORY, Holds.NUMBER, max_characters=6),
        Column("SJC", "数据更新时间戳", "", Need.MANDATORY, Holds.DAY),
        Column("BZ", "备注", max_characters=4000),
    )


def subject_rules_2018(table: str) -> tuple[Rule, ...]:
    """What the standard asks about the counterpart."""
    kind = f"{table}_XDR_LB"
    return (
        Rule(
            f"{table}_XDR_SHXYM.organisation",
            Weight.REMARK,
            FilledWhere(f"{table}_XDR_SHXYM", kind, ORGANISATIONS),
            "法人及非法人组织、个体工商户应填统一社会信用代码 / an organisation needs its unified social credit code",
        ),
        Rule(
            f"{table}_XDR_ZJHM.person",
            Weight.REFUSE,
            FilledWhere(f"{table}_XDR_ZJHM", kind, (PERSON,)),
            "自然人应填证件号码 / a natural person needs the number of a document",
        ),
    )


def agency_rule(column: str, title: str) -> Rule:
    """An agency's code is a right one and begins with 11 or 12."""
    return Rule(
        f"{column}.agency",
        Weight.REMARK,
        AgencyCode(column),
        f"{title}不是以11、12开头的正确的统一社会信用代码 / not the code of an authority",
    )


PLACE_RULE = Rule("DFBM.digits", Weight.REMARK, IsDigits("DFBM", 6), "地方编码应为6位数字 / not six digits")
