"""The office's terminal: what is typed there, and a sheet to import."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from gateway.cli import run
from tests.real_gateway import company

ROOT = Path(__file__).parents[2]
LIST = "procurement-serious"
TWO = ["--by", "jingban", "--confirmed-by", "fuhe"]
STATED = [*TWO, "--reason", "期满", "--document", "虚财〔2026〕9号"]


class Terminal:
    """Runs commands in this process and reads what they print."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: object) -> dict[str, Any]:
        """The answer of a command that must succeed."""
        self._capsys.readouterr()
        code = run([*map(str, words), "--json"])
        said = self._capsys.readouterr()
        assert code == 0, said.err
        answer: dict[str, Any] = json.loads(said.out)
        return answer

    def failure(self, *words: object) -> tuple[int, str]:
        """Exit code and the one line of a command that must fail."""
        self._capsys.readouterr()
        code = run([*map(str, words)])
        said = self._capsys.readouterr()
        assert code != 0, said.out
        assert len(said.err.splitlines()) == 1, said.err
        return code, said.err

    def refused(self, *words: object) -> str:
        """The one line that says why a command failed."""
        code, said = self.failure(*words)
        assert code == 1, said
        return said

    def misused(self, *words: object) -> str:
        """The one line that says how a command was misused."""
        code, said = self.failure(*words)
        assert code == 2, said
        return said


def sheet(folder: Path, numbers: Sequence[int], *, until: str = "2028-01-04", wrong: int = 0) -> Path:
    path = folder / "名单.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["统一社会信用代码", "名称", "认定部门", "文书号", "认定日期", "截止日期", "告知日期"])
        for each in numbers:
            code = company(each).code
            writer.writerow(
                [code, f"虚构公司{each}", "虚构市财政局", f"虚财罚〔2026〕{each}号", "2026-01-05", until, ""]
            )
        for each in range(wrong):
            writer.writerow(["91630100710550007X", "虚构", "虚构市财政局", f"{each}号", "2026-01-05", until, ""])
    return path
