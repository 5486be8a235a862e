"""The evaluator written from the page agrees with the library on questions nobody thought of, under the shipped law."""

import json
import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from credit_sdk.model.listing import Entry, FieldValue, Severity, SubjectRecord, Waiver
from credit_sdk.model.measure import Role
from credit_sdk.model.release import LIBRARY_VERSION
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import Term
from credit_sdk.publication import records
from gateway.drafting.adoption import compile_law
from tests.conformance import corners, deciding, published
from tests.conformance.evaluator.answer import Source, answer
from tests.conformance.evaluator.law import in_force
from tests.conformance.inputs import CONTACT, ENTRY

Json = dict[str, Any]

SHIPPED = Path(__file__).parents[2] / "gateway" / "law"
SUBJECTS = [
    *(published.TRADER, published.GOVERNMENT, published.PARTNERS, published.UNHEARD, published.ORGANISATION),
    *(published.REGISTERED, published.PRINTED, published.STANDARD, published.PERSON, published.OTHER_PERSON),
    *(published.OWING, published.BARRED, published.WATCHED, published.NOTHING),
]
QUESTIONS = 250


@cache
def law(name: str) -> bytes:
    return compile_law(SHIPPED).to_bytes() if name == "shipped" else deciding.LAWS[name]()


def fields_and_values(document: Json) -> Mapping[str, Sequence[FieldValue]]:
    """Fields that conditions of a law speak of, with values on either side of what they ask for."""
    found: dict[str, list[FieldValue]] = {}
    for measure in document["measures"]:
        for version in measure["versions"]:
            for condition in (each for application in version["applies"] for each in application["conditions"]):
                if condition["kind"] == "entry" and condition["field"] != "severity":
                    held = found.setdefault(condition["field"], [])
                    for wanted in (condition["equals"], *condition["one_of"]):
                        if wanted is not None:
                            held += [wanted, (wanted, "别的")] if isinstance(wanted, str) else [wanted, not wanted]
                    if condition["at_least"] is not None:
                        held += [condition["at_least"], condition["at_least"] - 1]
    return found


def day_near(chance: random.Random, day: date, within: int) -> date:
    return day + timedelta(days=chance.randint(-within, within))


def entry(chance: random.Random, id: str, lists: Sequence[str], fields: Mapping[str, Sequence[FieldValue]]) -> Entry:
    determined_on = day_near(chance, date(2025, 1, 1), 900)
    until_on = chance.choice([None, determined_on + timedelta(days=chance.randint(0, 2000))])
    return Entry(
        id=id,
        list=chance.choice(lists),
        severity=chance.choice(list(Severity)),
        authority=chance.choice(["", "虚构市“某”局"]),
        authority_code="",
        document_no=chance.choice(["", "（2026）虚1号"]),
        determined_on=determined_on,
        term=Term(determined_on, until_on),
        fact_digest=ENTRY.fact_digest,
        objection_on=chance.choice([None, None, determined_on]),
        fields={name: chance.choice(values) for name, values in fields.items() if chance.random() < 0.6},
    )


def record(chance: random.Random, document: Json) -> SubjectRecord:
    lists, fields = [each["id"] for each in document["lists"]], fields_and_values(document)
    matters, measures = ([each["id"] for each in document[name]] for name in ("matters", "measures"))
    entries = tuple(entry(chance, f"e-{chance.randint(1, 5)}", lists, fields) for _ in range(chance.randint(0, 5)))
    waivers = tuple(
        Waiver(
            chance.choice(matters),
            chance.choice(["", *measures]),
            day_near(chance, date(2026, 3, 4), 30),
            "局",
            "因",
            "",
        )
        for _ in range(chance.choice([0, 0, 4]))
    )
    return SubjectRecord(entries, waivers)


def question(chance: random.Random, document: Json, name: str) -> Json:
    on = day_near(chance, date(2026, 1, 1), 500)
    matters = in_force(document["matters"], on.isoformat())
    matter = chance.choice(sorted(matters))
    facts = {
        fact: not held["default"] if isinstance(held["default"], bool) else held["default"]
        for fact, held in matters[matter]["facts"].items()
        if chance.random() < 0.5
    }
    beside = [(role, who) for role in Role for who in chance.sample(SUBJECTS, 2) if chance.random() < 0.3]
    lists = {
        each["id"]: {"complete_as_of": None if chance.random() < 0.05 else on.isoformat(), "entries": 5}
        for each in document["lists"]
        if chance.random() < 0.97
    }
    age = chance.choice([0.0, 10.5, 3600.0, 30000.0, 100000.0, 200000.0, -200.0, -400.0])
    asked = corners.asked(
        "",
        chance.choice(SUBJECTS),
        matter,
        law=name,
        on=on.isoformat(),
        facts=facts,
        principals=[{"role": role.value, "subject": who} for role, who in beside],
        decided_at=(CONTACT + timedelta(seconds=age)).isoformat(),
        publication={"lists": lists},
        persons_held=chance.random() < 0.3,
        id=f"019503d8-0000-7000-8000-{chance.randrange(10**12):012d}",
    )
    found: Json = asked["asked"]
    return found


def at_key(held: Mapping[str, str], key: str) -> bytes | None:
    return bytes.fromhex(held[key]) if key in held else None


@pytest.mark.parametrize("name", ["plain", "statute", "shipped"])
def test_both_answer_alike_whatever_is_asked(name: str) -> None:
    chance, document = random.Random(20260304), json.loads(law(name))
    verdicts = set()
    for _ in range(QUESTIONS):
        asked = question(chance, document, name)
        held = {Subject.parse(who).key.hex(): records.encode(record(chance, document)).hex() for who in SUBJECTS}
        file = {"laws": {name: document}, "publication": deciding.PUBLICATION, "records": held}
        source = Source(
            document,
            {**deciding.PUBLICATION, **asked["publication"]},
            partial(at_key, held),
            LIBRARY_VERSION,
            asked["persons_held"],
        )
        ours = deciding.answer(file, asked)
        assert answer(source, asked) == ours, asked
        verdicts.add(json.loads(ours)["verdict"])
    assert verdicts == {"DENY", "REVIEW", "UNDETERMINED", "CLEAR"}
