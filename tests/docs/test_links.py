"""A relative link in a document leads to a file, and its fragment to a heading."""

from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs import markdown

DOCUMENTS = markdown.documents()


def dead(path: Path) -> list[str]:
    found = []
    for link in markdown.links(path):
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        place, _, fragment = unquote(link).partition("#")
        target = (path.parent / place).resolve() if place else path
        if not target.exists():
            found.append(f"{link}: no such file")
        elif fragment and target.suffix == ".md" and fragment not in markdown.anchors(target):
            found.append(f"{link}: no such heading")
    return found


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(markdown.ROOT).as_posix())
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    assert dead(path) == []


@pytest.mark.parametrize("text", ["[a](gone.md)", "[a](#gone)", "[a](other.md#gone)", "[`a`](<gone.md>)"])
def test_notices_a_dead_link(tmp_path: Path, text: str) -> None:
    (tmp_path / "other.md").write_text("# Here\n")
    page = tmp_path / "page.md"
    page.write_text(f"# Page\n\n{text}\n")
    assert len(dead(page)) == 1


def test_finds_headings_as_readers_reach_them(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A *page*\n\n## `credit check`\n\n## 声明, twice\n\n## 声明, twice\n\n```\n# no heading\n```\n")
    assert markdown.anchors(page) == {"a-page", "credit-check", "声明-twice", "声明-twice-1"}


def test_every_document_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [markdown.READMES[0]]
    while waiting:
        path = waiting.pop()
        if path in reached:
            continue
        reached.add(path)
        for link in markdown.links(path):
            if link.startswith(("https://", "http://", "mailto:")):
                continue
            target = (path.parent / unquote(link).partition("#")[0]).resolve()
            if target.is_dir():
                waiting += sorted(target.glob("*.md"))
            elif target.suffix == ".md" and target.exists():
                waiting.append(target)
    assert {path for path in DOCUMENTS if path.is_relative_to(markdown.DOCS)} - reached == set()
