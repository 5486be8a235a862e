"""``credit report``: what was done about a finding, by the decision's id, also days later and from another process."""

from datetime import datetime
from pathlib import Path

import click
from pydantic import BaseModel, ConfigDict

from credit_sdk.cli.terminal import as_json, directory, print_object
from credit_sdk.client import CreditClient
from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.outcome import Outcome, OutcomeState
from credit_sdk.outbox.records import ReportableDecision, ReportableFinding

_WITH_REASON = {OutcomeState.NOT_APPLIED, OutcomeState.WAIVED, OutcomeState.LIFTED}


class Reported(BaseModel):
    """What was kept (已登记的反馈)."""

    model_config = ConfigDict(frozen=True)

    decision_id: str
    measure: str
    state: OutcomeState
    entries: tuple[str, ...]
    keys: tuple[str, ...]


@click.command()
@directory
@click.argument("decision_id")
@click.argument("measure")
@click.option("--applied", metavar="DOCUMENT", help="已实施惩戒，及本单位文书号。Applied, by this document.")
@click.option("--not-applied", metavar="REASON", help="未实施惩戒，及理由。Not applied, and why.")
@click.option(
    "--waived",
    metavar="REASON",
    help="本案豁免，须有 --by 与 --until；他处经网关复核后生效。Waived; needs --by and --until.",
)
@click.option("--granted", is_flag=True, help="已给予激励。The incentive was granted.")
@click.option("--lifted", metavar="REASON", help="已解除。Lifted, and why.")
@click.option("--entry", help="名单条目，措施涉及多条时用于指定其一。One entry, where the measure rests on several.")
@click.option("--document", default="", help="文书号。Number of the document.")
@click.option("--by", default="", help="经办人。The officer who decided.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="豁免的最后一日。Last day of a waiver.")
@as_json
def report(
    directory: Path,
    *,
    decision_id: str,
    measure: str,
    applied: str | None,
    not_applied: str | None,
    waived: str | None,
    granted: bool,
    lifted: str | None,
    entry: str | None,
    document: str,
    by: str,
    until: datetime | None,
    as_json: bool,
) -> None:
    """反馈对一项措施的处理结果。Report what was done about a measure of a decision."""
    given = {
        OutcomeState.APPLIED: applied,
        OutcomeState.NOT_APPLIED: not_applied,
        OutcomeState.WAIVED: waived,
        OutcomeState.GRANTED: "" if granted else None,
        OutcomeState.LIFTED: lifted,
    }
    stated = [(state, text) for state, text in given.items() if text is not None]
    if len(stated) != 1:
        raise click.UsageError(
            "须且只须给出一种处理结果 Give exactly one of --applied, --not-applied, --waived, --granted, --lifted"
        )
    state, text = stated[0]
    if state in _WITH_REASON and not text.strip():
        raise click.UsageError(f"--{state} 须写明理由 needs a reason")
    if state is OutcomeState.WAIVED and not (by.strip() and until):
        raise click.UsageError("--waived 须有 needs --by and --until")
    with CreditClient.open(directory, background=False) as credit:
        decision = credit.kept_decision(decision_id)
        outcomes = [
            Outcome(
                state=state,
                entry=found.entry,
                measure=found.measure,
                list=found.list,
                document=text if state is OutcomeState.APPLIED else document,
                reason=text if state in _WITH_REASON else "",
                by=by,
                until_on=until.date() if until and state is OutcomeState.WAIVED else None,
            )
            for found in _chosen(decision, measure, entry)
        ]
        keys = credit.report(decision, outcomes)
    done = Reported(
        decision_id=decision.id,
        measure=measure,
        state=state,
        entries=tuple(outcome.entry for outcome in outcomes),
        keys=keys,
    )
    if as_json:
        print_object(done)
    else:
        click.echo(f"已登记 {len(keys)} 项反馈，待送达。Kept {len(keys)} outcome(s), to be delivered.")


def _chosen(decision: ReportableDecision, measure: str, entry: str | None) -> tuple[ReportableFinding, ...]:
    found = decision.with_measure(measure)
    if not found:
        known = sorted({each.measure for each in decision.findings + decision.incentives})
        raise InvalidRequestError(
            f"the decision {decision.id} found nothing for the measure {measure!r}.",
            hint=f"It found: {', '.join(known)}.",
        )
    chosen = tuple(each for each in found if entry in {None, each.entry})
    if not chosen:
        raise InvalidRequestError(
            f"the measure {measure} of this decision does not rest on the entry {entry!r}.",
            hint=f"It rests on {', '.join(each.entry for each in found)}.",
        )
    return chosen
