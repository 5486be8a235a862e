"""Grades of the comprehensive public credit evaluation (公共信用综合评价等级), taken in as they were delivered.

GB/T 45255-2025 knows A to D. Here nothing is computed, no threshold stands, and no answer to a check reads a grade: it
sets what part of a group is drawn for inspection (:mod:`gateway.registry.draws`) and nothing else. Two people take a
file in; on a day the grade of the file confirmed last holds, among those whose period has that day.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model.subject import Subject
from credit_sdk.model.supervision import Grade
from credit_sdk.model.term import civil_day
from gateway.accounts import OperatorRole, require_operator, require_two
from gateway.database.columns import Json, instant_text
from gateway.database.tables import grade_files, grades
from gateway.database.unit_of_work import UnitOfWork
from gateway.intake.files import SheetRow, SourceFile
from gateway.problems import ConflictError, IntakeError, InvalidActError, NotFoundError
from gateway.registry.draw import standard_code
from gateway.registry.persons import RegistryKeys
from gateway.registry.wording import written

CODE_TITLES = ("统一社会信用代码", "社会信用代码", "信用代码", "主体代码", "subject_code", "code")
GRADE_TITLES = ("公共信用综合评价等级", "综合评价等级", "评价等级", "信用等级", "等级", "grade")
MAX_PROBLEMS = 1_000
_ROWS_AT_A_TIME = 5_000


@dataclass(frozen=True, slots=True)
class GradeImport:
    """What became of a file of grades.

    Attributes:
        problems: Row and reason of each row that was not taken, at most 1,000.
        is_repeated: Whether the same file was taken in before; nothing was created then.
    """

    file: str
    accepted: int
    rejected: int
    problems: tuple[tuple[int, str], ...]
    is_repeated: bool


def import_grades(
    work: UnitOfWork, keys: RegistryKeys, path: Path, *, source: str, from_on: date, until_on: date, by: str
) -> GradeImport:
    """Take in a file of grades; they hold once a second person confirms it.

    Args:
        work: The transaction.
        keys: For the file's fingerprint.
        path: CSV or XLSX with a code and a grade in each row.
        source: Who delivered it, under which number.
        from_on: First day the grades are for.
        until_on: Last day.
        by: The operator who imports.

    Raises:
        FourEyesError: Not an operator.
        InvalidActError: No source, or the period ends before it begins.
        IntakeError: The file cannot be read, or has no such columns; nothing was stored.
    """
    require_operator(work.connection, by, OperatorRole.OPERATOR)
    source = written(source)
    if not source:
        raise InvalidActError(
            "等级须写明来源 / Grades need their source.", hint="请填写来源：提供单位和批次 / Who delivered them."
        )
    if until_on < from_on:
        raise InvalidActError(
            f"适用止日{until_on}早于适用起日{from_on} / The period ends ({until_on}) before it begins ({from_on}).",
            hint="请核对起止日期 / Check the days.",
        )
    file = SourceFile.inspect(path)
    stated = (source, from_on.isoformat(), until_on.isoformat())
    fingerprint = keys.fingerprint("\n".join((file.digest, *stated)))
    held = work.connection.execute(select(grade_files).where(grade_files.c.fingerprint == fingerprint)).first()
    if held is not None:
        problems = tuple((int(row), str(why)) for row, why in held.problems)
        return GradeImport(held.id, held.accepted, held.rejected, problems, is_repeated=True)
    taken, refused = _read(file)
    if not taken:
        raise IntakeError(
            f"{file.name}没有代码和等级都可用的行 / {file.name} has no row with a code and a grade that can be used.",
            hint=f"第{refused[0][0]}行：{refused[0][1]}" if refused else "请检查文件内容 / Check what is in the file.",
        )
    id = f"{civil_day(work.at):%Y%m%d}-{secrets.token_hex(4)}"
    shown = refused[:MAX_PROBLEMS]
    work.connection.execute(
        insert(grade_files).values(
            id=id,
            file_name=file.name,
            fingerprint=fingerprint,
            source=source,
            from_on=from_on,
            until_on=until_on,
            accepted=len(taken),
            rejected=len(refused),
            problems=[list(each) for each in shown],
            imported_by=by,
            imported_at=work.at,
        )
    )
    rows = [
        {"file": id, "subject_key": Subject.parse(code).key, "code": code, "grade": grade}
        for code, grade in sorted(taken.items())
    ]
    for start in range(0, len(rows), _ROWS_AT_A_TIME):
        work.connection.execute(insert(grades), rows[start : start + _ROWS_AT_A_TIME])
    counts: dict[str, Json] = {"file": id, "accepted": len(taken), "rejected": len(refused)}
    work.ledger.append("grade:file:import", by, {**counts, "source": source, "from": stated[1], "until": stated[2]})
    return GradeImport(id, len(taken), len(refused), tuple(shown), is_repeated=False)


def confirm_grades(work: UnitOfWork, file: str, *, by: str) -> int:
    """Put the grades of a file into use, as the second person; how many.

    Raises:
        NotFoundError: No such file.
        FourEyesError: The same person, or one without the role.
        ConflictError: It was confirmed already.
    """
    row = work.connection.execute(select(grade_files).where(grade_files.c.id == file)).first()
    if row is None:
        raise NotFoundError(
            f"没有等级文件{file} / There is no file of grades {file}.",
            hint="查看：credit-gateway grades list HOME / List them with that command.",
        )
    require_two(work.connection, row.imported_by, by)
    claimed = work.connection.execute(
        update(grade_files)
        .where(grade_files.c.id == file, grade_files.c.confirmed_by.is_(None))
        .values(confirmed_by=by, confirmed_at=work.at)
    )
    if claimed.rowcount != 1:
        raise ConflictError(
            f"等级文件{file}此前已复核 / The grades {file} were confirmed already.",
            hint="无需再次办理 / Nothing is left to do.",
        )
    work.ledger.append(
        "grade:file:confirm", by, {"file": file, "imported_by": row.imported_by, "accepted": row.accepted}
    )
    accepted: int = row.accepted
    return accepted


def grades_on(connection: Connection, on: date) -> dict[str, Grade]:
    """The grade of every subject that has one on a day, by code."""
    in_use = (
        select(grades.c.code, grades.c.grade)
        .join(grade_files, grade_files.c.id == grades.c.file)
        .where(grade_files.c.confirmed_by.is_not(None), grade_files.c.from_on <= on, grade_files.c.until_on >= on)
        .order_by(grade_files.c.confirmed_at, grade_files.c.id)
    )
    return {row.code: Grade(row.grade) for row in connection.execute(in_use)}


def grades_of(connection: Connection, subject: Subject) -> list[dict[str, Json]]:
    """The grades of one subject with source and period, those confirmed last first."""
    found = connection.execute(
        select(grades.c.grade, grade_files)
        .join(grade_files, grade_files.c.id == grades.c.file)
        .where(grades.c.subject_key == subject.key, grade_files.c.confirmed_by.is_not(None))
        .order_by(grade_files.c.confirmed_at.desc(), grade_files.c.id)
    )
    return [{"grade": row.grade, **_period(row.source, row.from_on, row.until_on), "file": row.id} for row in found]


def all_files(connection: Connection, *, limit: int = 100) -> list[dict[str, Json]]:
    """Files of grades, newest first."""
    found = connection.execute(select(grade_files).order_by(grade_files.c.imported_at.desc()).limit(limit))
    return [
        {
            "file": row.id,
            **_period(row.source, row.from_on, row.until_on),
            "accepted": row.accepted,
            "rejected": row.rejected,
            "imported_by": row.imported_by,
            "imported_at": instant_text(row.imported_at),
            "confirmed_by": row.confirmed_by or "",
        }
        for row in found
    ]


def _period(source: str, from_on: date, until_on: date) -> dict[str, Json]:
    return {"source": source, "from": from_on.isoformat(), "until": until_on.isoformat()}


def codes_in(path: Path) -> Iterator[tuple[int, str]]:
    """Row number and code of each row of a file that has a column of codes.

    Raises:
        IntakeError: The file cannot be read, or has no such column.
    """
    columns, rows = _columns(SourceFile.inspect(path), {"code": CODE_TITLES})
    for row in rows:
        yield row.number, _cell(row, columns["code"])


def _read(file: SourceFile) -> tuple[dict[str, Grade], list[tuple[int, str]]]:
    columns, rows = _columns(file, {"code": CODE_TITLES, "grade": GRADE_TITLES})
    taken: dict[str, Grade] = {}
    first: dict[str, int] = {}
    contradicted: set[str] = set()
    refused: list[tuple[int, str]] = []
    for row in rows:
        try:
            code = standard_code(_cell(row, columns["code"]))
        except InvalidSubjectError as error:
            refused.append((row.number, f"主体代码不正确：{error.hint} {error}"))
            continue
        text = _cell(row, columns["grade"]).upper().removesuffix("级").strip()
        if text not in set(Grade):
            refused.append((row.number, "等级不是A、B、C、D / not one of the four grades of GB/T 45255-2025"))
        elif taken.setdefault(code, Grade(text)) != text:
            contradicted.add(code)
        first.setdefault(code, row.number)
    for code in contradicted:
        del taken[code]
        refused.append((first[code], f"{code}在文件中有不同的等级，均未采用 / given two grades; neither was taken"))
    return taken, sorted(refused)


def _columns(file: SourceFile, wanted: Mapping[str, tuple[str, ...]]) -> tuple[dict[str, int], Iterator[SheetRow]]:
    rows = (row for row in file.rows() if not row.is_blank)
    header = next(rows, None)
    titles = [cell.removeprefix("\ufeff").strip().lower() for cell in header.cells] if header else []
    found = {}
    for name, known in wanted.items():
        places = [place for place, title in enumerate(titles) if title in known]
        if len(places) != 1:
            raise IntakeError(
                f"{file.name}须恰有一列{'代码' if name == 'code' else '等级'} / "
                f"{file.name} needs exactly one column of {'codes' if name == 'code' else 'grades'}.",
                hint=f"表头写作 / The header: {'、'.join(known)}.",
            )
        found[name] = places[0]
    return found, rows


def _cell(row: SheetRow, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""
