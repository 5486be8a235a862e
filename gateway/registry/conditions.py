"""When a repair may be applied for (申请条件): the minimum of publicity, and the wait after a voided repair.

Only what counts against somebody can be repaired. The minimum is that of the law in force on the day of the document.
Where the entry leaves open which period holds and the day makes a difference, whoever takes the application in says
which. A wait goes with the determination: a correction, which gives it another entry, does not end it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from credit_sdk.model.listing import ListClass
from credit_sdk.model.term import civil_day
from gateway.database.tables import entries, repairs
from gateway.problems import InvalidActError
from gateway.registry.periods import PeriodLaw
from gateway.registry.publicity import Listed, Publicity, counted_from, publicity_of
from gateway.registry.rules import Rule
from gateway.registry.time_limits import LawAct


def require_repairable(
    connection: Connection, listed: Row[Any], law: PeriodLaw, on: date, period: str = ""
) -> Rule | None:
    """Refuse a repair before its time; the period whose minimum counts, None where the law states none.

    Args:
        connection: Reads earlier repairs.
        listed: A row of the entries table.
        law: The periods of the law.
        on: The day of the application, or of the grant.
        period: Which period holds, where the entry leaves it open.

    Raises:
        InvalidActError: It is an honour, the minimum is not reached, the wait is not over, or it must be said which
            period holds.
    """
    require_untrustworthy(listed, law)
    _require_wait_over(connection, listed, law, on)
    facts = Listed.row(listed)
    publicity = publicity_of(facts, law)
    rule = _chosen(publicity, period)
    if rule is None:
        return None
    excluding = _exclusions(facts, law)
    if not period:
        rule = _first_reached(facts, publicity, excluding, on)
    reached_on = _reached_on(facts, rule, excluding)
    if reached_on == date.max:
        by = excluding[rule.id]
        raise InvalidActError(
            f"该处罚种类（{'、'.join(by.version.penalty_kinds)}）不得提前停止公示，公示至期满，依据{by.basis} / "
            f"The publicity of such a penalty does not end before its term, by {by.basis}.",
            hint="请告知申请人公示期满自动停止；处罚种类有误的，先更正条目 / "
            "It ends by the calendar; where the kind of penalty is wrong, correct the entry first.",
        )
    if on < reached_on:
        depends = not period and publicity.asks_for_period
        remark = publicity.remark
        raise InvalidActError(
            f"最短公示期未满，{reached_on}起方可申请修复，依据{rule.basis}{f'。{remark.zh}' if depends else ''} / "
            f"The minimum of publicity is not reached: a repair may be applied for from {reached_on} on, "
            f"by {rule.basis}.{f' But {remark.en}.' if depends else ''}",
            hint=f"{reached_on:%Y年%m月%d日}起可以申请，请告知申请人 / Tell the applicant that day.",
        )
    return rule


def _first_reached(facts: Listed, publicity: Publicity, excluding: Mapping[str, Rule], on: date) -> Rule:
    """Of the periods that may hold the one whose minimum is reached first.

    Raises:
        InvalidActError: On that day it makes a difference which one holds.
    """
    may_hold = [each for each in (publicity.rule, *publicity.others) if each is not None]
    days = {each: _reached_on(facts, each, excluding) for each in may_hold}
    if len({day > on for day in days.values()}) > 1:
        remark = publicity.remark
        raise InvalidActError(
            f"适用哪一项公示期，在{on}结果不同：{remark.zh} / "
            f"On {on} it makes a difference which period of publicity holds: {remark.en}.",
            hint=f"由认定部门写明类别或者领域后，用 --period 注明：{'、'.join(each.id for each in may_hold)} / "
            "Say which one holds with that option, on the word of the determining authority.",
        )
    return min(may_hold, key=days.__getitem__)


def require_untrustworthy(listed: Row[Any], law: PeriodLaw) -> None:
    """Refuse to repair an honour: there is nothing to mend.

    Raises:
        InvalidActError: It is one.
    """
    if law.class_of(listed.list, listed.determined_on) is ListClass.HONOUR:
        raise InvalidActError(
            f"名单{listed.list}不是失信名单，无须修复 / "
            f"{listed.list} is no list of untrustworthy acts, so there is nothing to repair.",
            hint="如有错误，请提出异议 / Object to it if it is wrong.",
        )


def instrument_of(rule: Rule | None, law: PeriodLaw, list_id: str, on: date) -> str:
    """The instrument by whose rules a repair is decided: that of the minimum, else of the handling; empty if none."""
    found = rule or law.handling(LawAct.REPAIR_DECISION, list_id, on)
    return found.instrument if found else ""


def waiting_until(connection: Connection, entry: str, list_id: str, law: PeriodLaw) -> tuple[date, Rule] | None:
    """The first day of a new application after a repair was voided, and the rule; None where there is no wait."""
    voided_at = connection.scalar(
        select(repairs.c.voided_at)
        .where(repairs.c.entry.in_(_of_one_determination(connection, entry)), repairs.c.voided_at.is_not(None))
        .order_by(repairs.c.voided_at.desc())
        .limit(1)
    )
    if voided_at is None:
        return None
    voided_on = civil_day(voided_at)
    rule = law.handling(LawAct.REPAIR_AGAIN, list_id, voided_on)
    due = rule.minimum_after(voided_on) if rule is not None else None
    return (due.on, rule) if rule is not None and due is not None and due.on is not None else None


def _of_one_determination(connection: Connection, entry: str) -> list[str]:
    """The entry and those whose place it took by correction (更正)."""
    found = [entry]
    while before := connection.scalar(select(entries.c.replaces).where(entries.c.id == found[-1])):
        found.append(before)
    return found


def _require_wait_over(connection: Connection, listed: Row[Any], law: PeriodLaw, on: date) -> None:
    waiting = waiting_until(connection, listed.id, listed.list, law)
    if waiting is not None and on < waiting[0]:
        raise InvalidActError(
            f"该条目的修复曾因虚假被撤销，{waiting[0]}起方可再次申请，依据{waiting[1].basis} / "
            f"A repair of this entry was voided for falsehood; a new one may be applied for from {waiting[0]} on, "
            f"by {waiting[1].basis}.",
            hint=f"{waiting[0]:%Y年%m月%d日}起可以再次申请 / Tell the applicant that day.",
        )


def _chosen(publicity: Publicity, period: str) -> Rule | None:
    if not period:
        return publicity.rule
    rule = publicity.by(period)
    if rule is None:
        known = ", ".join(each.id for each in (publicity.rule, *publicity.others) if each is not None)
        raise InvalidActError(
            f"{period}不是可能适用于该条目的公示期 / {period} is no period of publicity that may hold for this entry.",
            hint=f"可选 / One of: {known or '无 none'}.",
        )
    return rule


def _exclusions(facts: Listed, law: PeriodLaw) -> Mapping[str, Rule]:
    """By period of publicity, the rule of that day that lets nobody out of it before its end (不得提前停止公示)."""
    kinds = facts.fields.get("penalty_kinds")
    imposed = set(kinds) if isinstance(kinds, list | tuple) else set()
    return {
        each.version.alongside: each
        for each in law.of_act(LawAct.REPAIR_EXCLUDED, facts.determined_on)
        if facts.list in each.version.lists and imposed.intersection(each.version.penalty_kinds)
    }


def _reached_on(facts: Listed, rule: Rule, excluding: Mapping[str, Rule]) -> date:
    """The day on which a repair may be asked for; the last of all days where it never may."""
    if rule.id in excluding:
        return date.max
    due = rule.minimum_after(counted_from(facts, rule))
    if due is None:
        return date.min
    if due.on is None:
        raise InvalidActError(
            f"最短公示期何时届满尚不可知：{due.unknown_year}年的节假日安排未公布 / "
            f"The end of the minimum is not known: the calendar of {due.unknown_year} is not published yet.",
            hint="节假日安排公布后再办理 / Wait for the calendar.",
        )
    return due.on
