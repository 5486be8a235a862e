"""Flow: a publication reaches a host, a check answers from it, a record of the check reaches the gateway."""

import os
import threading
from collections.abc import Iterator
from datetime import date, timedelta
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
    UnknownMatterError,
    Verdict,
)
from credit_sdk.client.clock import now_utc
from credit_sdk.testing import FakeGateway
from tests.flows.checking import HONOURED, LISTED, PERSON, UNLISTED, Clock


class Stated(TypedDict):
    purpose: str
    legal_basis: str
    basis_document: str


WARRANT: Stated = {
    "purpose": "任职资格审查",
    "legal_basis": "STATUTORY_DUTY",
    "basis_document": "《公司法》第一百七十八条",
}


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
