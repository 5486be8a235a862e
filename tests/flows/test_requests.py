"""At the command line a listed company objects, is marked, repairs and is free; a slip of the pen decides nothing."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from gateway.cli import run
from tests.real_gateway import company

TWO = ["--by", "jingban", "--confirmed-by", "fuhe", "--reason", "经核查", "--document", "虚1号"]
ROWS = f"""统一社会信用代码,认定部门,文书号,认定日期,事实,严重程度
{company(1).code},虚构市生态环境局,虚环罚1号,2026-05-01,未按规定处置废物,一般
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gateway with one penalty in force; copied, never used."""
    folder = tmp_path_factory.mktemp("made")
    home, file = folder / "home", folder / "rows.csv"
    file.write_text(ROWS, encoding="utf-8")
    assert run(["init", str(home)]) == 0
    arguments = ["--list", "administrative-penalty", "--by", "jingban"]
    assert run(["entries", "import", str(home), str(file), *arguments]) == 0
    (report,) = (home / "spool").glob("batch-*-report.json")
    batch = str(json.loads(report.read_text(encoding="utf-8"))["batch"])
    assert run(["entries", "confirm", str(home), batch, "--by", "fuhe"]) == 0
    return home


class Desk:
    """An operator at a terminal, with one entry before them."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._home, self._capsys = str(home), capsys
        self.entry = str(self.says("entries list")["entries"][0]["id"])

    def says(self, command: str, *words: str) -> dict[str, Any]:
        """The answer of a command that must succeed."""
        self._capsys.readouterr()
        code = run([*command.split(), self._home, *words, "--json"])
        said = self._capsys.readouterr()
        assert code == 0, said.err
        found: dict[str, Any] = json.loads(said.out)
        return found

    def tells(self, command: str, *words: str) -> list[str]:
        """The lines for people of a command that must succeed."""
        self._capsys.readouterr()
        assert run([*command.split(), self._home, *words]) == 0
        return self._capsys.readouterr().out.splitlines()

    def refuses(self, command: str, *words: str) -> str:
        """The one line of a command that must fail."""
        self._capsys.readouterr()
        assert run([*command.split(), self._home, *words]) != 0
        said = self._capsys.readouterr().err
        assert len(said.splitlines()) == 1
        return said


