"""What a measure rests on, dated and shown."""

from datetime import date

import pytest
from pydantic import ValidationError

from credit_sdk.model.citation import Basis, Bilingual, InstrumentLevel, Status, Version


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
    text = Bilingual(zh=" 依据 ", en="basis")
    assert text.zh == "依据"
    frozen = "zh"
    with pytest.raises(ValidationError, match="frozen"):
        setattr(text, frozen, "其他")
    with pytest.raises(ValidationError, match="extra"):
        Bilingual.model_validate({"zh": "依据", "en": "basis", "fr": "base"})
