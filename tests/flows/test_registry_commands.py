"""The office at the command line: lists are imported, confirmed, declared and ended; nothing is half done."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from gateway.cli import credit_gateway, run
from gateway.drafting.adoption import shipped_law_directory
from tests.flows.terminal import LIST, ROOT, STATED, TWO, Terminal, sheet
from tests.real_gateway import company


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gateway as `init` makes it; copied, never used."""
    home = tmp_path_factory.mktemp("made") / "home"
    assert run(["init", str(home)]) == 0
    return home


@pytest.fixture
def home(new_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(new_home, tmp_path / "home"))


@pytest.fixture
def credit(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


def test_from_an_empty_folder_to_a_publication(tmp_path: Path, credit: Terminal) -> None:
    home = tmp_path / "deep" / "home"
    made = credit("init", home, "--origin", "青海虚构")
    assert made["home"] == str(home)
    assert Path(made["trust_root"]).exists()
    first, second = made["operators"]

    done = credit("entries", "import", home, sheet(tmp_path, [1, 2, 3], wrong=2), "--list", LIST, "--by", first)
    assert (done["accepted"], done["rejected"]) == (3, 2)
    assert Path(done["report"]).exists()
    assert credit("publish", home)["changed_subjects"] == 1  # the canary alone: nothing was confirmed yet

    confirmed = credit("entries", "confirm", home, done["batch"], "--by", second)
    assert confirmed["published"] == 3
    credit("lists", "declare", home, LIST, "--complete-as-of", "2026-3-1", "--by", first, "--confirmed-by", second)
    published = credit("publish", home)
    assert (published["serial"], published["changed_subjects"]) == (2, 3)
    assert credit("publish", home)["published"] is False

    shown = {each["list"]: each for each in credit("lists", "show", home)["lists"]}
    assert (shown[LIST]["published"], shown[LIST]["complete_as_of"]) == (3, "2026-03-01")
    assert shown["tax-a"]["complete_as_of"] is None
    assert credit("ledger", "verify", home)["verified"] is True


def test_a_confirmed_entry_is_found_shown_and_ended(home: Path, tmp_path: Path, credit: Terminal) -> None:
    batch = credit("entries", "import", home, sheet(tmp_path, [1, 2, 3]), "--list", LIST, "--by", "jingban")["batch"]
    credit("entries", "confirm", home, batch, "--by", "fuhe")
    found = {}
    for number in (1, 2, 3):
        (entry,) = credit("entries", "list", home, "--subject", company(number).code)["entries"]
        found[number] = entry["id"]
    for command, number, state in (
        (("entries", "remove"), 1, "removed"),
        (("entries", "revoke"), 2, "revoked"),
        (("repairs", "grant"), 3, "repaired"),
    ):
        ended = credit(*command, home, found[number], *STATED)
        assert (ended["entry"], ended["state"]) == (found[number], state)
        shown = credit("entries", "show", home, found[number])
        assert (shown["state"], shown["acts"][0]["document"]) == (state, "虚财〔2026〕9号")
    assert credit("entries", "list", home, "--state", "published")["entries"] == []
    assert "removed" in credit.failure("entries", "remove", home, found[1], *STATED)[1]


def test_a_wrong_batch_is_given_up(home: Path, tmp_path: Path, credit: Terminal) -> None:
    path = sheet(tmp_path, [1])
    first = credit("entries", "import", home, path, "--list", LIST, "--by", "jingban")
    assert credit("entries", "import", home, path, "--list", LIST, "--by", "jingban")["repeated"] is True
    credit("entries", "discard", home, first["batch"], "--by", "jingban", "--reason", "文件有误")
    again = credit("entries", "import", home, path, "--list", LIST, "--by", "jingban")
    assert (again["repeated"], again["accepted"]) == (False, 1)
    assert {each["batch"] for each in credit("entries", "batches", home)["batches"]} == {first["batch"], again["batch"]}


def test_a_full_file_shows_what_is_missing(home: Path, tmp_path: Path, credit: Terminal) -> None:
    batch = credit("entries", "import", home, sheet(tmp_path, [1, 2]), "--list", LIST, "--by", "jingban")["batch"]
    credit("entries", "confirm", home, batch, "--by", "fuhe")
    done = credit("entries", "import", home, sheet(tmp_path, [2]), "--list", LIST, "--by", "jingban", "--full")
    assert done["missing"] == 1
    assert company(1).code in Path(done["missing_rows"]).read_text(encoding="utf-8-sig")


def test_keys_are_issued_once_and_revoked(home: Path, credit: Terminal) -> None:
    made = credit("clients", "add", home, "招标平台", "--matters", "procurement.award, tendering.award")
    assert made["matters"] == ["procurement.award", "tendering.award"]
    assert made["api_key"] not in str(credit("clients", "list", home))
    credit("clients", "revoke", home, "招标平台")
    (listed,) = credit("clients", "list", home)["clients"]
    assert listed["revoked_at"]
    assert "no.such" in credit.failure("clients", "add", home, "别处", "--matters", "no.such")[1]
    assert credit("clients", "add", home, "别处", "--matters", "*")["matters"] == ["*"]


def test_another_operator_signs_and_confirms(home: Path, tmp_path: Path, credit: Terminal) -> None:
    credit("publish", home)
    credit("operators", "add", home, "zhao", "--role", "reviewer", "--display-name", "赵复核")
    assert "zhao" in {each["operator"] for each in credit("operators", "list", home)["operators"]}
    batch = credit("entries", "import", home, sheet(tmp_path, [1]), "--list", LIST, "--by", "fuhe")["batch"]
    credit("entries", "confirm", home, batch, "--by", "zhao")
    assert "zhao" in credit.failure("entries", "import", home, sheet(tmp_path, [2]), "--list", LIST, "--by", "zhao")[1]


def test_the_law_is_checked_compared_and_adopted(home: Path, tmp_path: Path, credit: Terminal) -> None:
    checked = credit("law", "check")
    assert checked["lists"] == 26
    law = Path(shutil.copytree(shipped_law_directory(), tmp_path / "law"))
    assert credit("law", "diff", law, shipped_law_directory()) == {"changes": []}
    assert credit("law", "adopt", home, law, *TWO)["digest"] == checked["digest"]
    broken = next((law / "lists").glob("tax-a.y*ml"))
    broken.write_text(broken.read_text(encoding="utf-8") + "\nno_such_key: 1\n", encoding="utf-8")
    code, line = credit.failure("law", "adopt", home, law, *TWO)
    assert (code, "tax-a" in line) == (1, True)
    assert credit.failure("law", "adopt", home, shipped_law_directory(), "--by", "fuhe", "--confirmed-by", "fuhe")


def test_an_edited_ledger_is_told_by_its_row(home: Path, credit: Terminal) -> None:
    with sqlite3.connect(home / "registry.sqlite") as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE ledger SET actor = 'nobody' WHERE seq = 2")
    connection.close()
    code, line = credit.failure("ledger", "verify", home)
    assert (code, "Row 2 " in line) == (1, True)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["entries"], 2),
        (["nonsense"], 2),
        (["entries", "import", "{home}", "x.csv"], 2),
        (["entries", "list", "{home}", "--state", "nonsense"], 2),
        (["entries", "list", "{home}", "--subject", "91630100710550007X"], 2),
        (["lists", "declare", "{home}", LIST, "--complete-as-of", "昨天", *TWO], 2),
        (["lists", "declare", "{home}", LIST, "--complete-as-of", "2999-01-01", *TWO], 1),
        (["lists", "show", "{home}/nothing"], 1),
        (["entries", "import", "{home}", "{home}/x.csv", "--list", LIST, "--by", "jingban"], 1),
        (["entries", "import", "{home}", "{home}/x.csv", "--list", LIST, "--by", "nobody"], 1),
        (["entries", "confirm", "{home}", "nothing", "--by", "fuhe"], 1),
        (["entries", "show", "{home}", "nothing"], 1),
        (["entries", "remove", "{home}", "nothing", *STATED], 1),
        (["clients", "revoke", "{home}", "nothing"], 1),
        (["init", "{home}"], 1),
        (["law", "check", "{home}"], 1),
    ],
)
def test_a_failure_is_one_line_and_an_exit_code(home: Path, credit: Terminal, words: list[str], code: int) -> None:
    found, line = credit.failure(*(each.format(home=home) for each in words))
    assert found == code
    assert "Traceback" not in line


