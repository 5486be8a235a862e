"""Grades are taken in as delivered, by two people, and set nothing but shares; a draw is held once, from a seed."""

from datetime import date

import pytest
from sqlalchemy import select

from credit_sdk.model.subject import Subject
from gateway.database.tables import grades, ledger
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import ConflictError, FourEyesError, IntakeError, NotFoundError
from gateway.registry.subject_file import subject_file
from gateway.registry.supervision import confirm_grades, grades_of
from tests.real_gateway import LI, NOW, WANG, RealGateway, company
from tests.unit.gateway.registry.grading import MATTER, ON, PERSON, graded, on, sheet, take_in


def test_a_grade_is_used_once_a_second_person_confirms_it(registry: RealGateway) -> None:
    done = take_in(registry, sheet(registry, [(company(1).code, "A"), (company(2).code, "d级")]))
    assert on(registry) == {}
    with pytest.raises(FourEyesError), unit_of_work(registry.engine, at=NOW) as work:
        confirm_grades(work, done.file, by=LI)
    with unit_of_work(registry.engine, at=NOW) as work:
        assert confirm_grades(work, done.file, by=WANG) == 2
    with pytest.raises(ConflictError), unit_of_work(registry.engine, at=NOW) as work:
        confirm_grades(work, done.file, by=WANG)
    with pytest.raises(NotFoundError), unit_of_work(registry.engine, at=NOW) as work:
        confirm_grades(work, "nothing", by=WANG)
    assert on(registry) == {company(1).code: "A", company(2).code: "D"}
    with reading(registry.engine) as connection:
        (shown,) = grades_of(connection, company(2))
    assert (shown["grade"], shown["source"], shown["until"]) == ("D", "虚构第3期", "2026-09-30")


@pytest.mark.parametrize(
    ("day", "known"),
    [(date(2026, 6, 30), 0), (date(2026, 7, 1), 1), (date(2026, 9, 30), 1), (date(2026, 10, 1), 0)],
)
def test_a_grade_is_for_its_days_alone(sqlite_registry: RealGateway, day: date, known: int) -> None:
    graded(sqlite_registry, [(company(1).code, "A")])
    assert len(on(sqlite_registry, day)) == known


def test_what_is_no_grade_of_an_organisation_is_named_and_not_taken(registry: RealGateway) -> None:
    rows = [(company(1).code, "A"), (company(2).code, "AA"), (PERSON, "B"), ("x", "A"), (company(3).code, "")]
    rows += [(company(4).code, "A"), (company(4).code, "C"), (company(5).code, "B"), (company(5).code, "B")]
    done = take_in(registry, sheet(registry, rows, f"等级{PERSON}.csv"))
    assert (done.accepted, done.rejected) == (2, 5)
    assert [row for row, _ in done.problems] == [3, 4, 5, 6, 7]
    with reading(registry.engine) as connection:
        assert set(connection.scalars(select(grades.c.code))) == {company(1).code, company(5).code}
        assert PERSON not in repr(connection.execute(select(ledger)).all()) + repr(done)


def test_the_same_file_again_creates_nothing(registry: RealGateway) -> None:
    path = sheet(registry, [(company(1).code, "A")])
    first, again = take_in(registry, path), take_in(registry, path)
    assert (first.is_repeated, again.is_repeated, again.file) == (False, True, first.file)
    assert not take_in(registry, path, from_on=date(2026, 8, 1)).is_repeated


@pytest.mark.parametrize(
    "text", ["名称,等级\n虚构,A\n", "信用代码,code,等级\n1,2,A\n", "信用代码,等级\n", "信用代码,等级\nx,A\n"]
)
def test_a_file_without_what_it_needs_is_refused_whole(sqlite_registry: RealGateway, text: str) -> None:
    path = sqlite_registry.home.path.parent / "等级.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(IntakeError):
        take_in(sqlite_registry, path)


def test_a_grade_changes_no_answer(sqlite_registry: RealGateway) -> None:
    sqlite_registry.declare()
    sqlite_registry.publish()
    body = {"subject": company(1).code, "matter": MATTER}

    def answer(name: str) -> dict[str, object]:
        with sqlite_registry.asked(key=sqlite_registry.client(name)) as asked:
            found: dict[str, object] = asked.post("/v1/check", json=body).get_json()
        return {key: value for key, value in found.items() if key != "id"}

    before = answer("一")
    graded(sqlite_registry, [(company(1).code, "D")], from_on=date(2026, 1, 1))
    assert answer("二") == before


def test_the_file_of_a_subject_has_the_grade_that_holds_that_day(registry: RealGateway) -> None:
    graded(registry, [(company(1).code, "B")])
    take_in(registry, sheet(registry, [(company(1).code, "D")], "未复核.csv"))
    with reading(registry.engine) as connection:
        held = subject_file(connection, company(1), ON).grade
        assert subject_file(connection, company(1), date(2026, 10, 1)).grade is None
    assert held
    assert (held.grade, held.source, held.until_on) == ("B", "虚构第3期", date(2026, 9, 30))


def test_a_subject_has_no_grade_by_another_number(sqlite_registry: RealGateway) -> None:
    graded(sqlite_registry, [(company(1).code, "A")])
    with reading(sqlite_registry.engine) as connection:
        assert grades_of(connection, Subject.parse(company(2).code)) == []
