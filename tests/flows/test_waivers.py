"""Flow: an officer waives a measure in a case; elsewhere it is lifted only when a second person has confirmed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask_openapi3 import OpenAPI

from credit_sdk import CreditClient, Decision, Outcome, Verdict
from credit_sdk.client.setup import set_up
from credit_sdk.model.term import civil_day
from credit_sdk.settings import Settings
from credit_sdk.transport.http import HttpTransport
from gateway import create_app
from gateway.api.context import EXTENSION
from gateway.cli import run
from tests.key_office import AWARD, LISTED, Office, now
from tests.real_gateway import LI, WANG

URL = "http://gateway.example"


@dataclass
class Province:
    """A gateway that is served, an operator's terminal, and the hosts of two systems."""

    office: Office
    app: OpenAPI
    capsys: pytest.CaptureFixture[str]
    keys: dict[str, str] = field(default_factory=dict)
    hosts: dict[str, CreditClient] = field(default_factory=dict)

    def join(self, name: str) -> CreditClient:
        """Set a system's host up; it delivers under its own key."""
        self.keys[name] = self.office.gateway.client(name)
        transport = HttpTransport(URL, self.keys[name], transport=httpx.WSGITransport(self.app))
        home, trust = self.office.folder / f"host-{len(self.hosts)}", self.office.home.trust_root
        set_up(Settings.of(home=home, gateway_url=URL, api_key=None, trust=trust), clock=now, transport=transport)
        self.hosts[name] = CreditClient.open(home, background=False, clock=now, transport=transport)
        return self.hosts[name]

    def says(self, command: str, *words: object, fails: bool = False) -> dict[str, Any]:
        """The answer of ``credit-gateway waivers``; of a refusal its one line."""
        self.capsys.readouterr()
        code = run(["waivers", command, str(self.office.home.path), *map(str, words), "--json"])
        said = self.capsys.readouterr()
        assert bool(code) is fails, said.err
        found: dict[str, Any] = {"said": said.err} if fails else json.loads(said.out)
        return found

    def told(self, name: str) -> list[dict[str, Any]]:
        """What a system is told of its waivers."""
        headers = {"Authorization": f"Bearer {self.keys[name]}"}
        found: list[dict[str, Any]] = self.app.test_client().get("/v1/waivers", headers=headers).get_json()["waivers"]
        return found

    def verdicts(self) -> list[Verdict]:
        """What every host answers after the next publication."""
        self.office.gateway.publisher.publish(now())
        for host in self.hosts.values():
            host.sync()
        return [host.check(LISTED, AWARD).verdict for host in self.hosts.values()]

    def close(self) -> None:
        """Leave nothing open."""
        for host in self.hosts.values():
            host.close()
        self.app.extensions[EXTENSION].engine.dispose()
        self.office.close()


@pytest.fixture
def province(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Province]:
    office = Office.make(tmp_path)
    made = Province(office, create_app(office.home), capsys)
    for name in ("电子招投标平台", "行政审批系统"):
        made.join(name)
    yield made
    made.close()


def waive(host: CreditClient) -> Decision:
    """An officer waives the bar in a case of their own, for sixty days."""
    decision = host.check(LISTED, AWARD, case="青采2026-17")
    until = civil_day(now()) + timedelta(days=60)
    (finding,) = decision.findings
    host.report(decision, Outcome.waived(finding, reason="抢险救灾", by="张处长", until=until, document="虚采1号"))
    assert host.sync().delivered_outcomes == 1
    return decision


def test_a_waiver_is_asked_for_confirmed_published_and_ends(province: Province) -> None:
    bidding, approval = province.hosts.values()
    decision = waive(bidding)
    assert province.verdicts() == [Verdict.DENY, Verdict.DENY]
    (waiting,) = province.says("list", "--state", "pending")["waivers"]
    assert (waiting["case"], waiting["decision_id"], waiting["by"]) == ("青采2026-17", decision.id, "张处长")

    waiver, last = waiting["waiver"], civil_day(now()) + timedelta(days=30)
    stated = ["--by", WANG, "--reason", "情况属实", "--document", "虚信批〔2026〕7号"]
    assert "须由复核人写明最后一日" in province.says("confirm", waiver, *stated, fails=True)["said"]
    confirmed = province.says("confirm", waiver, "--until", last, *stated)
    assert "未设法定最长期限" in confirmed["reply"]
    assert province.verdicts() == [Verdict.REVIEW, Verdict.REVIEW]
    (finding,) = approval.check(LISTED, AWARD).findings
    assert finding.waiver is not None
    assert (finding.waiver.by, finding.waiver.until_on, finding.waiver.document_no) == (
        "张处长",
        last,
        "虚信批〔2026〕7号",
    )
    assert [(each["state"], each["until_on"]) for each in province.told("电子招投标平台")] == [
        ("effective", last.isoformat())
    ]
    assert province.told("行政审批系统") == []

    # Behind its last day the measure stands again, with nothing synchronised since.
    assert approval.check(LISTED, AWARD, on=last).verdict is Verdict.REVIEW
    assert approval.check(LISTED, AWARD, on=last + timedelta(days=1)).verdict is Verdict.DENY


