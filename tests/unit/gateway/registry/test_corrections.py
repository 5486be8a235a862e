"""A correction takes the place of what was wrong; a determination without the notice its law demands does not count."""

from datetime import date

import pytest
from sqlalchemy import select, update

from gateway.database.tables import batches, entries, ledger, objections
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.intake.imports import import_file
from gateway.ledger.verify import verify
from gateway.problems import ConflictError, FourEyesError, InvalidActError, NotFoundError
from gateway.registry import objections as objecting
from gateway.registry.corrections import correct
from gateway.registry.determinations import confirm
from gateway.registry.lifecycle import remove, shield, unshield
from gateway.registry.objections import ObjectionAbout
from gateway.registry.search import show_entry
from tests.real_gateway import LI, WANG, RealGateway, company
from tests.unit.gateway.registry.statute import adopt_shipped_law, listed, noon, published, state_of

STATED = {"by": LI, "confirmed_by": WANG, "reason": "文书更正", "document_no": "虚更〔2026〕1号"}
NOON = noon(date(2026, 5, 6))


@pytest.fixture
def entry(registry: RealGateway) -> str:
    adopt_shipped_law(registry)
    return listed(registry, 1)


def test_a_corrected_entry_is_replaced_and_both_are_told_of(registry: RealGateway, entry: str) -> None:
    changes: dict[str, str | date | None] = {"fact": "未按期处置废物", "term_until": date(2026, 12, 31)}
    with unit_of_work(registry.engine, at=NOON) as work:
        replacement = correct(work, entry, changes, **STATED)
    record = published(registry, 1)
    assert record
    (now,) = record.entries
    assert (now.id, now.fact, now.term.until_on) == (replacement, "未按期处置废物", date(2026, 12, 31))
    with reading(registry.engine) as connection:
        verify(connection)
        old, new = show_entry(connection, entry), show_entry(connection, replacement)
        told = connection.scalars(select(ledger.c.payload).order_by(ledger.c.seq)).all()
    assert (old["state"], new["replaces"], new["drafted_by"], new["confirmed_by"]) == ("corrected", entry, LI, WANG)
    assert "未按期处置废物" not in str(told)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({}, InvalidActError),
        ({"fact": "未按规定处置废物"}, InvalidActError),
        ({"subject_key": "x"}, InvalidActError),
        ({"severity": "grave"}, InvalidActError),
        ({"authority": " "}, InvalidActError),
        ({"fact": "长" * 5001}, InvalidActError),
        ({"determined_on": date(2026, 5, 7)}, InvalidActError),
        ({"determined_on": None}, InvalidActError),
        ({"term_until": date(2026, 3, 31)}, InvalidActError),
    ],
)
def test_refuses_a_correction_that_is_none(
    registry: RealGateway, entry: str, changes: dict[str, str | date | None], error: type[Exception]
) -> None:
    with pytest.raises(error), unit_of_work(registry.engine, at=NOON) as work:
        correct(work, entry, changes, **STATED)
    assert state_of(registry, entry) == "published"


def test_only_two_people_correct_and_only_what_is_published(registry: RealGateway, entry: str) -> None:
    right = {"fact": "x"}
    with pytest.raises(FourEyesError), unit_of_work(registry.engine, at=NOON) as work:
        correct(work, entry, right, **{**STATED, "confirmed_by": LI})
    with pytest.raises(NotFoundError), unit_of_work(registry.engine, at=NOON) as work:
        correct(work, "nothing", right, **STATED)
    with unit_of_work(registry.engine, at=NOON) as work:
        remove(work, entry, **STATED)
    with pytest.raises(ConflictError), unit_of_work(registry.engine, at=NOON) as work:
        correct(work, entry, right, **STATED)


def test_a_company_that_reorganises_is_shielded_and_shown_again_if_the_plan_fails(
    registry: RealGateway, entry: str
) -> None:
    with unit_of_work(registry.engine, at=NOON) as work:
        assert shield(work, entry, **STATED) == "shielded"
    assert published(registry, 1) is None
    with reading(registry.engine) as connection:
        assert "重整" in str(show_entry(connection, entry)["effect"])
    with unit_of_work(registry.engine, at=NOON) as work:
        assert unshield(work, entry, **STATED) == "published"
    assert published(registry, 1)


def imported(registered: RealGateway, list_id: str, notice: str, fact: str = "虚构事实") -> str:
    path = registered.home.spool / f"{list_id}-{notice}-{fact}.csv"
    path.write_text(
        "统一社会信用代码,认定部门,文书号,认定日期,事实,告知日期\n"
        f"{company(5).code},虚构市人社局,虚人社〔2026〕5号,2026-04-20,{fact},{notice}\n",
        encoding="utf-8",
    )
    return import_file(registered.home, registered.engine, path, list_id, by=LI, at=NOON).batch


