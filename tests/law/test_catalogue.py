"""The law that ships: complete by its ids, and saying what the matrix of lists and matters says."""

from collections.abc import Iterator
from datetime import date

import pytest

from credit_sdk.catalogue.catalogue import Catalogue, CatalogueDocument
from credit_sdk.model.citation import Confidence, Status
from credit_sdk.model.measure import Application, MeasureClass, Strength
from credit_sdk.model.scheme import SubjectKind
from gateway.drafting.adoption import compile_law, compiled, shipped_law_directory
from gateway.drafting.checker import check_law, remarks
from gateway.drafting.reader import LawFiles, read_law
from gateway.drafting.seal import unsealed
from gateway.drafting.vocabulary import ENTRY_FIELDS, PENALTY_KINDS

LISTS = [
    "judgment-defaulter",
    "consumption-restricted",
    "major-tax-violation",
    "wage-arrears",
    "market-supervision-serious",
    "procurement-serious",
    "work-safety-serious",
    "statistics-serious",
    "national-defence",
    "customs-serious",
    "customs-dishonest",
    "social-insurance-serious",
    "culture-tourism-serious",
    "ip-serious",
    "public-resource-trading-serious",
    "construction-blacklist",
    "sme-payment",
    "abnormal-operation",
    "administrative-penalty",
    "focus-watch",
    "false-commitment",
    "commitment-breach",
    "tax-a",
    "customs-aeo",
    "construction-model",
    "integrity-model",
]
MATTERS = [
    "procurement.qualification",
    "procurement.award",
    "tendering.bid-opening",
    "tendering.award",
    "tendering.agency",
    "licensing.permit",
    "licensing.food",
    "licensing.drug",
    "market.registration",
    "qualification.review",
    "project.approval",
    "funds.grant",
    "sme.support",
    "honours.award",
    "land.transfer",
    "supervision.inspection",
    "service.green-channel",
    "finance.credit",
    "company.officer",
    "personnel.recruit",
    "travel.high-consumption",
]
COUNTS = {"a1": 19, "a2": 5, "a3": 2, "a4": 2, "a5": 1, "b1": 1, "b2": 1, "b3": 2, "b4": 1, "c1": 1, "c2": 1}
MEASURES = [f"{heading}-{number:02d}" for heading, count in COUNTS.items() for number in range(1, count + 1)]
INCENTIVES = [f"i{number:02d}" for number in range(1, 12)]

