"""An import adds and corrects, loses nothing, doubles nothing, and brings nothing back."""

import csv
import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gateway.accounts import OperatorRole, add_operator, disable_operator
from gateway.database.tables import batches, entries, ledger, rejected_rows, subjects
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.intake.report import missing_path, rejected_path, report_path
from gateway.ledger.verify import verify
from gateway.problems import ConflictError, FourEyesError, IntakeError, InvalidActError, NotFoundError
from gateway.registry.determinations import all_batches, discard
from gateway.registry.records import records_of
from gateway.registry.search import find_entries
from tests.real_gateway import LI, NOW, WANG, RealGateway, company
from tests.unit.gateway.intake.counter import HEADER, PERSON, Office, row


@pytest.fixture
def office(registry: RealGateway, tmp_path: Path) -> Office:
    return Office(registry, tmp_path)


def test_rows_are_drafted_and_take_effect_when_another_person_confirms(office: Office) -> None:
    done = office.take([row(1), row(2), row(3)])
    assert (done.accepted, done.rejected) == (3, 0)
    assert office.states() == {"drafted": 3}
    with reading(office.registry.engine) as connection:
        assert records_of(connection, [company(1).key]) == {}
    assert office.confirm(done.batch) == (3, 0, 0)
    assert office.states() == {"published": 3}
    with reading(office.registry.engine) as connection:
        assert records_of(connection, [company(1).key])
        verify(connection)
        acts = connection.scalars(select(ledger.c.act).where(ledger.c.act.like("entry:%")).order_by(ledger.c.seq))
        assert acts.all() == ["entry:batch:import", "entry:batch:confirm"]


def test_nobody_confirms_their_own_import(office: Office) -> None:
    done = office.take_file(office.file([row(1)]), by=WANG)
    with pytest.raises(FourEyesError):
        office.confirm(done.batch)
    assert office.states() == {"drafted": 1}


def test_what_somebody_drafted_who_was_disabled_since_is_discarded_and_not_confirmed(office: Office) -> None:
    with unit_of_work(office.registry.engine, at=NOW) as work:
        add_operator(work, "赵经办", roles=[OperatorRole.OPERATOR], actor="test")
    path = office.file([row(1)])
    batch = office.take_file(path, by="赵经办").batch
    with unit_of_work(office.registry.engine, at=NOW) as work:
        disable_operator(work, "赵经办", actor="test")
    with pytest.raises(FourEyesError, match="disabled"):
        office.confirm(batch)
    with unit_of_work(office.registry.engine, at=NOW) as work:
        discard(work, batch, by=LI, reason="经办离岗")
    assert office.confirm(office.take_file(path).batch) == (1, 0, 0)


def test_only_an_operator_imports(office: Office) -> None:
    with pytest.raises(FourEyesError):
        office.take_file(office.file([row(1)]), by="nobody")
    with pytest.raises(NotFoundError):
        office.take_file(office.file([row(1)]), list_id="no-such-list")


def test_every_row_is_accepted_or_set_aside_with_its_number(office: Office) -> None:
    blank = [""] * len(HEADER)
    done = office.take([row(1), row(2, code="91630100710550007X"), blank, row(3, until="2020-01-01"), row(4), blank])
    assert (done.accepted, done.rejected) == (2, 2)
    assert (done.report["rows"], done.report["blank"]) == (4, 1)
    with reading(office.registry.engine) as connection:
        stored = connection.execute(select(rejected_rows).order_by(rejected_rows.c.row_no)).all()
    assert [(each.row_no, each.reasons[0]["code"]) for each in stored] == [(3, "subject.invalid"), (5, "term.reversed")]
    assert stored[0].raw["名称"] == "虚构公司2"


def test_the_report_lies_beside_the_batch_for_programs_and_people(office: Office) -> None:
    done = office.take([row(1), row(2, code="=HYPERLINK(1)"), row(3, code="91630100710550007X")])
    home = office.registry.home
    assert json.loads(report_path(home, done.batch).read_bytes())["rejected"] == 2
    text = report_path(home, done.batch).with_suffix(".txt").read_text(encoding="utf-8-sig")
    assert "接收 1，退回 2" in text
    rejected = rejected_path(home, done.batch)
    assert rejected.read_bytes().startswith(b"\xef\xbb\xbf")
    with rejected.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [each[0] for each in rows] == ["行号", "3", "4"]
    assert rows[1][2] == "'=HYPERLINK(1)"
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in home.spool.iterdir())


