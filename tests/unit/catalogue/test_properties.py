"""Laws of the decision that hold for every law, every publication and every question."""

import json
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.wire import from_json
from credit_sdk.model import canonical
from credit_sdk.model.decision import Decision, Principal, Verdict
from credit_sdk.model.evidence import CoverageState, Freshness
from credit_sdk.model.listing import Entry, FieldValue, Severity, SubjectRecord
from credit_sdk.model.matter import Matter
from credit_sdk.model.measure import (
    Application,
    Condition,
    EntryCondition,
    FactCondition,
    Lasting,
    Measure,
    Role,
    Strength,
)
from credit_sdk.model.scheme import SubjectKind
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import Term
from tests.unit.catalogue.builders import (
    AWARD,
    COMPANY,
    DEFAULTER,
    HONOUR,
    NOW,
    PENALTY,
    TAX,
    TODAY_ON,
    HeldView,
    application,
    company,
    covered,
    document,
    entry,
    holding,
    matter,
    measure,
    person,
    record,
    text,
    waiver,
)

T = TypeVar("T")

KINDS = ((), (), (), (SubjectKind.LEGAL_PERSON,), (SubjectKind.NATURAL_PERSON,), (SubjectKind.UNKNOWN,))
LISTS = (DEFAULTER, TAX, PENALTY, HONOUR)
SUBJECTS = (COMPANY, COMPANY, company(4, "99"), company(5, "92"), person())
PRINCIPALS = (company(7), company(8), person(2))

# Few days, so that spans meet, end on and just miss the day asked about.
days = st.sampled_from([date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1), date(2027, 1, 1)])
conditions: st.SearchStrategy[Sequence[Condition]] = st.sampled_from(
    [
        (),
        (),
        (),
        (FactCondition(fact="statutory_tender", equals=True),),
        (EntryCondition(field="fine_yuan", at_least=100),),
        (EntryCondition(field="severity", one_of=("serious", "general")),),
    ]
)
penalties = st.sampled_from([Strength.BAR, Strength.LIMIT, Strength.SCRUTINISE, Strength.ADVISE])


@st.composite
def applications(draw: st.DrawFn, strengths: st.SearchStrategy[Strength] = penalties) -> Application:
    return application(
        draw(strengths),
        *draw(st.lists(st.sampled_from(LISTS), min_size=1, unique=True)),
        matters=draw(st.sampled_from([(AWARD,), ("funds.grant", AWARD), (AWARD, "funds.grant"), ("funds.grant",)])),
        kinds=draw(st.sampled_from(KINDS)),
        through=draw(st.lists(st.sampled_from(Role), max_size=2, unique=True)),
        conditions=draw(conditions),
        lasting=draw(st.sampled_from([None, Lasting(years=1)])),
        remark=draw(st.sampled_from([None, text("one"), text("two")])),
    )


@st.composite
def measures(draw: st.DrawFn) -> tuple[Measure, ...]:
    some = draw(st.lists(st.lists(applications(), min_size=1, max_size=3), min_size=1, max_size=3))
    favours = draw(st.lists(applications(st.just(Strength.FAVOUR)), max_size=2))
    return (
        *(measure(f"a{number}", *applies) for number, applies in enumerate(some)),
        *(measure(f"i{number}", favour) for number, favour in enumerate(favours)),
    )


@st.composite
def entries(draw: st.DrawFn) -> tuple[Entry, ...]:
    fields: st.SearchStrategy[dict[str, FieldValue]] = st.sampled_from([{}, {"fine_yuan": 99}, {"fine_yuan": 100}])
    found = []
    for number in range(draw(st.sampled_from([0, 1, 2, 2, 3]))):
        from_on = draw(days)
        length_days = draw(st.sampled_from([None, 0, 1, 180, 181, 365, 366]))
        found.append(
            entry(
                draw(st.sampled_from(LISTS)),
                id=f"e{number}",
                severity=draw(st.sampled_from(Severity)),
                determined_on=draw(days),
                term=Term(from_on, None if length_days is None else from_on + timedelta(days=length_days)),
                objection_on=draw(st.sampled_from([None, None, None, TODAY_ON])),
                fields=draw(fields),
            )
        )
    return tuple(found)


