"""行政处罚: both generations of the 双公示 table; rows go to the list ``administrative-penalty``.

The class of an act (轻微、一般、严重) is taken from the table where it states one. A row without is taken in, said to
have none: what its kinds tell of it decides how long it is shown (:mod:`gateway.registry.penalty_classes`), and nothing
else. The standard of 2018 has no column for the class; a department may add one.
"""

from credit_sdk.model.measure import Role
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
from gateway.intake.formats.format import Answering, Column, Format, Holds, Need, Takes
from gateway.intake.formats.rules import (
    AmountWhere,
    FilledWhere,
    InOrder,
    IsAmount,
    NoAmountUnless,
    NotInFuture,
    NotSaying,
    Rule,
    Weight,
)

LIST = "administrative-penalty"
KINDS_2016 = ("警告", "罚款", "没收违法所得", "没收非法财物", "责令停产停业", "暂扣", "吊销", "行政拘留", "其他")
CLASSES = ("轻微", "一般", "严重")
KINDS_2018 = ("警告", "通报批评", "罚款", "没收", "暂扣", "降低资质等级", "吊销", "限制", "责令", "行政拘留", "其他")

PENALTY_2016 = Format(
    "penalty-2016",
    "双公示 行政处罚（2016—2017年）",
    "2016—2017年双公示数据标准（XZCF）",
    Takes.ENTRIES,
    LIST,
    (
        Column(
            "CF_WSH", "行政处罚决定书文号", "document_no", Need.REQUIRED, max_characters=128, remark="没有文号的填“空”"
        ),
        Column("CF_CFMC", "处罚名称", "", Need.MANDATORY, max_characters=256),
        Column("CF_BM", "权力编码", max_characters=40),
        Column("CF_CFLB1", "处罚类别1", "penalty_kinds", Need.MANDATORY, Holds.WORD, 36, KINDS_2016),
        Column("CF_CFLB2", "处罚类别2", "penalty_kinds", Need.OPTIONAL, Holds.WORD, 36, KINDS_2016),
        Column("CF_SY", "处罚事由", "fact", Need.MANDATORY, max_characters=2048),
        Column("CF_YJ", "处罚依据", "basis", Need.MANDATORY, max_characters=2048),
        *subject_2016("CF", "CF_XDR_MC", 128),
        Column("CF_JG", "处罚结果", "", Need.MANDATORY, max_characters=2048),
        Column("CF_JDRQ", "处罚决定日期", "determined_on", Need.REQUIRED, Holds.DAY),
        Column("CF_GSJZQ", "公示截止期", "term_until", holds=Holds.DAY, remark=LONG_TERM),
        Column("CF_XZJG", "处罚机关", "authority", Need.REQUIRED, max_characters=64),
        Column(
            "CF_ZT", "当前状态", "", Need.MANDATORY, Holds.WORD, 1, STATES_2016, remark="0正常，1撤销，2异议，3其他"
        ),
        Column(
            "CF_SYFW",
            "信息使用范围",
            "",
            Need.OPTIONAL,
            Holds.WORD,
            1,
            USES_2016,
            remark="0公示，1政府内部共享，2授权查询",
        ),
        Column(
            "CF_SXYZCD",
            "失信严重程度",
            "severity",
            Need.OPTIONAL,
            Holds.WORD,
            1,
            ("0", "1", "2", "3"),
            {"0": "", "未定": "", "1": "一般", "2": "较重", "3": "严重"},
            remark="0未定，1一般，2较重，3严重；较重在现行三类中没有对应，须由认定部门重新定类",
        ),
        *place_and_time_2016(),
    ),
    marks=("CF_WSH", "CF_XZJG", "DFBM", "SJC"),
    across=(
        Rule(
            "CF_ZT.annulled",
            Weight.REFUSE,
            NotSaying("CF_ZT", ("1", "撤销")),
            "状态为撤销：不再列入；已列入的须凭文书撤销 / annulled: it is not listed; revoke what is",
        ),
        Rule(
            "CF_JDRQ.SJC",
            Weight.REMARK,
            InOrder(("CF_JDRQ", "SJC")),
            "决定日期晚于数据更新时间 / decided after the row was written",
        ),
        Rule("SJC.future", Weight.REMARK, NotInFuture("SJC"), "数据更新时间晚于今天 / written in the future"),
        PLACE_RULE,
    ),
    is_unnumbered=True,
)

