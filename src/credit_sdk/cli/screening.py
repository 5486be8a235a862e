"""``credit screen``: a file of subjects in, the same rows with their answers out; one serial for all, no row lost."""

import csv
import os
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click
from pydantic import BaseModel, ConfigDict

from credit_sdk.cli.terminal import as_json, directory, print_object, print_table
from credit_sdk.client import CreditClient, Screened
from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.decision import Decision
from credit_sdk.model.verdict import Verdict

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

CODE_COLUMNS = (
    "subject_code",
    "统一社会信用代码",
    "社会信用代码",
    "信用代码",
    "主体代码",
    "uscc",
    "code",
    "组织机构代码",
    "注册号",
    "工商注册号",
    "证件号码",
)
"""Headers of the column with the number, the surest first."""

ANSWER_COLUMNS = (
    "credit_verdict",
    "credit_why",
    "credit_measures",
    "credit_entries",
    "credit_serial",
    "credit_decision",
)
ERROR_COLUMN = "credit_error"
INVALID = "INVALID"
"""What stands for a verdict in a row that could not be checked."""

_ENCODINGS = ("utf-8-sig", "gb18030")
_UNKNOWN = 3
_PROBE_CHARACTERS = 1024 * 1024


class Screening(BaseModel):
    """What came of a file (筛查汇总)."""

    model_config = ConfigDict(frozen=True)

    output: str
    rows: int
    verdicts: dict[str, int]
    serials: tuple[int, ...]


@click.command()
@directory
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--matter", required=True, help="事项。The matter.")
@click.option("--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="结果文件。The answers.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="查询的日期，默认今天。The day, default today.")
@as_json
def screen(directory: Path, file: Path, *, matter: str, output: Path, on: datetime | None, as_json: bool) -> int:
    """批量筛查一个 CSV 文件（UTF-8 或 GBK）。Screen a CSV file; a row that cannot be checked is a row of the output.

    退出码 Exit code: 0，有 UNDETERMINED 时为 3 (3 where any answer is not known).
    """
    encoding, lines = _read_through(file)
    verdicts: Counter[str] = Counter()
    serials: set[int] = set()
    with (
        CreditClient.open(directory, background=False) as credit,
        file.open(encoding=encoding, newline="") as source,
        _whole_or_not_at_all(output) as target,
        _progress(lines - 1) as bar,
    ):
        rows = csv.reader(source)
        header = next(rows, [])
        column = _code_column(header, file)
        writer = csv.writer(target)
        writer.writerow([*header, *ANSWER_COLUMNS, ERROR_COLUMN])
        kept: deque[list[str]] = deque()
        screened = credit.screen(_codes(rows, column, kept), matter, on=on.date() if on else None)
        for answer in screened:
            decision = answer.decision
            writer.writerow([*_as_wide_as(header, kept.popleft()), *_answer(answer, decision)])
            if decision is None:
                verdicts[INVALID] += 1
            else:
                verdicts[decision.verdict] += 1
                serials.add(decision.evidence.serial)
            bar.update(1)
        credit.flush()
    done = Screening(
        output=str(output), rows=sum(verdicts.values()), verdicts=dict(sorted(verdicts.items())), serials=tuple(serials)
    )
    if as_json:
        print_object(done)
    else:
        counts = [("行数 rows", done.rows), *done.verdicts.items()]
        print_table("筛查结果 Screening", [*counts, ("序号 serial", next(iter(serials), None)), ("文件 file", output)])
    return _UNKNOWN if verdicts[Verdict.UNDETERMINED] else 0


def _codes(rows: Iterable[list[str]], column: int, kept: deque[list[str]]) -> Iterator[str]:
    try:
        for row in rows:
            if row:
                kept.append(row)
                yield row[column] if column < len(row) else ""
    except csv.Error as broken:
        raise InvalidRequestError(
            f"the file is no readable CSV ({broken}), so where its rows end is not known.",
            hint="Look for a quotation mark that is not closed, or save the file anew as CSV (UTF-8).",
        ) from broken


def _as_wide_as(header: list[str], row: list[str]) -> list[str]:
    """The row with the header's number of cells, so that the answers stand below their names; nothing is dropped."""
    last = len(header) - 1
    if len(row) > len(header):
        return [*row[:last], ",".join(row[last:])]
    return row + [""] * (len(header) - len(row))


def _answer(screened: Screened, decision: Decision | None) -> list[object]:
    if decision is None:
        return [INVALID, *[""] * (len(ANSWER_COLUMNS) - 1), screened.error.line if screened.error else ""]
    return [
        decision.verdict.value,
        decision.why.zh,
        " ".join(dict.fromkeys(finding.measure.id for finding in decision.findings)),
        " ".join(dict.fromkeys(finding.entry.id for finding in decision.findings)),
        decision.evidence.serial,
        decision.id,
        "",
    ]


def _code_column(header: list[str], file: Path) -> int:
    names = [name.strip().lower() for name in header]
    for known in CODE_COLUMNS:
        if known in names:
            return names.index(known)
    raise InvalidRequestError(
        f"{file} has no column with the subjects' numbers, and nobody is looked up by name.",
        hint=f"Give a header row with a column named {' or '.join(CODE_COLUMNS[:2])}.",
    )


def _read_through(file: Path) -> tuple[str, int]:
    """The encoding that fits the whole file, and about how many rows it has."""
    for encoding in _ENCODINGS:
        lines = 0
        try:
            with file.open(encoding=encoding, newline="") as source:
                while text := source.read(_PROBE_CHARACTERS):
                    lines += text.count("\n")
        except UnicodeDecodeError:
            continue
        return encoding, lines
    raise InvalidRequestError(
        f"{file} is neither UTF-8 nor GBK text, so its rows cannot be read.", hint="Save it as CSV (UTF-8)."
    )


@contextmanager
def _whole_or_not_at_all(target: Path) -> Iterator[TextIO]:
    """Write beside the target and rename at the end, so that a half-written file never bears its name."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    draft = Path(name)
    try:
        # With a byte order mark, without which spreadsheets take UTF-8 for GBK.
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
            yield file
        draft.chmod(0o666 & ~_umask())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _progress(lines: int) -> "ProgressBar[int]":
    """A bar on the terminal, where there is one; drawn two hundred times and not for every row."""
    return click.progressbar(
        length=max(lines, 0),
        label="筛查 Screening",
        show_pos=True,
        file=sys.stderr,
        hidden=lines <= 0 or not sys.stderr.isatty(),
        update_min_steps=max(lines // 200, 1),
    )
