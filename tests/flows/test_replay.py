"""Flow: whatever was asked, its receipt gives the same answer again, on any machine and in any year."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
import time_machine
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from credit_sdk import CreditClient, Principal, Role, Subject, Verdict
from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.client.clock import now_utc
from credit_sdk.errors import CallerError, IntegrityError
from credit_sdk.model import canonical
from credit_sdk.model.decision import Decision
from credit_sdk.model.identifier import resident_check_character
from credit_sdk.model.listing import Severity
from credit_sdk.publication.receipt import Receipt
from credit_sdk.replica import proving
from credit_sdk.replica.store import Replica
from credit_sdk.testing import FakeGateway, subject
from credit_sdk.trust.verification import examined
from gateway.drafting.adoption import compile_law

SOMEBODY = 40
"""So many companies are asked about; those from half of it on are on no list."""

ELSEWHERE = {
    "TZ": "America/Anchorage",
    "LANG": "C",
    "LC_ALL": "C",
    "PYTHONHASHSEED": "4711",
    "PYTHONUTF8": "0",
}
VERIFY = """
import json, sys, time_machine, datetime
from credit_sdk import verify_receipt
with time_machine.travel(datetime.datetime(2061, 3, 1, tzinfo=datetime.UTC), tick=False):
    answers = [verify_receipt(open(name, "rb").read(), trust=sys.argv[1]).to_json() for name in sys.argv[2:]]
