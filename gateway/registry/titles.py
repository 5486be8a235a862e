"""What states, acts and particulars are called before people (中文名称); programs read the words of the code."""

from collections.abc import Iterable, Mapping

STATES = {
    "accepted": "已受理",
    "acknowledged": "已签收",
    "applied": "已申请",
    "completed": "监管完成",
    "confirmed": "已复核",
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
    "set-aside": "全部退回",
    "shielded": "已屏蔽",
    "supervised": "监管中",
    "supplement": "待补正",
    "upheld": "成立",
    "voided": "修复已撤销",
    "withdrawn": "已撤回",
    "without-drafts": "无待复核",
}
ACTS = {
    "accept": "受理",
    "confirm": "复核",
    "correct": "更正",
    "decide": "决定",
    "decline": "不予受理",
    "deny": "不予修复",
    "discard": "放弃",
    "grant": "准予修复",
    "lapse": "公示期满",
    "remove": "移出",
    "repair": "信用修复",
    "revoke": "撤销",
    "shield": "屏蔽",
    "supplement": "补正",
    "supply": "补交材料",
    "unshield": "恢复公示",
    "void": "撤销修复",
    "withdraw": "撤回",
}
WAIVER_STATES = {
    "pending": "待复核",
    "effective": "生效",
    "refused": "不予同意",
    "withdrawn": "已撤销",
    "expired": "已期满",
}
"""Of waivers (豁免). Two people end one: what an applicant takes back (撤回) is called by the same word in the code."""
WAIVER_ACTS = {"confirm": "复核", "refuse": "不予同意", "withdraw": "撤销", "expire": "期满"}
_FIELDS = {
    "authority": "认定部门",
    "authority name": "受理单位",
    "basis": "依据",
    "cause": "事由",
    "committer": "承诺人",
    "content": "内容",
    "document_no": "文书号",
    "fact": "事实",
    "liability": "违诺责任",
    "remark": "备注",
}


def state_title(state: object, titles: Mapping[str, str] = STATES) -> str:
    """What a state is called, Chinese; a word that is none of ours stays as it is."""
    return titles.get(str(state), str(state))


def act_title(act: object, titles: Mapping[str, str] = ACTS) -> str:
    """What an act is called, Chinese."""
    return titles.get(str(act), str(act))


def field_title(name: str) -> str:
    """What a particular is called, Chinese."""
    return _FIELDS.get(name, name)


def possible_acts(acts: Iterable[object], titles: Mapping[str, str] = ACTS) -> str:
    """The acts that are left, for the remedy of a refusal: ``移出 remove、撤销 revoke``."""
    return "、".join(f"{act_title(each, titles)} {each}" for each in acts) or "无 none"
