"""What the commands print (终端输出): one JSON object for programs, a table for people."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import click
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from credit_sdk.model.term import SHANGHAI

F = TypeVar("F", bound=Callable[..., object])

VERDICT_WIDTH = 12


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
    table = Table(title=title, title_justify="left", show_header=False, box=None)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(name, _shown(value))
    Console(highlight=False, markup=False).print(table)


def _shown(value: object) -> str:
    """A value as an office reads it: instants in Beijing time, like the explanations."""
    if isinstance(value, datetime):
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}（北京时间）"
    return "—" if value is None else str(value)
