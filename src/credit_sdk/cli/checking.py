"""``credit check``: one answer, as sentences for an officer or as the decision's own JSON, and a receipt of it."""

import os
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Literal, Self

import click

from credit_sdk.cli.terminal import as_json, directory
from credit_sdk.client import CreditClient
from credit_sdk.errors import CreditError, InvalidRequestError
from credit_sdk.model.decision import Decision
from credit_sdk.model.finding import Principal
from credit_sdk.model.legal_basis import LegalBasis
from credit_sdk.model.measure import Role
from credit_sdk.model.subject import Subject
from credit_sdk.model.verdict import Verdict
from credit_sdk.publication.receipt_view import require_receiptable

EXIT_CODES = {Verdict.CLEAR: 0, Verdict.REVIEW: 10, Verdict.DENY: 20, Verdict.UNDETERMINED: 3}
_TRUTHS = {"true": True, "false": False}
_NO_RECEIPT = 1
_FOR_OWNER_ALONE = 0o600


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
@click.option(
    "--legal-basis",
    type=click.Choice([str(each) for each in LegalBasis]),
    help="查询自然人的依据：本人同意或法定职责（在线查询必填）。Legal basis of asking about a person.",
)
@click.option(
    "--basis-document", help="授权书或法条（在线查询必填）。The authorisation, or the article that sets the duty."
)
@click.option(
    "--receipt",
    type=click.Path(path_type=Path, dir_okay=False),
    help="把回执写入新文件，不覆盖已有文件。Write the receipt to a new file; none is overwritten.",
)
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
    basis_document: str | None,
    receipt: Path | None,
    lang: Literal["zh", "en"],
    as_json: bool,
) -> int:
    """核查一个主体能否在某事项中办理。Check one subject in one matter.

    退出码 Exit code: 0 CLEAR, 10 REVIEW, 20 DENY, 3 UNDETERMINED；1 没有写成回执 no receipt was written.
    """
    refusal: str | None = None
    with ExitStack() as opened:
        credit = opened.enter_context(CreditClient.open(directory, background=False))
        file = None
        if receipt is not None:
            require_receiptable(Subject.parse(subject))
            file = opened.enter_context(_ReceiptFile(receipt))
        decision = credit.check(
            subject,
            matter,
            on=on.date() if on else None,
            principals=[_principal(text) for text in principals],
            facts=dict(_fact(text) for text in facts) or None,
            case=case,
            purpose=purpose,
            legal_basis=legal_basis,
            basis_document=basis_document,
        )
        # Nobody will look at the status of a process that ends: what could not be kept is said now.
        credit.flush()
        if file is not None:
            refusal = file.take(credit, decision)
    if as_json:
        click.echo(decision.to_json() + b"\n", nl=False)
    else:
        click.echo(decision.explain(lang))
        click.echo(f"核查编号：{decision.id}" if lang == "zh" else f"Decision: {decision.id}")
        if receipt is not None and refusal is None:
            click.echo(f"回执：{receipt}" if lang == "zh" else f"Receipt: {receipt}")
    if refusal is not None:
        click.echo(f"错误 Error: 已核查并留痕，但没有写成回执。No receipt was written: {refusal}", err=True)
        return _NO_RECEIPT
    return EXIT_CODES[decision.verdict]


class _ReceiptFile:
    """A file that was not there before, made before anything is asked; it goes again unless a receipt is whole in it.

    Args:
        path: Of the file; its owner alone may read it.

    Raises:
        InvalidRequestError: There is one of that name, or none can be made.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_whole = False
        try:
            made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FOR_OWNER_ALONE)
        except OSError as error:
            why = "is there already" if isinstance(error, FileExistsError) else f"cannot be made ({error.strerror})"
            raise InvalidRequestError(
                f"the file {path} {why}, so no receipt could be written and nothing was checked.",
                hint="Name a new file in a folder that can be written.",
            ) from error
        self._file = os.fdopen(made, "wb", buffering=0)

    def take(self, credit: CreditClient, decision: Decision) -> str | None:
        """Write the receipt of a decision; why there is none, if so. The decision stands and is recorded."""
        try:
            data = memoryview(credit.receipt(decision))
            while data:
                data = data[self._file.write(data) :]
            os.fsync(self._file.fileno())
        except CreditError as refused:
            return refused.line
        except OSError as error:
            return f"The file {self._path} cannot be written ({error.strerror}). Make room there and check again."
        self._is_whole = True
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        if not self._is_whole:
            self._path.unlink(missing_ok=True)


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
