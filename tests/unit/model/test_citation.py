"""What a measure rests on, dated and shown."""

from datetime import date

import pytest
from pydantic import ValidationError

from credit_sdk.model.citation import Basis, Bilingual, InstrumentLevel, Status, Version
from credit_sdk.model.matter import Fact


def basis(number: str) -> Basis:
    return Basis(
        "gpl", "中华人民共和国政府采购法", "Government Procurement Law", number, InstrumentLevel.LAW, "第七十七条", ""
    )


def test_a_basis_is_shown_with_title_number_and_article() -> None:
    assert str(basis("")) == "《中华人民共和国政府采购法》第七十七条"
    assert basis("主席令第68号").text == "《中华人民共和国政府采购法》（主席令第68号）第七十七条"


@pytest.mark.parametrize(
    ("on", "covers"),
    [
        (date(2019, 12, 31), False),
        (date(2020, 1, 1), True),
        (date(2024, 12, 31), True),
        (date(2025, 1, 1), False),
    ],
)
def test_both_days_of_a_version_count(on: date, covers: bool) -> None:
    version = Version(from_on=date(2020, 1, 1), until_on=date(2024, 12, 31), source="gazette")
    assert version.covers(on) is covers


def test_a_draft_is_never_in_force() -> None:
    draft = Version(from_on=date(2020, 1, 1), status=Status.DRAFT, source="gazette")
    assert not draft.covers(date(2026, 1, 1))
    assert draft.model_copy(update={"status": Status.IN_FORCE}).covers(date(2026, 1, 1))


def test_law_is_frozen_and_knows_no_other_keys() -> None:
    fact = Fact.model_validate({"default": True, "title": {"zh": " 依法必须招标 ", "en": "statutory tender"}})
    assert fact.title == Bilingual(zh="依法必须招标", en="statutory tender")
    frozen = "zh"
    with pytest.raises(AttributeError, match="immutable"):
        setattr(fact.title, frozen, "其他")
    frozen = "title"
    with pytest.raises(ValidationError, match="frozen"):
        setattr(fact, frozen, fact.title)


@pytest.mark.parametrize(
    "title",
    [
        {"zh": "依据"},
        {"zh": "依据", "en": None},
        {"zh": "依据", "en": "basis", "fr": "base"},
        ["依据", "basis"],
        "依据",
    ],
)
def test_a_text_is_chinese_and_english_and_nothing_else(title: object) -> None:
    with pytest.raises(ValidationError):
        Fact.model_validate({"default": True, "title": title})
    with pytest.raises(ValidationError, match="other"):
        Fact.model_validate({"default": True, "title": {"zh": "依据", "en": "basis"}, "other": 1})
