"""Every line of the table of loss and compromise in `docs/how-to/keys.md` is told by a test of the same name."""

import ast
import re

import pytest

from tests.docs import markdown

PAGE = markdown.DOCS / "how-to" / "keys.md"
STORIES = (
    *("flows/test_keys.py", "flows/test_lost_keys.py", "flows/test_rotation.py", "flows/test_key_commands.py"),
    "attacks/test_stolen_keys.py",
)
LINES = [row[0] for row in markdown.rows(markdown.sections(PAGE)["Loss and compromise"])]


def stories() -> set[str]:
    """Names of the tests, without ``test_``."""
    trees = [ast.parse((markdown.ROOT / "tests" / name).read_text(encoding="utf-8")) for name in STORIES]
    return {
        node.name.removeprefix("test_") for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)
    }


def test_the_page_has_such_a_table() -> None:
    assert len(LINES) >= 10


@pytest.mark.parametrize("line", LINES)
def test_what_is_said_to_happen_was_tried(line: str) -> None:
    name = re.sub(r"\W+", "_", line.strip())
    assert [each for each in stories() if each == name or each.startswith(f"{name}_")], line
