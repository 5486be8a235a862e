"""The catalogue document: what is refused, and which law it gives for a day."""

from datetime import date
from hashlib import sha256

import pytest
from pydantic import ValidationError

from credit_sdk.catalogue.catalogue import Catalogue, CatalogueDocument
from credit_sdk.errors import IntegrityError, LawError
from credit_sdk.model import canonical
from credit_sdk.model.citation import Citation, Instrument, InstrumentVersion, Status
from credit_sdk.model.measure import FactCondition, MeasureClass, Strength
from tests.unit.catalogue.builders import (
    BAR,
    INCENTIVE,
    LISTS,
    TODAY_ON,
    application,
    credit_list,
    document,
    instrument,
    matter,
    measure,
)


def test_a_catalogue_is_named_by_its_canonical_bytes() -> None:
    data = document(BAR, INCENTIVE).to_bytes()
    held = Catalogue.from_bytes(data)
    assert held.digest == sha256(data).hexdigest() == Catalogue(document(BAR, INCENTIVE)).digest
    assert held.document.to_bytes() == data
    assert canonical.dumps(canonical.loads(data)) == data


def test_refuses_bytes_that_are_not_canonical() -> None:
    with pytest.raises(IntegrityError):
        Catalogue.from_bytes(document(BAR).to_bytes() + b"\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"format":"credit-catalogue/1"', b'"format":"credit-catalogue/2"'),
        (b'"edition":"2026-1"', b'"edition":"2026-1","extra":1'),
        (b'"strength":"bar"', b'"strength":"ban"'),
    ],
)
def test_refuses_a_document_of_another_shape(before: bytes, after: bytes) -> None:
    data = document(BAR).to_bytes()
    assert before in data
    with pytest.raises(LawError):
        Catalogue.from_bytes(data.replace(before, after))


def refused(**parts: object) -> str:
    whole = document(BAR).model_dump() | parts
    with pytest.raises(ValidationError) as caught:
        CatalogueDocument.model_validate(whole)
    return str(caught.value)


def test_refuses_ids_out_of_order_or_twice() -> None:
    assert "lists are not sorted" in refused(lists=[listed.model_dump() for listed in reversed(LISTS)])
    assert "lists are not sorted" in refused(lists=[LISTS[0].model_dump()] * 2)


def test_refuses_dangling_references() -> None:
    assert "unknown instrument act" in refused(instruments=())
    assert "unknown list judgment-defaulter" in refused(lists=())
    assert "unknown matter procurement.award" in refused(matters=())
    unknown_fact = application(Strength.BAR, conditions=[FactCondition(fact="statutory_tender", equals=True)])
    assert "fact statutory_tender" in refused(measures=[measure("a1", unknown_fact).model_dump()])
    other = application(Strength.BAR).model_copy(update={"basis": (Citation(instrument="act", article="第九十九条"),)})
    assert "rests on act 第九十九条" in refused(measures=[measure("a1", other).model_dump()])


@pytest.mark.parametrize(
    ("measure_class", "strength"),
    [
        (MeasureClass.C, Strength.BAR),
        (MeasureClass.C, Strength.LIMIT),
        (MeasureClass.A, Strength.FAVOUR),
        (MeasureClass.INCENTIVE, Strength.BAR),
    ],
)
def test_refuses_a_strength_beyond_the_class(measure_class: MeasureClass, strength: Strength) -> None:
    wrong = measure("a1", application(strength), measure_class=measure_class)
    assert "may not be" in refused(measures=[wrong.model_dump()])


def versions(*spans: tuple[date, date | None, Status]) -> Instrument:
    first = instrument().versions[0]
    return Instrument(
        id="act",
        versions=tuple(
            InstrumentVersion.model_validate(
                first.model_dump() | {"from_on": from_on, "until_on": until_on, "status": status, "title": str(number)}
            )
            for number, (from_on, until_on, status) in enumerate(spans)
        ),
    )


@pytest.mark.parametrize(
    ("spans", "complaint"),
    [
        ([(date(2020, 1, 1), None), (date(2021, 1, 1), None)], "two versions are in force on 2021-01-01"),
        ([(date(2020, 1, 1), date(2021, 1, 1)), (date(2021, 1, 1), None)], "two versions are in force"),
        ([(date(2021, 1, 1), None), (date(2020, 1, 1), date(2020, 12, 31))], "not sorted by from_on"),
        ([(date(2020, 1, 1), date(2019, 1, 1))], "before it begins"),
        ([], "has no version"),
    ],
)
def test_refuses_versions_that_leave_a_day_in_doubt(spans: list[tuple[date, date | None]], complaint: str) -> None:
    wrong = versions(*[(*span, Status.IN_FORCE) for span in spans])
    assert complaint in refused(instruments=[wrong.model_dump()])


def test_on_each_day_the_version_of_that_day() -> None:
    thing = versions(
        (date(2020, 1, 1), date(2024, 12, 31), Status.IN_FORCE),
        (date(2025, 1, 1), None, Status.IN_FORCE),
        (date(2026, 1, 1), None, Status.DRAFT),
    )
    held = Catalogue(CatalogueDocument.model_validate(document(BAR).model_dump() | {"instruments": [thing]}))
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2024, 12, 31), date(2025, 1, 1), TODAY_ON]
    titles = [law.instruments["act"].title if "act" in (law := held.on(day)).instruments else None for day in days]
    assert titles == [None, "0", "0", "1", "1"]
    (basis,) = held.on(TODAY_ON).basis([Citation(instrument="act"), Citation(instrument="gone")])
    assert basis.title == "1"


def test_the_law_of_a_span_is_compiled_once() -> None:
    held = Catalogue(document(BAR))
    assert held.on(date(2026, 1, 1)) is held.on(TODAY_ON)
    assert held.on(date(2019, 1, 1)) is not held.on(TODAY_ON)


def test_required_lists_come_first_in_the_coverage_of_a_matter() -> None:
    wide = application(Strength.BAR, *[listed.id for listed in LISTS])
    law = Catalogue(document(measure("a1", wide), matters=[matter(required_lists=["tax-a"])])).on(TODAY_ON)
    found = law.matter("procurement.award").stated.of({})
    assert [listed.list for listed in found.lists] == [
        "tax-a",
        "administrative-penalty",
        "judgment-defaulter",
        "major-tax-violation",
    ]
    assert found.missing == ("tax-a名单",)


def test_a_required_list_whose_law_ended_keeps_its_title_and_stays_missing() -> None:
    ended = credit_list("ended", until_on=date(2025, 12, 31))
    law = Catalogue(document(BAR, lists=[*LISTS, ended], matters=[matter(required_lists=["ended"])])).on(TODAY_ON)
    assert law.matter("procurement.award").stated.of({}).missing == ("ended名单",)
