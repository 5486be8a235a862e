"""`credit bundle`, as two clerks use it: one at a connected machine, one at an isolated host, a medium between them."""

import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from credit_sdk.client.clock import now_utc
from credit_sdk.testing import subject
from credit_sdk.testing.gateway import API_KEY
from tests.flows.machine import Machine

LISTED, UNLISTED = subject(1), subject(2)


class Clerks(Machine):
    """Two machines and a medium; ``@name`` is what lies in their folder under that name."""

    def credit(self, *arguments: object) -> tuple[int, str, str]:
        words = map(str, arguments)
        return super().credit(*(self.folder / word[1:] if word.startswith("@") else word for word in words))

    def answer(self, *arguments: str) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.done(*arguments, "--json"))
        return found


@pytest.fixture
def clerks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Clerks]:
    with Clerks.in_folder(tmp_path, capsys) as made:
        made.gateway.list(LISTED, "judgment-defaulter", id="E-1")
        made.publish_first()
        made.done("init", "@connected", "--gateway", made.url, "--key", API_KEY, "--trust", made.trust)
        made.done("init", "@isolated", "--gateway", "none", "--trust", made.trust)
        yield made


def test_the_round(clerks: Clerks) -> None:
    assert clerks.credit("check", "@isolated", LISTED.code, "procurement.award")[0] == 3
    assert "最迟导入" in clerks.done("bundle", "fetch", "@connected", "@1.zip")
    said = clerks.done("bundle", "import", "@isolated", "@1.zip")
    for text in ("数据包已导入", "— → 1", "失信被执行人", "可作“可以办理”依据至", "不能核查自然人", "北京时间"):
        assert text in said
    assert clerks.credit("check", "@isolated", LISTED.code, "procurement.award")[0] == 20
    assert clerks.credit("check", "@isolated", UNLISTED.code, "procurement.award")[0] == 0
    assert "回传文件已导出" in clerks.done("bundle", "export", "@isolated", "@out.jsonl")
    assert stat.S_IMODE((clerks.folder / "out.jsonl").stat().st_mode) == 0o600
    assert "回传文件已送达" in clerks.done("bundle", "deliver", "@connected", "@out.jsonl")
    assert len(clerks.gateway.checks) == 3
    clerks.gateway.list(UNLISTED, "wage-arrears")
    clerks.gateway.publish()
    clerks.done("bundle", "fetch", "@connected", "@2.zip")
    said = clerks.done("bundle", "import", "@isolated", "@2.zip")
    assert "核查记录 3，反馈 0" in said
    assert "wage-arrears" in said
    assert "judgment-defaulter" not in said, "only what changed is listed"
    said = clerks.done("bundle", "import", "@isolated", "@2.zip")
    assert "名单无变化" in said


def test_programs_get_one_object(clerks: Clerks) -> None:
    fetched = clerks.answer("bundle", "fetch", "@connected", "@1.zip")
    imported = clerks.answer("bundle", "import", "@isolated", "@1.zip")
    exported = clerks.answer("bundle", "export", "@isolated", "@out.jsonl")
    delivered = clerks.answer("bundle", "deliver", "@connected", "@out.jsonl")
    assert (fetched["serial"], imported["serial"], imported["changed"]) == (1, 1, True)
    assert imported["contact_at"] == fetched["contact_at"]
    assert exported["outbox"] == delivered["outbox"]
    status = clerks.answer("status", "@connected")["outbox"]
    assert isinstance(status, dict)
    assert exported["courier"] == status["id"]


