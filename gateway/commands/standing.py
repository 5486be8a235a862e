"""``standing``: who still applies a measure whose basis is gone (应解除未解除), and how fast repairs arrive."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from credit_sdk.model.term import civil_day
from gateway.commands.particulars import state_words
from gateway.commands.terminal import AS_JSON, HOME, answer, desk, table
from gateway.database.columns import Json, instant_text
from gateway.database.unit_of_work import reading
from gateway.feedback.repair_clock import RepairTimes, repair_clocks, repair_times
from gateway.feedback.standing import Standing, law_today, standing_counts
from gateway.feedback.standing import standing as standing_measures

MAX_ROWS = 10_000
_REASONS = {
    "gone": "条目已失效 gone",
    "lapsed": "期限届满 lapsed",
    "unfounded": "法律依据不再有效 unfounded",
}


@click.command()
@HOME
@click.option("--client", default=None, metavar="CLIENT", help="只列该系统的 / only this system's")
@click.option("--limit", default=100, type=click.IntRange(1, MAX_ROWS), show_default=True)
@AS_JSON
def standing(home: Path, *, client: str | None, limit: int, as_json: bool) -> None:
    """列出应解除未解除的措施，以及信用修复时效。

    List measures still applied though their basis is gone, longest first, and how long repairs took.
    """
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        today = civil_day(datetime.now(UTC))
        law = law_today(connection, today)
        found = standing_measures(connection, law, today, client=client, limit=limit)
        by_client = standing_counts(connection, law, today, client=client)
        times = repair_times(repair_clocks(connection))
    content: dict[str, Json] = {
        "on": today.isoformat(),
        "counts": dict(sorted(by_client.items())),
        "standing": [_described(each) for each in found],
        "repair_times": asdict(times),
    }
    lines = [f"数据截至 {today} / as of {today}"]
    lines += [f"{name}：应解除未解除 {times_} / to be lifted" for name, times_ in sorted(by_client.items())]
    if not by_client:
        lines.append("没有应解除未解除的措施 / nothing is applied without a basis")
    lines.append(_clock(times))
    if found:
        titles: tuple[str, ...] = (
            "系统 client",
            "主体 subject",
            "事项 matter",
            "案号 case",
            "条目 entry",
            "措施 measure",
        )
        titles += ("原因 reason", "自 since", "文书 document", "决定 decision")
        lines += ["", *table(titles, [_row(each) for each in found])]
    answer(content, lines, as_json=as_json)


def _clock(times: RepairTimes) -> str:
    return (
        f"信用修复 repairs {times.granted}：至公布 until published {_seconds(times.median_published_s)}（中位 median）"
        f"{_seconds(times.slowest_published_s)}（最慢 slowest）；至各系统全部解除 until clear "
        f"{_seconds(times.median_cleared_s)}（中位 median）{_seconds(times.slowest_cleared_s)}（最慢 slowest）"
    )


def _seconds(value: float | None) -> str:
    return "—" if value is None else f"{value:.1f} s"


def _row(each: Standing) -> tuple[object, ...]:
    return (
        each.client,
        each.subject,
        each.matter,
        each.case,
        each.entry,
        each.measure,
        f"{_REASONS[each.reason]}（{state_words(each.state)}）",
        each.since_on or "不详 unknown",
        each.document,
        each.decision_id,
    )


def _described(each: Standing) -> dict[str, Json]:
    return {
        **{name: value for name, value in asdict(each).items() if name not in {"reported_at", "since_on"}},
        "reported_at": instant_text(each.reported_at),
        "since_on": each.since_on.isoformat() if each.since_on else None,
    }
