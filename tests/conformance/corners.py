"""Checks under the second law: one for each rule of `docs/reference/decisions.md` that the first ones do not touch."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from typing import Any

from msgspec.structs import replace

from credit_sdk.model.identifier import (
    organisation_check_character,
    registration_check_digit,
    resident_check_character,
    uscc_check_character,
)
from credit_sdk.model.listing import Entry, FieldValue, Severity, SubjectRecord, Waiver
from credit_sdk.model.term import Term
from credit_sdk.testing import subject
from tests.conformance import statute
from tests.conformance.inputs import CONTACT, DAY, NOW
from tests.conformance.inputs import ENTRY as LISTED_ENTRY
from tests.conformance.statute import CHANGED_ON, LOST_ON

Json = dict[str, Any]


def _uscc(category: str, region: str = "630100", number: int = 1, *, digit: str = "") -> str:
    body = f"FX{number:06d}"
    code = f"{category}{region}{body}{digit or organisation_check_character(body)}"
    return f"{code}{uscc_check_character(code)}"


def _resident(body: str) -> str:
    return f"{body}{resident_check_character(body)}"


def _both(first: str) -> Iterator[str]:
    """Numbers of which both check characters hold."""
    for year, month, day, place in product(range(1950, 2000), range(1, 13), range(1, 29), range(100)):
        body = f"{first}{year}{month:02d}{day:02d}{place:02d}"
        body += organisation_check_character(body[8:16]) or ""
        if body.isdigit() and uscc_check_character(body) == resident_check_character(body) != "X":
            yield _resident(body)


TRADER, GOVERNMENT, PARTNERS, UNHEARD = _uscc("92"), _uscc("11"), _uscc("31"), _uscc("99", "639900")
WRONG_DIGIT = _uscc("91", "990000", digit="0" if organisation_check_character("FX000001") != "0" else "1")
STANDARD = next(code for number in range(2, 200) if (code := _uscc("91", number=number)).endswith("1"))
PRINTED = STANDARD[:-1] + "Y"
ORGANISATION = f"FX000009{organisation_check_character('FX000009')}"
_REGISTERED = ("63010010000001", "63010060000001", "99010060000001")
REGISTERED, REGISTERED_TRADER, REGISTERED_ELSEWHERE = (
    f"{each}{registration_check_digit(each)}" for each in _REGISTERED
)
LEGACY = "6301001000001"
PERSON, OTHER_PERSON = _resident("63010219800101112"), _resident("63010219790101111")
FOREIGNER, TAIWANESE, ELSEWHERE = (_resident(f"{each}19800101112") for each in ("963100", "830000", "639900"))
A_COMPANY_OR_A_PERSON, A_PERSON_OR_A_COMPANY = next(_both("911101")), next(_both("991101"))
BARRED, LIMITED, HONOURED, WATCHED, SERIOUS = (subject(number).code for number in range(11, 16))
FIELDS, LASTING, WAIVED, OBJECTING, GENERAL, NOTHING, OWING, TWICE = (subject(number).code for number in range(21, 29))


def _entry(id: str, list_id: str, **more: object) -> Entry:
    return replace(LISTED_ENTRY, **{"id": id, "list": list_id, "fields": {}, **more})


def _with(id: str, severity: Severity = Severity.GENERAL, **fields: FieldValue) -> Entry:
    return _entry(id, "penalty", severity=severity, fields=fields)


def _waiver(until_on: date = DAY, measure: str = "", reason: str = "甲", **more: str) -> Waiver:
    return Waiver(more.get("matter", "award"), measure, until_on, "虚构市财政局", reason, more.get("document_no", ""))


_LEAP = {"determined_on": date(2024, 2, 29), "term": Term(date(2024, 2, 29))}
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
    WATCHED: SubjectRecord((_entry("w-1", "watch"), _entry("w-2", "watch")), (_waiver(matter="scrutiny"),)),
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
    OWING: SubjectRecord((_entry("e-1", "bad-faith"),)),
    TWICE: SubjectRecord((_entry("x-1", "penalty"), _entry("x-1", "graded"))),
    STANDARD: SubjectRecord((_entry("g-1", "graded"),)),
    PERSON: SubjectRecord(
        (_entry("e-1", "bad-faith", objection_on=DAY), _entry("g-1", "graded")), (_waiver(date(2030, 1, 1)),)
    ),
    **dict.fromkeys((TRADER, GOVERNMENT, PARTNERS, UNHEARD, WRONG_DIGIT, ORGANISATION, LEGACY), _ANYTHING),
    **dict.fromkeys((REGISTERED, REGISTERED_TRADER, REGISTERED_ELSEWHERE), _ANYTHING),
    **dict.fromkeys((A_COMPANY_OR_A_PERSON, A_PERSON_OR_A_COMPANY, OTHER_PERSON), _ANYTHING),
}


def asked(name: str, who: str, matter: str = "award", **more: object) -> Json:
    """A question under the second law."""
    said = {"subject": who, "matter": matter, "on": DAY.isoformat(), "decided_at": NOW.isoformat()}
    rest: Json = {
        "facts": {},
        "principals": [],
        "case": None,
        "law": "statute",
        "publication": {},
        "persons_held": False,
    }
    return {"name": name, "asked": {**said, **rest, **more}}


def _beside(*principals: tuple[str, str]) -> list[Json]:
    return [{"role": role, "subject": who} for role, who in principals]


def _later(seconds: float) -> str:
    return (CONTACT + timedelta(seconds=seconds)).isoformat()


_UNDECLARED = {name: {"complete_as_of": DAY.isoformat(), "entries": 1} for name in statute.LISTS if name != "bad-faith"}
_UNDECLARED["graded"] = {"complete_as_of": None, "entries": 3}
_EMPTY: Json = {"origin": "", "serial": 0, "map_root": "", "published_at": None, "contact_at": None, "lists": {}}
_ALL_ROLES = ("candidate", "responsible-person", "legal-representative", "actual-controller")

QUESTIONS = (
    asked("the later versions, the first day", BARRED, on=CHANGED_ON.isoformat()),
    asked("the earlier versions, their last day", BARRED, on=(CHANGED_ON - timedelta(days=1)).isoformat()),
    asked("a measure that still has a basis", BARRED, on=LOST_ON.isoformat()),
    asked("a measure that has lost its basis", BARRED, on=(LOST_ON + timedelta(days=1)).isoformat()),
    asked("a way out of the measure", LIMITED, case="案号 1"),
    *(
        asked(f"kinds: {name}", who, "kinds")
        for name, who in {
            "legal person": LIMITED,
            "sole trader": TRADER,
            "government": GOVERNMENT,
            "unincorporated": PARTNERS,
            "unknown category and region": UNHEARD,
            "unknown region and wrong organisation digit": WRONG_DIGIT,
            "organisation code": ORGANISATION,
            "registration number": REGISTERED,
            "registration number of a trader": REGISTERED_TRADER,
            "registration number of no region": REGISTERED_ELSEWHERE,
            "legacy number": LEGACY,
            "printed with Y for 1": PRINTED,
            "both numbers, no warning": A_COMPANY_OR_A_PERSON,
            "both numbers, a warning": A_PERSON_OR_A_COMPANY,
            "typed with noise": f" \u201c{TRADER[:6].lower()}\u2014{TRADER[6:12]}\u3000{TRADER[12:]}\u200b\u201d",
        }.items()
    ),
    *(
        asked(f"persons held: {name}", who, "kinds", persons_held=True)
        for name, who in {
            "natural person": PERSON,
            "both numbers, a warning": A_PERSON_OR_A_COMPANY,
            "foreigner": FOREIGNER,
            "born in Taiwan": TAIWANESE,
            "of no region": ELSEWHERE,
        }.items()
    ),
    asked("conditions on fields", FIELDS, "fields"),
    asked("facts by default", LASTING, "facts"),
    asked("facts at least", LASTING, "facts", facts={"amount": 100}),
    asked("facts below", LASTING, "facts", facts={"amount": 99, "post": "clerk"}),
    asked("facts not so", LASTING, "facts", facts={"amount": 101, "is_open": False, "post": "judge"}),
    asked("lasting from 29 February, the last day", LASTING, "lasting", on="2025-02-28"),
    asked("lasting from 29 February, a day later", LASTING, "lasting", on="2025-03-01"),
    asked("lasting from the term, the last day", LASTING, "lasting", on="2026-03-04"),
    asked("lasting from the term, a day later", LASTING, "lasting", on="2026-03-05"),
    asked("lasting four years from 29 February", LASTING, "lasting", on="2028-02-29"),
    asked("of equal strength, by remark", WATCHED, "remarks"),
    asked("one id on two lists", TWICE),
    asked("no stronger through a kind not reached", GOVERNMENT, "remarks"),
    asked("a waiver of what is not softened", WATCHED, "scrutiny"),
    asked("softened by objection, age and waiver", WAIVED, decided_at=_later(86401)),
    asked("of several waivers, a day later", WAIVED, on=(DAY + timedelta(days=1)).isoformat()),
    asked("an objection that changes nothing, and one that does", OBJECTING),
    asked("softened by all", PERSON, persons_held=True, decided_at=_later(86401)),
    asked(
        "through every role, in another order",
        NOTHING,
        principals=_beside(*((role, OWING) for role in _ALL_ROLES), ("legal-representative", HONOURED)),
    ),
    asked(
        "persons in every role, not held",
        LIMITED,
        principals=_beside(*((role, who) for role in _ALL_ROLES for who in (PERSON, OTHER_PERSON))),
    ),
    asked(
        "persons in every role, held",
        WAIVED,
        persons_held=True,
        principals=_beside(*((role, who) for role in _ALL_ROLES for who in (PERSON, OTHER_PERSON))),
    ),
    asked("an older number with everything in doubt", ORGANISATION, publication={"lists": {}}),
    asked(
        "every doubt",
        REGISTERED,
        principals=_beside(("legal-representative", PERSON)),
        publication={"lists": _UNDECLARED},
        decided_at=_later(28801),
    ),
    asked("lists not declared", NOTHING, publication={"lists": _UNDECLARED}),
    asked("a required list that is not in force", WATCHED, "closed"),
    asked("an incentive beside what is not serious", HONOURED),
    asked("an incentive withheld", SERIOUS),
    asked("an incentive withheld for what the matter does not concern", SERIOUS, "remarks"),
    asked("advice only, an objection and a waiver to no effect", GENERAL),
    asked("the clock five minutes behind", OWING, decided_at=_later(-300)),
    asked("the clock further behind", OWING, decided_at=_later(-300.000001)),
    asked("nothing known with the clock behind", NOTHING, decided_at=_later(-301)),
    asked("fresh to the last second", NOTHING, decided_at=_later(300.999999)),
    asked("ageing", NOTHING, decided_at=_later(301)),
    asked("stale", NOTHING, decided_at=_later(3601)),
    asked("as old as may clear", NOTHING, decided_at=_later(28800.5)),
    asked("as old as may punish", OWING, decided_at=_later(86400.999999)),
    asked("the last instant before expiry", OWING, decided_at=_later(172800)),
    asked("expired by a microsecond", OWING, decided_at=_later(172800.000001)),
    asked("no contact", NOTHING, publication={"contact_at": None}),
    asked("no contact, a bar", OWING, publication={"contact_at": None}),
    asked(
        "nothing held",
        BARRED,
        "whatever",
        facts={"any": 1},
        publication=_EMPTY,
    ),
)

REFUSED = (
    asked("masked", "6301**********1112"),
    asked("another check character", BARRED[:-1] + ("0" if BARRED[-1] != "0" else "2")),
    asked("no such matter that day", BARRED, on="2019-12-31"),
    asked("too early a day", BARRED, on="1989-12-31"),
    asked("too late a day", BARRED, on="2101-01-01"),
    asked("an unknown fact", LASTING, "facts", facts={"colour": "red"}),
    asked("a fact of another type", LASTING, "facts", facts={"amount": True}),
    asked("a fact too large", LASTING, "facts", facts={"amount": 2**53}),
    asked("a principal twice", BARRED, principals=_beside(*[("candidate", LIMITED)] * 2)),
    asked("too many principals", BARRED, principals=_beside(*[("candidate", LIMITED)] * 65)),
    asked("too long a case", BARRED, case="案" * 201),
)


def _group(name: str, *members: str) -> Json:
    found = asked(name, "")
    found["asked"]["members"] = members
    for each in ("subject", "principals", "persons_held"):
        del found["asked"][each]
    return found


GROUPS = (
    _group("all clear", NOTHING, GENERAL),
    _group("the second one barred", LIMITED, OWING, OBJECTING),
    _group("a person among them, nothing worse", NOTHING, PERSON, GENERAL),
    _group("an officer must decide, two alike", LIMITED, STANDARD),
)
