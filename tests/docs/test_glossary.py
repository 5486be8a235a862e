"""The glossary names only what is in the code, and only files that are there."""

import ast
import re

from tests.docs import markdown

PAGE = markdown.REFERENCE / "glossary.md"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")


def names_in_the_code() -> set[str]:
    found: set[str] = set()
    for root in ("src/credit_sdk", "gateway"):
        for path in (markdown.ROOT / root).rglob("*.py"):
            found |= {path.stem, path.parent.name}
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef | ast.FunctionDef):
                    found.add(node.name)
                elif isinstance(node, ast.Attribute):
                    found.add(node.attr)
                elif isinstance(node, ast.Name):
                    found.add(node.id)
                elif isinstance(node, ast.arg | ast.keyword) and node.arg:
                    found.add(node.arg)
    return found


def test_the_code_it_names_is_there() -> None:
    known = names_in_the_code()
    missing = {
        name
        for row in markdown.rows(markdown.read(PAGE))
        for name in markdown.code(row[2])
        if NAME.fullmatch(name) and not set(name.split(".")) <= known
    }
    assert missing == set()


def test_every_term_is_explained_once() -> None:
    terms = [row[0] for row in markdown.rows(markdown.read(PAGE))]
    assert len(terms) == len(set(terms))
