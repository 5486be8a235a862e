"""``deadlines``: what is due and what is over (办理时限), soonest first."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import click

from credit_sdk.model.term import civil_day
from gateway.commands.terminal import AS_JSON, HOME, CivilDay, answer, desk, table
from gateway.database.columns import Json
from gateway.database.unit_of_work import reading
from gateway.registry.deadlines import Deadline, DeadlineCount, TermState
from gateway.registry.deadlines import deadlines as due
from gateway.registry.periods import PeriodLaw
from gateway.registry.publication_times import FIRST_JUDGED_ON, LAST_JUDGED_ON, publication_times
from gateway.registry.time_limits import Ground, reminders_of
from gateway.registry.waiting import Duty

MAX_ROWS = 10_000
DUTIES = {
    Duty.PUBLICITY: "公示",
    Duty.OBJECTION: "异议办理",
    Duty.REPAIR_ACCEPTANCE: "信用修复受理",
    Duty.REPAIR_DECISION: "信用修复决定",
    Duty.WITHDRAWAL: "撤回公示",
    Duty.WAIVER: "豁免复核",
    Duty.FEEDBACK: "反馈",
}
GROUNDS = {Ground.STATUTORY: "法定", Ground.INTERNAL: "内部提醒", Ground.NONE: "未设法定期限"}


@click.command()
@HOME
@click.option("--on", type=CivilDay(), metavar="DATE", help="以该日计算，缺省为今天 / judged by this day, else today")
@click.option("--overdue", is_flag=True, help="只列已逾期的 / only what is overdue")
@click.option("--limit", default=100, type=click.IntRange(1, MAX_ROWS), show_default=True)
@AS_JSON
def deadlines(home: Path, *, on: date | None, overdue: bool, limit: int, as_json: bool) -> None:
    """列出待办时限：即将到期和已逾期的事项。

    List what is due and overdue, soonest first, with who must act and on what ground.
    """
    if on and not FIRST_JUDGED_ON <= on <= LAST_JUDGED_ON:
        raise click.UsageError(f"--on 须在{FIRST_JUDGED_ON}至{LAST_JUDGED_ON}之间 / must be a day within these")
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        today = on or civil_day(datetime.now(UTC))
        law = PeriodLaw.load(connection, today, reminders_of(open_desk.home.settings))
        found, counts = due(connection, law, today, overdue_only=overdue, limit=limit)
        times = publication_times(connection, law, today)
    content: dict[str, Json] = {
        "on": today.isoformat(),
        "counts": [{"act": each.duty, **_numbers(each)} for each in counts],
        "publication": {
            "since_on": times.since_on.isoformat(),
            "published": times.published,
            "late": times.late,
            "unknown": times.unknown,
        },
        "deadlines": [described(each) for each in found],
    }
    answer(content, [*_heading(today, counts, times.late), *_listed(found)], as_json=as_json)


def described(each: Deadline) -> dict[str, Json]:
    """One deadline as JSON."""
    return {
        "act": each.duty,
        "reference": each.reference,
        "entry": each.entry,
        "list": each.list,
        "subject": each.subject,
        "matter": each.matter,
        "case": each.case,
        "who": each.who,
        "since_on": each.since_on.isoformat(),
        "due_on": each.due_on.isoformat() if each.due_on else None,
        "unknown_year": each.unknown_year,
        "working_days_left": each.working_days_left,
        "state": each.state,
        "ground": each.limit.ground,
        "period": each.limit.period,
        "instrument": each.limit.instrument,
        "basis": each.limit.basis,
    }


def _numbers(count: DeadlineCount) -> dict[str, Json]:
    return {name: number for name, number in asdict(count).items() if name != "duty"}


def _heading(today: date, counts: tuple[DeadlineCount, ...], late: int) -> list[str]:
    lines = [f"数据截至 {today} / as of {today}"]
    lines += [
        f"{DUTIES[each.duty]} {each.duty}：待办 open {each.open}，三个工作日内到期 soon {each.soon}，"
        f"逾期 overdue {each.overdue}，日历未公布 unknown {each.unknown}，未设期限 unlimited {each.unlimited}"
        for each in counts
        if each.open
    ]
    if late:
        lines.append(f"近期已公示但逾期的条目 / published lately after their term: {late}")
    return lines if len(lines) > 1 else [*lines, "没有待办事项 / nothing waits"]


def _listed(found: tuple[Deadline, ...]) -> list[str]:
    if not found:
        return []
    titles = (
        "到期 due",
        "剩余工作日 working days left",
        "事项 what",
        "编号 reference",
        "条目 entry",
        "主体 subject",
        "责任方 who",
        "起算 since",
        "依据 ground",
    )
    return table(
        titles,
        [
            (
                _last_day(each),
                _left(each),
                f"{DUTIES[each.duty]} {each.duty}"
                + (f"（{' '.join(filter(None, (each.matter, each.case)))}）" if each.matter else ""),
                each.reference,
                each.entry,
                each.subject,
                each.who,
                each.since_on,
                " ".join(filter(None, (GROUNDS[each.limit.ground], each.limit.period, each.limit.basis)))
                if each.limit.ground is Ground.STATUTORY
                else GROUNDS[each.limit.ground],
            )
            for each in found
        ],
    )


def _handled(each: Deadline) -> str:
    return f"{each.matter} {each.case}".rstrip()


def _last_day(each: Deadline) -> str:
    if each.due_on is not None:
        return each.due_on.isoformat()
    return f"{each.unknown_year}年日历未公布 unknown" if each.unknown_year else "未设期限 none"


def _left(each: Deadline) -> str:
    if each.working_days_left is None:
        return "逾期 over" if each.state is TermState.OVERDUE else "—"
    left = each.working_days_left
    return f"逾期 {-left} over" if each.state is TermState.OVERDUE else str(left)
