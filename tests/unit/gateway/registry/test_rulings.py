"""Two people rule on an objection, once, with reasons; what it asks for is done in the same act."""

import threading
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from gateway.accounts import OperatorRole, add_operator
from gateway.database.tables import entries
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import ConflictError, FourEyesError, InvalidActError
from gateway.registry import objections as registry
from gateway.registry.lifecycle import remove
from gateway.registry.objections import Remedy
from gateway.registry.records import records_of
from gateway.registry.rulings import Ruling
from tests.real_gateway import LI, NOW, TODAY, WANG, RealGateway, company
from tests.unit.gateway.registry.objecting import (
    CONTENT,
    ENTRY,
    PERIOD,
    REJECTED,
    REVOKED,
    answer,
    decide,
    file,
    marked_since,
    with_two_listed,
)


@pytest.fixture
def listed(registry: RealGateway) -> RealGateway:
    return with_two_listed(registry)


def test_a_correction_that_an_objection_asks_for_is_made_in_the_same_act_and_keeps_other_marks(
    listed: RealGateway,
) -> None:
    about_period = file(listed, PERIOD)
    about_content = file(listed, CONTENT)
    ruling = Ruling(upheld=True, remedy=Remedy.CORRECT, changes={"fact": "未按合同履约", "severity": "general"})
    decide(listed, about_content, ruling)
    with reading(listed.engine) as connection:
        (entry,) = records_of(connection, [company(1).key])[company(1).key].entries
        old = connection.execute(select(entries).where(entries.c.id == ENTRY)).one()
        open_one = registry.show(connection, about_period)
    assert (old.state, old.objection_on) == ("corrected", None)
    assert (entry.fact, entry.severity, entry.document_no) == ("未按合同履约", "general", old.document_no)
    assert (open_one.entry, entry.objection_on) == (entry.id, TODAY)
    decide(listed, about_period, REJECTED)
    assert marked_since(listed) is None


def test_what_else_is_to_be_done_is_named(listed: RealGateway) -> None:
    number = file(listed)
    with pytest.raises(InvalidActError, match="named"):
        decide(listed, number, Ruling(upheld=True, remedy=Remedy.OTHER))
    decide(listed, number, Ruling(upheld=True, remedy=Remedy.OTHER, to_do="虚构市财政局三日内重新送达"))
    assert "虚构市财政局三日内重新送达" in str(answer(listed, number)["reply"])
    assert marked_since(listed) is None


@pytest.mark.parametrize(
    ("ruling", "given", "error"),
    [
        (REVOKED, {"confirmed_by": LI}, FourEyesError),
        (REVOKED, {"by": WANG, "confirmed_by": LI}, FourEyesError),
        (REJECTED, {"reasons": " "}, InvalidActError),
        (REJECTED, {"document_no": ""}, InvalidActError),
        (REJECTED, {"reasons": "长" * 2001}, InvalidActError),
        (Ruling(upheld=True), {}, InvalidActError),
        (Ruling(upheld=False, remedy=Remedy.REVOKE), {}, InvalidActError),
        (Ruling(upheld=True, remedy=Remedy.CORRECT), {}, InvalidActError),
        (Ruling(upheld=True, remedy=Remedy.REVOKE, changes={"fact": "x"}), {}, InvalidActError),
        (Ruling(upheld=True, remedy=Remedy.CORRECT, changes={"list": "x"}), {}, InvalidActError),
        (Ruling(upheld=True, remedy=Remedy.CORRECT, changes={"term_until": date(2020, 1, 1)}), {}, InvalidActError),
    ],
)
def test_refuses_a_ruling_of_one_person_or_one_that_says_too_little(
    listed: RealGateway, ruling: Ruling, given: dict[str, str], error: type[Exception]
) -> None:
    number = file(listed)
    with pytest.raises(error):
        decide(listed, number, ruling, **given)
    with reading(listed.engine) as connection:
        assert registry.show(connection, number).state == "filed"
        assert connection.scalar(select(entries.c.state).where(entries.c.id == ENTRY)) == "published"


def test_what_is_decided_stays_decided(listed: RealGateway) -> None:
    number = file(listed)
    decide(listed, number, REJECTED)
    with pytest.raises(ConflictError, match="rejected"):
        decide(listed, number, REVOKED)
    with pytest.raises(ConflictError), unit_of_work(listed.engine, at=NOW) as work:
        registry.withdraw(work, number, by=LI, reason="x")


def test_a_remedy_the_entry_no_longer_allows_decides_nothing(listed: RealGateway) -> None:
    number = file(listed)
    with unit_of_work(listed.engine, at=NOW) as work:
        remove(work, ENTRY, by=LI, confirmed_by=WANG, reason="期满", document_no="虚财〔2026〕9号")
    with pytest.raises(ConflictError, match="removed"):
        decide(listed, number, Ruling(upheld=True, remedy=Remedy.REMOVE))
    assert decide(listed, number, REVOKED) == "upheld"


def test_two_pairs_decide_at_once_and_one_ruling_stands(listed: RealGateway) -> None:
    with unit_of_work(listed.engine, at=NOW) as work:
        for name in ("赵经办", "钱复核"):
            add_operator(work, name, roles=[OperatorRole.OPERATOR, OperatorRole.REVIEWER], actor="test")
    number = file(listed)
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def pair(ruling: Ruling, by: str, confirmed_by: str) -> None:
        start.wait()
        try:
            outcomes.append(decide(listed, number, ruling, by=by, confirmed_by=confirmed_by))
        except ConflictError:
            outcomes.append("refused")

    both = [
        threading.Thread(target=pair, args=(REVOKED, LI, WANG)),
        threading.Thread(target=pair, args=(REJECTED, "赵经办", "钱复核")),
    ]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert outcomes.count("refused") == 1
    with reading(listed.engine) as connection:
        row = registry.show(connection, number)
        state = connection.scalar(select(entries.c.state).where(entries.c.id == ENTRY))
    assert (row.state, state) in {("upheld", "revoked"), ("rejected", "published")}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE objections SET state = 'rejected'",
        "UPDATE objections SET state = 'upheld', remedy = 'revoke'",
        "UPDATE objections SET state = 'rejected', decided_by = received_by, confirmed_by = received_by",
        "UPDATE objections SET state = 'withdrawn'",
        "UPDATE objections SET remedy = 'revoke'",
        "UPDATE objections SET withdrawn_by = received_by",
    ],
)
def test_the_database_refuses_a_ruling_of_one_person_or_of_nobody(listed: RealGateway, statement: str) -> None:
    file(listed)
    with pytest.raises(IntegrityError), unit_of_work(listed.engine, at=NOW) as work:
        work.connection.execute(text(statement))
