"""The answer, to one question, about a consortium, and of a receipt once more."""

import hashlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

from tests.conformance.evaluator.findings import RANK, Case, findings
from tests.conformance.evaluator.forms import Json, canonical, instant, pair, require, written
from tests.conformance.evaluator.law import MatterLaw, age_of, covers, law_of
from tests.conformance.evaluator.record import NOTHING, Record, record_of
from tests.conformance.evaluator.subject import Principal, Subject, recognised
from tests.conformance.evaluator.words import doubts_of, notices_of, verdict_of, why_of

VERDICTS = ("CLEAR", "UNDETERMINED", "REVIEW", "DENY")


class Source(NamedTuple):
    """What decisions are made on; ``record`` gives what stands at a key, or None."""

    law: Json
    publication: Json
    record: Callable[[str], bytes | None]
    library_version: str
    persons_held: bool = False


def facts_of(law: MatterLaw, stated: Json) -> Json:
    known = {name: each["default"] for name, each in law.version["facts"].items()}
    for name, value in stated.items():
        require(name in known and type(value) is type(known[name]), "no such fact, or of another type")
        require(len(value) <= 200 if isinstance(value, str) else abs(value) < 2**53, "a fact that is too large")
    return known | stated


def coverage_of(law: MatterLaw, lists: Mapping[str, Json]) -> list[Json]:
    nothing = {"complete_as_of": None, "entries": 0}
    found = [(each, {**nothing, **lists.get(each[0], {})}) for each in law.concerned]
    return [
        {
            "list": name,
            "title": title,
            "required": required,
            **{each: stated[each] for each in nothing},
            "state": "not-covered" if stated["complete_as_of"] is None else "covered",
        }
        for (name, title, required), stated in found
    ]


def decide(source: Source, asked: Json, who: Subject, beside: list[Principal]) -> Json:
    """The decision, principals already in order."""
    on, now, publication = asked["on"], instant(asked["decided_at"]), source.publication
    require("1990-01-01" <= on <= "2100-12-31" and now is not None, "a day out of reach")
    require(len(asked["case"] or "") <= 200 and len(beside) <= 64, "too long")
    require(len({(each.role, each.subject.code) for each in beside}) == len(beside), "a principal twice")
    assert now is not None
    if not publication["serial"]:
        return nothing_held(source, asked, who, beside)
    law, age = law_of(source.law, asked["matter"], on), age_of(publication, now)
    facts, held = facts_of(law, asked["facts"]), source.persons_held or not who.is_person
    coverage = coverage_of(law, publication["lists"] if held else {})
    missing = [each["title"] for each in coverage if held and each["required"] and each["state"] == "not-covered"]

    def record(of: Subject) -> Record:
        data = source.record(of.key)
        return NOTHING if data is None else record_of(data)

    own = record(who) if held else NOTHING
    case = Case(law, on, facts, not age.within(law.version["adverse_max_age_s"]), own.waivers)
    concerned = [each for each in beside if each.role in law.roles]
    unheld = [each for each in concerned if each.subject.is_person and not source.persons_held]
    met = list(findings(case, who, own))
    for each in concerned:
        if each not in unheld:
            met += findings(case, each.subject, record(each.subject), each)
    met.sort(key=lambda each: each.order)
    found = [each for each in met if each.strength != "favour"]
    favours = [each for each in met if each.strength == "favour"]
    withheld = bool(favours) and any(
        is_serious(law, each) for each in own.entries if covers(each["term_from"], each["term_until"], on)
    )
    unsure = [each for each in concerned if each in unheld or "not-uscc" in each.subject.warnings]
    doubts = doubts_of(who, unsure, missing, age, law.version["clear_max_age_s"], held=held)
    verdict = verdict_of(found, doubts)
    why, why_en = why_of(verdict, on, law, found, doubts)
    return {
        "format": "credit-decision/1",
        **{name: asked[name] for name in ("id", "matter", "on", "case")},
        "subject": who.json,
        "principals": [each.json for each in beside],
        "facts": facts,
        "verdict": verdict,
        "why": why,
        "why_en": why_en,
        "matter_title": law.version["title"],
        "findings": [each.json for each in found],
        "incentives": [] if withheld else [each.json for each in favours],
        "withheld": [each.json for each in favours] if withheld else [],
        "notices": notices_of(law, doubts, found, withheld=withheld),
        "evidence": {
            **{name: publication[name] for name in ("origin", "serial", "map_root")},
            **{name: written(instant(publication[name])) for name in ("published_at", "contact_at")},
            "catalogue_digest": hashlib.sha256(canonical(source.law)).hexdigest(),
            "age_s": age.age_s,
            "freshness": age.freshness,
            "coverage": coverage,
            "library_version": source.library_version,
        },
        "decided_at": written(now),
    }


