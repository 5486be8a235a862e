"""A waiver is asked for by a system's officer and takes effect when somebody else at the gateway has confirmed it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from credit_sdk.model.listing import Waiver
from gateway.accounts import OperatorRole, add_operator, disable_operator
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import ConflictError, FourEyesError, InvalidActError, NotFoundError
from gateway.registry import waivers
from gateway.registry.lapses import Calendar
from gateway.registry.past import Past
from gateway.registry.periods import PeriodLaw
from gateway.registry.waiver_register import WaiverState, show
from gateway.registry.waiver_replies import waiver_json
from gateway.registry.waivers import MOVES, PORTION, WaiverAct, expire
from tests.real_gateway import LI, NOW, TODAY, WANG, RealGateway, company
from tests.waiver_case import (
    ASKED,
    AWARD,
    OFFICER,
    PLATFORM,
    SIGNED,
    asked,
    confirm,
    day_after,
    held,
    lines,
    refuse,
    report,
    state,
    to_publish,
    waived,
    withdraw,
)


@pytest.fixture
def bench(registry: RealGateway) -> RealGateway:
    """A listed company and a system that reports."""
    registry.list_companies([1])
    registry.client(PLATFORM)
    return registry


def test_what_a_system_asks_for_lifts_nothing_until_it_is_confirmed(bench: RealGateway) -> None:
    bench.publish()
    waiver = asked(bench)
    assert (state(bench, waiver), to_publish(bench)) == ("pending", ())
    assert not bench.publisher.wants_publishing(NOW)
    assert confirm(bench, waiver) is WaiverState.EFFECTIVE
    published = Waiver(AWARD, "a1-05", ASKED, OFFICER, "抢险救灾采购", SIGNED["document_no"])
    assert to_publish(bench) == (published,)
    assert bench.publish(2).changed_subjects == 1


def test_every_act_is_a_line_of_the_ledger_with_who_why_and_by_which_document(bench: RealGateway) -> None:
    waiver = asked(bench)
    confirm(bench, waiver)
    withdraw(bench, waiver)
    told, confirmed, withdrawn = lines(bench)
    assert (told.act, told.actor, told.payload["to"]) == ("waiver:subject:report", PLATFORM, "pending")
    assert (confirmed.act, confirmed.actor) == ("waiver:subject:confirm", WANG)
    assert len(confirmed.payload.pop("content_sha256")) == 64
    assert confirmed.payload == {
        "waiver": waiver,
        "from": "pending",
        "to": "effective",
        "officer": OFFICER,
        "until_on": "2026-03-31",
        "period": "",
        "basis": "未设法定最长期限",
        "reason": SIGNED["reason"],
        "document": SIGNED["document_no"],
    }
    assert (withdrawn.act, withdrawn.actor, withdrawn.payload["confirmed_by"]) == ("waiver:subject:withdraw", LI, WANG)


def test_a_withdrawn_waiver_bars_again_and_was_in_force_until_then(bench: RealGateway) -> None:
    waiver = asked(bench)
    confirm(bench, waiver, at=NOW + timedelta(hours=1))
    assert withdraw(bench, waiver, at=NOW + timedelta(hours=5)) is WaiverState.WITHDRAWN
    assert to_publish(bench) == ()
    with reading(bench.engine) as connection:
        past = Past(connection, [company(1).key])
    counts = []
    for hours in (0, 1, 4, 5):
        record = past.record(company(1).key, NOW + timedelta(hours=hours))
        assert record
        counts.append(len(record.waivers))
    assert counts == [0, 1, 1, 0]


def test_a_refused_waiver_never_took_effect(bench: RealGateway) -> None:
    waiver = asked(bench)
    assert refuse(bench, waiver) is WaiverState.REFUSED
    assert to_publish(bench) == ()
    with reading(bench.engine) as connection:
        told = waiver_json(connection, show(connection, waiver), PeriodLaw.load(connection, TODAY), TODAY)
    assert "不予同意" in str(told["reply"])
    assert SIGNED["reason"] in str(told["reply"])


@pytest.mark.parametrize(
    ("reached", "act"), [(here, act) for here in WaiverState for act in WaiverAct if (here, act) not in MOVES]
)
def test_what_is_decided_stays_decided(sqlite_registry: RealGateway, reached: WaiverState, act: WaiverAct) -> None:
    real = sqlite_registry
    real.client(PLATFORM)
    waiver = asked(real)
    if reached in {WaiverState.EFFECTIVE, WaiverState.WITHDRAWN}:
        confirm(real, waiver)
    if reached is WaiverState.WITHDRAWN:
        withdraw(real, waiver)
    if reached is WaiverState.REFUSED:
        refuse(real, waiver)
    if reached is WaiverState.EXPIRED:
        expire(real.engine, day_after(ASKED))
    assert state(real, waiver) == reached
    if act is WaiverAct.EXPIRE:
        assert expire(real.engine, day_after(ASKED)).number == 0
    else:
        acts = {WaiverAct.CONFIRM: confirm, WaiverAct.REFUSE: refuse, WaiverAct.WITHDRAW: withdraw}
        with pytest.raises(ConflictError, match="不能办理"):
            acts[act](real, waiver)
    assert state(real, waiver) == reached


def test_the_calendar_ends_it_behind_its_last_day_and_the_next_publication_drops_it(bench: RealGateway) -> None:
    waiver = asked(bench)
    confirm(bench, waiver, until_on=date(2026, 3, 10))
    bench.publish()
    last = datetime(2026, 3, 10, 12, tzinfo=UTC)
    Calendar(bench.engine).turn(last)
    assert state(bench, waiver) == "effective"
    Calendar(bench.engine).turn(day_after(date(2026, 3, 10)))
    assert (state(bench, waiver), to_publish(bench)) == ("expired", ())
    assert bench.publish(9 * 86400).changed_subjects == 1
    assert (lines(bench)[-1].actor, lines(bench)[-1].payload["last_day"]) == ("publisher", "2026-03-10")


def test_one_that_nobody_decided_expires_without_ever_having_been_in_force(bench: RealGateway) -> None:
    waiver = asked(bench)
    assert expire(bench.engine, day_after(ASKED)).number == 1
    with reading(bench.engine) as connection:
        told = waiver_json(connection, show(connection, waiver), PeriodLaw.load(connection, TODAY), TODAY)
    assert (told["state"], told["until_on"]) == ("expired", None)
    assert "从未生效" in str(told["reply"])


def test_many_end_in_portions_on_one_day(sqlite_registry: RealGateway) -> None:
    sqlite_registry.client(PLATFORM)
    report(sqlite_registry, *(waived(seq) for seq in range(1, PORTION + 3)))
    calendar, moment = Calendar(sqlite_registry.engine), day_after(ASKED)
    calendar.turn(moment)
    assert {each.state for each in held(sqlite_registry)} == {"expired", "pending"}
    calendar.turn(moment)
    assert {each.state for each in held(sqlite_registry)} == {"expired"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reason": " "}, "缺少理由"),
        ({"document_no": ""}, "缺少文书号"),
        ({"reason": "长" * 2001}, "超过2000字"),
        ({"by": "nobody"}, "不是本网关的操作员"),
        ({"by": LI}, "没有办理此事所需的角色reviewer"),
    ],
)
def test_a_confirmation_needs_a_reviewer_a_reason_and_a_document(
    sqlite_registry: RealGateway, changed: dict[str, str], said: str
) -> None:
    sqlite_registry.client(PLATFORM)
    waiver = asked(sqlite_registry)
    for act in (waivers.confirm, waivers.refuse):
        with (
            pytest.raises(InvalidActError, match=said),
            unit_of_work(sqlite_registry.engine, at=NOW) as work,
        ):
            act(work, waiver, **{"by": WANG, **SIGNED, **changed})
    assert state(sqlite_registry, waiver) == "pending"


def test_who_has_left_confirms_nothing(sqlite_registry: RealGateway) -> None:
    sqlite_registry.client(PLATFORM)
    waiver = asked(sqlite_registry)
    with unit_of_work(sqlite_registry.engine, at=NOW) as work:
        disable_operator(work, WANG, actor="test")
    with pytest.raises(FourEyesError, match="disabled"):
        confirm(sqlite_registry, waiver)


def test_a_withdrawal_takes_two_people(sqlite_registry: RealGateway) -> None:
    sqlite_registry.client(PLATFORM)
    waiver = asked(sqlite_registry)
    confirm(sqlite_registry, waiver)
    for by, confirmed_by in ((WANG, WANG), (LI, LI), (WANG, LI)):
        with pytest.raises(FourEyesError):
            withdraw(sqlite_registry, waiver, by=by, confirmed_by=confirmed_by)
    with pytest.raises(InvalidActError, match="缺少理由"):
        withdraw(sqlite_registry, waiver, reason="")
    assert state(sqlite_registry, waiver) == "effective"


def test_a_number_that_no_waiver_has_is_said(sqlite_registry: RealGateway) -> None:
    for number in (0, 7, 2**63):
        with pytest.raises(NotFoundError, match="没有豁免"):
            confirm(sqlite_registry, number)


def test_what_somebody_else_decided_meanwhile_is_not_overwritten(bench: RealGateway) -> None:
    waiver = asked(bench)
    with unit_of_work(bench.engine, at=NOW) as work:
        add_operator(work, "孙复核", roles=[OperatorRole.REVIEWER], actor="test")
    with reading(bench.engine) as connection:
        seen = show(connection, waiver)
    refuse(bench, waiver, by="孙复核")
    with unit_of_work(bench.engine, at=NOW) as work:
        moved = waivers._claimed(work, seen, WaiverState.EFFECTIVE, {"decided_by": WANG})
    assert not moved
    assert state(bench, waiver) == "refused"