def test_contradictions_are_set_aside_until_somebody_decides(office: Office) -> None:
    first = office.take([row(1), row(1, until="2029-01-04")])
    assert (first.accepted, first.rejected) == (1, 1)
    waiting = office.take([row(1, until="2030-01-04")])
    assert waiting.rejected == 1
    assert "尚未复核" in str(waiting.report["reasons"])
    with unit_of_work(office.registry.engine, at=NOW) as work:
        assert discard(work, first.batch, by=LI, reason="文件有误") == 1
    assert office.take([row(1, until="2031-01-04")]).accepted == 1


def test_a_full_file_shows_what_it_no_longer_has_and_removes_nothing(office: Office) -> None:
    office.confirm(office.take([row(1), row(2), row(3)]).batch)
    done = office.take([row(2), row(4)], full=True)
    assert done.report["missing"] == 2
    with missing_path(office.registry.home, done.batch).open(encoding="utf-8-sig", newline="") as file:
        assert {each["主体"] for each in csv.DictReader(file)} == {company(1).code, company(3).code}
    assert office.states() == {"published": 3, "drafted": 1}


def test_a_batch_is_decided_once(office: Office) -> None:
    done = office.take([row(1)])
    with pytest.raises(InvalidActError), unit_of_work(office.registry.engine) as work:
        discard(work, done.batch, by=LI, reason=" ")
    office.confirm(done.batch)
    with pytest.raises(ConflictError):
        office.confirm(done.batch)
    with pytest.raises(ConflictError), unit_of_work(office.registry.engine) as work:
        discard(work, done.batch, by=LI, reason="x")
    with pytest.raises(NotFoundError):
        office.confirm("nothing")
    with reading(office.registry.engine) as connection:
        (told,) = all_batches(connection)
    assert (told.confirmed_by, told.drafted, told.accepted) == (WANG, 0, 1)


def test_a_cut_file_leaves_nothing(office: Office) -> None:
    path = office.file([row(each) for each in range(1500)])
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(IntakeError, match="cut off"):
        office.take_file(path)
    with reading(office.registry.engine) as connection:
        for each in (batches, entries, subjects, rejected_rows):
            assert connection.scalar(select(func.count()).select_from(each)) == 0
    assert list(office.registry.home.spool.iterdir()) == []


def test_the_number_of_a_person_is_stored_nowhere(office: Office) -> None:
    done = office.take([row(1, code=PERSON), row(2, code=PERSON[:-1] + "4")])
    assert (done.accepted, done.rejected) == (1, 1)
    office.confirm(done.batch)
    with reading(office.registry.engine) as connection:
        (found,) = find_entries(connection)
        assert found["is_person"] is True
        assert found["subject"] == "639900********0115"
        stored = [
            connection.execute(select(each)).all() for each in (subjects, entries, rejected_rows, batches, ledger)
        ]
    kept = repr(stored) + "".join(each.read_text(encoding="utf-8") for each in office.registry.home.spool.iterdir())
    assert PERSON not in kept
    assert PERSON[:-1] not in kept


def test_a_gbk_file_says_its_encoding(office: Office) -> None:
    path = office.file([row(1)])
    path.write_bytes(path.read_text(encoding="utf-8").encode("gbk"))
    done = office.take_file(path)
    assert (done.accepted, done.report["encoding"]) == (1, "gb18030")


def test_a_file_is_read_before_anybody_has_to_wait_for_it(office: Office) -> None:
    path = office.file([row(each) for each in range(1500)])
    path.write_bytes(path.read_bytes()[:-40])
    # Another writer is at work all the while: reading and checking must not wait for it.
    with unit_of_work(office.registry.engine), pytest.raises(IntakeError, match="cut off"):
        office.take_file(path)
