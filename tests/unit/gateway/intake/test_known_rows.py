"""What is known already is not doubled, a change of it is a correction, and what has ended is not brought back."""

from pathlib import Path

import pytest

from gateway.database.unit_of_work import reading, unit_of_work
from gateway.registry.lifecycle import EntryState, remove
from gateway.registry.records import records_of
from gateway.registry.search import find_entries
from tests.real_gateway import LI, NOW, WANG, RealGateway, company
from tests.unit.gateway.intake.counter import Office, discard_all, row


@pytest.fixture
def office(registry: RealGateway, tmp_path: Path) -> Office:
    return Office(registry, tmp_path)


def test_the_same_file_twice_creates_nothing(office: Office) -> None:
    path = office.file([row(1), row(2)])
    first = office.take_file(path)
    again = office.take_file(path)
    assert again.is_repeated
    assert again.batch == first.batch
    office.confirm(first.batch)
    assert office.take_file(path).is_repeated
    assert office.states() == {"published": 2}


def test_known_rows_in_another_file_are_unchanged(office: Office) -> None:
    office.confirm(office.take([row(1), row(2)]).batch)
    done = office.take([row(2), row(1), row(3), row(3)])
    assert (done.accepted, done.rejected) == (4, 0)
    assert (done.report["unchanged"], done.report["drafted"]) == (3, 1)
    assert office.states() == {"published": 2, "drafted": 1}


def test_a_changed_row_is_a_correction_that_takes_the_place_of_the_old(office: Office) -> None:
    office.confirm(office.take([row(1), row(2)]).batch)
    done = office.take([row(1, until="2027-01-04"), row(2)])
    assert (done.report["corrections"], done.report["unchanged"]) == (1, 1)
    with reading(office.registry.engine) as connection:
        record = records_of(connection, [company(1).key])[company(1).key]
        assert str(record.entries[0].term.until_on) == "2028-01-04"
    assert office.confirm(done.batch) == (1, 1, 0)
    assert office.states() == {"published": 2, "corrected": 1}
    with reading(office.registry.engine) as connection:
        record = records_of(connection, [company(1).key])[company(1).key]
        assert [str(each.term.until_on) for each in record.entries] == ["2027-01-04"]


@pytest.mark.parametrize("act", ["remove", "repair"])
def test_no_import_brings_back_what_has_ended(office: Office, act: str) -> None:
    office.confirm(office.take([row(1)]).batch)
    office.end(1, act)
    done = office.take([row(1), row(2)])
    assert (done.accepted, done.rejected) == (1, 1)
    again = office.take([row(1, until="2029-01-04")])
    assert again.rejected == 1
    office.confirm(done.batch)
    with reading(office.registry.engine) as connection:
        assert records_of(connection, [company(1).key]) == {}


@pytest.mark.parametrize("written", ["虚财罚[2026]1号", "虚财罚（2026）1号", "虚财罚【2026】1 号", "虚财罚﹝2026﹞1号"])
def test_another_way_to_write_its_number_brings_nothing_back(office: Office, written: str) -> None:
    office.confirm(office.take([row(1)]).batch)
    assert office.take([row(1, document=written)]).report["corrections"] == 1
    discard_all(office)
    office.end(1, "repair")
    done = office.take([row(1, document=written), row(2)])
    assert (done.accepted, done.rejected) == (1, 1)


def test_what_was_corrected_at_the_desk_stays_corrected(office: Office) -> None:
    office.confirm(office.take([row(1)]).batch)
    office.correct(1, {"fact": "未按合同履约"})
    done = office.take([row(1), row(2)])
    assert (done.accepted, done.rejected) == (1, 1)
    assert "已更正" in str(done.report["reasons"])
    with reading(office.registry.engine) as connection:
        (entry,) = records_of(connection, [company(1).key])[company(1).key].entries
    assert entry.fact == "未按合同履约"


def test_a_correction_of_the_number_leaves_one_entry_however_the_source_writes_it(office: Office) -> None:
    office.confirm(office.take([row(1)]).batch)
    office.correct(1, {"document_no": "虚财罚〔2026〕11号"})
    done = office.take([row(1, until="2027-01-04")])
    assert done.report["corrections"] == 1
    assert office.confirm(done.batch) == (1, 1, 0)
    assert office.states() == {"published": 1, "corrected": 2}


def test_what_was_corrected_and_then_repaired_is_not_brought_back_by_its_old_number(office: Office) -> None:
    office.confirm(office.take([row(1)]).batch)
    office.correct(1, {"document_no": "虚财罚〔2026〕11号"})
    office.end(1, "repair")
    done = office.take([row(1), row(1, document="虚财罚〔2026〕11号"), row(2)])
    assert (done.accepted, done.rejected) == (1, 2)
    assert office.states() == {"repaired": 1, "corrected": 1, "drafted": 1}


def test_a_new_determination_lists_a_subject_anew(office: Office) -> None:
    office.confirm(office.take([row(1)]).batch)
    office.end(1, "repair")
    assert office.confirm(office.take([row(1, document="虚财罚〔2026〕99号")]).batch) == (1, 0, 0)


def test_a_correction_of_what_ended_meanwhile_does_not_take_effect(office: Office) -> None:
    office.confirm(office.take([row(1)]).batch)
    done = office.take([row(1, until="2029-01-04")])
    with unit_of_work(office.registry.engine, at=NOW) as work:
        (entry,) = find_entries(work.connection, state=EntryState.PUBLISHED)
        remove(work, str(entry["id"]), by=LI, confirmed_by=WANG, reason="期满", document_no="9号")
    assert office.confirm(done.batch) == (0, 0, 1)
    with reading(office.registry.engine) as connection:
        assert records_of(connection, [company(1).key]) == {}
