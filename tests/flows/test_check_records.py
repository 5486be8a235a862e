"""Flow: every check and every row of a screening leaves a record, which the gateway receives."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from credit_sdk import CreditClient, Subject, Verdict
from credit_sdk.testing import FakeGateway, subject
from tests.flows.checking import HONOURED, LISTED, PERSON, UNLISTED, Clock


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
