"""Whoever is listed may object: the entry is marked, two people decide, and who is right is free in the same act."""

import threading
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from gateway.accounts import OperatorRole, add_operator
from gateway.database.tables import declined_marks, entries, objections, pending
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.ledger.verify import verify
from gateway.problems import ConflictError, FourEyesError, InvalidActError, NotFoundError
from gateway.publishing.source import clear
from gateway.registry import objections as registry
from gateway.registry.corrections import correct
from gateway.registry.lifecycle import grant_repair, remove
from gateway.registry.objections import ObjectionAbout, ObjectionState, Remedy
from gateway.registry.periods import PeriodLaw
from gateway.registry.records import records_of
from gateway.registry.repeated_objections import decline_mark
from gateway.registry.replies import objection_json
from gateway.registry.rulings import Ruling, rule_on
from gateway.registry.time_limits import LawAct
from tests.real_gateway import LI, LISTED, NOW, TODAY, WANG, RealGateway, company, entry_id

ENTRY = entry_id(company(1).key, LISTED)
DECIDED = {"by": LI, "confirmed_by": WANG, "reasons": "经核查属实", "document_no": "虚财异〔2026〕3号"}
REJECTED, REVOKED = Ruling(upheld=False), Ruling(upheld=True, remedy=Remedy.REVOKE)
CONTENT, PERIOD = ObjectionAbout.CONTENT, ObjectionAbout.PERIOD


@pytest.fixture
def listed(registry: RealGateway) -> RealGateway:
    registry.list_companies([1, 2])
    with unit_of_work(registry.engine, at=NOW) as work:
        clear(work.connection, [(company(each).key, NOW) for each in (1, 2)])
    return registry


def file(
    registered: RealGateway, about: ObjectionAbout = CONTENT, entry: str = ENTRY, **given: date | str | None
) -> str:
    stated = {"applicant": "虚构公司", "grounds": "并非本公司", "by": LI, **given}
    with unit_of_work(registered.engine, at=NOW) as work:
        return registry.file(work, entry, about=about, **stated)  # type: ignore[arg-type]  # the story says which


def decide(registered: RealGateway, number: str, ruling: Ruling, **given: str) -> ObjectionState:
    with unit_of_work(registered.engine, at=NOW) as work:
        return rule_on(work, number, ruling, **{**DECIDED, **given})


def marked_since(registered: RealGateway) -> date | None:
    """Since when the published record of the company is marked."""
    with reading(registered.engine) as connection:
        (entry,) = records_of(connection, [company(1).key])[company(1).key].entries
    return entry.objection_on


def answer(registered: RealGateway, number: str, reminder: int = 0) -> Mapping[str, object]:
    with reading(registered.engine) as connection:
        reminders = {LawAct.OBJECTION: reminder, LawAct.VERIFIED_OBJECTION: 4 * reminder}
        law = PeriodLaw.load(connection, reminders=reminders)
        return objection_json(connection, registry.show(connection, number), law)


def test_a_company_objects_is_marked_and_wins(listed: RealGateway) -> None:
    number = file(listed, filed_on=TODAY - timedelta(days=1))
    assert marked_since(listed) == TODAY - timedelta(days=1)
    with reading(listed.engine) as connection:
        assert connection.scalars(select(pending.c.subject_key)).all() == [company(1).key]
    assert decide(listed, number, REVOKED) == "upheld"
    with reading(listed.engine) as connection:
        assert records_of(connection, [company(1).key]) == {}
        assert connection.scalar(select(entries.c.state).where(entries.c.id == ENTRY)) == "revoked"
        verify(connection)
    told = answer(listed, number)
    assert (told["decided_by"], told["confirmed_by"], told["document"]) == (LI, WANG, "虚财异〔2026〕3号")
    assert "异议成立" in str(told["reply"])
    assert "撤销该条目" in str(told["reply"])


@pytest.mark.parametrize("ends", ["reject", "withdraw"])
def test_an_objection_that_ends_without_success_takes_its_mark_with_it(listed: RealGateway, ends: str) -> None:
    number = file(listed)
    with unit_of_work(listed.engine, at=NOW) as work:
        clear(work.connection, [(company(1).key, NOW)])
    if ends == "reject":
        assert decide(listed, number, REJECTED) == "rejected"
    else:
        with unit_of_work(listed.engine, at=NOW) as work:
            assert registry.withdraw(work, number, by=LI, reason="已核对无误") == "withdrawn"
    assert marked_since(listed) is None
    with reading(listed.engine) as connection:
        assert connection.scalars(select(pending.c.subject_key)).all() == [company(1).key]


