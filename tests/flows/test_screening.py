"""Flow: a screening says of every row what a check would have said of it, and leaves a record of everybody."""

import gc
import json
import pickle
import weakref
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypedDict

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from credit_sdk import (
    CallerError,
    CreditClient,
    Decision,
    InvalidRequestError,
    Outcome,
    ReplicaError,
    Screened,
    Subject,
    Verdict,
)
from credit_sdk.model.listing import Entry, Severity, SubjectRecord, Waiver
from credit_sdk.model.sheet import MAX_SUBJECTS, decision_id_at
from credit_sdk.outbox.store import Kind, Outbox
from credit_sdk.testing import FakeGateway, subject
from credit_sdk.testing.builders import entry
from gateway.drafting.adoption import compile_law, compiled, shipped_law_directory

AWARD = "procurement.award"
NOW = datetime.now(UTC)
"""Signatures must not have ended by the clock on the wall, which the update framework reads itself."""
DAY = timedelta(days=1)
LISTS = (
    "judgment-defaulter",
    "major-tax-violation",
    "administrative-penalty",
    "abnormal-operation",
    "tax-a",
    "wage-arrears",
)
PLAIN = [subject(number) for number in range(12)]
ODD = ("630100100000015", "630102199001011235", "91632900MA7550001L", "630102********1235", "公司名称", "MA7550167", "")
RESIDENT = Subject.parse("630102199001011235")


class Clock:
    """A clock that stands still until it is put forward."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Row(TypedDict):
    """What a delivered record says."""

    id: str
    subject: str
    entries: list[str]
    verdict: str
    digest: str


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


def listed(gateway: FakeGateway, count: int, list_id: str = "judgment-defaulter", *, first: int = 100) -> list[Subject]:
    """So many companies, each on the list by an entry of its own."""
    companies = [subject(first + number) for number in range(count)]
    for company in companies:
        gateway.list(company, list_id, id=f"E-{company.code}", document_no=f"（2024）虚执{company.code[-6:]}号")
    gateway.publish()
    return companies


def recorded(gateway: FakeGateway) -> dict[str, Row]:
    """Every decision the delivered records speak of, by its id."""
    found: dict[str, Row] = {}
    for row in gateway.checks:
        one = json.loads(json.dumps(row))
        subjects = one.get("subjects", [one.get("subject")])
        entries = (one["entries"] or [[]] * len(subjects)) if "subjects" in one else [one["entries"]]
        for place, (who, held) in enumerate(zip(subjects, entries, strict=True)):
            id = decision_id_at(one["id"], place) if "subjects" in one else one["id"]
            assert id not in found
            found[id] = Row(id=id, subject=who, entries=held, verdict=one["verdict"], digest=one["digest"])
    return found


def decided(rows: Sequence[Screened]) -> list[Decision]:
    return [decision for row in rows if (decision := row.decision) is not None]


def same_but_for_the_id(decision: Decision) -> dict[str, object]:
    said: dict[str, object] = json.loads(decision.to_json())
    return {name: value for name, value in said.items() if name != "id"}


class Question(NamedTuple):
    """What is asked about every row."""

    matter: str
    on: date | None
    facts: dict[str, bool] | None


def checked(credit: CreditClient, who: Subject | str, asked: Question) -> Decision | CallerError:
    try:
        return credit.check(who, asked.matter, on=asked.on, facts=asked.facts, case="青采2026-17")
    except CallerError as refused:
        return refused


entries = st.builds(
    entry,
    st.sampled_from(LISTS),
    id=st.sampled_from(["e1", "e2", "e3", "e4", "e5"]),
    severity=st.sampled_from([Severity.SERIOUS, Severity.GENERAL]),
    determined_on=st.sampled_from([date(2021, 1, 5), date(2024, 5, 5), date(2026, 1, 5)]),
    until_on=st.sampled_from([None, None, NOW.date() - DAY, NOW.date()]),
    document_no=st.sampled_from(["虚一号", "虚二号"]),
    objection_on=st.sampled_from([None, None, None, date(2026, 2, 2)]),
    fields=st.sampled_from([{}, {"fine_yuan": 10_000}, {"fine_yuan": 2_000_000}]),
)
waivers = st.sampled_from(
    [(), (), (), (Waiver(AWARD, "", date(2026, 12, 31), by="虚构采购办", reason="唯一供应商"),)],
)


def held(entries: list[Entry], waivers: tuple[Waiver, ...]) -> SubjectRecord:
    return SubjectRecord(tuple({each.id: each for each in entries}.values()), waivers)


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
