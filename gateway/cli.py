"""The command ``credit-gateway``: everything an operator does, from a terminal or a script.

Every command takes ``--json`` and ends with 0 on success, 2 on a usage mistake and 1 otherwise. A failure is one line
on standard error; only a defect of the program itself leaves a traceback.
"""

import sys

import click
from sqlalchemy.exc import DBAPIError

from credit_sdk.errors import CreditError
from gateway.commands.backup import backup, restore
from gateway.commands.batches import batches, confirm, discard, import_entries
from gateway.commands.commitments import commitments
from gateway.commands.deadlines import deadlines
from gateway.commands.declarations import declare, show, verify
from gateway.commands.draw import draw
from gateway.commands.entries import entries
from gateway.commands.failure import FAILED, line_of, require_text
from gateway.commands.intake import formats, proposals, quality, report, template
from gateway.commands.keys import keys
from gateway.commands.law import law
from gateway.commands.ledger import ledger
from gateway.commands.lists import lists
from gateway.commands.notices import notices
from gateway.commands.objections import objections
from gateway.commands.people import clients, operators
from gateway.commands.persons import persons, responsible
from gateway.commands.publications import publications
from gateway.commands.repairs import repairs
from gateway.commands.reports import reports
from gateway.commands.root_requests import accept, make, request, sign
from gateway.commands.running import publish, serve
from gateway.commands.setup import init
from gateway.commands.standing import standing
from gateway.commands.subjects import subjects
from gateway.commands.superiors import superiors
from gateway.commands.supervision import grades
from gateway.commands.upgrade import upgrade
from gateway.commands.waivers import waivers


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="credit-sdk", prog_name="credit-gateway")
def credit_gateway() -> None:
    """信用网关：保管名单与法律目录，签名发布，收回反馈。

    Keep the lists and the law, publish them signed, take the feedback in.
    """


for command in (
    *(init, upgrade, backup, restore, serve, publish),
    *(entries, lists, law, clients, operators, subjects),
    *(objections, repairs, waivers, commitments, reports),
    *(deadlines, notices, standing),
    *(persons, responsible, superiors, grades, draw),
    *(ledger, keys, publications),
):
    credit_gateway.add_command(command)
for command in (request, sign, accept, make):
    keys.add_command(command)
for command in (declare, verify, show):
    subjects.add_command(command)
for command in (import_entries, confirm, discard, batches):
    entries.add_command(command)
for command in (report, quality, template, formats, proposals):
    entries.add_command(command)


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; its exit code. Whatever went wrong is one line on standard error."""
    try:
        require_text(arguments)
        code = credit_gateway.main(arguments, prog_name="credit-gateway", standalone_mode=False)
    except (click.ClickException, click.Abort, CreditError, DBAPIError, OSError) as failure:
        said, code = line_of(failure)
        if said:
            click.echo(" ".join(said.split()), err=True)
    except KeyboardInterrupt:
        click.echo("已中止 Stopped.", err=True)
        return FAILED
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    main()
