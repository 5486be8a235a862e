"""An import adds and corrects, loses nothing, doubles nothing, and brings nothing back."""

import csv
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gateway.accounts import OperatorRole, add_operator, disable_operator
from gateway.database.columns import canonical_json
from gateway.database.tables import batches, entries, ledger, rejected_rows, subjects
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.intake.batches import ImportResult
from gateway.intake.imports import import_file
from gateway.intake.report import missing_path, rejected_path, report_path
from gateway.ledger.verify import verify
from gateway.problems import ConflictError, FourEyesError, IntakeError, InvalidActError, NotFoundError
from gateway.registry.corrections import correct
from gateway.registry.determinations import all_batches, confirm, discard
from gateway.registry.lifecycle import EntryState, grant_repair, remove
from gateway.registry.records import records_of
from gateway.registry.search import find_entries
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway, company

HEADER = ["统一社会信用代码", "名称", "认定部门", "文书号", "依据", "认定日期", "起始日期", "截止日期", "严重程度"]
HEADER += ["事实", "告知日期"]
PERSON = "639900199003070115"


def row(number: int, *, code: str = "", until: str = "2028-01-04", document: str = "") -> list[str]:
    return [
        code or company(number).code,
        f"虚构公司{number}",
        "虚构市财政局",
        document or f"虚财罚〔2026〕{number}号",
        "政府采购法第七十七条",
        "2026-01-05",
        "",
        until,
        "严重",
        "提供虚假材料谋取中标",
        "2025-12-01",
    ]


class Office:
    """One who imports files into a registry."""

    def __init__(self, registry: RealGateway, folder: Path) -> None:
        self.registry = registry
        self.folder = folder
        self.files = 0

    def file(self, rows: Sequence[Sequence[str]]) -> Path:
        self.files += 1
        path = self.folder / f"file-{self.files}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADER, *rows])
        return path

    def take(self, rows: Sequence[Sequence[str]], *, full: bool = False) -> ImportResult:
        return self.take_file(self.file(rows), full=full)

    def take_file(self, path: Path, *, full: bool = False, by: str = LI, list_id: str = LISTED) -> ImportResult:
        return import_file(self.registry.home, self.registry.engine, path, list_id, by=by, full=full, at=NOW)

    def confirm(self, batch: str) -> tuple[int, int, int]:
        with unit_of_work(self.registry.engine, at=NOW) as work:
            done = confirm(work, batch, by=WANG)
        return done.published, done.corrected, done.discarded

    def states(self) -> dict[str, int]:
        with reading(self.registry.engine) as connection:
            statement = select(entries.c.state, func.count().label("total")).group_by(entries.c.state)
            return {each.state: each.total for each in connection.execute(statement)}

    def end(self, number: int, act: str) -> None:
        with unit_of_work(self.registry.engine, at=NOW) as work:
            (entry,) = find_entries(
                work.connection, state=EntryState.PUBLISHED, subject_keys=company(number).lookup_keys
            )
            end = {"remove": remove, "repair": grant_repair}[act]
            end(work, str(entry["id"]), by=LI, confirmed_by=WANG, reason="已履行", document_no="虚财〔2026〕9号")

    def correct(self, number: int, changes: dict[str, str | date | None]) -> str:
        with unit_of_work(self.registry.engine, at=NOW) as work:
            (entry,) = find_entries(
                work.connection, state=EntryState.PUBLISHED, subject_keys=company(number).lookup_keys
            )
            stated = {"by": LI, "confirmed_by": WANG, "reason": "文书更正", "document_no": "虚更〔2026〕1号"}
            return correct(work, str(entry["id"]), changes, **stated)


def discard_all(office: Office) -> None:
    with unit_of_work(office.registry.engine, at=NOW) as work:
        for each in all_batches(work.connection):
            if each.drafted:
                discard(work, each.id, by=LI, reason="写法不同")


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


def test_two_people_who_import_the_same_file_at_once_make_one_batch(office: Office) -> None:
    path = office.file([row(each) for each in range(1200)])
    with ThreadPoolExecutor(2) as people:
        done = list(people.map(lambda by: office.take_file(path, by=by), (LI, WANG)))
    assert len({each.batch for each in done}) == 1
    assert sorted(each.is_repeated for each in done) == [False, True]
    assert office.states() == {"drafted": 1200}


def test_two_files_with_the_same_rows_at_once_draft_each_row_once(office: Office) -> None:
    one, other = (
        office.file([row(each) for each in range(1200)]),
        office.file([row(1200 - each) for each in range(1200)]),
    )
    with ThreadPoolExecutor(2) as people:
        list(people.map(office.take_file, (one, other)))
    assert office.states() == {"drafted": 1201}


def test_a_row_keeps_its_number_wherever_rows_are_read_together(office: Office) -> None:
    wrong, blank = (1, 199, 200, 201, 400), (2, 201, 399)
    rows: list[list[str]] = []
    for number in range(1, 430):
        rows += [[]] * (number in blank)
        rows.append(row(number, code="无" if number in wrong else ""))
    done = office.take([*rows, [], []])
    expected = [place + 2 for place, each in enumerate(rows) if each and each[0] == "无"]
    with rejected_path(office.registry.home, done.batch).open(encoding="utf-8-sig", newline="") as file:
        _, *set_aside = csv.reader(file)
    assert [int(each[0]) for each in set_aside] == expected
    assert (done.report["rows"], done.report["blank"], done.report["drafted"]) == (429, 3, 424)


def test_rows_of_many_chunks_are_compared_across_chunks(office: Office) -> None:
    done = office.take([*(row(each) for each in range(1100)), row(5), row(7, until="2030-01-04")])
    assert (done.report["drafted"], done.report["unchanged"], done.rejected) == (1100, 1, 1)
    assert "contradictory" in str(done.report["reasons"])


def test_what_is_set_aside_is_named_in_the_order_of_the_file_however_large_it_is(office: Office) -> None:
    rows = [row(number) for number in range(1_500)]
    # Rows of their own number with another end contradict, and the others of them lack a code.
    rows += [row(number, until="2027-01-04") for number in reversed(range(1_500))]
    rows += [row(1, code="无") for _ in range(10)]
    done = office.take(rows)
    with rejected_path(office.registry.home, done.batch).open(encoding="utf-8-sig", newline="") as file:
        _, *set_aside = csv.reader(file)
    assert [int(each[0]) for each in set_aside] == list(range(1_502, 3_012))
    assert [each[2:] for each in set_aside[:2]] == [rows[1_500], rows[1_501]]
    reasons: list[dict[str, object]] = json.loads(canonical_json(done.report["reasons"]))
    (contradicting,) = [each for each in reasons if each["code"] == "entry.contradictory"]
    assert (contradicting["rows"], contradicting["first_rows"]) == (1_500, list(range(1_502, 1_512)))
    assert [each.name for each in office.registry.home.spool.iterdir() if each.name.startswith(".")] == []
