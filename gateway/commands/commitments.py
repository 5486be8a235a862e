"""``commitments …``: registering commitments (信用承诺), and what was found of their performance (践诺)."""

from datetime import UTC, date, datetime
from pathlib import Path

import click

from credit_sdk.model.listing import Severity
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import civil_day
from gateway.commands.terminal import AS_JSON, HOME, CivilDay, answer, desk, table
from gateway.database.columns import Json
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.registry import performance
from gateway.registry.commitment_law import TYPE_TITLES, CommitmentLaw
from gateway.registry.commitment_search import MAX_ROWS, find_commitments
from gateway.registry.commitments import CommitmentState, NewCommitment, Publicity, register
from gateway.registry.performance_finding import STATUS_TITLES, PerformanceFinding, PerformanceStatus
from gateway.registry.persons import RegistryKeys

_BY = click.option("--by", required=True, metavar="OPERATOR", help="经办人 / who acts")
_REVIEWER = click.option("--by", required=True, metavar="REVIEWER", help="复核人 / the second person")


@click.group()
def commitments() -> None:
    """信用承诺：登记、践诺认定、查询。

    Commitments: register, find on their performance, list.
    """


@commitments.command("register")
@HOME
@click.argument("subject")
@click.option("--committer", required=True, metavar="NAME", help="承诺人名称 / name of who commits")
@click.option("--type", "type_", required=True, type=click.Choice(list(TYPE_TITLES)), help="承诺类型 / type")
@click.option("--matter", default="", metavar="MATTER", help="事项，类型1至3必填 / matter, required for types 1 to 3")
@click.option("--cause", required=True, metavar="TEXT", help="承诺事由 / what it is about")
@click.option("--content", required=True, metavar="TEXT", help="承诺内容 / what is committed to")
@click.option("--liability", required=True, metavar="TEXT", help="违诺责任 / what a breach is to cost")
@click.option("--made-on", required=True, type=CivilDay(), metavar="DATE", help="作出日期 / when it was made")
@click.option("--valid-until", type=CivilDay(), metavar="DATE", help="有效期止 / last day, if there is one")
@click.option("--authority", required=True, metavar="NAME", help="受理单位 / who accepts it")
@click.option("--authority-code", required=True, metavar="CODE", help="受理单位代码 / its code")
@click.option("--publicity", required=True, type=click.Choice([str(each) for each in Publicity]), help="公开类型")
@click.option("--remark", default="", metavar="TEXT", help="备注 / remark")
@_BY
@AS_JSON
def register_commitment(
    home: Path,
    *,
    subject: str,
    committer: str,
    type_: str,
    matter: str,
    cause: str,
    content: str,
    liability: str,
    made_on: date,
    valid_until: date | None,
    authority: str,
    authority_code: str,
    publicity: str,
    remark: str,
    by: str,
    as_json: bool,
) -> None:
    """登记一份信用承诺，给出20位承诺编码。

    Register a commitment and print its code. The same commitment again gets the same code.
    """
    new = NewCommitment(
        subject=Subject.parse(subject),
        committer=committer,
        type=type_,
        matter=matter,
        cause=cause,
        content=content,
        liability=liability,
        made_on=made_on,
        valid_until=valid_until,
        authority=authority,
        authority_code=authority_code,
        publicity=Publicity(publicity),
        remark=remark,
    )
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        done = register(work, RegistryKeys.load(open_desk.home), new, by=by)
    said = "此前已登记 / registered before" if done.is_repeated else "已登记 / registered"
    answer({"commitment": done.code, "repeated": done.is_repeated}, [f"信用承诺 {done.code}：{said}"], as_json=as_json)


