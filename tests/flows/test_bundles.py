"""Flow: across an air gap, with the real gateway. A bundle goes in, an outbox file comes out, as often as needed."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import delete

from credit_sdk import InvalidRequestError, Outcome, Verdict
from credit_sdk.client import connected, isolated
from credit_sdk.errors import GatewayUnreachableError
from credit_sdk.transport.http import HttpTransport
from gateway.database.tables import awaited_outcomes, check_entries, checks
from gateway.database.unit_of_work import unit_of_work
from gateway.publishing.ceremony import change_trust
from gateway.publishing.planning import Wanted
from tests.flows.exchange import MATTER, PERSON, Exchange
from tests.real_gateway import LISTED, NOW, RealGateway, company


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    real = RealGateway.make(tmp_path)
    real.list_companies(range(300))
    real.declare()
    real.publish()
    made = Exchange(real, tmp_path, real.client())
    made.set_up_connected()
    made.set_up_isolated()
    yield made
    made.close()


def test_the_round_twice(exchange: Exchange) -> None:
    first = exchange.imported(exchange.fetched())
    assert (first.previous_serial, first.serial, first.changed) == (0, 1, True)
    assert first.origin == "青海虚构"

    with exchange.client() as credit:
        decision = credit.check(company(7).code, MATTER, case="青采2026-17")
        assert decision.verdict is Verdict.DENY
        assert credit.check(company(999).code, MATTER).verdict is Verdict.CLEAR
        assert credit.check(
            PERSON, "company.officer", purpose="任职审查", legal_basis="CONSENT", basis_document="授权书1号"
        ).verdict not in {
            Verdict.CLEAR,
            Verdict.DENY,
        }
        credit.report(decision, Outcome.applied(decision.findings[0], document="虚采罚1号"))
    out = exchange.exported()
    assert PERSON not in out.read_text(encoding="utf-8")
    assert exchange.key not in out.read_text(encoding="utf-8")
    done = exchange.delivered(out)
    assert (done.records, done.outcomes, done.faults, done.gaps) == (3, 1, 0, {"records": (), "outcomes": ()})

    exchange.real.remove([7])
    exchange.real.list_companies([900])
    exchange.after_s = 60
    exchange.real.publish(60)
    second = exchange.imported(exchange.fetched())
    assert (second.previous_serial, second.serial) == (1, 2)
    assert (second.received_records, second.received_outcomes) == (3, 1)
    assert (second.waiting_records, second.waiting_outcomes, second.faults) == (0, 0, 0)
    with exchange.client() as credit:
        assert credit.check(company(900).code, MATTER).verdict is Verdict.DENY
        assert credit.check(company(7).code, MATTER).verdict is Verdict.CLEAR
        [left] = credit.standing()
        assert left.decision_id == decision.id
        credit.report(decision, Outcome.lifted(decision.findings[0], reason="已移出"))
    assert exchange.delivered(exchange.exported()).records == 2

    exchange.pass_time(60)
    third = exchange.imported(exchange.fetched())
    assert (third.changed, third.received_records, third.received_outcomes) == (False, 2, 1)
    assert exchange.held() == [("records", seq) for seq in range(1, 6)] + [("outcomes", 1), ("outcomes", 2)]
    kept = json.loads(next((exchange.connected / "carried").iterdir()).read_text(encoding="utf-8"))
    assert kept["records"]["receipts"].keys() == {"4", "5"}, "what the isolated host knew was forgotten"


def test_a_medium_lost_on_either_way_loses_nothing_and_counts_nothing_twice(exchange: Exchange) -> None:
    exchange.imported(exchange.fetched())
    with exchange.client() as credit:
        credit.check(company(7).code, MATTER)
    exchange.exported()  # lost on its way out
    exchange.delivered(exchange.exported())
    exchange.fetched()  # lost on its way in
    with exchange.client() as credit:
        credit.check(company(8).code, MATTER)
    out = exchange.exported()
    for _ in range(2):  # the same file twice
        assert exchange.delivered(out).records == 2
    exchange.pass_time(60)
    bundle = exchange.fetched()
    assert exchange.imported(bundle).received_records == 2
    again = exchange.imported(bundle)  # the same file twice
    assert (again.received_records, again.waiting_records, again.changed) == (0, 0, False)
    assert exchange.held() == [("records", 1), ("records", 2)]


def test_receipts_wait_until_an_older_file_delivered_late_is_over_too(exchange: Exchange) -> None:
    exchange.imported(exchange.fetched())
    files = []
    for number in (7, 8):
        with exchange.client() as credit:
            credit.check(company(number).code, MATTER)
        files.append(exchange.exported())
    for path in reversed(files):
        exchange.delivered(path)
    exchange.pass_time(60)
    assert exchange.imported(exchange.fetched()).received_records == 2


def test_says_what_changed_how_old_it_is_and_until_when_it_may_be_relied_on(exchange: Exchange) -> None:
    bundle = exchange.fetched()
    exchange.after_s = 1800
    report = exchange.imported(bundle)
    assert (report.contact_at, report.age_s) == (NOW, 1800)
    assert report.expires_at == NOW + timedelta(days=1)
    [listed] = [each for each in report.lists if each.list == LISTED]
    assert (listed.entries, listed.previous_entries, str(listed.complete_as_of)) == (300, None, "2026-03-02")
    assert listed.title == "政府采购严重违法失信行为记录名单"
    limits = {each.matter: (each.clear_until, each.adverse_until) for each in report.matters}
    assert limits[MATTER] == (NOW + timedelta(hours=1), NOW + timedelta(days=1))
    assert len(report.gives_up) == 4
    with exchange.client() as credit:
        assert credit.check(company(999).code, MATTER).verdict is Verdict.CLEAR
        exchange.after_s = 3601
        assert credit.check(company(999).code, MATTER).verdict is Verdict.UNDETERMINED
        exchange.after_s = 86401
        assert credit.check(company(7).code, MATTER).verdict is Verdict.REVIEW


def test_a_host_set_up_with_an_earlier_root_than_the_connected_one_follows(exchange: Exchange) -> None:
    exchange.imported(exchange.fetched())
    for exchange.after_s in (60, 120):
        change_trust(exchange.real.home, exchange.real.engine, Wanted(rotate=True), exchange.clock())
    latest = max(exchange.real.home.distribution.glob("metadata/*.root.json"))
    exchange.real.home.trust_root.write_bytes(latest.read_bytes())
    exchange.connected_name = "connected-later"
    exchange.set_up_connected()
    assert exchange.imported(exchange.fetched()).contact_at == exchange.clock()


def test_what_the_gateway_lost_is_seen_as_a_gap_and_sent_again(exchange: Exchange) -> None:
    exchange.imported(exchange.fetched())
    with exchange.client() as credit:
        credit.check(company(7).code, MATTER)
    exchange.delivered(exchange.exported())
    exchange.pass_time(60)
    exchange.imported(exchange.fetched())
    with unit_of_work(exchange.real.engine, at=NOW) as work:  # restored from a backup
        for table in (check_entries, awaited_outcomes, checks):
            work.connection.execute(delete(table))
    with exchange.client() as credit:
        credit.check(company(8).code, MATTER)
    assert exchange.delivered(exchange.exported()).gaps["records"] == ((1, 1),)
    exchange.pass_time(60)
    report = exchange.imported(exchange.fetched())
    assert (report.received_records, report.waiting_records) == (1, 1)
    assert exchange.delivered(exchange.exported()).gaps["records"] == ()
    assert exchange.held() == [("records", 1), ("records", 2)]


def test_what_the_gateway_refuses_comes_back_as_refused_and_is_offered_again(exchange: Exchange) -> None:
    exchange.imported(exchange.fetched())
    exchange.key = exchange.real.client("窄口径系统", matters=[MATTER])
    with exchange.client() as credit:
        credit.check(company(7).code, MATTER)
        credit.check(company(8).code, "company.officer")
    done = exchange.delivered(exchange.exported())
    assert (done.records, done.faults) == (1, 1)
    exchange.pass_time(60)
    report = exchange.imported(exchange.fetched())
    assert (report.received_records, report.faults, report.waiting_records) == (1, 1, 0)
    assert '"company.officer"' in exchange.exported().read_text(encoding="utf-8")


def test_another_connected_machine_may_fetch_but_not_deliver_unless_it_has_the_place_of_the_first(
    exchange: Exchange,
) -> None:
    exchange.imported(exchange.fetched())
    with exchange.client() as credit:
        credit.check(company(7).code, MATTER)
    exchange.connected_name, exchange.key = "other", exchange.real.client("另一系统")
    exchange.set_up_connected()
    exchange.pass_time(60)
    exchange.imported(exchange.fetched())
    out = exchange.exported()
    with pytest.raises(InvalidRequestError, match="would count twice") as refused:
        exchange.delivered(out)
    assert exchange.held() == []
    first = refused.value.hint.rpartition(" ")[2]
    assert exchange.delivered(out, in_place_of=first).records == 1


def test_nothing_is_delivered_without_a_line_and_the_same_file_does_later(exchange: Exchange) -> None:
    exchange.imported(exchange.fetched())
    with exchange.client() as credit:
        credit.check(company(7).code, MATTER)
    out = exchange.exported()

    def unplugged(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("unplugged", request=request)

    line = HttpTransport("http://gateway.example", exchange.key, transport=httpx.MockTransport(unplugged))
    with pytest.raises(GatewayUnreachableError, match=r"cannot be reached|did not answer") as failed:
        connected.deliver(exchange.connected, out, clock=exchange.clock, transport=line)
    assert f"deliver {out} again" in failed.value.hint
    line = HttpTransport("http://gateway.example", exchange.key, transport=httpx.MockTransport(unplugged))
    with pytest.raises(GatewayUnreachableError):
        connected.fetch(exchange.connected, exchange.folder / "none.zip", clock=exchange.clock, transport=line)
    assert not (exchange.folder / "none.zip").exists()
    assert exchange.delivered(out).records == 1


def test_each_side_says_what_is_done_on_the_other(exchange: Exchange) -> None:
    with pytest.raises(InvalidRequestError, match="follows it and delivers by itself"):
        isolated.import_(exchange.connected, exchange.folder / "b.zip", clock=exchange.clock)
    with pytest.raises(InvalidRequestError, match="follows it and delivers by itself"):
        isolated.export(exchange.connected, exchange.folder / "o.jsonl", clock=exchange.clock)
    with pytest.raises(InvalidRequestError, match="no line to a gateway"):
        connected.fetch(exchange.isolated, exchange.folder / "b.zip", clock=exchange.clock)
    with pytest.raises(InvalidRequestError, match="no line to a gateway"):
        connected.deliver(exchange.isolated, exchange.folder / "o.jsonl", clock=exchange.clock)
    bundle = exchange.fetched()
    with pytest.raises(InvalidRequestError, match="is there already"):
        connected.fetch(exchange.connected, bundle, clock=exchange.clock)


def test_an_isolated_host_asks_nobody(exchange: Exchange) -> None:
    with exchange.client() as credit:  # as a host opens it: nothing begins to run in the background
        assert not credit._installation.follower.is_started
        assert credit.check(company(7).code, MATTER).verdict is Verdict.UNDETERMINED
        with pytest.raises(GatewayUnreachableError, match="no line to a gateway"):
            credit.sync()
        assert credit.status().sync.error is None
        exchange.imported(exchange.fetched())  # by a clerk, in another process
        assert credit.check(company(7).code, MATTER).verdict is Verdict.DENY
