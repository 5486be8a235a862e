"""``grades …``: grades of the comprehensive public credit evaluation (公共信用综合评价等级), taken in as delivered."""

from datetime import date
from pathlib import Path

import click

from credit_sdk.model.subject import Subject
from gateway.commands.terminal import AS_JSON, HOME, CivilDay, answer, desk, table
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.registry import supervision
from gateway.registry.draw import standard_code
from gateway.registry.persons import RegistryKeys

_SHOWN_PROBLEMS = 20


@click.group()
def grades() -> None:
    """公共信用综合评价等级：照录，不计算，不据以惩戒 / Grades, as delivered."""


@grades.command("import")
@HOME
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", required=True, metavar="TEXT", help="来源：提供单位和批次 / who delivered them")
@click.option("--from", "from_on", required=True, type=CivilDay(), metavar="DATE", help="适用起 / first day")
@click.option("--until", "until_on", required=True, type=CivilDay(), metavar="DATE", help="适用止 / last day")
@click.option("--by", required=True, metavar="OPERATOR", help="经办人 / who imports")
@AS_JSON
def import_grades(
    home: Path, *, file: Path, source: str, from_on: date, until_on: date, by: str, as_json: bool
) -> None:
    """导入 CSV 或 XLSX 中的等级（A、B、C、D）；由第二人确认后使用。

    Take in grades from a CSV or XLSX file. They are used once a second person confirms them.
    """
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        keys = RegistryKeys.load(open_desk.home)
        done = supervision.import_grades(work, keys, file, source=source, from_on=from_on, until_on=until_on, by=by)
    lines = [f"接收 {done.accepted}，未采用 {done.rejected} / accepted, not taken"]
    lines += [f"第{row}行 row {row}: {why}" for row, why in done.problems[:_SHOWN_PROBLEMS]]
    lines.append(f"下一步 / Next: credit-gateway grades confirm {home} {done.file} --by REVIEWER")
    if done.is_repeated:
        lines = [f"该文件此前已导入，未重复创建 / imported before as {done.file}; nothing was created"]
    answer(
        {
            "file": done.file,
            "accepted": done.accepted,
            "rejected": done.rejected,
            "problems": [{"row": row, "why": why} for row, why in done.problems],
            "repeated": done.is_repeated,
        },
        lines,
        as_json=as_json,
    )


@grades.command()
@HOME
@click.argument("file")
@click.option("--by", required=True, metavar="REVIEWER", help="复核人 / the second person")
@AS_JSON
def confirm(home: Path, *, file: str, by: str, as_json: bool) -> None:
    """复核一份等级，使其可用于抽取。

    Confirm a file of grades as the second person.
    """
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        accepted = supervision.confirm_grades(work, file, by=by)
    answer({"file": file, "accepted": accepted}, [f"{file}：已复核 {accepted} 条 / confirmed"], as_json=as_json)


@grades.command("list")
@HOME
@AS_JSON
def list_files(home: Path, *, as_json: bool) -> None:
    """列出导入的等级文件，新的在前。

    List the files of grades, newest first.
    """
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        found = supervision.all_files(connection)
    shown = ("file", "source", "from", "until", "accepted", "rejected", "imported_by", "confirmed_by")
    answer({"files": found}, table(shown, [[each[name] for name in shown] for each in found]), as_json=as_json)


@grades.command()
@HOME
@click.argument("code")
@AS_JSON
def show(home: Path, *, code: str, as_json: bool) -> None:
    """显示一个主体的等级、来源和适用期。

    Show a subject's grades with source and period.
    """
    subject = Subject.parse(standard_code(code))
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        found = supervision.grades_of(connection, subject)
    shown = ("grade", "source", "from", "until")
    lines = table(shown, [[each[name] for name in shown] for each in found])
    lines.append("等级只用于确定抽查比例和频次，不得单独作为惩戒依据 / A grade alone is no ground for a measure.")
    answer({"subject": subject.code, "grades": found}, lines, as_json=as_json)