@pytest.fixture
def desk(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(Path(shutil.copytree(made, tmp_path / "home")), capsys)


def test_an_objection_is_decided_only_by_those_who_say_how(desk: Desk) -> None:
    about = ["--about", "content", "--applicant", "虚构公司", "--grounds", "并非本公司", "--by", "jingban"]
    number = str(desk.says("objections file", desk.entry, *about)["objection"])
    assert desk.says("entries show", desk.entry)["objection_on"]
    assert "--upheld" in desk.refuses("objections decide", number, *TWO)
    assert "--upheld" in desk.refuses("objections decide", number, "--upheld", "--rejected", *TWO)
    assert "revoke" in desk.refuses("objections decide", number, "--upheld", *TWO)
    correcting = ["--upheld", "--remedy", "correct"]
    assert "日期" in desk.refuses("objections decide", number, *correcting, "--set", "term_until=昨天", *TWO)
    assert "COLUMN=VALUE" in desk.refuses("objections decide", number, *correcting, "--set", "list=x", *TWO)
    assert "twice" in desk.refuses("objections decide", number, *correcting, "--set", "fact=x", "--set", "fact=y", *TWO)
    assert desk.says("objections list", "--state", "filed")["objections"][0]["objection"] == number
    told = desk.says("objections decide", number, "--upheld", "--remedy", "revoke", *TWO)
    assert "异议成立" in told["reply"]
    shown = desk.says("entries show", desk.entry)
    assert (shown["state"], shown["objection_on"]) == ("revoked", "")
    assert "自始" in shown["effect"]


def test_a_repair_goes_from_application_to_freedom_and_back_for_a_lie(desk: Desk) -> None:
    publicity = desk.says("entries show", desk.entry)["publicity"]
    assert (publicity["repair_from"], publicity["last_day"]) == ("2026-08-01", "2027-05-01")
    early = ["--applicant", "虚构公司", "--applied-on", "2026-07-31", "--by", "jingban"]
    assert "2026年08月01日" in desk.refuses("repairs apply", desk.entry, *early)
    whole = ["--proof", "缴款凭证", "--commitment", "虚诺1号"]
    applied = desk.says("repairs apply", desk.entry, *whole, "--applicant", "虚构公司", "--by", "jingban")
    assert applied["regime"] == "repair-measures-36"
    desk.says("repairs accept", applied["repair"], "--by", "jingban")
    assert desk.says("repairs grant", desk.entry, *TWO)["state"] == "repaired"
    assert desk.says("entries list")["entries"] == []
    assert [each["id"] for each in desk.says("entries list", "--state", "repaired")["entries"]] == [desk.entry]
    voided = desk.says("repairs void", applied["repair"], *TWO)
    assert voided["again_from"]
    assert desk.says("entries show", desk.entry)["state"] == "published"
    desk.says("ledger verify")


def to_accept(desk: Desk, *words: str) -> list[dict[str, Any]]:
    """What waits for acceptance."""
    return [each for each in desk.says("deadlines", *words)["deadlines"] if each["act"] == "repair-acceptance"]


@pytest.mark.parametrize(
    ("applied_on", "acceptance", "decision"),
    [
        # Across mid-autumn and the golden week, with make-up days on a Sunday and a Saturday.
        ("2026-09-30", "2026-10-10", "2026-10-20"),
        ("2026-09-18", "2026-09-22", "2026-10-09"),
        # Handed in on a Sunday, and on a holiday: the first working day after it counts first.
        ("2026-09-13", "2026-09-16", "2026-09-24"),
        ("2026-10-01", "2026-10-10", "2026-10-20"),
    ],
)
def test_the_days_for_a_repair_are_the_same_in_the_reply_and_in_the_deadlines(
    desk: Desk, applied_on: str, acceptance: str, decision: str
) -> None:
    whole = ["--proof", "缴款凭证", "--commitment", "虚诺1号", "--applicant", "虚构公司", "--by", "jingban"]
    told = desk.says("repairs apply", desk.entry, *whole, "--applied-on", applied_on)
    assert (told["acceptance"]["due_on"], told["decision"]["due_on"]) == (acceptance, decision)
    assert f"{acceptance[:4]}年{acceptance[5:7]}月{acceptance[8:]}日" in told["reply"]
    (late,) = to_accept(desk, "--overdue")
    assert (late["reference"], late["due_on"], late["state"]) == (told["repair"], acceptance, "overdue")


def test_a_repeated_objection_is_said_to_be_one_and_may_leave_the_entry_unmarked(desk: Desk) -> None:
    about = ["--about", "content", "--applicant", "虚构公司", "--grounds", "并非本公司", "--by", "jingban"]
    first = desk.says("objections file", desk.entry, *about)
    desk.says("objections decide", first["objection"], "--rejected", *TWO)
    again = desk.says("objections file", desk.entry, *about)
    assert (first["repeats"], again["repeats"], again["marked"]) == ("", first["objection"], True)
    alone = ["--by", "jingban", "--confirmed-by", "jingban", "--reason", "相同", "--document", "虚2号"]
    assert "jingban" in desk.refuses("objections unmark", again["objection"], *alone)
    told = desk.says("objections unmark", again["objection"], *TWO)
    assert (told["marked"], told["state"]) == (False, "filed")
    assert desk.says("entries show", desk.entry)["objection_on"] == ""
    desk.says("ledger verify")


def test_what_was_taken_in_says_what_comes_next(desk: Desk) -> None:
    about = ["--about", "content", "--applicant", "虚构公司", "--grounds", "并非本公司", "--by", "jingban"]
    number, *_, following = desk.tells("objections file", desk.entry, *about)
    assert f" {number} --upheld|--rejected" in following
    repair, *_, following = desk.tells("repairs apply", desk.entry, "--applicant", "虚构公司", "--by", "jingban")
    assert "accept|supplement|decline" in following
    assert "repairs supply" in desk.tells("repairs supplement", repair, "--missing", "凭证", "--by", "jingban")[-1]
    papers = ["--proof", "缴款凭证", "--commitment", "虚诺1号"]
    desk.says("repairs supply", repair, *papers, "--by", "jingban")
    assert f" {desk.entry} …" in desk.tells("repairs accept", repair, "--by", "jingban")[-1]
    assert "下一步" not in " ".join(desk.tells("repairs deny", repair, *TWO))
