"""Replaying the ledger finds every entry whose state is not the one its acts lead to."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import select, text

from gateway.database.tables import entries
from gateway.database.unit_of_work import snapshot, unit_of_work
from gateway.intake.imports import import_file
from gateway.ledger.replay import Comparison, compare
from gateway.registry import determinations, lifecycle
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway, company


class Office:
    """Imports and decides as people do, so that the ledger has every act."""

    def __init__(self, registry: RealGateway, folder: Path) -> None:
        self.registry = registry
        self._folder = folder
        self._files = 0

    def imported(self, numbers: range, *, until: str = "2028-01-04") -> str:
        self._files += 1
        path = self._folder / f"{self._files}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["统一社会信用代码", "名称", "认定部门", "文书号", "认定日期", "截止日期"])
            for each in numbers:
                row = [company(each).code, f"虚构{each}", "虚构市财政局", f"虚〔2026〕{each}号", "2026-01-05", until]
                writer.writerow(row)
        return import_file(self.registry.home, self.registry.engine, path, LISTED, by=LI, at=NOW).batch

    def confirmed(self, numbers: range, *, until: str = "2028-01-04") -> str:
        batch = self.imported(numbers, until=until)
        with unit_of_work(self.registry.engine, at=NOW) as work:
            determinations.confirm(work, batch, by=WANG)
        return batch

    def entry(self, state: str = "published") -> str:
        with snapshot(self.registry.engine) as connection:
            found = connection.scalar(select(entries.c.id).where(entries.c.state == state).order_by(entries.c.id))
            assert found
            return str(found)

    def ended(self, entry: str, act: str) -> None:
        with unit_of_work(self.registry.engine, at=NOW) as work:
            moved = getattr(lifecycle, act)
            moved(work, entry, by=LI, confirmed_by=WANG, reason="期满", document_no="虚〔2026〕9号")

    def forged(self, statement: str, **values: object) -> None:
        with self.registry.engine.begin() as connection:
            assert connection.execute(text(statement), values).rowcount

    def compared(self) -> Comparison:
        with snapshot(self.registry.engine) as connection:
            return compare(connection)


@pytest.fixture
def office(registry: RealGateway, tmp_path: Path) -> Office:
    """Entries in every state that imports and acts lead to; a correction came too late for one of them."""
    office = Office(registry, tmp_path)
    office.confirmed(range(6))
    waiting = office.imported(range(3), until="2029-01-04")
    office.ended(office.entry(), "remove")
    with unit_of_work(registry.engine, at=NOW) as work:
        determinations.confirm(work, waiting, by=WANG)
    office.ended(office.entry(), "grant_repair")
    office.ended(office.entry(), "revoke")
    office.ended(office.entry("removed"), "revoke")
    given_up = office.imported(range(10, 12))
    with unit_of_work(registry.engine, at=NOW) as work:
        determinations.discard(work, given_up, by=LI, reason="误传")
    office.imported(range(20, 22))
    return office


def test_what_was_done_by_the_rules_agrees(office: Office) -> None:
    found = office.compared()
    assert found.differences == ()
    assert found.entries == 13


@pytest.mark.parametrize(
    ("state", "forged"),
    [
        ("published", "removed"),
        ("published", "discarded"),
        ("repaired", "published"),
        ("revoked", "published"),
        ("corrected", "repaired"),
        ("discarded", "removed"),
    ],
)
def test_a_state_changed_past_the_acts_is_named(office: Office, state: str, forged: str) -> None:
    entry = office.entry(state)
    office.forged("UPDATE entries SET state = :to, confirmed_by = :by WHERE id = :id", to=forged, by=WANG, id=entry)
    with snapshot(office.registry.engine) as connection:
        batch = connection.scalar(select(entries.c.batch).where(entries.c.id == entry))
    # A correction may rightly have been discarded: then the numbers of its batch tell.
    assert {entry, batch} & {each.about for each in office.compared().differences}


def test_an_entry_nobody_determined_is_named(office: Office) -> None:
    names = ", ".join(f'"{column.name}"' for column in entries.c if column.name not in {"id", "batch", "replaces"})
    statement = f"INSERT INTO entries (id, {names}) SELECT 'made-up', {names} FROM entries WHERE id = :id"  # noqa: S608
    office.forged(statement, id=office.entry("drafted"))
    (found,) = office.compared().differences
    assert (found.about, found.stated) == ("made-up", "没有登记它的记录 / no act that made it")


def test_an_entry_smuggled_into_a_batch_is_noticed(office: Office) -> None:
    names = ", ".join(f'"{column.name}"' for column in entries.c if column.name not in {"id", "replaces"})
    statement = f"INSERT INTO entries (id, {names}) SELECT 'made-up', {names} FROM entries WHERE id = :id"  # noqa: S608
    office.forged(statement, id=office.entry("drafted"))
    (found,) = office.compared().differences
    assert (found.stated, found.held) == ("2 drafts", "3 drafts")


def test_a_removed_entry_is_noticed(office: Office) -> None:
    entry = office.entry("drafted")
    office.forged("DELETE FROM entries WHERE id = :id", id=entry)
    (found,) = office.compared().differences
    assert (found.stated, found.held) == ("2 drafts", "1 drafts")


def test_acts_on_an_entry_that_is_not_there_are_named(office: Office) -> None:
    with unit_of_work(office.registry.engine, at=NOW) as work:
        work.ledger.append("entry:test:remove", LI, {"entry": "gone", "from": "published", "to": "removed"})
    (found,) = office.compared().differences
    assert (found.about, found.held) == ("gone", "没有该条目 / no such entry")


def test_an_act_out_of_a_state_it_was_not_in_is_named(office: Office) -> None:
    entry = office.entry()
    with unit_of_work(office.registry.engine, at=NOW) as work:
        work.ledger.append("entry:test:remove", LI, {"entry": entry, "from": "repaired", "to": "published"})
    (found,) = office.compared().differences
    assert "moves it out of repaired, but it was published" in found.stated


def test_one_act_may_name_many_entries(office: Office) -> None:
    first, second = office.entry("drafted"), office.entry("published")
    with unit_of_work(office.registry.engine, at=NOW) as work:
        work.connection.execute(entries.update().where(entries.c.id == second).values(state="lapsed"))
        work.ledger.append("entry:term:lapse", LI, {"entries": [second], "from": "published", "to": "lapsed"})
    assert first != second
    assert office.compared().differences == ()
