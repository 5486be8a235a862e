"""What the law says in one matter on one day, and how old the data is: "The law on the day" and "Age"."""

from datetime import datetime, timedelta
from typing import NamedTuple

from tests.conformance.evaluator.forms import Json, instant, require
from tests.conformance.evaluator.subject import PERSON

EVERY_KIND = {"legal-person", "sole-trader", "unincorporated", "government", "unknown", PERSON}


class Rule(NamedTuple):
    measure: Json
    on_list: Json
    application: Json
    basis: list[Json]
    kinds: set[str]


class MatterLaw(NamedTuple):
    id: str
    version: Json
    rules: dict[str, list[Rule]]
    roles: set[str]
    lists: dict[str, Json]
    concerned: list[tuple[str, str, bool]]


def covers(from_on: str, until_on: str | None, on: str) -> bool:
    """Days are written so that they sort as texts."""
    return from_on <= on and (until_on is None or on <= until_on)


def in_force(things: list[Json], on: str) -> dict[str, Json]:
    return {
        thing["id"]: {**version, "id": thing["id"]}
        for thing in things
        for version in thing["versions"]
        if version["status"] == "in-force" and covers(version["from_on"], version["until_on"], on)
    }


def cited(citation: Json, instrument: Json) -> Json:
    number = f"（{instrument['number']}）" if instrument["number"] else ""
    return {
        **{name: instrument[name] for name in ("title", "title_en", "number", "level")},
        **{name: citation[name] for name in ("instrument", "article", "quote")},
        "text": f"《{instrument['title']}》{number}{citation['article']}",
    }


def reached(kinds: list[str]) -> set[str]:
    if not kinds:
        return EVERY_KIND
    if "unknown" in kinds:
        return {*kinds, *(EVERY_KIND - {PERSON})}
    return {*kinds, "unknown"} if set(kinds) - {PERSON} else set(kinds)


def law_of(document: Json, matter: str, on: str) -> MatterLaw:
    matters, lists = in_force(document["matters"], on), in_force(document["lists"], on)
    instruments = in_force(document["instruments"], on)
    require(matter in matters, "no such matter")
    rules: dict[str, list[Rule]] = {}
    for measure in in_force(document["measures"], on).values():
        for each in measure["applies"]:
            basis = [
                cited(citation, instruments[citation["instrument"]])
                for citation in each.get("basis", measure["basis"])
                if citation["instrument"] in instruments
            ]
            for name in each["lists"] if basis else ():
                if name in lists and matter in each["matters"]:
                    rules.setdefault(name, []).append(Rule(measure, lists[name], each, basis, reached(each["kinds"])))
    titles = {each["id"]: each["versions"][-1]["title"] for each in document["lists"]}
    titles |= {name: each["title"] for name, each in lists.items()}
    required = sorted(set(matters[matter]["required_lists"]))
    others = sorted(rules.keys() - set(required))
    return MatterLaw(
        matter,
        matters[matter],
        rules,
        {role for found in rules.values() for rule in found for role in rule.application["through"]},
        lists,
        [(name, titles[name], name in required) for name in required + others],
    )


class Age(NamedTuple):
    freshness: str
    age_s: int | None
    clock_behind: bool

    def within(self, limit_s: int) -> bool:
        return not (self.freshness == "expired" or self.clock_behind or self.age_s is None or self.age_s > limit_s)


def age_of(publication: Json, now: datetime) -> Age:
    contact, expires = instant(publication["contact_at"]), instant(publication["expires_at"])
    if contact is None:
        return Age("stale", None, clock_behind=False)
    seconds = (now - contact) // timedelta(seconds=1)
    age_s, pace = max(seconds, 0), publication["pace"]
    if expires is not None and now > expires:
        return Age("expired", age_s, clock_behind=False)
    if seconds < -300:
        return Age("stale", age_s, clock_behind=True)
    word = "fresh" if age_s <= pace["fresh_s"] else "aging" if age_s <= pace["aging_s"] else "stale"
    return Age(word, age_s, clock_behind=False)
