"""The command `credit`, as an operator and a script use it, against a gateway behind real HTTP."""

import csv
import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import time_machine

from credit_sdk import CreditClient, Verdict
from credit_sdk.client.clock import now_utc
from credit_sdk.outbox.store import Kind
from credit_sdk.testing import FakeGateway, subject
from credit_sdk.testing.gateway import API_KEY
from tests.flows.machine import Machine

LISTED, UNLISTED, HONOURED = subject(1), subject(2), subject(3)


class Host(Machine):
    """A machine whose people check."""

    def check(self, *arguments: object) -> tuple[int, str, str]:
        return self.credit("check", self.home, *arguments)


@pytest.fixture
def host(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Host]:
    with Host.in_folder(tmp_path, capsys) as made:
        made.gateway.list(LISTED, "judgment-defaulter", id="E-1")
        made.gateway.list(HONOURED, "tax-a", id="H-1")
        made.publish_first()
        yield made


@pytest.fixture
def ready(host: Host) -> Host:
    code, _, err = host.init()
    assert (code, err) == (0, "")
    return host


def test_init_makes_a_directory_that_works(ready: Host) -> None:
    assert stat.S_IMODE((ready.home / "api.key").stat().st_mode) == 0o600
    assert API_KEY not in (ready.home / "settings.json").read_text(encoding="utf-8")
    assert ready.check(UNLISTED.code, "procurement.award")[0] == 0


def test_init_with_a_wrong_key_says_so_in_one_line_and_leaves_nothing(host: Host) -> None:
    code, out, err = host.init(key="wrong-key-123")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "401" in err
    assert "wrong-key-123" not in err
    assert sorted(host.home.parent.iterdir()) == [host.trust]


@pytest.mark.parametrize("spoil", ["trust", "gateway", "directory"])
def test_init_leaves_nothing_when_anything_is_wrong(host: Host, spoil: str) -> None:
    if spoil == "trust":
        with FakeGateway() as stranger:
            stranger.publish()
            host.trust.write_bytes(stranger.publisher.trust_root)
    elif spoil == "gateway":
        host.url = "http://127.0.0.1:9"
    else:
        host.home.mkdir()
        (host.home / "something").touch()
    before = sorted(host.home.parent.rglob("*"))
    code, out, err = host.init()
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert sorted(host.home.parent.rglob("*")) == before


def test_check_answers_with_its_exit_code(ready: Host) -> None:
    assert ready.check(UNLISTED.code, "procurement.award")[0] == 0
    assert ready.check(LISTED.code, "tendering.award")[0] == 10
    assert ready.check(LISTED.code, "procurement.award")[0] == 20
    assert ready.check(LISTED.code, "tendering.award", "--fact", "statutory_tender=false")[0] == 0
    ready.gateway.uncover("judgment-defaulter")
    ready.gateway.publish()
    assert ready.credit("sync", ready.home)[0] == 0
    assert ready.check(UNLISTED.code, "procurement.award")[0] == 3


def test_check_speaks_chinese_first_and_english_when_asked(ready: Host) -> None:
    assert "失信被执行人" in ready.check(LISTED.code, "procurement.award")[1]
    assert "Verdict: DENY" in ready.check(LISTED.code, "procurement.award", "--lang", "en")[1]


def test_check_as_json_is_the_decision_byte_for_byte(ready: Host) -> None:
    _, out, _ = ready.check(LISTED.code, "procurement.award", "--json", "--case", "青采2026-17")
    said = json.loads(out)
    assert (said["verdict"], said["findings"][0]["measure"], said["case"]) == ("DENY", "a1-06", "青采2026-17")
    with CreditClient.open(ready.home, background=False) as credit:
        [row] = credit._installation.outbox.waiting(Kind.RECORDS, after=0, limit=9).values()
    assert json.loads(row)["digest"] == sha256(out.removesuffix("\n").encode()).hexdigest()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["916301007105500070", "procurement.award"], "916301007105500078"),
        (["{LISTED}", "procurement.awards"], "procurement.award"),
        (["{LISTED}", "procurement.award", "--fact", "colour=red"], "colour"),
        (["{LISTED}", "procurement.award", "--principal", "owner=1"], "ROLE=NUMBER"),
        (["{LISTED}", "procurement.award", "--on", "yesterday"], "--on"),
        (["{LISTED}"], "MATTER"),
    ],
)
def test_a_usage_mistake_is_one_line_and_exit_code_2(ready: Host, arguments: list[str], says: str) -> None:
    code, out, err = ready.check(*[argument.replace("{LISTED}", LISTED.code) for argument in arguments])
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert says in err


