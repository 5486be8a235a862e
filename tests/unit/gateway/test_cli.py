"""Whatever goes wrong is one line that says what, and what to do: no traceback, and nothing made on the way."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest

from gateway.cli import credit_gateway, run
from gateway.drafting.adoption import shipped_law_directory
from gateway.drafting.reader import SEALED_FILE
from tests.real_gateway import RealGateway


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = RealGateway.make(tmp_path)
    made.close()
    return made.home.path


def line(capfd: pytest.CaptureFixture[str]) -> str:
    said = capfd.readouterr().err.strip()
    assert "\n" not in said
    return said


@pytest.mark.parametrize("content", [b"garbage" * 2000, b"SQLite format 3\x00" + b"x" * 9000])
def test_a_damaged_database_is_one_line(home: Path, capfd: pytest.CaptureFixture[str], content: bytes) -> None:
    (home / "registry.sqlite").write_bytes(content)
    for beside in home.glob("registry.sqlite-*"):
        beside.unlink()
    assert run(["lists", "show", str(home)]) == 1
    assert "备份" in line(capfd)


def test_a_lost_database_is_not_replaced_by_an_empty_one(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (home / "registry.sqlite").unlink()
    assert run(["lists", "show", str(home)]) == 1
    said = line(capfd)
    assert "registry.sqlite" in said
    assert "备份" in said
    assert not (home / "registry.sqlite").exists()


def test_a_full_disk_is_one_line(home: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "gateway.cli", "lists", "show", str(home)],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=False,
        )
    said = done.stderr.decode()
    assert done.returncode == 1
    assert said.count("\n") == 1
    assert "腾出空间" in said


def test_what_was_adopted_is_sealed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Then an edited old block shows at the next check, before anybody adopts anything."""
    directory = tmp_path / "law"
    shutil.copytree(shipped_law_directory(), directory)
    shipped = (directory / SEALED_FILE).read_text(encoding="utf-8")
    (directory / SEALED_FILE).unlink()
    home = str(tmp_path / "home")
    assert run(["init", home]) == 0
    assert run(["law", "adopt", home, str(directory), "--by", "jingban", "--confirmed-by", "fuhe"]) == 0
    sealed = (directory / SEALED_FILE).read_text(encoding="utf-8")
    assert set(sealed.splitlines()) == set(shipped.splitlines())
    assert f"{len(shipped.splitlines()) - 1}个块" in capfd.readouterr().out
    assert run(["law", "check", str(directory)]) == 0


def test_a_port_in_use_is_said_before_anything_is_promised(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert run(["serve", str(home), "--port", str(other.getsockname()[1])]) == 1
    told = capfd.readouterr()
    assert told.out == ""
    assert "--port" in told.err


@pytest.mark.parametrize(
    "words",
    [
        ["entries", "remove", "HOME", "e1", "--by", "a", "--confirmed-by", "b", "--document", "1", "--reason", "BAD"],
        ["objections", "list", "HOME", "--entry", "BAD"],
        ["BAD"],
    ],
)
def test_words_typed_in_another_encoding_are_one_line(
    home: Path, capfd: pytest.CaptureFixture[str], words: list[str]
) -> None:
    typed = "理由".encode("gbk").decode(errors="surrogateescape")
    assert run([{"HOME": str(home), "BAD": typed}.get(word, word) for word in words]) == 2
    assert "UTF-8" in line(capfd)


def test_no_list_of_commands_breaks_off_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    groups = [("credit-gateway", credit_gateway), *credit_gateway.commands.items()]
    for name, group in groups:
        if isinstance(group, click.Group):
            said = group.get_help(click.Context(group, info_name=name)).partition("Commands:")[2]
            assert said
            assert "..." not in said, name


def test_no_draw_is_held_whose_document_has_no_place(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    seed = ["--matter", "supervision.inspection", "--seed", "01", "--seed-source", "虚构彩票", "--on", "2026-01-05"]
    output = home.parent / "没有" / "draw.json"
    assert run(["draw", "hold", str(home), *seed, "--by", "jingban", "--output", str(output)]) == 1
    assert "没有文件夹" in line(capfd)


def test_a_number_is_asked_for_at_a_terminal_alone(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    why = ["--purpose", "任职资格", "--legal-basis", "CONSENT", "--basis-document", "虚授1号"]
    assert run(["persons", "entries", str(home), "--by", "jingban", *why]) == 2
    assert "--number-file" in line(capfd)


def test_a_file_that_is_not_there_is_said_in_chinese_first(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["draw", "verify", str(tmp_path / "draw.json")]) == 1
    assert "draw.json: 文件或文件夹不存在 / No such file" in line(capfd)


def test_a_number_that_is_none_is_said_in_chinese_first(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["grades", "show", str(home), "916301007105500079"]) == 2
    assert "主体代码不正确" in line(capfd)


def test_a_commitment_is_named_whole_in_a_refusal(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["commitments", "confirm", str(home), "63000020261101000001", "--by", "fuhe"]) == 1
    assert "没有信用承诺63000020261101000001" in line(capfd)


def test_a_backup_into_no_folder_is_refused_by_its_name(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["backup", str(home), str(home.parent / "没有" / "b.zip")]) == 1
    said = line(capfd)
    assert "没有文件夹" in said
    assert "unfinished" not in said
