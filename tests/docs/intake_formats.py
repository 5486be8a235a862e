"""Writes `docs/reference/intake-formats.md` from the adapters: `python -m tests.docs.intake_formats`."""

from gateway.intake.formats.format import Column, Format, Takes
from gateway.intake.formats.known import FORMATS
from tests.docs import markdown

PAGE = markdown.REFERENCE / "intake-formats.md"
HEAD = """# Intake formats

Made from the adapters in `gateway/intake/formats` by `python -m tests.docs.intake_formats`; a test compares the two.

A file is recognised by its header (the marks below, under any of the headers of those columns), or by `--format`.
Where the header fits none, it is read by [our own columns](entry-import.md); `--format plain` says so. Templates:
`credit-gateway entries template FORMAT FILE.xlsx`. Columns in any order; others than these are kept as `extra`.

* **fills**: the column of [entry import](entry-import.md) it fills; where several fill one, the first that is not empty
  counts. A column that fills none is kept as `extra`.
* **need**: 必填: the row is set aside where it is empty. 应填: the standard demands it; the row is taken in and counted
  as not compliant. 选填: optional.
* A rule that is broken sets the row aside (退回) or is a doubt (疑问): the row is taken in and counted as not
  compliant. Beside the rules listed, each 应填 column has the doubt *code*`.empty`, each length *code*`.long`, each
  closed list of words *code*`.word`.
* Amounts in 万元 become yuan exactly; where they do not come to whole yuan, conditions see them rounded down and
  `extra` keeps `fine_yuan_exact`.
* Numbers of documents of persons are kept masked only, whatever kind they are of.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_section(each) for each in FORMATS.values())])


def _section(each: Format) -> str:
    goes_to = "records of licences, never a list" if each.takes is Takes.LICENCES else f"the list `{each.list_id}`"
    lines = [f"## `{each.id}`", "", f"{each.title}. Source: {each.source}. Goes to {goes_to}."]
    lines.append(f"Marks: {', '.join(f'`{mark}`' for mark in each.marks)}.")
    if each.is_unnumbered:
        lines.append("Where it states no document number, the day stands in for it (`document_no.none`).")
    lines += [
        "",
        "| column | title | also | fills | need | holds | at most | words | |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [_row(column) for column in each.columns]
    if each.across:
        lines += ["", "| rule | when broken | |", "|---|---|---|"]
        lines += [f"| `{rule.code}` | {rule.weight} | {rule.sentence} |" for rule in each.across]
    return "\n".join([*lines, ""])


def _row(column: Column) -> str:
    where = f"，仅当{column.only_where[0]}为{column.only_where[1]}" if column.only_where else ""
    cells = (
        f"`{column.code}`",
        column.title,
        "、".join(column.also),
        f"`{column.fills}`{where}" if column.fills else "",
        str(column.need),
        str(column.holds),
        str(column.max_characters or ""),
        "、".join(column.words),
        column.remark,
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
