"""`docs/reference/entry-import.md` names every column, header, reason and warning of the intake, and no other."""

import ast

from gateway.intake.columns import COLUMNS, REQUIRED
from tests.docs import markdown

SECTIONS = markdown.sections(markdown.REFERENCE / "entry-import.md")


def column_rows() -> list[list[str]]:
    return markdown.rows(SECTIONS["Columns"])


def test_every_column_is_documented_with_every_header() -> None:
    documented = {
        header: markdown.first_code(row[0]) for row in column_rows() for header in markdown.code(row[0] + row[1])
    }
    assert documented == COLUMNS


def test_the_page_says_which_columns_are_needed() -> None:
    assert {markdown.first_code(row[0]) for row in column_rows() if row[2] == "yes"} == set(REQUIRED)


def codes_given() -> set[str]:
    """The codes of remarks as the intake spells them, `*` for what is filled in."""
    found: set[str] = set()
    for path in (markdown.ROOT / "gateway" / "intake").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or len(node.args) < 2:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in {"refuse", "warn", "doubt", "Remark"}:
                found.add(_spelling(node.args[0]))
    return found - {""}


def _spelling(code: ast.expr) -> str:
    if isinstance(code, ast.Constant):
        return str(code.value)
    if isinstance(code, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in code.values)
    return ""


def test_every_reason_and_warning_is_documented() -> None:
    documented = {
        "".join(part if index % 2 else "*" * bool(part.strip()) for index, part in enumerate(row[0].split("`")))
        for title in ("Why a row is set aside", "What is doubted", "What a row is warned about")
        for row in markdown.rows(SECTIONS[title])
    }
    # The rules of the formats are told on their own page.
    given = codes_given() - {"*"}
    assert given - documented == set()
    assert documented - given == set()
