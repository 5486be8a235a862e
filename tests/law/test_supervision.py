"""The law that ships on graded supervision: no numbers that nobody stated, and nothing that rests on a grade."""

from credit_sdk.model.citation import Confidence, Status
from credit_sdk.model.measure import EntryCondition, Strength
from gateway.drafting.adoption import compile_law, shipped_law_directory

DOCUMENT = compile_law(shipped_law_directory())
INSPECTION = "supervision.inspection"


def test_the_shares_are_a_draft_without_numbers() -> None:
    (shares,) = DOCUMENT.shares
    (version,) = shares.versions
    assert (version.matter, version.status, version.confidence) == (INSPECTION, Status.DRAFT, Confidence.LOW)
    assert set(version.per_mille.values()) == {None}


def test_an_inspection_is_barred_by_nothing_and_limited_by_nothing() -> None:
    strengths = {
        application.strength
        for measure in DOCUMENT.measures
        for version in measure.versions
        for application in version.applies
        if INSPECTION in application.matters
    }
    assert strengths
    assert strengths.isdisjoint({Strength.BAR, Strength.LIMIT})


def test_no_measure_looks_at_a_grade() -> None:
    assert not [
        measure.id
        for measure in DOCUMENT.measures
        for version in measure.versions
        for application in version.applies
        for condition in application.conditions
        if isinstance(condition, EntryCondition) and condition.field == "publisher_grade"
    ]


def test_the_desk_is_told_that_a_grade_is_no_ground() -> None:
    (matter,) = (each for each in DOCUMENT.matters if each.id == INSPECTION)
    assert any("不得单独作为惩戒依据" in notice.zh for notice in matter.versions[-1].notices)
