"""Flow: a check is made, its receipt goes to the case file, and a court verifies it years later without anybody."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import click
import msgspec
import pytest
import time_machine

from credit_sdk import InvalidRequestError, Principal, Role, Subject, TrustError, Verdict, verify_receipt
from credit_sdk.cli import credit
from credit_sdk.cli import run as run_command
from credit_sdk.cli.proving import replay, verify
from credit_sdk.client.clock import now_utc
from credit_sdk.errors import IntegrityError, ReceiptUnavailableError
from credit_sdk.model.identifier import resident_check_character
from credit_sdk.publication.receipt import Receipt
from credit_sdk.replica import proving, retention
from credit_sdk.replica.store import Replica
from credit_sdk.testing import FakeGateway, subject
from credit_sdk.trust.verification import examine
from tests.receipt_case import Case
from tests.receipt_documents import changed, part, plain

LISTED, UNLISTED, OTHER = subject(1), subject(2), subject(3)
AWARD, OFFICER = "procurement.award", "company.officer"
YEARS_LATER = datetime(2041, 6, 1, tzinfo=UTC)


def person(serial: str) -> Subject:
    body = f"63010219800101{serial}"
    return Subject.parse(body + (resident_check_character(body) or ""))


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with FakeGateway() as gateway:
        gateway.publisher.origin = "credit.example/court"
        gateway.list(LISTED, "judgment-defaulter", id="E-1")
        for number in range(10, 40):
            gateway.list(subject(number), "judgment-defaulter")
        gateway.publish()
        client = gateway.open_client(tmp_path / "home")
        root = tmp_path / "root.json"
        root.write_bytes(gateway.publisher.trust_root)
        with Replica.open(tmp_path / "home") as replica:
            yield Case(gateway, tmp_path / "home", client, replica, root)


def test_a_listing_and_an_absence_verify_with_the_trust_root_alone(case: Case) -> None:
    for who, verdict in ((LISTED, Verdict.DENY), (UNLISTED, Verdict.CLEAR)):
        decision = case.client.check(who, AWARD, case="青采2026-17")
        verified = verify_receipt(case.receipt(decision), trust=case.root)
        assert verified.verdict is verdict
        assert verified.to_json() == decision.to_json()
        held = examine(case.receipt(decision), case.root.read_bytes())
        assert held.present == {who.key.hex(): who == LISTED}
        assert held.digest == sha256(decision.to_json()).hexdigest()


def test_the_same_receipt_is_issued_again(case: Case) -> None:
    decision = case.client.check(LISTED, AWARD)
    assert case.receipt(decision) == case.receipt(decision)


def test_a_court_verifies_years_later_after_keys_and_law_were_replaced(case: Case) -> None:
    decision = case.client.check(LISTED, AWARD)
    receipt = case.receipt(decision)
    case.gateway.publisher.rotate_root(now_utc(), roles=("root", "timestamp", "snapshot", "targets", "catalogue"))
    case.gateway.remove(LISTED, "E-1")
    case.gateway.publish()
    with time_machine.travel(YEARS_LATER, tick=False):
        assert verify_receipt(receipt, trust=case.root).to_json() == decision.to_json()


def test_a_receipt_leads_from_the_first_root_through_every_rotation(case: Case) -> None:
    publisher = case.gateway.publisher
    for roles in (("timestamp",), ("root", "catalogue"), ("root", "snapshot", "targets")):
        publisher.rotate_root(now_utc(), roles=roles)
        case.gateway.publish()
    decision = case.client.check(UNLISTED, AWARD)
    receipt = case.receipt(decision)
    with time_machine.travel(YEARS_LATER, tick=False):
        for version in (1, 2, 3, 4):
            case.root.write_bytes(publisher.files[f"metadata/{version}.root.json"])
            assert verify_receipt(receipt, trust=case.root).to_json() == decision.to_json()
    # A later root bears it out as long as it names the keys that signed.
    publisher.rotate_root(now_utc(), roles=("root",))
    case.root.write_bytes(publisher.files["metadata/5.root.json"])
    assert verify_receipt(receipt, trust=case.root).to_json() == decision.to_json()
    assert examine(receipt, case.root.read_bytes()).chain.root_version == 5
    for role in ("timestamp", "catalogue"):
        publisher.rotate_root(now_utc(), roles=(role,))
        case.root.write_bytes(publisher.files[f"metadata/{publisher.versions['root']}.root.json"])
        with pytest.raises(TrustError, match=r"under trust root 4; the one given is \d, which came later"):
            verify_receipt(receipt, trust=case.root)


def test_only_the_roots_that_changed_the_keys_of_the_root_are_carried(case: Case) -> None:
    publisher = case.gateway.publisher
    carried = []
    for roles in ((), ("timestamp",), ("root", "timestamp"), ("snapshot",), ("targets", "catalogue"), ("root",)):
        publisher.rotate_root(now_utc(), roles=roles)
        case.gateway.publish()
        roots = Receipt.from_bytes(case.receipt(case.client.check(UNLISTED, AWARD))).files.roots
        carried.append([part(dict(root), "signed")["version"] for root in roots])
    assert carried == [[2], [3], [4], [4, 5], [4, 6], [4, 7]]


def set_up_late(case: Case, folder: Path) -> bytes:
    """The receipt of a host that was handed the second root."""
    case.gateway.publisher._pinned = case.gateway.publisher.files["metadata/2.root.json"]
    case.gateway.publish()
    late = case.gateway.open_client(folder / "late")
    with Replica.open(folder / "late") as replica:
        return proving.receipt(replica, late.check(UNLISTED, AWARD))


@pytest.mark.parametrize("rotations", [1, 2])
def test_the_first_root_verifies_what_a_host_set_up_later_issued(case: Case, tmp_path: Path, rotations: int) -> None:
    for _ in range(rotations):
        case.gateway.publisher.rotate_root(now_utc(), roles=("timestamp",))
    receipt = set_up_late(case, tmp_path)
    assert examine(receipt, case.root.read_bytes()).chain.root_version == 1 + rotations


def test_a_gap_between_the_roots_is_said(case: Case, tmp_path: Path) -> None:
    """A host set up late was given a root whose keys the court's root does not know."""
    for _ in range(2):
        case.gateway.publisher.rotate_root(now_utc(), roles=("root",))
    receipt = set_up_late(case, tmp_path)
    with pytest.raises(TrustError, match=r"Trust root 3 .* by the keys of trust root 1") as refused:
        verify_receipt(receipt, trust=case.root)
    assert "one between may be missing" in refused.value.hint


