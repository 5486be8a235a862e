"""What every command shares: how a home is opened, how an answer is printed."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

import click
from sqlalchemy import Engine

from gateway.commands.particulars import title_of, value_words
from gateway.database.columns import Json, canonical_json
from gateway.database.engine import open_engine
from gateway.database.schema import require_current
from gateway.intake.values import day
from gateway.settings import GatewayHome

HOME = click.argument("home", type=click.Path(path_type=Path))
_STEPS = 1_000
AS_JSON = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / answer as one JSON object")


class Desk(NamedTuple):
    """A gateway that is open for work."""

    home: GatewayHome
    engine: Engine


@contextmanager
def desk(path: Path) -> Iterator[Desk]:
    """Open a gateway's home and database, and close the database afterwards.

    Raises:
        SettingsError: No usable home.
        DatabaseError: No database of this version.
    """
    home = GatewayHome.open(path)
    engine = open_engine(home.database_url)
    try:
        require_current(engine)
        yield Desk(home, engine)
    finally:
        engine.dispose()


@contextmanager
def progress_bar(label: str, *, is_shown: bool) -> Iterator[Callable[[float], None]]:
    """What takes how much is done, from 0 to 1, and draws it on standard error; nothing where that is no terminal."""
    if not (is_shown and sys.stderr.isatty()):
        yield lambda done: None
        return
    with click.progressbar(length=_STEPS, label=label, file=sys.stderr) as bar:

        def advance(done: float) -> None:
            bar.update(max(0, round(done * _STEPS) - bar.pos))

        yield advance


class CivilDay(click.ParamType[date]):
    """A day as people write it: ``2026-1-5``, ``20260105``, ``2026年1月5日``."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day, or a usage mistake."""
        if isinstance(value, date):
            return value
        try:
            found = day(str(value).strip())
        except ValueError:
            found = None
        if found is None:
            self.fail(f"{value!r} 不是日期 / is not a day such as 2026-01-05", param, ctx)
        return found


def answer(content: Mapping[str, Json], lines: Sequence[str], *, as_json: bool) -> None:
    """Print an answer: one JSON object for programs, lines for people."""
    if as_json:
        click.echo(canonical_json(content))
    else:
        for line in lines:
            click.echo(line)


def table(titles: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Rows as lines with tabs between the columns, below their titles; our own names get their Chinese beside them."""
    return [
        "\t".join(map(title_of, titles)),
        *("\t".join(value_words(name, cell) for name, cell in zip(titles, row, strict=True)) for row in rows),
    ]
