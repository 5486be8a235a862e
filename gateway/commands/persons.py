"""``persons …``: what the registry holds about a natural person (自然人), and who asked.

A number is read from a prompt that does not show it, or from a file or a pipe: on a command line it would stay in the
shell's history and in the list of processes.
"""

import io
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

import click

from credit_sdk.model.legal_basis import LegalBasis
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import civil_day
from gateway.accounts import OperatorRole, require_operator
from gateway.commands.terminal import AS_JSON, HOME, CivilDay, answer, desk, table
from gateway.database.columns import Json, canonical_json
from gateway.database.unit_of_work import unit_of_work
from gateway.registry import person_queries
from gateway.registry.person_queries import Asking, Warrant
from gateway.registry.persons import RegistryKeys
from gateway.registry.responsible import ROLES, Reach, Span, entries_naming, stated_with
from gateway.registry.search import MAX_ROWS, find_entries
from gateway.registry.stating import StatedPerson, state, withdraw

NUMBER_FILE = click.option(
    "--number-file",
    type=click.File("r", encoding="utf-8"),
    metavar="FILE",
    help="从文件读号码，- 为标准输入；不写则提示输入 / read the number from a file, - for standard input",
)
_MAX_NUMBER_CHARACTERS = 200
Command = TypeVar("Command", bound=Callable[..., None])


def number_from(file: io.TextIOBase | None) -> Subject:
    """The number that was typed, unseen, or that stands in a file."""
    if file is None and not sys.stdin.isatty():
        raise click.UsageError(
            "没有终端可以输入号码，请用 --number-file 指明文件，- 为标准输入 / "
            "There is no terminal to type the number at: name a file with --number-file, or - for standard input"
        )
    if file is None:
        return Subject.parse(click.prompt("号码 / Number", hide_input=True))
    return Subject.parse(file.read(_MAX_NUMBER_CHARACTERS).strip())


@click.group()
def persons() -> None:
    """自然人：查询记录、本人查阅。

    Natural persons: who asked, and what is held.
    """


@persons.command()
@HOME
@click.option("--by", required=True, metavar="OPERATOR", help="经办人 / who saw the proof")
@click.option(
    "--proof", required=True, metavar="TEXT", help="身份或授权证明的种类和编号 / what proves that it is the person"
)
@NUMBER_FILE
@AS_JSON
def queries(home: Path, *, by: str, proof: str, number_file: io.TextIOBase | None, as_json: bool) -> None:
    """本人查阅：谁、何时、为何查询过本人（个人信息保护法第四十五条）。

    Show a person who asked about him; the look itself is recorded.
    """
    person = number_from(number_file)
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        found = person_queries.show_to_the_person(
            work,
            RegistryKeys.load(open_desk.home),
            person,
            by=by,
            proof=proof,
            keep_years=open_desk.home.settings.person_query_years,
        )
    shown = ("at", "asked_by", "door", "matter", "role", "purpose", "legal_basis", "document")
    lines = table(shown, [[each[name] for name in shown] for each in found])
    answer({"subject": person.masked, "queries": found}, [f"{person.masked}：{len(found)} 次", *lines], as_json=as_json)


@persons.command("entries")
@HOME
@click.option("--by", required=True, metavar="OPERATOR", help="经办人 / who asks")
@click.option("--purpose", required=True, metavar="TEXT", help="查询目的 / what the answer is used for")
@click.option(
    "--legal-basis",
    required=True,
    type=click.Choice([str(each) for each in LegalBasis]),
    help="依据：本人同意或法定职责 / consent or statutory duty",
)
@click.option(
    "--basis-document", required=True, metavar="TEXT", help="授权书或法条 / the authorisation, or the article"
)
@NUMBER_FILE
@AS_JSON
def person_entries(
    home: Path,
    *,
    by: str,
    purpose: str,
    legal_basis: str,
    basis_document: str,
    number_file: io.TextIOBase | None,
    as_json: bool,
) -> None:
    """查询一名自然人的条目；须写明目的和依据，查询留痕。

    Find the entries of a natural person. The query is recorded with its purpose and basis.
    """
    person = number_from(number_file)
    person_queries.require_person(person)
    warrant = Warrant.stated(purpose, legal_basis, basis_document)
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        require_operator(work.connection, by, OperatorRole.OPERATOR)
        keys = RegistryKeys.load(open_desk.home)
        found = find_entries(work.connection, subject_keys=keys.lookup_keys(person), limit=MAX_ROWS)
        named: list[Json] = [
            {"entry": each.row.id, "list": each.row.list, "role": each.role, "reach": each.reach}
            for each in entries_naming(work.connection, keys, person)
        ]
        person_queries.record_queries(
            work,
            keys,
            [(person, "")],
            Asking(by, "entries"),
            warrant,
            keep_years=open_desk.home.settings.person_query_years,
        )
    shown = ("id", "state", "list", "subject", "name", "document_no", "determined_on", "term_until")
    answer(
        {"subject": person.masked, "entries": found, "named_in": named},
        [*table(shown, [[each[name] for name in shown] for each in found]), *_named_lines(named)],
        as_json=as_json,
    )


