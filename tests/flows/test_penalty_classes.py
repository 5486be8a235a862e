"""Flow: penalties without a class come in, and each is shown, decided on and repaired as the law of its kinds says.

The clock stands still in June 2026, two months after order 36 took effect.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from credit_sdk import CreditClient
from gateway import create_app
from gateway.api.context import EXTENSION
from gateway.cli import run
from gateway.database.unit_of_work import reading
from gateway.registry.lapses import note
from gateway.registry.periods import PeriodLaw
from tests.key_office import Office, now
from tests.real_gateway import LI, WANG, company
from tests.unit.gateway.intake.sheets import PENALTY, write_csv
from tests.unit.gateway.registry.statute import noon, shipped

DECIDED, TODAY = date(2026, 5, 6), date(2026, 6, 1)
BUREAU = "虚构市生态环境局"
MINOR, GENERAL, SERIOUS = "publicity-minor", "publicity-general", "publicity-serious"
WARNED, CONFISCATED, REVOKED, FINED, UNTOLD, STATED = range(1, 7)
SHOWN = {
    WARNED: ([MINOR], None, date(2026, 8, 6)),
    CONFISCATED: ([GENERAL], "2026-08-06", date(2027, 5, 6)),
    REVOKED: ([SERIOUS], "2027-05-06", date(2029, 5, 6)),
    FINED: ([SERIOUS, GENERAL, MINOR], None, date(2029, 5, 6)),
    UNTOLD: ([SERIOUS, GENERAL, MINOR], None, date(2029, 5, 6)),
    STATED: ([GENERAL], "2026-08-06", date(2027, 5, 6)),
}
"""By company: the periods that may hold, the first day of a repair and the last day."""


def row(number: int, kinds: str, **cells: str) -> dict[str, str]:
    return {
        **PENALTY,
        "CF_XDR_SHXYM": company(number).code,
        "CF_XDR_MC": f"虚构公司{number}",
        "CF_WSH": f"虚环罚〔2026〕{number}号",
        "CF_CFLB": kinds,
        "CF_NR_FK": "",
        "CF_JDRQ": DECIDED.isoformat(),
        "CF_GSJZQ": "",
        "CF_CFJG": BUREAU,
        **cells,
    }


ROWS = [
    row(WARNED, "警告"),
    row(CONFISCATED, "没收违法所得", CF_NR_WFFF="1.5"),
    row(REVOKED, "吊销许可证件", CF_NR_ZKDX="虚构许可证1号"),
    row(FINED, "警告;罚款", CF_NR_FK="2"),
    row(UNTOLD, "其他-责令改正"),
    row(STATED, "吊销许可证件", CF_NR_ZKDX="虚构许可证2号", CF_SXYZCD="一般"),
]


@dataclass
class Story:
    """A gateway under the law as shipped, an operator's terminal, and a host that follows."""

    office: Office
    host: CreditClient
    capsys: pytest.CaptureFixture[str]

    def says(self, *words: object, fails: bool = False) -> dict[str, Any]:
        """The answer of a command about this gateway; of a refusal its one line."""
        self.capsys.readouterr()
        named = 1 if words == ("deadlines",) else 2
        code = run([*map(str, words[:named]), str(self.office.home.path), *map(str, words[named:]), "--json"])
        said = self.capsys.readouterr()
        assert bool(code) is fails, said.err
        found: dict[str, Any] = {"said": said.err} if fails else json.loads(said.out)
        return found

    def publish(self) -> None:
        """Publish what changed, and let the host follow."""
        self.office.gateway.publisher.publish(now())
        self.host.sync()

    def standing(self, number: int, on: date) -> list[str]:
        """Lists on which a check of that day finds the company."""
        decision = self.host.check(company(number).code, "licensing.permit", on=on)
        return [finding.list.id for finding in decision.findings]

    def entries(self) -> dict[int, str]:
        """The entry of each company."""
        listed = self.says("entries", "list")["entries"]
        codes = {company(number).code: number for number in SHOWN}
        return {codes[each["subject"]]: each["id"] for each in listed}

    def asked(self, path: str, **headers: str) -> Any:  # noqa: ANN401 - as Flask answers
        """What the gateway answers to a system over HTTP."""
        app = create_app(self.office.home, now=now)
        try:
            key = self.office.gateway.client("行政审批系统" if headers else "电子招投标平台")
            return app.test_client().get(path, headers={"Authorization": f"Bearer {key}", **headers})
        finally:
            app.extensions[EXTENSION].engine.dispose()


@pytest.fixture
def story(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Story]:
    with time_machine.travel(noon(TODAY), tick=False):
        office = Office.make(tmp_path, companies=())
        office.gateway.publisher.adopt_catalogue(shipped().data, LI, WANG, now())
        host = office.host("host")
        made = Story(office, host, capsys)
        batch = made.says("entries", "import", write_csv(tmp_path / "table.csv", ROWS), "--by", LI)
        assert (batch["accepted"], batch["rejected"]) == (len(ROWS), 0)
        made.says("entries", "confirm", batch["batch"], "--by", WANG)
        made.publish()
        yield made
        host.close()
        office.close()


