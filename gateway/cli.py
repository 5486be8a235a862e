"""The command ``credit-gateway``: everything an operator does, from a terminal or a script.

Every command takes ``--json`` and ends with 0 on success, 2 on a usage mistake and 1 otherwise. A failure is one line
on standard error; only a defect of the program itself leaves a traceback.
"""

import os
import sys

import click
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from credit_sdk.errors import CallerError, CreditError
from gateway.commands.entries import entries, repairs
from gateway.commands.law import law
from gateway.commands.ledger import ledger
from gateway.commands.lists import lists
from gateway.commands.people import clients, operators
from gateway.commands.running import publish, serve
from gateway.commands.setup import init

_FAILED = 1
_USAGE = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="credit-sdk", prog_name="credit-gateway")
def credit_gateway() -> None:
    """信用网关：保管名单与法律目录，签名发布，收回反馈。

    Keep the lists and the law, publish them signed, take the feedback in.
    """


for command in (init, serve, publish, entries, lists, law, clients, operators, repairs, ledger):
    credit_gateway.add_command(command)


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; its exit code. Whatever went wrong is one line on standard error."""
    try:
        code = credit_gateway.main(arguments, prog_name="credit-gateway", standalone_mode=False)
    except (click.ClickException, click.Abort, CreditError, OperationalError, InterfaceError, OSError) as failure:
        said, code = _said_of(failure)
        if said:
            click.echo(" ".join(said.split()), err=True)
    except KeyboardInterrupt:
        click.echo("已中止 Stopped.", err=True)
        return _FAILED
    return code if isinstance(code, int) else 0


def _said_of(failure: Exception) -> tuple[str, int]:
    """The line that tells of a failure, and the exit code."""
    match failure:
        case click.UsageError():
            usage = f"（{failure.ctx.command_path} --help）" if failure.ctx else ""
            return f"用法错误 Usage: {failure.format_message()}{usage}", _USAGE
        case click.ClickException():
            return f"错误 Error: {failure.format_message()}", _FAILED
        case click.Abort():
            return "已中止 Stopped.", _FAILED
        case CallerError():
            return f"输入有误 Input: {failure.line}", _USAGE
        case CreditError():
            return f"错误 Error: {failure.line}", _FAILED
        case DBAPIError():
            # Only what the driver says: the statement and its parameters belong in no log.
            return f"数据库错误 Database: {failure.orig}", _FAILED
        case BrokenPipeError():
            # Whoever read the output has seen enough; Python would complain once more when it flushes at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return "", _FAILED
        case OSError():
            return f"错误 Error: {failure.filename or ''} {failure.strerror or failure}.", _FAILED
    raise failure


if __name__ == "__main__":
    main()
