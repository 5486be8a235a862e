"""The command ``credit``: set up a replica, keep it current, check, screen and report from a terminal or a script.

Every command takes ``--json`` and ends with 0 on success, 2 on a usage mistake, 3 where the answer is not known and 1
otherwise; ``credit check`` with 0 for CLEAR, 10 for REVIEW and 20 for DENY. A failure is one line on standard error.
"""

import os
import sys

import click

from credit_sdk.cli.bundle import bundle
from credit_sdk.cli.checking import check
from credit_sdk.cli.doctor import doctor
from credit_sdk.cli.proving import replay, verify
from credit_sdk.cli.reporting import report
from credit_sdk.cli.screening import screen
from credit_sdk.cli.setup import init
from credit_sdk.cli.state import status, sync
from credit_sdk.errors import CallerError, CreditError
from credit_sdk.model.release import LIBRARY_VERSION
from credit_sdk.settings.names import require_known

_FAILED = 1
_USAGE = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(LIBRARY_VERSION, prog_name="credit")
def credit() -> None:
    """凡办必查：办理之前，查一查这个主体今天在这个事项上能不能办。

    Ask, before anything is granted, whether a subject may be dealt with in this matter today.
    """
    require_known(os.environ)


for command in (init, sync, status, doctor, check, screen, report, verify, replay, bundle):
    credit.add_command(command)


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; its exit code. Whatever went wrong is one line on standard error."""
    try:
        code = credit.main(arguments, prog_name="credit", standalone_mode=False)
    except click.UsageError as mistake:
        usage = f"（{mistake.ctx.command_path} --help）" if mistake.ctx else ""
        return _complain(f"用法错误 Usage: {mistake.format_message()}{usage}", _USAGE)
    except click.ClickException as failure:
        return _complain(f"错误 Error: {failure.format_message()}", _FAILED)
    except CallerError as mistake:
        return _complain(f"输入有误 Input: {mistake.line}", _USAGE)
    except CreditError as failure:
        return _complain(f"错误 Error: {failure.line}", _FAILED)
    except (click.Abort, KeyboardInterrupt):
        return _complain("已中止 Stopped.", _FAILED)
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _FAILED
    except OSError as failure:
        return _complain(
            f"错误 Error: {failure.filename or ''} {failure.strerror or failure}.".replace("  ", " "), _FAILED
        )
    return code if isinstance(code, int) else 0


def _complain(text: str, code: int) -> int:
    # What a message quotes may come from a file of somebody's making; a terminal would obey its control characters.
    click.echo("".join(each for each in " ".join(text.split()) if each.isprintable()), err=True)
    return code
