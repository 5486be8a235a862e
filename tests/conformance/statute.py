"""A second law for vectors (测试用法律目录): what the small law for tests has no need of.

Versions and drafts, a measure without basis, kinds, every condition, reaches in years, remarks, way out, notices.
"""

from datetime import date
from functools import cache
from typing import Any

from credit_sdk.catalogue.catalogue import CatalogueDocument

Json = dict[str, Any]

_SINCE = "2020-01-01"
_ROLES = ["actual-controller", "legal-representative", "responsible-person"]
LISTS = ("bad-faith", "closed", "graded", "honour", "penalty", "watch")
CHANGED_ON = date(2026, 1, 1)
"""First day of the later versions."""

LOST_ON = date(2025, 6, 30)
"""Last day of the instrument that the measure without another rests on."""


def _pair(zh: str, en: str) -> Json:
    return {"zh": zh, "en": en}


def _thing(id: str, *versions: Json) -> Json:
    return {"id": id, "versions": [{"from_on": _SINCE, "source": "made up for vectors", **each} for each in versions]}


def _instrument(title: str, **more: object) -> Json:
    return {"title": title, "title_en": f"{title} (en)", "level": "law", "issued_by": "测试机关", **more}


def _list(title: str, list_class: str, **more: object) -> Json:
    texts = {
        "removal": _pair("纠正后移出。；", "removed once corrected.;"),
        "objection_to": _pair("测试机关", "the office"),
    }
    cited = [{"instrument": "act"}]
    named = {"title": title, "title_en": f"{title} (en)", "list_class": list_class, "authority": "测试机关"}
    return {**named, **texts, "basis": cited, **more}


def _cited(*instruments: str, article: str = "第五条") -> list[Json]:
    return [{"instrument": each, "article": article, "quote": "应当"} for each in instruments]


def _measure(
    measure_class: str, *applies: Json, basis: tuple[str, ...] = ("act",), article: str = "第五条", **more: object
) -> Json:
    named = {"measure_class": measure_class, "heading": "测试措施", "title": "限制", "title_en": "a measure"}
    cited = _cited(*basis, article=article)
    body = {"content": _pair("限制", "to limit"), "implementing_body": "测试单位"}
    return {**named, **body, "basis": cited, "applies": applies, **more}


def _on(lists: str, matter: str, strength: str, **more: object) -> Json:
    return {"lists": lists.split(), "matters": [matter], "strength": strength, **more}


def _entry(field: str, **test: object) -> Json:
    return {"kind": "entry", "field": field, **test}


def _fact(name: str, **test: object) -> Json:
    return {"kind": "fact", "fact": name, **test}


def _matter(title: str, *required: str, **more: object) -> Json:
    ages = {"adverse_max_age_s": 86400, "clear_max_age_s": 28800}
    cited = [{"instrument": "act"}]
    return {"title": title, "title_en": f"{title} (en)", "basis": cited, "required_lists": required, **ages, **more}


_WARNING = _pair("请核对原件", "see the original")
_SAME = _pair("同一句话", "the same sentence")