waivers = st.lists(
    st.builds(
        waiver,
        st.sampled_from(["", "a0", "a1"]),
        until_on=days,
        matter_id=st.sampled_from([AWARD, "funds.grant"]),
    ),
    max_size=1,
)
records = st.builds(lambda found, granted: record(*found, waivers=granted), entries(), waivers)


@dataclass(frozen=True)
class Question:
    """One check, with the world it is asked in."""

    view: HeldView
    subject: Subject
    on: date
    principals: tuple[Principal, ...]
    facts: Mapping[str, bool | int | str]

    def answer(self, view: HeldView | None = None) -> Decision:
        return evaluate(
            self.subject, AWARD, self.on, view or self.view, NOW, principals=self.principals, facts=self.facts, case="c"
        )


@st.composite
def questions(draw: st.DrawFn) -> Question:
    subject = draw(st.sampled_from(SUBJECTS))
    beside = draw(st.lists(st.tuples(st.sampled_from(PRINCIPALS), st.sampled_from(Role)), max_size=3, unique=True))
    pairs = [(each, draw(records)) for each in (subject, *PRINCIPALS)]
    law = document(
        *draw(measures()),
        matters=[
            matter(
                required_lists=draw(st.lists(st.sampled_from(LISTS), min_size=1, unique=True)),
                facts={"statutory_tender": True},
            ),
            matter("funds.grant", facts={"statutory_tender": False}),
        ],
    )
    view = HeldView(
        Catalogue(law),
        holding(*pairs),
        coverage=covered(*draw(st.sampled_from([LISTS, LISTS, LISTS, LISTS[:2], LISTS[2:], ()]))),
        contact_at=NOW - timedelta(seconds=draw(st.sampled_from([-400, -60, 5, 5, 3600, 3601, 86_400, 86_401]))),
        expires_at=NOW + timedelta(seconds=draw(st.sampled_from([-1, 60, 60, 60, 3600]))),
        holds_persons=draw(st.booleans()),
    )
    facts = draw(st.sampled_from([{}, {"statutory_tender": False}]))
    return Question(view, subject, draw(days), tuple(Principal(*pair) for pair in beside), facts)


def without_digest(decision: Decision) -> bytes:
    return structs.replace(decision, evidence=replace(decision.evidence, catalogue_digest="")).to_json()


@given(questions(), st.randoms(use_true_random=False))
def test_no_order_of_anything_changes_the_answer(question: Question, random: Random) -> None:
    def mixed(values: Iterable[T]) -> tuple[T, ...]:
        copy = list(values)
        random.shuffle(copy)
        return tuple(copy)

    def cells(one: Application) -> Application:
        parts = {"lists": one.lists, "matters": one.matters, "conditions": one.conditions, "through": one.through}
        return one.model_copy(update={name: mixed(part) for name, part in parts.items()})

    def rows(one: Measure) -> Measure:
        (version,) = one.versions
        applies = mixed(cells(cell) for cell in version.applies)
        return one.model_copy(update={"versions": (version.model_copy(update={"applies": applies}),)})

    def required(one: Matter) -> Matter:
        (version,) = one.versions
        return one.model_copy(
            update={"versions": (version.model_copy(update={"required_lists": mixed(version.required_lists)}),)}
        )

    law = question.view.catalogue.document
    shuffled = law.model_copy(
        update={
            "measures": mixed(rows(one) for one in law.measures),
            "lists": mixed(law.lists),
            "matters": mixed(required(one) for one in law.matters),
        }
    )
    view = replace(
        question.view,
        catalogue=Catalogue(shuffled),
        records={
            key: SubjectRecord(mixed(found.entries), mixed(found.waivers))
            for key, found in question.view.records.items()
        },
        coverage=dict(mixed(question.view.coverage.items())),
    )
    again = replace(question, view=view, principals=mixed(question.principals))
    assert without_digest(again.answer()) == without_digest(question.answer())


