"""What an applicant and a desk are told (答复): days, the limits of the law and what they rest on, Chinese first.

A limit is called statutory only where a law in force states it. An internal reminder of the gateway is named as such.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from sqlalchemy import Connection, Row, select

from credit_sdk.model.term import civil_day
from gateway.accounts import AUTHORITY
from gateway.database.columns import Json, instant_text
from gateway.database.tables import entries
from gateway.registry.conditions import waiting_until
from gateway.registry.objections import ObjectionState
from gateway.registry.periods import PeriodLaw
from gateway.registry.publicity import Listed, Publicity, publicity_of
from gateway.registry.repairs import RepairState
from gateway.registry.repeated_objections import is_marked, repeats
from gateway.registry.rules import CONFIDENCE_ZH
from gateway.registry.time_limits import LawAct, TimeLimit
from gateway.registry.working_days import Due

_FREE = "信用修复不收费，不要求培训、信用报告或公益活动"
_UNITS_ZH = {"working-days": "个工作日", "days": "日", "months": "个月", "years": "年"}
_ABOUT_ZH = {"content": "条目内容", "period": "公示期限", "repair": "信用修复结果"}
_OUTCOMES_ZH = {"upheld": "异议成立", "rejected": "异议不成立", "withdrawn": "异议已撤回"}
_REMEDIES_ZH = {"revoke": "撤销该条目", "remove": "移出该条目", "correct": "更正该条目", "other": "另行处理"}


@dataclass(frozen=True, slots=True)
class Handling:
    """By when something is to be decided, as it is told (办理期限).

    Attributes:
        limit: How long may be taken.
        due: Its last day; None where there is no limit, and until the event it counts from has happened.
    """

    limit: TimeLimit
    due: Due | None

    @classmethod
    def since(cls, limit: TimeLimit, since: date | None) -> Self:
        """The handling whose term began on ``since``; None where it has not begun."""
        return cls(limit, None if since is None else limit.due(since))

    @property
    def text(self) -> str:
        """One sentence, Chinese."""
        if self.limit.rule is not None:
            version = self.limit.rule.version
            until = f"{_day_zh(self.due)}前办结" if self.due is not None else "自受理之日起算"
            count = f"{version.maximum}{_UNITS_ZH[version.unit]}"
            return f"法定办理期限：{count}，{until}，依据{self.limit.basis}（{CONFIDENCE_ZH[version.confidence]}）"
        said = "现行规定未设法定期限"
        return said if self.due is None else f"{said}；内部提醒日{_day_zh(self.due)}，不是法定期限"

    @property
    def json(self) -> dict[str, Json]:
        """The same for programs."""
        rule = self.limit.rule
        due = self.due if rule is not None else None
        return {
            "statutory": rule is not None,
            "text": self.text,
            "due_on": _iso(due.on) if due else None,
            "unknown_year": due.unknown_year if due and due.unknown_year else None,
            "basis": rule.basis if rule else "",
            "confidence": rule.version.confidence if rule else "",
            "reminder_on": _iso(self.due.on) if rule is None and self.due else None,
        }


def objection_handling(row: Row[Any], list_id: str, law: PeriodLaw) -> Handling:
    """By when an objection is to be decided; the longer limit where it needs a verification."""
    act = LawAct.VERIFIED_OBJECTION if row.needs_verification else LawAct.OBJECTION
    return Handling.since(law.limit(act, list_id, row.filed_on), row.filed_on)


def objection_reply(row: Row[Any], handling: Handling, *, is_marked: bool = True) -> str:
    """What the applicant is told of an objection."""
    about = _ABOUT_ZH.get(row.about, row.about)
    taken = f"异议{row.id}：{row.filed_on:%Y年%m月%d日}对条目{row.entry}的{about}提出"
    if row.state == ObjectionState.FILED:
        marked = "办理期间该条目公示时标注“异议处理中”" if is_marked else "因与已处理的异议重复，办理期间不再标注"
        return f"{taken}，已收到。{marked}。{handling.text}。"
    outcome = _OUTCOMES_ZH[row.state]
    remedy = f"，{_REMEDIES_ZH[row.remedy]}" if row.remedy else ""
    to_do = f"：{row.to_do}" if row.to_do else ""
    document = f"（{row.document_no}）" if row.document_no else ""
    return f"{taken}，{outcome}{document}{remedy}{to_do}。理由：{row.reasons}。异议标注已取消。"


def objection_json(connection: Connection, row: Row[Any], law: PeriodLaw) -> dict[str, Json]:
    """An objection as it is answered: what it says, by when it is to be decided, and the publicity of its entry.

    Args:
        connection: Reads the entry.
        row: A row of the objections table.
        law: The periods of the law, with the reminders of this gateway.
    """
    listed = connection.execute(select(entries).where(entries.c.id == row.entry)).one()
    handling = objection_handling(row, listed.list, law)
    marked = is_marked(connection, row)
    return {
        "objection": row.id,
        "entry": row.entry,
        "about": row.about,
        "state": row.state,
        "applicant": row.applicant,
        "grounds": row.grounds,
        "filed_on": row.filed_on.isoformat(),
        "channel": row.channel,
        "received_by": row.received_by,
        "needs_verification": row.needs_verification,
        "decided_by": row.decided_by or "",
        "confirmed_by": row.confirmed_by or "",
        "decided_at": instant_text(row.decided_at) if row.decided_at else None,
        "remedy": row.remedy or "",
        "to_do": row.to_do,
        "reasons": row.reasons,
        "document": row.document_no,
        "limit": handling.json,
        "publicity": publicity_json(publicity_of(Listed.row(listed), law)),
        "repeats": repeats(connection, row),
        "marked": marked,
        "reply": objection_reply(row, handling, is_marked=marked),
    }


def repair_reply(row: Row[Any], acceptance: Handling, decision: Handling, waiting_on: date | None) -> str:
    """What the applicant is told of an application for repair."""
    taken = f"信用修复申请{row.id}：{row.applied_on:%Y年%m月%d日}对条目{row.entry}提出"
    document = f"（{row.document_no}）" if row.document_no else ""
    said = ""
    match RepairState(row.state):
        case RepairState.APPLIED:
            said = f"已收到。受理：{acceptance.text}。办理：{decision.text}。{_FREE}"
        case RepairState.SUPPLEMENT:
            said = f"请补正：{row.missing}。补正后重新计算受理期限。{_FREE}"
        case RepairState.ACCEPTED:
            said = f"{row.accepted_on:%Y年%m月%d日}已受理。办理：{decision.text}。{_FREE}"
        case RepairState.DECLINED:
            said = f"不予受理。理由：{row.reasons}。可以补齐条件后再次申请，也可以提出异议"
        case RepairState.GRANTED:
            freed = "随下次发布终止公示，停止共享和使用，惩戒措施同步解除"
            who = "认定机关" if row.channel == AUTHORITY else ""
            said = f"{who}{civil_day(row.decided_at):%Y年%m月%d日}准予信用修复{document}。{freed}"
        case RepairState.DENIED:
            said = f"不予修复{document}。理由：{row.reasons}。对结果有异议的，可以提出异议"
        case RepairState.WITHDRAWN:
            said = "已撤回"
        case RepairState.VOIDED:
            again = f"{waiting_on:%Y年%m月%d日}起可以再次申请" if waiting_on else "再次申请未设法定间隔"
            day = f"{civil_day(row.voided_at):%Y年%m月%d日}"
            said = f"{day}撤销修复（{row.void_document_no}），恢复公示。理由：{row.void_reasons}。{again}"
    return f"{taken}，{said}。"


def repair_json(connection: Connection, row: Row[Any], law: PeriodLaw) -> dict[str, Json]:
    """An application as it is answered: what it says, by when it is decided, and the publicity of its entry."""
    listed = connection.execute(select(entries).where(entries.c.id == row.entry)).one()
    applied_on = row.applied_on
    acceptance = Handling.since(law.limit(LawAct.REPAIR_ACCEPTANCE, listed.list, applied_on), applied_on)
    decision = _decision(law, listed.list, row)
    waiting = waiting_until(connection, row.entry, listed.list, law)
    waiting_on = waiting[0] if waiting and row.state == RepairState.VOIDED else None
    return {
        "repair": row.id,
        "entry": row.entry,
        "state": row.state,
        "applicant": row.applicant,
        "regime": row.regime,
        "period": row.period,
        "proof": row.proof,
        "commitment": row.commitment,
        "missing": row.missing,
        "applied_on": row.applied_on.isoformat(),
        "accepted_on": _iso(row.accepted_on),
        "accepted_by": row.accepted_by or "",
        "channel": row.channel,
        "received_by": row.received_by,
        "decided_by": row.decided_by or "",
        "confirmed_by": row.confirmed_by or "",
        "decided_at": instant_text(row.decided_at) if row.decided_at else None,
        "reasons": row.reasons,
        "document": row.document_no,
        "voided_by": row.voided_by or "",
        "void_confirmed_by": row.void_confirmed_by or "",
        "voided_at": instant_text(row.voided_at) if row.voided_at else None,
        "void_reasons": row.void_reasons,
        "void_document": row.void_document_no,
        "again_from": _iso(waiting_on),
        "acceptance": acceptance.json,
        "decision": decision.json,
        "publicity": publicity_json(publicity_of(Listed.row(listed), law)),
        "reply": repair_reply(row, acceptance, decision, waiting_on),
    }


def _decision(law: PeriodLaw, list_id: str, row: Row[Any]) -> Handling:
    limit = law.limit(LawAct.REPAIR_DECISION, list_id, row.applied_on)
    return Handling.since(limit, row.accepted_on if limit.counts_from == "acceptance" else row.applied_on)


def publicity_json(publicity: Publicity) -> dict[str, Json]:
    """Publicity as programs are told of it: the days, and the period and instrument they rest on."""
    rule = publicity.rule
    version = rule.version if rule else None
    told_by = publicity.classed_by or rule
    return {
        "severity": publicity.severity,
        "repair_from": _iso(publicity.repair_from_on),
        "last_day": _iso(publicity.ends_on),
        "maximum_day": _iso(publicity.maximum_on),
        "counted_from": version.counts_from if version else "",
        "counted_from_on": publicity.counted_from_on.isoformat(),
        "minimum": version.minimum if version and not publicity.asks_for_period else None,
        "maximum": version.maximum if version else None,
        "unit": version.unit if version else "",
        "period": rule.id if rule else "",
        "instrument": rule.instrument if rule else "",
        "basis": rule.basis if rule else "",
        # Of a class that was not stated it is the class, not its length, that the law's data is less sure of.
        "confidence": told_by.version.confidence if told_by else "",
        "others": [each.id for each in publicity.others],
        "remark": publicity.remark.zh,
        "remark_en": publicity.remark.en,
    }


def publicity_text(publicity: Publicity) -> str:
    """Publicity in one sentence, Chinese."""
    first = "申请信用修复未设最短公示期，纠正并履行义务后即可申请"
    if publicity.repair_from_on:
        first = f"{publicity.repair_from_on:%Y年%m月%d日}起可以申请信用修复"
    elif publicity.asks_for_period:
        first = "何时可以申请信用修复，取决于适用哪一项公示期，申请时须注明"
    last = f"公示至{publicity.ends_on:%Y年%m月%d日}（含）" if publicity.ends_on else "公示没有固定的最后一日"
    basis = f"，依据{publicity.rule.basis}" if publicity.rule else ""
    return f"{first}；{last}{basis}。{publicity.remark.zh}"


def _day_zh(due: Due) -> str:
    if due.on is None:
        return f"（{due.unknown_year}年节假日安排尚未公布，届满日未知）"
    return f"{due.on:%Y年%m月%d日}"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
