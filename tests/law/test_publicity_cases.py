"""Every case about publicity that stands beside the law comes out as it says."""

from collections.abc import Iterator

import pytest

from gateway.drafting.adoption import compile_law, shipped_law_directory
from gateway.drafting.cases import PublicityCase
from gateway.drafting.reader import read_law
from gateway.registry.periods import PeriodLaw
from gateway.registry.publicity import Listed, publicity_of


@pytest.fixture(scope="module")
def law() -> PeriodLaw:
    return PeriodLaw.of(compile_law(shipped_law_directory()))


def cases() -> Iterator[object]:
    for sheet in read_law(shipped_law_directory()).cases:
        for number, case in enumerate(sheet.publicity.cases if sheet.publicity else (), start=1):
            yield pytest.param(case, id=f"{sheet.sheet.file}-{number}-{case.title}")


@pytest.mark.parametrize("case", list(cases()))
def test_an_entry_is_shown_as_long_as_its_case_says(law: PeriodLaw, case: PublicityCase) -> None:
    given, expected = case.given, case.then
    found = publicity_of(
        Listed(
            given.list,
            given.severity,
            given.authority,
            given.determined_on,
            given.from_on or given.determined_on,
            given.until_on,
            given.fields,
        ),
        law,
    )
    assert tuple(each.id for each in (found.rule, *found.others) if each is not None) == expected.periods
    assert (found.repair_from_on, found.ends_on) == (expected.repair_from, expected.last_day)
