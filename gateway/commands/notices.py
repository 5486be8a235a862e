"""``notices …``: decisions that leaned on an entry which was wrong or another's (影响追溯), and who must act."""

from pathlib import Path

import click

from gateway.commands.terminal import AS_JSON, HOME, answer, desk, table
from gateway.database.columns import Json, instant_text
from gateway.database.unit_of_work import reading
from gateway.feedback.notice import Became, Notice
from gateway.feedback.recall import notices as recalled
from gateway.feedback.recall import open_notices

MAX_ROWS = 10_000
_BECAME = {
    Became.REVOKED: "已撤销 revoked",
    Became.CORRECTED: "已更正 corrected",
    Became.UNLINKED: "已解除关联 unlinked",
}


@click.group()
def notices() -> None:
    """影响追溯通知。

    Notices about decisions that leaned on a wrong entry.
    """


@notices.command("list")
@HOME
@click.option("--client", default=None, metavar="CLIENT", help="只列该系统的 / only this system's")
@click.option("--open", "open_only", is_flag=True, help="只列未回执的 / only those not acknowledged")
@click.option("--after", default=0, type=click.IntRange(0), metavar="ID", help="从该编号之后 / behind this number")
@click.option("--limit", default=100, type=click.IntRange(1, MAX_ROWS), show_default=True)
@AS_JSON
def list_notices(home: Path, *, client: str | None, open_only: bool, after: int, limit: int, as_json: bool) -> None:
    """列出依据了已撤销、已更正或已解除关联条目的决定，以及处理情况。

    List decisions that leaned on an entry which was wrong or another's, and what their systems did about it.
    """
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        found = recalled(connection, client=client, open_only=open_only, after=after, limit=limit)
        waiting = open_notices(connection, client=client)
    lines = [f"{name}：未回执 {times} / not acknowledged" for name, times in sorted(waiting.items())]
    lines = lines or ["没有未回执的通知 / every notice is acknowledged"]
    if found:
        titles: tuple[str, ...] = (
            "编号 id",
            "系统 client",
            "决定 decision",
            "案号 case",
            "事项 matter",
            "当时结论 verdict",
        )
        titles += ("条目 entry", "现状 became", "自 since", "文书 document", "回执 acknowledged")
        lines += ["", *table(titles, [_row(each) for each in found])]
    answer(
        {"open": dict(sorted(waiting.items())), "notices": [_described(each) for each in found]}, lines, as_json=as_json
    )


def _row(each: Notice) -> tuple[object, ...]:
    noted = each.acknowledgement
    return (
        each.id,
        each.client,
        each.decision_id,
        each.case,
        each.matter,
        each.verdict,
        each.entry,
        _BECAME[each.became],
        instant_text(each.since_at),
        each.document_no,
        f"{noted.by}：{' '.join(noted.done.split())}" if noted else "",
    )


def _described(each: Notice) -> dict[str, Json]:
    noted = each.acknowledgement
    return {
        "id": each.id,
        "client": each.client,
        "decision_id": each.decision_id,
        "case": each.case,
        "matter": each.matter,
        "subject": each.subject,
        "verdict": each.verdict,
        "decided_at": instant_text(each.decided_at),
        "entry": each.entry,
        "list": each.list,
        "became": each.became,
        "since_at": instant_text(each.since_at),
        "document_no": each.document_no,
        "reason": each.reason,
        "replaced_by": each.replaced_by,
        "replacement_state": each.replacement_state,
        "changed": [{"name": one.name, "before": one.before, "after": one.after} for one in each.changed],
        "advice": each.advice,
        "acknowledgement": {"by": noted.by, "done": noted.done, "at": instant_text(noted.at)} if noted else None,
    }
