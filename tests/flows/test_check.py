"""Flow: a publication reaches a host, a check answers from it, a record of the check reaches the gateway."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TypedDict

import pytest

from credit_sdk import (
    CreditClient,
    Decision,
    Freshness,
    GatewayUnreachableError,
    InvalidSubjectError,
    Principal,
    Role,
    Subject,
    UnknownMatterError,
    Verdict,
)
from credit_sdk.client.clock import now_utc
from credit_sdk.model.identifier import resident_check_character
from credit_sdk.testing import FakeGateway, subject

LISTED, UNLISTED, HONOURED = subject(1), subject(2), subject(3)
PERSON = Subject.parse("63010219800101123" + (resident_check_character("63010219800101123") or ""))


class Stated(TypedDict):
    purpose: str
    legal_basis: str
    basis_document: str


WARRANT: Stated = {
    "purpose": "任职资格审查",
    "legal_basis": "STATUTORY_DUTY",
    "basis_document": "《公司法》第一百七十八条",
}


class Clock:
    """A clock that runs, and can be put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return now_utc() + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gateway(clock: Clock) -> Iterator[FakeGateway]:
    with FakeGateway(clock=clock) as made:
        made.list(LISTED, "judgment-defaulter", id="E-1", document_no="（2024）青01执1号")
        made.list(HONOURED, "tax-a", id="H-1")
        made.list(PERSON, "judgment-defaulter", id="P-1")
        made.publish()
        yield made


@pytest.fixture
def credit(gateway: FakeGateway, tmp_path: Path) -> CreditClient:
    return gateway.open_client(tmp_path / "credit")


def test_a_listed_company_is_denied_with_its_basis(credit: CreditClient) -> None:
    decision = credit.check(LISTED.code, "procurement.award", case="青采2026-17")
    assert decision.verdict is Verdict.DENY
    assert decision.findings[0].measure.id == "a1-06"
    assert decision.findings[0].entry.document_no == "（2024）青01执1号"
    assert "第二条" in decision.findings[0].basis[0].text
    assert (decision.case, decision.recorded, decision.evidence.serial) == ("青采2026-17", True, 1)


def test_an_unlisted_company_is_clear_and_an_honoured_one_favoured(credit: CreditClient) -> None:
    assert credit.check(UNLISTED, "procurement.award").verdict is Verdict.CLEAR
    decision = credit.check(HONOURED, "procurement.award")
    assert decision.verdict is Verdict.CLEAR
    assert [each.measure.id for each in decision.incentives] == ["i06"]


def test_what_is_not_covered_is_never_clear(gateway: FakeGateway, credit: CreditClient) -> None:
    gateway.uncover("major-tax-violation")
    gateway.publish()
    assert credit.check(UNLISTED, "procurement.award").verdict is Verdict.UNDETERMINED
    assert credit.check(LISTED, "procurement.award").verdict is Verdict.DENY


def test_a_wrong_character_is_a_mistake_not_an_answer(credit: CreditClient) -> None:
    wrong = LISTED.code[:-1] + ("0" if LISTED.code[-1] != "0" else "1")
    with pytest.raises(InvalidSubjectError) as found:
        credit.check(wrong, "procurement.award")
    assert found.value.expected == LISTED.code[-1]


def test_an_unknown_matter_is_named_with_the_closest(credit: CreditClient) -> None:
    with pytest.raises(UnknownMatterError) as found:
        credit.check(LISTED, "procurement.awards")
    assert "procurement.award" in found.value.hint


def test_facts_and_days_reach_the_evaluation(credit: CreditClient) -> None:
    assert credit.check(LISTED, "tendering.award").verdict is Verdict.REVIEW
    assert credit.check(LISTED, "tendering.award", facts={"statutory_tender": False}).verdict is Verdict.CLEAR
    assert credit.check(LISTED, "procurement.award", on=date(2024, 1, 14)).findings == ()


def test_a_removal_frees_everywhere_at_the_next_check(gateway: FakeGateway, credit: CreditClient) -> None:
    gateway.remove(LISTED, "E-1")
    gateway.publish()
    decision = credit.check(LISTED, "procurement.award")
    assert (decision.verdict, decision.evidence.serial) == (Verdict.CLEAR, 2)


def test_old_data_neither_punishes_nor_clears(credit: CreditClient, clock: Clock) -> None:
    clock.ahead = timedelta(days=2)
    assert credit.status().freshness is Freshness.EXPIRED
    assert credit.check(LISTED, "procurement.award").verdict is Verdict.REVIEW
    assert credit.check(UNLISTED, "procurement.award").verdict is Verdict.UNDETERMINED


def test_a_consortium_is_as_good_as_its_weakest_member(gateway: FakeGateway, credit: CreditClient) -> None:
    group = credit.check_group([UNLISTED, LISTED.code], "procurement.award", case="青采2026-18")
    assert (group.verdict, group.recorded) == (Verdict.DENY, True)
    assert [finding.member for finding in group.findings] == [1]
    credit.sync()
    assert {row["id"] for row in gateway.checks} == {member.id for member in group.members}


