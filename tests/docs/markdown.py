"""Reads the project's Markdown as far as the tests of the documentation ask: blocks, tables, headings, links."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")

_FENCE = re.compile(r"^```(\w*)\s*$")
_HEADING = re.compile(r"^(#+)\s+(.*?)\s*$")
_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
_CODE = re.compile(r"`([^`\n]+)`")
_CELL_BORDER = re.compile(r"(?<!\\)\|")


class Block(NamedTuple):
    """A fenced block and where it stands."""

    path: Path
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        """The file and line, to find it again."""
        return f"{self.path.relative_to(ROOT).as_posix()}:{self.line}"


def documents() -> list[Path]:
    """Every Markdown text that readers of the project meet."""
    folders = (DOCS, ROOT / "gateway", ROOT / "examples")
    return sorted([*ROOT.glob("*.md"), *(path for folder in folders for path in folder.rglob("*.md"))])


def read(path: Path) -> str:
    """The text of a document."""
    return path.read_text(encoding="utf-8")


def blocks(paths: Sequence[Path], language: str) -> list[Block]:
    """The fenced blocks of one language."""
    return [block for path in paths for block in _blocks(path) if block.language == language]


def prose(path: Path) -> str:
    """The text without its fenced blocks; their lines are empty."""
    lines = read(path).splitlines()
    for block in _blocks(path):
        for number in range(block.line - 1, block.line + block.text.count("\n") + 1):
            lines[number] = ""
    return "\n".join(lines)


def links(path: Path) -> list[str]:
    """Where the text points to."""
    return _LINK.findall(re.sub(r"`[^`\n]*`", "", prose(path)))


def anchors(path: Path) -> set[str]:
    """The fragments under which the headings can be reached, as GitHub forms them."""
    found: dict[str, int] = {}
    for line in prose(path).splitlines():
        if heading := _HEADING.match(line):
            text = re.sub(r"[`*]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[2])).lower()
            slug = "".join(c for c in text if c.isalnum() or c in " -_").replace(" ", "-")
            found[slug] = found.get(slug, -1) + 1
    return {f"{slug}-{number}" if number else slug for slug, last in found.items() for number in range(last + 1)}


def sections(path: Path) -> dict[str, str]:
    """The text below each heading, down to the next heading of any level."""
    found: dict[str, str] = {}
    title = ""
    in_fence = False
    for line in read(path).splitlines():
        in_fence ^= line.startswith("```")
        heading = None if in_fence else _HEADING.match(line)
        if heading:
            title = heading[2]
            assert title not in found, f"{path.name} has two headings {title!r}"
        found[title] = found.get(title, "") + line + "\n"
    return found


def rows(text: str) -> list[list[str]]:
    """The rows of every table in a text, without the headers."""
    found: list[list[str]] = []
    table: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if line.lstrip().startswith("|"):
            table.append([cell.strip() for cell in _CELL_BORDER.split(line.strip().strip("|"))])
        elif table:
            found += table[2:]
            table = []
    return found


def code(text: str) -> list[str]:
    """What stands in backticks."""
    return _CODE.findall(text)


def first_code(cell: str) -> str:
    """The first thing in backticks in a cell, or an empty text."""
    return next(iter(code(cell)), "")


def _blocks(path: Path) -> Iterator[Block]:
    start, language, held = 0, "", list[str]()
    for number, line in enumerate(read(path).splitlines(), start=1):
        fence = _FENCE.match(line)
        if not start and fence:
            start, language, held = number, fence[1], []
        elif start and line.startswith("```"):
            yield Block(path, start, language, "\n".join(held))
            start = 0
        elif start:
            held.append(line)
    assert not start, f"{path.name}:{start}: a block has no end"