COLUMNS = {
    "procurement": ("procurement.qualification", "procurement.award"),
    "tendering": ("tendering.bid-opening", "tendering.award"),
    "licensing": ("licensing.permit", "licensing.food", "licensing.drug"),
    "market": ("market.registration", "company.officer"),
    "qualification": ("qualification.review",),
    "project": ("project.approval",),
    "funds": ("funds.grant",),
    "honours": ("honours.award",),
    "land": ("land.transfer",),
    "supervision": ("supervision.inspection",),
}
# One row per list, one cell per column: the strongest strength with its measures, `-` for nothing at all.
MATRIX = """
judgment-defaulter          | bar a1-06 | limit a1-07 | scrutinise b3-01 | bar a2-01 | limit a1-17 | limit a1-16 | limit b1-01 | scrutinise b2-01 | limit a1-18 | scrutinise b4-01
major-tax-violation         | bar a1-06 | scrutinise b4-01 | scrutinise b3-01 | scrutinise b4-01 | scrutinise b4-01 | scrutinise b4-01 | scrutinise b1-01 | scrutinise b2-01 | scrutinise b4-01 | scrutinise b4-01
wage-arrears                | limit a1-14 | limit a1-02 a1-14 | limit a1-14 | limit a1-14 | scrutinise b4-01 | limit a1-11 | limit a1-14 | limit a1-14 | scrutinise b4-01 | scrutinise b4-01
market-supervision-serious  | limit a1-13 | limit a1-13 | bar a1-08 a1-09 | bar a2-01 | scrutinise b4-01 | scrutinise b4-01 | scrutinise b1-01 | limit a1-13 | limit a1-13 | scrutinise b4-01
procurement-serious         | bar a1-03 a1-06 | scrutinise b4-01 | - | - | - | - | scrutinise b1-01 | scrutinise b2-01 | - | scrutinise b4-01
work-safety-serious         | scrutinise b4-01 | scrutinise b4-01 | limit a1-12 | limit a1-12 | limit a1-12 | limit a1-12 | scrutinise b1-01 | scrutinise b2-01 | scrutinise b4-01 | scrutinise b4-01
public-resource-trading-serious | scrutinise b4-01 | limit a1-02 | - | - | - | - | scrutinise b1-01 | scrutinise b2-01 | scrutinise b4-01 | scrutinise b4-01
sme-payment                 | scrutinise b4-01 | scrutinise b4-01 | - | limit a1-15 | limit a1-15 | limit a1-15 | limit a1-15 | limit a1-15 | - | scrutinise b4-01
abnormal-operation          | scrutinise a1-13 | scrutinise a1-13 | scrutinise b4-01 | scrutinise b4-01 | scrutinise b4-01 | scrutinise b4-01 | scrutinise b1-01 | scrutinise a1-13 | scrutinise a1-13 | scrutinise b4-01
focus-watch                 | scrutinise b4-01 | scrutinise b4-01 | scrutinise b3-01 | - | - | - | scrutinise b4-01 | - | - | scrutinise b4-01
administrative-penalty      | bar a1-05 | bar a1-02 | bar a1-01 a1-08 a1-09 | bar a2-01 a2-03 | - | - | - | - | - | -
tax-a                       | favour i06 i07 | favour i07 | favour i01 i02 i03 i04 i05 | favour i01 | favour i01 | favour i01 | favour i06 | favour i06 | - | favour i08
customs-aeo                 | favour i06 i07 | favour i07 | favour i01 i02 i03 i04 i05 | favour i01 | favour i01 | favour i01 | favour i06 | favour i06 | - | favour i08
"""  # noqa: E501 - a table is read across
CELLS = [
    pytest.param(list_.strip(), column, cell.strip(), id=f"{list_.strip()}-{column}")
    for list_, *cells in (row.split("|") for row in MATRIX.strip().splitlines())
    for column, cell in zip(COLUMNS, cells, strict=True)
]


@pytest.fixture(scope="module")
def law() -> LawFiles:
    return read_law(shipped_law_directory())


@pytest.fixture(scope="module")
def document() -> CatalogueDocument:
    return compile_law(shipped_law_directory())


def applications(document: CatalogueDocument) -> Iterator[tuple[str, Application]]:
    for measure in document.measures:
        yield from ((measure.id, application) for application in measure.versions[-1].applies)


def test_nothing_is_wrong_with_it(law: LawFiles) -> None:
    assert check_law(law) == ()
    assert remarks(law) == ()
    assert unsealed(law) == ()


def test_every_list_matter_measure_and_incentive_is_there_and_nothing_else(document: CatalogueDocument) -> None:
    assert {listed.id for listed in document.lists} == set(LISTS)
    assert {matter.id for matter in document.matters} == set(MATTERS)
    assert {measure.id for measure in document.measures} == {*MEASURES, *INCENTIVES}
    assert {m.id for m in document.measures if m.versions[-1].measure_class is MeasureClass.INCENTIVE} == set(
        INCENTIVES
    )


@pytest.mark.parametrize(("list_", "column", "cell"), CELLS)
def test_a_cell_of_the_matrix_bites_as_strongly_as_the_law_says(
    document: CatalogueDocument, list_: str, column: str, cell: str
) -> None:
    met = [
        (measure, application)
        for measure, application in applications(document)
        if list_ in application.lists and set(COLUMNS[column]) & set(application.matters)
    ]
    if cell == "-":
        assert met == []
        return
    strength, *measures = cell.split()
    strongest = max((application.strength for _, application in met), key=lambda one: one.rank)
    assert strongest is Strength(strength)
    assert {measure for measure, application in met if application.strength is strongest} == set(measures)


def test_every_negative_cell_without_conditions_has_something_for_everybody(document: CatalogueDocument) -> None:
    """A conditional bar leaves nobody unseen: an entry without the particulars goes to a person."""
    unseen = []
    for list_, *cells in (row.split("|") for row in MATRIX.strip().splitlines()):
        for column, cell in zip(COLUMNS, cells, strict=True):
            if cell.strip() == "-" or "favour" in cell or list_.strip() == "administrative-penalty":
                continue
            unseen += [
                (list_.strip(), matter)
                for matter in COLUMNS[column]
                if not any(
                    list_.strip() in application.lists
                    and matter in application.matters
                    and not any(condition.kind == "entry" for condition in application.conditions)
                    for _, application in applications(document)
                )
            ]
    assert unseen == []