def test_a_natural_person_is_undetermined_unless_asked_online(gateway: FakeGateway, credit: CreditClient) -> None:
    assert credit.check(PERSON, "company.officer").verdict is Verdict.UNDETERMINED
    assert "/v1/check" not in gateway.transport.posts
    decision = credit.check(PERSON, "company.officer", **WARRANT)
    assert decision.verdict is Verdict.REVIEW
    assert decision.findings[0].confirmation_by_person
    assert decision.subject == PERSON
    assert decision.recorded


def test_a_person_beside_a_company_is_asked_online_too(credit: CreditClient) -> None:
    beside = [Principal(PERSON, Role.LEGAL_REPRESENTATIVE)]
    assert credit.check(UNLISTED, "company.officer", principals=beside).verdict is Verdict.UNDETERMINED
    decision = credit.check(UNLISTED, "company.officer", principals=beside, **WARRANT)
    assert decision.findings[0].through is not None
    assert decision.findings[0].through.role is Role.LEGAL_REPRESENTATIVE


def test_an_unreachable_gateway_leaves_a_person_undetermined(gateway: FakeGateway, credit: CreditClient) -> None:
    gateway.transport.is_reachable = False
    assert credit.check(PERSON, "company.officer", **WARRANT).verdict is Verdict.UNDETERMINED
    assert "cannot be reached" in (credit.status().sync.error or "")
    gateway.transport.is_reachable = True
    assert credit.check(PERSON, "company.officer", **WARRANT).verdict is Verdict.REVIEW
    assert credit.status().sync.error is None


def test_an_unreachable_gateway_does_not_touch_checks_of_companies(gateway: FakeGateway, credit: CreditClient) -> None:
    gateway.transport.is_reachable = False
    assert credit.check(LISTED, "procurement.award").verdict is Verdict.DENY
    with pytest.raises(GatewayUnreachableError):
        credit.sync()
    assert credit.check(UNLISTED, "procurement.award").verdict is Verdict.CLEAR
    gateway.transport.is_reachable = True


def test_every_check_leaves_a_record_with_the_digest_of_its_answer(gateway: FakeGateway, credit: CreditClient) -> None:
    decisions = [credit.check(each, "procurement.award", case="C") for each in (LISTED, UNLISTED)]
    decisions.append(credit.check(PERSON, "company.officer"))
    credit.sync()
    rows = {row["id"]: row for row in gateway.checks}
    assert len(rows) == len(gateway.checks) == 3
    for decision in decisions:
        row = rows[decision.id]
        assert row["digest"] == sha256(decision.to_json()).hexdigest()
        assert (row["verdict"], row["serial"], row["case"]) == (decision.verdict.value, 1, decision.case)
    assert rows[decisions[0].id]["entries"] == ["E-1"]
    assert PERSON.code not in json.dumps(list(rows.values()))


def test_a_screening_holds_one_serial_and_loses_no_row(gateway: FakeGateway, credit: CreditClient) -> None:
    rows = credit.screen([LISTED.code, "公司名称", UNLISTED, PERSON], "procurement.award")
    first = next(rows)
    gateway.remove(LISTED, "E-1")
    gateway.publish()
    others = list(rows)
    assert first.decision is not None
    assert first.decision.verdict is Verdict.DENY
    assert [(each.position, each.error is None) for each in others] == [(1, False), (2, True), (3, True)]
    assert {each.decision.evidence.serial for each in [first, *others] if each.decision is not None} == {1}
    assert credit.check(LISTED, "procurement.award").evidence.serial == 2


def test_a_screening_waits_for_the_disk_rather_than_lose_a_record(
    gateway: FakeGateway, credit: CreditClient, tmp_path: Path
) -> None:
    credit.close()
    settings = tmp_path / "credit" / "settings.json"
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "record_queue_max": 4}))
    with gateway.open_client(tmp_path / "credit") as narrow:
        rows = list(narrow.screen([subject(number) for number in range(60)], "procurement.award"))
        assert [row.decision.recorded for row in rows if row.decision is not None] == [True] * 60
        assert (rows[1].verdict, rows[1].subject, rows[2].verdict) == (Verdict.DENY, LISTED, Verdict.CLEAR)
        narrow.sync()
    (sheet,) = [row["subjects"] for row in gateway.checks if "subjects" in row]
    alone = [row["subject"] for row in gateway.checks if "subject" in row]
    assert alone == [LISTED.code, HONOURED.code]
    assert isinstance(sheet, list)
    assert sorted([*alone, *sheet]) == sorted(subject(number).code for number in range(60))


def test_a_screening_waits_for_the_disk_however_many_it_finds(
    gateway: FakeGateway, credit: CreditClient, tmp_path: Path
) -> None:
    credit.close()
    settings = tmp_path / "credit" / "settings.json"
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "record_queue_max": 4}))
    with gateway.open_client(tmp_path / "credit") as narrow:
        rows = list(narrow.screen([LISTED, PERSON, UNLISTED] * 20, "procurement.award"))
        assert [row.decision.recorded for row in rows if row.decision is not None] == [True] * 60
        assert narrow.status().outbox.unrecorded == 0


