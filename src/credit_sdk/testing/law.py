"""A small law for tests (测试用法律目录): stable ids of lists, matters and measures, and an instrument made up.

It must never be published: every title says that it is for tests. What bites where:

======================= =================================================================
``judgment-defaulter``  bars ``procurement.*`` (a1-06), limits ``tendering.award`` where the tender is statutory
                        (a1-07), bars persons from ``company.officer`` (a2-01), limits
                        ``service.green-channel`` (b3-01)
``major-tax-violation`` bars ``procurement.*`` (a1-06)
``procurement-serious`` bars ``procurement.*`` (a1-06)
``wage-arrears``        limits ``procurement.*`` and ``tendering.award`` (a1-14)
``abnormal-operation``  is scrutinised in ``procurement.*`` (a1-13)
``tax-a``               favours in ``procurement.award`` (i06) and ``service.green-channel`` (i01)
======================= =================================================================

``procurement.*`` requires the first three lists, every other matter only ``judgment-defaulter``.
"""

from datetime import date
from functools import cache

from credit_sdk.catalogue.catalogue import CatalogueDocument
from credit_sdk.model.citation import Bilingual, Citation, Instrument, InstrumentLevel, InstrumentVersion
from credit_sdk.model.listing import CreditList, CreditListVersion, ListClass
from credit_sdk.model.matter import Fact, Matter, MatterVersion
from credit_sdk.model.measure import (
    Application,
    FactCondition,
    Measure,
    MeasureClass,
    MeasureVersion,
    Role,
    Strength,
)
from credit_sdk.model.scheme import SubjectKind

LISTS = (
    "abnormal-operation",
    "judgment-defaulter",
    "major-tax-violation",
    "procurement-serious",
    "tax-a",
    "wage-arrears",
)
"""Ids of the lists of this law."""

_FROM_ON = date(2020, 1, 1)
_SOURCE = "made up for tests"
_LAW = "test-law"
_PROCUREMENT = ("procurement.award", "procurement.qualification")
_REQUIRED = ("judgment-defaulter", "major-tax-violation", "procurement-serious")


@cache
def fictional_law() -> bytes:
    """The canonical bytes of the catalogue for tests."""
    instrument = InstrumentVersion(
        from_on=_FROM_ON,
        source=_SOURCE,
        title="信用核查测试法（虚构）",
        title_en="Law on Testing Credit Checks (fictional)",
        number="测试令第1号",
        level=InstrumentLevel.LAW,
        issued_by="测试机关",
    )
    return CatalogueDocument(
        edition="test-1",
        instruments=(Instrument(id=_LAW, versions=(instrument,)),),
        lists=(
            _list("abnormal-operation", "经营异常名录（测试）", "Abnormal operation (test)", ListClass.ABNORMAL),
            _list("judgment-defaulter", "失信被执行人（测试）", "Judgment defaulters (test)", persons=True),
            _list("major-tax-violation", "重大税收违法失信主体（测试）", "Major tax violations (test)"),
            _list("procurement-serious", "政府采购严重违法失信名单（测试）", "Procurement violations (test)"),
            _list("tax-a", "纳税信用A级纳税人（测试）", "Class-A taxpayers (test)", ListClass.HONOUR),
            _list("wage-arrears", "拖欠农民工工资名单（测试）", "Wage arrears (test)"),
        ),
        measures=(
            _measure("a1-06", MeasureClass.A, "拒绝参加政府采购", _applies(_REQUIRED, _PROCUREMENT, Strength.BAR)),
            _measure(
                "a1-07",
                MeasureClass.A,
                "限制参加招标投标",
                Application(
                    lists=("judgment-defaulter",),
                    matters=("tendering.award",),
                    strength=Strength.LIMIT,
                    conditions=(FactCondition(fact="statutory_tender", equals=True),),
                    remark=_text("按招标文件载明的方式处理", "as the tender documents say"),
                ),
            ),
            _measure(
                "a1-13",
                MeasureClass.A,
                "从严审查",
                _applies(("abnormal-operation",), _PROCUREMENT, Strength.SCRUTINISE),
            ),
            _measure(
                "a1-14",
                MeasureClass.A,
                "限制政府采购和招标投标",
                _applies(("wage-arrears",), (*_PROCUREMENT, "tendering.award"), Strength.LIMIT),
            ),
            _measure(
                "a2-01",
                MeasureClass.A,
                "不得担任董事、监事、高级管理人员",
                Application(
                    lists=("judgment-defaulter",),
                    matters=("company.officer",),
                    strength=Strength.BAR,
                    kinds=(SubjectKind.NATURAL_PERSON,),
                    through=(Role.LEGAL_REPRESENTATIVE, Role.CANDIDATE),
                ),
            ),
            _measure(
                "b3-01",
                MeasureClass.B,
                "不适用告知承诺等便利",
                _applies(("judgment-defaulter",), ("service.green-channel",), Strength.LIMIT),
            ),
            _measure("i01", MeasureClass.INCENTIVE, "绿色通道", _favours("service.green-channel")),
            _measure("i06", MeasureClass.INCENTIVE, "同等条件下优先", _favours("procurement.award")),
        ),
        matters=(
            _matter("company.officer", "董监高任职（测试）", "Company officers (test)", persons=True),
            _matter("procurement.award", "政府采购成交前核查（测试）", "Procurement award (test)", _REQUIRED),
            _matter(
                "procurement.qualification", "政府采购资格审查（测试）", "Procurement qualification (test)", _REQUIRED
            ),
            _matter("service.green-channel", "绿色通道（测试）", "Green channel (test)"),
            _matter(
                "tendering.award",
                "定标前核查（测试）",
                "Tender award (test)",
                facts={"statutory_tender": Fact(default=True, title=_text("依法必须招标", "statutory tender"))},
            ),
        ),
    ).to_bytes()


