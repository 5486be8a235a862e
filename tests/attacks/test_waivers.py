"""Whoever holds one key, one account or the database itself does not lift a bar for a province unseen."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from gateway.accounts import OperatorRole, add_operator
from gateway.database.tables import ledger, waivers
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.ledger.replay import compare
from gateway.problems import ConflictError, FourEyesError, InvalidActError
from gateway.registry.waiver_register import show
from tests.killing import LONGEST_S as LONGEST_RUN_S
from tests.killing import killed, started
from tests.real_gateway import LI, NOW, WANG, RealGateway, company
from tests.waiver_case import (
    ASKED,
    OFFICER,
    PLATFORM,
    adopt_with,
    asked,
    confirm,
    held,
    lines,
    period,
    refuse,
    report,
    state,
    to_publish,
    waived,
    withdraw,
)

ANOTHER_OUTBOX = "0190f5d2-0000-7000-8000-000000000002"
STATED = ("--reason", "抢险救灾", "--document", "虚信批〔2026〕7号")


@pytest.fixture(params=["sqlite", "postgresql"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RealGateway]:
    """A barred company, and a system with a key, on either database."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    made = RealGateway.make(tmp_path, database=url)
    made.list_companies([1])
    made.client(PLATFORM)
    yield made
    made.close()


def test_a_stolen_key_alone_lifts_no_bar(bench: RealGateway) -> None:
    bench.publish()
    report(bench, *(waived(seq, until_on="9999-12-31", by=f"{WANG}{seq}") for seq in range(1, 50)))
    assert {each.state for each in held(bench)} == {"pending"}
    assert to_publish(bench) == ()
    assert not bench.publisher.wants_publishing(NOW)


@pytest.mark.parametrize(
    "officer",
    [WANG, f" {WANG}　", "王 复核", "王\u200b复核", "王・复核", f"财政厅{WANG}", "ＦＵＨＥ", "fuhe", "采购处 Fuhe"],
)
def test_one_person_does_not_ask_and_confirm_under_another_spelling(sqlite_bench: RealGateway, officer: str) -> None:
    with unit_of_work(sqlite_bench.engine, at=NOW) as work:
        add_operator(work, "fuhe", roles=[OperatorRole.REVIEWER], actor="test")
    waiver = asked(sqlite_bench, by=officer)
    by = "fuhe" if "王" not in officer else WANG
    for act in (confirm, refuse):
        with pytest.raises(FourEyesError, match="不能复核自己经办的豁免"):
            act(sqlite_bench, waiver, by=by)
    assert state(sqlite_bench, waiver) == "pending"
    confirm(sqlite_bench, waiver, by=WANG if by == "fuhe" else "fuhe")


@pytest.fixture
def sqlite_bench(tmp_path: Path) -> Iterator[RealGateway]:
    """A barred company and a system with a key, for rules that no database has a part in."""
    made = RealGateway.make(tmp_path)
    made.list_companies([1])
    made.client(PLATFORM)
    yield made
    made.close()


def test_a_replayed_outcome_asks_for_nothing_again(bench: RealGateway) -> None:
    waiver = asked(bench)
    confirm(bench, waiver)
    withdraw(bench, waiver)
    report(bench, waived())
    assert [each.state for each in held(bench)] == ["withdrawn"]
    with pytest.raises(ConflictError, match="number 1 of outbox"):
        report(bench, waived(until_on="2027-03-31"))
    # The same under another outbox is another question, and waits for somebody again.
    report(bench, waived(), outbox=ANOTHER_OUTBOX)
    assert [each.state for each in held(bench)] == ["withdrawn", "pending"]
    assert to_publish(bench) == ()


def test_nobody_confirms_longer_than_the_law_allows_or_the_officer_asked(bench: RealGateway) -> None:
    adopt_with(bench, period())
    waiver = asked(bench, until_on="2099-12-31")
    for beyond in (date(2026, 6, 1), date(2099, 12, 31), date(2199, 1, 1), None):
        with pytest.raises(InvalidActError):
            confirm(bench, waiver, until_on=beyond)
    assert to_publish(bench) == ()


FORGED: dict[str, object] = {
    "state": "effective",
    "decided_by": WANG,
    "decided_by_plain": "x",
    "decided_at": NOW,
    "decision_reason": "x",
    "approval_no": "x",
    "effective_until_on": ASKED,
}
"""What somebody at the database has to write for a waiver to look confirmed."""
AGAIN = """
    INSERT INTO waivers (client, outbox, seq, received_at, subject_key, matter, measure, list, entry, decision_id,
                         case_ref, "by", by_plain, reason, document_no, until_on, state, decision_reason, approval_no,
                         limit_period, limit_basis, withdrawal_reason, withdrawal_document_no)
    SELECT client, outbox, seq, received_at, subject_key, matter, measure, list, entry, decision_id, case_ref, "by",
           by_plain, reason, document_no, until_on, state, decision_reason, approval_no, limit_period, limit_basis,
           withdrawal_reason, withdrawal_document_no FROM waivers
"""


IMPOSSIBLE: tuple[dict[str, object], ...] = (
    {"state": "effective"},
    FORGED | {"decided_by_plain": None},
    FORGED | {"decided_by_plain": OFFICER},
    FORGED | {"by": WANG},
    FORGED | {"decided_by": "nobody"},
    FORGED | {"decided_by": None},
    FORGED | {"approval_no": ""},
    FORGED | {"decision_reason": ""},
    FORGED | {"effective_until_on": None},
    FORGED | {"effective_until_on": date(2099, 12, 31)},
    FORGED | {"state": "pending"},
    FORGED | {"state": "refused"},
    FORGED | {"state": "withdrawn"},
    FORGED | {"state": "withdrawn", "withdrawn_by": LI, "withdrawal_confirmed_by": LI, "withdrawn_at": NOW},
    {"state": "granted"},
    {"state": "expired"},
    {"seq": 99},
)