def test_a_directory_nobody_set_up_is_said_in_one_line(host: Host) -> None:
    for command in ("sync", "status", "doctor"):
        code, _, err = host.credit(command, host.home)
        assert (code, err.count("\n")) == (1, 1)
        assert "credit init" in err


def test_an_unknown_variable_is_an_error(ready: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDIT_APIKEY", "x")
    code, _, err = ready.credit("status", ready.home)
    assert code == 1
    assert "CREDIT_API_KEY" in err


def test_sync_takes_over_and_delivers(ready: Host) -> None:
    ready.check(LISTED.code, "procurement.award")
    ready.gateway.remove(LISTED, "E-1")
    ready.gateway.publish()
    code, out, _ = ready.credit("sync", ready.home, "--json")
    assert code == 0
    said = json.loads(out)
    assert (said["serial"], said["changed"], said["delivered_records"]) == (2, True, 1)
    assert ready.check(LISTED.code, "procurement.award")[0] == 0


def test_status_and_doctor_tell_programs_and_people(ready: Host) -> None:
    code, out, err = ready.credit("doctor", ready.home, "--json")
    assert (code, err) == (0, "")
    said = json.loads(out)
    assert all(said[name] for name in ("live", "ready", "fresh", "wired"))
    assert {role["role"] for role in said["trust"]} >= {"root", "timestamp"}
    assert json.loads(ready.credit("status", ready.home, "--json")[1])["serial"] == 1
    assert "序号" in ready.credit("status", ready.home)[1]


def test_status_speaks_of_what_nears_its_end(ready: Host) -> None:
    assert "提醒" not in ready.credit("status", ready.home)[1]
    with time_machine.travel(now_utc() + timedelta(hours=20)):
        code, out, _ = ready.credit("status", ready.home)
    assert code == 0
    assert "提醒 Warning: 签名timestamp还有3小时到期" in out


def test_doctor_fails_without_a_gateway_and_without_the_canary(ready: Host) -> None:
    ready.gateway.transport.is_reachable = False
    code, out, err = ready.credit("doctor", ready.home, "--json")
    assert (code, json.loads(out)["wired"], json.loads(out)["ready"]) == (1, False, True)
    assert "Problem" in err
    ready.gateway.transport.is_reachable = True

    ready.gateway.publisher.has_canary = False
    ready.gateway.publish()
    code, out, err = ready.credit("doctor", ready.home, "--json")
    assert (code, json.loads(out)["wired"]) == (1, False)
    assert "in every publication" in err


def test_report_works_later_from_another_process(ready: Host) -> None:
    said = json.loads(ready.check(LISTED.code, "procurement.award", "--json")[1])
    report = ("report", ready.home, said["id"], "a1-06")
    code, out, _ = ready.credit(*report, "--applied", "青采罚1号", "--by", "李四", "--json")
    assert (code, json.loads(out)["entries"]) == (0, ["E-1"])
    assert ready.credit(*report, "--applied", "青采罚1号", "--by", "李四")[0] == 0
    assert ready.credit(*report, "--lifted", "已移出名单")[0] == 0
    ready.credit("sync", ready.home)
    assert [row["state"] for row in ready.gateway.outcomes] == ["applied", "lifted"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "--applied"),
        (["--applied", "1", "--granted"], "--applied"),
        (["--waived", "民生工程"], "--until"),
        (["--not-applied", " "], "reason"),
        (["--granted"], "granted"),
        (["--applied", "1", "--entry", "E-9"], "E-1"),
    ],
)
def test_report_refuses_what_cannot_be_said(ready: Host, options: list[str], says: str) -> None:
    said = json.loads(ready.check(LISTED.code, "procurement.award", "--json")[1])
    code, _, err = ready.credit("report", ready.home, said["id"], "a1-06", *options)
    assert (code, err.count("\n")) == (2, 1)
    assert says in err
    assert ready.credit("report", ready.home, "unknown", "a1-06", "--granted")[0] == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_screen_answers_every_row(ready: Host, tmp_path: Path, encoding: str) -> None:
    rows = [
        ["名称", "统一社会信用代码"],
        ["湟水建设有限公司", LISTED.code],
        ["青湖商贸有限公司", f" {UNLISTED.code.lower()} "],
        ["没有代码的公司"],
        ["祁连“绿源”有限公司", "1234", "多出的一格"],
    ]
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    with source.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    code, out, err = ready.credit(
        "screen", ready.home, source, "--matter", "procurement.award", "--output", output, "--json"
    )
    assert (code, err) == (0, "")
    assert json.loads(out)["verdicts"] == {"CLEAR": 1, "DENY": 1, "INVALID": 2}
    with output.open(encoding="utf-8-sig", newline="") as file:
        answers = list(csv.DictReader(file))
    assert [row["credit_verdict"] for row in answers] == ["DENY", "CLEAR", "INVALID", "INVALID"]
    assert answers[0]["名称"] == "湟水建设有限公司"
    assert answers[0]["credit_entries"] == "E-1"
    assert answers[3]["统一社会信用代码"] == "1234,多出的一格"
    assert answers[3]["credit_error"]
    ready.credit("sync", ready.home)
    assert len(ready.gateway.checks) == 2


