"""A repair is granted, refused and voided by two people; what rested on falsehood is published again."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from gateway.database.tables import acts, ledger, repairs
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.ledger.verify import verify
from gateway.problems import ConflictError, FourEyesError, InvalidActError, NotFoundError
from gateway.registry import repair_decisions
from gateway.registry import repairs as registry
from gateway.registry.corrections import correct
from gateway.registry.lifecycle import revoke, shield
from tests.real_gateway import LI, WANG, RealGateway
from tests.unit.gateway.registry.repair_case import DECIDED, MINIMUM, accept, answer, apply, grant, void
from tests.unit.gateway.registry.statute import listed, noon, published, state_of


@pytest.fixture
def entry(under_law: RealGateway) -> str:
    """A general penalty of 2026-04-01: three months at least, a year at most."""
    return listed(under_law, 1)


def test_whoever_takes_over_a_grant_hears_which_condition_is_not_met(under_law: RealGateway, entry: str) -> None:
    def unmet(of: str, on: date) -> str:
        with reading(under_law.engine) as connection:
            return repair_decisions.unmet_by_the_authority(connection, of, on)

    assert "最短公示期未满" in unmet(entry, MINIMUM - timedelta(days=1))
    assert unmet(entry, MINIMUM) == ""
    minor = listed(under_law, 2, severity="minor")
    apply(under_law, minor, date(2026, 4, 2))
    assert unmet(minor, date(2026, 4, 1)) == ""  # its conditions are demanded, so a grant cannot pass them by
    with pytest.raises(NotFoundError):
        unmet("nothing", MINIMUM)


def test_a_refusal_gives_reasons_and_names_two_people(under_law: RealGateway, entry: str) -> None:
    number = apply(under_law, entry)
    accept(under_law, number)
    with unit_of_work(under_law.engine, at=noon(MINIMUM)) as work:
        repair_decisions.deny(work, number, **{**DECIDED, "reason": "义务未履行完毕"})
    told = answer(under_law, number)
    assert "义务未履行完毕" in str(told["reply"])
    assert (told["decided_by"], told["confirmed_by"], told["state"]) == (LI, WANG, "denied")
    assert state_of(under_law, entry) == "published"


def test_a_repair_the_authority_granted_is_taken_over_without_an_application(
    under_law: RealGateway, entry: str
) -> None:
    assert grant(under_law, entry, date(2026, 4, 2)) == "repaired"
    with reading(under_law.engine) as connection:
        (row,) = registry.find(connection, entry=entry)
    assert (row.state, row.channel, row.document_no) == ("granted", "authority", "虚修〔2026〕1号")
    assert "认定机关" in str(answer(under_law, row.id)["reply"])
    with reading(under_law.engine) as connection:
        told = connection.scalars(select(ledger.c.payload).order_by(ledger.c.seq)).all()[-1]
    assert "authority" in str(told)
    assert "repair may be applied for from 2026-07-01" in str(told)


def test_no_personal_number_stays_in_the_number_of_a_document(under_law: RealGateway, entry: str) -> None:
    number = apply(under_law, entry)
    grant(under_law, entry, document_no="639900199003070115号")
    void(under_law, number, MINIMUM, document_no="639900199003070115号")
    with reading(under_law.engine) as connection:
        rows = connection.execute(select(repairs)).all(), connection.scalars(select(ledger.c.payload)).all()
    assert "639900199003070115" not in str(rows)


def test_a_false_commitment_voids_the_repair_and_a_new_one_has_to_wait(under_law: RealGateway, entry: str) -> None:
    number = apply(under_law, entry)
    grant(under_law, entry)
    voided_on = date(2026, 8, 3)
    assert void(under_law, number, voided_on) == "voided"
    record = published(under_law, 1)
    assert record
    assert (record.entries[0].fact, record.entries[0].id) == ("未按规定处置废物", entry)
    told = answer(under_law, number)
    assert told["again_from"] == "2027-08-03"
    assert "2027年08月03日起可以再次申请" in str(told["reply"])
    with pytest.raises(InvalidActError, match="2027-08-03"):
        apply(under_law, entry, date(2027, 8, 2))
    assert apply(under_law, entry, date(2027, 8, 3))
    with reading(under_law.engine) as connection:
        verify(connection)
        assert connection.scalars(select(acts.c.act).order_by(acts.c.id)).all() == ["repair", "void"]


def test_a_correction_does_not_end_the_wait(under_law: RealGateway, entry: str) -> None:
    number = apply(under_law, entry)
    grant(under_law, entry)
    void(under_law, number, date(2026, 8, 3))
    with unit_of_work(under_law.engine, at=noon(date(2026, 8, 4))) as work:
        replacement = correct(work, entry, {"fact": "未按期处置废物"}, **DECIDED)
        again = correct(work, replacement, {"fact": "未按期处置危险废物"}, **DECIDED)
    with pytest.raises(InvalidActError, match="2027-08-03"):
        apply(under_law, again, date(2026, 9, 1))
    assert apply(under_law, again, date(2027, 8, 3))


def test_what_was_revoked_since_is_not_published_again(under_law: RealGateway, entry: str) -> None:
    number = apply(under_law, entry)
    grant(under_law, entry)
    with unit_of_work(under_law.engine, at=noon(MINIMUM)) as work:
        revoke(work, entry, **DECIDED)
    with pytest.raises(ConflictError):
        void(under_law, number, MINIMUM)
    with reading(under_law.engine) as connection:
        assert registry.show(connection, number).state == "granted"


def test_who_reorganised_may_be_repaired_when_the_plan_is_performed(under_law: RealGateway, entry: str) -> None:
    with unit_of_work(under_law.engine, at=noon(date(2026, 5, 6))) as work:
        shield(work, entry, **DECIDED)
    assert published(under_law, 1) is None
    apply(under_law, entry)
    assert grant(under_law, entry) == "repaired"


@pytest.mark.parametrize("given", [{"confirmed_by": LI}, {"by": WANG, "confirmed_by": LI}, {"confirmed_by": "nobody"}])
def test_one_person_neither_grants_nor_voids(under_law: RealGateway, entry: str, given: dict[str, str]) -> None:
    number = apply(under_law, entry)
    with pytest.raises(FourEyesError):
        grant(under_law, entry, MINIMUM, **given)
    assert (state_of(under_law, entry), answer(under_law, number)["state"]) == ("published", "applied")
    grant(under_law, entry)
    with pytest.raises(FourEyesError):
        void(under_law, number, MINIMUM, **given)
    assert state_of(under_law, entry) == "repaired"