def test_nobody_objects_before_there_is_a_determination(listed: RealGateway) -> None:
    with pytest.raises(InvalidActError, match="2026-01-05"):
        file(listed, filed_on=date(2026, 1, 4))
    assert file(listed, filed_on=date(2026, 1, 5))


def test_two_objections_mark_from_the_earlier_one_until_the_last_is_decided(listed: RealGateway) -> None:
    first = file(listed, CONTENT, filed_on=TODAY - timedelta(days=3))
    second = file(listed, PERIOD)
    assert marked_since(listed) == TODAY - timedelta(days=3)
    decide(listed, first, REJECTED)
    assert marked_since(listed) == TODAY
    decide(listed, second, REJECTED)
    assert marked_since(listed) is None


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


def unmark(registered: RealGateway, number: str, earlier: str = "", **given: str) -> str:
    stated = {"by": LI, "confirmed_by": WANG, "reason": "与前次相同", "document_no": "虚财异〔2026〕4号", **given}
    with unit_of_work(registered.engine, at=NOW) as work:
        return decline_mark(work, number, earlier=earlier, **stated)


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


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"by": "nobody"}, FourEyesError),
        ({"grounds": " "}, InvalidActError),
        ({"applicant": ""}, InvalidActError),
        ({"grounds": "长" * 5001}, InvalidActError),
        ({"filed_on": TODAY + timedelta(days=1)}, InvalidActError),
        ({"entry": "nothing"}, NotFoundError),
    ],
)
def test_refuses_an_objection_that_says_too_little(
    listed: RealGateway, given: dict[str, str | date], error: type[Exception]
) -> None:
    with pytest.raises(error):
        file(listed, **given)  # type: ignore[arg-type]  # what is wrong is the point
    assert marked_since(listed) is None


def test_the_same_objection_is_open_once(listed: RealGateway) -> None:
    number = file(listed)
    with pytest.raises(ConflictError, match="under way"):
        file(listed)
    decide(listed, number, REJECTED)
    assert file(listed) != number


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


def test_the_result_of_a_repair_may_be_contested(listed: RealGateway) -> None:
    with unit_of_work(listed.engine, at=NOW) as work:
        grant_repair(work, ENTRY, by=LI, confirmed_by=WANG, reason="已履行", document_no="虚修1号")
    assert file(listed, ObjectionAbout.REPAIR)


def test_a_personal_number_in_what_is_handed_in_is_masked(listed: RealGateway) -> None:
    number = file(listed, grounds="我是639900199003070115本人")
    assert "639900199003070115" not in str(answer(listed, number))


def test_where_no_law_states_a_limit_the_reply_says_so_and_a_reminder_is_not_called_one(listed: RealGateway) -> None:
    number = file(listed)
    plain, reminded = answer(listed, number), answer(listed, number, reminder=5)
    assert "未设法定期限" in str(plain["reply"])
    assert plain["limit"] == {
        "statutory": False,
        "text": "现行规定未设法定期限",
        "due_on": None,
        "unknown_year": None,
        "basis": "",
        "confidence": "",
        "reminder_on": None,
    }
    assert "内部提醒日2026年03月09日，不是法定期限" in str(reminded["reply"])


def test_one_that_needs_a_verification_is_reminded_of_as_late_as_in_the_list_of_deadlines(listed: RealGateway) -> None:
    number = file(listed, needs_verification="须向认定机关核实")
    assert "内部提醒日2026年03月30日，不是法定期限" in str(answer(listed, number, reminder=5)["reply"])


def test_two_desks_take_the_same_objection_in_at_once(listed: RealGateway) -> None:
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def desk() -> None:
        start.wait()
        try:
            outcomes.append(file(listed))
        except ConflictError:
            outcomes.append("refused")

    both = [threading.Thread(target=desk) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(map(len, outcomes)) == sorted([len("refused"), 16])


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


def test_objections_are_found_by_state_and_entry_in_pages(listed: RealGateway) -> None:
    other = entry_id(company(2).key, LISTED)
    mine, period, theirs = file(listed), file(listed, PERIOD), file(listed, entry=other)
    decide(listed, mine, REJECTED)
    with reading(listed.engine) as connection:

        def found(**query: object) -> set[str]:
            return {row.id for row in registry.find(connection, **query)}  # type: ignore[arg-type]  # by name

        assert found(state=ObjectionState.FILED) == {period, theirs}
        assert found(entry=ENTRY) == {mine, period}
        first = registry.find(connection, limit=2)
        assert {row.id for row in first} | found(behind=first[-1].id) == {mine, period, theirs}
        assert connection.scalar(select(objections.c.channel).where(objections.c.id == mine)) == "desk"
