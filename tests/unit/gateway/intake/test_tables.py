"""Whole tables of departments on their way in: stated removals, the same rows again, filled-in templates, progress."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from credit_sdk.model.subject import Subject
from gateway.database.tables import batches, entries, ledger, proposed_removals, subjects
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.intake.formats.known import FORMATS
from gateway.intake.imports import import_file
from gateway.intake.removals import open_proposals
from gateway.intake.templates import write_template
from gateway.problems import ConflictError, NotFoundError
from gateway.registry.lifecycle import remove
from gateway.registry.persons import RegistryKeys
from gateway.registry.records import records_of
from tests.real_gateway import LI, LISTED, WANG, company
from tests.unit.gateway.intake.sheets import PERSON, ROWS, write_csv, write_xlsx
from tests.unit.gateway.intake.table_office import ABNORMAL, MONDAY, Office, penalty


def test_a_penalty_of_a_person_is_listed_and_never_published(office: Office) -> None:
    person = penalty(1, CF_XDR_LB="自然人", CF_XDR_SHXYM="", CF_XDR_ZJHM=PERSON)
    done = office.take([penalty(2), person])
    office.confirm(done.batch)
    key = RegistryKeys.load(office.registry.home).key_of(Subject.parse(PERSON))
    with reading(office.registry.engine) as connection:
        assert records_of(connection, [key]) == {}
        assert records_of(connection, [company(2).key])
        stored = [connection.execute(select(each)).all() for each in (subjects, entries, batches, ledger)]
    assert PERSON not in repr(stored)


def test_the_same_rows_in_another_order_and_another_kind_of_file_change_nothing(office: Office) -> None:
    rows = [penalty(each, CF_YXQ="2027年2月3日", BZ="附注") for each in range(20)]
    office.confirm(office.take(rows).batch)
    before = office.count(entries)
    for path in (
        write_csv(office.path(".csv"), list(reversed(rows))),
        write_csv(office.path(".csv"), rows, encoding="gbk"),
        write_xlsx(office.path(".xlsx"), [{**each, "CF_YXQ": "2027/2/3"} for each in rows]),
    ):
        done = office.take_file(path)
        assert (done.report["unchanged"], done.report["drafted"], done.rejected) == (20, 0, 0)
    chinese = {column.code: column.title for column in FORMATS["penalty-2018"].columns}
    done = office.take([{chinese[code]: cell for code, cell in each.items()} for each in rows])
    assert (done.report["unchanged"], done.report["drafted"]) == (20, 0)
    assert office.count(entries) == before


def test_a_stated_removal_waits_for_its_own_document(office: Office) -> None:
    listed = [{**ABNORMAL, "统一社会信用代码": company(each).code} for each in (1, 2)]
    removed = [{**each, "移出日期": "2026-02-27", "移出原因": "补报年报", "移出机关": "虚构市局"} for each in listed]
    first = office.take(listed)
    waiting = office.take(removed[:1])
    assert "removal.waiting" in str(waiting.report["reasons"])
    office.confirm(first.batch)
    done = office.take([*removed, {**removed[0], "统一社会信用代码": company(3).code}])
    assert (done.report["proposed_removals"], done.report["unchanged"], done.rejected) == (2, 1, 0)
    with reading(office.registry.engine) as connection:
        proposals = open_proposals(connection)
        assert [(each["removed_on"], each["reason"]) for each in proposals] == [("2026-02-27", "补报年报")] * 2
        assert records_of(connection, [company(1).key])
    again = office.take([*reversed(removed)])
    assert again.report["proposed_removals"] == 2
    with unit_of_work(office.registry.engine, at=MONDAY) as work:
        assert len(open_proposals(work.connection)) == 2
        entry = str(proposals[0]["entry"])
        remove(work, entry, by=LI, confirmed_by=WANG, reason="补报年报", document_no="虚移出1号")
        assert entry not in {each["entry"] for each in open_proposals(work.connection)}
    assert office.count(proposed_removals) == 4


@pytest.mark.parametrize("name", ["plain", *FORMATS])
def test_a_template_that_was_filled_in_is_recognised_and_taken(one_office: Office, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.xlsx"
    format = write_template(name, path)
    with pytest.raises(ConflictError, match="not overwritten"):
        write_template(name, path)
    book = load_workbook(path)
    sheet, explained = book.worksheets
    plain = {"subject_code": company(1).code, "authority": "甲", "document_no": "1号", "determined_on": "2026-01-05"}
    row = {**ROWS.get(name, plain), **({"severity": "严重"} if name == "plain" else {})}
    for place, column in enumerate(format.columns, start=1):
        sheet.cell(2, place, row.get(column.code, ""))
    assert sheet.freeze_panes == "A2"
    drop_downs = {str(each.formula1) for each in sheet.data_validations.dataValidation}
    assert all(len(each) <= 255 for each in drop_downs)
    assert bool(drop_downs) == any(column.words for column in format.columns)
    told = {str(cell.value) for line in explained.iter_rows() for cell in line}
    assert {column.code for column in format.columns} <= told
    assert {rule.sentence for rule in format.across} <= told
    book.save(path)
    book.close()
    goes_to = {"plain": LISTED}.get(name, format.list_id or "licences")
    if goes_to not in {"licences", LISTED, "administrative-penalty", "abnormal-operation", "judgment-defaulter"}:
        with pytest.raises(NotFoundError, match=goes_to):
            one_office.take_file(path)
        return
    done = one_office.take_file(path, LISTED if name == "plain" else "")
    assert (done.accepted, done.rejected, done.report["doubts"]) == (1, 0, [])
    assert done.report["format"] == name


def test_progress_is_told_from_nothing_to_all(one_office: Office) -> None:
    told: list[float] = []
    path = write_csv(one_office.path(".csv"), [penalty(each) for each in range(2_500)])
    import_file(one_office.registry.home, one_office.registry.engine, path, by=LI, at=MONDAY, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 4
    assert 0 <= told[0] < 1