def nothing_held(source: Source, asked: Json, who: Subject, beside: list[Principal]) -> Json:
    require(len(asked["matter"]) <= 200, "too long")
    zh, en = "本机尚无名单和法律目录，请先同步或改由人工核查", "nothing is held here yet; sync first or check by hand"
    return {
        "format": "credit-decision/1",
        **{name: asked[name] for name in ("id", "matter", "on", "case")},
        "subject": who.json,
        "principals": [each.json for each in beside],
        "facts": {},
        "matter_title": "",
        "findings": [],
        "incentives": [],
        "withheld": [],
        "notices": [pair(zh, en)],
        "verdict": "UNDETERMINED",
        "why": f"{asked['on']}核查：尚不能得出结论：{zh}。",
        "why_en": f"Checked for {asked['on']}: not known: {en}.",
        "evidence": {
            "origin": "",
            "serial": 0,
            "map_root": "",
            "catalogue_digest": "",
            "published_at": None,
            "contact_at": None,
            "age_s": None,
            "freshness": "empty",
            "coverage": [],
            "library_version": source.library_version,
        },
        "decided_at": written(instant(asked["decided_at"])),
    }


def is_serious(law: MatterLaw, entry: Json) -> bool:
    kind = law.lists.get(entry["list"], {}).get("list_class")
    return kind == "serious" or (kind == "by-entry" and entry["severity"] == "serious")


def answer(source: Source, asked: Json) -> bytes:
    """The canonical JSON that answers a question whose numbers stand in it in clear."""
    beside = [Principal(each["role"], recognised(each["subject"])) for each in asked["principals"]]
    beside.sort(key=lambda each: (each.role, each.subject.scheme, each.subject.code))
    return canonical(decide(source, asked, recognised(asked["subject"]), beside))


def answer_for_group(source: Source, asked: Json) -> bytes:
    """The canonical JSON that answers a question about a consortium."""
    members = [recognised(each) for each in asked["members"]]
    require(0 < len(members) <= 256 and len({each.code for each in members}) == len(members), "members")
    questions = [{**asked, "id": id} for id in asked["member_ids"]]
    decided = [decide(source, each, who, []) for each, who in zip(questions, members, strict=True)]
    place = max(range(len(decided)), key=lambda each: (VERDICTS.index(decided[each]["verdict"]), -each))
    first, number = decided[place], members[place].shown
    found = [{**each, "member": member} for member, decision in enumerate(decided) for each in decision["findings"]]
    found.sort(key=lambda each: (-RANK[each["strength"]], each["entry"]["id"], each["measure"], each["member"]))
    zh, en = f"联合体第{place + 1}个成员（{number}）：", f"Member {place + 1} of the consortium ({number}): "
    if first["verdict"] == "CLEAR":
        zh, en = f"联合体{len(members)}个成员均如此：", f"All {len(members)} members alike: "
    return canonical(
        {
            "format": "credit-group-decision/1",
            **{name: asked[name] for name in ("id", "matter", "on", "case")},
            **{name: first[name] for name in ("verdict", "evidence", "decided_at")},
            "members": decided,
            "findings": found,
            "why": zh + first["why"],
            "why_en": en + first["why_en"],
        }
    )
