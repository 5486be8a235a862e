"""How a model's refusal reads to a clerk (写法不合格式): the line, the field, and what it should be."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from gateway.drafting.complaint import Complaint
from gateway.drafting.sheet import Place, Sheet

_SHAPES = {
    "date_from_datetime_parsing": "日期，如2026-04-01",
    "date_parsing": "日期，如2026-04-01",
    "date_type": "日期，如2026-04-01",
    "int_parsing": "整数",
    "int_type": "整数",
    "bool_parsing": "true或false",
    "bool_type": "true或false",
    "string_type": "一段文字",
    "tuple_type": "若干项（每项以 - 开头）",
    "model_type": "若干字段（字段: 内容）",
    "dataclass_type": "若干字段（字段: 内容）",
    "model_attributes_type": "若干字段（字段: 内容）",
    "mapping_type": "若干字段（字段: 内容）",
    "dict_type": "若干字段（字段: 内容）",
}


def complaints_of(error: ValidationError, sheet: Sheet, place: Place) -> Iterator[Complaint]:
    """Every refusal in ``error`` about the value at ``place``, where the clerk wrote it."""
    for refused in error.errors(include_url=False):
        inner = tuple(step for step in refused["loc"] if step not in {"entry", "fact"} or _stands(sheet, place, step))
        message, remedy = _said(refused["type"], inner, refused.get("ctx", {}), refused["input"])
        yield sheet.complaint((*place, *inner), message, remedy)


def _stands(sheet: Sheet, place: Place, step: str | int) -> bool:
    return any(known[: len(place)] == place and known[-1] == step for known in sheet.lines)


def _said(type_: str, inner: Place, context: Mapping[str, Any], given: object) -> tuple[str, str]:
    name = next((step for step in reversed(inner) if isinstance(step, str)), "内容")
    if type_ == "missing":
        return f"缺少字段“{name}”", "补上这个字段，写法见README.md"
    if type_ in {"extra_forbidden", "unexpected_keyword_argument"}:
        return f"不认识字段“{name}”", "核对拼写；能用的字段见README.md"
    if type_ in {"enum", "literal_error"}:
        allowed = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        return f"“{name}”不能写“{given}”", f"只能写：{allowed}"
    if type_ in {"too_short", "tuple_too_short"}:
        return f"“{name}”至少要有一项", "补上内容"
    if type_ in _SHAPES:
        return f"“{name}”写法不对", f"应当是{_SHAPES[type_]}"
    if type_ == "value_error" and "exactly one of" in str(context.get("error", "")):
        return "一个条件须且只须写 equals、at_least、one_of 之一", "删去多余的，或补上缺少的"
    if type_.startswith("union_tag"):
        return "条件须写明 field（条目字段）或 fact（案件事实）", "补上其中之一"
    return f"“{name}”不合要求", "对照README.md中的写法，核对数值范围"