def test_principals_are_proved_beside_the_subject(case: Case) -> None:
    representative = Principal(LISTED, Role.LEGAL_REPRESENTATIVE)
    decision = case.client.check(UNLISTED, OFFICER, principals=[representative, Principal(OTHER, Role.CANDIDATE)])
    held = examine(case.receipt(decision), case.root.read_bytes())
    assert held.present == {LISTED.key.hex(): True, UNLISTED.key.hex(): False, OTHER.key.hex(): False}
    assert held.decision.findings[0].through == representative


def test_natural_persons_beside_the_subject_stay_masked(case: Case) -> None:
    people = [person("112"), person("345"), person("001")]
    decision = case.client.check(
        UNLISTED, OFFICER, principals=[Principal(each, Role.LEGAL_REPRESENTATIVE) for each in people]
    )
    receipt = case.receipt(decision)
    assert verify_receipt(receipt, trust=case.root).to_json() == decision.to_json()
    for each in people:
        assert each.code.encode() not in plain(receipt)
        assert each.key.hex().encode() not in plain(receipt)


def test_a_check_of_a_natural_person_has_no_receipt(case: Case) -> None:
    decision = case.client.check(person("112"), OFFICER)
    with pytest.raises(InvalidRequestError, match="a natural person has no receipt"):
        case.receipt(decision)


def test_every_member_of_a_consortium_has_a_receipt_of_its_own(case: Case) -> None:
    group = case.client.check_group([UNLISTED, LISTED], AWARD)
    for member in group.members:
        assert verify_receipt(case.receipt(member), trust=case.root).to_json() == member.to_json()
    with pytest.raises(InvalidRequestError, match="one for each member"):
        proving.receipt(case.replica, group)  # type: ignore[arg-type]  # what a host may try


def test_facts_and_another_day_are_replayed(case: Case) -> None:
    decision = case.client.check(
        LISTED, "tendering.award", on=datetime(2026, 3, 4, tzinfo=UTC).date(), facts={"statutory_tender": False}
    )
    assert verify_receipt(case.receipt(decision), trust=case.root).to_json() == decision.to_json()


