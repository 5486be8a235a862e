"""Flow: what was done about a finding is on the disk at once, reaches the gateway whatever happens, and counts once."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from credit_sdk import (
    CreditClient,
    GatewayUnreachableError,
    InvalidRequestError,
    OutboxError,
    Outcome,
    Principal,
    Role,
)
from credit_sdk.client.clock import now_utc
from credit_sdk.outbox.store import Kind, Outbox
from credit_sdk.testing import FakeGateway, subject

LISTED, HONOURED, OTHER = subject(1), subject(3), subject(4)


@pytest.fixture
def gateway() -> Iterator[FakeGateway]:
    with FakeGateway() as made:
        made.list(LISTED, "judgment-defaulter", id="E-1")
        made.list(LISTED, "wage-arrears", id="E-2")
        made.list(HONOURED, "tax-a", id="H-1")
        made.publish()
        yield made


@pytest.fixture
def credit(gateway: FakeGateway, tmp_path: Path) -> CreditClient:
    return gateway.open_client(tmp_path / "credit")


def test_an_outcome_reported_while_the_gateway_is_away_counts_once_when_it_is_back(
    gateway: FakeGateway, credit: CreditClient
) -> None:
    gateway.transport.is_reachable = False
    decision = credit.check(LISTED, "procurement.award", case="青采2026-17")
    keys = credit.report(decision, Outcome.applied(decision.findings[0], document="青采罚1号", by="李四"))
    assert len(keys) == 1
    with pytest.raises(GatewayUnreachableError):
        credit.sync()
    assert credit.status().outbox.outcomes == 1

    gateway.transport.is_reachable = True
    gateway.transport.is_acknowledging = False
    assert "receipts were lost" in (credit.sync().delivery_error or "")
    assert credit.status().outbox.outcomes == 1

    gateway.transport.is_acknowledging = True
    assert credit.sync().delivered_outcomes == 1
    assert credit.sync().delivered_outcomes == 0
    [row] = gateway.outcomes
    assert row["seq"] == 1
    assert (row["decision_id"], row["entry"], row["measure"]) == (decision.id, "E-1", "a1-06")
    assert (row["state"], row["document"], row["case"]) == ("applied", "青采罚1号", "青采2026-17")


def test_reporting_twice_is_reporting_once(gateway: FakeGateway, credit: CreditClient) -> None:
    decision = credit.check(LISTED, "procurement.award")
    outcome = Outcome.not_applied(decision.findings[0], reason="依法不适用")
    assert credit.report(decision, outcome) == credit.report(decision, [outcome])
    with pytest.raises(InvalidRequestError, match="another reason"):
        credit.report(decision, Outcome.not_applied(decision.findings[0], reason="已修复"))
    credit.sync()
    assert [row["reason"] for row in gateway.outcomes] == ["依法不适用"]


def test_several_outcomes_are_kept_together_or_not_at_all(gateway: FakeGateway, credit: CreditClient) -> None:
    decision = credit.check(LISTED, "procurement.award")
    other = credit.check(HONOURED, "procurement.award")
    mixed = [
        Outcome.applied(decision.findings[0], document="1"),
        Outcome.granted(other.incentives[0]),
    ]
    with pytest.raises(InvalidRequestError, match="found nothing for entry H-1"):
        credit.report(decision, mixed)
    waived = Outcome.waived(decision.findings[1], reason="民生工程", by="王五", until=date(2027, 1, 1))
    assert len(set(credit.report(decision, [mixed[0], waived]))) == 2
    credit.sync()
    assert [row["until_on"] for row in gateway.outcomes] == [None, "2027-01-01"]


def test_an_incentive_is_granted_and_a_measure_is_not(gateway: FakeGateway, credit: CreditClient) -> None:
    honoured = credit.check(HONOURED, "procurement.award")
    assert credit.report(honoured, Outcome.granted(honoured.incentives[0]))
    listed = credit.check(LISTED, "procurement.award")
    with pytest.raises(InvalidRequestError):
        credit.report(listed, Outcome.granted(listed.findings[0]))
    with pytest.raises(InvalidRequestError):
        credit.report(honoured, Outcome.applied(honoured.incentives[0], document="1"))


def test_an_outcome_for_a_consortium_belongs_to_the_member_it_was_found_for(
    gateway: FakeGateway, credit: CreditClient
) -> None:
    group = credit.check_group([OTHER, LISTED], "procurement.award")
    credit.report(group, Outcome.applied(group.findings[0], document="1"))
    credit.sync()
    assert [row["decision_id"] for row in gateway.outcomes] == [group.members[1].id]


def test_a_measure_stands_until_its_basis_is_gone_and_it_is_lifted(gateway: FakeGateway, credit: CreditClient) -> None:
    decision = credit.check(LISTED, "procurement.award", case="C-1")
    credit.report(decision, Outcome.applied(decision.findings[0], document="1"))
    assert credit.standing() == ()
    gateway.remove(LISTED, "E-1")
    gateway.publish()
    [left] = credit.standing()
    assert (left.entry, left.case, left.reason) == ("E-1", "C-1", "gone")
    credit.report(decision, Outcome.lifted(decision.findings[0], reason="已移出名单"))
    assert credit.standing() == ()


def test_a_measure_whose_term_is_over_stands_without_a_sync(tmp_path: Path) -> None:
    ahead = [timedelta()]
    with FakeGateway(clock=lambda: now_utc() + ahead[0]) as gateway:
        gateway.list(LISTED, "judgment-defaulter", until_on=(now_utc() + timedelta(days=3)).date())
        credit = gateway.open_client(tmp_path / "credit")
        decision = credit.check(LISTED, "procurement.award")
        credit.report(decision, Outcome.applied(decision.findings[0], document="1"))
        assert credit.standing() == ()
        ahead[0] = timedelta(days=5)
        assert [left.reason for left in credit.standing()] == ["lapsed"]


def test_a_measure_through_a_principal_stands_by_the_principals_entry(tmp_path: Path) -> None:
    with FakeGateway() as gateway:
        entry = gateway.list(LISTED, "judgment-defaulter")
        credit = gateway.open_client(tmp_path / "credit")
        beside = [Principal(LISTED, Role.LEGAL_REPRESENTATIVE)]
        decision = credit.check(OTHER, "company.officer", principals=beside)
        assert decision.findings[0].through is not None
        credit.report(decision, Outcome.applied(decision.findings[0], document="1"))
        assert credit.standing() == ()
        gateway.remove(LISTED, entry)
        gateway.publish()
        assert [left.entry for left in credit.standing()] == [entry]


def test_the_background_delivers_by_itself(gateway: FakeGateway, tmp_path: Path) -> None:
    credit = gateway.open_client(tmp_path / "host", background=True)
    decision = credit.check(LISTED, "procurement.award")
    credit.report(decision, Outcome.applied(decision.findings[0], document="1"))
    with gateway.transport.delivered:
        assert gateway.transport.delivered.wait_for(lambda: gateway.outcomes and gateway.checks, timeout=120)


def test_a_row_the_gateway_holds_otherwise_is_kept_and_loud_and_stops_no_other(
    gateway: FakeGateway, credit: CreditClient
) -> None:
    decision = credit.check(LISTED, "procurement.award")
    credit.report(decision, [Outcome.applied(each, document="1") for each in decision.findings])
    outbox = credit.status().outbox.id
    gateway.transport.intake["outcomes"].rows[outbox, 1] = {"seq": 1, "other": "content"}
    done = credit.sync()
    assert (done.faults, done.delivered_outcomes, done.delivered_records) == (1, 1, 1)
    assert (credit.status().outbox.faults, credit.status().outbox.outcomes) == (1, 0)

    del gateway.transport.intake["outcomes"].rows[outbox, 1]
    assert credit.sync().delivered_outcomes == 1
    assert credit.status().outbox.faults == 0


def test_what_a_restored_gateway_lacks_is_sent_again(gateway: FakeGateway, credit: CreditClient) -> None:
    decision = credit.check(LISTED, "procurement.award")
    first, second = decision.findings
    credit.report(decision, Outcome.applied(first, document="1"))
    credit.sync()
    gateway.transport.intake["outcomes"].rows.clear()
    credit.report(decision, Outcome.applied(second, document="1"))
    credit.sync()
    credit.sync()
    assert [row["seq"] for row in sorted(gateway.outcomes, key=lambda row: str(row["seq"]))] == [1, 2]


def test_a_report_that_cannot_be_kept_raises_and_checks_say_so(
    gateway: FakeGateway, credit: CreditClient, tmp_path: Path
) -> None:
    decision = credit.check(LISTED, "procurement.award")
    credit.flush()
    outbox = tmp_path / "credit" / "outbox.sqlite3"
    credit._installation.outbox.close()
    kept = outbox.read_bytes()
    outbox.write_bytes(b"damaged " * 1000)
    with pytest.raises(OutboxError, match="damaged"):
        credit.report(decision, Outcome.applied(decision.findings[0], document="1"))
    credit.check(LISTED, "procurement.award")
    with pytest.raises(OutboxError):
        credit.flush()
    assert credit.check(LISTED, "procurement.award").recorded is False

    outbox.write_bytes(kept)
    credit.flush()
    assert credit.check(LISTED, "procurement.award").recorded is True
    credit.sync()
    assert len(gateway.checks) == 4


KILLED = """
import os, signal, sys
from credit_sdk import CreditClient, Outcome
credit = CreditClient.open(sys.argv[1])
decision = credit.check(sys.argv[2], "procurement.award")
credit.flush()
credit.report(decision, [Outcome.applied(each, document="1") for each in decision.findings])
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_killed_after_reporting_loses_nothing(
    gateway: FakeGateway, credit: CreditClient, tmp_path: Path
) -> None:
    credit.close()
    settings = tmp_path / "credit" / "settings.json"
    settings.write_text(
        json.dumps({**json.loads(settings.read_text()), "gateway_url": "http://127.0.0.1:9"}), encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "credit"), LISTED.code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stderr=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    with Outbox(tmp_path / "credit" / "outbox.sqlite3") as outbox:
        assert list(outbox.waiting(Kind.OUTCOMES, after=0, limit=9)) == [1, 2]
        assert list(outbox.waiting(Kind.RECORDS, after=0, limit=9)) == [1]
    again = gateway.open_client(tmp_path / "credit")
    assert again.sync().delivered_outcomes == 2
    assert {row["entry"] for row in gateway.outcomes} == {"E-1", "E-2"}


def test_reports_are_stamped_with_the_instant_of_the_report(tmp_path: Path) -> None:
    at = datetime(2026, 11, 5, 1, 2, 3, tzinfo=UTC)
    now = [now_utc()]
    with FakeGateway(clock=lambda: now[0]) as gateway:
        gateway.list(LISTED, "judgment-defaulter")
        credit = gateway.open_client(tmp_path / "credit")
        decision = credit.check(LISTED, "procurement.award")
        now[0] = at
        credit.report(decision, Outcome.applied(decision.findings[0], document="1"))
        now[0] = now_utc()
        credit.sync()
        assert gateway.outcomes[0]["reported_at"] == "2026-11-05T01:02:03.000Z"
