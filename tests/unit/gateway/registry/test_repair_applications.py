"""An application for repair comes at its time, by the rules of its day, with nothing but what the law asks for."""

import inspect
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from gateway.database.tables import entries
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import ConflictError, FourEyesError, InvalidActError, NotFoundError
from gateway.registry import repair_applications
from gateway.registry.corrections import correct
from gateway.registry.repair_applications import Papers
from tests.real_gateway import HONOUR, LI, RealGateway
from tests.unit.gateway.registry.repair_case import DECIDED, MINIMUM, accept, answer, apply, grant
from tests.unit.gateway.registry.statute import listed, noon, published, state_of


@pytest.fixture
def entry(under_law: RealGateway) -> str:
    """A general penalty of 2026-04-01: three months at least, a year at most."""
    return listed(under_law, 1)


def test_a_repair_on_the_day_before_the_minimum_is_told_the_day(under_law: RealGateway, entry: str) -> None:
    with pytest.raises(InvalidActError, match="2026-07-01") as refused:
        apply(under_law, entry, MINIMUM - timedelta(days=1))
    assert "2026年07月01日起可以申请" in refused.value.hint
    # Nor may an earlier day be written down for it.
    with pytest.raises(InvalidActError):
        apply(under_law, entry, MINIMUM, applied_on=MINIMUM - timedelta(days=1))


def test_a_minor_act_may_be_repaired_at_once(under_law: RealGateway) -> None:
    assert apply(under_law, listed(under_law, 2, severity="minor"), date(2026, 4, 2))


def test_nobody_applies_before_there_is_a_determination(under_law: RealGateway) -> None:
    minor = listed(under_law, 2, severity="minor")
    with pytest.raises(InvalidActError, match="早于认定日期2026-04-01"):
        apply(under_law, minor, applied_on=date(2026, 3, 31))
    assert apply(under_law, minor, applied_on=date(2026, 4, 1))


def test_an_old_record_goes_by_the_rules_of_its_day(under_law: RealGateway) -> None:
    old = listed(under_law, 3, severity="none", determined_on=date(2025, 12, 15))
    # Three months by the general rule of 2023, twelve in the five fields: between the two it must be said which.
    with pytest.raises(InvalidActError, match="2026-03-15"):
        apply(under_law, old, date(2026, 3, 14))
    with pytest.raises(InvalidActError, match="publicity-2023-five-fields"):
        apply(under_law, old, date(2026, 4, 2))
    with pytest.raises(InvalidActError, match="2026-12-15"):
        apply(under_law, old, date(2026, 4, 2), period="publicity-2023-five-fields")
    with pytest.raises(InvalidActError, match="may hold"):
        apply(under_law, old, date(2026, 4, 2), period="publicity-general")
    number = apply(under_law, old, date(2026, 4, 2), period="publicity-2023-shortest")
    assert answer(under_law, number)["regime"] == "repair-measures-58"
    assert grant(under_law, old, date(2026, 4, 3)) == "repaired"


def test_market_supervision_has_its_own_limits(under_law: RealGateway) -> None:
    own = listed(under_law, 4, list="market-supervision-serious", determined_on=date(2025, 6, 30))
    number = apply(under_law, own, date(2026, 6, 30))
    told = answer(under_law, number)
    assert told["regime"] == "market-serious-44"
    assert told["acceptance"]["due_on"] == "2026-07-07"  # type: ignore[index]  # five working days
    assert told["decision"]["due_on"] is None  # type: ignore[index]  # counted from acceptance
    accept(under_law, number, date(2026, 7, 1))
    assert answer(under_law, number)["decision"]["due_on"] == "2026-07-22"  # type: ignore[index]


def test_what_is_missing_is_asked_for_and_the_time_begins_anew(under_law: RealGateway, entry: str) -> None:
    number = apply(under_law, entry, papers=Papers(proof="缴款凭证"))
    with pytest.raises(InvalidActError, match="commitment"):
        accept(under_law, number)
    with pytest.raises(InvalidActError, match="commitment"):
        grant(under_law, entry)
    with unit_of_work(under_law.engine, at=noon(MINIMUM)) as work:
        repair_applications.supplement(work, number, by=LI, missing="信用承诺书")
    assert "信用承诺书" in str(answer(under_law, number)["reply"])
    with pytest.raises(ConflictError):
        grant(under_law, entry)
    with unit_of_work(under_law.engine, at=noon(MINIMUM + timedelta(days=7))) as work:
        with pytest.raises(InvalidActError):
            repair_applications.supply(work, number, Papers(), by=LI)
        repair_applications.supply(work, number, Papers(commitment="虚诺2号"), by=LI)
    told = answer(under_law, number)
    assert (told["proof"], told["commitment"], told["applied_on"]) == ("缴款凭证", "虚诺2号", "2026-07-08")
    assert accept(under_law, number, MINIMUM + timedelta(days=8)) == "accepted"


def test_nothing_is_asked_for_that_the_law_does_not_ask_for() -> None:
    asked = set(inspect.signature(repair_applications.apply).parameters) | set(Papers._fields)
    assert asked == {
        *("work", "entry", "papers", "applicant", "by", "applied_on", "period", "channel"),
        *("proof", "commitment"),
    }


@pytest.mark.parametrize("closing", [repair_applications.decline, repair_applications.withdraw])
def test_a_closed_application_leaves_the_entry_and_may_be_made_again(
    under_law: RealGateway, entry: str, closing: object
) -> None:
    number = apply(under_law, entry)
    with unit_of_work(under_law.engine, at=noon(MINIMUM)) as work:
        with pytest.raises(InvalidActError):
            closing(work, number, by=LI, reason=" ")  # type: ignore[operator]
        closing(work, number, by=LI, reason="义务尚未履行")  # type: ignore[operator]
    assert (state_of(under_law, entry), bool(published(under_law, 1))) == ("published", True)
    assert apply(under_law, entry) != number


def test_an_application_follows_the_correction_of_its_entry(under_law: RealGateway, entry: str) -> None:
    number = apply(under_law, entry)
    with unit_of_work(under_law.engine, at=noon(MINIMUM)) as work:
        replacement = correct(work, entry, {"fact": "未按期处置废物"}, **DECIDED)
    assert answer(under_law, number)["entry"] == replacement
    assert grant(under_law, replacement) == "repaired"


def test_an_honour_is_not_repaired(registry: RealGateway) -> None:
    registry.list_companies([20], HONOUR)
    with reading(registry.engine) as connection:
        entry = str(connection.scalar(select(entries.c.id)))
    with pytest.raises(InvalidActError, match="nothing to repair"):
        apply(registry, entry)
    with pytest.raises(InvalidActError, match="nothing to repair"):
        grant(registry, entry)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"by": "nobody"}, FourEyesError),
        ({"applicant": " "}, InvalidActError),
        ({"applied_on": MINIMUM + timedelta(days=1)}, InvalidActError),
        ({"papers": Papers("长" * 5001)}, InvalidActError),
        ({"entry": "nothing"}, NotFoundError),
    ],
)
def test_refuses_an_application_that_cannot_be(
    under_law: RealGateway, entry: str, given: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        apply(under_law, **{"entry": entry, **given})  # type: ignore[arg-type]  # by name


def test_the_minimum_counts_anew_when_the_day_of_the_document_is_corrected(under_law: RealGateway, entry: str) -> None:
    apply(under_law, entry)
    with unit_of_work(under_law.engine, at=noon(MINIMUM)) as work:
        work.connection.execute(update(entries).values(determined_on=date(2026, 6, 1)))
    with pytest.raises(InvalidActError, match="2026-09-01"):
        grant(under_law, entry)
