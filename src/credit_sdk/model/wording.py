"""The words people read for our closed words (用语), Chinese first; one table for every text that shows them."""

from credit_sdk.model.citation import Bilingual
from credit_sdk.model.evidence import Freshness
from credit_sdk.model.finding import SofteningReason
from credit_sdk.model.measure import MeasureClass, Role, Strength
from credit_sdk.model.verdict import Verdict

VERDICTS = {
    Verdict.DENY: Bilingual(zh="依法不得办理", en="the law bars it"),
    Verdict.REVIEW: Bilingual(zh="须由经办人员决定", en="an officer must decide"),
    Verdict.CLEAR: Bilingual(zh="未见适用的限制措施", en="no restrictive measure applies"),
    Verdict.UNDETERMINED: Bilingual(zh="尚不能得出结论", en="not known"),
}

STRENGTHS = {
    Strength.BAR: Bilingual(zh="依法应当拒绝", en="must be refused by law"),
    Strength.LIMIT: Bilingual(zh="依法应当限制", en="must be limited by law"),
    Strength.SCRUTINISE: Bilingual(zh="从严审查，由经办人员决定", en="close scrutiny, the officer decides"),
    Strength.ADVISE: Bilingual(zh="仅供参考", en="advice only"),
    Strength.FAVOUR: Bilingual(zh="守信激励", en="incentive"),
}

MEASURE_CLASSES = {
    MeasureClass.A: Bilingual(zh="A类（减损权益）", en="class A (detracts from rights)"),
    MeasureClass.B: Bilingual(zh="B类（管理措施）", en="class B (management)"),
    MeasureClass.C: Bilingual(zh="C类（自主实施）", en="class C (voluntary)"),
    MeasureClass.INCENTIVE: Bilingual(zh="激励措施", en="incentive"),
}

ROLES = {
    Role.LEGAL_REPRESENTATIVE: Bilingual(zh="法定代表人", en="legal representative"),
    Role.ACTUAL_CONTROLLER: Bilingual(zh="实际控制人", en="actual controller"),
    Role.RESPONSIBLE_PERSON: Bilingual(zh="相关责任人", en="responsible person"),
    Role.CANDIDATE: Bilingual(zh="拟任人选", en="candidate"),
}

FRESHNESS = {
    Freshness.EMPTY: Bilingual(zh="尚无数据", en="no data yet"),
    Freshness.FRESH: Bilingual(zh="数据新鲜", en="fresh"),
    Freshness.AGING: Bilingual(zh="数据渐旧", en="aging"),
    Freshness.STALE: Bilingual(zh="数据陈旧", en="stale"),
    Freshness.EXPIRED: Bilingual(zh="数据已过有效期", en="expired"),
}

SOFTENING_REASONS = {
    SofteningReason.OBJECTION: Bilingual(zh="异议处理期间", en="objection under way"),
    SofteningReason.NATURAL_PERSON: Bilingual(zh="涉及自然人", en="natural person"),
    SofteningReason.OLD_DATA: Bilingual(zh="数据超过时限", en="data too old to punish"),
    SofteningReason.WAIVER: Bilingual(zh="已豁免", en="waived"),
}