def test_a_withdrawn_waiver_bars_again_everywhere_and_says_which_decisions_to_look_at(province: Province) -> None:
    bidding, approval = province.hosts.values()
    waive(bidding)
    stated = ["--reason", "报送材料不实", "--document", "虚信撤〔2026〕1号"]
    last = civil_day(now()) + timedelta(days=30)
    province.says("confirm", 1, "--until", last, "--by", WANG, *stated)
    assert province.verdicts() == [Verdict.REVIEW, Verdict.REVIEW]
    leaning = approval.check(LISTED, AWARD, case="虚批2026-3")
    # Checks are written down a moment behind; what is not in the outbox yet would be delivered with the next sync.
    approval.flush()
    assert approval.sync().delivered_records
    assert (
        "second person" in province.says("withdraw", 1, "--by", LI, "--confirmed-by", LI, *stated, fails=True)["said"]
    )
    province.says("withdraw", 1, "--by", LI, "--confirmed-by", WANG, *stated)
    assert province.verdicts() == [Verdict.DENY, Verdict.DENY]
    assert [each["state"] for each in province.told("电子招投标平台")] == ["withdrawn"]
    file = province.says("show", 1)
    assert ("行政审批系统", leaning.id, "虚批2026-3") in [
        (each["client"], each["decision_id"], each["case"]) for each in file["decisions"]
    ]


def test_a_refused_waiver_leaves_the_case_of_the_host_its_own_affair(province: Province) -> None:
    waive(province.hosts["电子招投标平台"])
    province.says("refuse", 1, "--by", WANG, "--reason", "不属于可豁免情形", "--document", "虚信批〔2026〕8号")
    assert province.verdicts() == [Verdict.DENY, Verdict.DENY]
    (told,) = province.told("电子招投标平台")
    assert told["state"] == "refused"
    assert "不属于可豁免情形" in told["reply"]
    assert (
        "不能办理" in province.says("confirm", 1, "--by", WANG, "--reason", "x", "--document", "y", fails=True)["said"]
    )


def test_what_nobody_decided_in_time_is_noted_as_over_at_the_command_line(province: Province) -> None:
    host = province.hosts["电子招投标平台"]
    decision = host.check(LISTED, AWARD)
    yesterday = civil_day(now()) - timedelta(days=1)
    host.report(decision, Outcome.waived(decision.findings[0], reason="补报", by="张处长", until=yesterday))
    host.sync()
    province.capsys.readouterr()
    for number in (1, 0):
        assert run(["entries", "lapse", str(province.office.home.path), "--json"]) == 0
        assert json.loads(province.capsys.readouterr().out)["waivers"] == number
    assert [each["state"] for each in province.told("电子招投标平台")] == ["expired"]


def test_the_terminal_shows_a_waiver_in_chinese_first(province: Province) -> None:
    waive(province.hosts["电子招投标平台"])
    home = str(province.office.home.path)
    province.capsys.readouterr()
    for words, shown in (
        (["list", home], "待复核 pending"),
        (["list", home, "--state", "refused"], "没有豁免 / no waivers"),
        (["show", home, "1"], "状态 state: 待复核 pending"),
        (["show", home, "1"], "所请最后一日 asked_until_on"),
    ):
        assert run(["waivers", *words]) == 0
        assert shown in province.capsys.readouterr().out
    decide = ("--by", WANG, "--reason", "不再需要", "--document", "虚批1号")
    assert run(["waivers", "confirm", home, "1", "--until", f"{civil_day(now()) + timedelta(days=3)}", *decide]) == 0
    two = ("--by", LI, "--confirmed-by", *decide[1:])
    assert run(["waivers", "withdraw", home, "1", *two]) == 0
    waive(province.hosts["电子招投标平台"])
    province.capsys.readouterr()
    assert run(["waivers", "show", home, "2"]) == 0
    shown = province.capsys.readouterr().out
    assert "已撤销 withdrawn" in shown
    assert "已撤回" not in shown
    assert run(["waivers", "confirm", home, "1", *decide]) == 1
    assert "状态为“已撤销”的豁免不能办理“复核”" in province.capsys.readouterr().err
    for words, code in ((["show", home, "9"], 1), (["show", home, "一"], 2), (["confirm", home, "1"], 2)):
        assert run(["waivers", *words]) == code
        assert len(province.capsys.readouterr().err.splitlines()) == 1