def test_screen_says_when_anything_is_not_known(ready: Host, tmp_path: Path) -> None:
    ready.gateway.uncover("judgment-defaulter")
    ready.gateway.publish()
    ready.credit("sync", ready.home)
    source = tmp_path / "in.csv"
    source.write_text(f"uscc\n{UNLISTED.code}\n", encoding="utf-8")
    screen = ("screen", ready.home, source, "--matter", "procurement.award", "--output", tmp_path / "out.csv")
    assert ready.credit(*screen)[0] == 3


@pytest.mark.parametrize(
    "content", ["名称\n湟水建设有限公司\n".encode(), b"\xff\xff\xff\x00", b'uscc\n"' + b"1" * 200_000]
)
def test_screen_refuses_a_file_it_cannot_read_and_leaves_the_old_answer(
    ready: Host, tmp_path: Path, content: bytes
) -> None:
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(content)
    output.write_text("before", encoding="utf-8")
    code, _, err = ready.credit("screen", ready.home, source, "--matter", "procurement.award", "--output", output)
    assert (code, err.count("\n")) == (2, 1)
    assert output.read_text(encoding="utf-8") == "before"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")] == []


def test_screen_says_which_file_is_missing(ready: Host, tmp_path: Path) -> None:
    code, _, err = ready.credit(
        "screen", ready.home, tmp_path / "no.csv", "--matter", "m", "--output", tmp_path / "out.csv"
    )
    assert (code, err.count("\n")) == (1, 1)
    assert "no.csv" in err


def test_a_host_needs_nothing_but_four_variables(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDIT_HOME", str(host.home))
    monkeypatch.setenv("CREDIT_GATEWAY_URL", host.url)
    monkeypatch.setenv("CREDIT_API_KEY", API_KEY)
    monkeypatch.setenv("CREDIT_TRUST", str(host.trust))
    for _ in range(2):
        with CreditClient.from_env(background=False) as credit:
            assert credit.check(LISTED, "procurement.award").verdict is Verdict.DENY
            credit.sync()
    assert len(host.gateway.checks) == 2
