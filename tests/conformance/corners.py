"""Checks under the second law: one for each rule of `docs/reference/decisions.md` that the first ones do not touch."""

from datetime import timedelta
from typing import Any

from credit_sdk.testing import subject
from tests.conformance import statute
from tests.conformance.inputs import CONTACT, DAY, NOW
from tests.conformance.published import (
    A_COMPANY_OR_A_PERSON,
    A_PERSON_OR_A_COMPANY,
    BAD,
    BARRED,
    CLOSED,
    ELSEWHERE,
    FIELDS,
    FOREIGNER,
    GENERAL,
    GOVERNMENT,
    HONOURED,
    LASTING,
    LEGACY,
    LIMITED,
    NO_LONGER,
    NOTHING,
    OBJECTING,
    OLD_OWING,
    ORGANISATION,
    OTHER_PERSON,
    OWING,
    PARTNERS,
    PERSON,
    PRINTED,
    REGISTERED,
    REGISTERED_ELSEWHERE,
    REGISTERED_TRADER,
    SERIOUS,
    STANDARD,
    TAIWANESE,
    TRADER,
    TWICE,
    UNHEARD,
    WAIVED,
    WATCHED,
    WIDE,
    WRONG_DIGIT,
)
from tests.conformance.statute import CHANGED_ON, LOST_ON

Json = dict[str, Any]


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
    asked("rows with a basis of their own", BARRED, "articles", on=LOST_ON.isoformat()),
    asked("a row that has lost its own basis", BARRED, "articles", on=(LOST_ON + timedelta(days=1)).isoformat()),
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
    asked("of equal strength, by remark in English", FIELDS, "remarks"),
    asked("of equal strength and an empty remark, the first", LIMITED, "remarks"),
    asked("one id on two lists", TWICE),
    asked("a list of persons by its title", WATCHED, "scrutiny", on="2023-06-01"),
    asked("a list of people by its title", WATCHED, "scrutiny", on="2024-06-01"),
    asked("a register by its title", CLOSED, on="2025-06-01"),
    asked("every width of a number and a text", WIDE),
    asked("the first day there is", NOTHING, "scrutiny", on="1990-01-01"),
    asked("the last day there is", NOTHING, "scrutiny", on="2100-12-31"),
    asked("a long case", NOTHING, case="案" * 200),
    asked("a long fact", NOTHING, "facts", facts={"post": "岗" * 200, "amount": 2**53 - 1}),
    asked("persons held: nothing to confirm", OTHER_PERSON, "scrutiny", persons_held=True),
    asked(
        "one entry through several, and by itself",
        OWING,
        principals=_beside(
            *(("responsible-person", who) for who in (OLD_OWING, WAIVED, BAD)), ("actual-controller", WAIVED)
        ),
    ),
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
    asked(
        "principals under older numbers, beside a person",
        NOTHING,
        principals=_beside(
            ("legal-representative", ORGANISATION), ("legal-representative", PERSON), ("candidate", LEGACY)
        ),
    ),
    asked("lists not declared", NOTHING, publication={"lists": _UNDECLARED}),
    asked("a required list that is not in force", WATCHED, "closed"),
    asked("an incentive beside what is not serious", HONOURED),
    asked("an incentive withheld", SERIOUS),
    asked("an incentive withheld for any entry of a serious list", BAD),
    asked("an incentive beside what was serious", NO_LONGER),
    asked("an incentive withheld for what the matter does not concern", SERIOUS, "remarks"),
    asked("advice only, an objection and a waiver to no effect", GENERAL),
    asked("the clock five minutes behind", OWING, decided_at=_later(-300)),
    asked("the clock further behind", OWING, decided_at=_later(-300.000001)),
    asked("nothing known with the clock behind", NOTHING, decided_at=_later(-301)),
    asked("fresh to the last second", NOTHING, decided_at=_later(300.999999)),
    asked("ageing to the last second", NOTHING, decided_at=_later(3600)),
    asked("ageing", NOTHING, decided_at=_later(301)),
    asked("stale", NOTHING, decided_at=_later(3601)),
    asked("as old as may clear", NOTHING, decided_at=_later(28800.5)),
    asked("as old as may punish", OWING, decided_at=_later(86400.999999)),
    asked("the last instant before expiry", OWING, decided_at=_later(172800)),
    asked("expired by a microsecond", OWING, decided_at=_later(172800.000001)),
    asked("expired, however old the data may be", NOTHING, "remarks", decided_at=_later(172800.000001)),
    asked("expired, however old it may be, a bar", OWING, "remarks", decided_at=_later(172801)),
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


def _group(name: str, *members: str) -> Json:
    found = asked(name, "")
    found["asked"]["members"] = members
    for each in ("subject", "principals", "persons_held"):
        del found["asked"][each]
    return found


_MANY = _beside(*(("candidate", subject(number).code) for number in range(65)))
REFUSED = (
    asked("masked", "6301**********1112"),
    asked("another check character", BARRED[:-1] + ("0" if BARRED[-1] != "0" else "2")),
    asked("no such matter that day", BARRED, on="2019-12-31"),
    asked("too early a day", BARRED, "scrutiny", on="1989-12-31"),
    asked("too late a day", BARRED, "scrutiny", on="2101-01-01"),
    asked("an unknown fact", LASTING, "facts", facts={"colour": "red"}),
    asked("a fact of another type", LASTING, "facts", facts={"amount": True}),
    asked("a fact too large", LASTING, "facts", facts={"amount": 2**53}),
    asked("a principal twice", BARRED, principals=_beside(*[("candidate", LIMITED)] * 2)),
    asked(
        "too many principals",
        BARRED,
        principals=_MANY,
    ),
    asked("a text among the facts too long", FIELDS, "facts", facts={"post": "岗" * 201}),
    asked("a matter too long, nothing held", BARRED, "a" * 201, publication=_EMPTY),
    _group("no member"),
    _group("a member twice", BARRED, LIMITED, BARRED),
    asked("too long a case", BARRED, case="案" * 201),
)


GROUPS = (
    _group("all clear", NOTHING, GENERAL),
    _group("the second one barred", LIMITED, OWING, OBJECTING),
    _group("a person among them, nothing worse", NOTHING, PERSON, GENERAL),
    _group("an officer must decide, two alike", LIMITED, STANDARD),
)
