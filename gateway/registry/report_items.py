"""The items of a credit report (报告条目): what is printed of an entry, a commitment, a licence, a declared item."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from credit_sdk.model.listing import Entry
from gateway.database.columns import Json, canonical_json
from gateway.registry.report_words import DECLARED, PERFORMANCES, SEVERITIES, VERIFIED
from gateway.registry.self_declarations import SelfDeclaration
from gateway.registry.subject_file import GradeHeld, Licence

_LONG_TERM = "长期"


@dataclass(frozen=True, slots=True)
class Item:
    """One item, as labelled lines in the order they are printed.

    Attributes:
        mark: What must be seen at once, such as an objection under way or that it is self-declared.
    """

    title: str
    lines: tuple[tuple[str, str], ...]
    mark: str = ""

    def written(self) -> dict[str, object]:
        """Ready for canonical JSON."""
        return {"title": self.title, "mark": self.mark, "lines": [list(line) for line in self.lines]}


def entry_item(entry: Entry, list_title: str) -> Item:
    """A published entry, with the authority and the document behind it."""
    until = entry.term.until_on
    lines = (
        ("认定单位", entry.authority),
        ("认定单位代码", entry.authority_code),
        ("文书号", entry.document_no),
        ("认定日期", entry.determined_on.isoformat()),
        ("期限", f"{entry.term.from_on.isoformat()} 至 {until.isoformat() if until else '移出时止'}"),
        ("失信程度", SEVERITIES.get(entry.severity, "")),
        ("事实", entry.fact),
        ("依据", entry.basis),
    )
    mark = f"异议处理中（自{entry.objection_on}起）" if entry.objection_on else ""
    return Item(list_title, _said(lines), mark)


def licence_item(licence: Licence) -> Item:
    """An administrative licence (行政许可)."""
    until = licence.valid_until.isoformat() if licence.valid_until else _LONG_TERM
    return Item(
        "行政许可",
        _said(
            (
                ("许可文书名称", licence.title),
                ("许可文书号", licence.document_no),
                ("许可类别", licence.kind),
                ("许可内容", licence.content),
                ("许可决定日期", licence.decided_on.isoformat()),
                ("有效期", f"{licence.valid_from.isoformat()} 至 {until}"),
                ("许可机关", licence.authority),
                ("当前状态", licence.status),
            )
        ),
    )


def grade_item(held: GradeHeld) -> Item:
    """A grade as it was delivered, with where it comes from and which days it is for."""
    return Item(
        "公共信用综合评价",
        (
            ("评价等级", held.grade),
            ("提供单位", held.source),
            ("适用期间", f"{held.from_on.isoformat()} 至 {held.until_on.isoformat()}"),
        ),
        "参考信息，不单独作为惩戒依据",
    )


def commitment_item(commitment: Mapping[str, Json]) -> Item:
    """A public commitment (信用承诺) with what was found of its performance and still stands."""
    said = json.loads(canonical_json(commitment))
    lines = [
        ("承诺编码", said["code"]),
        ("承诺类型", said["type_title"]),
        ("承诺事由", said["cause"]),
        ("承诺内容", said["content"]),
        ("违诺责任", said["liability"]),
        ("作出日期", said["made_on"]),
        ("有效期", said["valid_until"] or ""),
        ("受理单位", said["authority"]),
        ("监管状态", "监管完成" if said["state"] == "completed" else "监管中"),
    ]
    for found in said["performances"]:
        false = "（虚假承诺）" if found["is_false"] else ""
        judged = f"{PERFORMANCES[found['status']]}{false}，{found['determined_on']}，{found['authority']}"
        lines.append(("履行状态", judged))
    if not said["performances"]:
        lines.append(("履行状态", "尚未认定"))
    return Item("信用承诺", _said(tuple(lines)))


def declared_item(declared: SelfDeclaration) -> Item:
    """What the subject says of itself, marked as such."""
    lines = (
        ("类别", DECLARED[declared.category]),
        ("标题", declared.title),
        ("内容", declared.content),
        ("申报日期", declared.declared_on.isoformat()),
        ("真实性承诺", declared.commitment),
    )
    return Item("自主申报", _said(lines), f"{VERIFIED[declared.state]}，不作为惩戒依据")


def _said(lines: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((label, text) for label, text in lines if text)
