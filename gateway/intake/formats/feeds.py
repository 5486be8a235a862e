"""Feeds of single lists (各名单的报送表): the columns that publishers really use, and what each fills.

A feed that states no document number is told apart by its day; one that does not name its authority is taken in only
with ``--authority``. What a feed lacks besides is asked for, never made up.
"""

from credit_sdk.model.measure import Role
from gateway.intake.formats.format import Answering, Column, Format, Holds, Need, Takes
from gateway.intake.formats.rules import InOrder, Rule, Weight

_UNNUMBERED = "来源没有文书号的留空，以日期区分"

JUDGMENT_DEFAULTER = Format(
    "judgment-defaulter",
    "失信被执行人",
    "全国法院失信被执行人名单公布的字段",
    Takes.ENTRIES,
    "judgment-defaulter",
    (
        Column("iname", "被执行人姓名/名称", "subject_name", also=("被执行人", "失信被执行人名称", "姓名/名称")),
        Column(
            "cardNum",
            "证件号码/组织机构代码",
            "subject_code",
            Need.REQUIRED,
            Holds.PERSONAL,
            also=("身份证号码/组织机构代码", "证件号码", "组织机构代码", "统一社会信用代码"),
            remark="公布时已遮蔽的号码不能认定，须向执行法院索取完整号码",
        ),
        Column("caseCode", "案号", "document_no", Need.REQUIRED, max_characters=128),
        Column("businessEntity", "法定代表人/负责人", also=("法定代表人或者负责人姓名", "法定代表人")),
        Column("courtName", "执行法院", "authority", Need.REQUIRED),
        Column("areaName", "地域名称", also=("省份",)),
        Column("gistId", "执行依据文号", "basis"),
        Column("regDate", "立案时间", holds=Holds.DAY, also=("立案日期",)),
        Column("gistUnit", "作出执行依据单位"),
        Column("duty", "生效法律文书确定的义务", "fact", also=("义务",)),
        Column("performance", "被执行人的履行情况", "", Need.MANDATORY, also=("履行情况",)),
        Column("performedPart", "已履行部分"),
        Column("unperformPart", "未履行部分"),
        Column(
            "disruptTypeName",
            "失信被执行人行为具体情形",
            "defaulter_situation",
            Need.MANDATORY,
            also=("失信行为具体情形",),
        ),
        Column("publishDate", "发布时间", "determined_on", Need.REQUIRED, Holds.DAY, also=("发布日期", "公布日期")),
        Column("partyTypeName", "主体类型"),
    ),
    marks=("caseCode", "courtName", "publishDate"),
    across=(
        Rule(
            "regDate.order",
            Weight.REMARK,
            InOrder(("regDate", "publishDate")),
            "发布时间早于立案时间 / published before the case was registered",
        ),
    ),
)

PROCUREMENT_SERIOUS = Format(
    "procurement-serious",
    "政府采购严重违法失信行为记录名单",
    "政府采购网公布的字段",
    Takes.ENTRIES,
    "procurement-serious",
    (
        Column("机构名称", "机构名称", "subject_name", also=("企业名称", "供应商名称")),
        Column(
            "统一社会信用代码(或组织机构代码)",
            "统一社会信用代码(或组织机构代码)",
            "subject_code",
            Need.REQUIRED,
            Holds.NUMBER,
            also=("统一社会信用代码", "组织机构代码", "统一社会信用代码/组织机构代码"),
        ),
        Column("企业地址", "企业地址", also=("地址",)),
        Column(
            "不良行为的具体情形", "不良行为的具体情形", "fact", Need.MANDATORY, also=("严重违法失信行为的具体情形",)
        ),
        Column("处罚依据", "处罚依据", "basis", Need.MANDATORY),
        Column("处罚结果", "处罚结果", "", Need.MANDATORY),
        Column("处罚决定文号", "处罚决定文号", "document_no", also=("文书号", "处罚文号"), remark=_UNNUMBERED),
        Column("记录日期", "记录日期", "determined_on", Need.REQUIRED, Holds.DAY, also=("处罚日期", "处罚时间")),
        Column("登记地点", "登记地点"),
        Column("处罚截止日期", "处罚截止日期", "term_until", Need.MANDATORY, Holds.DAY, also=("处罚截止时间",)),
        Column("执法单位", "执法单位", "authority", Need.REQUIRED, also=("处罚机关", "认定部门")),
    ),
    marks=("不良行为的具体情形", "记录日期", "处罚截止日期"),
    is_unnumbered=True,
)

MAJOR_TAX_VIOLATION = Format(
    "major-tax-violation",
    "重大税收违法失信主体",
    "税务机关公布的字段",
    Takes.ENTRIES,
    "major-tax-violation",
    (
        Column("纳税人名称", "纳税人名称", "subject_name"),
        Column(
            "纳税人识别号",
            "纳税人识别号",
            "subject_code",
            Need.REQUIRED,
            Holds.NUMBER,
            also=("统一社会信用代码", "纳税人识别号或统一社会信用代码"),
            remark="15位、20位的旧识别号认不出是谁，请补充统一社会信用代码",
        ),
        Column("注册地址", "注册地址"),
        Column("法定代表人", "法定代表人", also=("法定代表人或者负责人姓名", "法定代表人姓名")),
        Column("案件上报期", "案件上报期"),
        Column("案件性质", "案件性质", "", Need.MANDATORY),
        Column("主要违法事实", "主要违法事实", "fact", Need.MANDATORY),
        Column(
            "法律依据及处理处罚",
            "法律依据及处理处罚",
            "basis",
            Need.MANDATORY,
            also=("相关法律依据及税务处理处罚情况", "法律依据及处理处罚情况"),
        ),
        Column("文书号", "文书号", "document_no", also=("处理处罚决定文书号", "认定文书号"), remark=_UNNUMBERED),
        Column(
            "公布日期",
            "公布日期",
            "determined_on",
            Need.REQUIRED,
            Holds.DAY,
            also=("认定日期", "公布时间"),
            remark="案件上报期不是日期，不能代替",
        ),
        Column("公布机关", "公布机关", "authority", Need.REQUIRED, also=("认定部门", "检查机关", "税务机关")),
    ),
    marks=("纳税人识别号", "案件性质", "主要违法事实"),
    is_unnumbered=True,
)

