"""Whoever decides a waiver sees its entry, what else was asked, and the decisions that may have leaned on it."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from credit_sdk.model.subject import Subject
from gateway.accounts import revoke_client
from gateway.database.columns import Json
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.feedback.intake import Intake
from gateway.feedback.records import CheckBatch
from gateway.registry.periods import PeriodLaw
from gateway.registry.persons import RegistryKeys
from gateway.registry.waiver_register import show
from gateway.registry.waiver_replies import MAX_SHOWN, waiver_file
from tests.real_gateway import HONOUR, LISTED, NOW, TODAY, RealGateway, company, entry_id
from tests.unit.gateway.feedback.test_intake import OUTBOX, check_record
from tests.waiver_case import PLATFORM, SIGNED, asked, confirm, lines, refuse, withdraw


@pytest.fixture
def bench(registry: RealGateway) -> RealGateway:
    """A listed company and a system that reports."""
    registry.list_companies([1])
    registry.client(PLATFORM)
    return registry


def file_of(real: RealGateway, waiver: int) -> dict[str, Json]:
    with reading(real.engine) as connection:
        return waiver_file(connection, show(connection, waiver), PeriodLaw.load(connection, TODAY), TODAY)


def decided(real: RealGateway, minutes: int, *records: dict[str, object]) -> None:
    """Take records of checks in so many minutes later."""
    batch = CheckBatch.model_validate({"outbox": OUTBOX, "records": records})
    intake = Intake(real.engine, RegistryKeys.load(real.home).key_of)
    with unit_of_work(real.engine, at=NOW + timedelta(minutes=minutes)) as work:
        intake.checks(work, PLATFORM, batch)


def on(serial: int, seq: int = 0, **changed: object) -> dict[str, object]:
    """A check on a publication."""
    return {**check_record(seq or serial, verdict="REVIEW"), "serial": serial, **changed}


def test_the_file_of_a_waiver_shows_its_entry_and_the_decisions_that_may_have_leaned_on_it(bench: RealGateway) -> None:
    def publish(number: int, minutes: int) -> None:
        bench.list_companies([number])
        bench.publish(60 * minutes)

    waiver = asked(bench)
    bench.list_companies([1], HONOUR)
    publish(10, 0)
    publish(11, 1)
    decided(bench, 5, on(2, 20))
    confirm(bench, waiver, at=NOW + timedelta(minutes=10))
    publish(12, 11)
    withdraw(bench, waiver, at=NOW + timedelta(minutes=30))
    publish(13, 35)
    publish(14, 40)
    # The clocks of hosts say nothing; the last one was offline and still decided on the third publication.
    long_after = (NOW + timedelta(days=3)).isoformat()
    decided(bench, 90, on(1), on(2), on(3), on(4), on(5), on(3, 6, decided_at=long_after))
    decided(bench, 90, on(3, 7, subject=company(2).code), on(3, 8, matter="company.officer"), on(3, 9, on="2026-04-01"))
    with reading(bench.engine) as connection:
        told = waiver_file(connection, show(connection, waiver), PeriodLaw.load(connection, TODAY), TODAY)
    decisions = told["decisions"]
    assert isinstance(decisions, list)
    assert [each["decision_id"] for each in decisions] == ["decision-2", "decision-3", "decision-4", "decision-6"]
    assert told["decisions_total"] == 4
    listed = told["listed"]
    assert isinstance(listed, dict)
    assert (listed["state"], listed["authority"]) == ("published", "虚构市财政局")
    assert told["entries"] == [
        {"entry": entry_id(company(1).key, list_id), "list": list_id} for list_id in (LISTED, HONOUR)
    ]


def test_the_file_of_a_waiver_shows_what_else_was_asked_and_whether_the_key_still_holds(bench: RealGateway) -> None:
    waiver = asked(bench)
    refuse(bench, waiver)
    another = asked(bench, seq=2, entry="elsewhere")

    def told() -> dict[str, object]:
        with reading(bench.engine) as connection:
            law = PeriodLaw.load(connection, TODAY)
            return dict(waiver_file(connection, show(connection, another), law, TODAY))

    assert (told()["listed"], told()["decisions_total"], told()["client_revoked_at"]) == ({}, 0, None)
    assert told()["others"] == [
        {"waiver": waiver, "state": "refused", "measure": "a1-05", "approval_no": SIGNED["document_no"]}
    ]
    with unit_of_work(bench.engine, at=NOW) as work:
        revoke_client(work, PLATFORM, actor="test")
    assert told()["client_revoked_at"] == "2026-03-02T01:00:00.000000Z"


def test_nothing_of_a_person_is_marked_for_publication(sqlite_registry: RealGateway) -> None:
    number = "11010519491231002X"
    sqlite_registry.client(PLATFORM)
    sqlite_registry.list_person(number)
    sqlite_registry.publish()
    entry = entry_id(RegistryKeys.load(sqlite_registry.home).key_of(Subject.parse(number)), LISTED)
    waiver = asked(sqlite_registry, subject=number, entry=entry, reason=f"经办人 {number}")
    confirm(sqlite_registry, waiver)
    assert not sqlite_registry.publisher.wants_publishing(NOW)
    with reading(sqlite_registry.engine) as connection:
        told = waiver_file(connection, show(connection, waiver), PeriodLaw.load(connection, TODAY), TODAY)
    assert number not in repr(told)
    assert told["listed"] == {"state": "published", "list": LISTED}
    assert number not in repr(lines(sqlite_registry))


def test_what_cannot_have_leaned_on_it_is_not_named(bench: RealGateway) -> None:
    waiver = asked(bench)
    bench.publish()
    confirm(bench, waiver)
    verdicts = ("CLEAR", "REVIEW", "DENY", "UNDETERMINED")
    decided(bench, 5, *(on(1, seq, verdict=verdict) for seq, verdict in enumerate(verdicts, start=1)))
    told = file_of(bench, waiver)
    decisions = told["decisions"]
    assert isinstance(decisions, list)
    assert ([each["verdict"] for each in decisions], told["decisions_total"]) == (["REVIEW", "DENY"], 2)


def test_decisions_beyond_those_shown_are_counted_by_the_database(bench: RealGateway) -> None:
    waiver = asked(bench)
    bench.publish()
    confirm(bench, waiver)
    decided(bench, 5, *(on(1, seq) for seq in range(1, MAX_SHOWN + 51)))
    rows = 0

    def fetched(statement: str) -> bool:
        return "FROM checks" in statement and "LIMIT" not in statement and "count(" not in statement

    def note(_conn: object, _cursor: object, statement: str, *_others: object) -> None:
        nonlocal rows
        rows += fetched(statement)

    event.listen(bench.engine, "before_cursor_execute", note)
    told = file_of(bench, waiver)
    event.remove(bench.engine, "before_cursor_execute", note)
    decisions = told["decisions"]
    assert isinstance(decisions, list)
    assert (len(decisions), told["decisions_total"], rows) == (MAX_SHOWN, MAX_SHOWN + 50, 0)
