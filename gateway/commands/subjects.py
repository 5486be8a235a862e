"""``subjects …``: finding who is in the registry (主体查询)."""

from collections.abc import Mapping
from pathlib import Path

import click

from gateway.commands.terminal import AS_JSON, HOME, answer, desk, table
from gateway.database.columns import Json
from gateway.database.unit_of_work import reading
from gateway.registry.subjects import MAX_FOUND, find_subjects


@click.group()
def subjects() -> None:
    """信用主体 / Credit subjects."""


@subjects.command()
@HOME
@click.argument("text")
@click.option("--limit", default=20, type=click.IntRange(1, MAX_FOUND), show_default=True)
@AS_JSON
def find(home: Path, *, text: str, limit: int, as_json: bool) -> None:
    """按代码或名称开头查找主体。

    Find subjects by number, or by the beginning of a name.
    """
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        found = find_subjects(connection, text, limit=limit)
    content: list[Json] = [
        {"subject": each.code, "name": each.name, "kind": each.kind, "entries": dict(each.entries)} for each in found
    ]
    rows = [(each.code, each.name, each.kind, _counts(each.entries)) for each in found]
    lines = table(("代码 subject", "名称 name", "类型 kind", "条目 entries"), rows)
    if not found:
        lines = ["本网关未登记该主体；未登记不等于没有失信记录 / Not in this registry, which proves nothing by itself"]
    answer({"subjects": content}, lines, as_json=as_json)


def _counts(entries: Mapping[str, int]) -> str:
    return ", ".join(f"{state} {times}" for state, times in sorted(entries.items()))
