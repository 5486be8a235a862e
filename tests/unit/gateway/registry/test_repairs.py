"""Who has corrected the conduct is freed of the entry: in time, on proof and commitment, for nothing, by two people."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from gateway.accounts import OperatorRole, add_operator
from gateway.database.tables import acts, repairs
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.ledger.verify import verify
from gateway.problems import ConflictError
from gateway.registry import repair_applications
from gateway.registry import repairs as registry
from gateway.registry.search import find_entries, show_entry
from tests.real_gateway import LI, WANG, RealGateway
from tests.unit.gateway.registry.repair_case import MINIMUM, WHOLE, accept, answer, apply, grant
from tests.unit.gateway.registry.statute import listed, noon, published

VOIDED_BY_ONE = """
    UPDATE repairs
    SET state = 'voided', decided_by = :first, confirmed_by = :second, voided_by = :first, void_confirmed_by = :first
"""


@pytest.fixture
def entry(under_law: RealGateway) -> str:
    """A general penalty of 2026-04-01: three months at least, a year at most."""
    return listed(under_law, 1)


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


def test_a_refusal_names_states_and_acts_as_people_do(under_law: RealGateway, entry: str) -> None:
    number = apply(under_law, entry)
    said = "状态为“已申请”的申请不能办理“补交材料”"
    with pytest.raises(ConflictError, match=said) as refused, unit_of_work(under_law.engine) as work:
        repair_applications.supply(work, number, WHOLE, by=LI)
    assert "受理 accept" in refused.value.hint


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


def test_the_table_in_the_text_is_the_table() -> None:
    lines = Path(registry.__file__).read_text(encoding="utf-8").split('"""')[1].splitlines()
    rows = [line.split()[:3] for line in lines if line and line[0].isalpha() and "  " in line]
    written = {(a, b, c) for a, b, c in rows if a != "from"}
    assert written == {(a.value, b.value, c.value) for (a, b), c in registry.MOVES.items()}
