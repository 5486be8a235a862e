"""Lists and entries as the law and the publication write them."""

from datetime import date

import pytest
from pydantic import ValidationError

from credit_sdk.model.listing import CreditList, Entry, Severity, SubjectRecord
from credit_sdk.model.term import Term


def test_a_list_without_any_version_is_none() -> None:
    with pytest.raises(ValidationError):
        CreditList(id="judgment-defaulter", versions=())


def test_entries_of_equal_content_are_equal() -> None:
    def entry(fine_yuan: int) -> Entry:
        return Entry(
            id="e1",
            list="administrative-penalty",
            severity=Severity.GENERAL,
            authority="示范市场监督管理局",
            authority_code="",
            document_no="示市监罚〔2026〕1号",
            determined_on=date(2026, 1, 5),
            term=Term(date(2026, 1, 10)),
            fields={"fine_yuan": fine_yuan},
        )

    assert SubjectRecord((entry(1),)) == SubjectRecord((entry(1),))
    assert entry(1) != entry(2)
    assert SubjectRecord() == SubjectRecord((), ())
