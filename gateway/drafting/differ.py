"""Says in Chinese sentences what changes from one catalogue to another (差异), for the second person who adopts it."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from credit_sdk.catalogue.catalogue import CatalogueDocument
from credit_sdk.model.citation import Bilingual, Citation, Status, Version
from credit_sdk.model.listing import CreditListVersion
from credit_sdk.model.matter import MatterVersion, PeriodVersion
from credit_sdk.model.measure import Application, MeasureVersion, Strength
from credit_sdk.model.supervision import InspectionShareVersion
from gateway.drafting.reader import LawKind
from gateway.drafting.wording import field_name, shown

K = TypeVar("K")

_WORDS = {
    LawKind.INSTRUMENT: "法律文件",
    LawKind.LIST: "名单",
    LawKind.MEASURE: "措施",
    LawKind.MATTER: "事项",
    LawKind.PERIOD: "期限",
    LawKind.SHARE: "抽查比例",
}
_STRENGTHS = {
    Strength.BAR: "禁止",
    Strength.LIMIT: "限制",
    Strength.SCRUTINISE: "从严审查",
    Strength.ADVISE: "提示",
    Strength.FAVOUR: "激励",
}
_APART = frozenset({"from_on", "until_on", "basis", "applies", "source", "confidence", "status"})

_Titles = dict[str, str]


def differences(old: CatalogueDocument, new: CatalogueDocument) -> tuple[str, ...]:
    """One sentence for each legal thing that differs, the edition first; empty when the two say the same."""
    sentences = [] if old.edition == new.edition else [f"版次由“{old.edition}”改为“{new.edition}”。"]
    titles = {**_instrument_titles(old), **_instrument_titles(new)}
    for kind in LawKind:
        before = {thing.id: thing.versions for thing in getattr(old, kind.value)}
        after = {thing.id: thing.versions for thing in getattr(new, kind.value)}
        for id in sorted(before.keys() | after.keys()):
            sentences += _of_thing(kind, id, before.get(id, ()), after.get(id, ()), titles)
    return tuple(sentences)


def _instrument_titles(document: CatalogueDocument) -> _Titles:
    return {instrument.id: instrument.versions[-1].title for instrument in document.instruments}


def _of_thing(
    kind: LawKind, id: str, before: Sequence[Version], after: Sequence[Version], titles: _Titles
) -> Iterator[str]:
    name = f"{_WORDS[kind]} {id}《{_title((after or before)[-1])}》"
    if not after:
        yield f"{name}：整件删除（已采用的事物不得删除，终止应写成end块）。"
        return
    known = {_key(version): version for version in before}
    kept = {_key(version) for version in after}
    for version in before:
        if _key(version) not in kept:
            yield f"{name}自{version.from_on}起：{_draft(version)}文本删除。"
    for version in after:
        earlier = known.get(_key(version))
        if earlier is None:
            previous = next((one for one in reversed(after) if one.from_on < version.from_on and _live(one)), None)
            changes = _changes(previous, version, titles) if previous is not None and before else ["新增"]
        else:
            changes = _changes(earlier, version, titles) + _end(earlier, version, after)
        if changes:
            yield f"{name}自{version.from_on}起{_draft_mark(version)}：{'；'.join(changes)}。"


def _key(version: Version) -> tuple[str, Status]:
    return version.from_on.isoformat(), version.status


def _live(version: Version) -> bool:
    return version.status is Status.IN_FORCE


def _draft(version: Version) -> str:
    return "草稿" if version.status is Status.DRAFT else "现行"


def _draft_mark(version: Version) -> str:
    return "（草稿）" if version.status is Status.DRAFT else ""


def _end(earlier: Version, version: Version, after: Sequence[Version]) -> list[str]:
    if earlier.until_on == version.until_on:
        return []
    if version.until_on is None:
        return [f"不再于{earlier.until_on}终止"]
    # Followed by another text, the end is only its beginning, which has a sentence of its own.
    if any(one.from_on > version.until_on and _live(one) for one in after) and earlier.until_on is None:
        return []
    return [f"最后一日为{version.until_on}"]


def _changes(earlier: Version, version: Version, titles: _Titles) -> list[str]:
    changes = [
        f"{field_name(name)}由“{shown(was)}”改为“{shown(now)}”"
        for name in type(version).model_fields
        if name not in _APART and (was := getattr(earlier, name)) != (now := getattr(version, name))
    ]
    if isinstance(earlier, MeasureVersion) and isinstance(version, MeasureVersion):
        changes = _applications(earlier.applies, version.applies, titles) + changes
    changes += _bases(_basis(earlier), _basis(version), titles)
    if earlier.from_on == version.from_on:
        changes += [
            f"{field_name(name)}由“{shown(getattr(earlier, name))}”改为“{shown(getattr(version, name))}”"
            for name in ("source", "confidence")
            if getattr(earlier, name) != getattr(version, name)
        ]
    return changes or ([] if earlier.from_on == version.from_on else ["内容不变，另起一块"])


def _applications(before: Sequence[Application], after: Sequence[Application], titles: _Titles) -> list[str]:
    gone = [one for one in before if one not in after]
    come = [one for one in after if one not in before]
    changes = []
    for one in list(gone):
        same = next((other for other in come if _reach(one) == _reach(other)), None)
        if same is not None:
            gone.remove(one)
            come.remove(same)
            if one.strength != same.strength:
                changes.append(f"{_scope(one)}强度由“{_STRENGTHS[one.strength]}”改为“{_STRENGTHS[same.strength]}”")
            if one.basis != same.basis:
                changes.append(f"{_scope(one)}依据改为{_rests_on(same, titles)}")
    changes += [f"不再适用：{_cell(one)}" for one in gone]
    return changes + [f"新适用：{_cell(one)}{f'，依据{_rests_on(one, titles)}' if one.basis else ''}" for one in come]


def _reach(application: Application) -> Application:
    """Whom it reaches, however strongly and on whatever basis."""
    return application.model_copy(update={"strength": Strength.BAR, "basis": ()})


def _rests_on(application: Application, titles: _Titles) -> str:
    return "、".join(_named(each, titles) for each in application.basis) or "整块的依据"


def _scope(application: Application) -> str:
    return f"（{'、'.join(application.lists)}；{'、'.join(application.matters)}）"


def _cell(application: Application) -> str:
    further = [
        f"{field_name(name)}{shown(value)}"
        for name in ("kinds", "through", "conditions", "lasting", "remark")
        if (value := getattr(application, name))
    ]
    return f"{_scope(application)}{_STRENGTHS[application.strength]}{'，' if further else ''}{'，'.join(further)}"


def _basis(version: Version) -> tuple[Citation, ...]:
    if isinstance(version, CreditListVersion | MeasureVersion | MatterVersion | PeriodVersion | InspectionShareVersion):
        return version.basis
    return ()


def _bases(before: Sequence[Citation], after: Sequence[Citation], titles: _Titles) -> list[str]:
    changes = [f"依据删去{_named(one, titles)}" for one in before if one not in after]
    return changes + [f"依据增加{_named(one, titles)}" for one in after if one not in before]


def _named(citation: Citation, titles: _Titles) -> str:
    return f"《{titles.get(citation.instrument, citation.instrument)}》{citation.article}"


def _title(version: Version) -> str:
    title = getattr(version, "title", "")
    return title.zh if isinstance(title, Bilingual) else str(title)