WAGE_ARREARS = Format(
    "wage-arrears",
    "拖欠农民工工资失信联合惩戒对象",
    "人力资源社会保障部门公布的字段",
    Takes.ENTRIES,
    "wage-arrears",
    (
        Column("对象名称", "对象名称", "subject_name", also=("单位名称", "名称")),
        Column(
            "统一社会信用代码",
            "统一社会信用代码",
            "subject_code",
            Need.REQUIRED,
            Holds.NUMBER,
            also=("信用代码", "统一社会信用代码/身份证号码"),
            remark="对象为自然人的，填其公民身份号码",
        ),
        Column("列入时间", "列入时间", "determined_on", Need.REQUIRED, Holds.DAY, also=("列入日期",)),
        Column("预计退出日期", "预计退出日期", "term_until", Need.MANDATORY, Holds.DAY, also=("预计移出日期",)),
        Column("法定代表人", "法定代表人", also=("法代", "法定代表人姓名")),
        Column(
            "证件类型", "证件类型", "", Need.OPTIONAL, Holds.WORD, 0, ("1", "2", "3", "4", "5", "6", "7"), remark="1至7"
        ),
        Column("证件号码", "证件号码", holds=Holds.PERSONAL, also=("证件号",), remark="法定代表人的，不作为对象的号码"),
        Column("发布机关", "发布机关", "authority", Need.REQUIRED, also=("列入机关", "列入部门")),
        Column("文书号", "文书号", "document_no", Need.REQUIRED, max_characters=128, also=("列入决定书文号",)),
        Column("列入事由", "列入事由", "fact", Need.MANDATORY),
        Column("列入依据", "列入依据", "basis", Need.MANDATORY),
    ),
    marks=("列入时间", "预计退出日期", "发布机关"),
    answering=(Answering(Role.LEGAL_REPRESENTATIVE, "证件号码", "证件类型", "法定代表人"),),
)

WORK_SAFETY_SERIOUS = Format(
    "work-safety-serious",
    "安全生产严重失信主体",
    "应急管理部门报送表的字段",
    Takes.ENTRIES,
    "work-safety-serious",
    (
        Column("单位名称", "单位名称", "subject_name"),
        Column(
            "统一社会信用代码",
            "统一社会信用代码",
            "subject_code",
            holds=Holds.NUMBER,
            also=("注册号/统一社会信用代码", "统一社会信用代码/注册号"),
        ),
        Column("注册号", "注册号", "subject_code", holds=Holds.NUMBER, also=("工商注册号",)),
        Column("主要负责人", "主要负责人"),
        Column("失信行为简况", "失信行为简况", "fact", Need.MANDATORY),
        Column("信息报送机关", "信息报送机关", "authority", Need.REQUIRED),
        Column("纳入理由", "纳入理由", "basis", Need.MANDATORY, also=("列入理由",)),
        Column("文书号", "文书号", "document_no", also=("决定书文号",), remark=_UNNUMBERED),
        Column("纳入日期", "纳入日期", "determined_on", Need.REQUIRED, Holds.DAY, also=("列入日期", "认定日期")),
        Column("管理期限至", "管理期限至", "term_until", holds=Holds.DAY, also=("截止日期", "有效期至")),
    ),
    marks=("失信行为简况", "信息报送机关"),
    is_unnumbered=True,
)

ABNORMAL_OPERATION = Format(
    "abnormal-operation",
    "经营异常名录",
    "企业信用信息公示系统的字段",
    Takes.ENTRIES,
    "abnormal-operation",
    (
        Column("企业名称", "企业名称", "subject_name", also=("名称", "主体名称")),
        Column(
            "统一社会信用代码",
            "统一社会信用代码",
            "subject_code",
            holds=Holds.NUMBER,
            also=("统一社会信用代码/注册号", "信用代码"),
        ),
        Column("注册号", "注册号", "subject_code", holds=Holds.NUMBER),
        Column("列入日期", "列入日期", "determined_on", Need.REQUIRED, Holds.DAY),
        Column("列入原因", "列入原因", "fact", Need.MANDATORY, also=("列入经营异常名录原因",)),
        Column("列入机关", "列入机关", "authority", Need.REQUIRED, also=("作出决定机关(列入)", "列入决定机关")),
        Column("列入决定书文号", "列入决定书文号", "document_no", also=("文书号",), remark=_UNNUMBERED),
        Column(
            "移出日期",
            "移出日期",
            "removed_on",
            holds=Holds.DAY,
            remark="填了的不再列入；已列入的形成移出建议，须凭移出决定逐条办理",
        ),
        Column("移出原因", "移出原因", "removal_reason", also=("移出经营异常名录原因",)),
        Column("移出机关", "移出机关", "removal_authority", also=("作出决定机关(移出)", "移出决定机关")),
    ),
    marks=("列入日期", "列入原因", "移出日期"),
    across=(
        Rule(
            "移出日期.order",
            Weight.REFUSE,
            InOrder(("列入日期", "移出日期")),
            "移出日期早于列入日期 / removed before it was listed",
        ),
    ),
    is_unnumbered=True,
)
