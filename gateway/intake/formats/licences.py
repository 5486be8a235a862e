"""行政许可: both generations of the 双公示 table; rows become records of licences, never entries on a list."""

from gateway.intake.formats.double_publicity import (
    LONG_TERM,
    PLACE_RULE,
    STATES_2016,
    USES_2016,
    agency_rule,
    place_and_time_2016,
    subject_2016,
    subject_2018,
    subject_rules_2018,
)
from gateway.intake.formats.format import Column, Format, Holds, Need, Takes
from gateway.intake.formats.rules import InOrder, NotInFuture, Rule, Weight

KINDS_2016 = ("普通", "特许", "认可", "核准", "登记", "其他")
KINDS_2018 = (*KINDS_2016, "01", "02", "03", "04", "05", "06")

LICENCE_2016 = Format(
    "licence-2016",
    "双公示 行政许可（2016—2017年）",
    "2016—2017年双公示数据标准（XZXK）",
    Takes.LICENCES,
    "",
    (
        Column(
            "XK_WSH", "行政许可决定书文号", "document_no", Need.REQUIRED, max_characters=128, remark="没有文号的填“空”"
        ),
        Column("XK_XMMC", "项目名称", "title", Need.MANDATORY, max_characters=256),
        Column("XK_BM", "权力编码", max_characters=40),
        Column("XK_SPLB", "审批类别", "kind", Need.MANDATORY, Holds.WORD, 16, KINDS_2016),
        Column("XK_NR", "许可内容", "content", Need.MANDATORY, max_characters=2048),
        *subject_2016("XK", "XK_XDR", 256),
        Column("XK_JDRQ", "许可决定日期", "determined_on", Need.REQUIRED, Holds.DAY),
        Column("XK_JZQ", "许可截止期", "term_until", holds=Holds.DAY, remark=LONG_TERM),
        Column("XK_XZJG", "许可机关", "authority", Need.REQUIRED, max_characters=64),
        Column(
            "XK_ZT",
            "当前状态",
            "state",
            Need.MANDATORY,
            Holds.WORD,
            1,
            STATES_2016,
            {"0": "有效", "正常": "有效", "1": "撤销", "2": "异议", "3": "其他"},
            remark="0正常，1撤销，2异议，3其他",
        ),
        Column(
            "XK_SYFW",
            "信息使用范围",
            "",
            Need.OPTIONAL,
            Holds.WORD,
            1,
            USES_2016,
            remark="0公示，1政府内部共享，2授权查询",
        ),
        *place_and_time_2016(),
    ),
    marks=("XK_WSH", "XK_XZJG", "DFBM", "SJC"),
    across=(
        Rule(
            "XK_JZQ.order",
            Weight.REFUSE,
            InOrder(("XK_JDRQ", "XK_JZQ")),
            "许可截止期早于决定日期 / the licence ends before the decision",
        ),
        Rule(
            "XK_JDRQ.SJC",
            Weight.REMARK,
            InOrder(("XK_JDRQ", "SJC")),
            "决定日期晚于数据更新时间 / decided after the row was written",
        ),
        Rule("SJC.future", Weight.REMARK, NotInFuture("SJC"), "数据更新时间晚于今天 / written in the future"),
        PLACE_RULE,
    ),
    is_unnumbered=True,
)

LICENCE_2018 = Format(
    "licence-2018",
    "双公示 行政许可（2018年标准）",
    "发改办财金〔2018〕424号",
    Takes.LICENCES,
    "",
    (
        *subject_2018("XK"),
        Column("XK_XKWS", "行政许可决定文书名称", "title", Need.MANDATORY, max_characters=64),
        Column(
            "XK_WSH",
            "行政许可决定文书号",
            "document_no",
            Need.REQUIRED,
            max_characters=64,
            remark="没有文书号的填许可编号",
        ),
        Column(
            "XK_XKLB",
            "许可类别",
            "kind",
            Need.MANDATORY,
            Holds.WORD,
            words=KINDS_2018,
            reads={"01": "普通", "02": "特许", "03": "认可", "04": "核准", "05": "登记"},
            remark="其他的写“其他-说明”",
        ),
        Column("XK_XKZS", "许可证书名称", "certificate", max_characters=64),
        Column("XK_XKBH", "许可编号", "certificate_no", holds=Holds.NUMBER, max_characters=64),
        Column("XK_NR", "许可内容", "content", Need.MANDATORY, max_characters=4000),
        Column("XK_JDRQ", "许可决定日期", "determined_on", Need.REQUIRED, Holds.DAY),
        Column("XK_YXQZ", "有效期自", "term_from", Need.MANDATORY, Holds.DAY),
        Column("XK_YXQZI", "有效期至", "term_until", Need.MANDATORY, Holds.DAY, remark=LONG_TERM),
        Column("XK_XKJG", "许可机关", "authority", Need.REQUIRED, max_characters=200),
        Column("XK_XKJGDM", "许可机关统一社会信用代码", "authority_code", Need.MANDATORY, Holds.NUMBER, 18),
        Column(
            "XK_ZT",
            "当前状态",
            "state",
            Need.MANDATORY,
            Holds.WORD,
            1,
            ("1", "2"),
            {"1": "有效", "2": "无效"},
            remark="1有效，2无效",
        ),
        Column("XK_LYDW", "数据来源单位", "", Need.MANDATORY, max_characters=200),
        Column("XK_LYDWDM", "数据来源单位统一社会信用代码", "", Need.MANDATORY, Holds.NUMBER, 18),
        Column("BZ", "备注", max_characters=512),
    ),
    marks=("XK_WSH", "XK_XKJG", "XK_JDRQ"),
    across=(
        *subject_rules_2018("XK"),
        Rule(
            "XK_YXQZ.order",
            Weight.REFUSE,
            InOrder(("XK_JDRQ", "XK_YXQZ", "XK_YXQZI")),
            "应有：决定日期≤有效期自≤有效期至 / the days are not in order",
        ),
        agency_rule("XK_XKJGDM", "许可机关代码"),
        agency_rule("XK_LYDWDM", "数据来源单位代码"),
    ),
)
