"""What is said: doubts, verdict, notices, why."""

from tests.conformance.evaluator.findings import RANK, Finding
from tests.conformance.evaluator.forms import Pair, pair
from tests.conformance.evaluator.law import Age, MatterLaw
from tests.conformance.evaluator.subject import Principal, Subject

ROLES = {
    "legal-representative": ("法定代表人", "legal representative"),
    "actual-controller": ("实际控制人", "actual controller"),
    "responsible-person": ("相关责任人", "responsible person"),
    "candidate": ("拟任人选", "candidate"),
}
REASONS = {
    "objection": ("异议处理期间", "objection under way"),
    "natural-person": ("涉及自然人", "natural person"),
    "old-data": ("数据超过时限", "data too old to punish"),
    "waiver": ("已豁免", "waived"),
}


def doubts_of(
    who: Subject, unsure: list[Principal], missing: list[str], age: Age, limit_s: int, *, held: bool
) -> list[Pair]:
    said = []
    if "not-uscc" in who.warnings:
        zh = "所用号码不是统一社会信用代码；名单多以统一社会信用代码登记，请改用统一社会信用代码再次核查"
        en = "this is not a unified social credit code, by which most lists are kept; check again with that code"
        said.append(pair(zh, en))
    online = "is asked online, with purpose and legal basis"
    if not held:
        said.append(pair("自然人须在线核查，并说明目的和依据", f"natural persons are {online[3:]}"))
    for each in unsure:
        (zh, en), number = ROLES[each.role], each.subject.shown
        if "not-uscc" in each.subject.warnings:
            named = "is named by a number that is no unified social credit code; check again with that code"
            said.append(
                pair(
                    f"{zh}{number}所用号码不是统一社会信用代码，请改用统一社会信用代码再次核查",
                    f"the {en} {number} {named}",
                )
            )
            continue
        said.append(
            pair(
                f"{zh}{number}为自然人，须在线核查，并说明目的和依据",
                f"the {en} {number} is a natural person and {online}",
            )
        )
    if missing:
        titles = "、".join(f"“{each}”" for each in missing)
        said.append(pair(f"必查名单未覆盖：{titles}", f"required lists are not covered: {titles}"))
    if age.within(limit_s):
        return said
    if age.clock_behind:
        en = "the clock here is behind the publisher's, so the age of the data is unknown; set the clock"
        return [*said, pair("本机时钟早于发布时刻，无法判断数据是否过时，请校准时钟", en)]
    if age.freshness == "expired":
        return [*said, pair("数据已过有效期，请恢复同步", "the data has expired; restore the sync")]
    if age.age_s is None:
        return [*said, pair("从未核实过数据的时间", "the age of the data was never verified")]
    zh = f"数据已有{age.age_s}秒未更新，超过本事项的时限{limit_s}秒"
    return [*said, pair(zh, f"the data is {age.age_s} s old, more than the {limit_s} s this matter allows")]


def verdict_of(found: list[Finding], doubts: list[Pair]) -> str:
    rank = RANK[found[0].strength] if found else 0
    return "DENY" if rank == 4 else "REVIEW" if rank >= 2 else "UNDETERMINED" if doubts else "CLEAR"


def notices_of(law: MatterLaw, doubts: list[Pair], found: list[Finding], *, withheld: bool) -> list[Pair]:
    said = list(doubts)
    for name in sorted({each.json["list"] for each in found}):
        said += law.lists[name]["notices"]
    if withheld:
        en = "a serious entry is in force for the subject; incentives are withheld until it is gone"
        said.append(pair("该主体有严重失信记录在列，激励措施在其移出前暂不给予", en))
    said += law.version["notices"]
    return [each for place, each in enumerate(said) if each not in said[:place]]


def stands(title: str, title_en: str) -> tuple[str, str]:
    title = title.replace("“", "‘").replace("”", "’")
    end = title.rstrip("’")
    if end.endswith(("名单", "名录")):
        return f"列入“{title}”", f"is on the list “{title_en}”"
    if end.endswith(("人", "人员", "主体", "企业", "对象")):
        return f"列入“{title}”名单", f"is on the list “{title_en}”"
    return f"有“{title}”记录", f"has a record under “{title_en}”"


def why_of(verdict: str, on: str, law: MatterLaw, found: list[Finding], doubts: list[Pair]) -> tuple[str, str]:
    checked, checked_en = f"{on}核查：", f"Checked for {on}: "
    if verdict == "UNDETERMINED":
        return f"{checked}尚不能得出结论：{doubts[0]['zh']}。", f"{checked_en}not known: {doubts[0]['en']}."
    if verdict == "CLEAR":
        n, title, title_en = len(found), law.version["title"], law.version["title_en"]
        also, also_en = (f"，另有{n}项供参考", f"; {n} more for advice") if n else ("", "")
        zh = f"{checked}“{title}”必查名单均已覆盖且数据在时限内，现行法律目录中没有适用于该主体的限制措施{also}。"
        en = f"{checked_en}all lists required for “{title_en}” are covered and recent, and no restrictive measure in "
        return zh, f"{en}the law in force applies to the subject{also_en}."
    first = found[0].json
    entry, basis, way_out = first["entry"], first["basis"][0], first["way_out"]
    through = through_en = officer = officer_en = ""
    if first["through"]:
        role, role_en = ROLES[first["through"]["role"]]
        through, through_en = f"的{role}", f" through its {role_en}"
    if verdict == "REVIEW":
        reasons = [REASONS[each["reason"]] for each in first["softenings"]]
        officer = "；须由经办人员决定" + (f"（{'、'.join(zh for zh, _ in reasons)}）" if reasons else "")
        officer_en = "; an officer must decide" + (f" ({', '.join(en for _, en in reasons)})" if reasons else "")
    on_it, on_it_en = stands(first["list_title"], first["list_title_en"])
    zh = f"{checked}该主体{through}{on_it}（{entry['authority']}，{entry['document_no']}），依据{basis['text']}，"
    zh += f"{first['measure_title']}{officer}；移出条件：{way_out['zh'].rstrip('。；')}。"
    en = f"{checked_en}the subject{through_en} {on_it_en} ({entry['authority']}, {entry['document_no']}); "
    en += f"under {basis['title_en']} {basis['article']}: {first['measure_title_en']}{officer_en}; "
    return zh, f"{en}way out: {way_out['en'].rstrip('.;')}."
