"""Somebody with every right in the database edits what an entry says: the ledger does not agree any more."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from gateway.database.tables import entries
from gateway.database.unit_of_work import reading, snapshot, unit_of_work
from gateway.intake.imports import import_file
from gateway.ledger.replay import Comparison, compare
from gateway.registry import determinations, lapses, lifecycle
from gateway.registry.corrections import correct
from gateway.registry.periods import PeriodLaw
from tests.ledger_intruder import rewrite
from tests.real_gateway import HONOUR, LI, LISTED, NOW, WANG, RealGateway, company

TWO = {"by": LI, "confirmed_by": WANG, "reason": "已核", "document_no": "虚决1号"}
TITLES = ["统一社会信用代码", "名称", "认定部门", "文书号", "认定日期", "截止日期", "严重程度", "事实"]


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RealGateway]:
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    made = RealGateway.make(tmp_path, database=url)
    yield made
    made.close()


def confirmed(office: RealGateway, numbers: range) -> str:
    """A batch of companies on the list, confirmed by a second person."""
    path = office.home.path.parent / f"{numbers}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(TITLES)
        for each in numbers:
            what = ["虚构市财政局", f"虚〔2026〕{each}号", "2026-01-05", "2027-01-04", "一般", "提供虚假材料"]
            writer.writerow([company(each).code, f"虚构{each}", *what])
    batch = import_file(office.home, office.engine, path, LISTED, by=LI, at=NOW).batch
    with unit_of_work(office.engine, at=NOW) as work:
        determinations.confirm(work, batch, by=WANG)
    return batch


def compared(office: RealGateway) -> Comparison:
    with snapshot(office.engine) as connection:
        return compare(connection)


def forged(office: RealGateway, statement: str, **values: object) -> None:
    with office.engine.begin() as connection:
        assert connection.execute(text(statement), values).rowcount


def ids(office: RealGateway, *states: str) -> list[str]:
    with reading(office.engine) as connection:
        found = select(entries.c.id).where(entries.c.state.in_(states or ("published",)))
        return sorted(connection.scalars(found))


def erased(office: RealGateway, entry: str) -> None:
    """Repair an entry and let the calendar erase what it said once its publicity would be over."""
    with unit_of_work(office.engine, at=NOW) as work:
        lifecycle.grant_repair(work, entry, **TWO)
    with reading(office.engine) as connection:
        law = PeriodLaw.load(connection, date(2027, 3, 1))
    assert lapses.note(office.engine, law, NOW + timedelta(days=400), behind="").erased == (entry,)


@pytest.mark.parametrize(
    ("column", "forgery"),
    [
        ("fact", "没有这回事"),
        ("term_until", "2026-02-01"),
        ("term_until", None),
        ("term_from", "2025-01-05"),
        ("severity", "minor"),
        ("severity", "serious"),
        ("authority", "虚构市税务局"),
        ("document_no", "虚〔2026〕999号"),
        ("basis", "另一条"),
        ("determined_on", "2025-01-05"),
        ("notice_given_on", "2025-12-01"),
        ("fields", '{"lifelong_ban":true}'),
        ("extra", '{"备注":"假"}'),
        ("list", HONOUR),
    ],
)
def test_an_edited_entry_is_named(office: RealGateway, column: str, forgery: object) -> None:
    confirmed(office, range(1))
    assert (compared(office).differences, compared(office).contents) == ((), 1)
    (entry,) = ids(office)
    forged(office, f"UPDATE entries SET {column} = :to, content_sha256 = 'forged' WHERE id = :id", to=forgery, id=entry)  # noqa: S608
    (found,) = compared(office).differences
    assert (found.about, found.stated) == (entry, "复核时的内容 / what was confirmed")


def test_a_listing_moved_to_another_company_is_named(office: RealGateway) -> None:
    confirmed(office, range(2))
    first, second = ids(office)
    with office.engine.begin() as connection:
        key = connection.scalar(select(entries.c.subject_key).where(entries.c.id == second))
        connection.execute(update(entries).where(entries.c.id == first).values(subject_key=key))
    assert {each.about for each in compared(office).differences} == {first}


def test_what_two_entries_say_cannot_be_exchanged(office: RealGateway) -> None:
    confirmed(office, range(2))
    with office.engine.begin() as connection:
        for to, by in zip(ids(office), ("虚乙号", "虚甲号"), strict=True):
            connection.execute(update(entries).where(entries.c.id == to).values(document_no=by))
    assert {each.about for each in compared(office).differences} == set(ids(office))


def test_an_entry_among_many_is_found_and_its_batch_named(office: RealGateway) -> None:
    batch = confirmed(office, range(600))
    assert compared(office).contents == 600
    entry = ids(office)[300]
    forged(office, "UPDATE entries SET term_until = '2026-02-01' WHERE id = :id", id=entry)
    (found,) = compared(office).differences
    assert found.about in {batch, entry}
    assert entry in f"{found.about} {found.held}"


def test_an_entry_taken_out_of_its_batch_is_noticed(office: RealGateway) -> None:
    batch = confirmed(office, range(2))
    forged(office, "UPDATE entries SET batch = NULL WHERE id = :id", id=ids(office)[0])
    assert batch in {each.about for each in compared(office).differences}


def test_a_correction_at_the_desk_pins_what_it_says(office: RealGateway) -> None:
    confirmed(office, range(1))
    with unit_of_work(office.engine, at=NOW) as work:
        entry = correct(work, ids(office)[0], {"fact": "另有事实"}, **TWO)
    assert (compared(office).differences, compared(office).contents) == ((), 2)
    forged(office, "UPDATE entries SET fact = '更轻的事实' WHERE id = :id", id=entry)
    assert [each.about for each in compared(office).differences] == [entry]


def test_what_was_erased_by_the_law_is_no_difference_and_cannot_be_put_back(office: RealGateway) -> None:
    confirmed(office, range(3))
    entry = ids(office)[0]
    erased(office, entry)
    assert (compared(office).differences, compared(office).contents) == ((), 3)
    forged(office, "UPDATE entries SET fact = '旧账' WHERE id = :id", id=entry)
    assert [each.about for each in compared(office).differences] == [entry]


def test_erasing_what_nobody_repaired_is_noticed(office: RealGateway) -> None:
    confirmed(office, range(1))
    blank = "fact = '', basis = '', fields = '{}', extra = '{}'"
    forged(office, f"UPDATE entries SET {blank} WHERE id = :id", id=ids(office)[0])  # noqa: S608
    assert [each.about for each in compared(office).differences] == ids(office)


def test_every_act_of_a_long_life_leaves_contents_as_they_were(office: RealGateway) -> None:
    confirmed(office, range(4))
    first, second, third, _ = ids(office)
    with unit_of_work(office.engine, at=NOW) as work:
        lifecycle.remove(work, first, **TWO)
        lifecycle.revoke(work, first, **TWO)
        lifecycle.shield(work, second, **TWO)
        lifecycle.unshield(work, second, **TWO)
        work.connection.execute(update(entries).where(entries.c.id == third).values(objection_on=date(2026, 3, 2)))
    assert (compared(office).differences, compared(office).contents) == ((), 4)


def test_lines_of_an_older_program_state_nothing_of_contents(office: RealGateway) -> None:
    batch = confirmed(office, range(1))
    with reading(office.engine) as connection:
        seq = connection.scalar(text("SELECT seq FROM ledger WHERE act = 'entry:batch:confirm'"))
        assert connection.scalar(select(func.count()).select_from(entries)) == 1
    said = f'{{"batch":"{batch}","corrected":0,"discarded":0,"imported_by":"{LI}","list":"{LISTED}","published":1}}'
    rewrite(office, int(seq or 0), said)
    assert (compared(office).differences, compared(office).contents) == ((), 0)


@pytest.mark.parametrize("column", ["fact", "authority"])
def test_what_is_no_text_at_all_stops_no_verification(tmp_path: Path, column: str) -> None:
    """SQLite keeps what it is given, whatever the type of the column."""
    office = RealGateway.make(tmp_path)
    confirmed(office, range(1))
    forged(office, f"UPDATE entries SET {column} = X'00FF'")  # noqa: S608
    assert [each.about for each in compared(office).differences] == ids(office)
    office.close()
