"""Whoever objects again says so; two people may leave the entry unmarked then, and nobody else."""

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from gateway.database.tables import declined_marks, pending
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.ledger.verify import verify
from gateway.problems import ConflictError, FourEyesError, InvalidActError
from gateway.publishing.source import clear
from gateway.registry.corrections import correct
from tests.real_gateway import LI, NOW, TODAY, WANG, RealGateway, company
from tests.unit.gateway.registry.objecting import (
    ENTRY,
    PERIOD,
    REJECTED,
    REVOKED,
    answer,
    decide,
    file,
    marked_since,
    unmark,
    with_two_listed,
)


@pytest.fixture
def listed(registry: RealGateway) -> RealGateway:
    return with_two_listed(registry)


def test_the_same_objection_again_is_told_and_two_people_may_leave_the_entry_unmarked(listed: RealGateway) -> None:
    first = file(listed)
    assert (answer(listed, first)["repeats"], answer(listed, first)["marked"]) == ("", True)
    decide(listed, first, REJECTED)
    again = file(listed, grounds="并非 本公司！")
    assert (answer(listed, again)["repeats"], answer(listed, again)["marked"]) == (first, True)
    assert marked_since(listed) == TODAY
    with unit_of_work(listed.engine, at=NOW) as work:
        clear(work.connection, [(company(1).key, NOW)])
    assert unmark(listed, again) == first
    assert marked_since(listed) is None
    told = answer(listed, again)
    assert (told["state"], told["marked"]) == ("filed", False)
    assert "不再标注" in str(told["reply"])
    with reading(listed.engine) as connection:
        assert connection.scalars(select(pending.c.subject_key)).all() == [company(1).key]
        verify(connection)
    with pytest.raises(ConflictError):
        unmark(listed, again)
    assert file(listed, PERIOD)
    assert marked_since(listed) == TODAY
    assert decide(listed, again, REVOKED) == "upheld"


def test_other_words_are_judged_by_people_and_anything_else_marks(listed: RealGateway) -> None:
    first, open_one = file(listed), file(listed, PERIOD)
    decide(listed, first, REJECTED)
    second = file(listed, grounds="被列入的不是我公司")
    with pytest.raises(InvalidActError, match="repeats none"):
        unmark(listed, second)
    for wrong in (open_one, second):
        with pytest.raises(InvalidActError, match="cannot repeat"):
            unmark(listed, second, wrong)
    with pytest.raises(FourEyesError):
        unmark(listed, second, first, confirmed_by=LI)
    with pytest.raises(InvalidActError):
        unmark(listed, second, first, document_no=" ")
    assert unmark(listed, second, first) == first
    decide(listed, second, REJECTED)
    with pytest.raises(ConflictError, match="marks nothing"):
        unmark(listed, second, first)


def test_after_a_correction_nothing_is_a_repetition(listed: RealGateway) -> None:
    first = file(listed)
    decide(listed, first, REJECTED)
    with unit_of_work(listed.engine, at=NOW) as work:
        changes = {"fact": "未按合同履约"}
        replacement = correct(work, ENTRY, changes, by=LI, confirmed_by=WANG, reason="更正", document_no="5号")
    again = file(listed, entry=replacement)
    assert answer(listed, again)["repeats"] == ""
    with pytest.raises(InvalidActError):
        unmark(listed, again, first)


@pytest.mark.parametrize("wrong", [{"confirmed_by": LI}, {"repeats": "again"}, {"reason": ""}])
def test_the_database_leaves_no_mark_out_for_one_person_or_for_itself(
    listed: RealGateway, wrong: dict[str, str]
) -> None:
    first = file(listed)
    decide(listed, first, REJECTED)
    again = file(listed)
    right = {"repeats": first, "by": LI, "confirmed_by": WANG, "reason": "相同", "document_no": "6号"}
    row = {**right, **wrong}
    row["repeats"] = again if row["repeats"] == "again" else first
    with pytest.raises(IntegrityError), unit_of_work(listed.engine, at=NOW) as work:
        work.connection.execute(insert(declined_marks).values(objection=again, at=NOW, **row))