def _named_lines(named: Sequence[Json]) -> list[str]:
    return [f"载明为责任人 / named in: {canonical_json(each)}" for each in named]


@persons.command()
@HOME
@click.option("--by", required=True, metavar="OPERATOR", help="经办人 / who acts")
@click.option("--confirmed-by", required=True, metavar="REVIEWER", help="复核人 / the second person")
@AS_JSON
def expire(home: Path, *, by: str, confirmed_by: str, as_json: bool) -> None:
    """删除保存期已满的自然人查询记录（保存年限见 person_query_years）。

    Delete the records of queries whose time to be kept is over.
    """
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        deleted = person_queries.expire(work, civil_day(work.at), by=by, confirmed_by=confirmed_by)
    answer({"deleted": deleted}, [f"已删除 {deleted} 条 / deleted"], as_json=as_json)


@click.group()
def responsible() -> None:
    """相关责任人：登记、撤回。

    Who answers for what an entry is about.
    """


def _day_option(name: str, title: str) -> Callable[[Command], Command]:
    return click.option(name, type=CivilDay(), metavar="DATE", help=title)


@responsible.command("state")
@HOME
@click.argument("entry")
@click.option(
    "--role",
    required=True,
    type=click.Choice(sorted({each.value for each in ROLES.values()})),
    help="角色 / in what role",
)
@click.option(
    "--named/--not-named", "is_named", required=True, help="决定书是否认定其负有责任 / does the decision say so"
)
@click.option("--source", required=True, metavar="TEXT", help="来源，如决定书文号 / where that is taken from")
@click.option("--name", default="", metavar="TEXT", help="姓名或名称 / name")
@_day_option("--office-from", "任职起 / in the role since")
@_day_option("--office-until", "任职止 / in the role until")
@_day_option("--conduct-from", "行为起 / first day of the conduct")
@_day_option("--conduct-until", "行为止 / last day of the conduct")
@click.option("--by", required=True, metavar="OPERATOR", help="经办人 / who states it")
@click.option("--confirmed-by", required=True, metavar="REVIEWER", help="复核人 / the second person")
@NUMBER_FILE
@AS_JSON
def state_responsible(
    home: Path,
    *,
    entry: str,
    role: str,
    is_named: bool,
    source: str,
    name: str,
    office_from: date | None,
    office_until: date | None,
    conduct_from: date | None,
    conduct_until: date | None,
    by: str,
    confirmed_by: str,
    number_file: io.TextIOBase | None,
    as_json: bool,
) -> None:
    """登记条目的相关责任人；号码不写在命令行里。

    State who answers for an entry. Only whom the decision itself names is reached by its measures.
    """
    person = StatedPerson(
        number_from(number_file),
        ROLES[role],
        is_named,
        source,
        name,
        Span(office_from, office_until),
        Span(conduct_from, conduct_until),
    )
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        state(work, RegistryKeys.load(open_desk.home), entry, [person], by=by, confirmed_by=confirmed_by)
        stated = stated_with(work.connection, entry)[-1]
    lines = [f"{stated['subject']}：{stated['role']}，{_REACH[Reach(str(stated['reach']))]}"]
    unknown = stated["unknown"]
    lines += [str(each) for each in unknown] if isinstance(unknown, list) else []
    answer({"entry": entry, "stated": stated}, lines, as_json=as_json)


@responsible.command("withdraw")
@HOME
@click.argument("number", type=int)
@click.option("--by", required=True, metavar="OPERATOR", help="经办人 / who acts")
@click.option("--confirmed-by", required=True, metavar="REVIEWER", help="复核人 / the second person")
@click.option("--reason", required=True, metavar="TEXT", help="理由 / why")
@AS_JSON
def withdraw_responsible(home: Path, *, number: int, by: str, confirmed_by: str, reason: str, as_json: bool) -> None:
    """撤回误登记的责任人（编号见 entries show）。

    Take back that somebody answers for an entry; its number stands in `entries show`.
    """
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        entry = withdraw(work, number, by=by, confirmed_by=confirmed_by, reason=reason)
    answer({"entry": entry, "withdrawn": number}, [f"条目 {entry}：{number} 已撤回 / withdrawn"], as_json=as_json)


_REACH = {
    Reach.NAMED: "决定书认定其负有责任 / the decision names him",
    Reach.NOT_NAMED: "决定书未认定，措施不及于此人，仅供查看 / not named: shown, and reached by no measure",
    Reach.NOT_IN_OFFICE: "任职期间与行为日不重合，措施不及于此人，请核实 / not in office then: reached by no measure",
    Reach.WITHDRAWN: "已撤回 / withdrawn",
}
