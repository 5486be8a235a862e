"""``subjects …``: finding who is in the registry (主体查询), and linking former numbers (原注册号)."""

from collections.abc import Mapping
from pathlib import Path

import click

from credit_sdk.model.subject import Subject
from gateway.commands.stated import BY, CONFIRMED_BY, DOCUMENT, REASON
from gateway.commands.terminal import AS_JSON, HOME, answer, desk, table
from gateway.database.columns import Json
from gateway.database.unit_of_work import carried_out, reading
from gateway.registry import former_numbers, possible_links
from gateway.registry.subjects import MAX_FOUND, find_subjects

_MAX_LISTED = 1_000
_LINK = {
    "number": "原注册号 number",
    "code": "代码 code",
    "at": "关联时间 at",
    "document": "文书号 document",
    "reason": "理由 reason",
    "by": "经办 by",
    "confirmed_by": "复核 confirmed by",
}
_ENDED = {
    "ended_at": "解除时间 ended at",
    "end_document": "解除文书号 document",
    "end_reason": "解除理由 reason",
    "ended_by": "解除经办 by",
    "ended_confirmed_by": "解除复核 confirmed by",
}


@click.group()
def subjects() -> None:
    """信用主体 / Credit subjects."""


@subjects.command()
@HOME
@click.argument("text")
@click.option("--limit", default=20, type=click.IntRange(1, MAX_FOUND), show_default=True)
@AS_JSON
def find(home: Path, *, text: str, limit: int, as_json: bool) -> None:
    """按代码（含原注册号）或名称（含曾用名）开头查找主体。

    Find subjects by number, or by the beginning of a name; former ones included.
    """
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        found = find_subjects(connection, text, limit=limit)
    content: list[Json] = [
        {
            "subject": each.code,
            "name": each.name,
            "kind": each.kind,
            "entries": dict(each.entries),
            "former_numbers": list(each.former_numbers),
            "former_names": list(each.former_names),
        }
        for each in found
    ]
    rows = [
        (
            each.code,
            each.name,
            each.kind,
            _counts(each.entries),
            "、".join(each.former_numbers),
            "、".join(each.former_names),
        )
        for each in found
    ]
    titles = (
        "代码 subject",
        "名称 name",
        "类型 kind",
        "条目 entries",
        "原注册号 former numbers",
        "曾用名 former names",
    )
    lines = table(titles, rows)
    if not found:
        lines = ["本网关未登记该主体；未登记不等于没有失信记录 / Not in this registry, which proves nothing by itself"]
    answer({"subjects": content}, lines, as_json=as_json)


@subjects.command()
@HOME
@click.argument("old")
@click.argument("code")
@BY
@CONFIRMED_BY
@DOCUMENT
@REASON
@AS_JSON
def link(
    home: Path, *, old: str, code: str, by: str, confirmed_by: str, document: str, reason: str, as_json: bool
) -> None:
    """把原注册号关联到统一社会信用代码：两个号码从此是同一主体。

    Link a former number to the code of its subject. A check of the code then finds what stands under the number.
    """
    number, now = Subject.parse(old), Subject.parse(code)
    with desk(home) as open_desk:
        done = carried_out(
            open_desk.engine,
            lambda work: former_numbers.link(
                work, number, now, by=by, confirmed_by=confirmed_by, document_no=document, reason=reason
            ),
        )
    lines = [
        f"{done.number} 已关联到 {done.code} / linked",
        f"该号码下公示中的条目 {len(done.entries)} 条，下次发布起按 {done.code} 核查也能查到 / now found by the code",
    ]
    if done.twice:
        lines.append(
            f"提示：同一文书在两个号码下各有条目，请逐一核对，只公示代码下的一条：{len(done.twice)} 对 / "
            "One determination stands under both numbers; the code's is published. Look at each pair, above all where "
            "one has ended:"
        )
        titles = ("条目 entry", "状态 state", "代码下的条目 same as", "状态 state", "名单 list")
        lines += table(titles, [list(each.values()) for each in done.twice])
    answer(
        {"number": done.number, "code": done.code, "entries": list(done.entries), "twice": list(done.twice)},
        lines,
        as_json=as_json,
    )