sys.stdout.buffer.write(b"\\n".join(answers))
"""


@cache
def law() -> Catalogue:
    return Catalogue.from_bytes(compile_law(Path(__file__).parents[2] / "gateway" / "law").to_bytes())


@dataclass
class Desk:
    """A host that checks under the shipped law, where companies are on every list there is."""

    gateway: FakeGateway
    client: CreditClient
    replica: Replica

    def receipt(self, decision: Decision) -> bytes:
        return proving.receipt(self.replica, decision)

    def replayed(self, data: bytes) -> Decision:
        return examined(Receipt.from_bytes(data), self.gateway.publisher.trust_root, compiled=law()).decision


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with FakeGateway(catalogue=law().document.to_bytes()) as gateway:
        today = now_utc().date()
        lists = [each.id for each in law().document.lists]
        for number, list_id in enumerate(lists):
            for offset in (0, 7):
                gateway.list(
                    subject((number + offset) % (SOMEBODY // 2)),
                    list_id,
                    severity=list(Severity)[number % len(Severity)],
                    objection_on=today if number % 5 == 0 else None,
                    from_on=date(2023, 1, 1),
                    until_on=today + timedelta(days=200) if number % 3 == 0 else None,
                    fields={"fine_yuan": 2_000 * (number + 1), "kinds": ("罚款",)},
                )
        for measure in law().document.measures:
            gateway.waive(subject(3), "procurement.award", measure.id, until=today + timedelta(days=30))
        gateway.uncover(lists[0])
        gateway.publish()
        folder = tmp_path_factory.mktemp("desk")
        client = gateway.open_client(folder / "home")
        with Replica.open(folder / "home") as replica:
            yield Desk(gateway, client, replica)


def person(serial: int) -> Subject:
    body = f"63010219800101{serial:03d}"
    return Subject.parse(body + (resident_check_character(body) or ""))


companies = st.builds(subject, st.integers(0, SOMEBODY - 1))
principals = st.lists(
    st.builds(Principal, companies | st.builds(person, st.integers(1, 999)), st.sampled_from(Role)), max_size=4
)
days = st.none() | st.dates(date(2024, 1, 1), date(2028, 12, 31))
matters = st.sampled_from(sorted(each.id for each in law().document.matters))
values: Mapping[type, st.SearchStrategy[bool | int | str]] = {
    bool: st.booleans(),
    int: st.integers(0, 10**9),
    str: st.text(max_size=20).filter(str.isprintable),
}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), who=companies, matter=matters)
def test_whatever_was_asked_its_receipt_replays_to_the_same_answer(
    desk: Desk, data: st.DataObject, who: Subject, matter: str
) -> None:
    on, beside, case = data.draw(days), data.draw(principals), data.draw(st.none() | st.text(max_size=30))
    try:
        known = dict(law().on(on or now_utc().date()).matter(matter).defaults)
        chosen = data.draw(st.sets(st.sampled_from(sorted(known)))) if known else set()
        facts = {name: data.draw(values[type(known[name])]) for name in sorted(chosen)}
        decision = desk.client.check(who, matter, on=on, principals=beside, facts=facts, case=case)
    except CallerError:
        assume(False)
        raise
    receipt = desk.receipt(decision)
    year = data.draw(st.integers(2027, 2090))
    with time_machine.travel(datetime(year, 6, 1, tzinfo=UTC), tick=False):
        again = desk.replayed(receipt)
    assert again.to_json() == decision.to_json()
    proved = {proof.key for proof in Receipt.from_bytes(receipt).proofs}
    asked = {who.key} | {each.subject.key for each in beside if not each.subject.is_natural_person}
    assert who.key in proved <= asked
    for each in beside:
        if each.subject.is_natural_person:
            assert each.subject.code not in receipt_text(receipt)


def receipt_text(data: bytes) -> str:
    whole = Receipt.from_bytes(data)
    return whole.decision.decode() + whole.publication.decode()


def asked_of_everything(desk: Desk) -> list[Decision]:
    """Checks of every kind that a receipt is taken of, a member of a consortium among them."""
    listed, unlisted = subject(0), subject(SOMEBODY - 1)
    through = [Principal(subject(1), Role.LEGAL_REPRESENTATIVE), Principal(person(112), Role.ACTUAL_CONTROLLER)]
    group = desk.client.check_group([listed, unlisted, subject(3)], "procurement.award", case="青采2026-17")
    return [
        *group.members,
        desk.client.check(unlisted, "company.officer", principals=through),
        desk.client.check(subject(5), "tendering.award", facts={"statutory_tender": False}, on=date(2026, 6, 1)),
    ]


def test_another_machine_in_another_year_comes_to_the_same_answers(desk: Desk, tmp_path: Path) -> None:
    decisions = asked_of_everything(desk)
    (tmp_path / "root.json").write_bytes(desk.gateway.publisher.trust_root)
    names = []
    for number, decision in enumerate(decisions):
        names.append(str(tmp_path / f"{number}.cr1"))
        Path(names[-1]).write_bytes(desk.receipt(decision))
    done = subprocess.run(
        [sys.executable, "-c", VERIFY, str(tmp_path / "root.json"), *names],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, **ELSEWHERE},
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.split(b"\n") == [decision.to_json() for decision in decisions]
    assert {decision.verdict for decision in decisions} >= {Verdict.REVIEW}


def in_place(stated: dict[str, object], who: Subject) -> dict[str, object]:
    """Another company where one stands in a decision."""
    return {**stated, "code": who.code, "warnings": [], "kind": who.kind}


@pytest.mark.parametrize("name", ["matter", "on", "facts", "principals", "subject"])
def test_an_answer_is_no_answer_to_another_question(desk: Desk, name: str) -> None:
    """Sealed anew with another question: another answer follows, or nothing is proved about whom it rests on."""
    defaulter = subject([each.id for each in law().document.lists].index("judgment-defaulter"))
    listed = desk.client.check(defaulter, "tendering.award", case="青采2026-17")
    clear = desk.client.check(subject(SOMEBODY - 1), "company.officer")
    decision = clear if name == "principals" else listed
    whole = Receipt.from_bytes(desk.receipt(decision))
    stated = json.loads(whole.decision)
    other: Mapping[str, object] = {
        "matter": "procurement.award",
        "on": "1995-05-01",
        "facts": {**stated["facts"], "statutory_tender": False},
        "principals": [{"role": "legal-representative", "subject": in_place(stated["subject"], subject(1))}],
        "subject": in_place(stated["subject"], subject(SOMEBODY - 1)),
    }
    assert stated[name] != other[name]
    document = canonical.dumps({**stated, name: other[name]})
    changed = Receipt(document, whole.proofs, whole.publication, whole.law, whole.files)
    with pytest.raises(IntegrityError, match=r"another answer follows|proves nothing about"):
        desk.replayed(changed.to_bytes())
