"""The commands of the product as click knows them, for comparing documents with them."""

import importlib
import tomllib
from collections.abc import Iterator
from functools import cache

import click

from tests.docs import markdown


@cache
def project() -> dict[str, object]:
    """The table ``project`` of ``pyproject.toml``."""
    found: dict[str, object] = tomllib.loads((markdown.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


@cache
def programs() -> dict[str, click.Group]:
    """The top group of every program that installing gives, by the program's name."""
    scripts = project()["scripts"]
    assert isinstance(scripts, dict)
    found: dict[str, click.Group] = {}
    for name, place in scripts.items():
        module = importlib.import_module(place.partition(":")[0])
        groups = [value for value in vars(module).values() if isinstance(value, click.Group)]
        inner = {id(command) for group in groups for command in group.commands.values()}
        (found[name],) = [group for group in groups if id(group) not in inner]
    return found


def leaves(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its whole name."""
    if isinstance(command, click.Group):
        for name, below in sorted(command.commands.items()):
            yield from leaves(below, (*path, name))
    elif not command.hidden:
        yield " ".join(path), command


def every_command() -> dict[str, click.Command]:
    """Every command of every program, by its whole name."""
    return {name: command for program, top in programs().items() for name, command in leaves(top, (program,))}


def options(command: click.Command) -> set[str]:
    """The long names of a command's own options, secondary ones (``--no-…``) included."""
    return {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.hidden
        for name in (*parameter.opts, *parameter.secondary_opts)
        if name.startswith("--")
    }


def complaint(words: list[str]) -> str:
    """Why a command line is none, or an empty text; values are not looked at, for files are not there."""
    program, *arguments = words
    command: click.Command = programs()[program]
    path = [program]
    while isinstance(command, click.Group):
        if arguments and arguments[0] in {"--help", "--version"}:
            return ""
        if not arguments or arguments[0] not in command.commands:
            return f"{' '.join(path)} has no command {arguments[0] if arguments else ''!r}"
        path.append(arguments[0])
        command = command.commands[arguments.pop(0)]
    if "--help" in arguments:
        return ""
    context = click.Context(command, info_name=" ".join(path))
    try:
        given, rest, _ = command.make_parser(context).parse_args(list(arguments))
    except click.UsageError as error:
        return f"{' '.join(path)}: {error.format_message()}"
    if rest:
        return f"{' '.join(path)}: too many arguments: {' '.join(rest)}"
    for parameter in command.params:
        value = given.get(parameter.name or "")
        if parameter.required and (value is None or not isinstance(value, str | list | tuple | bool | int)):
            return f"{' '.join(path)}: {parameter.name} is missing"
    return ""
