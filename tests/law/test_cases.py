"""Every case that stands beside the law comes out as it says, on data that is fresh and complete."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.errors import UnknownMatterError
from credit_sdk.model.decision import Decision
from credit_sdk.model.finding import Principal
from credit_sdk.model.listing import Entry, SubjectRecord
from credit_sdk.model.scheme import SubjectKind
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import Term
from gateway.drafting.adoption import compile_law, shipped_law_directory
from gateway.drafting.cases import Case, CaseEntry
from gateway.drafting.reader import read_law
from tests.memory_view import complete_view

# Fictional; both check digits of the codes are right.
CODES = {
    SubjectKind.LEGAL_PERSON: ("916301007105500078", "51630000500000007T"),
    SubjectKind.SOLE_TRADER: ("92630102MA757T001P",),
    SubjectKind.GOVERNMENT: ("11630000015000185Y",),
    SubjectKind.UNKNOWN: ("Y1630000MJ00000180",),
}
RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def resident_number(sequence: int) -> str:
    body = f"63010119900101{sequence:03d}"
    remainder = sum(int(digit) * weight for digit, weight in zip(body, RESIDENT_WEIGHTS, strict=True)) % 11
    return body + "10X98765432"[remainder]


def subject_of(kind: SubjectKind, position: int = 0) -> Subject:
    if kind is SubjectKind.NATURAL_PERSON:
        return Subject.parse(resident_number(position + 1))
    return Subject.parse(CODES[kind][position])


def entry_of(number: int, given: CaseEntry) -> Entry:
    return Entry(
        id=f"entry-{number}",
        list=given.list,
        severity=given.severity,
        authority="青川省某某局",
        authority_code="",
        document_no=f"青川〔2026〕{number}号",
        determined_on=given.determined_on or given.from_on,
        term=Term(given.from_on, given.until_on),
        objection_on=given.from_on if given.objection else None,
        fields=dict(given.fields),
    )


def decide(catalogue: Catalogue, case: Case) -> Decision:
    subject = subject_of(case.given.subject)
    beside = [Principal(subject_of(one.subject, 100 + n), one.role) for n, one in enumerate(case.given.principals)]
    records = {subject.key: SubjectRecord(tuple(entry_of(n, given) for n, given in enumerate(case.given.entries)))}
    for position, (principal, one) in enumerate(zip(beside, case.given.principals, strict=True), start=1):
        entries = tuple(entry_of(position * 100 + n, given) for n, given in enumerate(one.entries))
        records[principal.subject.key] = SubjectRecord(entries)
    now = datetime.combine(case.on, time(4), UTC)
    view = complete_view(catalogue, now, records)
    return evaluate(subject, case.when, case.on, view, now, principals=beside, facts=case.given.facts)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(compile_law(shipped_law_directory()))


def cases() -> Iterator[object]:
    for sheet in read_law(shipped_law_directory()).cases:
        if sheet.publicity is not None:
            continue
        assert sheet.content is not None, sheet.complaints
        for number, case in enumerate(sheet.content.cases, start=1):
            yield pytest.param(sheet.content.measure, case, id=f"{sheet.content.measure}-{number}-{case.title}")


@pytest.mark.parametrize(("measure", "case"), list(cases()))
def test_case_comes_out_as_the_law_says(catalogue: Catalogue, measure: str, case: Case) -> None:
    expected = case.then
    if expected.finding == "no-matter":
        with pytest.raises(UnknownMatterError):
            decide(catalogue, case)
        return
    decision = decide(catalogue, case)
    found = [finding for finding in decision.findings + decision.incentives if finding.measure.id == measure]
    withheld = [finding for finding in decision.withheld if finding.measure.id == measure]
    if expected.finding == "none":
        assert found == withheld == []
    elif expected.finding == "withheld":
        assert found == []
        assert len(withheld) == 1
    else:
        assert {finding.strength for finding in found} == {expected.finding}
        assert {finding.statutory_strength for finding in found} == {expected.statutory or expected.finding}
    if expected.article is not None:
        assert {finding.basis[0].article for finding in found} == {expected.article}
    if expected.verdict is not None:
        assert decision.verdict is expected.verdict


def test_a_company_that_stands_nowhere_is_clear_in_every_matter(catalogue: Catalogue) -> None:
    on = date(2026, 11, 23)
    now = datetime.combine(on, time(4), UTC)
    subject = subject_of(SubjectKind.LEGAL_PERSON)
    verdicts = {
        matter.id: evaluate(subject, matter.id, on, complete_view(catalogue, now), now).verdict.value
        for matter in catalogue.document.matters
    }
    assert set(verdicts.values()) == {"CLEAR"}
