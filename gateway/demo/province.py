"""About two thousand fictional subjects, and entries on every list over several years.

No code in here can belong to anybody. Organisations carry an organisation code that begins with ``FX``, a block that was
never assigned; natural persons carry the region ``639900``, which does not exist. Every name says 虚构. The same seed gives
the same province, so that a demonstration can be repeated.
"""

import csv
import io
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from credit_sdk.model.identifier import (
    organisation_check_character,
    resident_check_character,
    uscc_check_character,
)
from credit_sdk.model.term import months_after

SUBJECTS = 2_000
SEED = 63

_REGIONS = (
    "630100",
    "630102",
    "630103",
    "630104",
    "630105",
    "632200",
    "632300",
    "632500",
    "632600",
    "632700",
    "632800",
)
_PREFIXES = (("91", 78), ("92", 12), ("93", 4), ("12", 3), ("51", 2), ("N2", 1))
_NATURE = (
    "云杉",
    "雪豹",
    "格桑",
    "湟水",
    "昆仑",
    "青稞",
    "沙棘",
    "盐湖",
    "祁连",
    "牦牛",
    "岩羊",
    "黑颈鹤",
    "红柳",
    "冰川",
)
_TRADES = (
    ("建设工程", "建筑市场"),
    ("商贸", "市场监管"),
    ("食品", "市场监管"),
    ("医药", "药品监管"),
    ("信息技术", "市场监管"),
    ("运输", "交通运输"),
    ("文化旅游", "文化和旅游"),
    ("矿业", "应急管理"),
)
_ENDINGS = {
    "91": "有限公司",
    "92": "经营部",
    "93": "专业合作社",
    "12": "服务中心",
    "51": "行业协会",
    "N2": "村集体经济组织",
}


