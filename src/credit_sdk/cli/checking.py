"""``credit check``: one answer, as sentences for an officer or as the decision's own JSON."""

from datetime import datetime
from pathlib import Path
from typing import Literal

import click

from credit_sdk.cli.terminal import as_json, directory
from credit_sdk.client import CreditClient
from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.finding import Principal
from credit_sdk.model.measure import Role
from credit_sdk.model.subject import Subject
from credit_sdk.model.verdict import Verdict

EXIT_CODES = {Verdict.CLEAR: 0, Verdict.REVIEW: 10, Verdict.DENY: 20, Verdict.UNDETERMINED: 3}
_TRUTHS = {"true": True, "false": False}


@click.command()
@directory
@click.argument("subject")
@click.argument("matter")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="查询的日期，默认今天。The day asked about, default today."
)
@click.option("--case", help="案件编号，记入核查记录。The case number, kept with the record.")
@click.option("--fact", "--facts", "facts", multiple=True, metavar="NAME=VALUE", help="案件事实。A fact of the case.")
@click.option(
    "--principal",
    "principals",
    multiple=True,
    metavar="ROLE=NUMBER",
    help=f"相关责任人。A principal; roles: {', '.join(Role)}.",
)
@click.option("--purpose", help="查询自然人的目的（在线查询必填）。Purpose of asking about a person.")
@click.option("--legal-basis", help="查询自然人的法律依据（在线查询必填）。Legal basis of asking about a person.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="说明的语言。Language of the sentences.")
@as_json
def check(
    directory: Path,
    *,
    subject: str,
    matter: str,
    on: datetime | None,
    case: str | None,
    facts: tuple[str, ...],
    principals: tuple[str, ...],
    purpose: str | None,
    legal_basis: str | None,
    lang: Literal["zh", "en"],
    as_json: bool,
) -> int:
    """核查一个主体能否在某事项中办理。Check one subject in one matter.

    退出码 Exit code: 0 CLEAR, 10 REVIEW, 20 DENY, 3 UNDETERMINED.
    """
    with CreditClient.open(directory, background=False) as credit:
        decision = credit.check(
            subject,
            matter,
            on=on.date() if on else None,
            principals=[_principal(text) for text in principals],
            facts=dict(_fact(text) for text in facts) or None,
            case=case,
            purpose=purpose,
            legal_basis=legal_basis,
        )
        # Nobody will look at the status of a process that ends: what could not be kept is said now.
        credit.flush()
    if as_json:
        click.echo(decision.to_json() + b"\n", nl=False)
    else:
        click.echo(decision.explain(lang))
        click.echo(f"核查编号：{decision.id}" if lang == "zh" else f"Decision: {decision.id}")
    return EXIT_CODES[decision.verdict]


def _principal(text: str) -> Principal:
    role, separator, number = text.partition("=")
    if not separator or role not in set(Role):
        raise InvalidRequestError(
            "--principal must be ROLE=NUMBER, else it is not known whom the law reaches.",
            hint=f"Roles are {', '.join(Role)}.",
        )
    return Principal(Subject.parse(number), Role(role))


def _fact(text: str) -> tuple[str, bool | int | str]:
    name, separator, value = text.partition("=")
    if not separator or not name:
        raise InvalidRequestError(f"the fact {text!r} is not NAME=VALUE.", hint="For example statutory_tender=false.")
    if value in _TRUTHS:
        return name, _TRUTHS[value]
    return name, int(value) if value.lstrip("-").isascii() and value.lstrip("-").isdigit() else value