@given(questions())
def test_nothing_hardens_and_nothing_is_invented(question: Question) -> None:
    decision = question.answer()
    law = question.view.catalogue.on(question.on).matter(AWARD)
    for finding in (*decision.findings, *decision.incentives, *decision.withheld):
        assert finding.strength.rank <= finding.statutory_strength.rank
        rules = [rule for rule in law.rules[finding.entry.list] if rule.measure.id == finding.measure.id]
        assert finding.statutory_strength in {rule.strength for rule in rules}
        assert bool(finding.softenings) or finding.strength is finding.statutory_strength


@given(questions())
def test_only_entries_whose_term_covers_the_day_bite(question: Question) -> None:
    decision = question.answer()
    assert all(finding.entry.term.covers(question.on) for finding in (*decision.findings, *decision.incentives))


@given(questions())
def test_entry_measure_and_principal_name_a_finding(question: Question) -> None:
    decision = question.answer()
    found = (*decision.findings, *decision.incentives)
    named = [(finding.entry.id, finding.measure.id, finding.through) for finding in found]
    assert len(set(named)) == len(named)


@given(questions())
def test_no_clearance_without_every_required_list_on_recent_data(question: Question) -> None:
    decision = question.answer()
    if decision.verdict is Verdict.CLEAR:
        law = question.view.catalogue.on(question.on).matter(AWARD).version
        covered_lists = {
            found.list for found in decision.evidence.coverage if found.state is CoverageState.COVERED
        } & question.view.coverage.keys()
        assert set(law.required_lists) <= covered_lists
        assert decision.evidence.age_s is not None
        assert decision.evidence.age_s <= law.clear_max_age_s
        assert decision.evidence.freshness in {Freshness.FRESH, Freshness.AGING}
        assert not any(finding.strength.rank > Strength.ADVISE.rank for finding in decision.findings)


@given(questions())
def test_no_refusal_on_old_data_under_objection_or_of_a_person(question: Question) -> None:
    decision = question.answer()
    if decision.verdict is Verdict.DENY:
        assert question.view.contact_at is not None
        assert abs(NOW - question.view.contact_at) <= timedelta(days=1)
        assert decision.evidence.freshness is not Freshness.EXPIRED
        for finding in decision.findings:
            bearer = finding.through.subject if finding.through else decision.subject
            if finding.strength is Strength.BAR:
                assert finding.entry.objection_on is None
                assert not bearer.is_natural_person


@given(questions(), st.booleans())
def test_an_objection_or_a_waiver_never_makes_it_worse(question: Question, by_objection: bool) -> None:
    def milder(found: SubjectRecord) -> SubjectRecord:
        if by_objection:
            return structs.replace(
                found, entries=tuple(structs.replace(one, objection_on=TODAY_ON) for one in found.entries)
            )
        return structs.replace(found, waivers=(*found.waivers, waiver(until_on=date(2030, 1, 1))))

    view = replace(question.view, records={key: milder(found) for key, found in question.view.records.items()})
    assert question.answer(view).verdict.rank <= question.answer().verdict.rank


@given(questions())
def test_the_same_question_gives_the_same_bytes_and_changes_nothing(question: Question) -> None:
    records_before = deepcopy(dict(question.view.records))
    law_before = question.view.catalogue.document.to_bytes()
    first = question.answer()
    fresh = replace(question.view, catalogue=Catalogue.from_bytes(law_before))
    assert question.answer().to_json() == first.to_json() == question.answer(fresh).to_json()
    assert question.view.records == records_before
    assert question.view.catalogue.document.to_bytes() == law_before


@given(questions())
def test_what_is_written_is_read_back_and_names_no_person(question: Question) -> None:
    decision = question.answer()
    data = decision.to_json()
    read = from_json(data)
    assert read.to_json() == data
    assert read.explain() == decision.explain()
    persons = [
        one for one in (decision.subject, *(each.subject for each in decision.principals)) if one.is_natural_person
    ]
    if not persons:
        assert read == decision
    for one in persons:
        shown = data.decode() + decision.explain() + decision.explain("en") + repr(decision)
        assert one.code not in shown


@given(questions())
def test_the_quick_bytes_are_the_canonical_ones(question: Question) -> None:
    data = question.answer().to_json()
    assert canonical.dumps(json.loads(data)) == data
