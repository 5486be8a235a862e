"""Flow: a screening says of every row what a check would have said of it, and leaves a record of everybody."""

import gc
import json
import pickle
import weakref
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from credit_sdk import CallerError, CreditClient, ReplicaError, Screened, Subject, Verdict
from credit_sdk.model.listing import SubjectRecord, Waiver
from credit_sdk.model.sheet import MAX_SUBJECTS
from credit_sdk.testing import FakeGateway, subject
from gateway.drafting.adoption import compile_law, compiled, shipped_law_directory
from tests.flows.screening import (
    AWARD,
    DAY,
    NOW,
    ODD,
    PLAIN,
    RESIDENT,
    Clock,
    Question,
    checked,
    decided,
    entries,
    held,
    listed,
    recorded,
    same_but_for_the_id,
)


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


waivers = st.sampled_from(
    [(), (), (), (Waiver(AWARD, "", date(2026, 12, 31), by="虚构采购办", reason="唯一供应商"),)],
)

populations = st.dictionaries(
    st.sampled_from(PLAIN), st.builds(held, st.lists(entries, min_size=1, max_size=2), waivers), max_size=len(PLAIN)
)
asked = st.lists(
    st.one_of(
        st.sampled_from(PLAIN),
        st.sampled_from([each.code for each in PLAIN]),
        st.sampled_from([each.code.lower() for each in PLAIN]),
        st.sampled_from(ODD),
    ),
    max_size=40,
)


@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.tuples(populations, asked),
    st.builds(
        Question,
        st.sampled_from([AWARD, "tendering.award", "company.officer", "service.green-channel"]),
        st.sampled_from([None, NOW.date() - DAY, date(2200, 1, 1)]),
        st.sampled_from([None, {"statutory_tender": False}]),
    ),
)
def test_every_row_is_answered_and_recorded_as_a_check_would_be(
    gateway: FakeGateway,
    credit: CreditClient,
    clock: Clock,
    case: tuple[dict[Subject, SubjectRecord], list[Subject | str]],
    question: Question,
) -> None:
    population, rows = case
    clock.now += timedelta(seconds=1)
    gateway.publisher.records.clear()
    gateway.publisher.records.update(population)
    gateway.publish()
    before = set(recorded(gateway))
    screened = list(credit.screen(rows, question.matter, on=question.on, facts=question.facts, case="青采2026-17"))
    credit.sync()
    kept = {id: row for id, row in recorded(gateway).items() if id not in before}
    assert [row.position for row in screened] == list(range(len(rows)))
    for given_row, row in zip(rows, screened, strict=True):
        alone = checked(credit, given_row, question)
        decision = row.decision
        if isinstance(alone, CallerError):
            assert (type(row.error), str(row.error), decision, row.verdict) == (type(alone), str(alone), None, None)
            continue
        assert decision is not None
        assert row.error is None
        assert same_but_for_the_id(decision) == same_but_for_the_id(alone)
        assert row.verdict is decision.verdict is alone.verdict
        assert decision.recorded is True
        record = kept.pop(decision.id)
        assert record["subject"] == alone.subject.masked
        assert record["verdict"] == alone.verdict.value
        assert record["entries"] == sorted({each.entry.id for each in (*alone.findings, *alone.incentives)})
    assert kept == {}


def test_a_row_goes_to_another_process_with_its_decision(gateway: FakeGateway, credit: CreditClient) -> None:
    companies = listed(gateway, 3)
    rows = list(credit.screen([*companies, PLAIN[0], "1234"], AWARD))
    there: list[Screened] = pickle.loads(pickle.dumps(rows))  # noqa: S301 - written here
    assert [each.to_json() for each in decided(there)] == [each.to_json() for each in decided(rows)]
    assert [(each.position, each.subject, each.verdict) for each in there] == [
        (each.position, each.subject, each.verdict) for each in rows
    ]
    assert str(there[4].error) == str(rows[4].error)


def test_rows_are_no_burden_to_the_collector_but_one_that_may_be_raised(
    gateway: FakeGateway, credit: CreditClient
) -> None:
    answered, refused = credit.screen([PLAIN[0], "1234"], AWARD)
    assert gc.is_tracked(answered) is False
    assert isinstance(refused, Screened)

    def raised(row: Screened) -> weakref.ref[CallerError]:
        assert row.error is not None
        with pytest.raises(CallerError):
            raise row.error
        return weakref.ref(row.error)

    error = raised(refused)
    del refused
    gc.collect()
    assert error() is None


def test_who_takes_a_few_rows_has_few_asked_about(gateway: FakeGateway, credit: CreditClient) -> None:
    taken = []

    def source() -> Iterator[Subject]:
        for number in range(20_000):
            taken.append(number)
            yield subject(number)

    rows = credit.screen(source(), AWARD)
    next(rows)
    assert len(taken) == 512
    assert len(list(islice(rows, 1023))) == 1023
    assert len(taken) == 512 + 1024
    assert sum(1 for _ in rows) == 20_000 - 1024
    credit.sync()
    assert sum(len(json.loads(json.dumps(row))["subjects"]) for row in gateway.checks) == 20_000
    assert max(len(json.loads(json.dumps(row))["subjects"]) for row in gateway.checks) == MAX_SUBJECTS


@pytest.mark.parametrize("are_parsed", [True, False])
def test_a_long_screening_answers_every_row_as_a_check_would(
    gateway: FakeGateway, credit: CreditClient, *, are_parsed: bool
) -> None:
    """So long beside what is listed that the map is gone through once, and after that only few are looked up."""
    companies = listed(gateway, 90)
    rows: list[Subject | str] = [subject(number) for number in range(1000, 4000)]
    rows[::40] = companies[:75]
    rows[7::500] = ODD[:6]
    rows += [*companies[75:], *ODD, RESIDENT]
    if not are_parsed:
        rows = [row.code if isinstance(row, Subject) else row for row in rows]
    screened = list(credit.screen(rows, AWARD))
    assert [row.position for row in screened] == list(range(len(rows)))
    for given_row, row in zip(rows, screened, strict=True):
        alone = checked(credit, given_row, Question(AWARD, None, None))
        if isinstance(alone, CallerError):
            assert (str(row.error), row.verdict) == (str(alone), None)
        else:
            assert row.subject == alone.subject
            assert row.verdict is alone.verdict
    assert sum(row.verdict is Verdict.DENY for row in screened) == len(companies)
    credit.sync()
    assert {decision.id for decision in decided(screened)} <= set(recorded(gateway))


def test_a_closed_client_ends_a_screening_under_way_and_clears_nobody(
    gateway: FakeGateway, credit: CreditClient
) -> None:
    listed(gateway, 3)
    rows = credit.screen([subject(number) for number in range(20_000)], AWARD)
    assert len(list(islice(rows, 512 + 1024))) == 1536
    credit.close()
    with pytest.raises(ReplicaError):
        list(rows)