MISTAKES: list[tuple[list[str], int, str]] = [
    (["import", "@isolated", "@absent.zip"], 1, "No such file"),
    (["import", "@isolated", "@root.json"], 1, "原有数据不变"),
    (["import", "@connected", "@absent.zip"], 2, "follows it and delivers by itself"),
    (["export", "@connected", "@out.jsonl"], 2, "follows it and delivers by itself"),
    (["export", "@isolated", "@root.json"], 2, "is there already"),
    (["export", "@isolated", "@usb/out.jsonl"], 1, "cannot be written"),
    (["fetch", "@isolated", "@1.zip"], 2, "no line to a gateway"),
    (["fetch", "@connected", "@root.json"], 2, "is there already"),
    (["fetch", "@connected", "@usb/1.zip"], 1, "cannot be written"),
    (["deliver", "@isolated", "@out.jsonl"], 2, "no line to a gateway"),
    (["deliver", "@connected", "@root.json"], 1, "no whole outbox file"),
    (["deliver", "@connected", "@absent.jsonl"], 1, "nothing was delivered"),
    (["import", "@nowhere", "@absent.zip"], 1, "there is no replica"),
    (["import", "@isolated"], 2, "Missing argument"),
]


def test_a_mistake_is_one_line_and_leaves_nothing(clerks: Clerks) -> None:
    before = {path.name for path in clerks.folder.iterdir()}
    for arguments, code, text in MISTAKES:
        found, out, err = clerks.credit("bundle", *arguments)
        assert (found, out) == (code, ""), arguments
        assert text in err
        assert err.count("\n") == 1
        assert {path.name for path in clerks.folder.iterdir()} == before


def test_a_file_cannot_speak_to_the_terminal(clerks: Clerks) -> None:
    clerks.done("bundle", "export", "@isolated", "@out.jsonl")
    path = clerks.folder / "out.jsonl"
    head, end = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(head + '{"\\u001b[2J\\u009b": 1}\n' + end, encoding="utf-8")
    code, _, err = clerks.credit("bundle", "deliver", "@connected", "@out.jsonl")
    assert (code, "one of its lines cannot be read" in err) == (1, True)
    assert err.removesuffix("\n").isprintable()


def test_says_loudly_what_was_refused_at_the_gateway(clerks: Clerks) -> None:
    clerks.done("bundle", "fetch", "@connected", "@1.zip")
    clerks.done("bundle", "import", "@isolated", "@1.zip")
    clerks.credit("check", "@isolated", LISTED.code, "procurement.award")
    clerks.done("bundle", "export", "@isolated", "@out.jsonl")
    outbox = str(json.loads((clerks.folder / "out.jsonl").read_text(encoding="utf-8").splitlines()[0])["outbox"])
    clerks.gateway.transport.intake["records"].rows[outbox, 1] = {"seq": 1, "id": "another"}
    assert clerks.credit("bundle", "deliver", "@connected", "@out.jsonl")[0] == 1
    clerks.done("bundle", "fetch", "@connected", "@2.zip")
    code, _, err = clerks.credit("bundle", "import", "@isolated", "@2.zip")
    assert code == 0
    assert "网关拒收 1 条记录" in err
    code, _, err = clerks.credit("doctor", "@isolated")
    assert (code, "refused 1 record" in err) == (1, True)


def test_a_doctor_finds_an_isolated_host_healthy(clerks: Clerks) -> None:
    code, _, err = clerks.credit("doctor", "@isolated")
    assert (code, "credit bundle import" in err) == (1, True)
    clerks.done("bundle", "fetch", "@connected", "@1.zip")
    clerks.done("bundle", "import", "@isolated", "@1.zip")
    found = clerks.answer("doctor", "@isolated")
    assert (found["ready"], found["fresh"], found["wired"], found["problems"]) == (True, True, False, [])


def test_a_host_whose_clock_is_behind_is_told(clerks: Clerks) -> None:
    clerks.done("bundle", "fetch", "@connected", "@1.zip")
    with time_machine.travel(now_utc() - timedelta(hours=2)):
        code, out, err = clerks.credit("bundle", "import", "@isolated", "@1.zip")
    assert code == 0
    assert "过旧 stale" in out
    assert "请先校准时钟" in err
