"""What particulars are called before people (栏目名称), Chinese first; programs read their names in ``--json``."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from credit_sdk.model.term import SHANGHAI
from gateway.database.columns import Json, canonical_json
from gateway.registry.titles import ACTS, STATES

_TITLES = {
    "about": "针对",
    "accepted": "接收",
    "act": "办理",
    "acts": "办理经过",
    "applied_on": "申请日",
    "approval_no": "批准文号",
    "asked_until_on": "所请最后一日",
    "asked_by": "查询方",
    "at": "时间",
    "authority": "认定部门",
    "authority_code": "认定部门代码",
    "awaits": "发布情况",
    "basis": "依据",
    "batch": "批次",
    "body": "单位",
    "body_name": "单位名称",
    "case": "案号",
    "client": "系统",
    "client_revoked_at": "系统密钥废止时间",
    "by": "经办",
    "code": "承诺编码",
    "committer": "承诺人",
    "confidence": "可信程度",
    "confirmed_at": "复核时间",
    "confirmed_by": "复核人",
    "counted_from": "起算方式",
    "counted_from_on": "起算日",
    "decided_at": "复核时间",
    "decided_by": "复核人",
    "decision_id": "决定编号",
    "decision_reason": "复核理由",
    "decisions": "生效期间的核查",
    "decisions_total": "生效期间核查件数",
    "decided by": "复核/放弃",
    "determined_on": "认定日期",
    "document": "文书号",
    "document_no": "文书号",
    "door": "途径",
    "drafted_at": "录入时间",
    "drafted_by": "经办人",
    "draw": "抽取编号",
    "drawn": "抽中",
    "effect": "效力",
    "entries": "该主体公示中的条目",
    "entry": "条目",
    "expired_at": "期满记录时间",
    "entry_state": "条目现状",
    "extra": "附加内容",
    "fact": "事实",
    "fields": "专用栏目",
    "file": "文件",
    "filed_on": "提出日",
    "from": "适用起",
    "grade": "等级",
    "id": "编号",
    "imported_by": "导入人",
    "instrument": "文件",
    "is_person": "是否自然人",
    "lapse": "期满",
    "last_day": "最后公示日",
    "legal_basis": "法律依据",
    "limit": "最长期限",
    "list": "名单",
    "listed": "条目现状",
    "made_on": "作出日期",
    "matter": "事项",
    "maximum": "最长公示期",
    "maximum_day": "最长公示期届满日",
    "measure": "措施",
    "minimum": "最短公示期",
    "name": "名称",
    "notice_given_on": "告知日期",
    "objection": "异议",
    "objection_on": "异议提出日",
    "on": "日期",
    "others": "其他相关",
    "period": "期限规定",
    "population_sha256": "抽取范围摘要",
    "publicity": "公示期",
    "purpose": "目的",
    "reach": "可及",
    "reason": "理由",
    "received_at": "收到时间",
    "rejected": "退回",
    "remark": "说明",
    "removed_on": "移出日期",
    "repair": "修复申请",
    "repair_from": "可申请修复日",
    "replaced_by": "代替它的条目",
    "replaces": "所代替的条目",
    "reply": "答复",
    "responsible": "相关责任人",
    "role": "身份",
    "rows": "行数",
    "says": "内容",
    "seed": "种子",
    "seed_source": "种子来源",
    "set_by": "登记人",
    "severity": "失信程度",
    "source": "来源",
    "state": "状态",
    "subject": "主体",
    "superior": "上级主管机关",
    "superior_name": "上级名称",
    "term_from": "起始日期",
    "term_until": "截止日期",
    "type_title": "类型",
    "unit": "单位（期限）",
    "until": "适用止",
    "until_on": "最后一日",
    "waiver": "豁免",
    "withdrawal_confirmed_by": "撤销复核人",
    "withdrawal_document": "撤销文书号",
    "withdrawal_reason": "撤销理由",
    "withdrawn_at": "撤销时间",
    "withdrawn_by": "撤销经办人",
}
_VALUES: Mapping[str, Mapping[str, str]] = {
    "act": ACTS,
    "awaits": {"publication": "已认定，待发布", "withdrawal": "待撤下"},
    "confidence": {"verified": "已核实", "high": "把握较高", "medium": "把握中等", "low": "把握较低"},
    "counted_from": {"document": "文书之日", "publication": "公示之日"},
    "severity": {"minor": "轻微", "general": "一般", "serious": "严重", "none": "未定类"},
    "state": STATES,
    "unit": {"months": "月", "days": "日", "working-days": "工作日", "years": "年"},
}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


def title_of(name: str) -> str:
    """What a particular is called; a title that is none of our names stays as it is."""
    return f"{_TITLES[name]} {name}" if name in _TITLES else name


def state_words(state: object) -> str:
    """A state as an officer reads it: ``公示中 published``."""
    return value_words("state", state)


def value_words(name: str, value: object) -> str:
    """A value as an officer reads it: our own words with their Chinese, instants by the clock in Beijing."""
    text = str(value)
    if _INSTANT.fullmatch(text):
        return f"{datetime.fromisoformat(text).astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}（北京时间）"
    word = _VALUES.get(name, {}).get(text)
    return f"{word} {text}" if word else text


def listed(found: Mapping[str, Json]) -> list[str]:
    """Everything about one thing, a line each; what is empty is left out, what has parts is indented."""
    lines: list[str] = []
    for name, value in found.items():
        if value in (None, "", [], {}) or name.endswith("_en"):
            continue
        if isinstance(value, Mapping) and name not in {"fields", "extra"}:
            lines.append(f"{title_of(name)}:")
            lines += [f"  {line}" for line in listed(value)]
        elif isinstance(value, list) and all(isinstance(each, dict) for each in value):
            lines.append(f"{title_of(name)}:")
            lines += [f"  {_in_one_line(each)}" for each in value if isinstance(each, dict)]
        elif isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str)):
            lines.append(f"{title_of(name)}: {canonical_json(value)}")
        else:
            lines.append(f"{title_of(name)}: {_shown(name, value)}")
    return lines


def _shown(name: str, value: Json) -> str:
    if isinstance(value, bool):
        return "是 yes" if value else "否 no"
    return value_words(name, value)


def _in_one_line(found: Mapping[str, Json]) -> str:
    """One of several of a kind, as an act among the acts on an entry."""
    told = {name: value for name, value in found.items() if value not in (None, "", [], {})}
    return "；".join(
        f"{title_of(name)} {canonical_json(value) if isinstance(value, list | dict) else _shown(name, value)}"
        for name, value in told.items()
    )
