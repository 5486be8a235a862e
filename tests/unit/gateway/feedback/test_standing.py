"""Who still applies a measure whose basis is gone is named, with why and since when; nobody else is."""

import json
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from credit_sdk.catalogue.catalogue import CatalogueDocument
from gateway.database.tables import entries
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.feedback.intake import Intake
from gateway.feedback.records import OutcomeBatch
from gateway.feedback.standing import Standing, law_today, standing, standing_counts
from gateway.registry.lapses import note
from gateway.registry.lifecycle import EntryAct, EntryState, move
from gateway.registry.periods import PeriodLaw
from gateway.registry.persons import RegistryKeys
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway, company, entry_id, law
from tests.unit.gateway.feedback.test_intake import OUTBOX, outcome_record
from tests.unit.gateway.feedback.test_recall import correct

PLATFORM, APPROVAL = "电子招投标平台", "行政审批系统"
STATED = {"by": LI, "confirmed_by": WANG, "reason": "已履行", "document_no": "虚财〔2026〕9号"}
TODAY = date(2026, 3, 5)
ENDED_AT = NOW + timedelta(days=1)


def entry_of(number: int) -> str:
    return entry_id(company(number).key, LISTED)


@pytest.fixture
def held(registry: RealGateway) -> RealGateway:
    """Three companies are listed; the platform applied a measure to the first in two cases, approval in one."""
    registry.list_companies([1, 2, 3])
    for name in (PLATFORM, APPROVAL):
        registry.client(name)
    report(registry, PLATFORM, applied(1), applied(2))
    report(registry, APPROVAL, applied(1))
    return registry


def applied(seq: int, number: int = 1, **more: str) -> dict[str, object]:
    return outcome_record(seq, "applied", entry=entry_of(number), subject=company(number).code, **more)


def report(real: RealGateway, client: str, *outcomes: dict[str, object]) -> None:
    intake = Intake(real.engine, RegistryKeys.load(real.home).key_of)
    with unit_of_work(real.engine, at=NOW) as work:
        intake.outcomes(work, client, OutcomeBatch.model_validate({"outbox": UUID(OUTBOX), "outcomes": outcomes}))


def act(real: RealGateway, does: EntryAct, number: int = 1) -> None:
    with unit_of_work(real.engine, at=ENDED_AT) as work:
        move(work, entry_of(number), does, **STATED)


def stands(real: RealGateway, today: date = TODAY, *, client: str | None = None, limit: int = 100) -> list[Standing]:
    with reading(real.engine) as connection:
        adopted = law_today(connection, today)
        found = standing(connection, adopted, today, client=client, limit=limit)
        counted = standing_counts(connection, adopted, today, client=client)
    if limit == 100:
        assert counted == {name: sum(each.client == name for each in found) for name in {each.client for each in found}}
    return list(found)


def adopt(real: RealGateway, *, applies: dict[str, object] | None = None, **changed: object) -> None:
    """Adopt the law with another version of the first measure."""
    document = json.loads(law("2026-03b"))
    version = document["measures"][0]["versions"][0]
    version.update(changed)
    version["applies"][0].update(applies or {})
    data = CatalogueDocument.model_validate(document).to_bytes()
    real.publisher.adopt_catalogue(data, LI, WANG, NOW + timedelta(seconds=1))


def test_a_measure_with_its_basis_stands_nowhere(held: RealGateway) -> None:
    assert stands(held) == []


ENDS = {
    EntryAct.REMOVE: (EntryState.REMOVED, "gone"),
    EntryAct.REVOKE: (EntryState.REVOKED, "gone"),
    EntryAct.REPAIR: (EntryState.REPAIRED, "gone"),
    EntryAct.SHIELD: (EntryState.SHIELDED, "gone"),
}


def test_an_act_that_ends_an_entry_leaves_its_measures_without_a_basis(registry: RealGateway) -> None:
    registry.list_companies(range(6))
    registry.client(PLATFORM)
    report(registry, PLATFORM, *[applied(number + 1, number) for number in range(6)])
    for number, does in enumerate(ENDS):
        act(registry, does, number)
    found = stands(registry)
    assert [(each.entry, each.state, each.reason) for each in found] == [
        (entry_of(number), *ends) for number, ends in enumerate(ENDS.values())
    ]
    assert {each.since_on for each in found} == {date(2026, 3, 3)}
    assert (found[1].subject, found[1].measure, found[1].decision_id) == (company(1).masked, "a1-05", "decision-2")
    assert [each.entry for each in stands(registry, limit=2)] == [entry_of(0), entry_of(1)]


def test_what_the_calendar_has_noted_stands_without_a_basis_since_then(held: RealGateway) -> None:
    ended_at = datetime(2028, 1, 9, 1, tzinfo=UTC)
    with reading(held.engine) as connection:
        law_of_then = PeriodLaw.load(connection)
    assert len(note(held.engine, law_of_then, ended_at, behind="").lapsed) == 3
    found = stands(held, date(2028, 2, 1))
    assert {(each.reason, each.state, each.since_on) for each in found} == {
        ("lapsed", EntryState.LAPSED, date(2028, 1, 5))
    }


def test_what_is_lifted_in_one_case_still_stands_in_the_other(held: RealGateway) -> None:
    act(held, EntryAct.REPAIR)
    lifted = outcome_record(3, "lifted", entry=entry_of(1), reason="已修复", decision_id="decision-1")
    report(held, PLATFORM, lifted)
    assert [(each.client, each.decision_id) for each in stands(held)] == [
        (PLATFORM, "decision-2"),
        (APPROVAL, "decision-1"),
    ]
    assert [each.client for each in stands(held, client=APPROVAL)] == [APPROVAL]


