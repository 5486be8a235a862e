"""The canary (自检主体): a fictional subject in every publication, by which a replica proves that it finds.

Its one entry stands on a list that no law names: it leads to no finding, whatever the matter.
"""

from datetime import date

from credit_sdk.model.listing import Entry, Severity, SubjectRecord
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import Term

CANARY_LIST = "canary"

_ENTRY = Entry(
    id="canary",
    list=CANARY_LIST,
    severity=Severity.NONE,
    authority="自检",
    authority_code="",
    document_no="自检",
    determined_on=date(2026, 1, 1),
    term=Term(date(2026, 1, 1)),
    fact="用于检验数据是否可用的虚构条目，不涉及任何主体。",
)


def key_of(code: str) -> bytes:
    """The key of the canary subject."""
    return Subject.parse(code).key


def with_canary(record: SubjectRecord | None) -> SubjectRecord:
    """What is published at the canary's key: its entry, beside whatever the registry may have there."""
    held = record or SubjectRecord()
    return SubjectRecord((*held.entries, _ENTRY), held.waivers)
