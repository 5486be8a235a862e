"""Who has corrected the conduct is freed of the entry: in time, on proof and commitment, for nothing, by two people."""

import inspect
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from gateway.accounts import OperatorRole, add_operator
from gateway.database.tables import acts, entries, ledger, repairs
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.ledger.verify import verify
from gateway.problems import ConflictError, FourEyesError, InvalidActError, NotFoundError
from gateway.registry import repair_applications, repair_decisions
from gateway.registry import repairs as registry
from gateway.registry.corrections import correct
from gateway.registry.lifecycle import revoke, shield
from gateway.registry.periods import PeriodLaw
from gateway.registry.repair_applications import Papers
from gateway.registry.replies import repair_json
from gateway.registry.search import find_entries, show_entry
from tests.real_gateway import HONOUR, LI, WANG, RealGateway
from tests.unit.gateway.registry.statute import adopt_shipped_law, listed, noon, published, state_of

MINIMUM = date(2026, 7, 1)
WHOLE = Papers("缴款凭证", "虚诺〔2026〕1号")
DECIDED = {"by": LI, "confirmed_by": WANG, "reason": "已履行", "document_no": "虚修〔2026〕1号"}


VOIDED_BY_ONE = """
    UPDATE repairs
    SET state = 'voided', decided_by = :first, confirmed_by = :second, voided_by = :first, void_confirmed_by = :first
"""


@pytest.fixture
def under_law(registry: RealGateway) -> RealGateway:
    adopt_shipped_law(registry)
    return registry


@pytest.fixture
def entry(under_law: RealGateway) -> str:
    """A general penalty of 2026-04-01: three months at least, a year at most."""
    return listed(under_law, 1)


def apply(registered: RealGateway, entry: str, on: date = MINIMUM, papers: Papers = WHOLE, **given: object) -> str:
    stated: dict[str, object] = {"applicant": "虚构公司1", "by": LI, **given}
    with unit_of_work(registered.engine, at=noon(on)) as work:
        return repair_applications.apply(work, entry, papers, **stated)  # type: ignore[arg-type]  # by name


def accept(registered: RealGateway, number: str, on: date = MINIMUM) -> str:
    with unit_of_work(registered.engine, at=noon(on)) as work:
        return repair_applications.accept(work, number, by=LI)


def grant(registered: RealGateway, entry: str, on: date = MINIMUM, **given: str) -> str:
    with unit_of_work(registered.engine, at=noon(on)) as work:
        return repair_decisions.grant(work, entry, **{**DECIDED, **given})


def void(registered: RealGateway, number: str, on: date, **given: str) -> str:
    with unit_of_work(registered.engine, at=noon(on)) as work:
        stated = {**DECIDED, "reason": "缴款凭证系伪造", "document_no": "虚撤〔2026〕2号", **given}
        return repair_decisions.void(work, number, **stated)


def answer(registered: RealGateway, number: str) -> dict[str, object]:
    with reading(registered.engine) as connection:
        return dict(repair_json(connection, registry.show(connection, number), PeriodLaw.load(connection)))


def test_a_repair_on_the_day_of_the_minimum_frees_everywhere(under_law: RealGateway, entry: str) -> None:
    number = apply(under_law, entry)
    told = answer(under_law, number)
    assert (told["regime"], told["period"]) == ("repair-measures-36", "publicity-general")
    assert told["acceptance"]["due_on"] == "2026-07-06"  # type: ignore[index]  # three working days over a weekend
    assert told["decision"]["due_on"] == "2026-07-15"  # type: ignore[index]
    assert "不收费" in str(told["reply"])
    assert accept(under_law, number) == "accepted"
    assert grant(under_law, entry, MINIMUM + timedelta(days=5)) == "repaired"
    assert published(under_law, 1) is None
    assert "同步解除" in str(answer(under_law, number)["reply"])
    with reading(under_law.engine) as connection:
        verify(connection)
        assert find_entries(connection) == []
        shown = show_entry(connection, entry)
        assert {"fact", "basis", "fields", "extra"}.isdisjoint(shown)
        assert shown["authority"] == ""


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


def test_a_refusal_names_states_and_acts_as_people_do(under_law: RealGateway, entry: str) -> None:
    number = apply(under_law, entry)
    said = "状态为“已申请”的申请不能办理“补交材料”"
    with pytest.raises(ConflictError, match=said) as refused, unit_of_work(under_law.engine) as work:
        repair_applications.supply(work, number, WHOLE, by=LI)
    assert "受理 accept" in refused.value.hint


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


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE repairs SET state = 'granted'",
        "UPDATE repairs SET state = 'granted', decided_by = received_by, confirmed_by = received_by",
        "UPDATE repairs SET state = 'accepted'",
        "UPDATE repairs SET state = 'withdrawn'",
        "UPDATE repairs SET closed_by = received_by",
        "UPDATE repairs SET state = 'voided', decided_by = :first, confirmed_by = :second",
        VOIDED_BY_ONE,
    ],
)
def test_the_database_refuses_what_one_person_or_nobody_decided(
    under_law: RealGateway, entry: str, statement: str
) -> None:
    apply(under_law, entry)
    people = {"first": LI, "second": WANG}
    named = {name: who for name, who in people.items() if f":{name}" in statement}
    with pytest.raises(IntegrityError), unit_of_work(under_law.engine, at=noon(MINIMUM)) as work:
        work.connection.execute(text(statement), named)


def test_two_desks_take_an_application_in_and_two_pairs_grant_it_at_once(under_law: RealGateway, entry: str) -> None:
    with unit_of_work(under_law.engine, at=noon(MINIMUM)) as work:
        for name in ("赵经办", "钱复核"):
            add_operator(work, name, roles=[OperatorRole.OPERATOR, OperatorRole.REVIEWER], actor="test")

    def at_once(*acts: object) -> list[str]:
        outcomes: list[str] = []
        start = threading.Barrier(len(acts))

        def one(act: object) -> None:
            start.wait()
            try:
                outcomes.append(str(act()))  # type: ignore[operator]
            except ConflictError:
                outcomes.append("refused")

        threads = [threading.Thread(target=one, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(outcomes)

    assert at_once(*[lambda: apply(under_law, entry)] * 2).count("refused") == 1
    other = {"by": "赵经办", "confirmed_by": "钱复核"}
    assert at_once(lambda: grant(under_law, entry), lambda: grant(under_law, entry, MINIMUM, **other)) == [
        "refused",
        "repaired",
    ]
    with reading(under_law.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(repairs)) == 1
        assert connection.scalar(select(func.count()).select_from(acts)) == 1


def test_the_minimum_counts_anew_when_the_day_of_the_document_is_corrected(under_law: RealGateway, entry: str) -> None:
    apply(under_law, entry)
    with unit_of_work(under_law.engine, at=noon(MINIMUM)) as work:
        work.connection.execute(update(entries).values(determined_on=date(2026, 6, 1)))
    with pytest.raises(InvalidActError, match="2026-09-01"):
        grant(under_law, entry)


def test_the_table_in_the_text_is_the_table() -> None:
    lines = Path(registry.__file__).read_text(encoding="utf-8").split('"""')[1].splitlines()
    rows = [line.split()[:3] for line in lines if line and line[0].isalpha() and "  " in line]
    written = {(a, b, c) for a, b, c in rows if a != "from"}
    assert written == {(a.value, b.value, c.value) for (a, b), c in registry.MOVES.items()}
