"""A consortium is answered by its strongest member."""

import pytest

from credit_sdk.catalogue.group import evaluate_group
from credit_sdk.catalogue.view import EmptyView
from credit_sdk.errors import InvalidRequestError, UnknownMatterError
from credit_sdk.model.decision import Verdict
from credit_sdk.model.measure import Strength
from credit_sdk.model.subject import Subject
from tests.unit.catalogue.builders import (
    AWARD,
    BAR,
    NOW,
    TAX,
    TODAY_ON,
    HeldView,
    application,
    catalogue,
    company,
    entry,
    holding,
    measure,
    person,
    record,
)

BARRED, LIMITED, FREE = company(1), company(2), company(3)
VIEW = HeldView(
    catalogue(BAR, measure("a1-13", application(Strength.LIMIT, TAX))),
    holding((BARRED, record(entry(id="e1"))), (LIMITED, record(entry(TAX, id="e2")))),
)


@pytest.mark.parametrize(
    ("members", "verdict", "decisive"),
    [
        ([FREE, LIMITED, BARRED], Verdict.DENY, 3),
        ([LIMITED, person(), FREE], Verdict.REVIEW, 1),
        ([FREE, person()], Verdict.UNDETERMINED, 2),
        ([FREE], Verdict.CLEAR, None),
    ],
)
def test_the_strongest_member_answers_for_all(members: list[Subject], verdict: Verdict, decisive: int | None) -> None:
    group = evaluate_group(members, AWARD, TODAY_ON, VIEW, NOW, case="青采2026-17")
    assert group.verdict is verdict
    assert [member.subject for member in group.members] == members
    assert all(member.case == "青采2026-17" for member in group.members)
    assert (f"第{decisive}个成员" in group.why.zh) is (decisive is not None)


def test_findings_name_their_member_and_stand_strongest_first() -> None:
    group = evaluate_group([LIMITED, FREE, BARRED], AWARD, TODAY_ON, VIEW, NOW)
    assert [(finding.member, finding.entry.id) for finding in group.findings] == [(2, "e1"), (0, "e2")]


def test_each_member_keeps_its_own_decision_and_id() -> None:
    group = evaluate_group([BARRED, FREE], AWARD, TODAY_ON, VIEW, NOW, decision_ids=["d1", "d2"], decision_id="g")
    assert [group.id, *[member.id for member in group.members]] == ["g", "d1", "d2"]
    assert group.members[1].verdict is Verdict.CLEAR


@pytest.mark.parametrize("members", [[], [FREE, BARRED, FREE], [company(number) for number in range(257)]])
def test_refuses_a_group_that_is_none(members: list[Subject]) -> None:
    with pytest.raises(InvalidRequestError):
        evaluate_group(members, AWARD, TODAY_ON, VIEW, NOW)


def test_refuses_ids_that_do_not_match_the_members() -> None:
    with pytest.raises(InvalidRequestError):
        evaluate_group([FREE, BARRED], AWARD, TODAY_ON, VIEW, NOW, decision_ids=["d1"])


def test_an_unknown_matter_is_refused_for_a_group_too() -> None:
    with pytest.raises(UnknownMatterError):
        evaluate_group([FREE], "no.such", TODAY_ON, VIEW, NOW)


def test_an_empty_replica_clears_no_group() -> None:
    assert evaluate_group([FREE], AWARD, TODAY_ON, EmptyView(), NOW).verdict is Verdict.UNDETERMINED


def test_explains_every_member_and_writes_every_finding() -> None:
    group = evaluate_group([BARRED, FREE], AWARD, TODAY_ON, VIEW, NOW)
    for said in (group.explain(), group.explain("en")):
        assert BARRED.code in said
        assert FREE.code in said
    assert group.to_json().startswith(b'{"case":null,"decided_at":"2026-11-23T02:00:00Z"')
    assert b'"format":"credit-group-decision/1"' in group.to_json()
    with pytest.raises(TypeError, match="not a boolean"):
        bool(group)