@subjects.command()
@HOME
@click.argument("old")
@BY
@CONFIRMED_BY
@DOCUMENT
@REASON
@AS_JSON
def unlink(home: Path, *, old: str, by: str, confirmed_by: str, document: str, reason: str, as_json: bool) -> None:
    """解除原注册号的关联：视为自始未关联。

    End the link of a former number, as if it had never been; says what that means for answers.
    """
    number = Subject.parse(old)
    with desk(home) as open_desk:
        done = carried_out(
            open_desk.engine,
            lambda work: former_numbers.unlink(
                work, number, by=by, confirmed_by=confirmed_by, document_no=document, reason=reason
            ),
        )
    lines = [
        f"{done.number} 与 {done.code} 的关联已解除，视为自始未关联 / unlinked",
        f"该号码下公示中的条目 {len(done.entries)} 条，下次发布起按 {done.code} 核查不再查到 / not found by the code",
        "依据这些条目对该代码作出的决定均予追溯：credit-gateway notices list HOME / decisions on them are recalled",
    ]
    answer({"number": done.number, "code": done.code, "entries": list(done.entries)}, lines, as_json=as_json)


@subjects.command()
@HOME
@click.option("--subject", default="", metavar="CODE", help="只看该主体 / of one subject, by any of its numbers")
@click.option("--ended", is_flag=True, help="也列已解除的 / those that were ended, too")
@click.option("--limit", default=100, type=click.IntRange(1, _MAX_LISTED), show_default=True)
@AS_JSON
def links(home: Path, *, subject: str, ended: bool, limit: int, as_json: bool) -> None:
    """列出原注册号的关联，新的在前。

    List the links of former numbers, newest first.
    """
    asked = Subject.parse(subject) if subject else None
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        found = former_numbers.links(connection, asked, with_ended=ended, limit=limit)
    shown = {**_LINK, **_ENDED} if ended else _LINK
    rows = [[each[name] for name in shown] for each in found]
    lines = table(list(shown.values()), rows) if found else ["没有关联 / no links"]
    answer({"links": found}, lines, as_json=as_json)


@subjects.command()
@HOME
@click.option("--limit", default=100, type=click.IntRange(1, possible_links.MAX_PROPOSED), show_default=True)
@AS_JSON
def proposals(home: Path, *, limit: int, as_json: bool) -> None:
    """列出疑似同一主体：旧号码与代码。本网关从不自动关联。

    List older numbers that may be former numbers of a subject with a code, and what suggests it. Nothing is applied.
    """
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        found = possible_links.proposals(connection, limit=limit)
        total = possible_links.count(connection)
    content: list[Json] = [
        {
            "number": each.number,
            "name": each.name,
            "published": each.published,
            "candidates": [dict(candidate) for candidate in each.candidates],
        }
        for each in found
    ]
    rows = [
        (each.number, each.name, each.published, candidate["code"], candidate["name"], _why(candidate))
        for each in found
        for candidate in each.candidates
    ]
    titles = ("旧号码 number", "名称 name", "公示 published", "疑似 code", "名称 name", "线索 why")
    lines = ["没有疑似同一主体的旧号码 / no older number that may be linked"]
    if found:
        counted = f"{total}+" if total == possible_links.MAX_PROPOSED else str(total)
        lines = [
            f"疑似同一主体 {counted} 个，须凭文书关联：subjects link / possible matches: link what a document proves",
            *table(titles, rows),
        ]
    answer({"proposals": content, "total": total}, lines, as_json=as_json)


def _why(candidate: Mapping[str, Json]) -> str:
    if candidate["why"] == "name":
        return "名称完全相同 / the same name"
    return (
        f"同一行写有两个号码：{candidate['list']}，{candidate['document']}，批次{candidate['batch']} / "
        "one row states both numbers"
    )


def _counts(entries: Mapping[str, int]) -> str:
    return ", ".join(f"{state} {times}" for state, times in sorted(entries.items()))
