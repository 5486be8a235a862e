"""Flow: what a screening found can be looked at later, reported, and read in the records it left."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from credit_sdk import CreditClient, InvalidRequestError, Outcome, Verdict
from credit_sdk.model.sheet import decision_id_at
from credit_sdk.outbox.store import Kind, Outbox
from credit_sdk.testing import FakeGateway, subject
from gateway.drafting.adoption import compile_law, compiled, shipped_law_directory
from tests.flows.screening import AWARD, DAY, PLAIN, Clock, decided, listed, same_but_for_the_id


@pytest.fixture(scope="module")
def law() -> bytes:
    return compiled(compile_law(shipped_law_directory())).data


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gateway(clock: Clock, law: bytes) -> Iterator[FakeGateway]:
    with FakeGateway(catalogue=law, clock=clock) as made:
        made.publish()
        yield made


@pytest.fixture
def credit(gateway: FakeGateway, tmp_path: Path) -> CreditClient:
    return gateway.open_client(tmp_path / "credit")


def test_who_is_answered_alike_shares_a_record_whose_digest_is_the_first_ones(
    gateway: FakeGateway, credit: CreditClient
) -> None:
    companies = listed(gateway, 5)
    rows = list(credit.screen([*companies, PLAIN[0], PLAIN[1]], AWARD))
    decisions = decided(rows)
    credit.sync()
    found, silent = sorted(gateway.checks, key=lambda row: str(row["verdict"]), reverse=True)
    assert (found["subjects"], found["entries"]) == (
        [each.code for each in companies],
        [[f"E-{each.code}"] for each in companies],
    )
    assert (silent["subjects"], silent["entries"]) == ([each.code for each in PLAIN[:2]], [])
    assert found["digest"] == sha256(decisions[0].to_json()).hexdigest()
    assert silent["digest"] == sha256(decisions[5].to_json()).hexdigest()
    assert {each.findings[0].entry.document_no for each in decisions[:5]} == {
        f"（2024）虚执{each.code[-6:]}号" for each in companies
    }
    assert len({each.id for each in decisions}) == len(decisions)


def test_a_decision_looked_at_later_rests_on_what_was_published_then(
    gateway: FakeGateway, credit: CreditClient, clock: Clock
) -> None:
    companies = listed(gateway, 3)
    rows = list(credit.screen(companies, AWARD))
    now = same_but_for_the_id(decided(rows)[2])
    gateway.remove(companies[2], f"E-{companies[2].code}")
    clock.now += 3 * DAY
    gateway.publish()
    assert credit.check(companies[2], AWARD).verdict is Verdict.CLEAR
    assert same_but_for_the_id(decided(rows)[2]) == now
    credit.close()
    assert same_but_for_the_id(decided(rows)[2]) == now


def test_what_was_found_can_be_reported_by_its_id_until_the_measure_is_lifted(
    gateway: FakeGateway, credit: CreditClient, clock: Clock, tmp_path: Path
) -> None:
    companies = listed(gateway, 3)
    decision = decided(list(credit.screen(companies, AWARD)))[1]
    kept = credit.kept_decision(decision.id)
    assert (kept.id, kept.subject, kept.findings[0].holder) == (decision.id, *[companies[1].code] * 2)
    assert kept.findings[0].entry == decision.findings[0].entry.id == f"E-{companies[1].code}"
    credit.report(kept, Outcome.applied(decision.findings[0], document="青采罚1号", by="李四"))
    credit.sync()
    assert [row["decision_id"] for row in gateway.outcomes] == [decision.id]
    clock.now += 400 * DAY
    with Outbox(tmp_path / "credit" / "outbox.sqlite3") as outbox:
        assert outbox.forget_delivered(before=clock.now) == 0
        assert outbox.decision(decision.id) == kept
        credit.report(kept, Outcome.lifted(decision.findings[0], reason="已移出", document="青采解1号"))
        credit.sync()
        clock.now += 400 * DAY
        outbox.forget_delivered(before=clock.now)
        assert outbox.decision(decision.id) is None


@pytest.mark.parametrize("place", [3, -1, 2**47])
def test_an_id_beyond_a_sheet_is_nobodys(gateway: FakeGateway, credit: CreditClient, place: int) -> None:
    first = decided(list(credit.screen(listed(gateway, 3), AWARD)))[0]
    assert credit.kept_decision(decision_id_at(first.id, 2)).subject == subject(102).code
    with pytest.raises(InvalidRequestError):
        credit.kept_decision(decision_id_at(first.id, place))
    with pytest.raises(InvalidRequestError):
        credit.kept_decision(f"{first.id[:24]}+{first.id[25:]}")


def test_more_than_a_sheet_of_entries_are_several_sheets(
    gateway: FakeGateway, credit: CreditClient, tmp_path: Path
) -> None:
    companies = listed(gateway, 2100)
    assert {row.verdict for row in credit.screen(companies, AWARD)} == {Verdict.DENY}
    credit.flush()
    with Outbox(tmp_path / "credit" / "outbox.sqlite3") as outbox:
        rows = [json.loads(row) for row in outbox.waiting(Kind.RECORDS, after=0, limit=100).values()]
    assert [len(row["subjects"]) for row in rows] == [512, 1000, 24, 564]
    assert [who for row in rows for who in row["subjects"]] == [each.code for each in companies]