PENALTY_2018 = Format(
    "penalty-2018",
    "双公示 行政处罚（2018年标准）",
    "发改办财金〔2018〕424号",
    Takes.ENTRIES,
    LIST,
    (
        *subject_2018("CF"),
        Column("CF_WSH", "行政处罚决定书文号", "document_no", Need.REQUIRED, max_characters=128),
        Column("CF_WFXW", "违法行为类型", "", Need.MANDATORY, max_characters=2000),
        Column("CF_SY", "违法事实", "fact", Need.MANDATORY, max_characters=5000),
        Column("CF_YJ", "处罚依据", "basis", Need.MANDATORY, max_characters=2048),
        Column(
            "CF_CFLB",
            "处罚类别",
            "penalty_kinds",
            Need.MANDATORY,
            Holds.WORD,
            words=KINDS_2018,
            remark="行政处罚法第九条的种类，几种之间用分号",
        ),
        Column("CF_NR", "处罚内容", "", Need.MANDATORY, max_characters=4000),
        Column("CF_NR_FK", "罚款金额(万元)", "fine_wan_yuan", holds=Holds.WAN_YUAN, remark="处罚类别含罚款的必填"),
        Column(
            "CF_NR_WFFF",
            "没收违法所得、没收非法财物的金额(万元)",
            holds=Holds.WAN_YUAN,
            remark="处罚类别含没收的必填",
        ),
        Column("CF_NR_ZKDX", "暂扣或吊销证照名称及编号", remark="处罚类别含暂扣、吊销的必填"),
        Column(
            "CF_SXYZCD",
            "失信严重程度",
            "severity",
            Need.OPTIONAL,
            Holds.WORD,
            words=CLASSES,
            also=("失信程度", "严重程度"),
            remark="2018年标准没有这一栏，可以自行加上；不填的，公示期按处罚种类看，种类不能确定的按可能适用的最长一项",
        ),
        Column("CF_JDRQ", "处罚决定日期", "determined_on", Need.REQUIRED, Holds.DAY),
        Column("CF_YXQ", "处罚有效期", holds=Holds.DAY, remark=LONG_TERM),
        Column("CF_GSJZQ", "公示截止期", "term_until", holds=Holds.DAY, remark=LONG_TERM),
        Column("CF_CFJG", "处罚机关", "authority", Need.REQUIRED, max_characters=200),
        Column("CF_CFJGDM", "处罚机关统一社会信用代码", "authority_code", Need.MANDATORY, Holds.NUMBER, 18),
        Column("CF_SJLY", "数据来源单位", "", Need.MANDATORY, max_characters=200),
        Column("CF_SJLYDM", "数据来源单位统一社会信用代码", "", Need.MANDATORY, Holds.NUMBER, 18),
        Column("BZ", "备注", max_characters=512),
    ),
    marks=("CF_WSH", "CF_CFJG", "CF_JDRQ"),
    answering=(Answering(Role.LEGAL_REPRESENTATIVE, "CF_FR_ZJHM", "CF_FR_ZJLX", "CF_FRDB"),),
    across=(
        *subject_rules_2018("CF"),
        Rule("CF_NR_FK.amount", Weight.REFUSE, IsAmount("CF_NR_FK"), "罚款金额不是以万元计的数 / not an amount"),
        Rule("CF_NR_WFFF.amount", Weight.REFUSE, IsAmount("CF_NR_WFFF"), "没收金额不是以万元计的数 / not an amount"),
        Rule(
            "CF_NR_FK.missing",
            Weight.REFUSE,
            AmountWhere("CF_NR_FK", "CF_CFLB", ("罚款",)),
            "处罚类别含罚款，罚款金额应大于0 / a fine needs its amount",
        ),
        Rule(
            "CF_NR_FK.kind",
            Weight.REMARK,
            NoAmountUnless("CF_NR_FK", "CF_CFLB", ("罚款",)),
            "有罚款金额，处罚类别却没有罚款 / an amount, but no fine among the kinds",
        ),
        Rule(
            "CF_NR_WFFF.missing",
            Weight.REFUSE,
            AmountWhere("CF_NR_WFFF", "CF_CFLB", ("没收",)),
            "处罚类别含没收，没收金额应大于0 / a confiscation needs its amount",
        ),
        Rule(
            "CF_NR_ZKDX.missing",
            Weight.REFUSE,
            FilledWhere("CF_NR_ZKDX", "CF_CFLB", ("暂扣", "吊销")),
            "处罚类别含暂扣或吊销，应填证照名称及编号 / what was suspended or revoked is not named",
        ),
        Rule(
            "CF_YXQ.order",
            Weight.REFUSE,
            InOrder(("CF_JDRQ", "CF_YXQ")),
            "处罚有效期早于决定日期 / the penalty ends before the decision",
        ),
        agency_rule("CF_CFJGDM", "处罚机关代码"),
        agency_rule("CF_SJLYDM", "数据来源单位代码"),
    ),
)