_INSTRUMENTS = [
    _thing(
        "act",
        _instrument("信用测试法", number="测试令第1号", until_on="2025-12-31"),
        _instrument("信用测试法（修订）", from_on="2026-01-01"),
    ),
    _thing("lost", _instrument("测试办法", until_on=LOST_ON.isoformat())),
    _thing("planned", _instrument("测试草案", status="draft")),
]
_LISTS = [
    _thing(
        "bad-faith",
        _list("严重失信主体", "serious", until_on="2025-12-31"),
        _list("严重失信主体“黑名单”", "serious", from_on="2026-01-01", notices=[_WARNING, _SAME]),
    ),
    _thing(
        "closed",
        _list("已停用名录", "general", until_on="2025-12-31"),
        _list("拟启用名录", "general", from_on="2026-01-01", status="draft"),
    ),
    _thing("graded", _list("分级“失信企业”", "by-entry", notices=[_SAME])),
    _thing("honour", _list("守信名单", "honour", notices=[_pair("不应出现", "never said")])),
    _thing("penalty", _list("行政处罚", "general", objection_effect="unchanged")),
    _thing(
        "watch",
        _list("重点关注人员", "watch", until_on="2023-12-31"),
        _list("重点关注人", "watch", from_on="2024-01-01", until_on="2024-12-31"),
        _list("重点关注对象", "watch", from_on="2025-01-01"),
    ),
]
_MEASURES = [
    _thing(
        "a-row-each",
        _measure(
            "A",
            _on("bad-faith", "articles", "limit", basis=_cited("lost")),
            _on("penalty", "articles", "scrutinise", basis=_cited("act")),
            basis=("act", "lost"),
        ),
    ),
    _thing("advised", _measure("C", _on("watch", "award", "advise"), _on("watch", "closed", "advise"))),
    _thing(
        "barred",
        _measure(
            "A",
            _on("bad-faith", "award", "bar", through=_ROLES),
            _on("bad-faith", "remarks", "bar"),
            _on("closed", "award", "bar"),
            basis=("lost", "act", "planned"),
        ),
    ),
    _thing(
        "favoured",
        _measure("incentive", _on("honour", "award", "favour", through=_ROLES), _on("honour", "remarks", "favour")),
    ),
    _thing("favoured-too", _measure("incentive", _on("honour", "award", "advise"))),
    _thing(
        "if-fact",
        _measure(
            "A",
            _on("penalty", "facts", "limit", conditions=[_fact("amount", at_least=100), _fact("is_open", equals=True)]),
            _on("penalty", "facts", "scrutinise", conditions=[_fact("post", one_of=["judge", "clerk"])]),
        ),
    ),
    _thing(
        "if-field",
        _measure(
            "A",
            _on(
                "penalty",
                "fields",
                "bar",
                conditions=[_entry("kinds", one_of=["吊销", "罚款"]), _entry("level", equals=1)],
            ),
            _on("penalty", "fields", "limit", conditions=[_entry("fine_yuan", at_least=100000)]),
            _on("penalty", "fields", "scrutinise", conditions=[_entry("severity", equals="serious")]),
            _on("penalty", "fields", "advise", conditions=[_entry("is_final", equals=True)]),
        ),
    ),
    _thing("kinds-firms", _measure("A", _on("graded", "kinds", "limit", kinds=["legal-person", "natural-person"]))),
    _thing("kinds-persons", _measure("A", _on("graded", "kinds", "limit", kinds=["natural-person"]))),
    _thing("kinds-traders", _measure("A", _on("graded", "kinds", "limit", kinds=["sole-trader"]))),
    _thing("kinds-unknown", _measure("A", _on("graded", "kinds", "limit", kinds=["unknown"]))),
    _thing("lasting", _measure("A", _on("penalty", "lasting", "bar", lasting={"years": 1}))),
    _thing(
        "lasting-term",
        _measure("A", _on("penalty", "lasting", "limit", lasting={"years": 4, "counts_from": "from_on"})),
    ),
    _thing(
        "limited",
        _measure("B", _on("graded penalty", "award", "limit"), article="", way_out=_pair("满三年；", "three years;")),
    ),
    _thing("planned", _measure("A", _on("bad-faith", "award", "bar"), status="draft")),
    _thing(
        "remarked",
        _measure(
            "B",
            _on("watch", "remarks", "advise", remark=_pair("丙", "c")),
            _on("watch", "remarks", "scrutinise"),
            _on("penalty", "remarks", "limit"),
            _on("penalty", "remarks", "limit", remark=_pair("", "!")),
            _on("graded", "remarks", "limit"),
            _on("graded", "remarks", "limit", remark=_pair("", "")),
            _on("watch", "remarks", "scrutinise", remark=_pair("乙", "b")),
            _on("watch", "remarks", "scrutinise", remark=_pair("乙", "a")),
            _on("watch", "remarks", "scrutinise", remark=_pair("丁", "d"), kinds=["government"]),
        ),
    ),
    _thing("scrutinised", _measure("B", _on("watch", "scrutiny", "scrutinise"))),
    _thing("unfounded", _measure("A", _on("penalty", "award", "bar"), basis=("lost", "planned"))),
]
_FACTS = {
    "amount": {"default": 0, "title": _pair("金额", "amount")},
    "is_open": {"default": True, "title": _pair("公开", "open")},
    "post": {"default": "other", "title": _pair("岗位", "post")},
}
_MATTERS = [
    _thing("articles", _matter("各行依据", "penalty")),
    _thing(
        "award",
        _matter("成交（旧）", "bad-faith", until_on="2025-12-31"),
        _matter(
            "成交“新”", "graded", "bad-faith", "graded", from_on="2026-01-01", notices=[_SAME, _pair("留存", "keep it")]
        ),
    ),
    _thing("closed", _matter("旧名录", "closed")),
    _thing("facts", _matter("案件事实", "penalty", facts=_FACTS)),
    _thing("fields", _matter("条目字段", "penalty")),
    _thing("kinds", _matter("主体类型", "graded")),
    _thing("lasting", _matter("期限", "penalty")),
    _thing("remarks", _matter("办理要求", "watch", adverse_max_age_s=864000, clear_max_age_s=864000)),
    _thing("scrutiny", _matter("从严", "watch", from_on="1980-01-01")),
]


@cache
def statute() -> bytes:
    """The canonical bytes of this law."""
    made = {"instruments": _INSTRUMENTS, "lists": _LISTS, "measures": _MEASURES, "matters": _MATTERS}
    return CatalogueDocument.model_validate({"edition": "vectors-1", **made}).to_bytes()
