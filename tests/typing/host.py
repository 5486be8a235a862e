"""Never run, only type-checked: a procurement system as its developers would write it against the library."""

from collections.abc import Iterator
from datetime import date
from typing import assert_never, assert_type

from credit_sdk import (
    CreditClient,
    Decision,
    GroupDecision,
    OutboxError,
    Outcome,
    Principal,
    Role,
    Screened,
    Standing,
    Subject,
    Verdict,
)


def decide(credit: CreditClient, code: str) -> str:
    decision = credit.check(code, "procurement.award", case="青采2026-17", facts={"statutory_tender": False})
    assert_type(decision, Decision)
    match decision.verdict:
        case Verdict.CLEAR:
            return "通过"
        case Verdict.DENY:
            credit.report(decision, Outcome.applied(decision.findings[0], document="青采罚1号"))
            return decision.why.zh
        case Verdict.REVIEW | Verdict.UNDETERMINED:
            return decision.explain("zh")
        case other:
            assert_never(other)


def decide_for_all(credit: CreditClient, members: list[str | Subject]) -> Verdict:
    group = credit.check_group(members, "tendering.award", on=date(2026, 3, 2))
    assert_type(group, GroupDecision)
    return group.verdict


def with_officers(credit: CreditClient, company: Subject, representative: Subject) -> Decision:
    beside = [Principal(representative, Role.LEGAL_REPRESENTATIVE)]
    return credit.check(
        company,
        "company.officer",
        principals=beside,
        purpose="任职审查",
        legal_basis="STATUTORY_DUTY",
        basis_document="公司法第178条",
    )


def all_rows(credit: CreditClient, codes: Iterator[str]) -> list[str]:
    with_errors: list[str] = []
    for row in credit.screen(codes, "procurement.award"):
        assert_type(row, Screened)
        if row.decision is None:
            assert row.error is not None
            with_errors.append(row.error.line)
    return with_errors


def close_the_loop(credit: CreditClient, decision: Decision) -> tuple[str, ...]:
    try:
        return credit.report(
            decision,
            [Outcome.waived(each, reason="民生工程", by="王五", until=date(2027, 1, 1)) for each in decision.findings],
        )
    except OutboxError as full:
        raise SystemExit(full.line) from full


def to_be_lifted(credit: CreditClient) -> tuple[Standing, ...]:
    watch = credit.watch("91630000MA0CANRY0J", "procurement.award", lambda decision: print(decision.why.zh))
    watch.end()
    return credit.standing()


def serve() -> None:
    with CreditClient.open("var/credit") as opened, CreditClient.from_env(background=False) as from_variables:
        assert_type(opened, CreditClient)
        assert_type(from_variables.status().serial, int)