def _text(zh: str, en: str) -> Bilingual:
    return Bilingual(zh=zh, en=en)


def _list(
    id: str, title: str, title_en: str, list_class: ListClass = ListClass.SERIOUS, *, persons: bool = False
) -> CreditList:
    version = CreditListVersion(
        from_on=_FROM_ON,
        source=_SOURCE,
        title=title,
        title_en=title_en,
        list_class=list_class,
        authority="测试机关",
        basis=(Citation(instrument=_LAW, article="第一条"),),
        persons=persons,
        removal=_text("履行义务后由测试机关移出", "removed by the test authority once obligations are met"),
        objection_to=_text("向测试机关提出异议", "object to the test authority"),
    )
    return CreditList(id=id, versions=(version,))


def _measure(id: str, measure_class: MeasureClass, title: str, *applies: Application) -> Measure:
    version = MeasureVersion(
        from_on=_FROM_ON,
        source=_SOURCE,
        measure_class=measure_class,
        heading="测试措施",
        title=title,
        title_en=f"test measure {id}",
        content=_text(title, f"test measure {id}"),
        basis=(Citation(instrument=_LAW, article="第二条"),),
        implementing_body="测试单位",
        applies=applies,
    )
    return Measure(id=id, versions=(version,))


def _applies(lists: tuple[str, ...], matters: tuple[str, ...], strength: Strength) -> Application:
    return Application(lists=lists, matters=matters, strength=strength)


def _favours(matter: str) -> Application:
    return _applies(("tax-a",), (matter,), Strength.FAVOUR)


def _matter(
    id: str,
    title: str,
    title_en: str,
    required: tuple[str, ...] = ("judgment-defaulter",),
    *,
    facts: dict[str, Fact] | None = None,
    persons: bool = False,
) -> Matter:
    version = MatterVersion(
        from_on=_FROM_ON,
        source=_SOURCE,
        title=title,
        title_en=title_en,
        basis=(Citation(instrument=_LAW, article="第三条"),),
        required_lists=required,
        facts=facts or {},
        adverse_max_age_s=24 * 3600,
        clear_max_age_s=8 * 3600,
        persons=persons,
    )
    return Matter(id=id, versions=(version,))
