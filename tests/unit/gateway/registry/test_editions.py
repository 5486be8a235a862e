"""The law takes effect on its day, by two people, and nothing adopted disappears unnoticed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from credit_sdk.model.term import SHANGHAI, civil_day
from gateway.database.tables import adoptions
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import ConflictError, FourEyesError, InvalidActError, NotFoundError
from gateway.registry import editions
from tests.real_gateway import LI, NOW, TODAY, WANG, RealGateway, law

LATER = TODAY + timedelta(days=10)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)


def adopt(gateway: RealGateway, edition: str, on: date | None = None, *, after_s: float = 1) -> str:
    at = NOW + timedelta(seconds=after_s)
    return gateway.publisher.adopt_catalogue(law(edition), LI, WANG, at, effective_on=on)


def in_effect(gateway: RealGateway, on: date) -> str:
    with reading(gateway.engine) as connection:
        found = editions.in_effect(connection, on)
    assert found
    return found.edition


def test_a_law_waits_for_its_day_and_is_published_when_it_begins(registry: RealGateway) -> None:
    registry.publish()
    before = registry.served().catalogue.digest
    digest = adopt(registry, "2027", LATER)
    eve = midnight(LATER) - timedelta(seconds=1)
    assert not registry.publisher.wants_publishing(eve)
    assert not registry.publisher.publish(eve).is_new
    assert registry.served().catalogue.digest == before
    assert registry.publisher.wants_publishing(midnight(LATER))
    assert registry.publisher.publish(midnight(LATER)).is_new
    assert registry.served().catalogue.digest == digest


def test_every_day_keeps_the_edition_that_was_in_effect_on_it(registry: RealGateway) -> None:
    first = in_effect(registry, TODAY)
    adopt(registry, "2027", LATER)
    adopt(registry, "2028", LATER + timedelta(days=5), after_s=2)
    assert in_effect(registry, LATER - timedelta(days=1)) == first
    assert in_effect(registry, LATER) == in_effect(registry, LATER + timedelta(days=4)) == "2027"
    assert in_effect(registry, LATER + timedelta(days=5)) == "2028"
    with reading(registry.engine) as connection:
        assert editions.in_effect(connection, TODAY - timedelta(days=1)) is None


def test_of_two_editions_of_one_day_the_later_adopted_counts(registry: RealGateway) -> None:
    adopt(registry, "a")
    adopt(registry, "b", after_s=2)
    assert in_effect(registry, TODAY) == "b"
    # Back to the earlier one is an adoption like any other.
    adopt(registry, "a", after_s=3)
    assert in_effect(registry, TODAY) == "a"
    with reading(registry.engine) as connection:
        assert [each.edition for each in editions.history(connection)][:3] == ["a", "b", "a"]


def test_refuses_an_edition_that_one_waiting_would_undo(registry: RealGateway) -> None:
    waiting = adopt(registry, "2027", LATER)
    with pytest.raises(ConflictError, match="would undo this one"):
        adopt(registry, "urgent", after_s=2)
    with unit_of_work(registry.engine, at=NOW + timedelta(seconds=3)) as work:
        editions.withdraw(work, waiting[:16], by=LI, confirmed_by=WANG, reason="另有紧急修改")
    adopt(registry, "urgent", after_s=4)
    assert in_effect(registry, LATER) == "urgent"
    with reading(registry.engine) as connection:
        current = editions.in_effect(connection, TODAY)
        assert [each.stage(TODAY, current) for each in editions.history(connection)] == [
            "in-effect",
            "withdrawn",
            "past",
        ]


def test_refuses_a_day_that_has_passed(registry: RealGateway) -> None:
    with pytest.raises(InvalidActError, match="has passed"):
        adopt(registry, "2025", TODAY - timedelta(days=1))
    assert in_effect(registry, TODAY) != "2025"


def test_what_is_in_effect_cannot_be_withdrawn(registry: RealGateway) -> None:
    digest = adopt(registry, "2026-12")
    with unit_of_work(registry.engine, at=NOW) as work, pytest.raises(NotFoundError, match="waits for its day"):
        editions.withdraw(work, digest, by=LI, confirmed_by=WANG, reason="x")


def test_one_person_withdraws_nothing(registry: RealGateway) -> None:
    digest = adopt(registry, "2027", LATER)
    with unit_of_work(registry.engine, at=NOW) as work:
        with pytest.raises(FourEyesError):
            editions.withdraw(work, digest, by=LI, confirmed_by=LI, reason="x")
        with pytest.raises(InvalidActError):
            editions.withdraw(work, digest, by=LI, confirmed_by=WANG, reason=" ")
        with pytest.raises(NotFoundError):
            editions.withdraw(work, "", by=LI, confirmed_by=WANG, reason="x")
    for statement in (
        (
            "UPDATE adoptions SET withdrawn_by = adopted_by, withdrawal_confirmed_by = adopted_by,"
            " withdrawn_at = adopted_at, withdrawal_reason = 'x'"
        ),
        "UPDATE adoptions SET withdrawn_by = adopted_by",
    ):
        with pytest.raises(IntegrityError), unit_of_work(registry.engine, at=NOW) as work:
            work.connection.execute(text(statement))
    assert in_effect(registry, LATER) == "2027"


def test_every_act_on_the_law_is_in_the_ledger(registry: RealGateway) -> None:
    digest = adopt(registry, "2027", LATER)
    with unit_of_work(registry.engine, at=NOW) as work:
        editions.withdraw(work, digest, by=LI, confirmed_by=WANG, reason="勘误")
    with reading(registry.engine) as connection:
        said = connection.execute(text("SELECT act, payload FROM ledger ORDER BY seq DESC LIMIT 2")).all()
        assert (
            connection.execute(adoptions.select().where(adoptions.c.withdrawn_at.is_not(None))).one().digest == digest
        )
    assert [row.act for row in said] == ["law:catalogue:withdraw", "law:catalogue:adopt"]
    assert all(digest in row.payload and LATER.isoformat() in row.payload for row in said)


def test_people_sign_again_what_waits_after_what_is_in_effect(sqlite_registry: RealGateway) -> None:
    from gateway.publishing.ceremony import ceremony

    registry = sqlite_registry
    registry.publish()
    served = registry.served().catalogue.digest
    waiting = adopt(registry, "2027", LATER)
    with ceremony(registry.home, registry.engine, NOW + timedelta(hours=1)) as held:
        assert held.sign_law_again(LI, WANG, NOW + timedelta(hours=1)) == (served, waiting)
    report = registry.publisher.publish(midnight(LATER))
    assert report.is_new
    assert registry.served().catalogue.digest == waiting
    assert civil_day(midnight(LATER)) == LATER