def test_credit_is_never_more_than_advice_or_favour(document: CatalogueDocument) -> None:
    strengths = {one.strength for _, one in applications(document) if "finance.credit" in one.matters}
    assert strengths == {Strength.ADVISE, Strength.FAVOUR}


def test_relief_of_poverty_is_no_matter(document: CatalogueDocument) -> None:
    assert not [m.id for m in document.matters for version in m.versions if "贫" in version.title]


def test_required_lists_name_every_list_that_bars_or_limits_whatever_the_particulars(
    document: CatalogueDocument,
) -> None:
    required = {matter.id: set(matter.versions[-1].required_lists) for matter in document.matters}
    # Procurement and tendering: their own instruments name the lists to be asked. The green channel: those of permits.
    named = {*COLUMNS["procurement"], *COLUMNS["tendering"], "tendering.agency", "service.green-channel"}
    for _, application in applications(document):
        if application.strength in {Strength.BAR, Strength.LIMIT} and not application.conditions:
            for matter in set(application.matters) - named:
                assert set(application.lists) <= required[matter], (matter, application.lists)
    assert required["procurement.award"] == {"judgment-defaulter", "major-tax-violation", "procurement-serious"}
    assert required["tendering.award"] == {"judgment-defaulter"}


def test_bars_in_company_office_reach_persons_only(document: CatalogueDocument) -> None:
    bars = [
        one for _, one in applications(document) if "company.officer" in one.matters and one.strength is Strength.BAR
    ]
    assert bars
    assert all(one.kinds == (SubjectKind.NATURAL_PERSON,) for one in bars)


def test_what_is_of_low_confidence_is_not_in_force(document: CatalogueDocument) -> None:
    low = [
        version
        for things in (
            document.instruments,
            document.lists,
            document.measures,
            document.matters,
            document.periods,
            document.shares,
        )
        for thing in things
        for version in thing.versions
        if version.confidence is Confidence.LOW
    ]
    assert low
    assert {version.status for version in low} == {Status.DRAFT}


def test_the_repair_rules_change_on_the_first_of_april_2026(document: CatalogueDocument) -> None:
    catalogue = Catalogue(document)
    before = catalogue.on(_day("2026-03-31")).periods
    after = catalogue.on(_day("2026-04-01")).periods
    assert {"publicity-2023-shortest", "publicity-2023-five-fields"} <= before.keys() - after.keys()
    assert {"publicity-serious", "repair-acceptance", "repair-decision"} <= after.keys() - before.keys()
    assert (after["publicity-serious"].minimum, after["publicity-serious"].maximum) == (12, 36)
    assert "objection-decision" not in after


def test_no_measure_has_lost_its_basis_today(document: CatalogueDocument) -> None:
    assert tuple(Catalogue(document).on(_day("2026-11-23")).unfounded) == ()


def test_the_same_files_give_the_same_bytes(document: CatalogueDocument) -> None:
    again = compiled(compile_law(shipped_law_directory()))
    assert again.data == compiled(document).data == document.to_bytes()
    assert Catalogue.from_bytes(again.data).digest == again.digest


def test_the_manual_names_every_field_word_and_period(document: CatalogueDocument) -> None:
    manual = (shipped_law_directory() / "README.md").read_text(encoding="utf-8")
    assert [name for name in (*ENTRY_FIELDS, *PENALTY_KINDS) if name not in manual] == []
    facts = {name for matter in document.matters for version in matter.versions for name in version.facts}
    assert [name for name in sorted(facts) if f"`{name}`" not in manual] == []


def test_titles_are_in_both_languages(document: CatalogueDocument) -> None:
    def is_chinese(text: str) -> bool:
        return any("\u4e00" <= character <= "\u9fff" for character in text)

    for things in (
        document.instruments,
        document.lists,
        document.measures,
        document.matters,
        document.periods,
        document.shares,
    ):
        for thing in things:
            for version in thing.versions:
                assert is_chinese(version.title), thing.id
                assert not is_chinese(version.title_en), thing.id
    assert not [measure.id for measure in document.measures if is_chinese(measure.versions[-1].content.en)]


def _day(text: str) -> date:
    return date.fromisoformat(text)
