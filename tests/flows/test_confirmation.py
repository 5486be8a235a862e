"""Flow: a bar on old data is confirmed at the gateway where the law allows it, and the answer says so and is dated."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from credit_sdk import CreditClient, ReceiptUnavailableError, Verdict, verify_receipt
from credit_sdk.catalogue.catalogue import CatalogueDocument
from credit_sdk.client.clock import now_utc
from credit_sdk.client.online import check_online
from credit_sdk.model.evidence import Freshness
from credit_sdk.model.term import SHANGHAI, civil_day
from credit_sdk.testing import FakeGateway, subject
from credit_sdk.testing.law import fictional_law
from credit_sdk.testing.memory import MemoryTransport
from tests.real_gateway import NOW, TODAY, RealGateway, company

LISTED = subject(1)
AWARD, QUALIFICATION = "procurement.award", "procurement.qualification"
ADVERSE_S = 7200
OLDER = timedelta(hours=3)
"""Too old to punish in the law below, and well before anything expires."""


class Clock:
    """A clock that runs, and can be put forward. It begins at one in the morning.

    A question is about a civil day, and another day is another question: with hours put forward the real clock would be
    in tomorrow each evening.
    """

    def __init__(self) -> None:
        now = now_utc()
        self._offset = datetime.combine(civil_day(now), time(1), SHANGHAI) - now
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return now_utc() + self._offset + self.ahead


def law(*confirmed_live: str) -> bytes:
    """The law for tests, in which data of two hours may punish and some matters may be confirmed live."""
    document = CatalogueDocument.model_validate_json(fictional_law())
    matters = [
        matter.model_copy(
            update={
                "versions": tuple(
                    version.model_copy(
                        update={"adverse_max_age_s": ADVERSE_S, "live_confirmation": matter.id in confirmed_live}
                    )
                    for version in matter.versions
                )
            }
        )
        for matter in document.matters
    ]
    return document.model_copy(update={"matters": tuple(matters)}).to_bytes()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gateway(clock: Clock) -> Iterator[FakeGateway]:
    with FakeGateway(catalogue=law(AWARD), clock=clock) as made:
        made.list(LISTED, "judgment-defaulter", id="E-1")
        made.publish()
        yield made


@pytest.fixture
def credit(gateway: FakeGateway, clock: Clock, tmp_path: Path) -> CreditClient:
    """A host whose data is three hours old."""
    opened = gateway.open_client(tmp_path / "credit")
    clock.ahead = OLDER
    return opened


def asked(gateway: FakeGateway) -> int:
    return gateway.transport.posts.count("/v1/check")


def test_the_gateway_s_own_denial_is_handed_out_and_says_that_it_is_that(
    gateway: FakeGateway, credit: CreditClient, clock: Clock
) -> None:
    decision = credit.check(LISTED, AWARD, case="青采2026-17")
    assert (decision.verdict, decision.case, decision.recorded) == (Verdict.DENY, "青采2026-17", True)
    assert decision.evidence.freshness is Freshness.FRESH
    assert decision.findings[0].softenings == ()
    assert "已向网关实时核实" in decision.explain()
    assert "credit.example/test" in decision.explain("en")
    credit.sync()
    (row,) = gateway.checks
    assert (row["id"], row["verdict"], row["case"]) == (decision.id, "DENY", "青采2026-17")
    assert row["digest"] == sha256(decision.to_json()).hexdigest()


def test_its_receipt_is_the_gateway_s_affair(credit: CreditClient) -> None:
    decision = credit.check(LISTED, AWARD)
    assert decision.verdict is Verdict.DENY
    with pytest.raises(ReceiptUnavailableError, match="proved there and not by this replica"):
        credit.receipt(decision)


def test_two_checks_of_the_same_are_two_records_and_one_call(gateway: FakeGateway, credit: CreditClient) -> None:
    first, second = (credit.check(LISTED, AWARD, case=case) for case in ("A", "B"))
    assert first.id != second.id
    assert {first.verdict, second.verdict} == {Verdict.DENY}
    assert asked(gateway) == 1
    credit.sync()
    assert {(row["id"], row["case"]) for row in gateway.checks} == {(first.id, "A"), (second.id, "B")}


def test_where_the_law_does_not_allow_it_nobody_is_asked(gateway: FakeGateway, credit: CreditClient) -> None:
    decision = credit.check(LISTED, QUALIFICATION)
    assert decision.verdict is Verdict.REVIEW
    assert "核实：" not in decision.explain()
    assert asked(gateway) == 0


def test_a_group_and_a_screening_rest_on_one_serial_and_ask_nobody(gateway: FakeGateway, credit: CreditClient) -> None:
    assert credit.check_group([LISTED], AWARD).verdict is Verdict.REVIEW
    (row,) = credit.screen([LISTED], AWARD)
    assert row.verdict is Verdict.REVIEW
    assert asked(gateway) == 0


def test_fresh_data_denies_and_clears_without_asking(gateway: FakeGateway, credit: CreditClient, clock: Clock) -> None:
    clock.ahead = timedelta()
    assert credit.check(LISTED, AWARD).verdict is Verdict.DENY
    assert credit.check(subject(2), AWARD).verdict is Verdict.CLEAR
    assert asked(gateway) == 0


def test_a_repaired_company_is_not_denied_on_old_data(gateway: FakeGateway, credit: CreditClient) -> None:
    gateway.remove(LISTED, "E-1")
    decision = credit.check(LISTED, AWARD)
    assert decision.verdict is Verdict.REVIEW
    assert "网关当前的结论不同" in decision.notices[0].zh
    assert "CLEAR" in decision.notices[0].zh


def test_a_gateway_that_is_away_leaves_the_answer_and_is_seen_in_the_status(
    gateway: FakeGateway, credit: CreditClient, clock: Clock
) -> None:
    gateway.transport.is_reachable = False
    decision = credit.check(LISTED, AWARD)
    assert decision.verdict is Verdict.REVIEW
    assert decision.findings[0].softenings
    assert "未能实时核实：网关没有应答" in decision.explain()
    assert "cannot be reached" in (credit.status().sync.error or "")

    gateway.transport.is_reachable = True
    clock.ahead += timedelta(seconds=5)
    gateway.publisher.heartbeat(clock())
    credit.sync()
    assert credit.status().sync.error is None


def test_an_unconfirmed_answer_has_its_receipt(gateway: FakeGateway, credit: CreditClient, tmp_path: Path) -> None:
    gateway.transport.is_reachable = False
    decision = credit.check(LISTED, AWARD)
    assert "未能实时核实" in decision.notices[0].zh
    trust = tmp_path / "root.json"
    trust.write_bytes(gateway.publisher.trust_root)
    proved = verify_receipt(credit.receipt(decision), trust=trust)
    assert (proved.id, proved.verdict) == (decision.id, Verdict.REVIEW)
    assert proved.notices == decision.notices[1:]


@pytest.fixture
def real(tmp_path: Path) -> Iterator[RealGateway]:
    made = RealGateway.make(tmp_path)
    made.list_companies([1])
    made.declare()
    made.publish()
    yield made
    made.close()


def test_the_real_gateway_answers_the_question_without_purpose_and_case(real: RealGateway) -> None:
    with real.asked() as application:
        line = MemoryTransport({}, lambda question: bytes(application.post("/v1/check", json=question).data))
        decisions = [
            check_online(line, company(number), AWARD, TODAY, None, principals=(), facts={}, case=None)
            for number in (1, 2)
        ]
    assert [each.verdict for each in decisions] == [Verdict.DENY, Verdict.CLEAR]
    evidence = decisions[0].evidence
    assert (evidence.freshness, evidence.contact_at, evidence.origin) == (Freshness.FRESH, NOW, "青海虚构")


def test_the_settings_file_bounds_the_wait(gateway: FakeGateway, credit: CreditClient, tmp_path: Path) -> None:
    credit.close()
    file = tmp_path / "credit" / "settings.json"
    stated = json.loads(file.read_text())
    assert stated["confirmation_timeout_s"] == 2.0
    file.write_text(json.dumps({**stated, "confirmation_timeout_s": 0.001}))
    answers, go_on = gateway.transport.post, threading.Event()

    def held(path: str, body: bytes) -> bytes:
        assert go_on.wait(60)
        return answers(path, body)

    gateway.transport.post = held  # type: ignore[method-assign]  # a line that hangs
    hasty = gateway.open_client(tmp_path / "credit")
    assert "网关没有应答" in hasty.check(LISTED, AWARD).notices[0].zh
    go_on.set()
