"""Flow: a company listed in 2014 under its registration number is linked to its code in 2026, and unlinked again."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from credit_sdk import CreditClient, Verdict
from credit_sdk.client.setup import set_up
from credit_sdk.publication.statement import Publication
from credit_sdk.settings import Settings
from credit_sdk.transport.http import HttpTransport
from gateway import create_app
from gateway.api.context import EXTENSION
from gateway.cli import run
from tests.former_numbers_case import confirmed, registered, row
from tests.key_office import AWARD, Office, now
from tests.real_gateway import LI, LISTED, WANG, company

URL = "http://gateway.example"
OLD, CODE, OTHER = registered(1), company(7), company(8)
ACT = ("--by", LI, "--confirmed-by", WANG, "--document", "虚登〔2026〕3号", "--reason", "登记机关证明")


def test_a_host_that_asks_by_the_code_is_told_while_the_two_are_linked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = Office.make(tmp_path, companies=())
    gateway, home = office.gateway, str(office.home.path)
    gateway.declare(on=now().date().replace(day=1))
    confirmed(gateway, [row(OLD, "虚财罚〔2014〕1号", name="虚构甲公司")], at=now())
    app = create_app(office.home)
    transport = HttpTransport(URL, gateway.client("电子招投标平台"), transport=httpx.WSGITransport(app))
    settings = Settings.of(home=tmp_path / "host", gateway_url=URL, api_key=None, trust=office.home.trust_root)
    gateway.publisher.publish(now())
    set_up(settings, clock=now, transport=transport)
    host = CreditClient.open(tmp_path / "host", background=False, clock=now, transport=transport)

    def says(*words: str) -> dict[str, Any]:
        capsys.readouterr()
        assert run([*words, "--json"]) == 0, capsys.readouterr().err
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    def synced() -> Publication:
        gateway.publisher.publish(now())
        host.sync()
        return gateway.served()

    try:
        host.sync()
        assert host.check(OLD, AWARD).verdict is Verdict.DENY
        assert host.check(CODE, AWARD).verdict is Verdict.CLEAR

        linked = says("subjects", "link", home, OLD.code, CODE.code, *ACT)
        assert len(linked["entries"]) == 1
        assert (synced().lists[LISTED].entries, synced().subjects) == (1, 3)
        decision = host.check(CODE, AWARD, case="青采2026-17")
        assert decision.verdict is Verdict.DENY
        assert host.check(OLD, AWARD).verdict is Verdict.DENY
        assert host.check(OTHER, AWARD).verdict is Verdict.CLEAR
        assert [each.entry.id for each in decision.findings] == linked["entries"]
        host.sync()

        ended = says("subjects", "unlink", home, OLD.code, *ACT)
        assert ended["entries"] == linked["entries"]
        assert synced().lists[LISTED].entries == 1
        assert host.check(CODE, AWARD).verdict is Verdict.CLEAR
        assert host.check(OLD, AWARD).verdict is Verdict.DENY
        host.sync()
        # Only what was decided about the code is another's now; what was decided about the number stands.
        (notice,) = says("notices", "list", home)["notices"]
        assert (notice["decision_id"], notice["case"]) == (str(decision.id), "青采2026-17")
        assert (notice["became"], notice["subject"]) == ("unlinked", CODE.code)
        assert (notice["entry"], notice["document_no"]) == (linked["entries"][0], "虚登〔2026〕3号")

        says("subjects", "link", home, OLD.code, CODE.code, *ACT)
        assert says("notices", "list", home)["notices"] == []
    finally:
        host.close()
        app.extensions[EXTENSION].engine.dispose()
        office.close()
