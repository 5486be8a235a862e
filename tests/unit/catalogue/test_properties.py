"""Laws of the decision that hold for every law, every publication and every question."""

import json
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.wire import from_json
from credit_sdk.model import canonical
from credit_sdk.model.decision import Decision, Verdict
from credit_sdk.model.evidence import CoverageState, Freshness
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.matter import Matter
from credit_sdk.model.measure import Application, Measure, Strength
from tests.unit.catalogue.builders import AWARD, NOW, TODAY_ON, waiver
from tests.unit.catalogue.questions import Question, questions

T = TypeVar("T")


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