def test_every_command_takes_json() -> None:
    def leaves(command: click.Command) -> Iterator[click.Command]:
        if isinstance(command, click.Group):
            for each in command.commands.values():
                yield from leaves(each)
        else:
            yield command

    without = [each.name for each in leaves(credit_gateway) if "as_json" not in {one.name for one in each.params}]
    assert without == []


def test_people_read_chinese_first(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["entries", "import", str(home), str(sheet(tmp_path, [1])), "--list", LIST, "--by", "jingban"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("数据质量报告")
    assert "下一步" in said


@pytest.mark.parametrize("cut", ["a row", "the header"])
def test_a_half_written_file_stores_nothing(home: Path, tmp_path: Path, credit: Terminal, cut: str) -> None:
    path = sheet(tmp_path, range(50))
    content = path.read_bytes()
    path.write_bytes(content[:-30] if cut == "a row" else content[:20])
    code, line = credit.failure("entries", "import", home, path, "--list", LIST, "--by", "jingban")
    assert code == 1
    assert "名单.csv" in line or "header" in line
    assert credit("entries", "batches", home)["batches"] == []


def test_a_full_disk_stores_nothing_and_is_one_line(home: Path, tmp_path: Path, credit: Terminal) -> None:
    path = sheet(tmp_path, range(5000))
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (800_000, 800_000));"
        "from gateway.cli import main; main()"
    )
    words = ["entries", "import", str(home), str(path), "--list", LIST, "--by", "jingban"]
    done = subprocess.run(
        [sys.executable, "-c", limited, *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert credit("entries", "batches", home)["batches"] == []
    assert credit("ledger", "verify", home)["verified"] is True
