"""What particulars are called before people (栏目名称), Chinese first; programs read their names in ``--json``."""

from collections.abc import Mapping, Sequence

from gateway.database.columns import Json, canonical_json

_TITLES = {
    "about": "针对",
    "act": "原因",
    "acts": "办理经过",
    "applied_on": "申请日",
    "approval_no": "批准文号",
    "asked_until_on": "所请最后一日",
    "asked_by": "查询方",
    "at": "时间",
    "authority": "认定部门",
    "authority_code": "认定部门代码",
    "basis": "依据",
    "batch": "批次",
    "body": "单位",
    "body_name": "单位名称",
    "by": "经办人",
    "case": "案号",
    "client": "系统",
    "client_revoked_at": "系统密钥废止时间",
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
    "extra": "附加内容",
    "fact": "事实",
    "fields": "专用栏目",
    "file": "文件",
    "filed_on": "提出日",
    "from": "适用起",
    "grade": "等级",
    "id": "编号",
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
    "others": "同一主体同一事项的其他豁免",
    "period": "期限规定",
    "population_sha256": "抽取范围摘要",
    "publicity": "公示期",
    "purpose": "目的",
    "reason": "理由",
    "received_at": "收到时间",
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
    "seed": "种子",
    "seed_source": "种子来源",
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
_STATES = {
    "accepted": "已受理",
    "applied": "已申请",
    "completed": "监管完成",
    "corrected": "已更正",
    "declined": "不予受理",
    "denied": "不予修复",
    "discarded": "已放弃",
    "drafted": "待复核",
    "filed": "办理中",
    "granted": "准予修复",
    "lapsed": "公示期满",
    "published": "公示中",
    "rejected": "不成立",
    "removed": "已移出",
    "repaired": "已修复",
    "revoked": "已撤销",
    "shielded": "已屏蔽",
    "supervised": "监管中",
    "supplement": "待补正",
    "upheld": "成立",
    "voided": "修复已撤销",
    "withdrawn": "已撤回",
}


def title_of(name: str) -> str:
    """What a particular is called; a title that is none of our names stays as it is."""
    return f"{_TITLES[name]} {name}" if name in _TITLES else name


def state_words(state: object) -> str:
    """A state as an officer reads it: ``公示中 published``."""
    return f"{_STATES[str(state)]} {state}" if str(state) in _STATES else str(state)


def listed(found: Mapping[str, Json]) -> list[str]:
    """Everything about one thing, a line each; what is empty is left out, what has parts is indented."""
    lines: list[str] = []
    for name, value in found.items():
        if value in (None, "", [], {}) or name.endswith("_en"):
            continue
        if isinstance(value, Mapping) and name not in {"fields", "extra"}:
            lines.append(f"{title_of(name)}:")
            lines += [f"  {line}" for line in listed(value)]
        elif isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str)):
            lines.append(f"{title_of(name)}: {canonical_json(value)}")
        else:
            lines.append(f"{title_of(name)}: {_shown(name, value)}")
    return lines


def _shown(name: str, value: Json) -> str:
    if isinstance(value, bool):
        return "是 yes" if value else "否 no"
    return state_words(value) if name == "state" else str(value)