def test_rows_before_a_source_that_breaks_off_are_answered(gateway: FakeGateway, credit: CreditClient) -> None:
    def source() -> Iterator[Subject]:
        yield from (UNLISTED, LISTED)
        raise OSError("the share is gone")

    rows = credit.screen(source(), "procurement.award")
    assert [next(rows).verdict, next(rows).verdict] == [Verdict.CLEAR, Verdict.DENY]
    with pytest.raises(OSError, match="the share is gone"):
        next(rows)
    assert list(rows) == []
    credit.sync()
    assert len(gateway.checks) == 2


def test_one_record_speaks_for_all_of_whom_nothing_is_published(gateway: FakeGateway, credit: CreditClient) -> None:
    old_number = "630100100000015"
    asked: list[Subject | str] = [UNLISTED, LISTED, PERSON, subject(7), old_number, subject(8)]
    rows = list(credit.screen(asked, "procurement.award"))
    credit.sync()
    (sheet,) = [row for row in gateway.checks if "subjects" in row]
    alike = [rows[0], rows[3], rows[5]]
    decisions = [row.decision for row in alike if row.decision is not None]
    assert sheet["subjects"] == [row.subject.code for row in alike if row.subject is not None]
    assert sheet["id"] == decisions[0].id
    assert sheet["digest"] == sha256(decisions[0].to_json()).hexdigest()
    assert [int(each.id[24:], 16) - int(decisions[0].id[24:], 16) for each in decisions] == [0, 1, 2]
    # Whoever is like nobody else, or can only be asked about elsewhere, has a record of his own.
    assert sorted(str(row["verdict"]) for row in gateway.checks if "subject" in row) == ["DENY"] + ["UNDETERMINED"] * 2
    for row, decision in zip(alike, decisions, strict=True):
        alone = credit.check(row.subject or "", "procurement.award")
        assert (decision.verdict, decision.why, decision.notices) == (alone.verdict, alone.why, alone.notices)


def test_a_watched_partner_is_told_of_once(gateway: FakeGateway, credit: CreditClient) -> None:
    told: list[Verdict] = []
    seen = threading.Event()

    def tell(decision: Decision) -> None:
        told.append(decision.verdict)
        seen.set()

    credit.watch(UNLISTED, "procurement.award", tell)
    gateway.list(UNLISTED, "judgment-defaulter")
    gateway.publish()
    assert seen.wait(60)
    assert told == [Verdict.DENY]


def test_a_client_in_the_background_follows_by_itself(gateway: FakeGateway, tmp_path: Path) -> None:
    credit = gateway.open_client(tmp_path / "host", background=True)
    credit.check(UNLISTED, "procurement.award")
    told = threading.Event()
    credit.watch(UNLISTED, "procurement.award", lambda decision: told.set())
    gateway.list(UNLISTED, "judgment-defaulter")
    gateway.publisher.publish(now_utc())
    gateway.transport.announce(2)
    assert told.wait(60)
    assert credit.check(UNLISTED, "procurement.award").verdict is Verdict.DENY
    assert credit.status().sync.is_leader
    assert credit.status().sync.leader_pid == os.getpid()


WORKER = """
import os, sys
from credit_sdk import CreditClient
with CreditClient.open(sys.argv[1]) as credit:
    os.write(1, f"parent {credit.check(sys.argv[2], 'procurement.award').verdict.value}\\n".encode())
    children = [os.fork(), 0]
    if children[0]:
        children[1] = os.fork()
    if not all(children):
        for _ in range(50):
            decision = credit.check(sys.argv[2], "procurement.award")
            assert decision.recorded
        os.write(1, f"child {decision.verdict.value} {credit.status().sync.is_leader}\\n".encode())
        credit.close()
        os._exit(0)
    for child in children:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""


def test_two_forked_workers_answer_and_record_each_check_once(
    gateway: FakeGateway, credit: CreditClient, tmp_path: Path
) -> None:
    credit.close()
    settings = tmp_path / "credit" / "settings.json"
    gateway.publisher.write(tmp_path / "files")
    changed = {**json.loads(settings.read_text()), "gateway_url": str(tmp_path / "files")}
    settings.write_text(json.dumps(changed))
    worker = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", WORKER, str(tmp_path / "credit"), LISTED.code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        start_new_session=True,
    )
    try:
        out, err = worker.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        os.killpg(worker.pid, signal.SIGKILL)  # its children too
        raise
    assert worker.returncode == 0, err
    assert sorted(out.splitlines()) == ["child DENY False", "child DENY False", "parent DENY"]
    with CreditClient.open(tmp_path / "credit", background=False, transport=gateway.transport) as again:
        again.sync()
    assert sorted(int(str(row["seq"])) for row in gateway.checks) == list(range(1, 102))
    assert len({row["id"] for row in gateway.checks}) == 101
