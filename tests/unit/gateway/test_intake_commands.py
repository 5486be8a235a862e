"""What a clerk types about tables and their quality: one line where it fails, nothing half written."""

import json
import os
import pty
from pathlib import Path

import pytest
from openpyxl import load_workbook

from gateway.cli import run
from gateway.commands.setup import create_home
from gateway.settings import GatewaySettings
from tests.real_gateway import company
from tests.unit.gateway.intake.sheets import PENALTY, PROCUREMENT, write_csv


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> str:
    made = tmp_path_factory.mktemp("intake") / "gateway"
    create_home(made, GatewaySettings())
    return str(made)


def penalties(folder: Path, *numbers: int) -> str:
    rows = [{**PENALTY, "CF_XDR_SHXYM": company(each).code, "CF_WSH": f"虚{each}号"} for each in numbers]
    return str(write_csv(folder / "penalties.csv", rows))


def test_a_table_needs_no_list_and_the_report_can_be_handed_out(
    home: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["entries", "import", home, penalties(tmp_path, 1, 2), "--by", "jingban", "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["list"], done["format"], done["accepted"]) == ("administrative-penalty", "penalty-2018", 2)
    html, xlsx = tmp_path / "报告.html", tmp_path / "报告.xlsx"
    assert run(["entries", "report", home, done["batch"], "--html", str(html), "--xlsx", str(xlsx)]) == 0
    assert "合规率" in html.read_text(encoding="utf-8")
    assert load_workbook(xlsx).sheetnames[0] == "概要"
    assert run(["entries", "report", home, done["batch"]]) == 0
    assert "合规率 100.0%" in capsys.readouterr().out


def test_a_file_that_says_nothing_new_asks_nobody_to_confirm_it(
    home: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["entries", "import", home, penalties(tmp_path, 6), "--by", "jingban", "--json"]) == 0
    batch = json.loads(capsys.readouterr().out)["batch"]
    assert run(["entries", "confirm", home, batch, "--by", "fuhe"]) == 0
    capsys.readouterr()
    assert run(["entries", "import", home, penalties(tmp_path, 6, 6), "--by", "jingban"]) == 0
    said = capsys.readouterr().out
    assert "无需复核" in said
    assert "entries confirm" not in said


def test_an_authority_is_stated_for_a_file_without_one(
    home: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {name: cell for name, cell in PROCUREMENT.items() if name != "执法单位"}
    file = str(write_csv(tmp_path / "rows.csv", [row]))
    assert run(["entries", "import", home, file, "--by", "jingban"]) == 1
    said = capsys.readouterr().err
    assert "--authority" in said
    assert said.count("\n") == 1
    assert run(["entries", "import", home, file, "--by", "jingban", "--authority", "虚构省财政厅"]) == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["report", "HOME", "nothing"], 1, "no batch nothing"),
        (["template", "nothing", "x.xlsx"], 2, "nothing"),
        (["template", "plain", "/nowhere/x.xlsx"], 1, "nowhere"),
        (["quality", "HOME", "--from", "2026-03-02", "--until", "2026-03-01"], 1, "before it begins"),
        (["quality", "HOME", "--from", "昨天", "--until", "2026-03-01"], 2, "昨天"),
        (["import", "HOME", "FILE", "--by", "jingban", "--format", "nothing"], 1, "no format 'nothing'"),
        (["import", "HOME", "FILE", "--by", "jingban", "--list", "tax-a"], 1, "not to tax-a"),
        (["import", "HOME", "FILE", "--by", "jingban", "--format", "plain"], 1, "list must be named"),
        (["import", "HOME", "FILE", "--by", "jingban", "--format", "plain", "--list", "tax-a"], 1, "lacks"),
        (["import", "HOME", "FILE", "--by", "jingban", "--format", "penalty-2016"], 1, "authority"),
    ],
)
def test_a_mistake_is_one_line(
    home: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], *, words: list[str], code: int, said: str
) -> None:
    given = {"HOME": home, "FILE": penalties(tmp_path, 7)}
    assert run(["entries", *(given.get(word, word) for word in words)]) == code
    output = capsys.readouterr()
    assert said in output.err
    assert output.err.count("\n") == 1
    assert output.out == ""


def test_a_bar_is_drawn_on_a_terminal_only(
    home: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["entries", "import", home, penalties(tmp_path, 3), "--by", "jingban"]) == 0
    assert "Importing" not in capsys.readouterr().err
    reading, writing = pty.openpty()
    with os.fdopen(writing, "w", encoding="utf-8") as terminal, os.fdopen(reading, "rb") as screen:
        monkeypatch.setattr("sys.stderr", terminal)
        assert run(["entries", "import", home, penalties(tmp_path, 4), "--by", "jingban", "--json"]) == 0
        assert run(["entries", "import", home, penalties(tmp_path, 5), "--by", "jingban"]) == 0
        terminal.flush()
        drawn = os.read(screen.fileno(), 65_536).decode()
    assert drawn.count("100%") == 1
    assert "Importing" in drawn
