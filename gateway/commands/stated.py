"""Options that acts in the registry share: who, on which document, why, and what is right instead."""

from datetime import date

import click

from gateway.intake.values import day
from gateway.registry.corrections import CORRECTABLE, Changes

BY = click.option("--by", required=True, metavar="OPERATOR", help="经办人 / who acts")
CONFIRMED_BY = click.option("--confirmed-by", required=True, metavar="REVIEWER", help="复核人 / the second person")
REASON = click.option("--reason", required=True, metavar="TEXT", help="理由 / why")
DOCUMENT = click.option("--document", required=True, metavar="NO", help="文书号 / number of the document")


class Correction(click.ParamType[tuple[str, str | date | None]]):
    """One corrected particular: ``fact=…``."""

    name = "correction"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str | date | None]:
        """Column and value; a day where the column holds one, empty to take it away."""
        if isinstance(value, tuple):
            return value
        column, equals, text = str(value).partition("=")
        if not equals or column not in CORRECTABLE:
            self.fail(f"{value!r} 应写成“列=内容” / write COLUMN=VALUE, one of {', '.join(CORRECTABLE)}", param, ctx)
        if not column.endswith(("_on", "_from", "_until")):
            return column, text
        try:
            return column, day(text.strip()) if text.strip() else None
        except ValueError:
            self.fail(f"{text!r} 不是日期 / is not a day such as 2026-01-05", param, ctx)


CORRECTIONS = click.option(
    "--set",
    "corrections",
    multiple=True,
    type=Correction(),
    metavar="COLUMN=VALUE",
    help="更正为；可多次给出 / what is right instead; may be given several times",
)


def corrected(given: tuple[tuple[str, str | date | None], ...]) -> Changes:
    """The corrections of a command line; a column given twice is a mistake."""
    changes = dict(given)
    if len(changes) != len(given):
        raise click.UsageError("同一列给出了两次 / a column is given twice")
    return changes
