"""`credit check --receipt`: the receipt lies in a file when the answer is given, or is said to be missing."""

import errno
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from credit_sdk import CreditClient, verify_receipt
from credit_sdk.errors import ReceiptUnavailableError
from credit_sdk.outbox.store import Kind
from credit_sdk.testing import subject
from tests.flows.machine import Machine

LISTED, UNLISTED, PERSON = subject(1).code, subject(2).code, "630102198001011126"
AWARD = "procurement.award"


@dataclass
class Desk(Machine):
    """A desk with a folder for its cases.

    Attributes:
        file: The receipt of the case at hand.
    """

    file: Path = field(init=False)

    def __post_init__(self) -> None:
        cases = self.folder / "cases"
        cases.mkdir()
        self.file = cases / "青采2026-17.cr1"

    def check(self, *arguments: object) -> tuple[int, str, str]:
        return self.credit("check", self.home, *arguments, "--receipt", self.file)

    def recorded(self) -> int:
        with CreditClient.open(self.home, background=False) as credit:
            return len(credit._installation.outbox.waiting(Kind.RECORDS, after=0, limit=99))


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    with Desk.in_folder(tmp_path, capsys) as made:
        made.gateway.list(LISTED, "judgment-defaulter", id="E-1")
        made.publish_first()
        assert made.init()[0] == 0
        yield made


@pytest.mark.parametrize(("code", "exit_code"), [(LISTED, 20), (UNLISTED, 0)])
def test_the_file_is_there_with_the_answer_and_verifies(desk: Desk, code: str, exit_code: int) -> None:
    found, out, err = desk.check(code, AWARD, "--case", "青采2026-17", "--json")
    assert (found, err) == (exit_code, "")
    verified = verify_receipt(desk.file.read_bytes(), trust=desk.trust)
    assert out.encode() == verified.to_json() + b"\n"
    assert desk.credit("replay", desk.file, "--trust", desk.trust, "--json")[:2] == (exit_code, out)
    assert (
        json.loads(desk.credit("verify", desk.file, "--trust", desk.trust, "--json")[1])["verdict"] == verified.verdict
    )


def test_only_its_owner_may_read_it(desk: Desk) -> None:
    before = os.umask(0)
    try:
        desk.check(LISTED, AWARD)
    finally:
        os.umask(before)
    assert stat.S_IMODE(desk.file.stat().st_mode) == 0o600


def test_officers_are_told_where_it_lies(desk: Desk) -> None:
    assert f"回执：{desk.file}" in desk.check(LISTED, AWARD)[1]
    desk.file.unlink()
    assert f"Receipt: {desk.file}" in desk.check(LISTED, AWARD, "--lang", "en")[1]


def test_nothing_is_overwritten_and_nothing_asked(desk: Desk) -> None:
    desk.file.write_text("another case")
    code, out, err = desk.check(LISTED, AWARD)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "is there already" in err
    assert "Name a new file" in err
    assert (desk.file.read_text(), desk.recorded()) == ("another case", 0)


def test_what_points_elsewhere_is_not_followed(desk: Desk, tmp_path: Path) -> None:
    desk.file.symlink_to(tmp_path / "elsewhere")
    assert desk.check(LISTED, AWARD)[0] == 2
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_is_not_there_is_said_before_anything_is_asked(desk: Desk) -> None:
    desk.file = desk.file.parent / "nowhere" / "17.cr1"
    code, out, err = desk.check(LISTED, AWARD)
    assert (code, out, err.count("\n"), desk.recorded()) == (2, "", 1, 0)
    assert "nothing was checked" in err


@pytest.mark.parametrize(
    "warrant",
    [(), ("--purpose", "任职审查", "--legal-basis", "STATUTORY_DUTY", "--basis-document", "公司法第一百七十八条")],
)
def test_a_natural_person_is_refused_before_anything_is_asked(desk: Desk, warrant: tuple[str, ...]) -> None:
    code, out, err = desk.check(PERSON, "company.officer", *warrant)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "a natural person has no receipt" in err
    assert PERSON not in err
    assert (desk.file.exists(), desk.recorded()) == (False, 0)


def test_natural_persons_beside_the_subject_stay_masked_in_it(desk: Desk) -> None:
    code, out, _ = desk.check(UNLISTED, "company.officer", "--principal", f"legal-representative={PERSON}", "--json")
    assert (code, json.loads(out)["verdict"]) == (3, "UNDETERMINED")
    verified = verify_receipt(desk.file.read_bytes(), trust=desk.trust)
    assert verified.principals[0].subject.is_masked
    assert PERSON not in desk.credit("replay", desk.file, "--trust", desk.trust, "--json")[1]


@pytest.mark.parametrize(
    "arguments", [("91630100FX0000018X", AWARD), (LISTED, "nonsense"), (LISTED, AWARD, "--fact", "x=1")]
)
def test_a_question_that_cannot_be_asked_leaves_no_file(desk: Desk, arguments: tuple[str, ...]) -> None:
    code, out, err = desk.check(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert not desk.file.exists()


def test_what_cannot_be_proved_is_answered_recorded_and_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between check and receipt another process took over the next publication."""

    def moved_on(*_: object) -> bytes:
        raise ReceiptUnavailableError(
            "The decision was made on publication 1; the replica holds 2.", hint="Check again."
        )

    monkeypatch.setattr(CreditClient, "receipt", moved_on)
    code, out, err = desk.check(LISTED, AWARD, "--json")
    assert (code, json.loads(out)["verdict"], err.count("\n")) == (1, "DENY", 1)
    assert "没有写成回执" in err
    assert "Check again." in err
    assert (desk.file.exists(), desk.recorded()) == (False, 1)


def test_a_replica_without_a_publication_has_no_receipt(desk: Desk) -> None:
    (desk.home / "replica").rename(desk.home / "moved-aside")
    desk.gateway.transport.is_reachable = False
    assert desk.credit("sync", desk.home)[0] == 1
    code, out, err = desk.check(LISTED, AWARD, "--json")
    assert (code, json.loads(out)["verdict"], err.count("\n")) == (1, "UNDETERMINED", 1)
    assert "nothing to prove" in err
    assert not desk.file.exists()


def test_a_full_disk_leaves_no_half_receipt(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, out, err = desk.check(LISTED, AWARD, "--json")
    assert (code, json.loads(out)["verdict"], err.count("\n")) == (1, "DENY", 1)
    assert "No space left" in err
    assert (desk.file.exists(), desk.recorded()) == (False, 1)
