"""What the commands print (终端输出): one JSON object for programs, a table for people."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from unicodedata import east_asian_width

import click
from pydantic import BaseModel

from credit_sdk.model.term import SHANGHAI

F = TypeVar("F", bound=Callable[..., object])

_WIDE = frozenset("WF")


def directory(function: F) -> F:
    """The argument DIR: a directory made by ``credit init``."""
    return click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))(function)


def as_json(function: F) -> F:
    """The option ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="只输出一个 JSON 对象。Print one JSON object.")(
        function
    )


def print_object(report: BaseModel) -> None:
    """Print a report as one JSON object."""
    click.echo(report.model_dump_json(indent=2))


def print_table(title: str, rows: Sequence[tuple[str, object]]) -> None:
    """Print names and values."""
    wide = max((_columns(name) for name, _ in rows), default=0)
    click.secho(title, italic=True)
    for name, value in rows:
        first, *others = _shown(value).splitlines() or [""]
        click.echo(f" {click.style(name, bold=True)}{' ' * (wide - _columns(name))}  {first}".rstrip())
        for other in others:
            click.echo(f"{' ' * (wide + 3)}{other}")


def _columns(text: str) -> int:
    """Columns of a terminal that a text takes: two for a Chinese character."""
    return sum(2 if east_asian_width(character) in _WIDE else 1 for character in text)


def _shown(value: object) -> str:
    """A value as an office reads it: instants in Beijing time, like the explanations."""
    if isinstance(value, datetime):
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}（北京时间）"
    return "—" if value is None else str(value)
