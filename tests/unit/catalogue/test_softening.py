"""Why a finding binds less than the law's own strength; every reason is recorded, and nothing hardens."""

from datetime import date, timedelta

import pytest

from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.model.decision import Decision, Principal, SofteningReason, Verdict
from credit_sdk.model.listing import ObjectionEffect, SubjectRecord, Waiver
from credit_sdk.model.measure import Role, Strength
from credit_sdk.model.subject import Subject
from tests.unit.catalogue.builders import (
    AWARD,
    COMPANY,
    DEFAULTER,
    LISTS,
    NOW,
    TODAY_ON,
    HeldView,
    application,
    catalogue,
    company,
    credit_list,
    entry,
    holding,
    matter,
    measure,
    person,
    record,
    waiver,
)

OBJECTED_ON = date(2026, 11, 1)


def answer(
    strength: Strength,
    found: SubjectRecord,
    *,
    subject: Subject = COMPANY,
    age_s: int = 60,
    effect: ObjectionEffect = ObjectionEffect.SCRUTINISE,
) -> Decision:
    lists = [credit_list(DEFAULTER, objection_effect=effect), *LISTS[1:]]
    law = catalogue(measure("a1", application(strength)), lists=lists, matters=[matter(clear_max_age_s=86_400)])
    view = HeldView(law, holding((subject, found)), contact_at=NOW - timedelta(seconds=age_s), holds_persons=True)
    return evaluate(subject, AWARD, TODAY_ON, view, NOW)


@pytest.mark.parametrize("strength", [Strength.BAR, Strength.LIMIT])
def test_an_objection_under_way_hands_the_finding_to_an_officer(strength: Strength) -> None:
    decision = answer(strength, record(entry(objection_on=OBJECTED_ON)))
    (finding,) = decision.findings
    (step,) = finding.softenings
    assert decision.verdict is Verdict.REVIEW
    assert (finding.statutory_strength, finding.strength) == (strength, Strength.SCRUTINISE)
    assert (step.reason, step.from_strength, step.to_strength) == (
        SofteningReason.OBJECTION,
        strength,
        Strength.SCRUTINISE,
    )
    assert "2026-11-01" in step.detail.zh


def test_an_objection_changes_nothing_where_the_list_s_law_says_so() -> None:
    found = record(entry(objection_on=OBJECTED_ON))
    assert answer(Strength.BAR, found, effect=ObjectionEffect.UNCHANGED).verdict is Verdict.DENY


def test_an_objection_filed_after_the_day_asked_about_counts_too() -> None:
    assert answer(Strength.BAR, record(entry(objection_on=TODAY_ON + timedelta(days=1)))).verdict is Verdict.REVIEW


def test_a_person_s_limit_stays_a_limit_for_an_officer_decides_anyway() -> None:
    decision = answer(Strength.LIMIT, record(entry()), subject=person())
    assert decision.findings[0].strength is Strength.LIMIT
    assert decision.findings[0].confirmation_by_person


def test_old_data_softens_a_bar_and_leaves_a_limit() -> None:
    bar, limit = (answer(strength, record(entry()), age_s=90_000) for strength in (Strength.BAR, Strength.LIMIT))
    assert [step.reason for step in bar.findings[0].softenings] == [SofteningReason.OLD_DATA]
    assert limit.findings[0].softenings == ()
    assert limit.verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    ("granted", "softens"),
    [
        (waiver(), True),
        (waiver("a1"), True),
        (waiver("a2"), False),
        (waiver(matter_id="funds.grant"), False),
        (waiver(until_on=TODAY_ON), True),
        (waiver(until_on=TODAY_ON - timedelta(days=1)), False),
    ],
)
def test_a_waiver_counts_for_its_matter_its_measure_and_its_days(granted: Waiver, softens: bool) -> None:
    decision = answer(Strength.BAR, record(entry(), waivers=[granted]))
    assert decision.verdict is (Verdict.REVIEW if softens else Verdict.DENY)
    assert decision.findings[0].waiver == (granted if softens else None)


def test_of_several_waivers_the_longest_is_shown() -> None:
    longest = waiver(until_on=date(2027, 6, 30))
    for waivers in ([waiver(), longest], [longest, waiver()]):
        assert answer(Strength.BAR, record(entry(), waivers=waivers)).findings[0].waiver == longest


def test_every_reason_is_recorded_in_the_order_of_the_law() -> None:
    found = record(entry(objection_on=OBJECTED_ON), waivers=[waiver()])
    (finding,) = answer(Strength.BAR, found, subject=person(), age_s=90_000).findings
    assert [step.reason for step in finding.softenings] == [
        SofteningReason.OBJECTION,
        SofteningReason.NATURAL_PERSON,
        SofteningReason.OLD_DATA,
        SofteningReason.WAIVER,
    ]
    assert [step.from_strength for step in finding.softenings] == [Strength.BAR, *[Strength.SCRUTINISE] * 3]


@pytest.mark.parametrize("strength", [Strength.SCRUTINISE, Strength.ADVISE])
def test_what_binds_nobody_is_not_softened(strength: Strength) -> None:
    (finding,) = answer(strength, record(entry(objection_on=OBJECTED_ON), waivers=[waiver()])).findings
    assert (finding.strength, finding.softenings) == (strength, ())


def test_a_waiver_is_the_subject_s_own_not_his_principal_s() -> None:
    law = catalogue(measure("a1", application(Strength.BAR, through=[Role.ACTUAL_CONTROLLER])))
    parent = company(9)
    principal = Principal(parent, Role.ACTUAL_CONTROLLER)
    for own, parents, verdict in (
        (record(), record(entry(), waivers=[waiver()]), Verdict.DENY),
        (record(waivers=[waiver()]), record(entry()), Verdict.REVIEW),
    ):
        view = HeldView(law, holding((COMPANY, own), (parent, parents)))
        assert evaluate(COMPANY, AWARD, TODAY_ON, view, NOW, principals=[principal]).verdict is verdict
