"""Builders (构造) for tests: subjects with valid numbers, entries with every field filled."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import TypedDict, Unpack

from credit_sdk.model.identifier import organisation_check_character, uscc_check_character
from credit_sdk.model.listing import Entry, FieldValue, Severity
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import Term

_REGIONS = (
    "630100",
    "630102",
    "630103",
    "630104",
    "630105",
    "632200",
    "632300",
    "632500",
    "632600",
    "632700",
    "632800",
)
_IN_A_REGION = 1_000_000


class EntryFields(TypedDict, total=False):
    """What :func:`entry` may be told of an entry (名单条目); everything has a value of its own."""

    id: str
    severity: Severity
    authority: str
    authority_code: str
    document_no: str
    determined_on: date
    from_on: date
    until_on: date | None
    fact: str
    basis: str
    objection_on: date | None
    fields: Mapping[str, FieldValue]


def subject(number: int) -> Subject:
    """The ``number``-th made-up company of Qinghai, 0 to 10,999,999; the first million are of Xining.

    No such company can exist: the organisation code begins with ``FX``, a block that was never assigned. All check
    characters are right.

    Raises:
        ValueError: There are not so many.
    """
    if not 0 <= number < _IN_A_REGION * len(_REGIONS):
        raise ValueError(f"there is no made-up company {number}; name one below {_IN_A_REGION * len(_REGIONS)}")
    region, counted = divmod(number, _IN_A_REGION)
    body = f"FX{counted:06d}"
    code = f"91{_REGIONS[region]}{body}{organisation_check_character(body)}"
    return Subject.parse(f"{code}{uscc_check_character(code)}")


def entry(list_id: str, **fields: Unpack[EntryFields]) -> Entry:
    """An entry on a list, in force since 2024 until removed unless told otherwise."""
    fact = fields.get("fact", "测试事实，并非真实认定")
    determined_on = fields.get("determined_on", date(2024, 1, 15))
    return Entry(
        id=fields.get("id", f"{list_id}-1"),
        list=list_id,
        severity=fields.get("severity", Severity.SERIOUS),
        authority=fields.get("authority", "测试机关"),
        authority_code=fields.get("authority_code", ""),
        document_no=fields.get("document_no", "测字〔2024〕1号"),
        determined_on=determined_on,
        term=Term(fields.get("from_on", determined_on), fields.get("until_on")),
        fact=fact,
        fact_digest=sha256(fact.encode()).digest(),
        basis=fields.get("basis", "测试依据"),
        objection_on=fields.get("objection_on"),
        fields=fields.get("fields", {}),
    )