@dataclass(frozen=True, slots=True)
class FictionalSubject:
    """One invented subject: its valid code and a name that says it is invented."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class FictionalList:
    """How entries of one list look in the province: who determines, how many, how long, why."""

    list: str
    authority: str
    authority_code: str
    document: str
    basis: str
    fact: str
    years: int | None
    share: float
    severity: str = "serious"
    persons: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)


_COURT = "虚构市中级人民法院"
LISTS: tuple[FictionalList, ...] = (
    FictionalList(
        "judgment-defaulter", _COURT, "", "（{y}）虚0101执{n}号", "法释〔2017〕7号第一条", "有履行能力而拒不履行生效法律文书确定的义务", None, 0.030
    ),
    FictionalList("consumption-restricted", _COURT, "", "（{y}）虚0101执限{n}号", "法释〔2015〕17号第一条", "未按执行通知书履行义务，限制高消费", None, 0.004, "none", persons=True),
    FictionalList("major-tax-violation", "虚构省税务局稽查局", "", "虚税稽罚〔{y}〕{n}号", "税务总局令第54号", "虚开发票，税额巨大", 3, 0.010),
    FictionalList("wage-arrears", "虚构市人力资源和社会保障局", "", "虚人社列〔{y}〕{n}号", "保障农民工工资支付条例第四十八条", "拖欠农民工工资，责令改正后仍未支付", 3, 0.010),
    FictionalList("market-supervision-serious", "虚构市市场监督管理局", "", "虚市监严列〔{y}〕{n}号", "市场监管总局令第44号", "生产销售不符合食品安全标准的食品，情节严重", 3, 0.012),
    FictionalList("procurement-serious", "虚构省财政厅", "", "虚财采罚〔{y}〕{n}号", "政府采购法第七十七条", "提供虚假材料谋取中标", 2, 0.008),
    FictionalList("work-safety-serious", "虚构市应急管理局", "", "虚应急列〔{y}〕{n}号", "应急管理部令第11号", "发生较大生产安全事故负有责任", 3, 0.006),
    FictionalList("statistics-serious", "虚构省统计局", "", "虚统列〔{y}〕{n}号", "统计法", "编造虚假统计数据，数额较大", 1, 0.004),
    FictionalList("national-defence", "虚构县人民政府征兵办公室", "", "虚征列〔{y}〕{n}号", "兵役法第五十七条", "拒绝服现役，拒不改正", 2, 0.002, persons=True),
    FictionalList("customs-serious", "虚构海关", "", "虚关信〔{y}〕{n}号", "海关总署令第282号", "走私被追究刑事责任", 2, 0.003),
    FictionalList("customs-dishonest", "虚构海关", "", "虚关失〔{y}〕{n}号", "海关总署令第282号", "违反海关监管规定，多次被行政处罚", 1, 0.004, "general"),
    FictionalList("social-insurance-serious", "虚构省社会保险局", "", "虚社险列〔{y}〕{n}号", "社会保险经办条例第四十五条", "以伪造证明材料骗取社会保险待遇", 3, 0.004),
    FictionalList("culture-tourism-serious", "虚构市文化和旅游局", "", "虚文旅列〔{y}〕{n}号", "文化和旅游部令第7号", "未经许可经营旅行社业务，情节严重", 3, 0.004),
    FictionalList("ip-serious", "虚构省知识产权局", "", "虚知列〔{y}〕{n}号", "国知发保字〔2022〕8号", "从事严重违法专利代理行为", 1, 0.004),
    FictionalList("public-resource-trading-serious", "虚构省公共资源交易监督管理局", "", "虚公资列〔{y}〕{n}号", "招标投标法第五十三条", "串通投标，情节严重", 2, 0.005),
    FictionalList("construction-blacklist", "虚构市住房和城乡建设局", "", "虚建列〔{y}〕{n}号", "建市〔2017〕241号", "转包工程并发生质量事故", 1, 0.005),
    FictionalList("sme-payment", "虚构省工业和信息化厅", "", "虚工信列〔{y}〕{n}号", "保障中小企业款项支付条例第二十六条", "无正当理由拖欠中小企业款项", 3, 0.004, fields={"is_large_enterprise": "是"}),
    FictionalList("abnormal-operation", "虚构区市场监督管理局", "", "虚市监异列〔{y}〕{n}号", "企业信息公示暂行条例第十七条", "通过登记的住所无法联系", None, 0.050, "none"),
    FictionalList("administrative-penalty", "虚构市市场监督管理局", "", "虚市监罚〔{y}〕{n}号", "行政处罚法第九条", "违法经营被处以罚款", 1, 0.060, "general", fields={"fine_yuan": "50000", "penalty_kinds": "罚款"}),
    FictionalList("focus-watch", "虚构市发展和改革委员会", "", "虚发改关注〔{y}〕{n}号", "发改财金规〔2017〕1798号", "多次违约，尚未达到严重失信标准", 1, 0.015, "none"),
    FictionalList("tax-a", "虚构省税务局", "", "虚税信评〔{y}〕{n}号", "纳税缴费信用管理办法", "上一年度纳税缴费信用级别为A级", 1, 0.080, "none"),
    FictionalList("customs-aeo", "虚构海关", "", "虚关认〔{y}〕{n}号", "海关总署令第282号", "海关高级认证企业", 3, 0.010, "none"),
    FictionalList("construction-model", "虚构省交通运输厅", "", "虚交信〔{y}〕{n}号", "交通运输守信典型企业管理办法", "交通运输工程建设领域守信典型", 2, 0.006, "none"),
    FictionalList("integrity-model", "虚构省文明办", "", "虚信典〔{y}〕{n}号", "省级诚信典型评选办法", "省级诚信典型", 2, 0.006, "none"),
)  # fmt: skip


def organisation_code(number: int, *, prefix: str = "91", region: str = "630100") -> str:
    """A valid unified social credit code that cannot belong to anybody; ``number`` up to 999,999."""
    body = f"FX{number:06d}"
    stem = f"{prefix}{region}{body}{organisation_check_character(body)}"
    return f"{stem}{uscc_check_character(stem)}"


def resident_number(number: int) -> str:
    """A well-formed resident identity number of the region 639900, which does not exist; ``number`` up to 999."""
    stem = f"639900{1960 + number % 40}{1 + number % 12:02d}{1 + number % 28:02d}{number:03d}"
    return f"{stem}{resident_check_character(stem)}"


def subjects(count: int = SUBJECTS, *, seed: int = SEED) -> tuple[FictionalSubject, ...]:
    """The organisations of the province, in a fixed order."""
    dice = random.Random(seed)
    prefixes = dice.choices([p for p, _ in _PREFIXES], [w for _, w in _PREFIXES], k=count)
    made = []
    for number, prefix in enumerate(prefixes):
        nature, (trade, _) = dice.choice(_NATURE), dice.choice(_TRADES)
        code = organisation_code(number, prefix=prefix, region=dice.choice(_REGIONS))
        made.append(FictionalSubject(code, f"虚构{nature}{trade}{number:04d}{_ENDINGS[prefix]}"))
    return tuple(made)


def rows(on: date, *, count: int = SUBJECTS, seed: int = SEED) -> Iterator[dict[str, str]]:
    """Entries in the import format, over the five years before ``on``; every list has at least four.

    Yields:
        One row each, keyed by the English column names of the entry import.
    """
    dice = random.Random(seed + 1)
    everyone = subjects(count, seed=seed)
    companies = [s for s in everyone if s.code.startswith("91")]
    for kind in LISTS:
        wanted = max(4, round(kind.share * count))
        for n in range(wanted):
            someone = (
                FictionalSubject(resident_number((n * 37 + len(kind.list)) % 1000), f"虚构人{n:03d}")
                if kind.persons
                else dice.choice(companies)
            )
            determined_on = on - timedelta(days=dice.randrange(20, 5 * 365))
            until_on = months_after(determined_on, 12 * kind.years) if kind.years else None
            yield {
                "subject_code": someone.code,
                "subject_name": someone.name,
                "list": kind.list,
                "authority": kind.authority,
                "authority_code": kind.authority_code,
                "document_no": kind.document.format(y=determined_on.year, n=f"{n + 1:04d}"),
                "basis": kind.basis,
                "determined_on": determined_on.isoformat(),
                "term_from": determined_on.isoformat(),
                "term_until": until_on.isoformat() if until_on else "",
                "severity": kind.severity,
                "fact": f"（虚构）{kind.fact}",
                "notice_given_on": (determined_on - timedelta(days=15)).isoformat(),
                **kind.fields,
            }


def as_csv(lines: list[dict[str, str]]) -> bytes:
    """Rows of one list as an import file, UTF-8."""
    columns = list(dict.fromkeys(column for line in lines for column in line))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode()
