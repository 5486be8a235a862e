"""Every `$ credit …` and `$ credit-gateway …` line in a document is a command with options that exist."""

import re
import shlex
from typing import NamedTuple

import pytest

from tests.docs import markdown
from tests.docs.commands import complaint, programs, project


class Line(NamedTuple):
    """One command line of a document."""

    place: str
    words: list[str]


def lines() -> list[Line]:
    found = []
    for block in markdown.blocks(markdown.documents(), "console"):
        whole = block.text.replace("\\\n", " ").splitlines()
        found += [
            Line(block.place, shlex.split(line.removeprefix("$ "), comments=True))
            for line in whole
            if line.startswith("$ ")
        ]
    return found


LINES = lines()
OURS = [line for line in LINES if line.words[0] in {"credit", "credit-gateway"}]


@pytest.mark.parametrize("line", OURS, ids=lambda line: " ".join(line.words))
def test_the_command_line_is_one(line: Line) -> None:
    assert complaint(line.words) == "", line.place


@pytest.mark.parametrize("line", [line for line in LINES if line.words[0] == "make"], ids=lambda line: line.words[1])
def test_the_make_target_is_there(line: Line) -> None:
    makefile = (markdown.ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{line.words[1]}:", makefile, re.MULTILINE), line.place


@pytest.mark.parametrize("line", [line for line in LINES if line.words[0] == "pip"], ids=lambda line: line.place)
def test_what_is_installed_is_this_project_with_an_extra_it_has(line: Line) -> None:
    requirement = re.fullmatch(r"([a-z-]+)(?:\[([a-z,]+)\])?", line.words[2])
    assert requirement, line.place
    extras = project()["optional-dependencies"]
    assert isinstance(extras, dict)
    assert requirement[1] == project()["name"], line.place
    assert set(filter(None, (requirement[2] or "").split(","))) <= extras.keys(), line.place


@pytest.mark.parametrize(
    "text",
    [
        "credit no-such-command DIR",
        "credit check DIR SUBJECT",
        "credit check DIR SUBJECT MATTER SURPLUS",
        "credit check DIR SUBJECT MATTER --no-such-option",
        "credit-gateway entries",
    ],
)
def test_notices_a_line_that_is_none(text: str) -> None:
    assert complaint(text.split()) != ""


def test_commands_in_running_text_exist() -> None:
    """What stands in backticks and begins with a program's name leads to a command."""
    missing = []
    for path in markdown.documents():
        for text in markdown.code(markdown.prose(path)):
            words = text.split()
            if words[0] not in programs() or len(words) == 1:
                continue
            command = programs()[words[0]]
            for word in words[1:]:
                subcommands = getattr(command, "commands", None)
                if subcommands is None or not re.fullmatch(r"[a-z][a-z-]*", word):
                    break
                if word not in subcommands:
                    missing.append(f"{path.name}: `{text}`")
                    break
                command = subcommands[word]
    assert missing == []
