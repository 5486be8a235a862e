"""How fields and values of the law read in a sentence (用语), for differences shown to people."""

from collections.abc import Mapping, Sequence
from enum import Enum

from pydantic import BaseModel

from credit_sdk.model.citation import Bilingual
from credit_sdk.model.measure import EntryCondition, FactCondition, Lasting

_FIELDS = {
    "title": "名称",
    "title_en": "英文名称",
    "number": "文号",
    "level": "效力层级",
    "issued_by": "制定机关",
    "list_class": "名单类别",
    "authority": "认定部门",
    "persons": "可否列入自然人",
    "organisations": "可否列入组织",
    "term": "期限",
    "removal": "移出途径",
    "objection_to": "异议受理",
    "objection_effect": "异议的效果",
    "notices": "提示语",
    "measure_class": "措施类别",
    "heading": "措施标题",
    "content": "惩戒内容",
    "implementing_body": "实施主体",
    "way_out": "解除途径",
    "required_lists": "必查名单",
    "facts": "案件事实",
    "adverse_max_age_s": "可据以惩戒的数据时限（秒）",
    "clear_max_age_s": "可据以放行的数据时限（秒）",
    "live_confirmation": "数据过旧时可否向网关实时核实",
    "commitments": "可用的信用承诺类型",
    "purpose": "用途",
    "act": "行为",
    "unit": "单位",
    "minimum": "最短",
    "maximum": "最长",
    "counts_from": "起算",
    "severity": "失信程度",
    "lists": "名单",
    "alongside": "所属公示期",
    "matters": "事项",
    "penalty_kinds": "处罚种类",
    "matter": "事项",
    "grade_a_per_mille": "A级抽查比例（千分比）",
    "grade_b_per_mille": "B级抽查比例（千分比）",
    "grade_c_per_mille": "C级抽查比例（千分比）",
    "grade_d_per_mille": "D级抽查比例（千分比）",
    "ungraded_per_mille": "无等级的抽查比例（千分比）",
    "kinds": "主体类型",
    "through": "及于",
    "conditions": "条件",
    "lasting": "持续",
    "remark": "注",
    "source": "来源",
    "confidence": "把握",
}


def field_name(name: str) -> str:
    """The Chinese name of a field."""
    return _FIELDS.get(name, name)


def shown(value: object) -> str:
    """A value as people read it."""
    if isinstance(value, Bilingual):
        return value.zh
    if isinstance(value, EntryCondition | FactCondition):
        return _condition(value)
    if isinstance(value, Lasting):
        return f"自{'认定之日' if value.counts_from == 'determined_on' else '期限首日'}起{value.years}年"
    return _plain(value)


def _plain(value: object) -> str:
    if value is None or value in ((), ""):
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, BaseModel):
        return _plain({name: getattr(value, name) for name in type(value).model_fields})
    if isinstance(value, Mapping):
        return "，".join(f"{name}：{shown(inner)}" for name, inner in value.items()) or "无"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "、".join(shown(item) for item in value)
    return str(value)


def _condition(condition: EntryCondition | FactCondition) -> str:
    name = condition.field if isinstance(condition, EntryCondition) else condition.fact
    if condition.at_least is not None:
        return f"{name}不低于{condition.at_least}"
    if condition.one_of:
        return f"{name}为{'、'.join(shown(value) for value in condition.one_of)}之一"
    return f"{name}为{shown(condition.equals)}"