def test_a_term_ends_by_the_calendar(held: RealGateway) -> None:
    # The term runs to 2028-01-04, that day included.
    assert stands(held, date(2028, 1, 4)) == []
    found = stands(held, date(2028, 1, 5))
    assert {(each.reason, each.state, each.since_on) for each in found} == {
        ("lapsed", EntryState.PUBLISHED, date(2028, 1, 5))
    }


def test_a_correction_carries_the_measure_on_until_it_ends_itself(held: RealGateway) -> None:
    first = correct(held, 1, document_no="虚更1号")
    assert stands(held) == []
    with unit_of_work(held.engine, at=ENDED_AT) as work:
        move(work, first, EntryAct.REVOKE, **STATED)
    found = stands(held)
    assert {(each.entry, each.reason, each.state, each.since_on) for each in found} == {
        (entry_of(1), "gone", EntryState.REVOKED, date(2026, 3, 3))
    }


def test_a_correction_may_end_the_term(held: RealGateway) -> None:
    correct(held, 1, document_no="虚更1号", term_until=date(2026, 3, 4))
    assert stands(held, date(2026, 3, 4)) == []
    assert {(each.reason, each.since_on) for each in stands(held)} == {("lapsed", date(2026, 3, 5))}


def test_a_measure_the_law_has_no_longer_is_unfounded(held: RealGateway) -> None:
    adopt(held, until_on="2026-03-03")
    assert stands(held, date(2026, 3, 3)) == []
    found = stands(held)
    assert {(each.reason, each.state, each.since_on) for each in found} == {
        ("unfounded", EntryState.PUBLISHED, date(2026, 3, 4))
    }


def test_a_measure_the_law_takes_off_the_list_is_unfounded(held: RealGateway) -> None:
    adopt(held, applies={"lists": ["judgment-defaulter"]})
    assert {each.reason for each in stands(held)} == {"unfounded"}


def test_a_measure_lasts_as_long_as_the_law_lets_it(held: RealGateway) -> None:
    adopt(held, applies={"lasting": {"years": 1, "counts_from": "determined_on"}})
    # Determined on 2026-01-05.
    assert stands(held, date(2027, 1, 5)) == []
    assert {(each.reason, each.state) for each in stands(held, date(2027, 1, 6))} == {("lapsed", EntryState.PUBLISHED)}


def test_an_entry_of_elsewhere_is_not_judged_here(held: RealGateway) -> None:
    report(held, PLATFORM, outcome_record(3, "applied", entry="another-province"))
    assert stands(held) == []


def test_what_was_not_applied_does_not_stand(held: RealGateway) -> None:
    report(held, PLATFORM, outcome_record(3, "not-applied", entry=entry_of(2), reason="已停止合作"))
    act(held, EntryAct.REMOVE, 2)
    assert stands(held) == []


def test_a_person_is_masked(registry: RealGateway) -> None:
    number = "639900199003070115"
    registry.list_person(number)
    registry.client(PLATFORM)
    with reading(registry.engine) as connection:
        entry = str(connection.scalar(select(entries.c.id)))
    report(registry, PLATFORM, outcome_record(1, "applied", entry=entry, subject=number))
    with unit_of_work(registry.engine, at=ENDED_AT) as work:
        work.connection.execute(update(entries).values(state="removed"))
    (found,) = stands(registry)
    assert "*" in found.subject
    assert number not in repr(found)


def test_what_is_back_in_force_has_its_basis_again(held: RealGateway) -> None:
    act(held, EntryAct.SHIELD)
    assert len(stands(held)) == 3
    act(held, EntryAct.UNSHIELD)
    assert stands(held) == []


def test_a_lifting_that_arrives_before_its_measure_leaves_nothing(registry: RealGateway) -> None:
    registry.list_companies([1])
    registry.client(PLATFORM)
    lifted = outcome_record(1, "lifted", entry=entry_of(1), reason="已修复", decision_id="decision-2")
    report(registry, PLATFORM, lifted)
    report(registry, PLATFORM, applied(2))
    act(registry, EntryAct.REPAIR)
    assert stands(registry) == []


def test_a_measure_for_an_entry_that_had_ended_already_stands_at_once(registry: RealGateway) -> None:
    registry.list_companies([1])
    registry.client(PLATFORM)
    act(registry, EntryAct.REMOVE)
    report(registry, PLATFORM, applied(1))
    assert [(each.state, each.reason) for each in stands(registry)] == [(EntryState.REMOVED, "gone")]


def test_the_longest_standing_are_named_first_whatever_their_reason(registry: RealGateway) -> None:
    registry.list_companies([1, 2, 3])
    registry.client(PLATFORM)
    intake = Intake(registry.engine, RegistryKeys.load(registry.home).key_of)
    for seq, (number, measure) in enumerate([(1, "a1-05"), (2, "a9-99"), (3, "a1-05")], start=1):
        with unit_of_work(registry.engine, at=NOW + timedelta(seconds=seq)) as work:
            record = applied(seq, number, measure=measure)
            intake.outcomes(work, PLATFORM, OutcomeBatch.model_validate({"outbox": UUID(OUTBOX), "outcomes": [record]}))
    act(registry, EntryAct.REMOVE, 1)
    act(registry, EntryAct.REMOVE, 3)
    found = [(entry_of(1), "gone"), (entry_of(2), "unfounded"), (entry_of(3), "gone")]
    assert [(each.entry, each.reason) for each in stands(registry)] == found
    assert [(each.entry, each.reason) for each in stands(registry, limit=2)] == found[:2]
