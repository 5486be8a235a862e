"""A decision has no truth value, no default and no score."""

import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from credit_sdk.model.citation import Bilingual
from credit_sdk.model.decision import Decision, Evidence, Freshness, GroupDecision, Verdict
from credit_sdk.model.finding import Finding, ListReference, MeasureReference
from credit_sdk.model.measure import MeasureClass, Strength
from credit_sdk.model.reason import Reason, Sentence
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import SHANGHAI
from credit_sdk.testing.builders import entry

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
EVIDENCE = Evidence("", 0, "", "", None, None, None, Freshness.EMPTY, (), "0.1.0")
WHY = Bilingual(zh="尚不能得出结论", en="not known")
DECISION = Decision(
    _id="",
    verdict=Verdict.UNDETERMINED,
    subject=Subject.parse("916301007105500078"),
    matter="procurement.award",
    matter_title="",
    on=date(2026, 11, 23),
    findings=(),
    incentives=(),
    withheld=(),
    notices=(),
    _why=WHY,
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


def unread() -> Decision:
    """An answer as a check gives it: nobody has read its id or its reason yet."""
    found = Finding(
        entry("judgment-defaulter"),
        ListReference("judgment-defaulter", "失信被执行人", "judgment defaulters"),
        MeasureReference("bar", "禁入", "bar", "", MeasureClass.A, WHY, ""),
        Strength.BAR,
        Strength.BAR,
        (),
        WHY,
        WHY,
    )
    sentence = Sentence(
        stands=Bilingual(zh="列入名单", en="is on the list"),
        basis=Bilingual(zh="依据某条", en="under an article"),
        way_out=Bilingual(zh="。", en="."),
    )
    reason = Reason(DECISION.on, Verdict.DENY, found, sentence)
    return replace(DECISION, _id=1 << 62, verdict=Verdict.DENY, findings=(found,), _why=reason)


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


@pytest.mark.parametrize("answer", [DECISION, GROUP, unread()])
def test_an_answer_is_the_same_in_another_process(answer: Decision | GroupDecision) -> None:
    there = pickle.loads(pickle.dumps(answer))  # noqa: S301  # our own bytes
    assert there == answer
    assert there.to_json() == answer.to_json()


def test_id_and_reason_are_put_into_words_when_they_are_read() -> None:
    answer = unread()
    assert answer.id == "01a20621-ad00-7001-8000-000000000000"
    assert answer.why.zh == "2026-11-23核查：该主体列入名单（测试机关，测字〔2024〕1号），依据某条。"
    assert answer.why.en == (
        "Checked for 2026-11-23: the subject is on the list (测试机关, 测字〔2024〕1号); under an article."
    )
    assert answer.id is answer.id
    assert answer.why is answer.why


@pytest.mark.parametrize("look", [Decision.to_json, repr, hash, lambda answer: answer.why])
def test_an_answer_stays_what_it_is_when_it_is_looked_at(look: Callable[[Decision], object]) -> None:
    looked_at, other = unread(), unread()
    look(looked_at)
    assert looked_at == other
    assert not looked_at != other  # noqa: SIM202 - the operator itself is asked
    assert hash(looked_at) == hash(other)
    assert repr(looked_at) == repr(other)
    assert looked_at.to_json() == other.to_json()


@pytest.mark.parametrize(
    "other",
    [
        replace(unread(), _id=(1 << 62) + 1),
        replace(unread(), _why=WHY),
        replace(unread(), recorded=True),
        replace(unread(), case="青采2026-17"),
    ],
)
def test_answers_that_differ_in_one_part_are_not_the_same(other: Decision) -> None:
    assert other != unread()
    assert not other == unread()  # noqa: SIM201 - the operator itself is asked


def test_an_answer_shows_its_id_and_its_reason() -> None:
    assert repr(unread()).startswith(
        "Decision(id='01a20621-ad00-7001-8000-000000000000', why=Bilingual(zh='2026-11-23核查"
    )


def test_an_instant_is_written_in_utc_wherever_it_was_told() -> None:
    elsewhere = replace(DECISION, decided_at=AT.astimezone(SHANGHAI), evidence=published_at(AT.astimezone(SHANGHAI)))
    assert elsewhere.to_json() == replace(DECISION, evidence=published_at(AT)).to_json()


@pytest.mark.parametrize("answer", [DECISION, GROUP])
def test_every_answer_writes_and_explains_itself(answer: Decision | GroupDecision) -> None:
    assert b'"verdict":"UNDETERMINED"' in answer.to_json()
    assert answer.explain().startswith("结论：尚不能得出结论（UNDETERMINED）\n尚不能得出结论\n")
    assert answer.explain("en").startswith("Verdict: UNDETERMINED, not known\n")
