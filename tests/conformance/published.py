"""What is published in the vectors about whom, for the second law."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from credit_sdk.model.identifier import (
    organisation_check_character,
    registration_check_digit,
)
from credit_sdk.model.listing import Entry, FieldValue, Severity, SubjectRecord, Waiver
from credit_sdk.model.term import Term
from credit_sdk.testing import subject
from tests.conformance.inputs import DAY
from tests.conformance.inputs import ENTRY as LISTED_ENTRY
from tests.conformance.made_up import both, resident, uscc
from tests.conformance.statute import LOST_ON

Json = dict[str, Any]

TRADER, GOVERNMENT, PARTNERS, UNHEARD = uscc("92"), uscc("11"), uscc("31"), uscc("99", "639900")
WRONG_DIGIT = uscc("91", "990000", digit="0" if organisation_check_character("FX000001") != "0" else "1")
STANDARD = next(code for number in range(2, 200) if (code := uscc("91", number=number)).endswith("1"))
PRINTED = STANDARD[:-1] + "Y"
ORGANISATION, OLD_OWING = (f"{each}{organisation_check_character(each)}" for each in ("FX000009", "FX000010"))
_REGISTERED = ("63010010000001", "63010060000001", "99010060000001")
REGISTERED, REGISTERED_TRADER, REGISTERED_ELSEWHERE = (
    f"{each}{registration_check_digit(each)}" for each in _REGISTERED
)
LEGACY = "6301001000001"
PERSON, OTHER_PERSON = resident("63010219800101112"), resident("63010219790101111")
FOREIGNER, TAIWANESE, ELSEWHERE = (resident(f"{each}19800101112") for each in ("963100", "830000", "639900"))
A_COMPANY_OR_A_PERSON, A_PERSON_OR_A_COMPANY = next(both("911101")), next(both("991101"))
BARRED, LIMITED, HONOURED, WATCHED, SERIOUS = (subject(number).code for number in range(11, 16))
FIELDS, LASTING, WAIVED, OBJECTING, GENERAL, NOTHING, OWING, TWICE, CLOSED, BAD, NO_LONGER, WIDE = (
    subject(number).code for number in range(21, 33)
)


def _entry(id: str, list_id: str, **more: object) -> Entry:
    return replace(LISTED_ENTRY, **{"id": id, "list": list_id, "fields": {}, **more})


def _with(id: str, severity: Severity = Severity.GENERAL, **fields: FieldValue) -> Entry:
    return _entry(id, "penalty", severity=severity, fields=fields)


def _waiver(until_on: date = DAY, measure: str = "", reason: str = "甲", **more: str) -> Waiver:
    return Waiver(more.get("matter", "award"), measure, until_on, "虚构市财政局", reason, more.get("document_no", ""))


_LEAP = {"determined_on": date(2024, 2, 29), "term": Term(date(2024, 2, 29))}
_WIDTHS = (0, 127, 128, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**53 - 1)
_EVERY_WIDTH: Mapping[str, FieldValue] = {
    **{f"n{value}": value for each in _WIDTHS for value in (each, -each)},
    **{f"m{value}": value for value in (-32, -33, -128, -129, -32768, -32769, -(2**31), -(2**31) - 1)},
    "texts": tuple("类" * length for length in range(17)),
    "text": "a" * 32,
    "is": True,
    "is_not": False,
}
_ANYTHING = SubjectRecord((_entry("g-1", "graded"), _entry("w-1", "watch")))
_BARRED = SubjectRecord(
    (
        _entry("e-2", "bad-faith", term=Term(date(2025, 1, 1))),
        _entry("e-1", "bad-faith", authority="", document_no="", term=Term(date(2025, 1, 1))),
        _entry("e-3", "penalty", term=Term(date(2025, 1, 1))),
        _entry("e-4", "closed", term=Term(date(2025, 1, 1))),
        _entry("e-5", "not-in-the-law"),
    ),
    (_waiver(date(2030, 1, 1), matter="closed"), _waiver(LOST_ON - timedelta(days=1))),
)
HELD: Mapping[str, SubjectRecord] = {
    BARRED: _BARRED,
    LIMITED: SubjectRecord((_entry("g-1", "graded", severity=Severity.MINOR),)),
    HONOURED: SubjectRecord((_entry("h-1", "honour"), _entry("g-1", "graded", severity=Severity.GENERAL))),
    WATCHED: SubjectRecord(
        (_entry("w-1", "watch", term=Term(date(2022, 1, 1))), _entry("w-2", "watch")), (_waiver(matter="scrutiny"),)
    ),
    SERIOUS: SubjectRecord((_entry("h-1", "honour"), _entry("g-1", "graded"))),
    GENERAL: SubjectRecord((_entry("h-1", "honour", objection_on=DAY), _entry("w-1", "watch")), (_waiver(),)),
    FIELDS: SubjectRecord(
        (
            _with("f-01", kinds=("警告", "罚款"), level=1),
            _with("f-02", kinds="吊销", level=1),
            _with("f-03", kinds=("罚款",), level=True),
            _with("f-04", kinds=(), level=1, fine_yuan=100000),
            _with("f-05", fine_yuan=99999, is_final=1),
            _with("f-06", fine_yuan=True, is_final=True),
            _with("f-07", Severity.SERIOUS, fine_yuan=100001, is_final=True),
            _with("f-08", Severity.SERIOUS, fine_yuan="200000"),
        )
    ),
    LASTING: SubjectRecord((_entry("l-1", "penalty", **_LEAP), _entry("l-2", "penalty", term=Term(date(2022, 3, 4))))),
    WAIVED: SubjectRecord(
        (_entry("e-1", "bad-faith", objection_on=DAY + timedelta(days=9)),),
        (
            _waiver(DAY, "barred", "乙", document_no="虚财豁〔2026〕2号"),
            _waiver(DAY, "", "丙", document_no="虚财豁〔2026〕3号"),
            _waiver(date(2026, 3, 3), "barred", "丁"),
            _waiver(date(2030, 1, 1), "limited", "戊"),
        ),
    ),
    OBJECTING: SubjectRecord(
        (_entry("g-1", "graded", objection_on=DAY), _entry("p-1", "penalty", objection_on=DAY)), (_waiver(reason="己"),)
    ),
    **dict.fromkeys((OWING, OLD_OWING), SubjectRecord((_entry("e-1", "bad-faith"),))),
    TWICE: SubjectRecord((_entry("x-1", "penalty"), _entry("x-1", "graded"))),
    CLOSED: SubjectRecord((_entry("c-1", "closed", term=Term(date(2025, 1, 1))),)),
    BAD: SubjectRecord((_entry("h-1", "honour"), _entry("e-1", "bad-faith", severity=Severity.NONE))),
    NO_LONGER: SubjectRecord(
        (_entry("h-1", "honour"), _entry("g-1", "graded", term=Term(date(2020, 1, 1), date(2026, 3, 3))))
    ),
    WIDE: SubjectRecord((_entry("p-1", "graded", fields=_EVERY_WIDTH, fact="实" * 120, basis="据" * 300),)),
    STANDARD: SubjectRecord((_entry("g-1", "graded"),)),
    PERSON: SubjectRecord(
        (_entry("e-1", "bad-faith", objection_on=DAY), _entry("g-1", "graded")), (_waiver(date(2030, 1, 1)),)
    ),
    **dict.fromkeys((TRADER, GOVERNMENT, PARTNERS, UNHEARD, WRONG_DIGIT, ORGANISATION, LEGACY), _ANYTHING),
    **dict.fromkeys((REGISTERED, REGISTERED_TRADER, REGISTERED_ELSEWHERE), _ANYTHING),
    **dict.fromkeys((A_COMPANY_OR_A_PERSON, A_PERSON_OR_A_COMPANY, OTHER_PERSON), _ANYTHING),
}