def test_a_receipt_is_of_the_publication_the_decision_was_made_on(case: Case) -> None:
    decision = case.client.check(UNLISTED, AWARD)
    case.gateway.list(OTHER, "judgment-defaulter")
    case.gateway.publish()
    with pytest.raises(ReceiptUnavailableError, match="made on publication 1; the replica holds 2") as refused:
        case.receipt(decision)
    assert "at the time of the check" in refused.value.hint


def test_a_receipt_needs_the_signatures_of_its_contact(case: Case) -> None:
    decision = case.client.check(UNLISTED, AWARD)
    case.gateway.publisher.heartbeat(now_utc())
    case.client.sync()
    shutil.rmtree(case.home / "trust" / "retained", ignore_errors=True)
    with pytest.raises(ReceiptUnavailableError, match="are not kept any more"):
        case.receipt(decision)


def test_signatures_are_retained_across_heartbeats(case: Case) -> None:
    retention.retain(case.home)
    decision = case.client.check(UNLISTED, AWARD)
    for _ in range(3):
        case.gateway.publisher.heartbeat(now_utc())
        case.client.sync()
        retention.retain(case.home)
    assert verify_receipt(case.receipt(decision), trust=case.root).to_json() == decision.to_json()


def test_an_empty_replica_proves_nothing(case: Case, tmp_path: Path) -> None:
    decision = case.client.check(UNLISTED, AWARD)
    nothing = msgspec.structs.replace(decision, evidence=replace(decision.evidence, serial=0))
    with Replica.create(tmp_path / "empty") as empty, pytest.raises(ReceiptUnavailableError, match="no publication"):
        proving.receipt(empty, nothing)


def test_a_decision_that_does_not_follow_is_not_proved(case: Case) -> None:
    decision = case.client.check(LISTED, AWARD)
    with pytest.raises(ReceiptUnavailableError, match="another answer follows"):
        case.receipt(msgspec.structs.replace(decision, verdict=Verdict.CLEAR))


def test_a_decision_of_another_version_of_the_library_says_which(case: Case) -> None:
    receipt = case.receipt(case.client.check(LISTED, AWARD))

    def by_another(found: dict[str, object]) -> None:
        part(found, "decision", "evidence")["library_version"] = "0.0.9"

    # The version decides nothing by itself ...
    assert verify_receipt(changed(receipt, by_another), trust=case.root).evidence.library_version == "0.0.9"

    # ... but where the answer differs it is named.
    def otherwise(found: dict[str, object]) -> None:
        by_another(found)
        part(found, "decision")["verdict"] = "CLEAR"

    with pytest.raises(IntegrityError, match="another answer follows") as refused:
        verify_receipt(changed(receipt, otherwise), trust=case.root)
    assert "version 0.0.9" in refused.value.hint


def run(command: click.Command, *arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = run_command([command.name or "", *arguments])
    output = capsys.readouterr()
    return code, output.out + output.err


def test_the_commands_verify_and_replay(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for command in (verify, replay):
        monkeypatch.setitem(credit.commands, command.name or "", command)
    decision = case.client.check(LISTED, AWARD)
    file = tmp_path / "receipt.cr1"
    file.write_bytes(case.receipt(decision))
    arguments = (str(file), "--trust", str(case.root))
    code, output = run(verify, *arguments, capsys=capsys)
    assert (code, "回执可信" in output, decision.id[:13] in output) == (0, True, True)
    code, output = run(verify, *arguments, "--json", capsys=capsys)
    assert json.loads(output)["digest"] == sha256(decision.to_json()).hexdigest()
    code, output = run(replay, *arguments, "--json", capsys=capsys)
    assert (code, output.encode()) == (20, decision.to_json() + b"\n")
    code, output = run(replay, *arguments, "--lang", "en", capsys=capsys)
    assert output.startswith(decision.explain("en"))
    file.write_bytes(file.read_bytes()[:-1] + b"\x00")
    for command in (verify, replay):
        code, output = run(command, *arguments, capsys=capsys)
        assert (code, output.count("\n")) == (1, 1)
        assert "changed or cut" in output
    code, output = run(verify, str(tmp_path / "gone"), "--trust", str(case.root), capsys=capsys)
    assert (code, output.count("\n")) == (1, 1)


def test_instants_of_contact_are_those_of_the_signature(case: Case) -> None:
    held = examine(case.receipt(case.client.check(UNLISTED, AWARD)), case.root.read_bytes())
    assert held.chain.signed_at == held.decision.evidence.contact_at
    assert held.chain.expires_at - held.chain.signed_at < timedelta(days=1)