def test_every_penalty_ends_and_says_why(story: Story) -> None:
    entries = story.entries()
    for number, (periods, repair_from, last_day) in SHOWN.items():
        told = story.says("entries", "show", entries[number])["publicity"]
        assert [told["period"], *told["others"]] == periods
        assert (told["repair_from"], told["last_day"]) == (repair_from, last_day.isoformat())
        assert ("申请修复时须注明" in told["remark"]) is (len(periods) > 1)
        # The host has no clock but the day it asks about: what was published carries the end.
        assert story.standing(number, last_day) == ["administrative-penalty"]
        assert story.standing(number, last_day + timedelta(days=1)) == []


def test_the_subject_file_and_the_report_say_the_same(story: Story) -> None:
    (entry,) = story.asked(f"/v1/subjects/{company(FINED).code}").get_json()["entries"]
    assert (entry["severity"], entry["term_until"]) == ("none", "2029-05-06")
    told = entry["publicity"]
    assert (told["last_day"], told["repair_from"], told["others"]) == ("2029-05-06", None, [GENERAL, MINOR])
    assert "按处罚种类（警告、罚款）也不能确定" in told["remark"]
    report = story.asked(f"/v1/subjects/{company(CONFISCATED).code}/report", Accept="text/html")
    assert "2026-05-06 至 2027-05-06" in report.get_data(as_text=True)


def test_the_quality_report_asks_the_department_for_the_class(story: Story) -> None:
    (batch,) = story.says("entries", "batches")["batches"]
    warnings = {each["code"]: each for each in story.says("entries", "report", batch["batch"])["warnings"]}
    missing = warnings["severity.missing"]
    assert missing["rows"] == len(ROWS) - 1
    assert "请在“失信严重程度”一栏写明" in missing["example"]


def test_a_repair_is_refused_until_the_class_is_said_or_makes_no_difference(story: Story) -> None:
    entries = story.entries()

    def apply(number: int, *, on: date, period: str = "", fails: bool = False) -> dict[str, Any]:
        stated = ["--applicant", "虚构公司", "--proof", "凭证", "--commitment", "虚诺1号", "--by", LI]
        which = ["--period", period] if period else []
        with time_machine.travel(noon(on), tick=False):
            return story.says("repairs", "apply", entries[number], *stated, *which, fails=fails)

    assert "2026-08-06起方可申请修复" in apply(CONFISCATED, on=date(2026, 8, 5), fails=True)["said"]
    assert apply(CONFISCATED, on=date(2026, 8, 6))["period"] == GENERAL
    assert apply(WARNED, on=TODAY)["period"] == MINOR

    said = apply(FINED, on=TODAY, fails=True)["said"]
    for words in (
        "适用哪一项公示期，在2026-06-01结果不同",
        "轻微失信信息公示期（纠正并履行义务后即可申请修复）",
        "一般失信信息公示期（2026年08月06日起可以申请修复）",
        "严重失信信息公示期（2027年05月06日起可以申请修复）",
        f"{SERIOUS}、{GENERAL}、{MINOR}",
        "--period",
    ):
        assert words in said
    assert said.index("适用哪一项") < said.index("makes a difference")
    refused = apply(FINED, on=TODAY, period=GENERAL, fails=True)["said"]
    assert "2026-08-06起方可申请修复" in refused
    assert apply(FINED, on=TODAY, period=MINOR)["period"] == MINOR
    awaited = [each for each in story.says("deadlines")["deadlines"] if each["entry"] == entries[FINED]]
    assert [(each["act"], each["period"]) for each in awaited] == [("repair-acceptance", "repair-acceptance")]

    # From the longest minimum on it makes no difference, and none is written down as if it were known.
    assert "结果不同" in apply(UNTOLD, on=date(2027, 5, 5), fails=True)["said"]
    applied = apply(UNTOLD, on=date(2027, 5, 6))
    assert (applied["period"], applied["regime"]) == ("", "repair-measures-36")


def test_the_calendar_ends_what_nobody_classed(story: Story) -> None:
    engine = story.office.gateway.engine
    with reading(engine) as connection:
        law = PeriodLaw.load(connection, TODAY)
    assert len(note(engine, law, noon(date(2029, 5, 6)), behind="").lapsed) == 3
    entries = story.entries()
    assert {entries[REVOKED], entries[FINED], entries[UNTOLD]} == {
        *note(engine, law, noon(date(2029, 5, 7)), behind="").lapsed
    }
    lapse = story.says("entries", "show", entries[FINED])["lapse"]
    assert (lapse["last_day"], lapse["period"]) == ("2029-05-06", SERIOUS)