@commitments.command()
@HOME
@click.argument("code")
@click.option("--status", required=True, type=click.Choice(list(STATUS_TITLES)), help="履行状态 / how far performed")
@click.option("--false", "is_false", is_flag=True, help="虚假承诺 / the commitment itself was false")
@click.option("--unperformed", default="", metavar="TEXT", help="未履行内容 / what was not performed")
@click.option("--liability-pursued", default="", metavar="TEXT", help="违诺责任追究内容 / what was done about it")
@click.option("--severity", default="none", type=click.Choice([str(each) for each in Severity]), show_default=True)
@click.option("--determined-on", required=True, type=CivilDay(), metavar="DATE", help="认定日期 / day of the finding")
@click.option("--authority", required=True, metavar="NAME", help="认定单位 / who found it")
@click.option("--authority-code", default="", metavar="CODE", help="认定单位代码 / its code")
@click.option("--document", default="", metavar="NO", help="文书号 / number of the document")
@click.option("--notice-given-on", type=CivilDay(), metavar="DATE", help="告知日期 / when the committer was told")
@_BY
@click.option("--confirmed-by", default="", metavar="REVIEWER", help="复核人 / the second person, if present")
@AS_JSON
def perform(
    home: Path,
    *,
    code: str,
    status: str,
    is_false: bool,
    unperformed: str,
    liability_pursued: str,
    severity: str,
    determined_on: date,
    authority: str,
    authority_code: str,
    document: str,
    notice_given_on: date | None,
    by: str,
    confirmed_by: str,
    as_json: bool,
) -> None:
    """登记践诺认定；对承诺人不利的须凭文书、已告知并经复核。

    Record what was found of a commitment's performance. Against the committer it needs a document, notice given
    beforehand and a second person, and becomes an entry.
    """
    finding = PerformanceFinding(
        status=PerformanceStatus(status),
        is_false=is_false,
        unperformed=unperformed,
        liability_pursued=liability_pursued,
        severity=Severity(severity),
        determined_on=determined_on,
        authority=authority,
        authority_code=authority_code,
        document_no=document,
        notice_given_on=notice_given_on,
    )
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        found = performance.perform(work, code, finding, by=by, confirmed_by=confirmed_by)
    _say(home, found, as_json=as_json)


@commitments.command()
@HOME
@click.argument("code")
@_REVIEWER
@AS_JSON
def confirm(home: Path, *, code: str, by: str, as_json: bool) -> None:
    """复核待定的不利认定，使其生效。

    Confirm a finding that waits, as the second person; it is in the next publication.
    """
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        found = performance.confirm(work, code, by=by)
    _say(home, found, as_json=as_json)


@commitments.command()
@HOME
@click.argument("code")
@_REVIEWER
@click.option("--reason", required=True, metavar="TEXT", help="理由 / why")
@AS_JSON
def reject(home: Path, *, code: str, by: str, reason: str, as_json: bool) -> None:
    """不予认定待定的不利认定 / Reject a finding that waits."""
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        found = performance.reject(work, code, by=by, reason=reason)
    _say(home, found, as_json=as_json)


@commitments.command("list")
@HOME
@click.option("--subject", default="", metavar="CODE", help="主体代码 / of this subject")
@click.option("--matter", default="", metavar="MATTER", help="事项 / made in this matter")
@click.option("--state", type=click.Choice([str(each) for each in CommitmentState]), help="监管状态 / in this state")
@click.option("--after", default="", metavar="CODE", help="在该编码之后 / behind this code")
@click.option("--limit", default=100, type=click.IntRange(1, MAX_ROWS), show_default=True)
@AS_JSON
def list_commitments(
    home: Path, *, subject: str, matter: str, state: str | None, after: str, limit: int, as_json: bool
) -> None:
    """查询信用承诺及其履行。

    Find commitments and their performance.
    """
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        keys = RegistryKeys.load(open_desk.home).lookup_keys(Subject.parse(subject)) if subject else None
        found = find_commitments(
            connection,
            subject_keys=keys,
            matter=matter,
            state=CommitmentState(state) if state else None,
            after=after,
            limit=limit,
        )
    shown = ("code", "type_title", "subject", "committer", "matter", "made_on", "state")
    answer({"commitments": found}, table(shown, [[each[name] for name in shown] for each in found]), as_json=as_json)


@commitments.command()
@HOME
@AS_JSON
def matters(home: Path, *, as_json: bool) -> None:
    """信用承诺事项清单：今日哪些事项接受哪些类型。

    Which matters accept which types today.
    """
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        law = CommitmentLaw.load(connection, civil_day(datetime.now(UTC)))
    content: list[Json] = [
        {"matter": id, "title": law.law.matters[id].title, "types": list(types)}
        for id, types in law.accepting().items()
    ]
    rows = [
        (id, law.law.matters[id].title, "、".join(TYPE_TITLES[each] for each in types))
        for id, types in law.accepting().items()
    ]
    answer({"matters": content}, table(("事项 matter", "名称 title", "类型 types"), rows), as_json=as_json)


def _say(home: Path, found: performance.Found, *, as_json: bool) -> None:
    lines = {
        "proposed": f"承诺 {found.commitment} 的认定待复核 / waits for confirmation\n"
        f"下一步 / Next: credit-gateway commitments confirm|reject {home} {found.commitment} --by REVIEWER",
        "determined": f"承诺 {found.commitment} 的认定已生效 / determined" + (f"：{found.entry}" * bool(found.entry)),
        "rejected": f"承诺 {found.commitment}：不予认定 / rejected",
    }
    answer(
        {"commitment": found.commitment, "finding": found.id, "state": found.state, "entry": found.entry},
        [lines[found.state]],
        as_json=as_json,
    )
