"""Whoever is said to be answered alike is: the same verdict, by the same measures on the same lists."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from credit_sdk.catalogue.alike import Likenesses
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.model.decision import Decision
from credit_sdk.model.finding import Finding
from credit_sdk.model.listing import Entry, Severity, SubjectRecord
from credit_sdk.model.measure import EntryCondition, FactCondition, Lasting, Strength
from credit_sdk.model.scheme import SubjectKind
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import Term
from tests.unit.catalogue.builders import (
    AWARD,
    BAR,
    COMPANY,
    DEFAULTER,
    HONOUR,
    INCENTIVE,
    NOW,
    PENALTY,
    TAX,
    TODAY_ON,
    HeldView,
    application,
    catalogue,
    company,
    entry,
    holding,
    matter,
    measure,
    person,
    record,
    text,
    waiver,
)

LAW = catalogue(
    BAR,
    INCENTIVE,
    measure(
        "a1-05",
        application(Strength.BAR, PENALTY, conditions=(EntryCondition(field="fine_yuan", at_least=100),)),
        application(Strength.LIMIT, PENALTY, remark=text("small"), kinds=(SubjectKind.LEGAL_PERSON,)),
    ),
    measure(
        "a1-13",
        application(Strength.SCRUTINISE, TAX, lasting=Lasting(years=3, counts_from="determined_on")),
        application(Strength.LIMIT, TAX, conditions=(FactCondition(fact="statutory_tender", equals=True),)),
    ),
    matters=(matter(facts={"statutory_tender": False}),),
)
SUBJECTS = (COMPANY, company(3), company(4, "92"), company(5, "99"))

entries = st.builds(
    entry,
    st.sampled_from([DEFAULTER, TAX, PENALTY, HONOUR, "unknown-list"]),
    id=st.sampled_from(["e1", "e2", "e3", "e4"]),
    severity=st.sampled_from([Severity.SERIOUS, Severity.MINOR]),
    determined_on=st.sampled_from([date(2021, 1, 5), date(2023, 11, 23), date(2026, 1, 5)]),
    term=st.sampled_from([Term(date(2026, 1, 10)), Term(date(2025, 1, 1), date(2025, 12, 31))]),
    objection_on=st.sampled_from([None, None, None, date(2026, 10, 1)]),
    fields=st.sampled_from([{}, {"fine_yuan": 99}, {"fine_yuan": 100}]),
)
records = st.builds(
    lambda held, waivers: record(*sorted(held, key=lambda one: one.id), waivers=waivers),
    st.lists(entries, min_size=1, max_size=3),
    st.sampled_from([(), (), (), (waiver(),)]),
)
facts = st.sampled_from([None, {"statutory_tender": True}])


def decided(who: Subject, held: SubjectRecord, stated: Mapping[str, bool] | None) -> Decision:
    view = HeldView(LAW, holding((who, held)))
    return evaluate(who, AWARD, TODAY_ON, view, NOW, facts=stated, decision_id="d")


def likenesses(stated: Mapping[str, bool] | None = None) -> Likenesses:
    return Likenesses(LAW.on(TODAY_ON).matter(AWARD), TODAY_ON, {"statutory_tender": False, **(stated or {})})


def without_particulars(decision: Decision, entries: tuple[Entry, ...]) -> list[object]:
    """Everything of an answer but what its entries say of themselves and who it is about."""

    def bare(finding: Finding) -> object:
        return entries.index(finding.entry), replace(finding, entry=entry())

    return [
        decision.verdict,
        *([bare(finding) for finding in part] for part in (decision.findings, decision.incentives, decision.withheld)),
        decision.notices,
    ]


@given(
    st.lists(st.tuples(st.sampled_from(SUBJECTS), records), min_size=2, max_size=12),
    facts,
)
def test_who_is_alike_is_answered_alike(
    population: list[tuple[Subject, SubjectRecord]], stated: Mapping[str, bool] | None
) -> None:
    answers: dict[object, list[object]] = {}
    for who, held in population:
        likeness = likenesses(stated).of(who, held)
        if likeness is not None:
            answer = without_particulars(decided(who, held, stated), held.entries)
            assert answers.setdefault(likeness, answer) == answer


def test_the_number_of_an_entry_makes_nobody_different() -> None:
    one, other = (
        record(entry(PENALTY, id="a", fields={"fine_yuan": 100})),
        record(entry(PENALTY, id="b", fields={"fine_yuan": 7000})),
    )
    assert likenesses().of(COMPANY, one) == likenesses().of(company(3), other) is not None


@pytest.mark.parametrize(
    "other",
    [
        entry(PENALTY, fields={"fine_yuan": 99}),
        entry(PENALTY, fields={"fine_yuan": 100}, severity=Severity.MINOR),
        entry(PENALTY, fields={"fine_yuan": 100}, term=Term(date(2025, 1, 1), date(2025, 12, 31))),
        entry(DEFAULTER),
    ],
)
def test_who_differs_in_what_decides_is_not_alike(other: Entry) -> None:
    of = likenesses().of
    held = record(entry(PENALTY, fields={"fine_yuan": 100}))
    assert of(COMPANY, held) != of(COMPANY, record(other))
    assert of(COMPANY, held) != of(company(4, "92"), held)


def test_what_has_ended_says_nothing_even_where_it_was_contested() -> None:
    of = likenesses().of
    ended = Term(date(2025, 1, 1), date(2025, 12, 31))
    one = record(entry(PENALTY, term=ended))
    assert of(COMPANY, one) == of(company(3), record(entry(term=ended, objection_on=date(2025, 2, 2)))) is not None


def test_who_is_shielded_objects_or_is_a_person_is_like_nobody() -> None:
    of = likenesses().of
    assert of(COMPANY, record(entry(), waivers=(waiver(),))) is None
    assert of(COMPANY, record(entry(objection_on=date(2026, 10, 1)))) is None
    assert of(person(), record(entry())) is None
    assert of(COMPANY, record(entry(id="e"), entry(TAX, id="e"))) is None
