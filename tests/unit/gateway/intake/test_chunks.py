"""Large files are read in chunks, and several at once; nobody can tell from what comes of them."""

import csv
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.database.columns import canonical_json
from gateway.intake.report import rejected_path
from tests.real_gateway import LI, WANG, RealGateway
from tests.unit.gateway.intake.counter import Office, row


@pytest.fixture
def office(registry: RealGateway, tmp_path: Path) -> Office:
    return Office(registry, tmp_path)


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