def test_a_file_that_says_what_was_corrected_at_the_desk_corrects_nothing(registry: RealGateway) -> None:
    adopt_shipped_law(registry)
    first = imported(registry, "administrative-penalty", "2026-04-01")
    with unit_of_work(registry.engine, at=NOON) as work:
        confirm(work, first, by=WANG)
        wrong = work.connection.scalar(select(entries.c.id).where(entries.c.list == "administrative-penalty"))
        correct(work, str(wrong), {"fact": "未按期处置废物"}, **STATED)
    batch = imported(registry, "administrative-penalty", "2026-04-01", "未按期处置废物")
    with reading(registry.engine) as connection:
        report = connection.execute(select(batches.c.report).where(batches.c.id == batch)).one().report
    assert (report["unchanged"], report["corrections"], report["rejected"]) == (1, 0, 0)


def test_a_determination_without_the_notice_its_law_demands_cannot_be_confirmed(
    registry: RealGateway, entry: str
) -> None:
    assert entry
    batch = imported(registry, "wage-arrears", "")
    with pytest.raises(InvalidActError) as refused, unit_of_work(registry.engine, at=NOON) as work:
        confirm(work, batch, by=WANG)
    assert "第45号" in str(refused.value)
    assert "虚人社〔2026〕5号" in str(refused.value)
    with reading(registry.engine) as connection:
        assert connection.scalar(select(batches.c.confirmed_by).where(batches.c.id == batch)) is None
        assert connection.scalars(select(entries.c.state).where(entries.c.batch == batch)).all() == ["drafted"]
    with unit_of_work(registry.engine, at=NOON) as work:
        work.connection.execute(
            update(entries).where(entries.c.batch == batch).values(notice_given_on=date(2026, 4, 1))
        )
        assert confirm(work, batch, by=WANG).published == 1


def test_a_list_whose_law_demands_none_goes_without(registry: RealGateway, entry: str) -> None:
    assert entry
    batch = imported(registry, "judgment-defaulter", "")
    with unit_of_work(registry.engine, at=NOON) as work:
        assert confirm(work, batch, by=WANG).published == 1


def test_a_correction_by_import_takes_open_objections_along(registry: RealGateway, entry: str) -> None:
    assert entry
    first = imported(registry, "wage-arrears", "2026-04-01")
    with unit_of_work(registry.engine, at=NOON) as work:
        confirm(work, first, by=WANG)
        listed_id = str(work.connection.scalar(select(entries.c.id).where(entries.c.batch == first)))
        number = objecting.file(
            work, listed_id, about=ObjectionAbout.CONTENT, applicant="虚构公司5", grounds="数额有误", by=LI
        )
    second = imported(registry, "wage-arrears", "2026-04-01", "虚构事实已更正")
    with unit_of_work(registry.engine, at=NOON) as work:
        assert confirm(work, second, by=WANG).corrected == 1
    record = published(registry, 5)
    assert record
    assert record.entries[0].objection_on == date(2026, 5, 6)
    with reading(registry.engine) as connection:
        followed = connection.scalar(select(objections.c.entry).where(objections.c.id == number))
    assert followed == record.entries[0].id


def test_notice_after_the_determination_is_no_notice(registry: RealGateway, entry: str) -> None:
    assert entry
    batch = imported(registry, "wage-arrears", "2026-04-21")
    with pytest.raises(InvalidActError, match="虚人社〔2026〕5号"), unit_of_work(registry.engine, at=NOON) as work:
        confirm(work, batch, by=WANG)


@pytest.mark.parametrize("given_on", [None, date(2026, 4, 2)])
def test_notice_is_not_corrected_away(registry: RealGateway, given_on: date | None) -> None:
    adopt_shipped_law(registry)
    told = listed(registry, 2, list="wage-arrears", notice_given_on=date(2026, 3, 20))
    with pytest.raises(InvalidActError, match=r"[Nn]otice"), unit_of_work(registry.engine, at=NOON) as work:
        correct(work, told, {"notice_given_on": given_on}, **STATED)


def test_two_entries_never_share_one_document(registry: RealGateway, entry: str) -> None:
    other = listed(registry, 1, id="entry-other", document_no="虚环罚〔2026〕99号")
    with pytest.raises(ConflictError, match="99号"), unit_of_work(registry.engine, at=NOON) as work:
        correct(work, entry, {"document_no": "虚环罚〔2026〕99号"}, **STATED)
    assert (state_of(registry, entry), state_of(registry, other)) == ("published", "published")


def test_what_was_shielded_is_not_published_beside_another_of_its_document(registry: RealGateway, entry: str) -> None:
    with unit_of_work(registry.engine, at=NOON) as work:
        shield(work, entry, **STATED)
    listed(registry, 1, id="entry-twin")
    with pytest.raises(ConflictError, match="another"), unit_of_work(registry.engine, at=NOON) as work:
        unshield(work, entry, **STATED)
    assert state_of(registry, entry) == "shielded"


def test_a_draft_whose_document_made_an_entry_meanwhile_is_not_confirmed(registry: RealGateway, entry: str) -> None:
    assert entry
    batch = imported(registry, "judgment-defaulter", "")
    listed(registry, 5, list="judgment-defaulter", document_no="虚人社〔2026〕5号")
    with pytest.raises(ConflictError, match="already"), unit_of_work(registry.engine, at=NOON) as work:
        confirm(work, batch, by=WANG)
