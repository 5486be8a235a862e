"""Why an entry is shown as long as it is (公示期说明), in one sentence, Chinese first."""

from collections.abc import Sequence
from datetime import date

from credit_sdk.model.citation import Bilingual
from gateway.registry.penalty_classes import ClassByKind
from gateway.registry.report_words import SEVERITIES
from gateway.registry.rules import CONFIDENCE_ZH, Rule


def publicity_remark(minima: Sequence[tuple[Rule, date | None]], by_kind: ClassByKind | None) -> Bilingual:
    """What is said of the periods that may hold.

    Args:
        minima: The periods, the one by which publicity ends first; each with the first day of a repair under it, None
            where it may be asked for at once.
        by_kind: What the kinds of a penalty told, where its table states no class and they were asked.
    """
    if len(minima) > 1:
        return _several(minima, by_kind)
    ((rule, _),) = minima
    if by_kind is not None:
        return _by_kind(rule, by_kind)
    if rule.version.maximum is None:
        return Bilingual(
            zh=f"{rule.version.title}：没有固定的最长期限，不作缩短",
            en=f"{rule.version.title_en}: no fixed maximum, nothing is cut",
        )
    return Bilingual(zh=rule.version.title, en=rule.version.title_en)


def _by_kind(rule: Rule, by_kind: ClassByKind) -> Bilingual:
    kinds, said = "、".join(by_kind.kinds), rule.version.severity or ""
    by = by_kind.rules[0]
    return Bilingual(
        zh=f"{rule.version.title}：未载明类别，按处罚种类（{kinds}）属{SEVERITIES.get(said, said)}，"
        f"依据{by.basis}（{CONFIDENCE_ZH[by.version.confidence]}）",
        en=f"{rule.version.title_en}: no class is stated, and by its kinds ({kinds}) it is {said}, by {by.id}",
    )


def _several(minima: Sequence[tuple[Rule, date | None]], by_kind: ClassByKind | None) -> Bilingual:
    why_zh, why_en = _why_several(by_kind)
    titles, ids = [each.version.title for each, _ in minima], [each.id for each, _ in minima]
    asked_zh = asked_en = ""
    if len({day for _, day in minima}) > 1:
        titles = [f"{each.version.title}（{_from_zh(day)}）" for each, day in minima]
        ids = [f"{each.id} (repair {f'from {day}' if day else 'at once'})" for each, day in minima]
        asked_zh, asked_en = "；申请修复时须注明适用哪一项", "; an application for repair has to say which"
    return Bilingual(
        zh=f"{why_zh}：可能适用{'、'.join(titles)}；按其中最长的公示{asked_zh}",
        en=f"{why_en}: {', '.join(ids)} may hold, and the longest ends publicity{asked_en}",
    )


def _why_several(by_kind: ClassByKind | None) -> tuple[str, str]:
    if by_kind is None:
        return "条目未载明适用哪一项", "the entry does not tell which period holds"
    if not by_kind.kinds:
        return "未载明类别，也未载明处罚种类", "neither the class nor the kinds of the penalty are stated"
    kinds = "、".join(by_kind.kinds)
    return (
        f"未载明类别，按处罚种类（{kinds}）也不能确定",
        f"no class is stated, and its kinds ({kinds}) do not tell which",
    )


def _from_zh(day: date | None) -> str:
    return f"{day:%Y年%m月%d日}起可以申请修复" if day else "纠正并履行义务后即可申请修复"
