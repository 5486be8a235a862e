"""Every format that is known (已知格式), and which one a file is in: told by its header, or by name."""

from collections.abc import Mapping, Sequence

from gateway.intake.formats import feeds, licences, penalties
from gateway.intake.formats.format import Format
from gateway.problems import IntakeError, NotFoundError

FORMATS: Mapping[str, Format] = {
    each.id: each
    for each in (
        penalties.PENALTY_2018,
        penalties.PENALTY_2016,
        licences.LICENCE_2018,
        licences.LICENCE_2016,
        feeds.JUDGMENT_DEFAULTER,
        feeds.PROCUREMENT_SERIOUS,
        feeds.MAJOR_TAX_VIOLATION,
        feeds.WAGE_ARREARS,
        feeds.WORK_SAFETY_SERIOUS,
        feeds.ABNORMAL_OPERATION,
    )
}
"""By their name on the command line."""
PLAIN = "plain"
"""The name of the product's own columns, which go to the list that ``--list`` names."""


def named(name: str) -> Format | None:
    """The format of that name, None for the product's own columns.

    Raises:
        NotFoundError: There is none.
    """
    if name == PLAIN:
        return None
    if name not in FORMATS:
        raise NotFoundError(
            f"没有格式{name!r} / There is no format {name!r}.",
            hint=f"已知格式 / Known: {', '.join((PLAIN, *sorted(FORMATS)))}.",
        )
    return FORMATS[name]


def recognised(titles: Sequence[str]) -> Format | None:
    """The format a header row is of, None for the product's own columns.

    Raises:
        IntakeError: It is of several.
    """
    fitting = {each.id: each.columns_of(titles) for each in FORMATS.values() if each.is_headed(titles)}
    # The generations share columns: the one that knows more of these is it.
    found = [name for name, columns in fitting.items() if len(columns) == max(map(len, fitting.values()))]
    if len(found) > 1:
        raise IntakeError(
            f"表头符合多种格式：{'、'.join(found)} / The header row fits several formats: {', '.join(found)}.",
            hint="请用 --format 指明 / Name one with --format.",
        )
    return FORMATS[found[0]] if found else None
