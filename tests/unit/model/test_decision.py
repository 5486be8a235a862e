"""A decision has no truth value, no default and no score."""

import pickle
from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from credit_sdk.model.citation import Bilingual
from credit_sdk.model.decision import Decision, Evidence, Freshness, GroupDecision, Verdict
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import SHANGHAI

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
EVIDENCE = Evidence("", 0, "", "", None, None, None, Freshness.EMPTY, (), "0.1.0")
WHY = Bilingual(zh="尚不能得出结论", en="not known")
DECISION = Decision(
    id="",
    verdict=Verdict.UNDETERMINED,
    subject=Subject.parse("916301007105500078"),
    matter="procurement.award",
    matter_title="",
    on=date(2026, 11, 23),
    findings=(),
    incentives=(),
    withheld=(),
    notices=(),
    why=WHY,
    evidence=EVIDENCE,
    decided_at=AT,
)
GROUP = GroupDecision(
    id="",
    verdict=Verdict.UNDETERMINED,
    matter="procurement.award",
    on=date(2026, 11, 23),
    members=(DECISION,),
    findings=(),
    why=WHY,
    evidence=EVIDENCE,
    decided_at=AT,
)


def published_at(instant: datetime) -> Evidence:
    return Evidence("", 1, "", "", instant, instant, 0, Freshness.FRESH, (), "0.1.0")


@pytest.mark.parametrize("answer", [DECISION, GROUP, *Verdict])
def test_an_answer_is_not_a_boolean(answer: object) -> None:
    with pytest.raises(TypeError, match="boolean"):
        bool(answer)


def test_there_are_four_verdicts_in_order() -> None:
    assert sorted(Verdict, key=lambda verdict: -verdict.rank) == [
        Verdict.DENY,
        Verdict.REVIEW,
        Verdict.UNDETERMINED,
        Verdict.CLEAR,
    ]


def test_an_answer_cannot_be_altered() -> None:
    frozen = "verdict"
    with pytest.raises(AttributeError, match="immutable"):
        setattr(DECISION, frozen, Verdict.CLEAR)


@pytest.mark.parametrize("answer", [DECISION, GROUP])
def test_an_answer_is_the_same_in_another_process(answer: Decision | GroupDecision) -> None:
    written = answer.to_json()
    there = pickle.loads(pickle.dumps(answer))  # noqa: S301  # our own bytes
    assert there == answer
    assert there.to_json() == written


def test_an_instant_is_written_in_utc_wherever_it_was_told() -> None:
    elsewhere = replace(DECISION, decided_at=AT.astimezone(SHANGHAI), evidence=published_at(AT.astimezone(SHANGHAI)))
    assert elsewhere.to_json() == replace(DECISION, evidence=published_at(AT)).to_json()


@pytest.mark.parametrize("answer", [DECISION, GROUP])
def test_every_answer_writes_and_explains_itself(answer: Decision | GroupDecision) -> None:
    assert b'"verdict":"UNDETERMINED"' in answer.to_json()
    assert answer.explain().startswith("结论：尚不能得出结论（UNDETERMINED）\n尚不能得出结论\n")
    assert answer.explain("en").startswith("Verdict: UNDETERMINED, not known\n")
