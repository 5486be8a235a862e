"""`docs/reference/commands.md` has a section for every command, naming each of its options, and for no other."""

import re

import click
import pytest

from tests.docs import markdown
from tests.docs.commands import every_command, options

SECTIONS = {
    title.strip("`"): text
    for title, text in markdown.sections(markdown.REFERENCE / "commands.md").items()
    if title.startswith("`credit")
}
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")
EVERYWHERE = {"--json", "--help"}
"""Said once at the top of the page."""


def test_every_command_has_its_section_and_every_section_a_command() -> None:
    assert SECTIONS.keys() == every_command().keys()


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_the_section_names_each_option_and_no_other(name: str) -> None:
    named = {option for text in markdown.code(SECTIONS[name]) for option in OPTION.findall(text)}
    command = every_command()[name]
    assert named - EVERYWHERE == options(command) - EVERYWHERE


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_the_usage_line_shows_the_arguments_in_their_order(name: str) -> None:
    usage = next(text for text in markdown.code(SECTIONS[name].partition("\n")[2]) if text.startswith(name))
    arguments = [word for word in usage.removeprefix(name).split() if re.fullmatch(r"\[?[A-Z_]+(?:\.\.\.)?\]?", word)]
    expected = [
        parameter.make_metavar(click.Context(every_command()[name]))
        for parameter in every_command()[name].params
        if parameter.param_type_name == "argument"
    ]
    assert arguments == expected


def test_every_command_takes_json() -> None:
    without = {name for name, command in every_command().items() if "--json" not in options(command)}
    assert without <= {"credit-gateway serve"}
