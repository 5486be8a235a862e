"""``persons …``: what the registry holds about a natural person (自然人), and who asked.

A number is read from a prompt that does not show it, or from a file or a pipe: on a command line it would stay in the
shell's history and in the list of processes.
"""

import io
from pathlib import Path

import click

from credit_sdk.model.legal_basis import LegalBasis
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import civil_day
from gateway.accounts import OperatorRole, require_operator
from gateway.commands.terminal import AS_JSON, HOME, answer, desk, table
from gateway.database.unit_of_work import unit_of_work
from gateway.registry import person_queries
from gateway.registry.person_queries import Asking, Warrant
from gateway.registry.persons import RegistryKeys
from gateway.registry.search import MAX_ROWS, find_entries

NUMBER_FILE = click.option(
    "--number-file",
    type=click.File("r", encoding="utf-8"),
    metavar="FILE",
    help="从文件读号码，- 为标准输入；不写则提示输入 / read the number from a file, - for standard input",
)
_MAX_NUMBER_CHARACTERS = 200


def number_from(file: io.TextIOBase | None) -> Subject:
    """The number that was typed, unseen, or that stands in a file."""
    if file is None:
        return Subject.parse(click.prompt("号码 / Number", hide_input=True))
    return Subject.parse(file.read(_MAX_NUMBER_CHARACTERS).strip())


@click.group()
def persons() -> None:
    """自然人：查询记录、本人查阅 / Natural persons: who asked, and what is held."""


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
        {"subject": person.masked, "entries": found},
        table(shown, [[each[name] for name in shown] for each in found]),
        as_json=as_json,
    )


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
