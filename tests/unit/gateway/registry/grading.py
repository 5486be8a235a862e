"""A registry that takes grades in, as stories about grades and draws need it."""

from datetime import UTC, date, datetime
from pathlib import Path

from gateway.database.unit_of_work import reading, unit_of_work
from gateway.registry.persons import RegistryKeys
from gateway.registry.supervision import GradeImport, confirm_grades, grades_on, import_grades
from tests.real_gateway import LI, NOW, WANG, RealGateway

MATTER, ON = "procurement.award", date(2026, 7, 15)
PERSON = "11010519491231002X"
SOURCE = "虚构彩票2026年第140期"
THAT_DAY = datetime(ON.year, ON.month, ON.day, 4, tzinfo=UTC)


def sheet(registry: RealGateway, rows: list[tuple[str, str]], name: str = "等级.csv") -> Path:
    path = registry.home.path.parent / name
    path.write_text("统一社会信用代码,名称,评价等级\n" + "".join(f"{a},虚构,{b}\n" for a, b in rows), "utf-8")
    return path


def take_in(registry: RealGateway, path: Path, from_on: date = date(2026, 7, 1), by: str = LI) -> GradeImport:
    keys = RegistryKeys.load(registry.home)
    with unit_of_work(registry.engine, at=NOW) as work:
        until_on = date(2026, 9, 30)
        return import_grades(work, keys, path, source="虚构第3期", from_on=from_on, until_on=until_on, by=by)


def graded(registry: RealGateway, rows: list[tuple[str, str]], from_on: date = date(2026, 7, 1)) -> str:
    file = take_in(registry, sheet(registry, rows), from_on=from_on).file
    with unit_of_work(registry.engine, at=NOW) as work:
        confirm_grades(work, file, by=WANG)
    return file


def on(registry: RealGateway, day: date = ON) -> dict[str, str]:
    with reading(registry.engine) as connection:
        return {code: str(grade) for code, grade in grades_on(connection, day).items()}
