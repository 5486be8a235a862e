"""The canary (自检主体): the subject that stands in every publication, here and at every gateway."""

from datetime import date

from credit_sdk.model.listing import Entry, Severity, SubjectRecord
from credit_sdk.model.term import Term

CANARY = "91630000MACANARY0Y"
CANARY_RECORD = SubjectRecord(
    (
        Entry(
            id="canary",
            list="canary",
            severity=Severity.NONE,
            authority="自检",
            authority_code="",
            document_no="自检",
            determined_on=date(2026, 1, 1),
            term=Term(date(2026, 1, 1)),
        ),
    )
)