def test_the_database_refuses_one_person_and_what_was_never_decided(bench: RealGateway) -> None:
    waiver = asked(bench)
    for changed in IMPOSSIBLE:
        with pytest.raises(IntegrityError), unit_of_work(bench.engine, at=NOW) as work:
            work.connection.execute(update(waivers).values(**changed))
        assert state(bench, waiver) == "pending", changed


def test_the_database_refuses_one_outcome_as_two_waivers(bench: RealGateway) -> None:
    asked(bench)
    with pytest.raises(IntegrityError), unit_of_work(bench.engine, at=NOW) as work:
        work.connection.execute(text(AGAIN))


@pytest.mark.parametrize("act", ["confirmed", "revived"])
def test_a_waiver_put_into_force_behind_the_back_of_the_ledger_is_found(bench: RealGateway, act: str) -> None:
    waiver = asked(bench)
    changed = FORGED
    if act == "revived":
        confirm(bench, waiver)
        withdraw(bench, waiver)
        gone = dict.fromkeys(("withdrawn_by", "withdrawal_confirmed_by", "withdrawn_at"))
        changed = {"state": "effective", **gone}
    lines(bench)
    with unit_of_work(bench.engine, at=NOW) as work:
        work.connection.execute(update(waivers).values(**changed))
    with reading(bench.engine) as connection:
        found = [each for each in compare(connection).differences if each.about.startswith("waiver")]
    assert [(each.about, each.held) for each in found] == [(f"waiver {waiver}", "effective")]


def test_a_waiver_that_nobody_reported_is_found_as_soon_as_it_is_in_force(bench: RealGateway) -> None:
    asked(bench)
    with unit_of_work(bench.engine, at=NOW) as work:
        # As an older registry kept them: without its outcome, and without a line.
        work.connection.execute(text(AGAIN.replace("SELECT client, outbox, seq,", "SELECT client, NULL, NULL,")))
    lines(bench)
    older = held(bench)[-1].id
    with unit_of_work(bench.engine, at=NOW) as work:
        work.connection.execute(update(waivers).where(waivers.c.id == older).values(**FORGED))
    with reading(bench.engine) as connection:
        found = [each for each in compare(connection).differences if each.about.startswith("waiver")]
    assert [(each.about, each.stated, each.held) for each in found] == [(f"waiver {older}", "pending", "effective")]


def test_a_confirmed_waiver_that_says_something_else_is_found(bench: RealGateway) -> None:
    waiver = asked(bench, until_on="2099-12-31")
    confirm(bench, waiver)
    lines(bench)
    for changed in (
        {"subject_key": company(2).key},
        {"measure": ""},
        {"effective_until_on": date(2099, 12, 31)},
        {"reason": "另有隐情"},
    ):
        with reading(bench.engine) as connection:
            before = {name: getattr(show(connection, waiver), name) for name in changed}
        for values, found in (
            (changed, [("复核时的内容 / what was confirmed", "另一内容 / something else")]),
            (before, []),
        ):
            with unit_of_work(bench.engine, at=NOW) as work:
                work.connection.execute(update(waivers).values(**values))
            with reading(bench.engine) as connection:
                told = [each for each in compare(connection).differences if each.about == f"waiver {waiver}"]
            assert [(each.stated, each.held) for each in told] == found


def test_a_waiver_taken_out_of_the_registry_is_missed(bench: RealGateway) -> None:
    asked(bench)
    with unit_of_work(bench.engine, at=NOW) as work:
        work.connection.execute(text("DELETE FROM waivers"))
    with reading(bench.engine) as connection:
        found = [each for each in compare(connection).differences if each.about.startswith("waiver")]
    assert [each.stated for each in found] == ["有对它的登记 / acts on it"]


def decided(bench: RealGateway) -> int:
    with reading(bench.engine) as connection:
        acts = ("waiver:subject:confirm", "waiver:subject:refuse")
        return connection.scalar(select(func.count()).select_from(ledger).where(ledger.c.act.in_(acts))) or 0


def test_a_waiver_is_decided_once_by_whoever_comes_first(bench: RealGateway) -> None:
    home = bench.home.path
    for seq in (1, 2):
        waiver = asked(bench, seq=seq, until_on="2099-12-31")
        stated = ("--by", WANG, *STATED)
        ways = [
            started("waivers", "confirm", home, waiver, "--until", "2099-12-31", *stated),
            started("waivers", "refuse", home, waiver, *stated),
        ]
        for way in ways:
            way.join(LONGEST_RUN_S)
        assert sorted(str(way.exitcode) for way in ways) == ["0", "1"]
        assert decided(bench) == seq
        lines(bench)


def test_kill_9_leaves_a_waiver_decided_with_its_line_and_its_mark_or_not_at_all(bench: RealGateway) -> None:
    bench.publish()
    chance, home, marks = random.Random(20260302), bench.home.path, 0
    for seq in range(1, 6):
        waiver = asked(bench, seq=seq, until_on="2099-12-31")
        command = ("waivers", "confirm", home, waiver, "--by", WANG, "--until", "2099-12-31", *STATED)
        killed(command, chance.uniform(0.0, 0.5))
        is_effective = state(bench, waiver) == "effective"
        marks += is_effective
        assert decided(bench) == marks
        assert bench.publisher.wants_publishing(NOW) is bool(marks)
        lines(bench)
    assert len(to_publish(bench)) == marks
