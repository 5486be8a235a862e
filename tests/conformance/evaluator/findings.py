"""Which rules meet which entries, and how strongly: "Findings" and "Softening"."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.conformance.evaluator.forms import Json, Pair, pair
from tests.conformance.evaluator.law import MatterLaw, Rule, covers
from tests.conformance.evaluator.record import Record
from tests.conformance.evaluator.subject import Principal, Subject

RANK = {"bar": 4, "limit": 3, "scrutinise": 2, "advise": 1, "favour": 0}


class Case(NamedTuple):
    law: MatterLaw
    on: str
    facts: Json
    is_aged: bool
    waivers: list[Json]


class Finding(NamedTuple):
    json: Json
    order: tuple[object, ...]

    @property
    def strength(self) -> str:
        return str(self.json["strength"])


def passes(condition: Json, value: object) -> bool:
    def same(wanted: object) -> bool:
        return type(value) is type(wanted) and value == wanted

    if condition["equals"] is not None:
        return same(condition["equals"])
    if condition["at_least"] is not None:
        return type(value) is int and value >= condition["at_least"]
    return any(map(same, condition["one_of"]))


def holds(condition: Json, entry: Json, facts: Json) -> bool:
    if condition["kind"] == "fact":
        value = facts.get(condition["fact"])
    else:
        value = entry["severity"] if condition["field"] == "severity" else entry["fields"].get(condition["field"])
    return any(passes(condition, each) for each in (value if isinstance(value, list) else [value]))


def lasts(lasting: Json | None, entry: Json, on: str) -> bool:
    if lasting is None:
        return True
    start = entry["determined_on" if lasting["counts_from"] == "determined_on" else "term_from"]
    # 29 February in a common year sorts between the 28th and 1 March, which is right.
    return on <= f"{int(start[:4]) + lasting['years']:04d}{start[4:]}"


def weight(rule: Rule) -> tuple[int, str, str]:
    remark = rule.application["remark"] or pair("", "")
    return RANK[rule.application["strength"]], remark["zh"], remark["en"]


def findings(case: Case, who: Subject, record: Record, through: Principal | None = None) -> Iterator[Finding]:
    for entry in record.entries:
        if not covers(entry["term_from"], entry["term_until"], case.on):
            continue
        chosen: dict[str, Rule] = {}
        for rule in case.law.rules.get(entry["list"], ()):
            each, id = rule.application, rule.measure["id"]
            if (
                (who.kind in rule.kinds if through is None else through.role in each["through"])
                and lasts(each["lasting"], entry, case.on)
                and all(holds(condition, entry, case.facts) for condition in each["conditions"])
                and (id not in chosen or weight(rule) > weight(chosen[id]))
            ):
                chosen[id] = rule
        for rule in chosen.values():
            yield finding(case, rule, entry, who, through)


def softened(case: Case, rule: Rule, entry: Json, who: Subject, waiver: Json | None) -> Iterator[tuple[str, Pair]]:
    is_bar, since = rule.application["strength"] == "bar", entry["objection_on"]
    if not is_bar and rule.application["strength"] != "limit":
        return
    if since is not None and rule.on_list["objection_effect"] == "scrutinise":
        zh = f"该条目自{since}起处于异议处理期间，由经办人员核实后决定"
        en = f"an objection to the entry has been under way since {since}; the officer verifies and decides"
        yield "objection", pair(zh, en)
    if is_bar and who.is_person:
        en = "a natural person may not be refused by automation alone; a person must confirm"
        yield "natural-person", pair("涉及自然人，不得仅以自动化方式拒绝，须经人工确认", en)
    if is_bar and case.is_aged:
        en = "the data is older than this matter allows for a punishment; verify it elsewhere"
        yield "old-data", pair("数据已超过本事项可据以惩戒的时限，须另行核实", en)
    if waiver is not None:
        by, until, why = waiver["by"], waiver["until_on"], waiver["reason"]
        document = f"（{waiver['document_no']}）" if waiver["document_no"] else ""
        zh = f"{by}已决定在{until}（含）前不适用该措施{document}：{why}"
        yield "waiver", pair(zh, f"{by} decided not to apply it up to and including {until}{document}: {why}")


def finding(case: Case, rule: Rule, entry: Json, who: Subject, through: Principal | None) -> Finding:
    measure, on_list, statutory = rule.measure, rule.on_list, rule.application["strength"]
    fitting = [
        each
        for each in case.waivers
        if each["matter"] == case.law.id and each["measure"] in ("", measure["id"]) and case.on <= each["until_on"]
    ]
    precedence = ("until_on", "measure", "document_no", "by", "reason")
    waiver = max(fitting, key=lambda each: [each[name] for name in precedence], default=None)
    strength, steps = statutory, []
    for reason, detail in softened(case, rule, entry, who, waiver):
        steps.append({"reason": reason, "from": strength, "to": "scrutinise", "detail": detail})
        strength = "scrutinise"
    json = {
        "list": on_list["id"],
        "list_title": on_list["title"],
        "list_title_en": on_list["title_en"],
        "measure": measure["id"],
        "measure_content": measure["content"],
        **{f"measure_{name}": measure[name] for name in ("title", "title_en", "heading")},
        **{name: measure[name] for name in ("measure_class", "implementing_body")},
        "strength": strength,
        "statutory_strength": statutory,
        "softenings": steps,
        "waiver": None if statutory == "favour" else waiver,
        "confirmation_by_person": who.is_person and statutory in ("bar", "limit"),
        "remark": rule.application["remark"],
        "basis": rule.basis,
        "way_out": measure["way_out"] or on_list["removal"],
        "objection_to": on_list["objection_to"],
        "entry": {name: value for name, value in entry.items() if name != "list"},
        "through": through.json if through else None,
        "member": None,
    }
    beside = (through.role, through.subject.code) if through else ("", "")
    return Finding(json, (-RANK[strength], entry["id"], measure["id"], *beside))
