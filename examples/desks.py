"""Three desks (窗口) of three host systems, each with one call before it grants anything.

``python -m examples.desks decide REPLICA`` lets an approval desk, an award and a bid opening decide and report.
``python -m examples.desks await REPLICA CODE MATTER VERDICT`` watches one company until the verdict is reached.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from credit_sdk import CreditClient, Outcome, Verdict
from credit_sdk.model.decision import Decision, GroupDecision
from examples import cast


@dataclass(frozen=True, slots=True)
class Desk:
    """One host system: its name, its matter and whom it has before it."""

    name: str
    matter: str
    case: str
    parties: tuple[cast.Company, ...]


DESKS = (
    Desk("行政审批窗口 (approval desk)", "licensing.permit", "虚行审2026-101", (cast.CANTEEN,)),
    Desk("绿色通道 (green channel)", "service.green-channel", "虚行审2026-102", (cast.HONEST,)),
    Desk("政府采购定标 (procurement award)", "procurement.award", "虚采2026-17", (cast.BUILDER,)),
    Desk("开标：联合体 (bid opening, consortium)", "tendering.bid-opening", "虚招2026-08", (cast.HONEST, cast.BUILDER)),
)


def decide(replica: str) -> None:
    """Let every desk check, print what its officer reads, and report what was done."""
    with CreditClient.open(replica) as credit:
        for desk in DESKS:
            print(f"\n── {desk.name} · {desk.matter} · {desk.case}")
            print("   " + "、".join(f"{party.name} {party.code}" for party in desk.parties))
            if len(desk.parties) > 1:
                group = credit.check_group([party.code for party in desk.parties], desk.matter, case=desk.case)
                print(_indented(group.explain("zh")))
                for member in group.members:
                    _report(credit, member, desk)
            else:
                decision = credit.check(desk.parties[0].code, desk.matter, case=desk.case)
                print(_indented(decision.explain("zh")))
                _report(credit, decision, desk)
        # A system that keeps running delivers by itself; this one ends now and delivers before it goes.
        credit.sync()


def _report(credit: CreditClient, decision: Decision, desk: Desk) -> None:
    for finding in decision.findings:
        credit.report(decision, Outcome.applied(finding, document=f"{desk.case}-处理", by="窗口经办"))
    for incentive in decision.incentives:
        credit.report(decision, Outcome.granted(incentive, document=f"{desk.case}-激励", by="窗口经办"))


def await_verdict(replica: str, code: str, matter: str, verdict: Verdict) -> None:
    """Ask again and again, as a busy system would, until the verdict is reached; print the instant."""
    with CreditClient.open(replica) as credit:
        print("watching", flush=True)
        while _verdict(credit.check(code, matter)) is not verdict:
            time.sleep(0.05)
        print(f"reached {time.time():.3f}", flush=True)


def _verdict(decision: Decision | GroupDecision) -> Verdict:
    return decision.verdict


def _indented(text: str) -> str:
    return "\n".join(f"   {line}" for line in text.splitlines())


def main(arguments: Sequence[str]) -> int:
    """Run one of the two programs."""
    match list(arguments):
        case ["decide", replica]:
            decide(replica)
        case ["await", replica, code, matter, verdict]:
            await_verdict(replica, code, matter, Verdict(verdict))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
